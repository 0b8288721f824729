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
CHUNK: Final = 512
"""So many lines are described at once."""


@dataclass(frozen=True)
class Replay:
    """Described lines from row `start` on: their candidates, the features of those that are present (a row each, line
    by line), and which candidate was right.
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

    def part(self, lines: NDArray[np.bool_]) -> "Replay":
        """Those of the replayed lines; all features are shared where all lines are meant."""
        if lines.all():
            return self
        features = self.features[np.repeat(lines, self.present.sum(axis=1))]
        return Replay(self.start, self.candidates[lines], features, self.answer[lines])


def replay(
    memory: Memory,
    examples: Sequence[Example],
    target: str,
    rows: range,
    before: Ints,
    accounts: Hashes,
    progress: Callable[[int], None] = lambda _lines: None,
) -> Replay:
    """Describe learned lines as they were known at `before` each.

    `examples` are the learned lines themselves, `accounts` what was predicted as each one's account; `progress` is
    told the number of lines after each part of the work.
    """
    candidates = np.empty((len(rows), CANDIDATES), dtype=np.int64)
    features: Floats = np.empty((len(rows) * CANDIDATES, FEATURES + 1), dtype=np.float32)
    used = 0
    for first in range(rows.start, rows.stop, CHUNK):
        part = slice(first, min(first + CHUNK, rows.stop))
        asked = memory.lines.part(part.start, part.stop)
        found = memory.describe(target, examples[part], asked, accounts[part], before[part])
        candidates[part.start - rows.start : part.stop - rows.start] = found.candidates
        features[used : used + len(found.features)] = found.features
        used += len(found.features)
        progress(len(asked))
    right = (candidates == memory.answers[target][rows.start : rows.stop, None]) & (candidates >= 0)
    answer = np.where(right.any(axis=1), right.argmax(axis=1), CANDIDATES)
    return Replay(rows.start, candidates, features[:used], answer)


def days_before(memory: Memory) -> Ints:
    """For each learned line the number of lines of the days before; the lines must lie in date order."""
    return np.searchsorted(memory.lines.day, memory.lines.day).astype(np.int64)


def predicted_accounts(memory: Memory, start: int, labels: Ints) -> Hashes:
    """The hashes of predicted accounts as a column for all learned lines, absent before `start`."""
    column = np.full(len(memory), ABSENT, dtype=np.uint64)
    column[start:] = hashed_labels(memory.labels[ACCOUNT], labels)
    return column
