"""Whether a question was asked where another organisation reads along."""

# sqlite-utils' stubs leave the migration decorator partly unknown.
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.base import migrations


@migrations()
def help_shared(database: Database) -> None:
    """Questions remember that their channel is shared by Slack Connect."""
    database.table("help_asked").add_column("is_shared", int, not_null_default=0)
