"""Evidence: what was posted under every key, as sorted arrays that answer for any moment of the past.

Rows are numbered in the order in which they were learned. A question names keys and a row number, and is answered
from the rows before that one only: so one index serves predicting (the row after the last) and replaying the past
as it would have been predicted then.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.prediction.levels import LEVELS
from services.prediction.lines import ABSENT, Hashes, Ints

Floats = NDArray[np.floating[Any]]
_KEEP = 0.5 ** (1.0 / np.array([level.half_life for level in LEVELS]))


@dataclass(frozen=True)
class Contexts:
    """What had been posted under the asked keys (a row of levels per line).

    `seen` counts postings, `size` counts them decayed, `labels` counts different labels. `key` and `before` are
    for asking on.
    """

    key: Ints
    before: Ints
    seen: Ints
    size: Floats
    labels: Ints

    def line(self, row: int) -> "Contexts":
        """Those of one line."""
        one = slice(row, row + 1)
        return Contexts(self.key[one], self.before[one], self.seen[one], self.size[one], self.labels[one])


@dataclass(frozen=True)
class Support:
    """What of each context was each candidate (line, level, candidate): decayed weight, count, newest row (-1)."""

    weight: Floats
    count: Ints
    since: Ints
    row: Ints


class Evidence:
    """An index of which labels (numbers, -1: none) were posted under which keys."""

    def __init__(self, keys: Hashes, labels: Ints, label_count: int) -> None:
        self._span = len(keys) + 1
        self._label_count = max(label_count, 1)
        level, row = (found.astype(np.int32) for found in np.nonzero(((keys != ABSENT) & (labels >= 0)[:, None]).T))
        every = keys[row, level]
        order = np.argsort(every, kind="stable")
        every, row, keep = every[order], row[order], _KEEP[level[order]]
        opens = np.ones(len(every), dtype=bool)
        opens[1:] = every[1:] != every[:-1]
        self._keys, key = every[opens], np.cumsum(opens) - 1
        del level, order, every, opens
        self._rows, self._labels = row, labels[row].astype(np.int32)
        self._by_key = key * self._span + row
        self._starts = np.searchsorted(key, np.arange(len(self._keys) + 1))
        rank = (np.arange(len(row)) - self._starts[key]).astype(np.int32)
        pair = key * self._label_count + self._labels
        by_pair = np.argsort(pair, kind="stable").astype(np.int32)
        pair = pair[by_pair]
        first = np.ones(len(pair), dtype=bool)
        first[1:] = pair[1:] != pair[:-1]
        newly = np.zeros(len(row), dtype=np.int32)
        newly[by_pair] = first
        running = np.cumsum(newly, dtype=np.int32)
        self._distinct = running - (running - newly)[self._starts[key]] if len(row) else running
        del key, running, newly
        pair *= self._span
        pair += row[by_pair]
        self._by_pair, self._pair_row, self._pair_rank = pair, row[by_pair], rank[by_pair]
        index = np.arange(len(pair), dtype=np.int32)
        self._pair_count = index - np.maximum.accumulate(np.where(first, index, np.int32(0))) + 1
        self._pair_weight = _decayed(self._pair_count, self._pair_rank, keep[by_pair])

    def contexts(self, keys: Hashes, before: Ints) -> Contexts:
        """What had been posted under each key before each line's row number."""
        if not len(self._keys):
            none = np.zeros(keys.shape, dtype=np.int64)
            return Contexts(none - 1, before, none, none.astype(float), none)
        key = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        known = self._keys[key] == keys
        end = np.searchsorted(self._by_key, key * self._span + before[:, None])
        seen = np.where(known, end - self._starts[key], 0)
        size = (1.0 - _KEEP**seen) / (1.0 - _KEEP)
        labels = np.where(seen > 0, self._distinct[np.maximum(end - 1, 0)], 0)
        return Contexts(np.where(known, key, -1), before, seen, size, labels)

    def support(self, contexts: Contexts, candidates: Ints) -> Support:
        """The support of each candidate label (a row of candidates per line; -1: none)."""
        asked = (contexts.seen > 0)[:, :, None] & (candidates >= 0)[:, None, :]
        nothing = np.zeros(asked.shape, dtype=np.int64)
        weight, count, since, newest = nothing.astype(float), nothing, nothing - 1, nothing - 1
        line, level, place = np.nonzero(asked)
        if not len(line):
            return Support(weight, count, since, newest)
        pair = contexts.key[line, level] * self._label_count + candidates[line, place]
        at = np.searchsorted(self._by_pair, pair * self._span + contexts.before[line]) - 1
        found = (at >= 0) & (self._by_pair[at] // self._span == pair)
        at, where = at[found], (line[found], level[found], place[found])
        gap = contexts.seen[where[0], where[1]] - 1 - self._pair_rank[at]
        weight[where] = self._pair_weight[at] * _KEEP[where[1]] ** gap
        count[where] = self._pair_count[at]
        since[where] = gap
        newest[where] = self._pair_row[at]
        return Support(weight, count, since, newest)

    def newest(self, contexts: Contexts, level: Ints, back: Ints) -> tuple[Ints, Ints]:
        """Rows and labels of single postings of each line's contexts; -1 where there is none.

        `level` and `back` say which, a column each: the newest posting on a level is 0 back.
        """
        seen, key = contexts.seen[:, level], contexts.key[:, level]
        present = back < seen
        if not len(self._rows):
            return np.full(present.shape, -1), np.full(present.shape, -1)
        at = np.where(present, self._starts[key] + seen - 1 - back, 0)
        return np.where(present, self._rows[at], -1), np.where(present, self._labels[at], -1)


def _decayed(count: NDArray[np.integer[Any]], rank: NDArray[np.integer[Any]], keep: Floats) -> Floats:
    """Each pair's decayed weight just after each of its postings: a prefix sum in steps of doubling length.

    `count` numbers the postings of one pair from 1; `rank` places them among all of their key.
    """
    weight = np.ones(len(count))
    step = 1
    while len(at := np.flatnonzero(count > step)):
        weight[at] += keep[at] ** (rank[at] - rank[at - step]) * weight[at - step]
        step *= 2
    return weight
