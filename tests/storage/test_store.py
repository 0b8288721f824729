"""The store through its public surface: units of work in, the file after it."""

from __future__ import annotations

import asyncio
import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services import records
from services.jobs import enqueue
from services.records import Client, ClientState, Job, Process, RightsCheck
from services.store import Unit
from storage import SQLiteStore, open_store
from storage.repositories import TABLES

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def company(workspace: str = "T1", business_id: str = "1234567-1", record_id: str = "a") -> Client:
    return Client(
        workspace=workspace,
        id=record_id,
        business_id=business_id,
        name="Kataja Oy",
        process=Process.STANDARD,
        channel="C1",
        credential_id="k",
        state=ClientState.CHECKING,
        added_by="U1",
        added_at=NOW,
        missing=("posting",),
    )


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path / "data" / "fabric.db")
    yield opened
    opened.close()


async def test_a_record_comes_back_as_it_was(store: SQLiteStore) -> None:
    check = RightsCheck("T1", "a", NOW, "U1", findings=({"id": "company", "ä": 1},), watchers={"V1": "U1"})
    await store.run(lambda unit: (unit[Client].add(company()), unit[RightsCheck].put(check)))
    assert await store.run(lambda unit: unit[Client].get("T1", "a")) == company()
    assert await store.run(lambda unit: unit[RightsCheck].get("T1", "a")) == check


async def test_other_workspaces_see_nothing(store: SQLiteStore) -> None:
    await store.run(lambda unit: unit[Client].add(company()))
    assert await store.run(lambda unit: unit[Client].get("T2", "a")) is None
    assert await store.run(lambda unit: unit[Client].find("T2")) == []
    assert not await store.run(lambda unit: unit[Client].change("T2", "a", name="x"))
    assert await store.run(lambda unit: unit[Client].delete("T2", id="a")) == 0


async def test_one_field_is_read_without_the_others(store: SQLiteStore) -> None:
    companies = [company(business_id=f"{number}", record_id=letter) for number, letter in enumerate("cab")]
    await store.run(lambda unit: unit[Client].put(*companies, company("T2", "9", "z")))
    assert await store.run(lambda unit: unit[Client].values("business_id", "T1")) == ["1", "2", "0"]
    assert await store.run(lambda unit: unit[Client].values("id", "T1", order="-business_id", limit=2)) == ["b", "a"]
    assert await store.run(lambda unit: unit[Client].values("process", "T1", id="a")) == [Process.STANDARD]
    assert await store.run(lambda unit: unit[Client].values("added_at", None, id="z")) == [NOW]
    assert await store.run(lambda unit: unit[Client].values("state_since", "T1", id="a")) == [None]


async def test_a_business_id_is_unique_in_a_workspace_only(store: SQLiteStore) -> None:
    def add(unit: Unit) -> list[bool]:
        return [
            unit[Client].add(company()),
            unit[Client].add(company(record_id="b")),
            unit[Client].add(company(workspace="T2", record_id="c")),
        ]

    assert await store.run(add) == [True, False, True]


async def test_change_only_if_as_expected(store: SQLiteStore) -> None:
    await store.run(lambda unit: unit[Client].add(company()))
    expected = {"state": ClientState.TRAINING}
    assert not await store.run(lambda unit: unit[Client].change("T1", "a", expected, state=ClientState.PRODUCTION))
    expected = {"state": ClientState.CHECKING}
    assert await store.run(lambda unit: unit[Client].change("T1", "a", expected, state=ClientState.TRAINING))


async def test_an_exception_undoes_its_own_unit_and_no_other(store: SQLiteStore) -> None:
    def fails(unit: Unit) -> None:
        unit[Client].add(company(record_id="bad", business_id="7654321-0"))
        raise ValueError("stop")

    results = await asyncio.gather(
        store.run(lambda unit: unit[Client].add(company())), store.run(fails), return_exceptions=True
    )
    assert results[0] is True
    assert isinstance(results[1], ValueError)
    assert [client.id for client in await store.run(lambda unit: unit[Client].find(None))] == ["a"]


async def test_conditions_and_order(store: SQLiteStore) -> None:
    def fill(unit: Unit) -> None:
        for number in range(4):
            unit[Client].add(company(record_id=str(number), business_id=f"{number}"))

    await store.run(fill)

    def ids(**conditions: object) -> list[str]:
        return [c.id for c in store.run_now(lambda unit: unit[Client].find("T1", order="-id", **conditions))]

    assert ids(id__in=["1", "3"]) == ["3", "1"]
    assert ids(id__in=[]) == []
    assert ids(id__gt="1", id__le="3") == ["3", "2"]
    assert ids(state_since=None, limit=1) == ["3"]
    assert store.run_now(lambda unit: unit[Client].count("T1", business_id__ge="2")) == 2


async def test_a_job_waits_once_and_the_earlier_time_counts(store: SQLiteStore) -> None:
    later = NOW + timedelta(hours=1)
    await store.run(lambda unit: enqueue(unit, "T1", "check", "a", later, client="a"))
    await store.run(lambda unit: enqueue(unit, "T1", "check", "a", NOW, client="a"))
    (job,) = await store.run(lambda unit: unit[Job].find("T1"))
    assert job.run_at == NOW
    assert job.payload == {"client": "a"}


async def test_jobs_of_one_lock_never_run_side_by_side(store: SQLiteStore) -> None:
    def ask(unit: Unit) -> None:
        enqueue(unit, "T1", "check", "a", NOW, lock="client:a")
        enqueue(unit, "T1", "train", "a", NOW - timedelta(seconds=1), lock="client:a")
        enqueue(unit, "T1", "check", "b", NOW, lock="client:b")
        enqueue(unit, "T1", "check", "c", NOW + timedelta(seconds=1), lock="client:c")

    await store.run(ask)

    def claim() -> list[tuple[str, str]]:
        taken = store.run_now(lambda unit: unit.claim_jobs(NOW, "boot", NOW, 10))
        return [(job.kind, job.key) for job in taken]

    assert claim() == [("train", "a"), ("check", "b")]
    assert claim() == []
    await store.run(lambda unit: unit[Job].delete("T1", kind="train"))
    assert claim() == [("check", "a")]


def test_the_file_is_the_owners_alone_and_survives_reopening(tmp_path: Path) -> None:
    path = tmp_path / "fabric.db"
    first = open_store(path)
    first.run_now(lambda unit: unit[Client].add(company()))
    first.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    second = open_store(path)
    assert second.run_now(lambda unit: unit[Client].count("T1")) == 1
    second.close()


def test_every_kind_of_record_has_its_table(tmp_path: Path) -> None:
    store = open_store(tmp_path / "fabric.db")
    kinds = [
        kind for kind in vars(records).values() if isinstance(kind, type) and hasattr(kind, "__dataclass_fields__")
    ]
    assert len(kinds) == len(TABLES)
    for kind in kinds:
        assert store.run_now(lambda unit, kind=kind: unit[kind].find(None)) == []
    store.close()


async def test_what_somebody_waits_for_goes_before_the_work_of_jobs_and_is_answered_before_it(tmp_path: Path) -> None:
    store, order = SQLiteStore(tmp_path / "turns.db"), list[str]()
    holding, answered = threading.Event(), threading.Event()

    def job(name: str) -> None:
        assert answered.wait(10), "the clicks wait for a job"
        order.append(name)

    async def clicks() -> None:
        names = ("click 1", "click 2")
        await asyncio.gather(*(store.run(lambda unit, name=name: order.append(name), urgent=True) for name in names))
        answered.set()

    ready, going = asyncio.Event(), asyncio.get_running_loop()

    def hold(unit: Unit) -> None:
        going.call_soon_threadsafe(ready.set)
        holding.wait(10)

    # All of it waits when the first begins, and the clicks come while it runs.
    jobs = [store.run(hold), *(store.run(lambda unit, name=name: job(name)) for name in ("job 1", "job 2"))]
    running = asyncio.gather(*jobs)
    await ready.wait()
    clicking = asyncio.ensure_future(clicks())
    await asyncio.sleep(0.05)
    holding.set()
    await asyncio.gather(running, clicking)
    assert order == ["click 1", "click 2", "job 1", "job 2"]
    store.close()


async def test_what_nobody_waits_for_any_more_is_not_done(store: SQLiteStore) -> None:
    holding, ready, loop = threading.Event(), asyncio.Event(), asyncio.get_running_loop()

    def hold(unit: Unit) -> None:
        loop.call_soon_threadsafe(ready.set)
        holding.wait(10)

    def add(name: str) -> Callable[[Unit], bool]:
        return lambda unit: unit[Client].add(company(record_id=name, business_id=name))

    running = asyncio.ensure_future(store.run(hold))
    await ready.wait()
    given_up = [asyncio.ensure_future(store.run(add(name), urgent=name == "a")) for name in "ab"]
    waited_for = asyncio.ensure_future(store.run(add("c")))
    await asyncio.sleep(0)
    for one in given_up:
        one.cancel()
    await asyncio.gather(*given_up, return_exceptions=True)
    running.cancel()  # too late: it is being done
    holding.set()
    assert await waited_for
    assert [client.id for client in await store.run(lambda unit: unit[Client].find(None))] == ["c"]
