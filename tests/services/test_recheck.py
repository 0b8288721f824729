"""When clients are looked at again, and when what was found is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.clock import FIRM_TIMEZONE
from services.recheck import QUIET_FOR, QUIET_FROM, is_quiet, next_night, next_recheck
from services.records import Client, ClientState, Process
from services.rights_news import DAY_BEGINS, DAY_ENDS, GATHERED_FOR, telling_time

moments = st.integers(0, 2 * 365 * 86_400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
ids = st.text("0123456789abcdef", min_size=16, max_size=16)


def client(client_id: str = "c", state: ClientState = ClientState.PRODUCTION, since: datetime | None = None) -> Client:
    now = since or datetime(2026, 1, 1, tzinfo=UTC)
    return Client("T1", client_id, "9000100-6", "Kataja Oy", Process.STANDARD, "C1", "k", state, "U1", now, (), now)


@given(moments, ids)
def test_every_client_has_its_own_time_in_the_next_quiet_hours(now: datetime, client_id: str) -> None:
    night = next_night(client(client_id), now)
    assert now < night <= now + timedelta(hours=25 + 4)
    assert night.astimezone(FIRM_TIMEZONE).time() >= QUIET_FROM
    assert next_recheck(client(client_id), now) == night


def test_clients_are_spread_over_the_quiet_hours() -> None:
    now = datetime(2026, 3, 10, 7, tzinfo=UTC)
    hours = [next_night(client(str(number)), now).astimezone(FIRM_TIMEZONE).hour for number in range(400)]
    assert {hour: hours.count(hour) > 50 for hour in hours} == dict.fromkeys((1, 2, 3, 4), True)
    assert timedelta(hours=4) == QUIET_FOR


@given(moments, st.timedeltas(timedelta(), timedelta(days=3)))
def test_a_blocked_client_is_looked_at_after_ten_minutes_and_an_hour_too(now: datetime, gone: timedelta) -> None:
    blocked = client(state=ClientState.BLOCKED, since=now - gone)
    after = next_recheck(blocked, now) - (now - gone)
    if gone < timedelta(minutes=10):
        assert after == timedelta(minutes=10)
    elif gone < timedelta(hours=1):
        assert after == timedelta(hours=1)
    else:
        assert next_recheck(blocked, now) == next_night(blocked, now)


@given(moments)
def test_nobody_is_told_anything_at_night(now: datetime) -> None:
    at = telling_time(now)
    assert now + GATHERED_FOR <= at <= now + timedelta(hours=12)
    assert DAY_BEGINS <= at.astimezone(FIRM_TIMEZONE).time() < DAY_ENDS
    if not is_quiet(now) and DAY_BEGINS <= now.astimezone(FIRM_TIMEZONE).time() < (DAY_ENDS.replace(hour=20)):
        assert at == now + GATHERED_FOR


def test_the_state_is_what_decides() -> None:
    now = datetime(2026, 3, 10, 7, tzinfo=UTC)
    new = replace(client(since=now), state=ClientState.BLOCKED)
    assert next_recheck(new, now) - now == timedelta(minutes=10)
