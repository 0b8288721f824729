"""Two ways to compare a question with texts: BM25 over whole passages, and the cosine with single phrases.

Both are sums over features (pieces of words, or meanings), kept as flat arrays, so that reading the index of all
passages and asking it cost little. An index of a few texts more stands `on` a large one: it has rows of its own only,
and takes from the large one how features are numbered and how rare they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

SATURATION = 1.2
"""BM25's k1: how soon a repeated feature stops counting."""
LENGTH = 0.6
"""BM25's b: how much long passages are marked down."""
NEAREST = np.array([1, 0.6, 0.36, 0.2])
"""How much the nearest phrase of a passage counts, the next, and so on: several that are near tell more than one."""
SHORTEST_MISTYPED = 5
"""Letters: shorter words are too easily another word."""
MISTYPED = 85
"""How alike, of 100, an unknown word and a known one must be to count as the same, mistyped."""

Floats = NDArray[np.float64]
Whole = NDArray[np.int32]
Names = NDArray[np.bytes_]
Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Features:
    """What a question has: the numbers of its features, how often it has each, and how many more are unknown."""

    numbers: Whole
    times: Whole
    unknown: int


class Numbering:
    """The features that words have, numbered in the order of their names."""

    def __init__(
        self,
        features_of: Callable[[str], Iterable[str]],
        names: Names,
        words: Iterable[str],
        on: Numbering | None = None,
    ) -> None:
        self._features_of = features_of
        self._names = names
        self._words = frozenset(words)
        self._on = on
        self.size: int = len(names) + (on.size if on else 0)
        """How many features there are."""

    @classmethod
    def of(
        cls, features_of: Callable[[str], Iterable[str]], words: Iterable[str], on: Numbering | None = None
    ) -> Numbering:
        """Number the features of words that are not numbered yet."""
        learnt = {word for word in words if on is None or not on.knows(word)}
        names = np.array(sorted({name for word in learnt for name in features_of(word)}), np.bytes_)
        if on is not None and len(names):
            names = names[on.find(names) < 0]
        return cls(features_of, names, learnt, on)

    def find(self, names: Names) -> Whole:
        """Return the numbers of features, -1 for each that is unknown."""
        found = np.full(len(names), -1, np.int32) if self._on is None else self._on.find(names)
        if len(self._names):
            at = np.minimum(np.searchsorted(self._names, names), len(self._names) - 1)
            mine = self._names[at] == names
            found[mine] = at[mine] + self.size - len(self._names)
        return found

    def knows(self, word: str) -> bool:
        """Tell whether a word was learnt."""
        return word in self._words or (self._on is not None and self._on.knows(word))

    def nearest(self, word: str) -> str:
        """Return the learnt word that a mistyped one is most like, or the word itself when none is."""
        if len(word) < SHORTEST_MISTYPED or self.knows(word):
            return word
        found = process.extractOne(word, self._words, scorer=fuzz.ratio, score_cutoff=MISTYPED)
        if found is not None:
            return found[0]
        return word if self._on is None else self._on.nearest(word)

    def numbers(self, words: Iterable[str]) -> Whole:
        """Return the known features of words, as often as they have them."""
        names = [name for word in words for name in self._features_of(word)]
        found = self.find(np.array(names, np.bytes_)) if names else np.zeros(0, np.int32)
        return found[found >= 0]

    def look_up(self, words: Iterable[str]) -> Features:
        """Return the features of words."""
        times = Counter(name for word in words for name in self._features_of(word))
        numbers = self.find(np.array([*times], np.bytes_)) if times else np.zeros(0, np.int32)
        known = numbers >= 0
        return Features(numbers[known], np.array([*times.values()], np.int32)[known], int((~known).sum()))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what this is made of, to be kept in a file."""
        return {"names": self._names, "words": np.array(sorted(self._words), np.bytes_)}

    @classmethod
    def read(cls, features_of: Callable[[str], Iterable[str]], arrays: Arrays) -> Numbering:
        """Return what was kept."""
        return cls(features_of, arrays["names"], (word.decode() for word in arrays["words"].tolist()))


class _Postings:
    """Which rows hold a feature, how often, and how rare features are: 0 for one that every row holds."""

    def __init__(self, arrays: Arrays, on: _Postings | None = None) -> None:
        self._arrays = arrays
        self.row, self.times = arrays["row"], arrays["times"]
        self._start: Whole = arrays["start"]
        self.rows = int(arrays["rows"])
        many = on.rows if on else self.rows
        self.rarity_of_unknown = float(np.log((many + 1) / 0.5))
        if on is None:
            self.rarity: Floats = np.log((many + 1) / (np.diff(self._start) + 0.5))
        else:
            new = len(self._start) - 1 - len(on.rarity)
            self.rarity = np.concatenate((on.rarity, np.full(new, self.rarity_of_unknown)))

    @classmethod
    def of(cls, rows: Sequence[Whole], size: int, on: _Postings | None = None) -> _Postings:
        """Return the postings of rows, each given as its features, of which there are `size`."""
        row = np.repeat(np.arange(len(rows)), [len(one) for one in rows])
        feature = np.fromiter(chain.from_iterable(rows), np.int64, len(row))
        held, times = np.unique(feature * len(rows) + row, return_counts=True)
        feature, row = np.divmod(held, len(rows))
        return cls(
            {
                "start": np.searchsorted(feature, np.arange(size + 1)).astype(np.int32),
                "row": row.astype(np.uint16),
                "times": np.minimum(times, 255).astype(np.uint8),
                "rows": np.array(len(rows)),
            },
            on,
        )

    def rarities(self, numbers: Whole) -> Floats:
        """Return how rare features are; one that was numbered later is as one that is unknown."""
        known = numbers < len(self.rarity)
        return np.where(known, self.rarity[np.where(known, numbers, 0)], self.rarity_of_unknown)

    def of_features(self, numbers: Whole) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return where the rows of features stand, and for each of these places which of the features it is of."""
        asked = np.flatnonzero(numbers < len(self._start) - 1)
        start = self._start[numbers[asked]]
        many = self._start[numbers[asked] + 1] - start
        which = np.repeat(np.arange(len(asked)), many)
        return np.arange(len(which)) + (start - np.cumsum(many) + many)[which], asked[which]

    def feature(self) -> Whole:
        """Return the feature of each posting."""
        return np.repeat(np.arange(len(self._start) - 1, dtype=np.int32), np.diff(self._start))

    def arrays(self) -> Arrays:
        """Return what this is made of, to be kept in a file."""
        return self._arrays


class Passages:
    """BM25 over passages."""

    def __init__(self, postings: _Postings, on: Passages | None = None) -> None:
        self._postings = postings
        length = np.bincount(postings.row, weights=postings.times, minlength=postings.rows)
        self._mean: float = on._mean if on else float(length.mean())
        self._damping = SATURATION * (1 - LENGTH + LENGTH * length / self._mean)

    @classmethod
    def of(cls, rows: Sequence[Whole], size: int, on: Passages | None = None) -> Passages:
        """Take passages, each as its features."""
        return cls(_Postings.of(rows, size, on and on._postings), on)

    def compare(self, features: Features) -> Floats:
        """Return how well each passage fits the features of a question, from 0."""
        postings = self._postings
        at, which = postings.of_features(features.numbers)
        row, times = postings.row[at], postings.times[at]
        worth = (features.times * postings.rarities(features.numbers))[which]
        fit = worth * times * (SATURATION + 1) / (times + self._damping[row])
        return np.bincount(row, fit, postings.rows).astype(np.float64)

    def coverage(self, passage: int, features: Features) -> float:
        """Return the share of a question's features, weighed by rarity, that a passage holds: 0 to 1."""
        postings = self._postings
        rarity = postings.rarities(features.numbers)
        at, which = postings.of_features(features.numbers)
        held = rarity[which[postings.row[at] == passage]].sum()
        return float(held / (rarity.sum() + features.unknown * postings.rarity_of_unknown or 1.0))

    def arrays(self) -> Arrays:
        """Return what this is made of, to be kept in a file."""
        return self._postings.arrays()

    @classmethod
    def read(cls, arrays: Arrays) -> Passages:
        """Return what was kept."""
        return cls(_Postings(arrays))


class Phrases:
    """The cosine with the nearest phrases of each passage."""

    def __init__(self, postings: _Postings, starts: Whole) -> None:
        self._postings = postings
        self._starts = starts
        many = np.diff(starts, append=postings.rows)
        self._passage = np.repeat(np.arange(len(starts)), many)
        # Of a passage with fewer phrases than count, those that it has share the whole.
        self._whole = np.cumsum(NEAREST)[np.minimum(many, len(NEAREST)) - 1]
        weights = (1 + np.log(postings.times)) * postings.rarity[postings.feature()]
        self._length = np.sqrt(np.bincount(postings.row, weights=weights**2, minlength=postings.rows))

    @classmethod
    def of(cls, passages: Sequence[Sequence[Whole]], size: int, on: Phrases | None = None) -> Phrases:
        """Take for each passage its phrases, each as its features."""
        starts = np.cumsum([0, *(len(phrases) for phrases in passages)])[:-1].astype(np.int32)
        return cls(_Postings.of([*chain.from_iterable(passages)], size, on and on._postings), starts)

    def compare(self, features: Features) -> tuple[Floats, Floats]:
        """Return the cosine of a question with each passage's nearest phrase, and with its nearest few: 0 to 1."""
        postings = self._postings
        rarity = postings.rarities(features.numbers)
        asked = (1 + np.log(features.times)) * rarity
        length = np.sqrt((asked**2).sum() + features.unknown * postings.rarity_of_unknown**2)
        at, which = postings.of_features(features.numbers)
        shared = (asked * rarity)[which] * (1 + np.log(postings.times[at]))
        total = np.bincount(postings.row[at], shared, postings.rows)
        total = total / np.maximum(self._length, 1e-9) / (length or 1.0)
        order = np.lexsort((-total, self._passage))
        place = np.arange(postings.rows) - self._starts[self._passage]
        counts = place < len(NEAREST)
        nearest = NEAREST[place[counts]] * total[order][counts]
        few = np.bincount(self._passage[counts], weights=nearest, minlength=len(self._starts)) / self._whole
        return total[order][self._starts], few

    def arrays(self) -> Arrays:
        """Return what this is made of, to be kept in a file."""
        return {**self._postings.arrays(), "starts": self._starts}

    @classmethod
    def read(cls, arrays: Arrays) -> Phrases:
        """Return what was kept."""
        return cls(_Postings(arrays), arrays["starts"])
