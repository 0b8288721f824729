"""When a client's new invoices are fetched: every quarter of an hour in office hours, hourly otherwise, spread out."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.clock import FIRM_TIMEZONE
from services.production import A_MOMENT, IN_OFFICE_HOURS, OTHERWISE, until_next

MOMENTS = st.integers(0, 63_072_000).map(lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))


def finnish(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a time of November 2026 in Finland; the 27th is a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=FIRM_TIMEZONE).astimezone(UTC)


@given(MOMENTS, st.uuids().map(str))
def test_the_next_round_is_never_now_and_never_far(now: datetime, client: str) -> None:
    wait = until_next(now, client)
    assert A_MOMENT <= wait <= OTHERWISE + IN_OFFICE_HOURS
    at = (now + wait).astimezone(FIRM_TIMEZONE)
    if at.weekday() < 5 and time(7, 16) <= at.time() < time(18):
        assert wait <= IN_OFFICE_HOURS + A_MOMENT, "no later than a quarter of an hour after the last"


@given(st.uuids().map(str))
@example("2106cc2f-49a7-1335-2aaa-1ef365d90ae7")  # its turn is half a second after the office opens
def test_every_client_is_fetched_in_the_first_quarter_of_the_office_day(client: str) -> None:
    now, rounds = finnish(27, 0), []
    while now < finnish(27, 9):
        now += until_next(now, client)
        rounds.append(now)
    assert any(finnish(27, 7) <= one <= finnish(27, 7, 16) for one in rounds)
    assert all(later - one <= OTHERWISE + A_MOMENT for one, later in pairwise(rounds))


@pytest.mark.parametrize(("day", "hour", "rounds"), [(27, 10, 4), (27, 19, 1), (28, 10, 1)])
def test_so_many_rounds_an_hour(day: int, hour: int, rounds: int) -> None:
    for client in ("a", "b", "c"):
        now, count = finnish(day, hour), 0
        while (now := now + until_next(now, client)) <= finnish(day, hour + 1):
            count += 1
        assert count == rounds


def test_clients_are_spread_over_the_quarter() -> None:
    now = finnish(27, 10)
    minutes = [int(until_next(now, f"client {number}").total_seconds() // 60) for number in range(300)]
    assert {minutes.count(minute) > 5 for minute in range(15)} == {True}
