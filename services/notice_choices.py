"""When a person or a firm is told: quiet hours, holidays, absences, the morning."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

from services import jobs
from services.clock import FIRM_TIMEZONE
from services.records import DigestItem, FirmNotices, NoticeChoice
from services.store import Unit

MORNING = time(8, 30)
"""When channels get their morning message unless the firm says otherwise, in its own time."""

LONGEST_WAIT = timedelta(days=60)
"""How far quiet hours and free days are followed from one to the next; the end of an absence counts however late."""


def choice_of(unit: Unit, workspace: str, person: str) -> NoticeChoice:
    """Return a person's choice; who never chose is told directly and at any time."""
    return unit[NoticeChoice].get(workspace, person) or NoticeChoice(workspace, person)


def present_choice(unit: Unit, workspace: str, person: str, now: datetime) -> NoticeChoice:
    """Return a person's choice as they are shown it: without an absence that is over."""
    choice, today = choice_of(unit, workspace, person), now.astimezone(FIRM_TIMEZONE).date()
    is_over = choice.away_until is not None and choice.away_until < today
    return dataclasses.replace(choice, away_until=None) if is_over else choice


def morning_of(unit: Unit, workspace: str) -> time:
    """Return when a firm's channels and people get their morning message."""
    firm = unit[FirmNotices].get(workspace, workspace)
    return time.fromisoformat(firm.morning) if firm else MORNING


def set_morning(unit: Unit, workspace: str, morning: time) -> None:
    """Change when a firm's morning messages come; one that came today does not come again."""
    before = unit[FirmNotices].get(workspace, workspace)
    fresh = dataclasses.replace(before or FirmNotices(workspace, workspace, ""), morning=f"{morning:%H:%M}")
    unit[FirmNotices].put(fresh)


def next_morning(unit: Unit, workspace: str, now: datetime) -> datetime:
    """Return the firm's next morning."""
    at, day = morning_of(unit, workspace), now.astimezone(FIRM_TIMEZONE).date()
    today = datetime.combine(day, at, FIRM_TIMEZONE)
    return today if today > now else datetime.combine(day + timedelta(days=1), at, FIRM_TIMEZONE)


def told_at(choice: NoticeChoice, now: datetime) -> datetime:
    """Return the first moment from now on at which a person wants to be told."""
    moment = now
    while moment < now + LONGEST_WAIT:
        later = _after_quiet(choice, moment.astimezone(FIRM_TIMEZONE))
        if later is None:
            break
        moment = later
    return moment


def _after_quiet(choice: NoticeChoice, local: datetime) -> datetime | None:
    """Return when the quiet that a moment falls into ends, None when it falls into none."""
    day = local.date()
    if choice.away_until and day <= choice.away_until:
        return _midnight_after(choice.away_until)
    if choice.holidays and is_holiday(day):
        return _midnight_after(day)
    if not choice.quiet_from or not choice.quiet_until or choice.quiet_from == choice.quiet_until:
        return None
    begins, ends = time.fromisoformat(choice.quiet_from), time.fromisoformat(choice.quiet_until)
    clock = local.time()
    if begins < ends:
        return datetime.combine(day, ends, FIRM_TIMEZONE) if begins <= clock < ends else None
    if clock >= begins:
        return datetime.combine(day + timedelta(days=1), ends, FIRM_TIMEZONE)
    return datetime.combine(day, ends, FIRM_TIMEZONE) if clock < ends else None


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), FIRM_TIMEZONE)


def is_holiday(day: date) -> bool:
    """Tell whether a day is a weekend's or a public holiday in Finland."""
    return day.weekday() >= 5 or day in _finnish(day.year)


@cache
def _finnish(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FI", years=year))


def keep_for_digest(
    unit: Unit, workspace: str, matter: str, person: str, client_id: str, what: str, now: datetime
) -> None:
    """Keep what a person is told in their next morning message."""
    unit[DigestItem].add(DigestItem(workspace, matter, person, client_id, what, now))
    jobs.enqueue(unit, workspace, "digest", person, next_morning(unit, workspace, now))
