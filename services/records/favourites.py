"""The clients that a person follows most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Favourite:
    """A client that a person has starred; `id` is `<person>:<client>`."""

    workspace: str
    id: str
    person: str
    client_id: str
    starred_at: datetime


@dataclass(frozen=True)
class Substitution:
    """A person who also sees a colleague's favourites, both days included; `id` is `<person>:<colleague>`."""

    workspace: str
    id: str
    person: str
    colleague: str
    first_day: date
    last_day: date
