"""Favourites, substitutes, and indices by which a firm of thousands of clients is looked through at once."""

# sqlite-utils' stubs leave the migration decorator and the pk argument partly unknown.
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.base import create, migrations


@migrations()
def favourites(database: Database) -> None:
    """What Home shows first, and what it counts."""
    create(database, "favourites", {"person": str, "client_id": str, "starred_at": str})
    database.table("favourites").create_index(["workspace", "person"])
    create(database, "substitutions", {"person": str, "colleague": str, "first_day": str, "last_day": str})
    database.table("substitutions").create_index(["workspace", "person"])
    database.table("production_invoices").create_index(["workspace", "state", "client_id"])
    database.table("clients").create_index(["workspace", "search"])
    database.table("clients").create_index(["workspace", "state"])
    database.table("runs").create_index(["workspace", "finished_at"])
