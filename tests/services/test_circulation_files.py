"""Rules as a file: what is exported is imported as it was, and what cannot be a rule is said to be none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.locale import LANGUAGES, Locale
from handlers.views.circulation_file import columns, headings, rules_file
from services.circulation import (
    Problem,
    RulesFile,
    amount_in_cents,
    forget_rule_drafts,
    kept_file,
    rules_of,
    save_file,
)
from services.circulation.files import COLUMNS, checked, keep_file, read_cell, rows_of, written_cell
from services.circulation.rules import MOST_RULES, substance
from services.records import AuditEntry, CirculationRule, Client, Paused, Registers
from services.spreadsheets import Unreadable, clean, read_file
from storage import SQLiteStore, open_store
from tests.services.test_circulation_rules import CLIENT, LISTS, NOW, REGISTERS, rule

COLLEAGUE = replace(CLIENT, id="c2", business_id="9000101-4", name="Koivu Oy")
THERE = Registers("T1", "c2", NOW, {"4000": "Ostot"}, {"projekti": ["1042"]}, {"77": "it", "78": "Hallinto"})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    store = open_store(tmp_path / "fabric.db")
    store.run_now(lambda unit: [unit[Client].put(CLIENT), unit[Client].put(COLLEAGUE)])
    store.run_now(lambda unit: [unit[Registers].put(REGISTERS), unit[Registers].put(THERE)])
    yield store
    store.close()


def given_file(content: bytes, client: Client = CLIENT) -> RulesFile:
    file = RulesFile("T1", "f1", client.id, "U2", "F1", "rules.csv", NOW)
    return replace(file, rows=rows_of(read_file(content), headings()))


def table(*rows: str) -> bytes:
    """Return a file of a list's name, a vendor, a sum, an account and a dimension's item."""
    return "\n".join(("Kiertolista;Toimittaja;Summa enintään;Tili;Laskentakohde", *rows)).encode()


words = st.text(max_size=30).map(clean).filter(bool)
amounts = st.integers(0, 10**13)


@st.composite
def exported(draw: st.DrawFn) -> CirculationRule:
    """Return a rule of the client as a person could have made it."""
    low, high = sorted((draw(amounts), draw(amounts)))
    made = rule(
        vendor=draw(st.none() | words),
        business_id=draw(st.none() | words),
        text=draw(st.none() | words | words.map(lambda text: f"={text}")),
        address=draw(st.none() | words | words.map(lambda text: f"'@{text}")),
        amount_min=draw(st.none() | st.just(low)),
        amount_max=draw(st.none() | st.just(high)),
        when_account=draw(st.none() | st.sampled_from(["4000", "4500"])),
        paused=draw(st.none() | st.just(Paused.BY_PERSON)),
    )
    if draw(st.booleans()):
        made = replace(made, when_dimension_name="Projekti", when_dimension=draw(st.sampled_from(["1042", "1043"])))
    if draw(st.booleans()):
        made = replace(
            made, dimension_name="Kustannuspaikka", dimension="10", account=draw(st.none() | st.just("4000"))
        )
        if draw(st.booleans()):
            return replace(made, list_key=None, list_name=None)
    return replace(made, list_key="11", list_name="Hallinto") if draw(st.booleans()) else made


@settings(max_examples=50)
@given(st.lists(exported(), min_size=1, max_size=5, unique_by=substance), st.sampled_from(sorted(LANGUAGES)))
def test_what_is_exported_is_imported_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, rules: list[CirculationRule], language: str
) -> None:
    store = open_store(tmp_path_factory.mktemp("db") / "fabric.db")
    try:
        store.run_now(lambda unit: [unit[Client].put(CLIENT), unit[Registers].put(REGISTERS)])
        file = given_file(rules_file(language, CLIENT, rules).content)
        assert store.run_now(lambda unit: save_file(unit, CLIENT, file, NOW)) == len(rules)
        found = store.run_now(lambda unit: rules_of(unit, CLIENT))
    finally:
        store.close()
    kept = [replace(one, id="r", position=1, author="U1", paused_at=None) for one in found]
    assert kept == rules
    assert [one.position for one in found] == list(range(1, len(rules) + 1))
    assert {one.author for one in found} == {"U2"}


@given(st.text(alphabet="'=+-@ab", max_size=6))
def test_no_cell_is_a_formula_and_each_is_read_as_it_was(text: str) -> None:
    cell = written_cell(text)
    assert not cell.startswith(("=", "+", "-", "@"))
    assert read_cell(cell) == text


def test_the_columns_of_every_language_are_told_apart() -> None:
    assert set(headings().values()) == set(COLUMNS)
    for language in LANGUAGES:
        named = columns(Locale(language))
        assert [headings()[name.lower()] for name in named.values()] == list(COLUMNS)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("", None), ("500", 50000), ("499,99", 49999), ("499.9 €", 49990), ("1 234,50", 123450),
        ("1\u202f234,50\u00a0€", 123450), ("1.234,50", 123450), ("1,234.50", 123450), ("12.345.678,9", 1234567890),
        ("EUR 10", 1000),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text: str, cents: int | None) -> None:
    assert amount_in_cents(text) == cents


@pytest.mark.parametrize("text", ["5oo", "-1", "1.234", "1,234", "1,2.3", "12.34,50", "1,234,567", ",5", "٣", "1e3"])
def test_what_could_be_two_amounts_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        amount_in_cents(text)


def test_each_row_that_cannot_be_a_rule_says_why(store: SQLiteStore) -> None:
    file = given_file(
        table(
            "it;Elisa;500;;",
            "Talous;Elisa;;;",
            "Työmaat;Elisa;;;",
            "IT;Telia;sata;;",
            "IT;Telia;;9999;",
            "IT;Telia;;;7777",
            ";Telia;;;",
            " IT ;ELISA;500,00;;",
            ";;;4000;1042",
        )
    )
    good, left = store.run_now(lambda unit: checked(unit, CLIENT, file, NOW))
    assert [(one.list_key, one.vendor, one.amount_max, one.account, one.dimension_name) for one in good] == [
        ("10", "Elisa", 50000, None, None),
        (None, None, None, "4000", "Projekti"),
    ]
    assert [(one.number, one.problem) for one in left] == [
        (3, Problem.UNKNOWN_LIST),
        (4, Problem.LISTS_ALIKE),
        (5, Problem.AMOUNT),
        (6, Problem.UNKNOWN_ACCOUNT),
        (7, Problem.UNKNOWN_DIMENSION),
        (8, Problem.NO_TARGET),
        (9, Problem.SAME),
    ]
    assert store.run_now(lambda unit: rules_of(unit, CLIENT)) == []


def test_conditions_that_nothing_could_meet_are_said(store: SQLiteStore) -> None:
    content = "Circulation list;If the account is;If the dimension;is the item\nIT;9999;;\nIT;;Projekti;10\nIT;;Muu;\n"
    _good, left = store.run_now(lambda unit: checked(unit, CLIENT, given_file(content.encode()), NOW))
    assert [one.problem for one in left] == [
        Problem.UNKNOWN_ACCOUNT, Problem.UNKNOWN_DIMENSION, Problem.UNKNOWN_DIMENSION,
    ]  # fmt: skip


def test_a_file_works_for_another_client_by_the_lists_names(store: SQLiteStore) -> None:
    rules = [
        rule(vendor="Elisa"),
        rule(vendor="Telia", list_key="12", list_name="Työmaat"),
        rule(vendor="DNA", list_key=None, list_name=None, dimension_name="Projekti", dimension="1042"),
    ]
    file = given_file(rules_file("sv", CLIENT, rules).content, COLLEAGUE)
    good, left = store.run_now(lambda unit: checked(unit, COLLEAGUE, file, NOW))
    assert [(one.list_key, one.list_name, one.dimension_name) for one in good] == [
        ("77", "it", None),
        (None, None, "projekti"),
    ]
    assert [one.problem for one in left] == [Problem.UNKNOWN_LIST]


def test_a_key_that_is_another_list_here_is_not_taken_for_it(store: SQLiteStore) -> None:
    store.run_now(lambda unit: unit[Registers].put(replace(REGISTERS, lists={**LISTS, "10": "Talous", "20": "IT"})))
    file = given_file(rules_file("en", CLIENT, [rule()]).content)
    good, _left = store.run_now(lambda unit: checked(unit, CLIENT, file, NOW))
    assert [one.list_key for one in good] == ["20"]


def test_saving_twice_adds_once_and_behind_the_others(store: SQLiteStore) -> None:
    first = given_file(table("IT;Elisa;;;"))
    second = given_file(table("IT;Elisa;;;", "Hallinto;Telia;;;"))

    def save(unit: Any, file: RulesFile) -> int:
        return save_file(unit, CLIENT, file, NOW)

    assert [store.run_now(lambda unit, file=file: save(unit, file)) for file in (first, second, second)] == [1, 1, 0]
    assert [one.vendor for one in store.run_now(lambda unit: rules_of(unit, CLIENT))] == ["Elisa", "Telia"]
    audit = store.run_now(lambda unit: unit[AuditEntry].find("T1"))
    assert [(entry.event, entry.person) for entry in audit] == [("rule_added", "U2")] * 2


def test_a_file_that_nobody_saved_is_forgotten(store: SQLiteStore) -> None:
    file = given_file(table("IT;Elisa;;;"))
    store.run_now(lambda unit: keep_file(unit, file))

    def kept_after(days: int) -> RulesFile | None:
        store.run_now(lambda unit: forget_rule_drafts(unit, NOW + timedelta(days=days)))
        return store.run_now(lambda unit: kept_file(unit, "T1", "f1", "U2"))

    assert kept_after(1) == file
    assert store.run_now(lambda unit: kept_file(unit, "T1", "f1", "U3")) is None
    assert kept_after(3) is None


def test_no_more_rules_than_there_can_be(store: SQLiteStore) -> None:
    file = given_file(table(*(f"IT;Yritys {number};;;" for number in range(MOST_RULES + 2))))
    good, left = store.run_now(lambda unit: checked(unit, CLIENT, file, NOW))
    assert len(good) == MOST_RULES
    assert {one.problem for one in left} == {Problem.TOO_MANY}


@pytest.mark.parametrize(
    "content", [b"Nimi;Kaupunki\nYritys;Turku", b"Kiertolista;Toimittaja\n", b"IT;Elisa\nIT;Telia"]
)
def test_a_file_without_rules_says_so(content: bytes) -> None:
    with pytest.raises(Unreadable) as error:
        given_file(content)
    assert error.value.code == "no_rules"


def test_an_excel_file_is_read_too(store: SQLiteStore, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Account", "Sum at least", "Vendor"], [4000, 499.99, "Elisa"], [4000, 10, "=A1"]):
        book.active.append(row)  # pyright: ignore[reportOptionalMemberAccess]
    book.save(tmp_path / "rules.xlsx")
    file = given_file((tmp_path / "rules.xlsx").read_bytes())
    good, left = store.run_now(lambda unit: checked(unit, CLIENT, file, NOW))
    assert [(one.account, one.amount_min, one.vendor) for one in good] == [("4000", 49999, "Elisa")]
    assert [one.problem for one in left] == [Problem.FORMULA]
