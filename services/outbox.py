"""The outbox: one matter, one message, edited in place.

Slack's writes carry no idempotency key, so an attempt is stored before it is sent. When its outcome is unknown
(the process died, the connection broke) Slack's history is searched for the mark that the message carries; only
what is surely not there is sent again, and what cannot be read is left alone (DESIGN.md, "Once").
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from services.clock import Clock
from services.exclusive import Exclusive
from services.facts import Fact
from services.jobs import RunLater
from services.notifier import (
    CHANNEL_CLOSED,
    NOT_INSTALLED,
    READ_BACK_AFTER,
    STILL_STREAMING,
    STOPPED_BY_USER,
    Notifier,
    OutcomeUnknown,
    Rendered,
    SlackBusy,
    SlackRefused,
    come_again,
    is_person,
    language_of,
)
from services.pacing import Pace
from services.records import Message, MessageState, new_id
from services.store import Store, Unit

Shown = Callable[[Unit, str, str], Fact | None]
"""Returns what a modal, by its id, is to show its person now; None where it does not show that any more."""

STREAMING = "streaming"
"""What a message shows whose stream is open: `tell` puts into it what it says."""
FINISHING = "finishing"
"""What it shows while that is put into it: where it ended half-way, all that it shows is replaced."""

VIEW_COMES_WITHIN = timedelta(seconds=10)
"""A job can be quicker than the acknowledgement that opens the modal it updates: so long it is looked for again."""

LOOK_AGAIN = timedelta(seconds=0.5)

RETAINED = timedelta(days=7)
"""A message of this age that is gone is posted anew when there is more to say; one that somebody deleted now is not.

Many firms have Slack delete what is old, and a client, or the invoices that wait in a channel, are told of for years.
"""

PATIENCE = READ_BACK_AFTER + timedelta(seconds=1)
"""How long a message keeps its place and waits for Slack; what takes longer runs again later.

Long enough to read back an attempt that a broken connection, or a kill, left unknown: what is not there after all comes
before the messages that were asked for after it.
"""


class Outbox:
    """Sends each matter once."""

    def __init__(self, store: Store, notifier: Notifier, clock: Clock, exclusive: Exclusive) -> None:
        self._store = store
        self.notifier = notifier
        self._clock = clock
        self._exclusive = exclusive
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
        async with self._exclusive.of(f"{workspace}/{matter}"):

            def read(unit: Unit) -> tuple[str, str | None]:
                person = reader or (address if is_person(address) else None)
                root = unit[Message].get(workspace, thread_of) if thread_of else None
                return language_of(unit, workspace, person), root.timestamp if root else thread

            language, root = await self._store.run(read)
            rendered = self.notifier.render(fact, language)
            patience = PATIENCE
            while True:
                try:
                    return await self._tell(workspace, matter, address, rendered, root, language)
                except (SlackBusy, RunLater) as later:
                    moment = self._clock() + later.delay
                    patience -= later.delay
                    if patience < timedelta():
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
        async with self._exclusive.of(f"{workspace}/{matter}"):
            known, language = await self._store.run(
                lambda unit: (unit[Message].get(workspace, matter), language_of(unit, workspace, reader))
            )
            if known:
                return  # begun before a restart, or answered
            try:
                message = await self._attempt(workspace, matter, address, thread)
            except SlackBusy:
                return
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
        if message.state in (MessageState.SENDING, MessageState.UNKNOWN):
            # What could not be read may be readable now: the app was invited, or was given the scope.
            found = await self._read_back(message)
            if found is None:
                return await self._post(await self._begun_again(message), rendered)
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
        except SlackRefused as refused:
            if refused.code == NOT_INSTALLED:
                raise  # whoever works for a firm that removed the app puts that off
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

    async def _begun_again(self, message: Message) -> Message:
        """Store that a message which is surely not there is about to be sent again."""
        again = replace(message, state=MessageState.SENDING, refusal=None, attempted_at=self._clock())
        await self._store.run(lambda unit: unit[Message].put(again))
        return again

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
            if refused.code == "message_not_found" and not self._is_old(message):
                return False  # somebody deleted it: it is not ours to bring back
            if refused.code in ("message_not_found", "cant_update_message"):
                await self._store.run(
                    lambda unit: unit[Message].change(message.workspace, message.id, state=MessageState.REFUSED)
                )
                raise RunLater(timedelta()) from None  # it is posted anew
            if refused.code in CHANNEL_CLOSED:
                code = refused.code
                await self._store.run(lambda unit: unit[Message].change(message.workspace, message.id, refusal=code))
                return False
            raise
        except OutcomeUnknown:
            raise RunLater(READ_BACK_AFTER) from None
        await self._sent(message, message.timestamp or "", shown=rendered.digest())
        return True

    def _is_old(self, message: Message) -> bool:
        """Tell whether a message that is gone will have been deleted by the workspace's retention, not by somebody."""
        return self._clock().timestamp() - float(message.timestamp or 0) > RETAINED.total_seconds()

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
        rest = message.attempted_at + READ_BACK_AFTER - self._clock()
        if rest > timedelta():
            raise RunLater(rest)
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

    async def show(self, workspace: str, watchers: Mapping[str, str], shown: Shown) -> list[str]:
        """Update the modals that people have open, by their ids, and return the ids of those that show it no more.

        Those are closed, or show something else by now. What is shown is read while nobody else changes the modal.
        Raises RunLater when Slack asks to wait or did not answer: showing twice does no harm.
        """
        closed: list[str] = []
        for view_id, person in watchers.items():

            def read(unit: Unit, view_id: str = view_id, person: str = person) -> tuple[Fact | None, str]:
                return shown(unit, view_id, person), language_of(unit, workspace, person)

            async with self._exclusive.of(view_id):
                fact, language = await self._store.run(read)
                with come_again():
                    if fact is None or not await self.notifier.show(workspace, view_id, fact, language):
                        closed.append(view_id)
        return closed
