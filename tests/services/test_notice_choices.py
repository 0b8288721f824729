"""When a person is told: never in their quiet, always at its end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.clock import FIRM_TIMEZONE
from services.notice_choices import LONGEST_WAIT, is_holiday, told_at
from services.records import NoticeChoice

FREE = NoticeChoice("T", "U", holidays="yes", quiet_from="18:00", quiet_until="08:00")
NIGHT = NoticeChoice("T", "U", quiet_from="18:00", quiet_until="08:00")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=FIRM_TIMEZONE)


@pytest.mark.parametrize(
    ("choice", "now", "told"),
    [
        (NoticeChoice("T", "U"), "2026-03-10 23:00", "2026-03-10 23:00"),
        (NIGHT, "2026-03-10 17:59", "2026-03-10 17:59"),
        (NIGHT, "2026-03-10 18:00", "2026-03-11 08:00"),
        (NIGHT, "2026-03-11 07:59", "2026-03-11 08:00"),
        (NIGHT, "2026-03-11 08:00", "2026-03-11 08:00"),
        (NoticeChoice("T", "U", quiet_from="12:00", quiet_until="13:00"), "2026-03-10 12:30", "2026-03-10 13:00"),
        (NoticeChoice("T", "U", holidays="yes"), "2026-04-02 15:00", "2026-04-02 15:00"),
        (NoticeChoice("T", "U", holidays="yes"), "2026-04-03 10:00", "2026-04-07 00:00"),
        (FREE, "2026-04-03 10:00", "2026-04-07 08:00"),
        (NoticeChoice("T", "U", away_until=date(2026, 3, 20)), "2026-03-10 10:00", "2026-03-21 00:00"),
        # The clocks go forward on the night of 29 March.
        (NIGHT, "2026-03-28 20:00", "2026-03-29 08:00"),
    ],
)  # fmt: skip
def test_the_first_moment_that_is_not_quiet(choice: NoticeChoice, now: str, told: str) -> None:
    assert told_at(choice, local(now)) == local(told)


TIMES = st.builds(lambda minutes: f"{minutes // 60:02}:{minutes % 60:02}", st.integers(0, 1439))
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(
    choice=st.builds(
        NoticeChoice,
        workspace=st.just("T"),
        id=st.just("U"),
        quiet_from=TIMES,
        quiet_until=TIMES,
        holidays=st.sampled_from(["", "yes"]),
        away_until=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    ),
    now=MOMENTS,
)
def test_told_later_never_earlier_and_not_in_the_quiet(choice: NoticeChoice, now: datetime) -> None:
    told = told_at(choice, now)
    assert told >= now
    assert told_at(choice, told) == told or told >= now + LONGEST_WAIT - timedelta(days=1)
    if told < now + LONGEST_WAIT:
        day = told.astimezone(FIRM_TIMEZONE).date()
        assert not (choice.holidays and is_holiday(day))
        assert not (choice.away_until and day <= choice.away_until)
