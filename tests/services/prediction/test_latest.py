"""What a vendor's newest line was posted to says what looking back line by line says."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.prediction.latest import Latest, day_starts

ROWS = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3)), max_size=30)


@given(rows=ROWS, vendor=st.integers(1, 4), before=st.integers(0, 30))
def test_the_newest_label_before_a_row(rows, vendor, before):
    earlier = [label for one, label in rows[:before] if one == vendor and label]
    vendors, labels = (np.array([row[at] for row in rows], dtype=np.uint64) for at in (0, 1))
    found = Latest(vendors, labels).before(np.array([vendor], dtype=np.uint64), np.array([min(before, len(rows))]))
    assert found[0] == (earlier[-1] if earlier else 0)


def test_a_day_starts_where_the_day_changes():
    assert day_starts(np.array([5, 5, 7, 7, 7, 5])).tolist() == [0, 0, 2, 2, 2, 5]
