"""Files to and from Slack. A file that a person asked for is shared once, although Slack knows no idempotency key.

Uploading shows nothing to anybody and may be repeated; its id is stored before it is shared, so that after an unknown
outcome Slack is asked whether it was.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from services.clock import Clock
from services.notifier import Notifier, OutcomeUnknown, SlackRefused, come_again
from services.records import Message, MessageState
from services.spreadsheets import Unreadable
from services.store import Store

ASK_FOR = timedelta(minutes=1)
"""How long Slack is asked for a file while it does not answer."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class RenderedFile:
    """A file for a person; a picture carries what it shows in words (at most 1000 characters)."""

    name: str
    title: str
    content: bytes
    alternative_text: str = ""


class Files(Protocol):
    """Slack's files and the list of its channels. Every method may raise what a Notifier's do."""

    async def read(self, workspace: str, file_id: str, most_bytes: int) -> bytes:
        """Return a file's content; raise services.spreadsheets.Unreadable (`too_large`) before reading too much."""
        ...

    async def channels(self, workspace: str) -> Mapping[str, str]:
        """Return the ids of the channels that we can see, by name in lower case."""
        ...

    async def upload(self, workspace: str, file: RenderedFile) -> str:
        """Upload a file that nobody sees yet, and return its id."""
        ...

    async def share(self, workspace: str, file_id: str, title: str, channel: str, thread: str | None) -> None:
        """Show an uploaded file in a channel, or in a thread of it."""
        ...

    async def keep(self, workspace: str, file_id: str, title: str) -> None:
        """Complete an uploaded file without sharing it, for a modal of ours to show."""
        ...

    async def delete(self, workspace: str, file_id: str) -> None:
        """Delete a file; one that is gone already is no error."""
        ...

    async def is_shared(self, workspace: str, file_id: str) -> bool:
        """Tell whether a file is shown anywhere."""
        ...


@contextmanager
def reading(asked_at: datetime, clock: Clock) -> Generator[None]:
    """Read in the block what a person gave at a time, which Slack may refuse or not answer for.

    Raises Unreadable (`no_scope`, `no_file`) where nothing will come of it, RunLater where it is to be tried again.
    """
    with come_again():
        try:
            yield
        except SlackRefused as refused:
            log.info("file.refused", code=refused.code)
            raise Unreadable("no_scope" if refused.code == "missing_scope" else "no_file") from refused
        except OutcomeUnknown:
            if clock() - asked_at < ASK_FOR:
                raise
            raise Unreadable("no_file") from None


class Uploads:
    """Gives each file once."""

    def __init__(self, store: Store, notifier: Notifier, files: Files, clock: Clock) -> None:
        self._store = store
        self._notifier = notifier
        self._files = files
        self._clock = clock

    async def send(
        self, workspace: str, matter: str, address: str, file: RenderedFile, *, thread_of: str | None = None
    ) -> None:
        """Share a file with an address, or in the thread of the matter `thread_of`.

        Raises SlackRefused, or RunLater when Slack asks to wait or did not answer.
        """
        with come_again():
            await self._send(workspace, matter, address, file, thread_of)

    async def _send(self, workspace: str, matter: str, address: str, file: RenderedFile, thread_of: str | None) -> None:
        message, answered = await self._store.run(
            lambda unit: (unit[Message].get(workspace, matter), thread_of and unit[Message].get(workspace, thread_of))
        )
        if message is None:
            channel = await self._notifier.channel_of(workspace, address)
            file_id = await self._files.upload(workspace, file)
            message = Message(workspace, matter, channel, file_id, MessageState.SENDING, self._clock())
            if answered:
                message = replace(message, thread=answered.timestamp)
            stored = message
            await self._store.run(lambda unit: unit[Message].put(stored))
        elif message.state is MessageState.SENT or await self._files.is_shared(workspace, message.token):
            return
        await self._files.share(workspace, message.token, file.title, message.channel, message.thread)
        await self._store.run(lambda unit: unit[Message].change(workspace, matter, state=MessageState.SENT))
