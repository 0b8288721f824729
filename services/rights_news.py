"""What a channel is told of its clients' rights: lost, still refused after an hour, in order again. Each once.

A piece of news is stored in the unit of work that makes it true, under an id that it can have once. What has gathered
for a channel is told in one message: after a minute by day, and what happened at night in the morning, so that a user
who is removed from two hundred companies at two o'clock is one message and not two hundred.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, time, timedelta

from services import jobs
from services.clock import FIRM_TIMEZONE, Clock
from services.facts import RightsReport
from services.outbox import Outbox
from services.records import Client, ClientState, Job, Message, MessageState, NewsKind, RightsNews
from services.store import Store, Unit

GATHERED_FOR = timedelta(minutes=1)
DAY_BEGINS, DAY_ENDS = time(7, 30), time(21, 0)
"""When channels are told something, in the firm's time."""

BEGUN_WITHIN = timedelta(days=1)
"""For how long a message that was begun and did not get to Slack takes up what comes after it."""

STILL_AFTER = timedelta(hours=1)


def telling_time(now: datetime) -> datetime:
    """Return when what happens now is told."""
    at = (now + GATHERED_FOR).astimezone(FIRM_TIMEZONE)
    if at.time() >= DAY_ENDS:
        return datetime.combine(at.date() + timedelta(days=1), DAY_BEGINS, FIRM_TIMEZONE)
    if at.time() < DAY_BEGINS:
        return datetime.combine(at.date(), DAY_BEGINS, FIRM_TIMEZONE)
    return at


def note_news(unit: Unit, before: Client, after: Client, now: datetime) -> None:
    """Keep what has changed between two states of a client for its channel, if that is news.

    A client that was never in order is not news when it is blocked (whoever asked sees it), but is when it still is
    after an hour. One in order again is news where its trouble was told; where it was not, neither is.
    """
    since = before.state_since or now
    working = (ClientState.TRAINING, ClientState.PRODUCTION)
    told = unit[RightsNews].find(before.workspace, client_id=before.id, since=since)
    if after.state is ClientState.BLOCKED and before.state in working:
        _add(unit, after, NewsKind.LOST, after.state_since or now, now)
    elif after.state is ClientState.BLOCKED and before.state is ClientState.BLOCKED:
        if not told and now - since >= STILL_AFTER:
            _add(unit, after, NewsKind.STILL, since, now)
        elif told and set(after.missing) != set(max(told, key=lambda news: news.happened_at).missing):
            _add(unit, after, NewsKind.CHANGED, since, now)
    elif before.state is ClientState.BLOCKED and after.state in working:
        unit[RightsNews].delete(before.workspace, client_id=before.id, since=since, told_in="")
        if any(news.told_in for news in told):
            _add(unit, after, NewsKind.REGAINED, since, now)


def _add(unit: Unit, client: Client, kind: NewsKind, since: datetime, now: datetime) -> None:
    what = hashlib.sha256(",".join(sorted(client.missing)).encode()).hexdigest()[:8]
    news = RightsNews(
        workspace=client.workspace,
        id=f"{client.id}:{since.isoformat()}:{kind}:{what}",
        client_id=client.id,
        channel=client.channel,
        kind=kind,
        missing=client.missing,
        since=since,
        happened_at=now,
    )
    if unit[RightsNews].add(news):
        jobs.enqueue(unit, client.workspace, "rights_news", client.channel, telling_time(now))


class RightsNewsTeller:
    """The handler of the job that tells a channel what has gathered for it."""

    def __init__(self, store: Store, outbox: Outbox, clock: Clock) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock

    async def tell(self, job: Job) -> None:
        """Tell a channel its news in one message; `key` is the channel. What is no longer true is left out."""
        matter, report = await self._store.run(lambda unit: self._take(unit, job))
        if not report.lost and not report.still and not report.regained:
            return
        if await self._outbox.tell(job.workspace, matter, job.key, report):
            return
        # The channel takes nothing from us: those who added the clients are told.
        for person in dict.fromkeys(client.added_by for client in report.clients):
            await self._outbox.tell(job.workspace, f"{matter}:{person}", person, report.of(person))

    def _take(self, unit: Unit, job: Job) -> tuple[str, RightsReport]:
        """Mark what waits as told in one message, and return its matter and all that is in it and still true.

        That is the message which an earlier job did not get to Slack, if there is one: a job that comes again gives way
        to one that was asked for meanwhile.
        """
        since = self._clock() - BEGUN_WITHIN
        begun = unit[RightsNews].find(job.workspace, channel=job.key, told_in__gt="", happened_at__gt=since)
        told_in = next((news.told_in for news in begun if not _is_told(unit, news)), job.id)
        for news in unit[RightsNews].find(job.workspace, channel=job.key, told_in=""):
            unit[RightsNews].change(job.workspace, news.id, told_in=told_in)
        taken = unit[RightsNews].find(job.workspace, told_in=told_in, order="happened_at")

        def clients(*kinds: NewsKind) -> tuple[Client, ...]:
            ids = dict.fromkeys(news.client_id for news in taken if news.kind in kinds)
            found = [client for client_id in ids if (client := unit[Client].get(job.workspace, client_id))]
            return tuple(sorted(found, key=lambda client: client.name.casefold()))

        def blocked(*kinds: NewsKind) -> tuple[Client, ...]:
            return tuple(client for client in clients(*kinds) if client.state is ClientState.BLOCKED)

        working = (ClientState.TRAINING, ClientState.PRODUCTION)
        report = RightsReport(
            blocked(NewsKind.LOST, NewsKind.CHANGED),
            blocked(NewsKind.STILL),
            tuple(client for client in clients(NewsKind.REGAINED) if client.state in working),
        )
        return _matter(told_in), report


def _matter(told_in: str) -> str:
    return f"rights_news:{told_in}"


def _is_told(unit: Unit, news: RightsNews) -> bool:
    """Tell whether the message that a piece of news belongs to has come to its end."""
    message = unit[Message].get(news.workspace, _matter(news.told_in))
    return message is not None and message.state is not MessageState.SENDING
