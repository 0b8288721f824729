"""A tick's life: asked, ticked, proven by the first confirmed write or reopened by a refused one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.findings import CHECK_IDS, Finding
from services.netvisor import (
    AuthenticationFailed,
    InvalidData,
    NetvisorError,
    PeriodLocked,
    ServiceAccessError,
    TimedOut,
)
from services.records import Client, ClientState, Process, Tick, Verdict
from services.store import Unit
from services.ticks import OFF_LISTS, RIGHTS, SETTINGS, TickState, Write, checklist, prove, put_ticks, reopen, reopened
from storage import SQLiteStore, open_store

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CLIENT = Client(
    "T1", "c1", "9000100-6", "Kataja Oy", Process.ALTERNATIVE_WITH_CIRCULATION, "C1", "keys", ClientState.PRODUCTION,
    "U1", NOW, state_since=NOW,
)  # fmt: skip
LISTS = [{"name": "Hallinto", "verifiers": ["Maija"], "approver": "Olli"}]
FINDINGS = [
    *(Finding(check_id, Verdict.CONFIRMED, "seen") for check_id in CHECK_IDS if check_id not in RIGHTS[1:]),
    *(Finding(check_id, Verdict.UNREADABLE, "no_read_shows") for check_id in RIGHTS[1:]),
]
FINDINGS = [
    replace(one, details={"names": ["Hallinto"], "lists": LISTS}) if one.id == "circulation_lists" else one
    for one in FINDINGS
]
REFUSAL = ServiceAccessError("purchaseinvoicepostingdata", detail="Ei oikeutta")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    """A database with a client in production."""
    opened = open_store(tmp_path / "fabric.db")
    opened.run_now(lambda unit: unit[Client].put(CLIENT))
    yield opened
    opened.close()


def states(unit: Unit, client: Client = CLIENT, findings: list[Finding] = FINDINGS) -> dict[str, TickState]:
    rights, settings = checklist(client, findings, unit[Tick].find("T1"))
    return {item.id: item.state for item in (*rights, *settings)}


def tick(unit: Unit, *chosen: str, later: int = 0, client: Client = CLIENT) -> bool:
    asked = (*RIGHTS, *SETTINGS[client.process])
    return put_ticks(unit, client, FINDINGS, asked, set(chosen), "U2", NOW + timedelta(hours=later))


def test_what_no_reading_shows_is_asked_and_what_one_shows_is_not(store: SQLiteStore) -> None:
    asked = store.run_now(states)
    assert set(asked) == {*RIGHTS[1:], *SETTINGS[CLIENT.process]}
    assert set(asked.values()) == {TickState.ASKED}
    for process in Process:
        wanted = set(store.run_now(lambda unit, p=process: states(unit, replace(CLIENT, process=p))))
        assert wanted - set(RIGHTS) == set(SETTINGS[process])
    assert OFF_LISTS not in SETTINGS[Process.BACKGROUND]


def test_a_tick_keeps_its_person_and_time_until_it_is_taken_back(store: SQLiteStore) -> None:
    store.run_now(lambda unit: tick(unit, "approver", OFF_LISTS))
    store.run_now(lambda unit: tick(unit, "approver", later=1))
    (kept,) = store.run_now(lambda unit: unit[Tick].find("T1"))
    assert (kept.check_id, kept.person, kept.ticked_at, kept.about) == ("approver", "U2", NOW, "keys")


def test_a_tick_about_other_lists_or_credentials_is_asked_again(store: SQLiteStore) -> None:
    store.run_now(lambda unit: tick(unit, "approver", OFF_LISTS, "rounding"))
    changed = [
        replace(one, details={"names": ["Hallinto"], "lists": [{**LISTS[0], "approver": "Anna Aalto"}]})
        if one.id == "circulation_lists"
        else one
        for one in FINDINGS
    ]
    found = store.run_now(lambda unit: states(unit, replace(CLIENT, credential_id="new keys"), changed))
    assert found["approver"] is found[OFF_LISTS] is TickState.CHANGED
    assert found["rounding"] is TickState.TICKED


def test_ticks_of_before_the_first_write_was_known_hold(store: SQLiteStore) -> None:
    store.run_now(lambda unit: unit[Tick].put(Tick("T1", "c1:approver", "c1", "approver", "U1", NOW)))
    assert store.run_now(states)["approver"] is TickState.TICKED


def test_the_first_confirmed_write_proves_what_was_ticked_or_not(store: SQLiteStore) -> None:
    store.run_now(lambda unit: tick(unit, "circulation_setter"))
    for hours in (1, 2):
        for write in Write:
            store.run_now(lambda unit, w=write, h=hours: prove(unit, CLIENT, w, NOW + timedelta(hours=h)))
    found = {one.check_id: one for one in store.run_now(lambda unit: unit[Tick].find("T1"))}
    assert store.run_now(states)["circulation_setter"] is TickState.PROVEN
    assert found["circulation_setter"].person == "U2"
    assert found["posting"].person == ""
    assert {one.proven_at for one in found.values()} == {NOW + timedelta(hours=1)}
    # A proof is not taken back by a click, and is one of the credentials that wrote.
    store.run_now(lambda unit: tick(unit))
    assert store.run_now(states)["circulation_setter"] is TickState.PROVEN
    other = replace(CLIENT, credential_id="new keys")
    assert store.run_now(lambda unit: states(unit, other))["circulation_setter"] is TickState.CHANGED
    store.run_now(lambda unit: prove(unit, other, Write.CIRCULATION, NOW + timedelta(hours=3)))
    assert store.run_now(lambda unit: states(unit, other))["circulation_setter"] is TickState.PROVEN


def test_a_refused_write_reopens_and_blocks_until_somebody_says_it_is_repaired(store: SQLiteStore) -> None:
    store.run_now(lambda unit: prove(unit, CLIENT, Write.POSTING, NOW))
    assert store.run_now(lambda unit: reopen(unit, CLIENT, Write.POSTING, REFUSAL, NOW + timedelta(hours=1)))
    client = store.run_now(lambda unit: unit[Client].get("T1", "c1"))
    assert client
    assert (client.state, client.missing) == (ClientState.BLOCKED, ("posting",))
    assert store.run_now(states)["posting"] is TickState.REOPENED
    (kept,) = store.run_now(lambda unit: unit[Tick].find("T1"))
    assert kept.refusal == "SERVICE_ACCESS_ERROR Ei oikeutta"
    assert kept.proven_at is None
    assert store.run_now(lambda unit: reopened(unit, client)) == ["posting"]
    # Clicks on other things repair nothing.
    assert not store.run_now(lambda unit: tick(unit, "approver", later=2, client=client))
    assert store.run_now(lambda unit: tick(unit, "approver", "posting", later=3, client=client))
    assert store.run_now(lambda unit: reopened(unit, client)) == []
    # Where the write is refused once more, it is reopened once more.
    assert store.run_now(lambda unit: reopen(unit, client, Write.POSTING, REFUSAL, NOW + timedelta(hours=4)))
    assert store.run_now(lambda unit: reopened(unit, client)) == ["posting"]
    store.run_now(lambda unit: prove(unit, client, Write.POSTING, NOW + timedelta(hours=5)))
    assert store.run_now(states)["posting"] is TickState.PROVEN


@pytest.mark.parametrize(
    "error",
    [PeriodLocked("x"), InvalidData("x"), AuthenticationFailed("x"), TimedOut("x", outcome_unknown=True)],
    ids=lambda error: error.code,
)
def test_what_says_nothing_of_a_right_changes_nothing(store: SQLiteStore, error: NetvisorError) -> None:
    assert not store.run_now(lambda unit: reopen(unit, CLIENT, Write.POSTING, error, NOW))
    assert store.run_now(lambda unit: unit[Tick].find("T1")) == []
    assert store.run_now(lambda unit: unit[Client].get("T1", "c1")) == CLIENT
