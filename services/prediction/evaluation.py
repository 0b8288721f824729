"""Measuring predictions on a file of postings, as `reference/prediction.md` section 3 lays down.

The newest 50,000 rows with a label and a vendor, in date order; the last fifth, cut on a day boundary, is tested.
Every test row counts. "static": nothing is learned after the cut; "next-day": each true posting is learned the day
after. The account of a tested row is never shown to the prediction of its VAT code or dimension.
"""

import csv
import gzip
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from services.prediction.example import ACCOUNT, CERTAIN, VAT, Example
from services.prediction.lines import Ints
from services.prediction.memory import Memory
from services.prediction.training import TEST_SHARE, backtest, cut_row, days_before

NEWEST: Final = 50_000
_BINS: Final = 15
_CENT: Final = Decimal("0.01")

Learn = Literal["static", "next-day"]


class FileError(Exception):
    """The file is not one of postings; the text says why."""


@dataclass(frozen=True)
class Row:
    """A data row of the file (numbered from 0) with the label asked for."""

    number: int
    label: str
    example: Example


@dataclass(frozen=True)
class Outcome:
    """One test row: what it was posted to, what was predicted, how certain (0 to 1)."""

    row: int
    label: str
    predicted: str
    confidence: float


@dataclass(frozen=True)
class Figures:
    """Shares from 0 to 1. `cov95`: the largest share of rows with precision of 0.95 or more, an upper bound as its
    threshold is chosen on the test rows. `coverage` and `precision` at confidence 0.80. `ece`: the expected
    calibration error over 15 bins.
    """

    tested: int
    top1: float
    cov95: float
    coverage: float
    precision: float | None
    ece: float


def read_rows(path: Path, label: str) -> list[Row]:
    """The rows of a CSV file, gzipped or not, that have a vendor and the label, in date order.

    Columns date, document, vendor, amount, text, account, dimension and others; `label` is account, vat_code,
    dimension or any other column. Raises `FileError` for a file of another form.
    """
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise FileError(f"{path.name}: {error}") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in ("date", "vendor", "amount", label) if name not in (reader.fieldnames or ())]
    if missing:
        raise FileError(f"{path.name} has no column {', '.join(missing)}")
    rows = list(_rows(reader, label, path.name))
    return sorted(rows, key=lambda row: row.example.date)


def _rows(reader: Iterable[Mapping[str, str | None]], label: str, name: str) -> Iterable[Row]:
    for number, record in enumerate(reader):
        said = (record.get(label) or "").strip()
        if not said or not (record.get("vendor") or "").strip():
            continue
        try:
            yield Row(number, said, _example(record, label))
        except (ValueError, InvalidOperation) as error:
            raise FileError(f"{name}, data row {number}: {error or 'not an amount'}") from error


def _example(record: Mapping[str, str | None], label: str) -> Example:
    def said(column: str) -> str:
        return (record.get(column) or "").strip()

    return Example(
        date=date.fromisoformat(said("date")),
        document=said("document"),
        vendor=said("vendor"),
        vendor_key=said("vendor_key"),
        amount=int((Decimal(said("amount")) / _CENT).to_integral_value()),
        text=said("text"),
        vat_percent=said("vat_percent") or None,
        reference=said("reference"),
        product_code=said("product_code"),
        invoice=said("invoice"),
        account=said("account") or None,
        vat_code=said("vat_code") or None,
        dimensions={} if label in ("account", "vat_code") else {label: said(label)},
    )


def target_of(label: str) -> str:
    """The target that a label column stands for."""
    return {"account": ACCOUNT, "vat_code": VAT}.get(label, f"dimension:{label}")


def evaluate(rows: list[Row], label: str, learn: Learn, split: float = 1.0 - TEST_SHARE) -> list[Outcome]:
    """The outcome of every test row, in date order; none where there is nothing before the cut."""
    rows = rows[-NEWEST:]
    examples = [row.example for row in rows]
    target = target_of(label)
    memory = Memory((target,))
    memory.learn(examples)
    cut = cut_row(memory, 1.0 - split)
    if not cut:
        return []
    before = days_before(memory)
    if learn == "static":
        before = np.minimum(before, cut)
    tested = backtest(memory, examples, cut, before)[target]
    names = memory.labels[target]
    predicted: list[int] = tested.predicted.tolist()
    return [
        Outcome(row.number, row.label, names[number] if number >= 0 else "", confidence)
        for row, number, confidence in zip(rows[cut:], predicted, tested.confidence.tolist(), strict=True)
    ]


def figures(outcomes: list[Outcome]) -> Figures:
    """The figures of some test rows. Raises ValueError without any."""
    right = np.array([one.label == one.predicted for one in outcomes])
    return figures_of(right, np.array([one.confidence for one in outcomes]))


def figures_of(right: NDArray[np.bool_], confidence: NDArray[np.floating]) -> Figures:
    """The figures of rows that were right or not, with their confidence. Raises ValueError without any."""
    if not len(right):
        raise ValueError("no test rows")
    order = np.argsort(-confidence, kind="stable")
    precise = np.flatnonzero(np.cumsum(right[order]) >= 0.95 * np.arange(1, len(right) + 1))
    certain = confidence >= CERTAIN
    place: Ints = np.minimum((confidence * _BINS).astype(np.int64), _BINS - 1)
    gaps = np.bincount(place, weights=confidence - right, minlength=_BINS)
    return Figures(
        tested=len(right),
        top1=float(right.mean()),
        cov95=float((precise[-1] + 1) / len(right)) if len(precise) else 0.0,
        coverage=float(certain.mean()),
        precision=float(right[certain].mean()) if certain.any() else None,
        ece=float(np.abs(gaps).sum() / len(right)),
    )
