"""The rules of a client: which invoices they match, to the cent and in order, and what a preview says of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.circulation import (
    CIRCULATION,
    Problem,
    Subject,
    SubjectLine,
    add_rule,
    change_rule,
    covers,
    first_match,
    matching_lines,
    move_rule,
    new_rule,
    pause_rule,
    preview,
    problem_of,
    remove_rule,
    resume_rule,
    rules_of,
)
from services.prediction.lines import normal
from services.records import (
    AuditEntry,
    Chart,
    CirculationRule,
    Client,
    ClientState,
    Paused,
    Process,
    Registers,
    StoredInvoice,
    StoredVoucher,
)
from storage import SQLiteStore, open_store

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CLIENT = Client(
    "T1", "c1", "9000100-6", "Kataja Oy", Process.ALTERNATIVE_WITH_CIRCULATION, "C1", "keys", ClientState.PRODUCTION,
    "U1", NOW, state_since=NOW,
)  # fmt: skip
OTHER = replace(CLIENT, workspace="T2")
LISTS = {"10": "IT", "11": "Hallinto", "12": "Työmaat", "13": "työmaat "}
REGISTERS = Registers(
    "T1", "c1", NOW, {"4000": "Ostot", "4500": "ICT"}, {"Projekti": ["1042", "1043"], "Kustannuspaikka": ["10"]}, LISTS
)


def rule(**said: Any) -> CirculationRule:
    blank = CirculationRule("T1", "r", "c1", 1, "U1", NOW, NOW)
    return replace(blank, **{"list_key": "10", "list_name": "IT", **said})


def subject(vendor: str = "Elisa Oyj", amount: int = 10000, text: str = "", **said: Any) -> Subject:
    made = Subject(
        normal(vendor), "", amount, normal(text), normal("Ratavartijankatu 5 00520 Helsinki"), (SubjectLine(""),)
    )
    return replace(made, **said)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    """A database with a client whose registers have been read."""
    opened = open_store(tmp_path / "fabric.db")
    opened.run_now(lambda unit: unit[Client].put(CLIENT, OTHER))
    opened.run_now(lambda unit: unit[Registers].put(REGISTERS, replace(REGISTERS, workspace="T2")))
    yield opened
    opened.close()


amounts = st.integers(0, 10**9)
words = st.text("abäö 104", min_size=1, max_size=8).filter(lambda text: bool(text.strip()))
maybe = st.none() | words


@given(amounts, amounts, amounts)
def test_amounts_are_inclusive_to_the_cent(low: int, high: int, amount: int) -> None:
    matches = bool(matching_lines(rule(amount_min=low, amount_max=high), subject(amount=amount)))
    assert matches is (low <= amount <= high)


@given(amounts)
def test_a_cent_beside_the_limit_is_outside(limit: int) -> None:
    assert matching_lines(rule(amount_max=limit), subject(amount=limit))
    assert not matching_lines(rule(amount_max=limit), subject(amount=limit + 1))
    assert matching_lines(rule(amount_min=limit + 1), subject(amount=limit + 1))
    assert not matching_lines(rule(amount_min=limit + 1), subject(amount=limit))


@st.composite
def rules(draw: st.DrawFn) -> CirculationRule:
    low, high = draw(st.none() | st.integers(0, 4)), draw(st.none() | st.integers(0, 4))
    return rule(
        vendor=draw(maybe),
        text=draw(maybe),
        address=draw(maybe),
        amount_min=low,
        amount_max=high,
        business_id=draw(st.none() | st.sampled_from(["1234567-1", "FI12345671", "7654321-0"])),
        when_account=draw(st.none() | st.sampled_from(["4000", "4500"])),
        when_dimension_name=draw(st.none() | st.just("Projekti")),
        when_dimension=draw(st.none() | st.sampled_from(["1042", "1043"])),
        paused=draw(st.sampled_from([None, None, Paused.BY_PERSON])),
    )


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    lines = draw(
        st.lists(
            st.builds(
                SubjectLine,
                words.map(normal),
                st.sampled_from(["", "4000", "4500"]),
                st.dictionaries(st.just("Projekti"), st.sampled_from(["1042", "1043"])),
            ),
            min_size=1,
            max_size=3,
        )
    )
    return Subject(
        normal(draw(words)),
        draw(st.sampled_from(["", "12345671", "76543210"])),
        draw(st.integers(0, 4)),
        normal(draw(words)),
        draw(st.none() | words.map(normal)),
        tuple(lines),
    )


@given(rules(), rules(), subjects())
def test_a_rule_that_covers_another_matches_whatever_it_matches(
    wide: CirculationRule, narrow: CirculationRule, asked: Subject
) -> None:
    if covers(wide, narrow):
        assert set(matching_lines(narrow, asked)) <= set(matching_lines(wide, asked))


@given(rules(), st.data())
def test_a_rule_covers_itself_and_what_is_narrower(wide: CirculationRule, data: st.DataObject) -> None:
    assert covers(wide, wide)
    narrower = data.draw(rules())
    given_of = {name: getattr(wide, name) or getattr(narrower, name) for name in ("vendor", "text", "address")}
    assume(wide.amount_min is None or wide.amount_max is None or wide.amount_min <= wide.amount_max)
    assert covers(wide, replace(wide, **given_of))


@given(st.lists(rules(), max_size=5), subjects())
def test_the_first_rule_that_matches_decides(ordered: list[CirculationRule], asked: Subject) -> None:
    matching = [one for one in ordered if not one.paused and matching_lines(one, asked)]
    found = first_match(ordered, CIRCULATION, asked)
    assert found is (matching[0] if matching else None)
    assert first_match(ordered, "account", asked) is None


@pytest.mark.parametrize(
    ("vendor", "said", "matches"),
    [
        ("Elisa Oyj", "elisa", True),
        ("Elisa  OYJ ", "Elisa Oyj", True),
        ("Elisabet Oy", "Elisa", False),
        ("K-Rauta Kuopio", "k-rauta", True),
        ("Oy Elisa Ab", "Elisa Ab", True),
        ("", "Elisa", False),
    ],
)
def test_a_vendor_is_known_by_whole_words(vendor: str, said: str, *, matches: bool) -> None:
    assert bool(matching_lines(rule(vendor=said), subject(vendor))) is matches


@pytest.mark.parametrize(
    ("text", "said", "matches"),
    [
        ("Työmaa Kalasataman puisto", "kalasatama", True),
        ("Projekti 1042", "1042", True),
        ("Projekti 10423", "1042", False),
        ("Projekti 1042A", "1042", True),
        ("Yösähkö", "sähkö", True),
    ],
)
def test_a_text_stands_anywhere_but_a_number_only_whole(text: str, said: str, *, matches: bool) -> None:
    assert bool(matching_lines(rule(text=said), subject(text=text))) is matches


def test_a_text_on_a_line_is_about_that_line() -> None:
    asked = subject(lines=(SubjectLine("laajakaista"), SubjectLine("puhelin", "4500"), SubjectLine("laajakaista 2")))
    assert matching_lines(rule(text="Laajakaista"), asked) == (0, 2)
    assert matching_lines(rule(when_account="4500"), asked) == (1,)
    assert matching_lines(rule(text="Laajakaista", when_account="4500"), asked) == ()


def test_a_business_id_is_known_in_every_spelling() -> None:
    asked = subject(business_id="12345671")
    assert matching_lines(rule(business_id="1234567-1"), asked)
    assert matching_lines(rule(business_id="FI12345671"), asked)
    assert not matching_lines(rule(business_id="1234567-2"), asked)


def test_rules_are_kept_in_order(store: SQLiteStore) -> None:
    def work(unit: Any) -> None:
        for vendor in ("Elisa", "Telia", "DNA"):
            made = replace(new_rule(unit, CLIENT, "U1", NOW), vendor=vendor, list_name="it")
            assert add_rule(unit, CLIENT, made, "U1", NOW).list_key == "10"
        first = replace(new_rule(unit, CLIENT, "U1", NOW), vendor="Caruna", list_key="11", position=1)
        add_rule(unit, CLIENT, first, "U2", NOW)
        assert [one.vendor for one in rules_of(unit, CLIENT)] == ["Caruna", "Elisa", "Telia", "DNA"]
        elisa = rules_of(unit, CLIENT)[1]
        assert move_rule(unit, CLIENT, elisa.id, 1, "U1", NOW)
        assert not move_rule(unit, CLIENT, first.id, -1, "U1", NOW)
        assert [one.vendor for one in rules_of(unit, CLIENT)] == ["Caruna", "Telia", "Elisa", "DNA"]
        assert [one.position for one in rules_of(unit, CLIENT)] == [1, 2, 3, 4]
        assert change_rule(unit, CLIENT, replace(elisa, amount_max=49999), "U3", NOW)
        assert remove_rule(unit, CLIENT, first.id, "U1", NOW)
        assert not remove_rule(unit, CLIENT, first.id, "U1", NOW)
        assert not change_rule(unit, CLIENT, first, "U1", NOW)
        kept = rules_of(unit, CLIENT)
        assert [(one.position, one.vendor, one.author) for one in kept] == [
            (1, "Telia", "U1"),
            (2, "Elisa", "U3"),
            (3, "DNA", "U1"),
        ]

    store.run_now(work)
    events = store.run_now(lambda unit: [one.event for one in unit[AuditEntry].find("T1")])
    assert sorted(events) == sorted([*["rule_added"] * 4, "rule_moved", "rule_changed", "rule_removed"])


def test_another_workspace_changes_nothing(store: SQLiteStore) -> None:
    def work(unit: Any) -> None:
        made = add_rule(unit, CLIENT, replace(new_rule(unit, CLIENT, "U1", NOW), list_key="10"), "U1", NOW)
        assert rules_of(unit, OTHER) == []
        assert not pause_rule(unit, OTHER, made.id, "U9", NOW)
        assert not remove_rule(unit, OTHER, made.id, "U9", NOW)
        assert not change_rule(unit, OTHER, replace(made, workspace="T2"), "U9", NOW)
        assert resume_rule(unit, OTHER, made.id, "U9", NOW) is Problem.GONE
        assert rules_of(unit, CLIENT) == [made]

    store.run_now(work)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"list_key": None, "list_name": None}, Problem.NO_TARGET),
        ({"amount_min": 2, "amount_max": 1}, Problem.LIMITS),
        ({"amount_max": -1}, Problem.LIMITS),
        ({"vendor": "x" * 201}, Problem.TOO_LONG),
        ({"list_key": "99"}, Problem.UNKNOWN_LIST),
        ({"list_key": None, "list_name": "Talous"}, Problem.UNKNOWN_LIST),
        ({"list_key": "12"}, Problem.LISTS_ALIKE),
        ({"list_key": None, "list_name": "TYÖMAAT"}, Problem.LISTS_ALIKE),
        ({"dimension": "1042", "dimension_name": "Kustannuspaikka"}, Problem.UNKNOWN_DIMENSION),
        ({"account": "9999"}, Problem.UNKNOWN_ACCOUNT),
        ({"dimension": "1042", "dimension_name": "Projekti", "account": "4500"}, None),
        ({}, None),
    ],
)
def test_a_rule_that_could_not_work_is_not_kept(
    store: SQLiteStore, said: dict[str, Any], problem: Problem | None
) -> None:
    assert store.run_now(lambda unit: problem_of(unit, CLIENT, rule(**said))) is problem
    if problem:
        with pytest.raises(ValueError, match=problem.value):
            store.run_now(lambda unit: add_rule(unit, CLIENT, rule(**said), "U1", NOW))


def test_a_paused_rule_is_resumed_only_if_its_list_is_there(store: SQLiteStore) -> None:
    def work(unit: Any) -> None:
        made = add_rule(unit, CLIENT, rule(), "U1", NOW)
        assert pause_rule(unit, CLIENT, made.id, None, NOW, Paused.LIST_RENAMED)
        assert not pause_rule(unit, CLIENT, made.id, "U1", NOW)
        unit[Registers].put(replace(REGISTERS, lists={"11": "Hallinto"}))
        assert resume_rule(unit, CLIENT, made.id, "U1", NOW) is Problem.UNKNOWN_LIST
        unit[Registers].put(replace(REGISTERS, lists={"10": "ICT-lista"}))
        assert resume_rule(unit, CLIENT, made.id, "U1", NOW) is None
        (kept,) = rules_of(unit, CLIENT)
        assert (kept.paused, kept.list_name) == (None, "ICT-lista")
        assert problem_of(unit, CLIENT, replace(rule(), id="another", list_name="x")) is Problem.SAME

    store.run_now(work)


def put_past(unit: Any, *invoices: tuple[str, int, str, str]) -> None:
    """Keep invoices of (vendor, cents, text, account posted), a day older each, newest first."""
    for number, (vendor, amount, text, account) in enumerate(invoices, 1):
        day = NOW.date() - timedelta(days=number)
        kept = {
            "key": number, "number": f"L{number}", "date": day.isoformat(), "vendor": vendor, "vendor_key": "1234567-1",
            "reference": "", "reference_number": None, "description": None, "amount": amount,
            "lines": [{"text": text}],
        }  # fmt: skip
        lines: list[dict[str, Any]] = [
            {"account": account, "dimensions": {"Projekti": "1043"}, "sum": amount},
            {"account": "2871", "dimensions": {}, "sum": -amount},
        ]
        unit[StoredInvoice].put(StoredInvoice("T1", f"c1:{number}", "c1", number, day, json.dumps(kept)))
        unit[StoredVoucher].put(
            StoredVoucher("T1", f"c1:{number}", "c1", number, json.dumps({"source": number, "lines": lines}), day)
        )


def test_a_preview_counts_what_the_rule_would_have_caught(store: SQLiteStore) -> None:
    def work(unit: Any) -> None:
        put_past(
            unit,
            ("Elisa Oyj", 49999, "Laajakaista", "4500"),
            ("Elisa Oyj", 50000, "Puhelin", "4500"),
            ("Telia Finland Oyj", 10000, "Puhelin", "4500"),
            ("Elisa Oyj", 100, "Puhelin", "4000"),
            *[("Kespro", 700, "", "4000")] * 400,
        )
        every = add_rule(unit, CLIENT, replace(new_rule(unit, CLIENT, "U1", NOW), list_key="11"), "U1", NOW)
        last = replace(new_rule(unit, CLIENT, "U1", NOW), vendor="Elisa", amount_max=49999, list_key="10")
        seen = preview(unit, CLIENT, last)
        assert (seen.looked_at, seen.matched, seen.caught) == (365, 2, 0)
        assert seen.taken_first == ((every, 2),)
        assert seen.shadowed_by == (every,)
        first = preview(unit, CLIENT, replace(last, position=1))
        assert (first.matched, first.caught) == (2, 2)
        assert [(one.number, one.amount) for one in first.examples] == [("L1", 49999), ("L4", 100)]
        assert first.examples[0].day == date(2026, 11, 22)
        assert first.taken_over == ((every, 2),)
        assert (first.shadowed_by, first.shadows) == ((), ())
        pause_rule(unit, CLIENT, every.id, "U1", NOW)
        assert preview(unit, CLIENT, last).caught == 2

    store.run_now(work)


def test_a_preview_of_an_account_says_what_was_posted_otherwise(store: SQLiteStore) -> None:
    def work(unit: Any) -> None:
        put_past(unit, ("Elisa Oyj", 49999, "Laajakaista", "4500"), ("Elisa Oyj", 100, "Puhelin", "4000"))
        unit[Chart].put(Chart("T1", "c1", NOW, {}, ("2871",), {}))
        made = replace(new_rule(unit, CLIENT, "U1", NOW), vendor="Elisa", account="4500")
        seen = preview(unit, CLIENT, made)
        assert (seen.caught, seen.otherwise) == (2, 1)
        assert [one.posted for one in seen.examples] == [("4500",), ("4000",)]
        project = replace(new_rule(unit, CLIENT, "U1", NOW), text="puhelin", dimension="1042")
        seen = preview(unit, CLIENT, project)
        assert (seen.rule.dimension_name, seen.caught, seen.otherwise) == ("Projekti", 1, 1)
        nowhere = replace(new_rule(unit, CLIENT, "U1", NOW), address="Helsinki", account="4500")
        assert (preview(unit, CLIENT, nowhere).caught, preview(unit, CLIENT, nowhere).undecided) == (0, 2)

    store.run_now(work)
