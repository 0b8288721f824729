"""One call at a time per company, between two programs on one database: the bot and the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.netvisor import ACCOUNTANT
from services.netvisor import CompanyLease
from services.netvisor.transport import TIMEOUT
from services.records import CompanyLease as StoredLease
from storage import SQLiteStore, open_store
from storage.leases import EVERYBODY, LEASE, DatabaseLeases
from tests.services.conftest import NOW, Firm

HOST, COMPANY = "integration.netvisor.fi", "1234567-1"


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[SQLiteStore, SQLiteStore]]:
    """Two programs' connections to one file."""
    first, second = (open_store(tmp_path / "fabric.db") for _ in range(2))
    yield first, second
    first.close()
    second.close()


class Time:
    """A clock that is moved by hand, and counts how often it is asked: once for each try to take a company."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        self.asked = 0

    def __call__(self) -> datetime:
        self.asked += 1
        return self.now


async def test_two_programs_never_overlap_on_a_company(firm: Firm, stores: tuple[SQLiteStore, SQLiteStore]) -> None:
    company, firm.netvisor.latency = firm.company("Vaahtera"), 0.01
    credential = firm.netvisor.create_credential(ACCOUNTANT)
    programs = [
        firm.client(company.business_id, credential, leases=DatabaseLeases(store, lambda: NOW, holder))
        for store, holder in zip(stores, ("boot:a", "command:b"), strict=True)
    ]
    await asyncio.gather(*(program.dimensions() for program in programs * 4))
    assert len(firm.netvisor.calls) == 8
    assert firm.netvisor.overlaps == []


async def test_without_a_lease_in_common_two_programs_do_overlap(firm: Firm) -> None:
    """The sandbox notices calls that overlap, so that its silence about them means something."""
    company, firm.netvisor.latency = firm.company("Vaahtera"), 0.05
    credential = firm.netvisor.create_credential(ACCOUNTANT)
    programs = [firm.client(company.business_id, credential) for _ in range(2)]
    await asyncio.gather(*(program.dimensions() for program in programs), return_exceptions=True)
    assert len(firm.netvisor.overlaps) == 1
    firm.netvisor.overlaps.clear()


async def taken(time: Time, leases: CompanyLease, host: str = HOST, business_id: str = COMPANY) -> bool:
    """Return whether somebody holds a company: whoever wants it then has to try again."""

    async def hold() -> None:
        async with leases.hold(host, business_id):
            pass

    before, holding = time.asked, asyncio.create_task(hold())
    while not holding.done() and time.asked < before + 2:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    holding.cancel()
    try:
        await holding
    except asyncio.CancelledError:
        return True
    return False


async def test_a_lease_is_of_one_company_of_one_host(stores: tuple[SQLiteStore, SQLiteStore]) -> None:
    time = Time()
    bot, command = DatabaseLeases(stores[0], time, "boot:a"), DatabaseLeases(stores[1], time, "command:b")
    async with bot.hold(HOST, COMPANY):
        assert await taken(time, command)
        assert not await taken(time, command, business_id="0737546-2")
        assert not await taken(time, command, host="isvapi.netvisor.fi")
    assert not await taken(time, command)


async def test_what_fails_gives_its_lease_back(stores: tuple[SQLiteStore, SQLiteStore]) -> None:
    time = Time()
    bot, command = DatabaseLeases(stores[0], time, "boot:a"), DatabaseLeases(stores[1], time, "command:b")
    with pytest.raises(ZeroDivisionError):
        async with bot.hold(HOST, COMPANY):
            raise ZeroDivisionError
    assert not await taken(time, command)


async def test_a_turn_can_be_kept_after_its_end(stores: tuple[SQLiteStore, SQLiteStore]) -> None:
    """After a time-out: the other program waits for as long as Netvisor may be at work, and no longer."""
    time = Time()
    bot, command = DatabaseLeases(stores[0], time, "boot:a"), DatabaseLeases(stores[1], time, "command:b")
    async with bot.hold(HOST, COMPANY) as turn:
        turn.kept_for = 240.0
    assert await taken(time, bot)
    time.now += timedelta(seconds=239)
    assert await taken(time, command)
    time.now += timedelta(seconds=2)
    assert not await taken(time, command)
    assert not await taken(time, bot)


async def test_the_lease_of_a_dead_program_ends_by_itself(stores: tuple[SQLiteStore, SQLiteStore]) -> None:
    time = Time()
    dead = StoredLease(EVERYBODY, f"{HOST}/{COMPANY}", "boot:dead", time.now + LEASE)
    await stores[0].run(lambda unit: unit[StoredLease].add(dead))
    command = DatabaseLeases(stores[1], time, "command:b")
    assert await taken(time, command)
    time.now += LEASE + timedelta(seconds=1)
    assert not await taken(time, command)


async def test_a_starting_bot_frees_the_leases_of_earlier_boots_only(stores: tuple[SQLiteStore, SQLiteStore]) -> None:
    time = Time()
    for number, holder in enumerate(("boot:dead", "command:b")):
        lease = StoredLease(EVERYBODY, f"{HOST}/{number}", holder, time.now + LEASE)
        await stores[0].run(lambda unit, lease=lease: unit[StoredLease].add(lease))
    bot = DatabaseLeases(stores[1], time, "boot:new")
    await bot.free_earlier("boot:")
    assert not await taken(time, bot, business_id="0")
    assert await taken(time, bot, business_id="1")


async def test_a_lease_outlives_the_longest_call() -> None:
    assert timedelta(seconds=TIMEOUT) < LEASE


async def test_a_turn_that_is_given_up_half_way_leaves_no_lease(tmp_path: Path) -> None:
    store = open_store(tmp_path / "fabric.db")
    leases = DatabaseLeases(store, lambda: NOW, "bot:1")

    async def call() -> None:
        async with leases.hold("netvisor", "1234567-1"):
            await asyncio.sleep(10)

    for turns in range(20):
        task = asyncio.create_task(call())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert await store.run(lambda unit: unit[StoredLease].count(None)) == 0
    await asyncio.to_thread(store.close)
