"""Durable jobs: what must happen even if the process dies.

A job is stored in the transaction that makes it necessary and deleted in none but its own success, so its handler
may run more than once and must be idempotent. Who runs them (the table and a loop, or a queue) is not known here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from services.records import Job, new_id
from services.store import Unit

Handler = Callable[[Job], Awaitable[None]]

MOST_ATTEMPTS = 5
"""After as many failures of our own a job stops and people are told; waiting (RunLater) does not count."""


class RunLater(Exception):
    """Raised by a handler: nothing is wrong with us, run the job again after a while."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__(f"again in {delay}")
        self.delay = delay


def enqueue(
    unit: Unit, workspace: str, kind: str, key: str, run_at: datetime, *, lock: str = "", **payload: str
) -> None:
    """Ask for work at a time, unless the same (kind, key) waits already; then the earlier time counts."""
    for waiting in unit[Job].find(workspace, kind=kind, key=key, boot=None, failed=None):
        if waiting.run_at > run_at:
            unit[Job].change(workspace, waiting.id, run_at=run_at)
        return
    unit[Job].add(
        Job(
            workspace=workspace,
            id=new_id(),
            kind=kind,
            key=key,
            lock=lock or f"{workspace}/{kind}/{key}",
            payload=payload,
            run_at=run_at,
        )
    )


def channel_lock(workspace: str, channel: str) -> str:
    """Return what keeps the messages of a channel one after another, in the order in which they were asked for."""
    return f"{workspace}/channel/{channel}"


def backoff(attempts: int) -> timedelta:
    """Return how long a job that failed waits: 2, 4, 8 ... seconds, at most ten minutes."""
    return timedelta(seconds=min(2.0**attempts, 600.0))
