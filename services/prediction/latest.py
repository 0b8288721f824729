"""What each vendor's newest line was posted to, at any moment of the past."""

import numpy as np

from services.prediction.lines import ABSENT, Hashes, Ints


class Latest:
    """An index of learned lines by vendor. Row numbers are those of the order of learning."""

    def __init__(self, vendor: Hashes, label: Hashes) -> None:
        """`label` is the hash of each line's label, absent where it has none."""
        rows = np.flatnonzero(label != ABSENT)
        self._span = len(vendor) + 1
        self._vendors, number = np.unique(vendor[rows], return_inverse=True)
        place = number * self._span + rows
        order = np.argsort(place)
        self._place, self._label = place[order], label[rows[order]]

    def before(self, vendor: Hashes, before: Ints) -> Hashes:
        """The hash of the label of each vendor's newest line before a row number; absent where there is none."""
        if not len(self._place):
            return np.full(len(vendor), ABSENT, dtype=np.uint64)
        number = np.minimum(np.searchsorted(self._vendors, vendor), len(self._vendors) - 1)
        at = np.searchsorted(self._place, number * self._span + before) - 1
        known = (self._vendors[number] == vendor) & (at >= 0) & (self._place[at] // self._span == number)
        return np.where(known, self._label[at], np.uint64(ABSENT))


def day_starts(day: Ints) -> Ints:
    """For each row the first one of the run of rows of its day."""
    first = np.ones(len(day), dtype=bool)
    first[1:] = day[1:] != day[:-1]
    return np.maximum.accumulate(np.where(first, np.arange(len(day)), 0))
