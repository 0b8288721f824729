"""What no predictor of the postings' columns passes; a part of `benchmarks/prediction.py`."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import groupby

import numpy as np

from services.prediction import Example
from services.prediction.evaluation import Outcome
from services.prediction.lines import amount_steps
from services.prediction.postings import Row


def print_limits(rows: Sequence[Row], start: int, ours: Sequence[Outcome]) -> None:
    """What no predictor of these columns passes: labels that could not be known, and like lines posted unlike."""
    before: dict[tuple[object, ...], Counter[str]] = defaultdict(Counter)
    vendor_labels: dict[str, set[str]] = defaultdict(set)
    used: set[str] = set()
    alike = same = known = strangers = unused = 0
    for _, day in groupby(enumerate(rows), key=lambda pair: pair[1].example.date):
        today = list(day)
        for number, row in today:
            if number >= start:
                earlier = before.get(_look(row.example))
                alike += earlier is not None
                same += earlier is not None and earlier.most_common(1)[0][0] == row.label
                known += row.label in vendor_labels[row.example.vendor]
                strangers += not vendor_labels[row.example.vendor]
                unused += row.label not in used
        for _, row in today:
            before[_look(row.example)][row.label] += 1
            vendor_labels[row.example.vendor].add(row.label)
            used.add(row.label)
    tested = len(rows) - start
    offered = sum(found.offered for found in ours) / tested
    among, differ, minority = _disagreement(rows[start:])
    print(
        f"  limits: vendor new {strangers / tested:.3f}; label never used before {unused / tested:.3f}, used with the"
        f" vendor before {known / tested:.3f}, among our candidates {offered:.3f}; same vendor, amount and text seen"
        f" before {alike / tested:.3f}, of those posted as mostly before {same / max(alike, 1):.3f}"
    )
    print(
        f"    vendor, text and nearly the amount of another test row {among:.3f}: two of them posted unlike"
        f" {differ:.3f}, posted as the fewer {minority:.3f}; posted as the likest other rows, later ones included:"
        f" {_hindsight(rows, start):.3f}"
    )


def _disagreement(tested: Sequence[Row]) -> tuple[float, float, float]:
    """How far people agree with themselves in the test rows: the share of rows that have another of the same vendor and
    text and nearly the same amount (within a quarter); how often a row and another such one have different labels; and
    the share of these rows that whoever knew the most frequent label of each such group would still be wrong in.
    """
    near = amount_steps(np.array([row.example.amount for row in tested], dtype=np.int64), 1.25).tolist()
    groups: dict[tuple[object, ...], Counter[str]] = defaultdict(Counter)
    for row, amount in zip(tested, near, strict=True):
        groups[row.example.vendor, row.example.text, amount][row.label] += 1
    several = [group for group in groups.values() if group.total() > 1]
    among = max(sum(group.total() for group in several), 1)
    differ = sum(count * (group.total() - count) / (group.total() - 1) for group in several for count in group.values())
    minority = sum(group.total() - max(group.values()) for group in several)
    return among / len(tested), differ / among, minority / among


def _hindsight(rows: Sequence[Row], start: int) -> float:
    """How often the test rows are posted as most of the other rows of the file that are most like them, LATER ones
    included: of the same vendor and text, and the same amount and year, else nearly the same amount and year, and so on
    down to the vendor alone. What even somebody who knows how all else will be posted is right in.
    """
    amounts = np.array([row.example.amount for row in rows], dtype=np.int64)
    near, size = (amount_steps(amounts, ratio).tolist() for ratio in (1.25, 2.0))
    ways = [
        [
            (one.vendor, one.text, one.date.year, one.amount),
            (one.vendor, one.text, one.date.year, near[at]),
            (one.vendor, one.text, one.document[:4], near[at]),
            (one.vendor, one.text, one.date.year, size[at]),
            (one.vendor, one.text, one.amount),
            (one.vendor, one.text),
            (one.vendor,),
        ]
        for at, one in enumerate(row.example for row in rows)
    ]
    groups: dict[tuple[int, tuple[object, ...]], Counter[str]] = defaultdict(Counter)
    for keys, row in zip(ways, rows, strict=True):
        for key in enumerate(keys):
            groups[key][row.label] += 1
    right = 0
    for keys, row in zip(ways[start:], rows[start:], strict=True):
        group = next((groups[key] for key in enumerate(keys) if groups[key].total() > 1), Counter[str]())
        others = group - Counter([row.label])
        right += bool(others) and others.most_common(1)[0][0] == row.label
    return right / (len(rows) - start)


def _look(example: Example) -> tuple[object, ...]:
    return example.vendor, example.amount, example.text
