"""What the services need of storage.

A unit of work is a plain function that is given a `Unit` and runs in one transaction on the database's own thread:
it cannot await, so no transaction is ever held across one. Its result is returned once it is safely on disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from services import records

T = TypeVar("T")
R = TypeVar("R")

NO_CONDITIONS: Mapping[str, Any] = MappingProxyType({})
"""Every record meets them."""


class Records(Protocol[R]):
    """The records of one table.

    `workspace` comes first in every call; `None` means all workspaces and is for the clock and the operator only.
    Conditions are equalities, or `name__in`, `name__not_in`, `name__lt`, `name__le`, `name__gt`, `name__ge`, or
    `name__has`: the column's text has this one in it.
    """

    def get(self, workspace: str, record_id: str) -> R | None:
        """Return the record or None."""
        ...

    def find(
        self,
        workspace: str | None,
        *,
        order: str = "id",
        limit: int | None = None,
        offset: int = 0,
        **conditions: Any,
    ) -> list[R]:
        """Return the records that meet the conditions, in the order of a column (`-column`: falling).

        `limit` many of them, after the first `offset`, which counts only where there is a limit.
        """
        ...

    def values(
        self, field: str, workspace: str | None, *, order: str = "id", limit: int | None = None, **conditions: Any
    ) -> list[Any]:
        """Return one field of the records that `find` would return, without reading the others, which may be long."""
        ...

    def count(self, workspace: str | None, **conditions: Any) -> int:
        """Count the records that meet the conditions."""
        ...

    def count_by(self, workspace: str, column: str, **conditions: Any) -> dict[str, int]:
        """Count the records that meet the conditions for each value of a column of text."""
        ...

    def add(self, record: R) -> bool:
        """Store a new record; False when its id, or what else must be unique, exists already."""
        ...

    def put(self, *new: R) -> None:
        """Store records, replacing those with the same id."""
        ...

    def change(
        self, workspace: str, record_id: str, expected: Mapping[str, object] | None = None, **changes: Any
    ) -> bool:
        """Change fields of a record, if it still has the expected ones; False when it has not or is gone."""
        ...

    def delete(self, workspace: str | None, **conditions: Any) -> int:
        """Delete the records that meet the conditions and return how many there were."""
        ...


class Unit(Protocol):
    """Everything stored, inside one transaction: `unit[Client]` is the table of client companies."""

    def __getitem__(self, kind: type[R], /) -> Records[R]:
        """Return the table of a kind of record of `services.records`."""
        ...

    def claim_jobs(
        self, now: datetime, boot: str, lease_until: datetime, limit: int, **conditions: str | list[str]
    ) -> list[records.Job]:
        """Take due jobs that meet the conditions and whose lock nobody holds, oldest first, as run by this boot."""
        ...


class Store(Protocol):
    """The database."""

    async def run(self, work: Callable[[Unit], T], *, urgent: bool = False) -> T:
        """Run a unit of work in one transaction; what it raises undoes it and is raised here.

        Somebody in Slack waits for an urgent one: it goes before the others.
        """
        ...


def one(found: Iterable[T]) -> T | None:
    """Return the first of what was found, or None."""
    return next(iter(found), None)
