"""The job loop: what comes again for years, what was asked for meanwhile, and a database that takes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from bot.runner import Runner
from services import jobs
from services.jobs import MOST_ATTEMPTS, RunLater
from services.records import Job
from services.store import Unit
from storage import SQLiteStore, open_store
from tests.conftest import Log

T = TypeVar("T")
NOON = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class Office:
    """A store, a clock that stands still until it is moved, and what a job does each time."""

    def __init__(self, store: SQLiteStore) -> None:
        self.store = store
        self.now = NOON
        self.ran = 0
        self.does: Callable[[int], Awaitable[None]]
        self.refuses = 0
        """How many units of work the database will refuse from now on."""

        async def handle(job: Job) -> None:
            self.ran += 1
            await self.does(self.ran)

        self.runner = Runner(self, lambda: self.now, "boot", {"tell": handle}, {})  # pyright: ignore[reportArgumentType]

    async def run(self, work: Callable[[Unit], T], *, urgent: bool = False) -> T:
        """Run a unit of work, as a store does, unless the disk is full."""
        if self.refuses:
            self.refuses -= 1
            raise OSError("database or disk is full")
        return await self.store.run(work, urgent=urgent)

    def ask(self, key: str = "a", at: timedelta = timedelta()) -> None:
        self.store.run_now(lambda unit: jobs.enqueue(unit, "T", "tell", key, self.now + at))

    @property
    def jobs(self) -> list[Job]:
        return self.store.run_now(lambda unit: unit[Job].find("T", order="run_at"))

    async def round(self, times: int) -> None:
        """Wait until the job has run so often, and what it left is stored."""
        async with asyncio.timeout(20):
            while self.ran < times or any(job.boot for job in self.jobs):
                self.runner.wake()
                await asyncio.sleep(0.01)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = Office(open_store(tmp_path / "fabric.db"))
    yield office
    await office.runner.stop()
    office.store.close()


async def test_a_job_that_comes_again_for_years_does_not_end_by_faults_months_apart(office: Office, log: Log) -> None:
    async def fail_now_and_then(times: int) -> None:
        if times % 2:
            raise ValueError("a fault that passes")
        raise RunLater(DAY)

    office.does = fail_now_and_then
    office.ask()
    await office.runner.start()
    for times in range(1, 2 * MOST_ATTEMPTS + 3):
        await office.round(times)
        office.now += DAY
    (job,) = office.jobs
    assert job.failed is None


async def test_a_job_that_fails_each_time_is_given_up(office: Office, log: Log) -> None:
    async def fail(times: int) -> None:
        raise ValueError("a fault that stays")

    office.does = fail
    office.ask()
    await office.runner.start()
    for times in range(1, MOST_ATTEMPTS + 1):
        await office.round(times)
        office.now += DAY
    (job,) = office.jobs
    assert job.failed


@pytest.mark.parametrize("outcome", [RunLater(timedelta(minutes=1)), ValueError("a fault")])
async def test_what_was_asked_for_meanwhile_does_not_put_off_what_was_due(office: Office, outcome: Exception) -> None:
    async def ask_for_tomorrow(times: int) -> None:
        if times == 1:
            office.ask(at=DAY)
            raise outcome

    office.does = ask_for_tomorrow
    office.ask()
    await office.runner.start()
    await office.round(1)
    (job,) = office.jobs
    assert job.run_at <= NOON + timedelta(minutes=1)


async def test_a_job_whose_end_the_database_did_not_take_runs_again_without_a_restart(office: Office, log: Log) -> None:
    async def fill_the_disk(times: int) -> None:
        office.refuses = 1 if times == 1 else 0

    office.does = fill_the_disk
    office.ask()
    await office.runner.start()
    async with asyncio.timeout(20):
        while not [line for line in log.events if line["event"] == "job.not_stored"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    office.ask("b")  # another matter goes on meanwhile
    await office.round(2)
    office.now += timedelta(minutes=1)
    await office.round(3)
    assert office.jobs == []
