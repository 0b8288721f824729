"""Since when Netvisor does not answer for a client."""

# sqlite-utils' stubs leave the migration decorator partly unknown.
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.base import migrations


@migrations()
def silence(database: Database) -> None:
    """Arrivals remember a silence of Netvisor's."""
    database.table("arrivals").add_column("silent_since", str)
