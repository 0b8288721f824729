"""What is asked of invoices in production all day long is found without reading them all."""

# sqlite-utils' stubs leave the migration decorator partly unknown.
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.base import migrations


@migrations()
def production_indexes(database: Database) -> None:
    """A client's invoices by state and last change; an invoice by its number."""
    invoices = database.table("production_invoices")
    invoices.create_index(["workspace", "client_id", "state", "changed_at"])
    invoices.create_index(["workspace", "number"])
