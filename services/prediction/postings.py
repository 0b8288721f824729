"""Reading postings from a file that a firm exported: comma, semicolon or tab, decimal point or comma, any encoding."""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from services.prediction.example import ACCOUNT, VAT, Example

_NEEDED: Final = ("date", "vendor", "amount")
_GIVEN: Final = (*_NEEDED, "document", "text", "vendor_key", "vat_percent", "reference", "product_code", "invoice")
_DELIMITERS: Final = (",", ";", "\t")
_FINNISH_DATE: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_NOT_PART_OF_A_NUMBER: Final = re.compile(r"[\s'€]|EUR", re.IGNORECASE)
_LARGEST_CENTS: Final = 10**15


class FileError(Exception):
    """The file is not one of postings; the text says why."""


@dataclass(frozen=True)
class Row:
    """A data row of the file (numbered from 0) with the label asked for."""

    number: int
    label: str
    example: Example


def read_rows(path: Path, label: str) -> list[Row]:
    """The rows of a CSV file, gzipped or not, that have a vendor and the label, in date order.

    Columns date, document, vendor, amount, text, account, dimension and others, in any order and case; `label` is
    account, vat_code, dimension or any other column that the invoice itself does not state. Raises `FileError` for
    a file of another form.
    """
    if label in _GIVEN:
        raise FileError(f"the column {label} stands on the invoice itself: choose account, dimension or vat_code")
    reader = csv.reader(io.StringIO(text := _text(path), newline=""), delimiter=_delimiter(text))
    try:
        header = [name.strip().casefold() for name in next(reader, list[str]())]
        _check(header, label, path.name)
        rows = list(_rows((dict(zip(header, cells, strict=False)) for cells in reader if cells), label, path.name))
    except csv.Error as error:
        raise FileError(f"{path.name}, line {reader.line_num}: {error}") from error
    return sorted(rows, key=lambda row: row.example.date)


def target_of(label: str) -> str:
    """The target that a label column stands for."""
    return {"account": ACCOUNT, "vat_code": VAT}.get(label, f"dimension:{label}")


def _text(path: Path) -> str:
    """UTF-8 or UTF-16 where the file says so, else the encoding of Western Windows."""
    try:
        raw = path.read_bytes()
        raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (OSError, EOFError, zlib.error) as error:
        raise FileError(f"{path.name} cannot be read: {error}") from error
    try:
        return raw.decode("utf-16" if raw[:2] in _UTF16 else "utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    header = text.lstrip("\r\n").split("\n", 1)[0]
    return max(_DELIMITERS, key=header.count)


def _check(header: list[str], label: str, name: str) -> None:
    missing = [column for column in (*_NEEDED, label) if column not in header]
    if missing:
        found = ", ".join(filter(None, header)) or "none"
        raise FileError(f"{name} has no column {', '.join(missing)}. Its columns: {found[:300]}")
    double = sorted({column for column in header if column and header.count(column) > 1})
    if double:
        raise FileError(f"{name} has the column {', '.join(double)} more than once")


def _rows(records: Iterable[Mapping[str, str]], label: str, name: str) -> Iterable[Row]:
    for number, record in enumerate(records):
        said = record.get(label, "").strip()
        if not said or not record.get("vendor", "").strip():
            continue
        try:
            yield Row(number, said, _example(record, label))
        except ValueError as error:
            raise FileError(f"{name}, data row {number}: {error}") from error


def _example(record: Mapping[str, str], label: str) -> Example:
    def said(column: str) -> str:
        return record.get(column, "").strip()

    return Example(
        date=_date(said("date")),
        document=said("document"),
        vendor=said("vendor"),
        vendor_key=said("vendor_key"),
        amount=_cents(said("amount")),
        text=said("text"),
        vat_percent=said("vat_percent") or None,
        reference=said("reference"),
        product_code=said("product_code"),
        invoice=said("invoice"),
        account=said("account") or None,
        vat_code=said("vat_code") or None,
        dimensions={} if label in ("account", "vat_code") else {label: said(label)},
    )


def _date(said: str) -> date:
    """An ISO date, with a time or without, or a Finnish one."""
    try:
        if finnish := _FINNISH_DATE.match(said):
            day, month, year = map(int, finnish.groups())
            return date(year, month, day)
        return date.fromisoformat(said[:10])
    except ValueError:
        raise ValueError(f"{said!r} is no date like 2026-01-31 or 31.1.2026") from None


def _cents(said: str) -> int:
    """The amount in cents: the last point or comma stands before the decimals, any others part thousands."""
    number = _NOT_PART_OF_A_NUMBER.sub("", said).replace("\N{MINUS SIGN}", "-")
    if number.endswith("-"):
        number = "-" + number[:-1]
    decimal = max(number.rfind(","), number.rfind("."))
    if decimal >= 0 and number.count(number[decimal]) > 1:
        decimal = len(number)
    whole, part = number[:decimal] if decimal >= 0 else number, number[decimal + 1 :] if decimal >= 0 else ""
    try:
        cents = int(Decimal(f"{whole.replace(',', '').replace('.', '')}.{part}").scaleb(2).to_integral_value())
    except (InvalidOperation, OverflowError, ValueError):
        raise ValueError(f"{said!r} is no amount") from None
    if abs(cents) > _LARGEST_CENTS:
        raise ValueError(f"{said!r} is larger than any amount of an invoice")
    return cents
