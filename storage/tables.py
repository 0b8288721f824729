"""The storage port: the few things the product asks of a database engine.

An adapter implements `Tables` on one engine; `storage.repositories` does everything else once for all of them.
Rows are plain dicts of text, integers, bytes and None. Conditions are equalities or `name__in`, `name__not_in`,
`name__lt`, `name__le`, `name__gt`, `name__ge`; a condition of None means "is null".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = dict[str, Any]
Conditions = Mapping[str, Any]

OPERATORS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}


class Tables(Protocol):
    """A database inside one transaction."""

    def get(self, table: str, workspace: str, row_id: str) -> Row | None:
        """Return the row with this primary key."""
        ...

    def find(self, table: str, conditions: Conditions, order: str, limit: int | None, offset: int = 0) -> list[Row]:
        """Return the rows that meet the conditions; `order` is a column, falling when it begins with `-`."""
        ...

    def values(self, table: str, column: str, conditions: Conditions, order: str, limit: int | None) -> list[Any]:
        """Return one column of the rows that `find` would return."""
        ...

    def count(self, table: str, conditions: Conditions) -> int:
        """Count the rows that meet the conditions."""
        ...

    def count_by(self, table: str, column: str, conditions: Conditions) -> dict[str, int]:
        """Count the rows that meet the conditions for each value of a column."""
        ...

    def add(self, table: str, row: Row) -> bool:
        """Insert a row; False, and nothing done, when a key that must be unique exists."""
        ...

    def put(self, table: str, rows: Sequence[Row]) -> None:
        """Insert rows, replacing those with the same primary key."""
        ...

    def change(self, table: str, conditions: Conditions, changes: Row) -> int:
        """Change the rows that meet the conditions and return how many there were."""
        ...

    def delete(self, table: str, conditions: Conditions) -> int:
        """Delete the rows that meet the conditions and return how many there were."""
        ...

    def claim_jobs(self, now: str, boot: str, lease_until: str, limit: int, conditions: Conditions) -> list[Row]:
        """Mark due jobs that meet the conditions and whose lock is free as run by `boot`, and return them."""
        ...

    def atomic(self) -> AbstractContextManager[None]:
        """Undo what is done inside, and only that, if an exception leaves it."""
        ...


def where(conditions: Conditions, placeholder: str = "?") -> tuple[str, list[Any]]:
    """Return the SQL after WHERE, in the subset that SQLite and PostgreSQL share, and its parameters."""
    clauses: list[str] = []
    parameters: list[Any] = []
    for name, value in conditions.items():
        column, _, operator = name.partition("__")
        if operator == "in":
            values: list[Any] = list(value)
            clauses.append(f'"{column}" in ({", ".join([placeholder] * len(values))})' if values else "1 = 0")
            parameters += values
        elif operator == "not_in":
            values = list(value)
            clauses.append(f'"{column}" not in ({", ".join([placeholder] * len(values))})' if values else "1 = 1")
            parameters += values
        elif operator == "has":
            clauses.append(f"\"{column}\" like {placeholder} escape '!'")
            parameters.append("%" + re.sub("([%_!])", r"!\1", str(value)) + "%")
        elif value is None:
            clauses.append(f'"{column}" is null')
        else:
            clauses.append(f'"{column}" {OPERATORS[operator] if operator else "="} {placeholder}')
            parameters.append(value)
    return " and ".join(clauses) or "1 = 1", parameters
