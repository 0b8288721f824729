"""Automation's rules that need no Netvisor: the pause, the lot, and what its settings let through."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.automation import is_paused
from services.records import Automation

SETTINGS = Automation("T1", "c")
DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))


def test_a_yearly_pause_goes_over_the_end_of_each_year() -> None:
    pause = replace(SETTINGS, pause_begins=date(2026, 12, 20), pause_ends=date(2027, 1, 10), pause_yearly=1)
    paused = [date(2026, 12, 20), date(2027, 1, 10), date(2028, 12, 31), date(2029, 1, 1)]
    working = [date(2026, 12, 19), date(2027, 1, 11), date(2028, 6, 1)]
    assert all(is_paused(pause, day) for day in paused)
    assert not any(is_paused(pause, day) for day in working)


@given(DAYS, DAYS, st.integers(0, 300))
def test_a_pause_holds_from_its_first_day_to_its_last(today: date, begins: date, days: int) -> None:
    ends = begins + timedelta(days=days)
    once = replace(SETTINGS, pause_begins=begins, pause_ends=ends)
    assert is_paused(once, today) is (begins <= today <= ends)
    if is_paused(once, today):
        assert is_paused(replace(once, pause_yearly=1), today)


@given(DAYS)
def test_without_a_pause_there_is_none(today: date) -> None:
    assert not is_paused(SETTINGS, today)
