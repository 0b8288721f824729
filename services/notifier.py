"""Slack as the services see it: what they ask of it, how it can refuse, and which language a reader is written to in.

`handlers/notifier.py` is that over the Web API.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.facts import Fact, HomePage
from services.jobs import RunLater
from services.records import Person, Workspace
from services.store import Unit

NOT_INSTALLED = "not_installed"
STILL_STREAMING = "streaming_state_conflict"
STOPPED_BY_USER = "stopped_by_user"

READ_BACK_AFTER = timedelta(seconds=5)
"""How long an attempt of unknown outcome rests before Slack's history is searched: Slack may do it late."""

CHANNEL_CLOSED = ("channel_not_found", "not_in_channel", "is_archived", "is_inactive", "restricted_action")
"""What Slack says of a channel that is archived (of an edit there: inactive), has become private or has removed us."""


@dataclass(frozen=True)
class Rendered:
    """A fact in words: what Slack is given."""

    text: str
    blocks: tuple[dict[str, object], ...]

    def digest(self) -> str:
        """Return what tells two renderings apart."""
        return hashlib.sha256(repr((self.text, self.blocks)).encode()).hexdigest()[:16]


class SlackRefused(Exception):
    """Slack answered no: nothing was done. `code` is Slack's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SlackBusy(Exception):
    """Slack asks to wait: nothing was done."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__(f"again in {delay}")
        self.delay = delay


class NotServed(SlackBusy):
    """Slack does nothing at all for us now, because it does not take our token; `code` is Slack's."""

    def __init__(self, code: str, delay: timedelta) -> None:
        super().__init__(delay)
        self.code = code


class OutcomeUnknown(Exception):
    """No answer came: Slack may or may not have done it."""


class Notifier(Protocol):
    """Slack, as far as the services need it. Every method may raise the three exceptions above."""

    def render(self, fact: Fact, language: str) -> Rendered:
        """Return the fact in a language."""
        ...

    async def channel_of(self, workspace: str, address: str) -> str:
        """Return the channel of an address: itself, or a person's direct messages."""
        ...

    async def post(self, workspace: str, channel: str, rendered: Rendered, token: str, thread: str | None) -> str:
        """Post a message that carries a mark, and return its timestamp."""
        ...

    async def edit(self, workspace: str, channel: str, timestamp: str, rendered: Rendered, token: str) -> None:
        """Replace what a message shows; refused (`streaming_state_conflict`) while it is a stream that is open."""
        ...

    async def start_stream(
        self, workspace: str, channel: str, token: str, thread: str, person: str, language: str
    ) -> str:
        """Open a message that grows, which says that an answer for a person is on its way; return its timestamp."""
        ...

    async def finish_stream(
        self, workspace: str, channel: str, timestamp: str, rendered: Rendered, token: str, language: str
    ) -> None:
        """Put a message into an open stream, bit by bit, and close it."""
        ...

    async def stop_stream(self, workspace: str, channel: str, timestamp: str) -> None:
        """Close a stream as it is; one that is closed already is no error."""
        ...

    async def find(self, workspace: str, channel: str, token: str, since: datetime, thread: str | None) -> str | None:
        """Return the timestamp of the message or stream that carries a mark, or None when there is surely none."""
        ...

    async def schedule(self, workspace: str, channel: str, post_at: datetime, text: str) -> str:
        """Have Slack post a text at a time, and return the id of the scheduled message."""
        ...

    async def find_scheduled(self, workspace: str, channel: str, post_at: datetime, text: str) -> str | None:
        """Return the id of a scheduled message, or None when there is surely none."""
        ...

    async def unschedule(self, workspace: str, channel: str, scheduled_id: str) -> None:
        """Take a scheduled message back; one that is gone already is no error."""
        ...

    async def show(self, workspace: str, view_id: str, fact: Fact, language: str) -> bool:
        """Update an open modal; False when the person has closed it."""
        ...

    async def publish_home(self, workspace: str, person: str, fact: HomePage, language: str) -> None:
        """Replace a person's Home tab."""
        ...


@contextmanager
def come_again(unanswered: timedelta = READ_BACK_AFTER) -> Generator[None]:
    """Ask Slack in the block for what may be asked twice; RunLater when it asks to wait, or does not answer."""
    try:
        yield
    except SlackBusy as busy:
        raise RunLater(busy.delay) from busy
    except OutcomeUnknown:
        raise RunLater(unanswered) from None


def language_of(unit: Unit, workspace: str, person: str | None = None) -> str:
    """Return the language to use: the person's choice, else the workspace's, else English."""
    if person:
        known = unit[Person].get(workspace, person)
        if known and known.language:
            return known.language
    firm = unit[Workspace].get(workspace, workspace)
    return firm.language if firm else "en"


def is_person(address: str) -> bool:
    """Tell whether an address is a person's (Slack's user ids begin with U or W)."""
    return address[:1] in "UW"
