"""The life of a client company, by what is stored after each step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.conclusion import conclude
from services.findings import CHECK_IDS, Finding
from services.lifecycle import pause, remove, resume
from services.netvisor.errors import ServiceAccessError
from services.onboarding import (
    add_client,
    closest,
    conclude_check,
    find_client,
    normal_business_id,
    problems_of_draft,
    request_check,
)
from services.processes import change_process
from services.records import Artifact, Client, ClientState, Credential, Draft, Job, Process, RightsCheck, Verdict
from services.store import Unit
from services.ticks import Write, put_ticks, reopen
from storage import SQLiteStore, open_store

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2)


def check_digit(serial: str) -> int | None:
    """The last digit of a business id by the registry's rule; None when the serial number is not given out."""
    rest = sum(int(digit) * weight for digit, weight in zip(serial, WEIGHTS, strict=True)) % 11
    return None if rest == 1 else (11 - rest) % 11


serials = st.integers(0, 9_999_999).map(lambda number: f"{number:07d}")


@given(serials, st.integers(0, 9), st.sampled_from(["{}-{}", "{}{}", " {}-{} ", "FI{}{}", "FI{}-{}"]))
def test_a_business_id_is_taken_by_its_check_digit_alone(serial: str, digit: int, spelling: str) -> None:
    found = normal_business_id(spelling.format(serial, digit))
    assert found == (f"{serial}-{digit}" if check_digit(serial) == digit else None)


@given(st.text())
def test_any_text_is_a_business_id_or_none(text: str) -> None:
    found = normal_business_id(text)
    assert found is None or (len(found) == 9 and found[7] == "-")


@pytest.mark.parametrize("text", ["", "1234567", "12345678", "1234567-11", "y-tunnus", "١٢٣٤٥٦٧-١", "1234567-1-1"])
def test_what_is_no_business_id(text: str) -> None:
    assert normal_business_id(text) is None


def drafted(**changes: str) -> Draft:
    filled = {
        "name": "Kataja Oy",
        "business_id": "1234567-1",
        "process": "standard",
        "channel": "C1",
        "credential_id": "k",
        **changes,
    }
    return Draft("T1", "d", "U1", NOW, **filled)


KEY = Credential("T1", "k", "v1.a.b", "v1.a.c", "1A1A", "2B2B", "U1", NOW)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    opened = open_store(tmp_path / "fabric.db")
    opened.run_now(lambda unit: unit[Credential].add(KEY))
    yield opened
    opened.close()


def added(store: SQLiteStore, **changes: str) -> Client:
    client = store.run_now(lambda unit: add_client(unit, drafted(**changes), NOW))
    assert client
    return client


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({}, {}),
        ({"name": "  "}, {"name": "name_missing"}),
        ({"business_id": "1234567-8"}, {"business_id": "business_id_invalid"}),
        ({"process": "other"}, {"process": "process_missing"}),
        ({"channel": ""}, {"channel": "channel_missing"}),
        ({"credential_id": "gone"}, {"credential": "credential_gone"}),
        ({"credential_id": ""}, {}),
        ({"name": "", "channel": ""}, {"name": "name_missing", "channel": "channel_missing"}),
    ],
)
def test_every_problem_of_a_form_is_told_at_its_field(
    store: SQLiteStore, changes: dict[str, str], problems: dict[str, str]
) -> None:
    assert store.run_now(lambda unit: problems_of_draft(unit, drafted(**changes))) == problems


def test_a_company_is_added_once_in_a_workspace_however_it_is_spelt(store: SQLiteStore) -> None:
    client = added(store)
    assert (client.state, client.business_id, client.process) == (ClientState.CHECKING, "1234567-1", Process.STANDARD)
    for spelling in ("1234567-1", "12345671", "FI12345671"):
        assert (
            store.run_now(lambda unit, spelling=spelling: add_client(unit, drafted(business_id=spelling), NOW)) is None
        )
        taken = store.run_now(lambda unit, spelling=spelling: problems_of_draft(unit, drafted(business_id=spelling)))
        assert taken == {"business_id": "business_id_taken"}
    assert store.run_now(lambda unit: unit[Job].count(None, kind="check")) == 1


def test_a_name_of_any_length_is_kept_to_a_hundred_characters(store: SQLiteStore) -> None:
    assert added(store, name="🏗️" * 300).name == ("🏗️" * 300)[:100]


DENIED, OK = ("posting", Verdict.DENIED), ("company", Verdict.CONFIRMED)
UNREADABLE = ("inspector", Verdict.UNREADABLE)


@pytest.mark.parametrize(
    ("state", "findings", "trained", "after"),
    [
        (ClientState.CHECKING, [OK, UNREADABLE], False, ClientState.TRAINING),
        (ClientState.CHECKING, [OK, DENIED], False, ClientState.BLOCKED),
        (ClientState.BLOCKED, [OK, DENIED], False, ClientState.BLOCKED),
        (ClientState.BLOCKED, [OK], False, ClientState.TRAINING),
        (ClientState.BLOCKED, [OK], True, ClientState.PRODUCTION),
        (ClientState.TRAINING, [OK], False, ClientState.TRAINING),
        (ClientState.TRAINING, [DENIED], False, ClientState.BLOCKED),
        (ClientState.PRODUCTION, [OK, UNREADABLE], True, ClientState.PRODUCTION),
        (ClientState.PRODUCTION, [DENIED], True, ClientState.BLOCKED),
        (ClientState.PAUSED, [DENIED], True, ClientState.PAUSED),
        (ClientState.REMOVED, [OK], True, ClientState.REMOVED),
    ],
)
def test_a_check_moves_a_client_on(
    store: SQLiteStore,
    state: ClientState,
    findings: list[tuple[str, Verdict]],
    trained: bool,
    after: ClientState,
) -> None:
    client = added(store)

    def conclude(unit: Unit) -> ClientState:
        unit[Client].change("T1", client.id, state=state)
        if trained:
            unit[Artifact].put(Artifact("T1", client.id, "b", NOW, b""))
        return conclude_check(unit, replace(client, state=state), findings, NOW)

    assert store.run_now(conclude) is after
    stored = store.run_now(lambda unit: unit[Client].get("T1", client.id))
    assert stored
    assert stored.state is after
    if after is ClientState.BLOCKED:
        assert stored.missing == ("posting",)


def test_pressing_twice_checks_once_and_afresh_begins_anew(store: SQLiteStore) -> None:
    client = added(store)
    store.run_now(lambda unit: request_check(unit, client, "U2", NOW))
    assert store.run_now(lambda unit: unit[Job].count(None, kind="check")) == 1
    check = store.run_now(lambda unit: unit[RightsCheck].get("T1", client.id))
    assert check
    assert check.requested_by == "U1"
    store.run_now(lambda unit: request_check(unit, client, "U2", NOW, afresh=True))
    check = store.run_now(lambda unit: unit[RightsCheck].get("T1", client.id))
    assert check
    assert check.requested_by == "U2"


def test_a_client_is_found_by_id_name_and_beginning(store: SQLiteStore) -> None:
    client = added(store)
    other = added(store, business_id="0737546-2", name="Katajisto Oy")

    def found(words: str) -> tuple[Client | None, list[Client]]:
        return store.run_now(lambda unit: find_client(unit, "T1", words))

    for words in ("1234567-1", "FI12345671", "kataja oy", " KATAJA OY "):
        assert found(words) == (client, [])
    assert found("katajis") == (other, [])
    assert found("kata") == (None, [client, other])
    meant, close = found("katja oy")
    assert meant is None
    assert client in close
    assert found("zzzzzz") == (None, [])
    assert store.run_now(lambda unit: find_client(unit, "T2", "kataja oy")) == (None, [])


def test_the_closest_word_is_offered_when_one_is_near() -> None:
    words = ["add-client", "clients", "status", "check", "help"]
    assert closest("add-clinet", words) == "add-client"
    assert closest("STATSU", words) == "status"
    assert closest("🤷", words) is None


STEPS = st.one_of(
    st.builds(lambda denied: ("check", denied), st.sets(st.sampled_from(CHECK_IDS))),
    st.sampled_from(
        [("write refused", set[str]()), ("tick", set[str]()), ("pause", set[str]()), ("resume", set[str]())]
    ),
    st.sampled_from([("process", set[str]()), ("remove", set[str]()), ("trained", set[str]())]),
)


def test_a_blocked_client_always_names_what_is_missing(store: SQLiteStore) -> None:
    """So nobody reads that nothing is missing from a client that is blocked."""

    @given(st.lists(STEPS, max_size=12))
    def walk(steps: list[tuple[str, set[str]]]) -> None:
        def taken(unit: Unit) -> list[Client | None]:
            client = add_client(unit, drafted(), NOW)
            assert client
            clients: list[Client | None] = []
            for step, denied in steps:
                take(client.id, step, denied, unit)
                clients.append(unit[Client].get("T1", client.id))
            unit[Client].delete("T1", id=client.id)
            return clients

        for client in store.run_now(taken):
            assert client
            assert client.state is not ClientState.BLOCKED or client.missing

    walk()


def take(client_id: str, step: str, denied: set[str], unit: Unit) -> None:
    """Do with a client what its state allows."""
    client = unit[Client].get("T1", client_id)
    assert client
    match step:
        case "check":
            verdicts = {one: Verdict.DENIED if one in denied else Verdict.UNREADABLE for one in CHECK_IDS}
            conclude(unit, client, [Finding(one, verdict, "") for one, verdict in verdicts.items()], "U1", NOW)
        case "write refused":
            reopen(unit, client, Write.POSTING, ServiceAccessError("purchaseinvoicepostingdata.nv"), NOW)
        case "tick":
            put_ticks(unit, client, [Finding("posting", Verdict.UNREADABLE, "")], ["posting"], {"posting"}, "U1", NOW)
        case "pause":
            pause(unit, client, "U1", NOW)
        case "resume":
            resume(unit, client, "U1", NOW)
        case "remove":
            remove(unit, client, "U1", NOW)
        case "process":
            other = Process.BACKGROUND if client.process is Process.STANDARD else Process.STANDARD
            change_process(unit, client, other, "U1", NOW)
        case _:
            unit[Artifact].put(Artifact("T1", client_id, "b", NOW, b""))
