"""What a firm would use instead of our predictions: the vendor's own labels, smart_importer, a linear SVM."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.prediction.postings import Row

PEER_ROWS = 10_000
"""smart_importer learns no more than the newest of so many rows: its time grows with their square."""

Answers = tuple[NDArray[np.bool_], NDArray[np.floating]]
"""Which rows a predictor was right in, and how confident it was."""
Choose = Callable[[Counter[str], str], tuple[str, float]]


def most_frequent(seen: Counter[str], _last_label: str) -> tuple[str, float]:
    """The vendor's most frequent label; the confidence is its share with one unknown more."""
    label, count = seen.most_common(1)[0]
    return label, count / (seen.total() + 1)


def last(seen: Counter[str], last_label: str) -> tuple[str, float]:
    """The vendor's last label; the confidence is its share with one unknown more."""
    return last_label, seen[last_label] / (seen.total() + 1)


def by_vendor(rows: Sequence[Row], start: int, learn: str, choose: Choose) -> Answers:
    """What the labels of a row's vendor alone say of the rows from `start` on."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    newest: dict[str, str] = {}
    right: list[bool] = []
    confidence: list[float] = []
    for _, day in groupby(enumerate(rows), key=lambda pair: pair[1].example.date):
        today = list(day)
        for number, row in today:
            if number >= start:
                vendor = row.example.vendor
                label, sure = choose(seen[vendor], newest[vendor]) if vendor in newest else ("", 0.0)
                right.append(label == row.label)
                confidence.append(sure)
        for number, row in today:
            if number < start or learn == "next-day":
                seen[row.example.vendor][row.label] += 1
                newest[row.example.vendor] = row.label
    return np.array(right), np.array(confidence)


def smart_importer(past: Sequence[Row], tested: Sequence[Row]) -> list[str] | None:
    """The library's own pipeline (words of text and vendor, day of month), on the newest rows it can manage."""
    try:
        from smart_importer import PredictPostings
    except ImportError:
        return None

    @dataclass
    class Entry:
        narration: str
        payee: str
        date: object

    def entries(rows: Sequence[Row]) -> list[Entry]:
        return [Entry(row.example.text, row.example.vendor, row.example.date) for row in rows]

    predictor: Any = PredictPostings()
    predictor.define_pipeline()
    past = past[-PEER_ROWS:]
    predictor.pipeline.fit(entries(past), [row.label for row in past])
    return list(predictor.pipeline.predict(entries(tested)))


def linear_svm(past: Sequence[Row], tested: Sequence[Row]) -> list[str] | None:
    """A linear SVM on words of vendor and text, the vendor, the amount's size and the document number's form."""
    try:
        from sklearn.feature_extraction.text import HashingVectorizer
        from sklearn.svm import LinearSVC
    except ImportError:
        return None

    def words(row: Row) -> list[str]:
        one = row.example
        size = len(str(abs(one.amount)))
        return [
            "v " + one.vendor,
            f"s {one.vendor} {size}",
            f"d {one.vendor} {one.document[:3]} {len(one.document)}",
            *one.vendor.split(),
            *one.text.split(),
        ]

    analyzer: Any = words
    vectors: Any = HashingVectorizer(analyzer=analyzer, n_features=2**18)
    model: Any = LinearSVC()
    model.fit(vectors.transform(past), [row.label for row in past])
    return list(model.predict(vectors.transform(tested)))
