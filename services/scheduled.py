"""Messages that Slack itself posts at a time, even when we are down.

They carry no mark: Slack never posts those that do. After an unknown outcome they are found by channel, time and text.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from services.clock import Clock
from services.exclusive import Exclusive
from services.facts import Fact
from services.notifier import CHANNEL_CLOSED, Notifier, SlackRefused, come_again, is_person, language_of
from services.records import MessageState, ScheduledMessage
from services.store import Store

TOO_MANY = "restricted_too_many"
"""What Slack says of the 31st message that is to come into a channel within five minutes."""

WINDOW = timedelta(minutes=5)
MOST_LATER = timedelta(hours=1)
"""How much later a message comes at most where those before it are too many."""

SOONEST = timedelta(minutes=1)
"""How far ahead the time of a message is that was due while we were down: Slack takes none in the past."""

IN_THE_PAST = "time_in_past"

log = structlog.get_logger(__name__)


class ScheduledMessages:
    """Arranges each matter once, and takes it back."""

    def __init__(self, store: Store, notifier: Notifier, clock: Clock) -> None:
        self._store = store
        self._notifier = notifier
        self._clock = clock
        self._exclusive = Exclusive()

    async def schedule(self, workspace: str, matter: str, address: str, fact: Fact, post_at: datetime) -> None:
        """Have Slack post a matter at a time, even when we are down, unless that is arranged already.

        What was arranged for an earlier time, or for another channel, is taken back first.
        """
        async with self._exclusive.of(f"{workspace}/{matter}"):
            scheduled = await self._store.run(lambda unit: unit[ScheduledMessage].get(workspace, matter))
            try:
                with come_again():
                    channel = await self._notifier.channel_of(workspace, address)
                    # Slack keeps whole seconds, and the time is what the message is found by later.
                    whole = post_at.replace(microsecond=0)
                    if scheduled and (scheduled.post_at < whole or scheduled.channel != channel):
                        await self._take_back(scheduled)
                        scheduled = None
                    if scheduled is None:
                        soonest = self._clock().replace(microsecond=0) + SOONEST
                        scheduled = await self._prepare(workspace, matter, channel, address, fact, max(whole, soonest))
                    elif scheduled.state is MessageState.SENDING:
                        found = await self._notifier.find_scheduled(
                            workspace, scheduled.channel, scheduled.post_at, scheduled.text
                        )
                        if found:
                            await self._scheduled(scheduled, found)
                            return
                    if scheduled.state is MessageState.SENDING:
                        await self._arrange(scheduled)
            except SlackRefused as refused:
                code = refused.code
                await self._store.run(lambda unit: unit[ScheduledMessage].delete(workspace, id=matter))
                if code not in (*CHANNEL_CLOSED, TOO_MANY):
                    raise
                log.warning("scheduled.refused", code=code, matter=matter)

    async def _arrange(self, scheduled: ScheduledMessage) -> None:
        """Have Slack take a message; where too many come at its time, for a little later."""
        latest = scheduled.post_at + MOST_LATER
        while True:
            try:
                scheduled_id = await self._notifier.schedule(
                    scheduled.workspace, scheduled.channel, scheduled.post_at, scheduled.text
                )
            except SlackRefused as refused:
                if refused.code == IN_THE_PAST:
                    # An attempt of unknown outcome, from before we were down: Slack may have posted it meanwhile.
                    await self._scheduled(scheduled, None)
                    return
                if refused.code != TOO_MANY or scheduled.post_at >= latest:
                    raise
                later = scheduled = replace(scheduled, post_at=scheduled.post_at + WINDOW)
                await self._store.run(lambda unit, later=later: unit[ScheduledMessage].put(later))
            else:
                await self._scheduled(scheduled, scheduled_id)
                return

    async def unschedule(self, workspace: str, matter: str) -> None:
        """Take a scheduled matter back, whatever was known of it."""
        async with self._exclusive.of(f"{workspace}/{matter}"):
            scheduled = await self._store.run(lambda unit: unit[ScheduledMessage].get(workspace, matter))
            if scheduled:
                with come_again():
                    await self._take_back(scheduled)

    async def _take_back(self, scheduled: ScheduledMessage) -> None:
        workspace, channel = scheduled.workspace, scheduled.channel
        scheduled_id = scheduled.scheduled_id or await self._notifier.find_scheduled(
            workspace, channel, scheduled.post_at, scheduled.text
        )
        if scheduled_id:
            await self._notifier.unschedule(workspace, channel, scheduled_id)
        await self._store.run(lambda unit: unit[ScheduledMessage].delete(workspace, id=scheduled.id))

    async def _prepare(
        self, workspace: str, matter: str, channel: str, address: str, fact: Fact, post_at: datetime
    ) -> ScheduledMessage:
        person = address if is_person(address) else None
        language = await self._store.run(lambda unit: language_of(unit, workspace, person))
        text = self._notifier.render(fact, language).text
        scheduled = ScheduledMessage(workspace, matter, channel, MessageState.SENDING, post_at, text)
        await self._store.run(lambda unit: unit[ScheduledMessage].put(scheduled))
        return scheduled

    async def _scheduled(self, scheduled: ScheduledMessage, scheduled_id: str | None) -> None:
        await self._store.run(
            lambda unit: unit[ScheduledMessage].change(
                scheduled.workspace, scheduled.id, state=MessageState.SENT, scheduled_id=scheduled_id
            )
        )
