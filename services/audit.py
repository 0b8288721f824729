"""Who did what, for good: one row an event of an invoice, of a client or of the workspace, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.records import AuditEntry, Client, Person, ProductionInvoice, new_id
from services.store import Unit

CLIENT_ITSELF = 0
"""Stands in place of an invoice's Netvisor key in what happened to the client itself: no invoice has it."""


def note(
    unit: Unit, invoice: ProductionInvoice, event: str, now: datetime, *, person: str | None = None, **details: object
) -> None:
    """Keep that something happened to an invoice; `event` is a stable code, `details` hold nothing secret."""
    _add(unit, invoice.workspace, invoice.client_id, invoice.netvisor_key, event, now, person, details)


def note_client(
    unit: Unit,
    workspace: str,
    client_id: str,
    event: str,
    now: datetime,
    *,
    person: str | None = None,
    **details: object,
) -> None:
    """Keep that something happened to a client itself, its rules or its settings."""
    _add(unit, workspace, client_id, CLIENT_ITSELF, event, now, person, details)


def note_workspace(unit: Unit, workspace: str, event: str, now: datetime, person: str, **details: object) -> None:
    """Keep that somebody changed what is the whole workspace's: its rules, its credentials."""
    _add(unit, workspace, "", CLIENT_ITSELF, event, now, person, details)


def _add(
    unit: Unit,
    workspace: str,
    client_id: str,
    netvisor_key: int,
    event: str,
    now: datetime,
    person: str | None,
    details: Mapping[str, object],
) -> None:
    # The time in front makes the order of the ids that of the events.
    entry_id = f"{now.isoformat(timespec='microseconds')}:{new_id()}"
    unit[AuditEntry].add(AuditEntry(workspace, entry_id, client_id, netvisor_key, now, event, person, details))


def history_of(unit: Unit, workspace: str, client_id: str, netvisor_key: int) -> list[AuditEntry]:
    """Return everything that happened to an invoice, oldest first."""
    return unit[AuditEntry].find(workspace, client_id=client_id, netvisor_key=netvisor_key)


PAGE = 15
"""Events on a page of the audit."""


@dataclass(frozen=True)
class AuditLine:
    """An event with the names that go with it: who did it, to which client, which invoice."""

    entry: AuditEntry
    person: str = ""
    client: str = ""
    invoice: str = ""


@dataclass(frozen=True)
class AuditPage:
    """Events, the newest first; `earlier` is the id behind which older ones stand, if there are any."""

    lines: tuple[AuditLine, ...]
    client: Client | None = None
    earlier: str = ""


def audit_page(
    unit: Unit, workspace: str, client: Client | None = None, *, before: str = "", size: int = PAGE
) -> AuditPage:
    """Return a page of what happened in the workspace, or to one client.

    `before` is the id where the last page ended.
    """
    about: dict[str, Any] = {"client_id": client.id} if client else {}
    older: dict[str, Any] = {"id__lt": before} if before else {}
    entries = unit[AuditEntry].find(workspace, order="-id", limit=size + 1, **about, **older)
    shown = entries[:size]
    return AuditPage(
        tuple(audit_lines(unit, workspace, shown)), client, shown[-1].id if len(entries) > len(shown) else ""
    )


def audit_lines(unit: Unit, workspace: str, entries: list[AuditEntry]) -> list[AuditLine]:
    """Return events with their names; what is not there any more is named by what the event kept of it."""
    people = {one.id: one.name for one in unit[Person].find(workspace, id__in={one.person for one in entries})}
    clients = {one.id: one.name for one in unit[Client].find(workspace, id__in={one.client_id for one in entries})}
    keys = {f"{one.client_id}:{one.netvisor_key}" for one in entries if one.netvisor_key != CLIENT_ITSELF}
    invoices = {one.id: one for one in unit[ProductionInvoice].find(workspace, id__in=keys)}
    lines: list[AuditLine] = []
    for entry in entries:
        invoice = invoices.get(f"{entry.client_id}:{entry.netvisor_key}")
        named = f"{invoice.vendor} {invoice.number}".strip() if invoice else str(entry.netvisor_key or "")
        client = clients.get(entry.client_id) or str(entry.details.get("name") or "")
        lines.append(AuditLine(entry, people.get(entry.person or "", entry.person or ""), client, named))
    return lines
