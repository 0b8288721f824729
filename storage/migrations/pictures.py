"""Pictures of invoices that people look at."""

# sqlite-utils' stubs leave the migration decorator and the pk argument partly unknown.
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.base import create, migrations


@migrations()
def pictures(database: Database) -> None:
    """Modals with the picture of an invoice, and the Slack file that each shows."""
    create(
        database,
        "open_pictures",
        {"client_id": str, "invoice_id": str, "person": str, "opened_at": str, "file_id": str},
    )
