"""Evidence: what was posted under every key, as sorted arrays that answer for any moment of the past.

Rows are numbered in the order in which they were learned. A question names keys and a row number, and is answered
from the rows before that one only: so one index serves predicting (the row after the last) and replaying the past
as it would have been predicted then.
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.prediction.levels import LEVELS
from services.prediction.lines import ABSENT, Hashes, Ints

Floats = NDArray[np.floating[Any]]
_HALF_LIFE = np.array([level.half_life for level in LEVELS])
_KEEP = 0.5 ** (1.0 / _HALF_LIFE)
_DECAY = -1.0 / _HALF_LIFE


@dataclass(frozen=True)
class Contexts:
    """What had been posted under the asked keys (a row of levels per line).

    `seen` counts postings, `size` counts them decayed, `labels` counts different labels. `key`, `end` and `before` are
    for asking on.
    """

    key: Ints
    end: Ints
    before: Ints
    seen: Ints
    size: Floats
    labels: Ints

    def line(self, row: int) -> "Contexts":
        """Those of one line."""
        one = slice(row, row + 1)
        return Contexts(*(getattr(self, column.name)[one] for column in fields(self)))


@dataclass(frozen=True)
class Support:
    """What each candidate (line, candidate, level) had of each context: its decayed weight, and its newest `posting`
    (-1: none), of which `Evidence` tells more.
    """

    weight: Floats
    posting: Ints


class Evidence:
    """An index of which labels (numbers, -1: none) were posted under which keys."""

    def __init__(self, keys: Hashes, labels: Ints, label_count: int) -> None:
        self._span = len(keys) + 1
        self._label_count = max(label_count, 1)
        level, row = (found.astype(np.int32) for found in np.nonzero(((keys != ABSENT) & (labels >= 0)[:, None]).T))
        every = keys[row, level]
        order = np.argsort(every, kind="stable")
        every, row, half_life = every[order], row[order], _HALF_LIFE[level[order]]
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
        self._pair_weight = _decayed(self._pair_count, self._pair_rank, half_life[by_pair])

    def contexts(self, keys: Hashes, before: Ints) -> Contexts:
        """What had been posted under each key before each line's row number."""
        if not len(self._keys):
            none = np.zeros(keys.shape, dtype=np.int64)
            return Contexts(none - 1, none, before, none, none.astype(float), none)
        key = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        known = self._keys[key] == keys
        end = np.searchsorted(self._by_key, key * self._span + before[:, None])
        seen = np.where(known, end - self._starts[key], 0)
        size = (1.0 - np.exp2(-seen / _HALF_LIFE)) / (1.0 - _KEEP)
        labels = np.where(seen > 0, self._distinct[np.maximum(end - 1, 0)], 0)
        return Contexts(np.where(known, key, -1), end, before, seen, size, labels)

    def support(self, contexts: Contexts, candidates: Ints) -> Support:
        """The support of each candidate label (a row of candidates per line; -1: none)."""
        asked = (candidates >= 0)[:, :, None] & (contexts.seen > 0)[:, None, :]
        weight, posting = np.zeros(asked.shape, dtype=np.float32), np.full(asked.shape, -1)
        opens = contexts.key[:, None, :] * self._label_count + candidates[:, :, None]
        opens *= self._span
        before = (opens + contexts.before[:, None, None])[asked]
        opens = opens[asked]
        if not len(opens) or not len(self._by_pair):
            return Support(weight, posting)
        at = np.searchsorted(self._by_pair, before) - 1
        found = (at >= 0) & (self._by_pair[at] >= opens)
        posting[asked] = np.where(found, at, -1)
        newer = np.where(found, (asked * contexts.seen[:, None, :])[asked] - 1 - self._pair_rank[at], 0)
        weight[asked] = np.where(found, self._pair_weight[at], 0.0) * np.exp2(newer * (asked * _DECAY)[asked])
        return Support(weight, posting)

    def rows(self, posting: Ints) -> Ints:
        """The row numbers of postings of a support; -1 for none."""
        return np.where(posting >= 0, self._pair_row[posting], -1) if len(self._pair_row) else posting

    def counts(self, posting: Ints) -> Ints:
        """How many postings of its label each posting of a support closes; 0 for none."""
        return np.where(posting >= 0, self._pair_count[posting], 0) if len(self._pair_row) else posting + 1

    def since(self, contexts: Contexts, level: int, posting: Ints) -> Ints:
        """How many postings on a level (line, candidate) are newer than these; -1 for none."""
        if not len(self._pair_row):
            return posting
        return np.where(posting >= 0, contexts.seen[:, level, None] - 1 - self._pair_rank[posting], -1)

    def newest_labels(self, contexts: Contexts, level: Ints, back: Ints) -> Ints:
        """Labels of single postings of each line's contexts; -1 where there is none.

        `level` and `back` say which, a column each: the newest posting on a level is 0 back.
        """
        return _picked(self._labels, contexts, level, back)

    def newest_rows(self, contexts: Contexts, level: Ints, back: Ints) -> Ints:
        """The row numbers of the same postings."""
        return _picked(self._rows, contexts, level, back)


def _picked(column: NDArray[np.int32], contexts: Contexts, level: Ints, back: Ints) -> Ints:
    present = back < contexts.seen[:, level]
    if not len(column):
        return np.full(present.shape, -1)
    return np.where(present, column[np.where(present, contexts.end[:, level] - 1 - back, 0)], -1)


def _decayed(count: NDArray[np.integer[Any]], rank: NDArray[np.integer[Any]], half_life: Floats) -> Floats:
    """Each pair's decayed weight just after each of its postings: a prefix sum in steps of doubling length.

    `count` numbers the postings of one pair from 1; `rank` places them among all of their key.
    """
    weight = np.ones(len(count))
    step = 1
    while len(at := np.flatnonzero(count > step)):
        weight[at] += np.exp2((rank[at - step] - rank[at]) / half_life[at]) * weight[at - step]
        step *= 2
    return weight
