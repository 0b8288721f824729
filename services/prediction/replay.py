"""Replaying the past: what would have been predicted for each learned line, knowing only the days before it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.prediction.evidence import Floats
from services.prediction.example import ACCOUNT, Example
from services.prediction.features import CANDIDATES, FEATURES
from services.prediction.lines import ABSENT, Hashes, Ints
from services.prediction.memory import Memory, hashed_labels

REPLAYED: Final = 12_000
"""At most so many of the newest lines before the cut teach a company's own network."""
_CHUNK: Final = 1024


@dataclass(frozen=True)
class Replay:
    """Described lines from row `start` on: features, which candidates there are, and which one was right.

    Features are kept in half precision: three digits are enough, and they are most of what training holds in memory.
    """

    start: int
    candidates: Ints
    features: Floats
    answer: Ints

    @property
    def present(self) -> NDArray[np.bool_]:
        """Where there is a candidate."""
        return self.candidates >= 0

    @property
    def offered(self) -> NDArray[np.bool_]:
        """Which lines have the right label among their candidates."""
        return self.answer < self.candidates.shape[1]

    def part(self, rows: slice | Ints) -> "Replay":
        """Some of the replayed lines."""
        return Replay(self.start, self.candidates[rows], self.features[rows], self.answer[rows])


def replay(
    memory: Memory,
    examples: Sequence[Example],
    target: str,
    start: int,
    before: Ints,
    accounts: Hashes,
    progress: Callable[[int], None] = lambda _lines: None,
) -> Replay:
    """Describe the learned lines from row `start` on as they were known at `before` each.

    `examples` are the learned lines themselves, `accounts` what was predicted as each one's account; `progress` is
    told the number of lines after each part of the work.
    """
    many = len(memory) - start
    candidates = np.empty((many, CANDIDATES), dtype=np.int64)
    features: Floats = np.empty((many, CANDIDATES, FEATURES + 1), dtype=np.float16)
    for first in range(start, len(memory), _CHUNK):
        rows = slice(first, first + _CHUNK)
        asked = memory.lines.part(first, first + _CHUNK)
        found = memory.describe(target, examples[rows], asked, accounts[rows], before[rows])
        place = slice(first - start, first - start + _CHUNK)
        candidates[place], features[place] = found.candidates, found.features
        progress(len(asked))
    right = (candidates == memory.answers[target][start:, None]) & (candidates >= 0)
    answer = np.where(right.any(axis=1), right.argmax(axis=1), CANDIDATES)
    return Replay(start, candidates, features, answer)


def days_before(memory: Memory) -> Ints:
    """For each learned line the number of lines of the days before; the lines must lie in date order."""
    return np.searchsorted(memory.lines.day, memory.lines.day).astype(np.int64)


def predicted_accounts(memory: Memory, start: int, labels: Ints) -> Hashes:
    """The hashes of predicted accounts as a column for all learned lines, absent before `start`."""
    column = np.full(len(memory), ABSENT, dtype=np.uint64)
    column[start:] = hashed_labels(memory.labels[ACCOUNT], labels)
    return column
