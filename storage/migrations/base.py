"""How a migration makes a table."""

# sqlite-utils' stubs leave the migration decorator and the pk argument partly unknown.
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false

from __future__ import annotations

from typing import Any

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("fabric")

KEY = ("workspace", "id")


def create(database: Database, name: str, columns: dict[str, Any], *, not_null: tuple[str, ...] = ()) -> None:
    """Create a table whose primary key is (workspace, id)."""
    database.table(name).create(
        {"workspace": str, "id": str, **columns}, pk=KEY, not_null={*KEY, *not_null}, strict=True
    )
