"""Messages that Slack itself posts at a time, even when we are down.

They carry no mark: Slack never posts those that do. After an unknown outcome they are found by channel, time and text.
"""

from __future__ import annotations

from datetime import datetime

from services.exclusive import Exclusive
from services.facts import Fact
from services.notifier import CHANNEL_CLOSED, Notifier, SlackRefused, come_again, is_person, language_of
from services.records import MessageState, ScheduledMessage
from services.store import Store


class ScheduledMessages:
    """Arranges each matter once, and takes it back."""

    def __init__(self, store: Store, notifier: Notifier) -> None:
        self._store = store
        self._notifier = notifier
        self._exclusive = Exclusive()

    async def schedule(self, workspace: str, matter: str, address: str, fact: Fact, post_at: datetime) -> None:
        """Have Slack post a matter at a time, even when we are down, unless that is arranged already."""
        async with self._exclusive.of(f"{workspace}/{matter}"):
            scheduled = await self._store.run(lambda unit: unit[ScheduledMessage].get(workspace, matter))
            try:
                with come_again():
                    if scheduled is None:
                        scheduled = await self._prepare(workspace, matter, address, fact, post_at)
                    elif scheduled.state is MessageState.SENDING:
                        found = await self._notifier.find_scheduled(
                            workspace, scheduled.channel, scheduled.post_at, scheduled.text
                        )
                        if found:
                            await self._scheduled(scheduled, found)
                            return
                    if scheduled.state is MessageState.SENDING:
                        scheduled_id = await self._notifier.schedule(
                            workspace, scheduled.channel, scheduled.post_at, scheduled.text
                        )
                        await self._scheduled(scheduled, scheduled_id)
            except SlackRefused as refused:
                code = refused.code
                await self._store.run(lambda unit: unit[ScheduledMessage].delete(workspace, id=matter))
                if code not in CHANNEL_CLOSED:
                    raise

    async def unschedule(self, workspace: str, matter: str) -> None:
        """Take a scheduled matter back, whatever was known of it."""
        async with self._exclusive.of(f"{workspace}/{matter}"):
            scheduled = await self._store.run(lambda unit: unit[ScheduledMessage].get(workspace, matter))
            if scheduled is None:
                return
            with come_again():
                scheduled_id = scheduled.scheduled_id or await self._notifier.find_scheduled(
                    workspace, scheduled.channel, scheduled.post_at, scheduled.text
                )
                if scheduled_id:
                    await self._notifier.unschedule(workspace, scheduled.channel, scheduled_id)
            await self._store.run(lambda unit: unit[ScheduledMessage].delete(workspace, id=matter))

    async def _prepare(
        self, workspace: str, matter: str, address: str, fact: Fact, post_at: datetime
    ) -> ScheduledMessage:
        channel = await self._notifier.channel_of(workspace, address)
        person = address if is_person(address) else None
        language = await self._store.run(lambda unit: language_of(unit, workspace, person))
        # Slack keeps whole seconds, and the time is what the message is found by later.
        whole = post_at.replace(microsecond=0)
        text = self._notifier.render(fact, language).text
        scheduled = ScheduledMessage(workspace, matter, channel, MessageState.SENDING, whole, text)
        await self._store.run(lambda unit: unit[ScheduledMessage].put(scheduled))
        return scheduled

    async def _scheduled(self, scheduled: ScheduledMessage, scheduled_id: str) -> None:
        await self._store.run(
            lambda unit: unit[ScheduledMessage].change(
                scheduled.workspace, scheduled.id, state=MessageState.SENT, scheduled_id=scheduled_id
            )
        )
