"""Files to and from Slack. A file that a person asked for is shared once, although Slack knows no idempotency key.

Uploading shows nothing to anybody and may be repeated; its id is stored before it is shared, so that after an unknown
outcome Slack is asked whether it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from services.clock import Clock
from services.jobs import RunLater
from services.notifier import READ_BACK_AFTER, Notifier, OutcomeUnknown, SlackBusy
from services.records import Message, MessageState
from services.store import Store


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
        try:
            await self._send(workspace, matter, address, file, thread_of)
        except SlackBusy as busy:
            raise RunLater(busy.delay) from busy
        except OutcomeUnknown:
            raise RunLater(READ_BACK_AFTER) from None

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
