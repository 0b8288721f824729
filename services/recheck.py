"""When a client's rights are looked at again, by ourselves.

Every client once a night, each at a time of its own, so that they are spread over the quiet hours. A blocked one also
ten minutes and an hour after it was blocked: a repair is noticed without anybody pressing anything. The next look is
a durable job that is asked for when the last one ends; `plan_rechecks` finds those who have none.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, time, timedelta

from services import jobs
from services.clock import FIRM_TIMEZONE
from services.records import Client, ClientState, Job
from services.store import Unit

AGAIN_WHEN_BLOCKED = (timedelta(minutes=10), timedelta(hours=1))

QUIET_FROM = time(1, 0)
QUIET_FOR = timedelta(hours=4)
"""The firm's quiet hours, in its own time."""

AT_ONCE = 4
"""How many clients of a workspace are looked at side by side: what people ask for must not wait for it."""


def next_recheck(client: Client, now: datetime) -> datetime:
    """Return when a client's rights are looked at next."""
    if client.state is ClientState.BLOCKED and client.state_since:
        for wait in AGAIN_WHEN_BLOCKED:
            if now < client.state_since + wait:
                return client.state_since + wait
    return next_night(client, now)


def next_night(client: Client, now: datetime) -> datetime:
    """Return a client's own time in the next quiet hours."""
    share = int.from_bytes(hashlib.sha256(client.id.encode()).digest()[:4]) / 2**32
    day = now.astimezone(FIRM_TIMEZONE).date()
    for ahead in (0, 1):
        night = datetime.combine(day + timedelta(days=ahead), QUIET_FROM, FIRM_TIMEZONE) + QUIET_FOR * share
        if night > now:
            return night
    raise AssertionError("tomorrow's night is ahead")


def is_quiet(now: datetime) -> bool:
    """Tell whether the quiet hours last."""
    local = now.astimezone(FIRM_TIMEZONE)
    begins = datetime.combine(local.date(), QUIET_FROM, FIRM_TIMEZONE)
    return begins <= local < begins + QUIET_FOR


def is_rechecked(client: Client) -> bool:
    """Tell whether a client is looked at by ourselves: paused and removed ones are left alone."""
    return client.state not in (ClientState.PAUSED, ClientState.REMOVED)


def plan_recheck(unit: Unit, client: Client, now: datetime) -> None:
    """Ask for the next look at a client."""
    if is_rechecked(client):
        lane = int(hashlib.sha256(client.id.encode()).hexdigest(), 16) % AT_ONCE
        lock = f"{client.workspace}/recheck/{lane}"
        jobs.enqueue(unit, client.workspace, "recheck", client.id, next_recheck(client, now), lock=lock)


def plan_rechecks(unit: Unit, now: datetime) -> None:
    """Ask for the next look at every client that waits for none."""
    waiting = {(job.workspace, job.key) for job in unit[Job].find(None, kind="recheck", failed=None)}
    for client in unit[Client].find(None):
        if (client.workspace, client.id) not in waiting:
            plan_recheck(unit, client, now)
