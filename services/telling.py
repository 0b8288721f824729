"""Telling a person what they did not ask for just now: in the way, and at the time, that they chose.

Answers to what somebody does, messages from a colleague and files that were ordered come at once and go past this.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services import jobs
from services.clock import Clock
from services.facts import Fact
from services.notice_choices import choice_of, keep_for_digest, next_morning, told_at
from services.outbox import Outbox
from services.records import Job, Message, NoticeWay
from services.store import Store, Unit

SHOWN_IN_CHANNEL: Mapping[str, bool] = {
    "live": True,
    "trained": True,
    "failed": True,
    "returned": True,
    "batch": True,
    "rules_paused": False,
    "sending_stopped": False,
}
"""What a person is told of, and whether the client's channel shows it too: what it does not is told in any case."""


HELD = (
    "went_live",
    "trained",
    "returned",
    "batch_done",
    "rules_paused",
    "sending_stopped",
    "show_check",
    "show_trial",
)
"""The jobs that tell people, and wait while they want to be left alone."""


def look_again(unit: Unit, workspace: str, person: str, now: datetime) -> None:
    """Have what waits to be told looked at again, because a person chose anew when they want to be left alone.

    Whose it is only its own work knows: what is another's waits on.
    """
    for job in unit[Job].find(workspace, kind__in=HELD, boot=None, failed=None, run_at__gt=now):
        unit[Job].change(workspace, job.id, run_at=now)
    morning = next_morning(unit, workspace, now)
    for job in unit[Job].find(workspace, kind="digest", key=person, boot=None, failed=None, run_at__gt=morning):
        unit[Job].change(workspace, job.id, run_at=morning)


class Telling:
    """Tells people, as they chose."""

    def __init__(self, store: Store, outbox: Outbox, clock: Clock) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock

    async def tell(self, workspace: str, matter: str, person: str, fact: Fact, what: str, client_id: str) -> bool:
        """Tell a person of something about a client; `what` is a code of SHOWN_IN_CHANNEL.

        True when a direct message shows it; what belongs into their morning message is kept for that. Raises RunLater
        while they want to be left alone.
        """

        def decide(unit: Unit) -> datetime | None:
            choice, now = choice_of(unit, workspace, person), self._clock()
            if unit[Message].get(workspace, matter):
                return now  # it is there already, and is brought up to date
            if choice.way is NoticeWay.DIGEST:
                keep_for_digest(unit, workspace, matter, person, client_id, what, now)
                return None
            if choice.way is NoticeWay.CHANNEL and SHOWN_IN_CHANNEL[what]:
                return None
            return told_at(choice, now)

        moment = await self._store.run(decide)
        if moment is None:
            return False
        self._wait(moment)
        return await self._outbox.tell(workspace, matter, person, fact)

    async def tell_when_free(self, workspace: str, matter: str, person: str, fact: Fact) -> bool:
        """Tell a person directly what came of something they asked for; raises RunLater while they want no message."""

        def decide(unit: Unit) -> datetime:
            known = unit[Message].get(workspace, matter)
            return self._clock() if known else told_at(choice_of(unit, workspace, person), self._clock())

        self._wait(await self._store.run(decide))
        return await self._outbox.tell(workspace, matter, person, fact)

    def _wait(self, moment: datetime) -> None:
        now = self._clock()
        if moment > now:
            raise jobs.RunLater(moment - now)
