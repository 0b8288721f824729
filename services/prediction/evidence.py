"""Evidence: what was posted under every key, as sorted arrays that answer for any moment of the past.

Rows are numbered in the order in which they were learned. A question names keys and a row number, and is answered
from the rows before that one only: so one index serves predicting (the row after the last) and replaying the past
as it would have been predicted then.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.prediction.levels import LEVELS, VENDOR
from services.prediction.lines import ABSENT, Hashes, Ints

Floats = NDArray[np.floating[Any]]
Numbers = NDArray[np.int32]
_HALF_LIFE = np.array([level.half_life for level in LEVELS], dtype=np.float32)
_DECAY = -1.0 / _HALF_LIFE[:, None].astype(np.float64)
_GONE = 1.0 - np.exp2(_DECAY)
_LAST_KEY = np.uint64(2**64 - 1)


@dataclass(frozen=True)
class Contexts:
    """What had been posted under the asked keys (a row per level, a column per line).

    `seen` counts postings, `size` counts them decayed, `labels` counts different labels. `key`, `end` and `before` are
    for asking on.
    """

    key: Ints
    end: Numbers
    before: Ints
    seen: Numbers
    size: Floats
    labels: Numbers


@dataclass(frozen=True)
class Support:
    """What each candidate (a column each) had of each context (a row per level): its decayed weight, and its newest
    `posting` (0: none), of which `Evidence` tells more.
    """

    weight: Floats
    posting: Numbers


class Evidence:
    """An index of which labels (numbers, -1: none) were posted under which keys."""

    def __init__(self, keys: Hashes, labels: Ints, label_count: int) -> None:
        """`keys` has a row per level and a column per learned line."""
        self._span = len(labels) + 1
        self._label_count = max(label_count, 1)
        self._labels = np.append(labels, -1).astype(np.int32)
        level, row = (found.astype(np.int32) for found in np.nonzero((keys != ABSENT) & (labels >= 0)))
        every = keys[level, row]
        order = np.argsort(every, kind="stable").astype(np.int32)
        every, row, half_life = every[order], row[order], _HALF_LIFE[level[order]]
        opens = np.ones(len(every), dtype=bool)
        opens[1:] = every[1:] != every[:-1]
        self._keys, key = np.append(every[opens], _LAST_KEY), np.cumsum(opens) - 1
        del level, order, every, opens
        self._by_key = key * self._span + row
        self._starts = np.searchsorted(key, np.arange(len(self._keys))).astype(np.int32)
        rank = np.arange(len(row), dtype=np.int32) - self._starts[key]
        pair = key * self._label_count + self._labels[row]
        by_pair = np.argsort(pair, kind="stable").astype(np.int32)
        pair = pair[by_pair]
        first = np.ones(len(pair), dtype=bool)
        first[1:] = pair[1:] != pair[:-1]
        newly = np.zeros(len(row), dtype=np.int32)
        newly[by_pair] = first
        running = np.cumsum(newly, dtype=np.int32)
        distinct = running - (running - newly)[self._starts[key]] if len(row) else running
        del key, running, newly
        # Before the first posting stands one that says "none", so that nobody has to ask whether there is any.
        self._rows, self._distinct = _led(-1, row), _led(0, distinct)
        row, rank, half_life = row[by_pair], rank[by_pair], half_life[by_pair]
        del by_pair, distinct
        pair *= self._span
        pair += row
        self._by_pair, self._pair_row = _led(-1, pair), _led(-1, row)
        del pair, row
        index = np.arange(len(first), dtype=np.int32)
        count = index - np.maximum.accumulate(np.where(first, index, np.int32(0))) + 1
        del index, first
        weight = _decayed(count, rank, half_life).astype(np.float32)
        self._pair_rank, self._pair_count, self._pair_weight = _led(0, rank), _led(0, count), _led(0, weight)

    def contexts(self, keys: Hashes, before: Ints) -> Contexts:
        """What had been posted under each key (a row per level, a column per line) before each line's row number."""
        key = np.searchsorted(self._keys, keys)
        end = np.searchsorted(self._by_key, key * self._span + before).astype(np.int32)
        seen = np.where(self._keys[key] == keys, end - self._starts[key], 0)
        size = (1.0 - np.exp2(seen * _DECAY)) / _GONE
        labels = np.where(seen > 0, self._distinct[end], 0)
        return Contexts(key, end, before, seen, size, labels)

    def support(self, contexts: Contexts, line: Ints, label: Ints) -> Support:
        """The support of candidate labels, of which `line` says whose they are."""
        weight = np.zeros((len(LEVELS), len(line)), dtype=np.float32)
        posting = np.zeros(weight.shape, dtype=np.int32)
        asked = contexts.seen[:, line] > 0
        for first, last in ((0, VENDOR), (VENDOR + 1, len(LEVELS) - 1)):
            if first:  # what the vendor never had it never had with anything else in common either
                asked[first:] &= posting[VENDOR] > 0
            level, candidate = np.nonzero(asked[first : last + 1])
            level += first
            of = line[candidate]
            opens = (contexts.key[level, of] * self._label_count + label[candidate]) * self._span
            at = np.searchsorted(self._by_pair, opens + contexts.before[of]) - 1
            found = np.flatnonzero(self._by_pair[at] >= opens)
            at, level, candidate, of = at[found], level[found], candidate[found], of[found]
            newer = contexts.seen[level, of] - 1 - self._pair_rank[at]
            posting[level, candidate] = at
            weight[level, candidate] = self._pair_weight[at] * np.exp2(newer * _DECAY[level, 0])
        return Support(weight, posting)

    def rows(self, posting: Numbers) -> Numbers:
        """The row numbers of postings of a support; -1 for none."""
        return self._pair_row[posting]

    def counts(self, posting: Numbers) -> Numbers:
        """How many postings of its label each posting of a support closes; 0 for none."""
        return self._pair_count[posting]

    def newer(self, seen: Numbers, posting: Numbers) -> Numbers:
        """How many of the `seen` postings under a key are newer than these of it; -1 for none."""
        return np.where(posting > 0, seen - 1 - self._pair_rank[posting], -1)

    def newest_rows(self, contexts: Contexts, level: Ints, back: Numbers) -> Numbers:
        """Row numbers of single postings of each line's contexts (a column per line); -1 where there is none.

        `level` and `back` say which, a row each: the newest posting on a level is 0 back.
        """
        present = back[:, None] < contexts.seen[level]
        return self._rows[np.where(present, contexts.end[level] - back[:, None], 0)]

    def in_a_row(self, contexts: Contexts, level: int, line: int, label: int, most: int) -> int:
        """How many of the newest postings on a line's level had a label, one after another, up to `most`."""
        end = int(contexts.end[level, line]) + 1
        newest = self._labels[self._rows[end - min(int(contexts.seen[level, line]), most) : end]]
        other = np.flatnonzero(newest != label)
        return len(newest) - 1 - int(other[-1]) if len(other) else len(newest)

    def labels(self, rows: Numbers) -> Numbers:
        """The labels of these rows; -1 for none."""
        return self._labels[rows]


def _led(by: int, column: NDArray[Any]) -> NDArray[Any]:
    """A column with one value more before its first."""
    return np.concatenate([np.array([by], dtype=column.dtype), column])


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
