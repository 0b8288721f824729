"""Who may do what: members of the workspace may, guests and people of other organisations may not."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.records import Person, Role

REFRESH_AFTER = timedelta(days=1)
"""After as long what we know of a person is asked of Slack again, in the background."""


def may_use(person: Person) -> bool:
    """Tell whether a person may see and change the firm's clients."""
    return person.role in (Role.ADMIN, Role.MEMBER)


def is_stale(person: Person, now: datetime) -> bool:
    """Tell whether what we know of a person should be refreshed."""
    return now - person.refreshed_at > REFRESH_AFTER
