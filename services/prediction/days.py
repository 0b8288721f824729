"""On how many days something was posted: ten lines of one day are far less proof than ten days with a line each."""

import numpy as np

from services.prediction.lines import Hashes, Ints, mixed, numbered


class Days:
    """For each learned row on how many different days there were lines up to it, the row included: of the company, and
    of the vendor with the row's label.
    """

    def __init__(self, vendor: Hashes, label: Hashes, day: Ints) -> None:
        """`label` is the hash of each line's label, absent where it has none."""
        self.of_company = _running(np.ones_like(vendor), day)
        self.of_label = _running(mixed(vendor, label), day)


def _running(group: Hashes, day: Ints) -> Ints:
    """For each row the number of different days of its group up to it."""
    new = np.zeros(len(group), dtype=np.int64)
    new[np.unique(mixed(group + np.uint64(1), numbered(day)), return_index=True)[1]] = 1
    order = np.argsort(group, kind="stable")
    counted = np.cumsum(new[order])
    opens = np.ones(len(group), dtype=bool)
    opens[1:] = group[order][1:] != group[order][:-1]
    starts = np.where(opens, counted - new[order], 0)
    result = np.empty(len(group), dtype=np.int64)
    result[order] = counted - np.maximum.accumulate(starts) if len(group) else counted
    return result
