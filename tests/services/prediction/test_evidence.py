"""The vectorised evidence says what counting by hand says, for any moment of the past."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.prediction.days import Days
from services.prediction.evidence import Evidence
from services.prediction.levels import LEVELS
from services.prediction.lines import numbered

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 3)), max_size=40)
LEVEL = 9


def index(rows: list[tuple[int, int]]) -> Evidence:
    keys = np.zeros((len(LEVELS), len(rows)), dtype=np.uint64)
    keys[LEVEL] = [key for key, _ in rows]
    return Evidence(keys, np.array([label for _, label in rows], dtype=np.int64), 5)


def asked(key: int) -> np.ndarray:
    keys = np.zeros((len(LEVELS), 1), dtype=np.uint64)
    keys[LEVEL] = key
    return keys


@given(rows=ROWS, key=st.integers(0, 4), before=st.integers(0, 40))
def test_a_context_is_what_was_posted_under_the_key_before(rows, key, before):
    before = min(before, len(rows))
    alike = [label for one, label in rows[:before] if one == key and key and label >= 0]
    contexts = index(rows).contexts(asked(key), np.array([before]))
    keep = 0.5 ** (1 / LEVELS[LEVEL].half_life)
    assert contexts.seen[LEVEL, 0] == len(alike)
    assert contexts.labels[LEVEL, 0] == len(set(alike))
    assert np.isclose(contexts.size[LEVEL, 0], sum(keep**age for age in range(len(alike))))


@given(rows=ROWS, key=st.integers(1, 4), before=st.integers(0, 40), label=st.integers(0, 3))
def test_support_is_decayed_by_the_newer_postings_of_the_key(rows, key, before, label):
    before = min(before, len(rows))
    numbers = [row for row, (one, said) in enumerate(rows[:before]) if one == key and said >= 0]
    ages = [age for age, row in enumerate(reversed(numbers)) if rows[row][1] == label]
    evidence = index(rows)
    contexts = evidence.contexts(asked(key), np.array([before]))
    support = evidence.support(contexts, np.array([0, 0]), np.array([label, 4]))
    keep = 0.5 ** (1 / LEVELS[LEVEL].half_life)
    posting = support.posting[LEVEL]
    assert np.isclose(support.weight[LEVEL, 0], sum(keep**age for age in ages))
    assert evidence.counts(posting).tolist() == [len(ages), 0]
    assert evidence.newer(contexts.seen[LEVEL], posting).tolist() == [ages[0] if ages else -1, -1]
    assert evidence.rows(posting).tolist() == [numbers[-1 - ages[0]] if ages else -1, -1]


@given(rows=ROWS, key=st.integers(1, 4), before=st.integers(0, 40))
def test_the_newest_postings_come_newest_first(rows, key, before):
    before = min(before, len(rows))
    numbers = [row for row, (one, said) in enumerate(rows[:before]) if one == key and said >= 0]
    evidence = index(rows)
    contexts = evidence.contexts(asked(key), np.array([before]))
    found = evidence.newest_rows(contexts, np.full(3, LEVEL), np.arange(3))
    expected = [*reversed(numbers), -1, -1, -1][:3]
    assert found[:, 0].tolist() == expected
    assert evidence.labels(found[:, 0]).tolist() == [rows[row][1] if row >= 0 else -1 for row in expected]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 2)), max_size=40))
def test_days_are_counted_as_by_hand(rows):
    vendor, label, day = (np.array([row[at] for row in rows], dtype=np.int64) for at in range(3))
    found = Days(numbered(vendor), numbered(label), day)
    for at, (one, said, _) in enumerate(rows):
        assert found.of_company[at] == len({row[2] for row in rows[: at + 1]})
        assert found.of_label[at] == len({row[2] for row in rows[: at + 1] if row[:2] == (one, said)})
