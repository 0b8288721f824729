"""Who may do what: members of the workspace may, guests and people of other organisations may not."""

from __future__ import annotations

from services.records import Person, Role


def may_use(person: Person) -> bool:
    """Tell whether a person may see and change the firm's clients."""
    return person.role in (Role.ADMIN, Role.MEMBER)
