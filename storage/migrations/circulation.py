"""Circulation: the rules of clients, and the lists of their invoices."""

# sqlite-utils' stubs leave the migration decorator and the pk argument partly unknown.
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.base import create, migrations


@migrations()
def circulation_rules(database: Database) -> None:
    """Which invoices go to which circulation list, dimension item or account."""
    create(
        database,
        "circulation_rules",
        {
            "client_id": str,
            "position": int,
            "author": str,
            "created_at": str,
            "changed_at": str,
            "vendor": str,
            "business_id": str,
            "amount_min": int,
            "amount_max": int,
            "text": str,
            "address": str,
            "when_account": str,
            "when_dimension_name": str,
            "when_dimension": str,
            "list_key": str,
            "list_name": str,
            "dimension_name": str,
            "dimension": str,
            "account": str,
            "paused": str,
            "paused_at": str,
        },
    )
    database.table("circulation_rules").create_index(["workspace", "client_id"])


@migrations()
def rule_drafts(database: Database) -> None:
    """Rules that are shown in a preview and not saved yet."""
    create(database, "rule_drafts", {"person": str, "updated_at": str, "content": str})


@migrations()
def invoice_circulations(database: Database) -> None:
    """The list that was chosen for a written invoice, until it is set in Netvisor."""
    create(
        database,
        "invoice_circulations",
        {
            "client_id": str,
            "netvisor_key": int,
            "vendor": str,
            "number": str,
            "amount": int,
            "list_key": str,
            "list_name": str,
            "state": str,
            "reason": str,
            "created_at": str,
            "changed_at": str,
            "chosen_by": str,
            "attempted_at": str,
            "done_by": str,
        },
    )
    database.table("invoice_circulations").create_index(["workspace", "client_id", "state"])


@migrations()
def sending_lists(database: Database) -> None:
    """Trials of sending a circulation list, and clients for whom sending is stopped."""
    create(
        database,
        "trials_of_lists",
        {
            "client_id": str,
            "netvisor_key": int,
            "number": str,
            "list_key": str,
            "list_name": str,
            "mark": str,
            "state": str,
            "asked_by": str,
            "asked_at": str,
            "changed_at": str,
            "attempted_at": str,
            "request": str,
            "reply": str,
            "before": str,
            "after": str,
            "reason": str,
            "confirmed_by": str,
        },
    )
    create(database, "sendings_stopped", {"stopped_at": str, "reason": str, "number": str})
