"""What channels are told of automation: the offer to switch it on, and each afternoon what was written unasked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from services import jobs
from services.automation import settings_of
from services.clock import FIRM_TIMEZONE, Clock
from services.facts import AutomatedDay, AutomationOffer
from services.measuring import figures, handled_between
from services.outbox import Outbox
from services.records import (
    AuditEntry,
    Automation,
    Client,
    ClientState,
    Handled,
    Job,
    Message,
    Process,
    ProductionInvoice,
    Way,
)
from services.store import Store, Unit

OFFERED_AFTER = timedelta(weeks=4)
FEWEST_HANDLED = 20
"""With fewer handled invoices in the four weeks there is no record to offer automation by."""

MOST_OFFERS = 3
"""New offers that a channel gets in a day, however many clients it has."""

SUMMARY = time(16)
"""When channels are told what was automated since the day before, in the firm's time."""

SUMMARIES_LATE = 3
"""For how many days a summary is made up for, when nothing ran at its time."""


class AutomationNews:
    """The handlers of the jobs that tell of automation."""

    def __init__(self, store: Store, outbox: Outbox, clock: Clock) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock

    async def offer(self, job: Job) -> None:
        """Offer automation in a client's channel, or show there what became of the offer; `key` is the client."""

        def read(unit: Unit) -> AutomationOffer | None:
            client = unit[Client].get(job.workspace, job.key)
            return offer(unit, client, self._clock()) if client and client.state is not ClientState.REMOVED else None

        fact = await self._store.run(read)
        if fact:
            await self._outbox.tell(job.workspace, f"automation:{job.key}", fact.client.channel, fact)

    async def day(self, job: Job) -> None:
        """Tell a channel what was written without asking; `key` is `<day>:<channel>`."""
        day, _, channel = job.key.partition(":")
        fact = await self._store.run(lambda unit: automated_day(unit, job.workspace, channel, date.fromisoformat(day)))
        if fact.written:
            await self._outbox.tell(job.workspace, f"automated:{job.key}", channel, fact)


def offer(unit: Unit, client: Client, now: datetime) -> AutomationOffer:
    """Return what a client's people are offered: automation, with how the last four weeks went."""
    since = now - OFFERED_AFTER
    return AutomationOffer(client, settings_of(unit, client), figures(handled_between(unit, client, since, now)))


async def plan_offers(store: Store, now: datetime) -> None:
    """Offer automation for clients that have been in production for four weeks, once each.

    Each client is a unit of work of its own: nobody in Slack waits for all of them.
    """
    asked: Counter[tuple[str, str]] = Counter()
    for client in await store.run(lambda unit: unit[Client].find(None, state=ClientState.PRODUCTION, order="name")):
        channel = client.workspace, client.channel
        if asked[channel] < MOST_OFFERS:
            asked[channel] += await store.run(lambda unit, client=client: _plan_offer(unit, client, now))


def _plan_offer(unit: Unit, client: Client, now: datetime) -> bool:
    since = now - OFFERED_AFTER
    handled = {"client_id": client.id, "handled_at__ge": since, "handled_at__lt": now}
    if (
        client.live_since is None
        or client.live_since > since
        or client.process is Process.BACKGROUND
        or unit[Automation].get(client.workspace, client.id)
        or unit[Handled].count(client.workspace, **handled) < FEWEST_HANDLED
    ):
        return False
    unit[Automation].put(Automation(client.workspace, client.id, offered_at=now))
    jobs.enqueue(unit, client.workspace, "offer_automation", client.id, now)
    return True


def _day(day: date) -> tuple[datetime, datetime]:
    """Return from when to when a day's summary reaches."""
    end = datetime.combine(day, SUMMARY, FIRM_TIMEZONE)
    return datetime.combine(day - timedelta(days=1), SUMMARY, FIRM_TIMEZONE), end


def automated_day(unit: Unit, workspace: str, channel: str, day: date) -> AutomatedDay:
    """Return what automation wrote of a channel's clients on a day, and what went to people as the sample."""
    since, until = _day(day)
    written: list[tuple[Client, tuple[ProductionInvoice, ...]]] = []
    sampled = 0
    for client in unit[Client].find(workspace, channel=channel, order="name"):
        rows = handled_between(unit, client, since, until)
        ids = [row.id for row in rows if row.way is Way.AUTOMATION]
        sampled += unit[AuditEntry].count(workspace, client_id=client.id, event="to_sample", at__ge=since, at__lt=until)
        if ids:
            written.append((client, tuple(unit[ProductionInvoice].find(workspace, id__in=ids, order="decided_at"))))
    return AutomatedDay(day, tuple(written), sampled)


async def plan_summaries(store: Store, now: datetime) -> None:
    """Ask for the summaries of the last days that are due, and have not been told, each client in a unit of its own.

    Asked again it does nothing new: the day and the channel are the matter's name.
    """
    local = now.astimezone(FIRM_TIMEZONE)
    days: Sequence[date] = [
        local.date() - timedelta(days=ago)
        for ago in range(SUMMARIES_LATE)
        if now >= _day(local.date() - timedelta(days=ago))[1]
    ]
    for settings in await store.run(lambda unit: unit[Automation].find(None, version__gt=0)) if days else ():
        await store.run(lambda unit, settings=settings: _plan_summary(unit, settings, days, now))


def _plan_summary(unit: Unit, settings: Automation, days: Sequence[date], now: datetime) -> None:
    client = unit[Client].get(settings.workspace, settings.id)
    if client is None:
        return
    for day in days:
        key = f"{day.isoformat()}:{client.channel}"
        since, until = _day(day)
        automated = {"client_id": client.id, "way": Way.AUTOMATION, "handled_at__ge": since, "handled_at__lt": until}
        told = unit[Message].get(client.workspace, f"automated:{key}")
        if told is None and unit[Handled].count(client.workspace, **automated):
            jobs.enqueue(unit, client.workspace, "automated_day", key, now)
