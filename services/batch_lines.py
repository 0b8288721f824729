"""The lines of a batch: rows of cells as companies to add, each with what is wrong with it.

A header may name the columns, in any order, in Finnish, Swedish or English; without one the column that holds business
ids is found by them, and name, process and channel follow in this order.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.onboarding import LONGEST_NAME, normal_business_id
from services.records import Process
from services.spreadsheets import Row, Unreadable

HEADERS: Mapping[str, tuple[str, ...]] = {
    "business_id": (
        "business id",
        "business identity code",
        "company id",
        "y-tunnus",
        "ytunnus",
        "y tunnus",
        "ly-tunnus",
        "yritystunnus",
        "fo-nummer",
        "fo nummer",
        "fonummer",
        "organisationsnummer",
    ),
    "name": (
        "name",
        "company",
        "company name",
        "client",
        "nimi",
        "yritys",
        "yrityksen nimi",
        "asiakas",
        "asiakkaan nimi",
        "asiakasyritys",
        "namn",
        "företag",
        "företagets namn",
        "bolag",
        "kund",
    ),
    "process": ("process", "prosessi"),
    "channel": ("channel", "slack channel", "kanava", "slack-kanava", "kanal", "slack-kanal"),
}
"""How people call the columns."""

PROCESSES: Mapping[Process, tuple[str, ...]] = {
    Process.STANDARD: ("standard", "standardi", "standardiprosessi", "standardprocess"),
    Process.ALTERNATIVE: ("alternative", "vaihtoehtoinen", "alternativ"),
    Process.ALTERNATIVE_WITH_CIRCULATION: (
        "alternative with circulation",
        "alternative circulation",
        "vaihtoehtoinen kierrolla",
        "alternativ med cirkulation",
    ),
    Process.BACKGROUND: ("background", "tausta", "taustaprosessi", "bakgrund", "bakgrundsprocess"),
}
"""How people call the processes in a list, without the word process: the names that the product shows them."""

ID_AND_NAME = re.compile(r"((?:FI)?\d{6,7}[-–]?\d)[\s;,|:]+(\S.*)")
NAME_AND_ID = re.compile(r"(.*\S)[\s;,|:]+((?:FI)?\d{6,7}[-–]?\d)")
"""A business id and a name in one cell."""

IN_WORDS = re.compile(r"(?<![\w-])(?:FI)?\d{6,7}[-‐‑–−]\d(?![\w-])|(?<![\w-])FI\d{8}(?![\w-])")
"""A business id among other words: digits alone may be anything there."""

LISTED = re.compile(rf"(?:(?:[•◦*–-]|\d{{1,3}}[.)])\s+)?({IN_WORDS.pattern})[\s;,|:–-]+([A-ZÅÄÖ0-9].*)")
"""A line that begins with a business id, which the company's name follows."""

CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{6,}")


@dataclass(frozen=True)
class Line:
    """A company of a batch. `number` is its line in the list, from 1.

    `problem` is a stable code, `value` what it is about: business_id_missing, business_id_invalid, twice (the number
    of the line that has it first), taken and removed (the client's name), process_unknown, channel_unknown, formula.
    `channel` is Slack's id; before it is known, as it was written. Empty process and channel: those of the batch.
    """

    number: int
    business_id: str
    name: str = ""
    process: str = ""
    channel: str = ""
    problem: str = ""
    value: str = ""
    is_name_cut: bool = False
    client_id: str = ""

    def to_data(self) -> dict[str, Any]:
        """Return the line as it is stored; what is empty is left out."""
        return {name: value for name, value in dataclasses.asdict(self).items() if value}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Line:
        """Return the line that was stored."""
        stored: dict[str, Any] = {"business_id": "", **data}
        return cls(**stored)

    def refused(self, problem: str, value: str = "") -> Line:
        """Return the line with what is wrong with it."""
        return dataclasses.replace(self, problem=problem, value=value)


def lines_of(rows: Sequence[Row]) -> list[Line]:
    """Return the companies of a list; raise Unreadable (`no_business_ids`) when it holds no business id at all."""
    columns, rows = _columns(rows)
    lines: list[Line] = []
    first_with: dict[str, int] = {}
    for row in rows:
        line = _line(row, columns)
        if not line.problem:
            earlier = first_with.setdefault(line.business_id, line.number)
            if earlier != line.number:
                line = line.refused("twice", str(earlier))
        lines.append(line)
    if not any(line.problem in ("", "twice", "process_unknown", "formula") for line in lines):
        raise Unreadable("no_business_ids")
    return lines


def channel_ids(lines: Sequence[Line], known: Mapping[str, str]) -> list[Line]:
    """Return the lines with channels by their ids; `known` are the ids by name."""
    found: list[Line] = []
    for line in lines:
        if line.channel and not line.problem and not CHANNEL_ID.fullmatch(line.channel):
            written, channel = line.channel, known.get(line.channel.casefold(), "")
            line = dataclasses.replace(line, channel=channel)
            if not channel:
                line = line.refused("channel_unknown", written)
        found.append(line)
    return found


def names_channels(lines: Sequence[Line]) -> bool:
    """Tell whether channels are written by name, so that Slack has to be asked which they are."""
    return any(line.channel and not line.problem and not CHANNEL_ID.fullmatch(line.channel) for line in lines)


def companies_in(text: str, *, with_names: bool) -> list[str]:
    """Return the companies that a message names as lines of a list, each once: the business id and maybe its name.

    A name is what follows the business id that begins a line; words elsewhere are just words.
    """
    found: dict[str, str] = {}
    for line in re.sub(r"[*`~]", "", text).splitlines():
        listed = LISTED.fullmatch(line.strip()) if with_names else None
        ids = [known for written in IN_WORDS.findall(line) if (known := written_business_id(written))]
        for business_id in ids:
            name = listed[2].strip()[:LONGEST_NAME] if listed and len(ids) == 1 else ""
            found.setdefault(business_id, f"{business_id}\t{name}" if name else business_id)
    return list(found.values())


def written_business_id(text: str) -> str | None:
    """Return a business id as people write it in lists, or None: spreadsheets drop zeros that begin a number."""
    text = re.sub(r"[\s\u00ad]", "", re.sub(r"[‐‑‒–—−]", "-", text)).upper()
    if re.fullmatch(r"\d{7}|\d{6}-\d", text):
        text = f"0{text}"
    return normal_business_id(text)


def _columns(rows: Sequence[Row]) -> tuple[Mapping[str, int], Sequence[Row]]:
    """Return the column of each field, and the rows without the header."""
    first = [cell.strip(" *:.").casefold() for cell in rows[0].cells]
    named = {
        field: column
        for field, names in HEADERS.items()
        for column, cell in reversed([*enumerate(first)])
        if cell in names
    }
    if "business_id" in named and not any(written_business_id(cell) for cell in rows[0].cells):
        if len(rows) == 1:
            raise Unreadable("empty")
        return named, rows[1:]
    width = max(len(row.cells) for row in rows)
    hits = [sum(_has_id(row, column) for row in rows) for column in range(width)]
    if not any(hits):
        raise Unreadable("no_business_ids")
    ids = hits.index(max(hits))
    others = [column for column in range(width) if column != ids]
    columns = {"business_id": ids, **dict(zip(("name", "process", "channel"), others, strict=False))}
    # A first row of words in a language that we do not know is a header all the same.
    looks_like_header = len(rows) > 1 and not re.search(r"\d", rows[0].cells[ids] if ids < len(rows[0].cells) else "")
    return columns, rows[1:] if looks_like_header else rows


def _has_id(row: Row, column: int) -> bool:
    return column < len(row.cells) and written_business_id(row.cells[column]) is not None


def _line(row: Row, columns: Mapping[str, int]) -> Line:
    def cell(name: str) -> str:
        column = columns.get(name, -1)
        return row.cells[column] if 0 <= column < len(row.cells) else ""

    written, name, process, channel = (cell(field) for field in ("business_id", "name", "process", "channel"))
    line = Line(row.number, written, name[:LONGEST_NAME], is_name_cut=len(name) > LONGEST_NAME)
    if columns["business_id"] in row.formulas:
        return line.refused("formula")
    if not written:
        return line.refused("business_id_missing", name)
    business_id = written_business_id(written)
    if business_id is None and not name:
        # Typed with spaces between, or with another separator than the other lines.
        business_id, name = _id_and_name(written)
        line = dataclasses.replace(line, name=name[:LONGEST_NAME], is_name_cut=len(name) > LONGEST_NAME)
    if business_id is None:
        return line.refused("business_id_invalid", written)
    line = dataclasses.replace(line, business_id=business_id, channel=_channel(channel))
    if any(columns.get(field) in row.formulas for field in ("name", "process", "channel")):
        return line.refused("formula", business_id)
    if process:
        known = process_of(process)
        if known is None:
            return line.refused("process_unknown", process)
        line = dataclasses.replace(line, process=known)
    return line


def _id_and_name(text: str) -> tuple[str | None, str]:
    """Return the business id that a text begins or ends with, and the name beside it."""
    for pattern, places in ((ID_AND_NAME, (1, 2)), (NAME_AND_ID, (2, 1))):
        found = pattern.fullmatch(text.strip())
        business_id = written_business_id(found[places[0]]) if found else None
        if found and business_id:
            return business_id, found[places[1]].strip()
    return None, ""


def process_of(text: str) -> Process | None:
    """Return the process that a list names."""
    words = re.split(r"[\s_+-]+", text.casefold())
    folded = " ".join(word for word in words if word not in ("process", "processen", "prosessi", ""))
    return next((process for process, names in PROCESSES.items() if folded in names), None)


def _channel(text: str) -> str:
    """Return a channel as it was written, freed of what Slack or people put around it."""
    linked = re.fullmatch(r"<#(\w+)(\|.*)?>", text) or re.search(r"/archives/([CG]\w+)", text)
    return linked[1] if linked else text.removeprefix("#").strip()
