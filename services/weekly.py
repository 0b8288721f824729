"""How it goes: a note a channel every Monday morning, and the same for a client or the firm when somebody asks.

Figures are read client by client, each in a unit of work of its own, so that a firm with hundreds of clients and a
busy month keeps nobody who presses a button waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

import structlog

from services import jobs
from services.access import Right, may
from services.clock import FIRM_TIMEZONE, Clock
from services.facts import Drift, Report
from services.measuring import Figures, figures, handled_between
from services.notice_choices import MORNING
from services.notifier import SlackRefused, language_of
from services.outbox import Outbox
from services.records import Client, Drifts, Handled, Job, Message, Person, new_id
from services.store import Store, Unit
from services.uploads import RenderedFile, Uploads

WEEKS = 6
"""How many weeks the picture compares."""

ASKED_WEEKS = 4
"""How many weeks somebody is told of who asks."""

LATE = timedelta(days=2)
"""For how long a Monday's note is made up for, when nothing ran at its time."""

Picture = Callable[[str, Report], RenderedFile | None]
"""Returns the picture of a report in a language; None where there is nothing to compare."""

log = structlog.get_logger(__name__)


def beginning(day: date) -> datetime:
    """Return when a day begins for the firm."""
    return datetime.combine(day, time(), FIRM_TIMEZONE)


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def weeks_before(monday: date, number: int) -> list[date]:
    """Return the Mondays of the weeks before one, oldest first."""
    return [monday - timedelta(weeks=back) for back in range(number, 0, -1)]


def client_report(unit: Unit, client: Client, now: datetime) -> Report:
    """Return how a client went until now: the last four weeks, the present one included."""
    today = now.astimezone(FIRM_TIMEZONE).date()
    begins = monday_of(today) - timedelta(weeks=ASKED_WEEKS - 1)
    rows = handled_between(unit, client, beginning(begins), now)
    return Report(begins, today, ((client, figures(rows)),), (), tuple(drifts_of(unit, client, begins)))


def drifts_of(unit: Unit, client: Client, since: date) -> list[Drift]:
    """Return the vendors of a client whose account changed since a day."""
    known = unit[Drifts].get(client.workspace, client.id)
    found = [
        Drift(client, one[0], one[1], one[2], date.fromisoformat(one[3])) for one in (known.changes if known else ())
    ]
    return [drift for drift in found if drift.since >= since]


def ask_report(unit: Unit, workspace: str, person: str, now: datetime) -> None:
    """Have a person told directly how all clients that they may see go."""
    jobs.enqueue(unit, workspace, "report", new_id(), now, person=person)


async def plan_weekly(store: Store, now: datetime) -> None:
    """Ask for the note of the week before in every channel that has anything to tell, from Monday morning on.

    Each client is a unit of work of its own: nobody in Slack waits for all of them. Asked again it does nothing new:
    the Monday and the channel are the matter's name.
    """
    monday = monday_of(now.astimezone(FIRM_TIMEZONE).date())
    due = datetime.combine(monday, MORNING, FIRM_TIMEZONE)
    if not due <= now < due + LATE:
        return
    for client in await store.run(lambda unit: unit[Client].find(None)):
        await store.run(lambda unit, client=client: _plan_week(unit, client, monday, now))


def _plan_week(unit: Unit, client: Client, monday: date, now: datetime) -> None:
    key = f"{monday.isoformat()}:{client.channel}"
    if unit[Message].get(client.workspace, f"weekly:{key}"):
        return
    since, until = beginning(monday - timedelta(weeks=1)), beginning(monday)
    if unit[Handled].count(client.workspace, client_id=client.id, handled_at__ge=since, handled_at__lt=until):
        jobs.enqueue(unit, client.workspace, "weekly", key, now)


class Weekly:
    """The handlers of the jobs that report."""

    def __init__(self, store: Store, outbox: Outbox, uploads: Uploads, clock: Clock, picture: Picture) -> None:
        self._store = store
        self._outbox = outbox
        self._uploads = uploads
        self._clock = clock
        self._picture = picture

    async def week(self, job: Job) -> None:
        """Tell a channel how last week went; `key` is `<Monday>:<channel>`."""
        day, _, channel = job.key.partition(":")
        monday = date.fromisoformat(day)
        clients = await self._store.run(lambda unit: unit[Client].find(job.workspace, order="name"))
        own = [client for client in clients if client.channel == channel]
        report = await self._report(
            own, weeks_before(monday, WEEKS), [client for client in clients if client not in own]
        )
        if report.total.invoices:
            await self._tell(job.workspace, f"weekly:{job.key}", channel, report)

    async def asked(self, job: Job) -> None:
        """Tell a person how the clients that they may see went in the last four whole weeks."""
        person_id = job.payload["person"]

        def read(unit: Unit) -> list[Client]:
            person = unit[Person].get(job.workspace, person_id)
            clients = unit[Client].find(job.workspace, order="name")
            return [client for client in clients if person and may(unit, person, Right.SEE, client)]

        monday = monday_of(self._clock().astimezone(FIRM_TIMEZONE).date())
        weeks = weeks_before(monday, ASKED_WEEKS)
        report = await self._report(await self._store.run(read), weeks, (), whole=True)
        await self._tell(job.workspace, f"report:{job.key}", person_id, report)

    async def _report(
        self, clients: Sequence[Client], weeks: Sequence[date], others: Sequence[Client], *, whole: bool = False
    ) -> Report:
        """Return a report of the last of some weeks, or of all of them; `others` are the firm's other clients."""
        by_week = dict.fromkeys(weeks, Figures())
        rows: list[tuple[Client, Figures]] = []
        found: list[Drift] = []
        begins = weeks[0] if whole else weeks[-1]
        for client in clients:
            own = Figures()
            for week in weeks:
                told = await self._figures(client, week)
                by_week[week] += told
                own = own + told if week >= begins else own
            if own.invoices:
                rows.append((client, own))
                found += await self._store.run(lambda unit, client=client: drifts_of(unit, client, begins))
        rows.sort(key=lambda row: -row[1].invoices)
        ends = weeks[-1] + timedelta(days=6)
        firm = None
        if others:
            firm = sum([await self._figures(one, weeks[-1]) for one in others], by_week[weeks[-1]])
        return Report(begins, ends, tuple(rows), tuple(by_week.items()), tuple(found), firm)

    async def _figures(self, client: Client, week: date) -> Figures:
        since, until = beginning(week), beginning(week + timedelta(weeks=1))
        rows = await self._store.run(lambda unit: handled_between(unit, client, since, until))
        return figures(rows)

    async def _tell(self, workspace: str, matter: str, address: str, report: Report) -> None:
        if not await self._outbox.tell(workspace, matter, address, report):
            return
        person = address if address[:1] in "UW" else None
        language = await self._store.run(lambda unit: language_of(unit, workspace, person))
        file = await asyncio.to_thread(self._picture, language, report)
        if file is None:
            return
        try:
            await self._uploads.send(workspace, f"picture:{matter}", address, file, thread_of=matter)
        except SlackRefused as refused:
            log.warning("picture.refused", code=refused.code, matter=matter)
