"""The outbox: one matter, one message, edited in place.

Slack's writes carry no idempotency key, so an attempt is stored before it is sent. When its outcome is unknown
(the process died, the connection broke) Slack's history is searched for the mark that the message carries; only
what is surely not there is sent again, and what cannot be read is left alone (DESIGN.md, "Once").
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.clock import Clock
from services.facts import Fact, HomePage
from services.jobs import RunLater
from services.pacing import Pace
from services.records import Message, MessageState, Person, ScheduledMessage, Workspace, new_id
from services.store import Store, Unit

STILL_STREAMING = "streaming_state_conflict"
STOPPED_BY_USER = "stopped_by_user"

READ_BACK_AFTER = timedelta(seconds=5)
"""How long an attempt of unknown outcome rests before Slack's history is searched: Slack may do it late."""

CHANNEL_CLOSED = ("channel_not_found", "not_in_channel", "is_archived", "restricted_action")
"""What Slack says of a channel that is archived, has become private or has removed the app."""

STREAMING = "streaming"
"""What a message shows whose stream is open: `tell` puts into it what it says."""
FINISHING = "finishing"
"""What it shows while that is put into it: where it ended half-way, all that it shows is replaced."""

PATIENCE = timedelta(seconds=3)
"""How long a message keeps its place and waits for Slack; what takes longer runs again later."""


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


class Outbox:
    """Sends each matter once."""

    def __init__(self, store: Store, notifier: Notifier, clock: Clock) -> None:
        self._store = store
        self.notifier = notifier
        self._clock = clock
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._pace = Pace(clock)
        self._rests: dict[tuple[str, ...], datetime] = {}

    async def tell(
        self,
        workspace: str,
        matter: str,
        address: str,
        fact: Fact,
        *,
        thread_of: str | None = None,
        thread: str | None = None,
        reader: str | None = None,
    ) -> bool:
        """Post a matter's message, or edit it if it is there; True when Slack shows it.

        It answers in a thread: that of another matter's message, or of a timestamp. Its language is the reader's,
        else that of the person it is addressed to, else the workspace's. Raises RunLater when Slack asks to wait.
        An unknown outcome that cannot be read back is not repeated.
        """
        async with self._turns[f"{workspace}/{matter}"]:

            def read(unit: Unit) -> tuple[str, str | None]:
                person = reader or (address if is_person(address) else None)
                root = unit[Message].get(workspace, thread_of) if thread_of else None
                return language_of(unit, workspace, person), root.timestamp if root else thread

            language, root = await self._store.run(read)
            rendered = self.notifier.render(fact, language)
            last = self._clock() + PATIENCE
            while True:
                try:
                    return await self._tell(workspace, matter, address, rendered, root, language)
                except (SlackBusy, RunLater) as later:
                    moment = self._clock() + later.delay
                    if moment > last:
                        # On the whole second, so that messages which wait for the same thing keep their order.
                        raise RunLater(moment.replace(microsecond=0) + timedelta(seconds=1) - self._clock()) from None
                    await self._pace.until(moment)

    @contextmanager
    def _heeding(self, *limited: str) -> Generator[None]:
        """Ask Slack nothing in the block while it wants to be left alone; whoever asked last time, it holds for all."""
        rest = self._rests.get(limited, self._clock()) - self._clock()
        if rest > timedelta():
            raise SlackBusy(rest)
        try:
            yield
        except SlackBusy as busy:
            self._rests[limited] = self._clock() + busy.delay
            raise

    async def begin(self, workspace: str, matter: str, address: str, *, thread: str, reader: str) -> None:
        """Have a matter's message say that an answer is on its way, in a stream that `tell` puts it into.

        Where Slack offers none, or it goes wrong, nothing is shown, and `tell` posts the message as any other.
        """
        async with self._turns[f"{workspace}/{matter}"]:
            known, language = await self._store.run(
                lambda unit: (unit[Message].get(workspace, matter), language_of(unit, workspace, reader))
            )
            if known:
                return  # begun before a restart, or answered
            message = await self._attempt(workspace, matter, address, thread)
            if message is None:
                return
            try:
                with self._heeding(workspace, "stream"):
                    timestamp = await self.notifier.start_stream(
                        workspace, message.channel, message.token, thread, reader, language
                    )
            except (SlackRefused, SlackBusy):
                await self._store.run(lambda unit: unit[Message].delete(workspace, id=matter))
            except OutcomeUnknown:
                pass  # `tell` looks for it
            else:
                await self._sent(message, timestamp, shown=STREAMING)

    async def end_streams(
        self, workspace: str, channel: str, thread: str, fact: Fact, reader: str, since: datetime
    ) -> bool:
        """Put a fact in the place of what is on its way in a thread; False when nothing is, nor was replaced `since`.

        Raises RunLater like `tell`.
        """

        def read(unit: Unit) -> tuple[list[Message], str]:
            there = unit[Message].find(workspace, channel=channel, thread=thread)
            return there, language_of(unit, workspace, reader)

        there, language = await self._store.run(read)
        shown = self.notifier.render(fact, language).digest()
        ended = [
            message
            for message in there
            if message.state is MessageState.SENDING
            or message.shown in (STREAMING, FINISHING)
            or (message.shown == shown and message.attempted_at >= since)
        ]
        for message in ended:
            await self._store.run(
                lambda unit, message=message: unit[Message].change(
                    workspace, message.id, {"shown": STREAMING}, shown=FINISHING
                )
            )
            await self.tell(workspace, message.id, channel, fact, thread=thread, reader=reader)
        return bool(ended)

    async def _tell(
        self, workspace: str, matter: str, address: str, rendered: Rendered, thread: str | None, language: str
    ) -> bool:
        message = await self._store.run(lambda unit: unit[Message].get(workspace, matter))
        if message is None or message.state is MessageState.REFUSED:
            await self._pace.turn(workspace, address)
            message = await self._attempt(workspace, matter, address, thread)
            if message is None:
                return False
            return await self._post(message, rendered)
        if message.state is MessageState.SENDING:
            found = await self._read_back(message)
            if found is None:
                return await self._post(message, rendered)
            if not found:
                return False
            message = await self._sent(message, found, shown="")
        if message.state is MessageState.SENT and message.shown in (STREAMING, FINISHING):
            return await self._finish(message, rendered, language)
        if message.state is MessageState.SENT and message.shown != rendered.digest():
            return await self._edit(message, rendered)
        return message.state is MessageState.SENT

    async def _attempt(self, workspace: str, matter: str, address: str, thread: str | None) -> Message | None:
        """Store that a message is about to be sent; None when its channel cannot be had."""
        try:
            channel = await self.notifier.channel_of(workspace, address)
        except SlackRefused:
            return None
        now = self._clock()

        def store(unit: Unit) -> Message:
            message = Message(
                workspace=workspace,
                id=matter,
                channel=channel,
                token=new_id(),
                state=MessageState.SENDING,
                attempted_at=now,
                thread=thread,
            )
            unit[Message].put(message)
            return message

        return await self._store.run(store)

    async def _post(self, message: Message, rendered: Rendered) -> bool:
        try:
            with self._heeding(message.workspace, "post", message.channel):
                timestamp = await self.notifier.post(
                    message.workspace, message.channel, rendered, message.token, message.thread
                )
        except SlackRefused as refused:
            code = refused.code
            await self._store.run(
                lambda unit: unit[Message].change(
                    message.workspace, message.id, state=MessageState.REFUSED, refusal=code
                )
            )
            return False
        except SlackBusy:
            await self._store.run(lambda unit: unit[Message].delete(message.workspace, id=message.id))
            raise
        except OutcomeUnknown:
            raise RunLater(READ_BACK_AFTER) from None
        await self._sent(message, timestamp, shown=rendered.digest())
        return True

    async def _finish(self, message: Message, rendered: Rendered, language: str) -> bool:
        """Put what a matter says into its stream, once; where that ended half-way, in the place of all it shows."""
        workspace, channel, timestamp = message.workspace, message.channel, message.timestamp or ""
        try:
            if message.shown == STREAMING:
                message = await self._sent(message, timestamp, shown=FINISHING)
                with self._heeding(workspace, "stream"):
                    await self.notifier.finish_stream(workspace, channel, timestamp, rendered, message.token, language)
                await self._sent(message, timestamp, shown=rendered.digest())
                return True
            await self.notifier.stop_stream(workspace, channel, timestamp)
        except SlackRefused as refused:
            if refused.code == STOPPED_BY_USER:
                return False  # whoever pressed the button is answered by `end_streams`
        except OutcomeUnknown:
            raise RunLater(READ_BACK_AFTER) from None
        return await self._edit(message, rendered)

    async def _edit(self, message: Message, rendered: Rendered) -> bool:
        try:
            with self._heeding(message.workspace, "edit"):
                await self.notifier.edit(
                    message.workspace, message.channel, message.timestamp or "", rendered, message.token
                )
        except SlackRefused as refused:
            if refused.code == STILL_STREAMING:
                await self._sent(message, message.timestamp or "", shown=FINISHING)
                raise RunLater(timedelta(seconds=1)) from None
            if refused.code in ("message_not_found", "cant_update_message"):
                return False  # somebody deleted it: it is not ours to bring back
            if refused.code in CHANNEL_CLOSED:
                code = refused.code
                await self._store.run(lambda unit: unit[Message].change(message.workspace, message.id, refusal=code))
                return False
            raise
        except OutcomeUnknown:
            raise RunLater(READ_BACK_AFTER) from None
        await self._sent(message, message.timestamp or "", shown=rendered.digest())
        return True

    async def _sent(self, message: Message, timestamp: str, shown: str) -> Message:
        def store(unit: Unit) -> Message:
            unit[Message].change(
                message.workspace,
                message.id,
                state=MessageState.SENT,
                timestamp=timestamp,
                shown=shown,
                refusal=None,
                attempted_at=self._clock(),
            )
            stored = unit[Message].get(message.workspace, message.id)
            return stored or message

        return await self._store.run(store)

    async def _read_back(self, message: Message) -> str | None:
        """Return the timestamp of an attempt found in Slack, None when it surely is not there, "" when unreadable."""
        if self._clock() < message.attempted_at + READ_BACK_AFTER:
            raise RunLater(READ_BACK_AFTER)
        try:
            return await self.notifier.find(
                message.workspace, message.channel, message.token, message.attempted_at, message.thread
            )
        except OutcomeUnknown:
            raise RunLater(READ_BACK_AFTER) from None
        except SlackRefused as refused:
            code = refused.code
            await self._store.run(
                lambda unit: unit[Message].change(
                    message.workspace, message.id, state=MessageState.UNKNOWN, refusal=code
                )
            )
            return ""

    async def schedule(self, workspace: str, matter: str, address: str, fact: Fact, post_at: datetime) -> None:
        """Have Slack post a matter at a time, even when we are down, unless that is arranged already."""
        async with self._turns[f"{workspace}/{matter}"]:
            scheduled = await self._store.run(lambda unit: unit[ScheduledMessage].get(workspace, matter))
            try:
                if scheduled is None:
                    scheduled = await self._prepare_schedule(workspace, matter, address, fact, post_at)
                elif scheduled.state is MessageState.SENDING:
                    found = await self.notifier.find_scheduled(
                        workspace, scheduled.channel, scheduled.post_at, scheduled.text
                    )
                    if found:
                        await self._scheduled(scheduled, found)
                        return
                if scheduled.state is MessageState.SENDING:
                    scheduled_id = await self.notifier.schedule(
                        workspace, scheduled.channel, scheduled.post_at, scheduled.text
                    )
                    await self._scheduled(scheduled, scheduled_id)
            except SlackBusy as busy:
                raise RunLater(busy.delay) from busy
            except OutcomeUnknown:
                raise RunLater(READ_BACK_AFTER) from None
            except SlackRefused as refused:
                code = refused.code
                await self._store.run(lambda unit: unit[ScheduledMessage].delete(workspace, id=matter))
                if code not in CHANNEL_CLOSED:
                    raise

    async def _prepare_schedule(
        self, workspace: str, matter: str, address: str, fact: Fact, post_at: datetime
    ) -> ScheduledMessage:
        channel = await self.notifier.channel_of(workspace, address)
        person = address if is_person(address) else None
        language = await self._store.run(lambda unit: language_of(unit, workspace, person))
        # Slack keeps whole seconds, and the time is what the message is found by later.
        whole = post_at.replace(microsecond=0)
        text = self.notifier.render(fact, language).text
        scheduled = ScheduledMessage(workspace, matter, channel, MessageState.SENDING, whole, text)
        await self._store.run(lambda unit: unit[ScheduledMessage].put(scheduled))
        return scheduled

    async def _scheduled(self, scheduled: ScheduledMessage, scheduled_id: str) -> None:
        await self._store.run(
            lambda unit: unit[ScheduledMessage].change(
                scheduled.workspace, scheduled.id, state=MessageState.SENT, scheduled_id=scheduled_id
            )
        )

    async def unschedule(self, workspace: str, matter: str) -> None:
        """Take a scheduled matter back, whatever was known of it."""
        async with self._turns[f"{workspace}/{matter}"]:
            scheduled = await self._store.run(lambda unit: unit[ScheduledMessage].get(workspace, matter))
            if scheduled is None:
                return
            try:
                scheduled_id = scheduled.scheduled_id or await self.notifier.find_scheduled(
                    workspace, scheduled.channel, scheduled.post_at, scheduled.text
                )
                if scheduled_id:
                    await self.notifier.unschedule(workspace, scheduled.channel, scheduled_id)
            except SlackBusy as busy:
                raise RunLater(busy.delay) from busy
            except OutcomeUnknown:
                raise RunLater(READ_BACK_AFTER) from None
            await self._store.run(lambda unit: unit[ScheduledMessage].delete(workspace, id=matter))

    async def show(self, workspace: str, watchers: Sequence[tuple[str, str]], fact: Fact) -> list[str]:
        """Update the modals that people have open, and return the ids of those that are closed.

        Raises RunLater when Slack asks to wait or did not answer: showing twice does no harm.
        """
        closed: list[str] = []
        for view_id, person in watchers:
            language = await self._store.run(lambda unit, person=person: language_of(unit, workspace, person))
            try:
                if not await self.notifier.show(workspace, view_id, fact, language):
                    closed.append(view_id)
            except SlackBusy as busy:
                raise RunLater(busy.delay) from busy
            except OutcomeUnknown:
                raise RunLater(READ_BACK_AFTER) from None
        return closed
