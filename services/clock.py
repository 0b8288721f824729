"""The one clock: everything that asks what time it is asks here, so that tests and the sandbox can move it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Returns the present as an aware datetime in UTC."""

FIRM_TIMEZONE = ZoneInfo("Europe/Helsinki")
"""Where schedules run and times are shown unless somebody says otherwise."""


def system_clock() -> datetime:
    """Return the machine's time in UTC."""
    return datetime.now(UTC)
