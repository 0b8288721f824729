"""How and when people and channels are told, and what finds ten thousand notices that are due at once."""

# sqlite-utils' stubs leave the migration decorator and the pk argument partly unknown.
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.base import create, migrations


@migrations()
def notices(database: Database) -> None:
    """Choices of people and firms; what is kept for a person's digest; jobs found by who runs them."""
    create(database, "firm_notices", {"morning": str, "planned": str})
    create(
        database,
        "notice_choices",
        {"way": str, "quiet_from": str, "quiet_until": str, "holidays": str, "away_until": str},
    )
    create(database, "digest_items", {"person": str, "client_id": str, "what": str, "at": str})
    database.table("digest_items").create_index(["workspace", "person"])
    database.table("jobs").create_index(["boot"])


@migrations()
def jobs_by_kind(database: Database) -> None:
    """What is due of one kind is found without reading what is due of the others."""
    database.table("jobs").create_index(["kind", "run_at"])
