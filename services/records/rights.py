"""What is known of a client's rights in Netvisor, and who is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.records.messages import MessageState


class Verdict(StrEnum):
    """What is known of a right. Never a guess: what the API cannot show is unreadable and asked of a person."""

    CONFIRMED = "confirmed"
    DENIED = "denied"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class RightsCheck:
    """The newest check of one client (`id` is the client's): findings so far and who is looking at it.

    `findings` are `services.rights.Finding`s as data, in the order found. `watchers` are Slack view id -> person.
    `waiting_for` is set while Netvisor itself could not answer: the stable code of why; `retry_at` says when next.
    `requested_by` is empty for a check that nobody asked for alone: its batch tells what came of it.
    """

    workspace: str
    id: str
    started_at: datetime
    requested_by: str
    findings: tuple[Mapping[str, object], ...] = ()
    watchers: Mapping[str, str] = field(default_factory=dict[str, str])
    finished_at: datetime | None = None
    waiting_for: str | None = None
    retry_at: datetime | None = None
    attempt: int = 1


@dataclass(frozen=True)
class Tick:
    """A person's word for what the API cannot show, and what a write said of it; `id` is `<client id>:<check id>`.

    `person` is empty and `ticked_at` None where nobody ticked it. `about` names what was looked at (a credential, the
    members of the lists): when that is another one, the tick holds no more. A write proves it (`proven_at`) or
    reopens it (`reopened_at`, with `refusal`, Netvisor's code and masked words).
    """

    workspace: str
    id: str
    client_id: str
    check_id: str
    person: str
    ticked_at: datetime | None
    about: str = ""
    proven_at: datetime | None = None
    reopened_at: datetime | None = None
    refusal: str = ""


@dataclass(frozen=True)
class RepairMessage:
    """A person's message that asks another for a repair; `view_id` is the modal that tells the sender about it."""

    workspace: str
    id: str
    client_id: str
    sender: str
    receiver: str
    text: str
    view_id: str
    asked_at: datetime
    state: MessageState


class NewsKind(StrEnum):
    """What a channel is told of a client's rights."""

    LOST = "lost"
    CHANGED = "changed"
    STILL = "still"
    REGAINED = "regained"


@dataclass(frozen=True)
class RightsNews:
    """Something about a client's rights that its channel is told once.

    `since` is when the client was blocked, which names the trouble; `missing` what was missing; `told_in` the id of the
    job that began the message which tells it, empty until then.
    """

    workspace: str
    id: str
    client_id: str
    channel: str
    kind: NewsKind
    missing: tuple[str, ...]
    since: datetime
    happened_at: datetime
    told_in: str = ""
