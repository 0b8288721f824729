"""Until when a company's books are locked."""

# sqlite-utils' stubs leave the migration decorator partly unknown.
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.base import migrations


@migrations()
def locks(database: Database) -> None:
    """Registers know the locks of the books."""
    database.table("registers").add_column("locks", str, not_null_default="{}")
