"""Measuring predictions on a file of postings, as `reference/prediction.md` section 3 lays down.

The newest 50,000 rows with a label and a vendor, in date order; the last fifth, cut on a day boundary, is tested.
Every test row counts. "static": nothing is learned after the cut; "next-day": each true posting is learned the day
after. The account of a tested row is never shown to the prediction of its VAT code or dimension.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from services.prediction.example import CERTAIN
from services.prediction.lines import Ints
from services.prediction.memory import Memory
from services.prediction.postings import Row, target_of
from services.prediction.training import TEST_SHARE, backtest, cut_row, days_before

NEWEST: Final = 50_000
_BINS: Final = 15

Learn = Literal["static", "next-day"]


@dataclass(frozen=True)
class Outcome:
    """One test row: what it was posted to, what was predicted, how certain (0 to 1), and whether what it was posted to
    was among the candidates.
    """

    row: int
    label: str
    predicted: str
    confidence: float
    offered: bool


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
    found = zip(predicted, tested.confidence.tolist(), tested.offered.tolist(), strict=True)
    return [
        Outcome(row.number, row.label, names[number] if number >= 0 else "", confidence, offered)
        for row, (number, confidence, offered) in zip(rows[cut:], found, strict=True)
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
