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
    alike = same = known = strangers = 0
    for _, day in groupby(enumerate(rows), key=lambda pair: pair[1].example.date):
        today = list(day)
        for number, row in today:
            if number >= start:
                earlier = before.get(_look(row.example))
                alike += earlier is not None
                same += earlier is not None and earlier.most_common(1)[0][0] == row.label
                known += row.label in vendor_labels[row.example.vendor]
                strangers += not vendor_labels[row.example.vendor]
        for _, row in today:
            before[_look(row.example)][row.label] += 1
            vendor_labels[row.example.vendor].add(row.label)
    tested = len(rows) - start
    offered = sum(found.offered for found in ours) / tested
    print(
        f"  limits: vendor new {strangers / tested:.3f}; label used with the vendor before {known / tested:.3f}, among"
        f" our candidates {offered:.3f}; same vendor, amount and text seen before {alike / tested:.3f}, of those posted"
        f" as mostly before {same / max(alike, 1):.3f}; posted as the likest other rows, later ones included:"
        f" {_hindsight(rows, start):.3f}"
    )


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
