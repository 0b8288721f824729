"""How well production does, and automation."""

# sqlite-utils' stubs leave the migration decorator and the pk argument partly unknown.
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.base import create, migrations


@migrations()
def measuring(database: Database) -> None:
    """What was predicted of each handled invoice, and how it stands in the books."""
    create(
        database,
        "handled",
        {
            "client_id": str,
            "netvisor_key": int,
            "vendor": str,
            "arrived_at": str,
            "handled_at": str,
            "way": str,
            "predicted": str,
            "touched": int,
            "agreeing": int,
            "compared": int,
            "corrections": str,
            "compared_at": str,
        },
    )
    database.table("handled").create_index(["workspace", "client_id", "handled_at"])
    create(database, "drifts", {"found_at": str, "changes": str})


@migrations()
def automation(database: Database) -> None:
    """Settings of automation, one row a client."""
    create(
        database,
        "automations",
        {
            "version": int,
            "is_on": int,
            "changed_by": str,
            "changed_at": str,
            "most": int,
            "confidence": float,
            "sample": int,
            "excluded": str,
            "pause_begins": str,
            "pause_ends": str,
            "pause_yearly": int,
            "offered_at": str,
        },
    )
