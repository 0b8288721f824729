"""What is written into Netvisor one after another: what comes next, and the rest before an attempt is read back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from services.jobs import RunLater
from services.records import Client, ClientState, Job
from services.store import Unit

REST = timedelta(minutes=3)
"""How long a write of unknown outcome rests before it is read back: Netvisor may work on it longer than the 120
seconds that we wait for an answer. Read here alone: the kill tests' bot shortens it."""

R = TypeVar("R")


def next_write(unit: Unit, job: Job, table: type[R], begun: str, ready: str, order: str) -> tuple[Client, R] | None:
    """Return the client, the job's `key`, and what is to be written next: the oldest by `order`.

    What was begun is settled even where nothing new may be written.
    """
    client = unit[Client].get(job.workspace, job.key)
    if client is None or client.state in (ClientState.REMOVED, ClientState.PAUSED):
        return None
    for state in (begun, ready) if client.state is ClientState.PRODUCTION else (begun,):
        rows = unit[table].find(client.workspace, client_id=client.id, state=state, order=order, limit=1)
        if rows:
            return client, rows[0]
    return None


def resting() -> RunLater:
    """Return what a job raises whose write has an unknown outcome: it comes again when that has rested."""
    return RunLater(REST)


def let_rest(attempted_at: datetime | None, now: datetime) -> None:
    """Raise RunLater until an attempt that nobody heard the end of has rested; Netvisor may be at it still."""
    assert attempted_at is not None
    rest = attempted_at + REST - now
    if rest > timedelta():
        raise RunLater(rest)
