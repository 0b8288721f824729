"""Runs durable jobs: claims what is due, keeps its lease, repeats what failed, and says when it gives up.

One process owns the jobs of its boot. A job whose boot is gone belonged to a process that died: a starting process
frees those at once, so work continues where its last unit of work was stored.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from handlers.faults import new_reference
from services.clock import Clock
from services.installations import is_removed, put_off
from services.jobs import MOST_ATTEMPTS, Handler, RunLater, backoff
from services.notifier import SlackBusy
from services.records import Job
from services.store import Store, Unit

log = structlog.get_logger(__name__)

AT_ONCE = {
    "check": 32,
    "trial": 4,
    "card": 64,
    "morning": 64,
    "fetch": 16,
    "write": 8,
    "train": 4,
    "refresh": 2,
    "measure": 1,
}
"""How many jobs of the kinds that take long run side by side.

Checks wait for Netvisor most of their time, each for another company: two hundred of a dozen calls that take 100 ms
are done in some ten seconds by so many. A trial holds credentials against hundreds of companies. Fetching and writing
invoices wait for Netvisor too. Trainings last minutes and compute; the night's refreshing has hours. Cards and morning
messages may be thousands at once, and wait most of their time as well: each channel takes one a second.
"""

OTHERS_AT_ONCE = 12
"""How many of all others: they are short, messages mostly, and never stand in line behind the long ones."""

LEASE = timedelta(minutes=5)
ASTRAY_RESTS = timedelta(seconds=10)
"""How long a job rests whose end could not be stored: a database that takes nothing (a full disk) is not pressed."""

LOOK_AGAIN = 0.5
"""Seconds after which the table is looked at again, when nobody woke us."""

GiveUp = Callable[[Job, str], Awaitable[None]]


class Runner:
    """The job loop of one process."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        boot: str,
        handlers: Mapping[str, Handler],
        give_up: Mapping[str, GiveUp],
    ) -> None:
        self._store = store
        self._clock = clock
        self._boot = boot
        self._handlers = handlers
        self._give_up = give_up
        self._others = [kind for kind in handlers if kind not in AT_ONCE]
        self._awake = asyncio.Event()
        self._tasks: dict[asyncio.Task[None], Job] = {}
        self._astray: list[Job] = []
        self._loop: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Look at the table now."""
        self._awake.set()

    async def start(self) -> None:
        """Free the jobs of processes that died, and begin."""
        await self._store.run(self._free)
        self._loop = asyncio.create_task(self._run(), name="job runner")

    def _free(self, unit: Unit) -> None:
        for job in unit[Job].find(None):
            if job.boot is not None and job.boot != self._boot:
                unit[Job].change(job.workspace, job.id, boot=None, lease_until=None)

    async def stop(self, patience: float = 10.0) -> None:
        """Claim nothing more, let running jobs end for some seconds, then cut them off; they run again later."""
        if self._loop:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                await self._claim()
            except Exception:
                log.exception("runner.claim_failed")
            try:
                async with asyncio.timeout(LOOK_AGAIN):
                    await self._awake.wait()
            except TimeoutError:
                pass
            self._awake.clear()

    async def _claim(self) -> None:
        running = Counter(job.kind if job.kind in AT_ONCE else "" for job in self._tasks.values())
        now, astray = self._clock(), tuple(self._astray)

        def claim(unit: Unit) -> list[Job]:
            for job in astray:
                self._return(unit, job, run_at=now + ASTRAY_RESTS)
            free = OTHERS_AT_ONCE - running[""]
            jobs = unit.claim_jobs(now, self._boot, now + LEASE, free, kind__in=self._others) if free > 0 else []
            for kind, most in AT_ONCE.items():
                if most > running[kind]:
                    jobs += unit.claim_jobs(now, self._boot, now + LEASE, most - running[kind], kind=kind)
            return jobs

        claimed = await self._store.run(claim)
        del self._astray[: len(astray)]
        for job in claimed:
            task = asyncio.create_task(self._work(job), name=f"{job.kind} {job.key}")
            self._tasks[task] = job
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        job = self._tasks.pop(task)
        error = None if task.cancelled() else task.exception()
        if error:
            # How it ended could not be stored: it would count as running, and keep its lock, until the next start.
            log.error("job.not_stored", kind=job.kind, key=job.key, exc_info=error)
            self._astray.append(job)
        self.wake()

    async def _work(self, job: Job) -> None:
        try:
            await self._handlers[job.kind](job)
        except (RunLater, SlackBusy) as later:
            # It got as far as waiting: faults of long ago are not held against a job that comes again for years.
            run_at = self._clock() + later.delay
            await self._store.run(lambda unit: self._return(unit, job, run_at=run_at, attempts=0))
        except asyncio.CancelledError:
            await self._store.run(lambda unit: self._return(unit, job))
            raise
        except Exception as error:
            await self._failed(job, error)
        else:
            await self._store.run(lambda unit: unit[Job].delete(job.workspace, id=job.id))

    def _return(self, unit: Unit, job: Job, *, run_at: datetime | None = None, **changes: Any) -> None:
        """Put a job back; where the same work was asked for meanwhile, that request stands for both, the earlier time.

        Without a time it is due as it was.
        """
        run_at = run_at or job.run_at
        for waiting in unit[Job].find(job.workspace, kind=job.kind, key=job.key, boot=None, failed=None):
            if waiting.id != job.id:
                unit[Job].change(job.workspace, waiting.id, run_at=min(waiting.run_at, run_at))
                unit[Job].delete(job.workspace, id=job.id)
                return
        unit[Job].change(job.workspace, job.id, boot=None, lease_until=None, run_at=run_at, **changes)

    def _put_off(self, unit: Unit, job: Job) -> bool:
        """Put off a job whose workspace has removed the app while it ran: that is no fault of it."""
        removed = is_removed(unit, job.workspace)
        if removed:
            self._return(unit, job, run_at=put_off(self._clock()))
        return removed

    async def _failed(self, job: Job, error: Exception) -> None:
        if await self._store.run(lambda unit: self._put_off(unit, job)):
            log.info("job.put_off", kind=job.kind, error=type(error).__name__)
            return
        reference = new_reference()
        attempts = job.attempts + 1
        log.error("job.failed", kind=job.kind, key=job.key, attempts=attempts, reference=reference, exc_info=error)
        if attempts < MOST_ATTEMPTS:
            run_at = self._clock() + backoff(attempts)
            await self._store.run(lambda unit: self._return(unit, job, attempts=attempts, run_at=run_at))
            return
        give_up = self._give_up.get(job.kind)
        if give_up:
            await give_up(job, reference)
        await self._store.run(
            lambda unit: unit[Job].change(job.workspace, job.id, boot=None, attempts=attempts, failed=reference)
        )
