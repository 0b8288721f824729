"""What people paste or attach, as rows of text: CSV in whatever encoding, Excel's .xlsx, or lines in a box.

Nothing here knows what the cells mean. A cell that begins with `=`, `+`, `-` or `@` in a text file is text; in .xlsx a
formula counts as the value that Excel kept beside it, and one without is `Cell.formula`.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import openpyxl

MOST_BYTES = 5 * 1024 * 1024
"""Largest file that is read: some hundred times a list of a whole firm's clients."""

MOST_UNPACKED = 20 * 1024 * 1024
"""Largest .xlsx when unpacked: a small file that grows beyond this is no list of companies."""

MOST_ROWS = 5_000
MOST_COLUMNS = 30
LONGEST_CELL = 1_000
SEPARATORS = ("\t", ";", ",", "|")
"""In the order of trust: a tab is in no name, a comma is in some."""

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ZIP = b"PK\x03\x04"


class Unreadable(Exception):
    """A file that is no list we can read; `code` is stable: empty, too_large, too_many_rows, old_excel, not_a_list.

    `services.uploads.reading` adds no_scope and no_file, where Slack does not give it.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Row:
    """A row with its number in the file, from 1. `formulas` are the columns whose formula has no value."""

    number: int
    cells: tuple[str, ...]
    formulas: frozenset[int] = field(default=frozenset[int]())


def read_file(content: bytes) -> list[Row]:
    """Return a file's rows that are not empty; raise Unreadable. What it is shows in its bytes, not in its name."""
    if len(content) > MOST_BYTES:
        raise Unreadable("too_large")
    if content.startswith(OLD_EXCEL):
        raise Unreadable("old_excel")
    return _rows(_read_xlsx(content) if content.startswith(ZIP) else _read_text(decode(content)))


def read_text(text: str) -> list[Row]:
    """Return the rows of pasted text that are not empty; raise Unreadable."""
    return _rows(_read_text(text))


def _rows(rows: Iterator[Row]) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        if not any(row.cells) and not row.formulas:
            continue
        if len(found) > MOST_ROWS:  # one more than so many: the first may be a header
            raise Unreadable("too_many_rows")
        found.append(row)
    if not found:
        raise Unreadable("empty")
    return found


def decode(content: bytes) -> str:
    """Return a text file's text: UTF-8 or UTF-16 with or without a mark, else what old Finnish programs write."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(content, "utf-16")
    zeros = content[:1000].count(0)
    if zeros:
        # Text of European letters in UTF-16 has a zero in every second byte.
        sample = content[:1000]
        if sample[1::2].count(0) > len(sample) // 3:
            return _decoded(content, "utf-16-le")
        if sample[0::2].count(0) > len(sample) // 3:
            return _decoded(content, "utf-16-be")
        raise Unreadable("not_a_list")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Windows-1252 has letters where ISO-8859-15 has control characters that no text has.
        has_windows_letters = any(0x80 <= byte < 0xA0 for byte in content)
        return _decoded(content, "cp1252" if has_windows_letters else "iso-8859-15")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("not_a_list") from None
    return text.removeprefix("\ufeff")


def _read_text(text: str) -> Iterator[Row]:
    if text.startswith(("%PDF", "<!DOCTYPE", "<html", "{\\rtf")):
        raise Unreadable("not_a_list")
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    separator = _separator(lines)
    if separator is None:
        for number, line in enumerate(lines.split("\n"), start=1):
            # Without any separator a business id may still be followed by a name: "1234567-1 Yritys Oy".
            first, _, rest = clean(line).partition(" ")
            is_id = re.fullmatch(r"(FI)?\d{6,8}([-–]\d)?", first) is not None
            yield Row(number, (first, rest.strip()) if is_id and rest else (clean(line),))
        return
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter=separator)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Unreadable("not_a_list") from None
        yield Row(number, tuple(clean(cell) for cell in cells[:MOST_COLUMNS]))


def _separator(text: str) -> str | None:
    """Return the separator that most lines have; the more trusted one where two have as many."""
    lines = [line for line in text.split("\n")[:200] if line.strip()]
    counts = {separator: sum(separator in line for line in lines) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: counts[separator])
    return best if counts[best] else None


def clean(cell: str) -> str:
    """Return a cell's text on one line, without what nobody sees: control and zero-width characters."""
    shown = "".join(character if character.isprintable() else " " for character in cell[:LONGEST_CELL])
    return re.sub(r"\s+", " ", shown).strip()


def _read_xlsx(content: bytes) -> Iterator[Row]:
    """Read the first visible sheet. openpyxl reads XML through defusedxml: no entity is ever expanded."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # zipfile never unpacks more of a part than is declared here.
            unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > MOST_UNPACKED:
            raise Unreadable("too_large")
        formulas = _cells(content, values=False)
        has_formulas = any(kind == "f" for row in formulas for _, kind in row)
        rows = _cells(content, values=True) if has_formulas else formulas
    except Unreadable:
        raise
    except Exception:  # whatever openpyxl makes of a broken file, or of a zip that is none of Excel's
        raise Unreadable("not_a_list") from None
    for number, (row, written) in enumerate(zip(rows, formulas, strict=True), start=1):
        missing = {
            column
            for column, (value, (_, kind)) in enumerate(zip(row, written, strict=False))
            if kind == "f" and value[0] is None
        }
        yield Row(number, tuple(_text(value) for value, _ in row), frozenset(missing))


def _cells(content: bytes, *, values: bool) -> list[list[tuple[Any, str]]]:
    """Return the (value, kind) of every cell, the kind `f` for a formula."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=values, keep_links=False)
    try:
        sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
        if sheet is None:
            return []
        found: list[list[tuple[Any, str]]] = []
        # The size that a file declares may be anything.
        cast("Any", sheet).reset_dimensions()
        for row in sheet.iter_rows(max_col=MOST_COLUMNS):
            found.append([(cell.value, cell.data_type) for cell in row])
            if len(found) > 4 * MOST_ROWS:
                raise Unreadable("too_many_rows")
        return found
    finally:
        book.close()


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(str(value))
