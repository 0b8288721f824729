"""What is shown in Slack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MessageState(StrEnum):
    """How far a Slack message has come. `SENDING` after a restart means: nobody knows whether Slack has it."""

    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    REFUSED = "refused"


@dataclass(frozen=True)
class OpenView:
    """A modal about a client that a person has open and that follows what happens; `id` is Slack's."""

    workspace: str
    id: str
    client_id: str
    person: str
    shows: str
    opened_at: datetime


@dataclass(frozen=True)
class OpenPicture:
    """A modal that shows, or is about to show, the picture of an invoice; `id` is Slack's, `invoice_id` ours.

    `file_id` is the Slack file that it shows, which is deleted with it.
    """

    workspace: str
    id: str
    client_id: str
    invoice_id: str
    person: str
    opened_at: datetime
    file_id: str = ""


@dataclass(frozen=True)
class Message:
    """A Slack message of ours, one a matter (`id`). `token` is its mark, by which Slack's history is searched.

    `attempted_at` is when it was last sent or edited, `shown` the digest of what it shows, `thread` the timestamp
    of the message it answers to.
    """

    workspace: str
    id: str
    channel: str
    token: str
    state: MessageState
    attempted_at: datetime
    timestamp: str | None = None
    thread: str | None = None
    shown: str | None = None
    refusal: str | None = None


@dataclass(frozen=True)
class ScheduledMessage:
    """A message that Slack itself posts later, also when we are down; `id` is the matter."""

    workspace: str
    id: str
    channel: str
    state: MessageState
    post_at: datetime
    text: str
    scheduled_id: str | None = None
