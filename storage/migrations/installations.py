"""Where the app is installed, and what can be used once."""

# sqlite-utils' stubs leave the migration decorator and the pk argument partly unknown.
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.base import create, migrations


@migrations()
def installations(database: Database) -> None:
    """Installations in many workspaces, with sealed tokens; tickets by their hash."""
    create(
        database,
        "installations",
        {
            "app_id": str,
            "bot_user_id": str,
            "scopes": str,
            "sealed_bot_token": str,
            "installed_by": str,
            "installed_at": str,
            "expires_at": str,
            "sealed_refresh_token": str,
            "removed_at": str,
        },
    )
    create(
        database,
        "tickets",
        {"purpose": str, "person": str, "expires_at": str, "reference": str, "subject": str, "view_id": str},
    )
    database.table("tickets").create_index(["id"])
