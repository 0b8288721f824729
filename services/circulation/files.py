"""Rules as a file: what a row of one says, which rows can be rules of a client, and what waits to be saved.

A row is by field of a rule: `COLUMNS`. Amounts are written in euros; `paused` is any word but those of `NOT_PAUSED`.
Lists are found by their key and name together, else by the name, so that a file of one client works for another.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from services.circulation.rules import (
    Problem,
    append_rules,
    completed_from,
    problem_among,
    rules_of,
    substance,
)
from services.prediction.lines import normal
from services.records import CirculationRule, Client, Paused, Registers, RuleDraft
from services.spreadsheets import Row, Unreadable
from services.store import Unit

COLUMNS = (
    "vendor",
    "business_id",
    "amount_min",
    "amount_max",
    "text",
    "address",
    "when_account",
    "when_dimension_name",
    "when_dimension",
    "list_key",
    "list_name",
    "dimension_name",
    "dimension",
    "account",
    "paused",
)
"""The fields of a rule that a file has, in their order."""

AMOUNTS = ("amount_min", "amount_max")

NOT_PAUSED = frozenset({"", "no", "ei", "nej", "0", "false"})

FORMULA = re.compile(r"[=+\-@\t\r]")
"""What a spreadsheet takes for the beginning of a formula."""


def written_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; `read_cell` returns what it was."""
    return f"'{text}" if FORMULA.match(text.lstrip("'")) else text


def read_cell(cell: str) -> str:
    """Return what `written_cell` was given."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell.lstrip("'")) else cell


def amount_in_cents(text: str) -> int | None:
    """Return an amount as people write it in cents, None when there is none; raise ValueError when it is no amount.

    A single point or comma is the decimal mark: "1.234" is refused, for it could be either.
    """
    plain = re.sub(r"\s|€|EUR", "", text, flags=re.IGNORECASE)
    if not plain:
        return None
    if "." in plain and "," in plain:
        grouping = min(".,", key=plain.rindex)
        whole = plain[: max(plain.rindex("."), plain.rindex(","))]
        if not re.fullmatch(rf"[0-9]{{1,3}}(?:{re.escape(grouping)}[0-9]{{3}})+", whole):
            raise ValueError("no amount")
        plain = plain.replace(grouping, "")
    found = re.fullmatch(r"([0-9]{1,15})(?:[.,]([0-9]{1,2}))?", plain)
    if found is None:
        raise ValueError("no amount")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


@dataclass(frozen=True)
class FileRow:
    """A row of a file by its number there; `cells` are the fields of `COLUMNS` that it fills in."""

    number: int
    cells: Mapping[str, str]
    has_formula: bool = False


@dataclass(frozen=True)
class RulesFile:
    """A file of rules that a person gave: being read, unreadable (a stable code), or read and not saved yet.

    `id` is also the name of the modal that shows it.
    """

    workspace: str
    id: str
    client_id: str
    person: str
    file_id: str
    file_name: str
    asked_at: datetime
    rows: tuple[FileRow, ...] | None = None
    unreadable: str = ""


@dataclass(frozen=True)
class LeftOut:
    """A row that cannot be a rule, by its number in the file, and what it says as far as it can be read."""

    number: int
    problem: Problem
    rule: CirculationRule


def rows_of(rows: Sequence[Row], headings: Mapping[str, str]) -> tuple[FileRow, ...]:
    """Return a file's rows; `headings` are the fields by the normal names of their columns, in any language.

    Raises Unreadable (`no_rules`) when no column is known whose field is a target of rules, or no row follows.
    """
    fields = [headings.get(normal(read_cell(cell))) for cell in rows[0].cells]
    if not {"list_key", "list_name", "dimension", "account"} & set(fields) or len(rows) == 1:
        raise Unreadable("no_rules")
    found: list[FileRow] = []
    for row in rows[1:]:
        cells = {
            field: read_cell(cell) for field, cell in zip(fields, row.cells, strict=False) if field and cell.strip()
        }
        has_formula = any(column < len(fields) and fields[column] for column in row.formulas)
        if cells or has_formula:
            found.append(FileRow(row.number, cells, has_formula))
    return tuple(found)


def checked(unit: Unit, client: Client, file: RulesFile, now: datetime) -> tuple[list[CirculationRule], list[LeftOut]]:
    """Return the rules of a client that a file's rows can be, and the rows that cannot, with why; nothing is stored."""
    registers = unit[Registers].get(client.workspace, client.id)
    said = {substance(rule) for rule in rules_of(unit, client)}
    good, left = list[CirculationRule](), list[LeftOut]()
    for row in file.rows or ():
        blank = CirculationRule(client.workspace, f"{file.id}:{row.number}", client.id, 0, file.person, now, now)
        rule, problem = _rule(row, blank, registers)
        problem = problem or _unknown_name(registers, rule) or problem_among(registers, said, rule)
        if problem:
            left.append(LeftOut(row.number, problem, rule))
        else:
            said.add(substance(rule))
            good.append(rule)
    return good, left


def _rule(row: FileRow, blank: CirculationRule, registers: Registers | None) -> tuple[CirculationRule, Problem | None]:
    """Return what a row says, with the names of Netvisor as they stand there, and what is wrong with its amounts."""
    problem = Problem.FORMULA if row.has_formula else None
    values: dict[str, Any] = {field: text for field, text in row.cells.items() if field in COLUMNS}
    for field in AMOUNTS:
        try:
            values[field] = amount_in_cents(values.get(field, ""))
        except ValueError:
            values[field], problem = None, problem or Problem.AMOUNT
    if normal(values.pop("paused", "")) not in NOT_PAUSED:
        values["paused"] = Paused.BY_PERSON
    if registers:
        for name, item in (("dimension_name", "dimension"), ("when_dimension_name", "when_dimension")):
            if name in values:
                values[name] = _as_there(registers.dimensions, values[name])
            if item in values:
                values[item] = _as_there(registers.dimensions.get(values.get(name, ""), ()), values[item])
        values |= _list(registers.lists, values.get("list_key"), values.get("list_name"))
    return completed_from(registers, replace(blank, **values)), problem


def _list(lists: Mapping[str, str], key: str | None, name: str | None) -> dict[str, str | None]:
    """Return the list that a row means: its key where it goes by that name here, else whichever does."""
    if key and (name is None or normal(lists.get(key, "")) == normal(name)):
        return {"list_key": key, "list_name": lists.get(key, name)}
    return {"list_key": None, "list_name": name}


def _as_there(names: Iterable[str], text: str) -> str:
    """Return the name of Netvisor that a text is but for case and spaces, else the text."""
    known = list(names)
    alike = [name for name in known if normal(name) == normal(text)]
    return text if text in known or len(alike) != 1 else alike[0]


def _unknown_name(registers: Registers | None, rule: CirculationRule) -> Problem | None:
    """Return what is not in Netvisor of a rule's conditions, which no invoice could meet, or of a dimension's name."""
    accounts: Collection[str] = registers.accounts if registers else ()
    if rule.when_account and rule.when_account not in accounts:
        return Problem.UNKNOWN_ACCOUNT
    dimensions: Mapping[str, Collection[str]] = registers.dimensions if registers else {}
    if rule.when_dimension:
        items = (
            dimensions.get(rule.when_dimension_name, ())
            if rule.when_dimension_name
            else {item for those in dimensions.values() for item in those}
        )
        if rule.when_dimension not in items:
            return Problem.UNKNOWN_DIMENSION
    elif rule.when_dimension_name or (rule.dimension_name and not rule.dimension):
        return Problem.UNKNOWN_DIMENSION
    return None


_FILE = TypeAdapter(RulesFile)


def keep_file(unit: Unit, file: RulesFile) -> None:
    """Keep a file until its rules are saved or two days have gone."""
    content = _FILE.dump_json(file).decode()
    unit[RuleDraft].put(RuleDraft(file.workspace, _draft(file.person, file.id), file.person, file.asked_at, content))


def kept_file(unit: Unit, workspace: str, file_id: str, person: str) -> RulesFile | None:
    """Return the file that a person gave; None when its rules have been saved or it was tidied away."""
    draft = unit[RuleDraft].get(workspace, _draft(person, file_id))
    return _FILE.validate_json(draft.content) if draft else None


def _draft(person: str, file_id: str) -> str:
    return f"{person}:file:{file_id}"


def save_file(unit: Unit, client: Client, file: RulesFile, now: datetime) -> int:
    """Add the rules of a file behind a client's own, once, and return how many: each is checked again first."""
    good, _left = checked(unit, client, file, now)
    append_rules(unit, client, good, file.person, now)
    unit[RuleDraft].delete(file.workspace, id=_draft(file.person, file.id))
    return len(good)
