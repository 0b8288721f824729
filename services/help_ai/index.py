"""Two ways to compare a question with texts: BM25 over whole passages, and the cosine with single phrases.

Both are sums over features (pieces of words, or meanings), kept as flat arrays, so that building the index of all
passages and asking it cost little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

SATURATION = 1.2
"""BM25's k1: how soon a repeated feature stops counting."""
LENGTH = 0.6
"""BM25's b: how much long passages are marked down."""
SHORTEST_MISTYPED = 5
"""Letters: shorter words are too easily another word."""
MISTYPED = 85
"""How alike, of 100, an unknown word and a known one must be to count as the same, mistyped."""

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


class Numbering:
    """Gives words the numbers of their features; every word is taken apart once."""

    def __init__(self, features_of: Callable[[str], Iterable[str]]) -> None:
        self._features_of = features_of
        self._numbers: dict[str, int] = {}
        self._words: dict[str, Sequence[int]] = {}

    @property
    def size(self) -> int:
        """How many features there are."""
        return len(self._numbers)

    def learn(self, words: Iterable[str]) -> list[int]:
        """Return the features of words, numbering new ones."""
        found: list[int] = []
        for word in words:
            known = self._words.get(word)
            if known is None:
                numbers = self._numbers
                known = [numbers.setdefault(name, len(numbers)) for name in self._features_of(word)]
                self._words[word] = known
            found += known
        return found

    def seal(self) -> None:
        """Learn nothing more: which features each learnt word has is forgotten, and its memory given back."""
        self._words = dict.fromkeys(self._words, ())

    def knows(self, word: str) -> bool:
        """Tell whether a word was learnt."""
        return word in self._words

    def nearest(self, word: str) -> str:
        """Return the learnt word that a mistyped one is most like, or the word itself when none is."""
        if word in self._words or len(word) < SHORTEST_MISTYPED:
            return word
        found = process.extractOne(word, self._words.keys(), scorer=fuzz.ratio, score_cutoff=MISTYPED)
        return word if found is None else found[0]

    def look_up(self, words: Iterable[str]) -> tuple[Counter[int], int]:
        """Return the known features of words with their counts, and how many are unknown."""
        known: Counter[int] = Counter()
        unknown: set[str] = set()
        for word in words:
            for name in self._features_of(word):
                number = self._numbers.get(name)
                if number is None:
                    unknown.add(name)
                else:
                    known[number] += 1
        return known, len(unknown)


class _Postings:
    """Which rows hold a feature, how often, and, once weighed, what that is worth."""

    def __init__(self, rows: Sequence[Sequence[int]], size: int) -> None:
        self.rows = len(rows)
        row = np.repeat(np.arange(self.rows), [len(one) for one in rows])
        feature = np.fromiter(chain.from_iterable(rows), np.int64, len(row))
        held, times = np.unique(feature * self.rows + row, return_counts=True)
        # In half the width: there are hundreds of thousands.
        feature, row = np.divmod(held, self.rows)
        self.feature, self.row = feature.astype(np.int32), row.astype(np.int32)
        self.times = times.astype(np.float32)
        self.start: Whole = np.searchsorted(self.feature, np.arange(size + 1))
        self.held_by: Whole = np.diff(self.start)

    def weigh(self, values: Floats) -> None:
        """Keep what each row's features are worth, instead of what that was computed from."""
        self._values = values.astype(np.float32)
        del self.feature, self.times

    def add_up(self, weights: Iterable[tuple[int, float]]) -> Floats:
        """Return for each row the sum of its values for the given features."""
        total = np.zeros(self.rows)
        for number, weight in weights:
            part = slice(self.start[number], self.start[number + 1])
            total[self.row[part]] += weight * self._values[part]
        return total


class Passages:
    """BM25 over passages, each given as its features."""

    def __init__(self, rows: Sequence[Sequence[int]], size: int) -> None:
        self._postings = postings = _Postings(rows, size)
        length = np.bincount(postings.row, weights=postings.times, minlength=postings.rows)
        rarity = np.log(1 + (postings.rows - postings.held_by + 0.5) / (postings.held_by + 0.5))
        damping = SATURATION * (1 - LENGTH + LENGTH * length / length.mean())
        times = postings.times
        postings.weigh(rarity[postings.feature] * times * (SATURATION + 1) / (times + damping[postings.row]))

    def compare(self, features: Counter[int]) -> Floats:
        """Return how well each passage fits the features of a question, from 0."""
        return self._postings.add_up(features.items())

    def coverage(self, passage: int, features: Counter[int], unknown: int) -> float:
        """Return the share of a question's features, weighed by rarity, that a passage holds: 0 to 1."""
        postings = self._postings
        whole = unknown * float(np.log((postings.rows + 1) / 0.5))
        held = 0.0
        for number in features:
            rarity = float(np.log((postings.rows + 1) / (postings.held_by[number] + 0.5)))
            rows = postings.row[postings.start[number] : postings.start[number + 1]]
            at = int(np.searchsorted(rows, passage))
            held += rarity if at < len(rows) and rows[at] == passage else 0.0
            whole += rarity
        return held / whole if whole else 0.0


class Phrases:
    """The cosine with the nearest phrase of each passage."""

    def __init__(self, passages: Sequence[Sequence[Sequence[int]]], size: int) -> None:
        """Take for each passage its phrases, each as its features."""
        self._starts = np.cumsum([0, *(len(phrases) for phrases in passages)])[:-1]
        self._postings = postings = _Postings([phrase for phrases in passages for phrase in phrases], size)
        self._rarity = np.log((postings.rows + 1) / (postings.held_by + 0.5))
        self._rarity_of_unknown = float(np.log((postings.rows + 1) / 0.5))
        weights = (1 + np.log(postings.times)) * self._rarity[postings.feature]
        length = np.sqrt(np.bincount(postings.row, weights=weights**2, minlength=postings.rows))
        postings.weigh(weights / np.maximum(length, 1e-9)[postings.row])

    def compare(self, features: Counter[int], unknown: int) -> Floats:
        """Return for each passage the cosine of its nearest phrase with a question's features, from 0 to 1."""
        weights = [(number, (1 + np.log(times)) * self._rarity[number]) for number, times in features.items()]
        length = np.sqrt(sum(weight**2 for _, weight in weights) + unknown * self._rarity_of_unknown**2) or 1.0
        return np.maximum.reduceat(self._postings.add_up(weights) / length, self._starts)
