"""What was seen, decided and written of an invoice, for good: one row an event, never changed."""

from __future__ import annotations

from datetime import datetime

from services.records import AuditEntry, ProductionInvoice, new_id
from services.store import Unit

CLIENT_ITSELF = 0
"""Stands in place of an invoice's Netvisor key in what happened to the client itself: no invoice has it."""


def note(
    unit: Unit, invoice: ProductionInvoice, event: str, now: datetime, *, person: str | None = None, **details: object
) -> None:
    """Keep that something happened to an invoice; `event` is a stable code, `details` hold nothing secret."""
    unit[AuditEntry].add(
        AuditEntry(
            workspace=invoice.workspace,
            # The time in front makes the order of the ids that of the events.
            id=f"{now.isoformat()}:{new_id()}",
            client_id=invoice.client_id,
            netvisor_key=invoice.netvisor_key,
            at=now,
            event=event,
            person=person,
            details=details,
        )
    )


def history_of(unit: Unit, workspace: str, client_id: str, netvisor_key: int) -> list[AuditEntry]:
    """Return everything that happened to an invoice, oldest first."""
    return unit[AuditEntry].find(workspace, client_id=client_id, netvisor_key=netvisor_key)
