"""Changing a client's process: in one step, with what it means for the invoices that are under way.

What the articles leave open is the product's own rule: an invoice that the new process does not work on as it stands
is left and comes back when it does; to and from background, where nobody is asked, and circulation, where lists are
chosen, invoices are decided about anew, but lines that a person has changed in review stay unless nobody is asked any
more; and what a person has confirmed stays confirmed, its list as well, if the new process works on it at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from services import jobs
from services.audit import CLIENT_ITSELF, note, note_client
from services.deciding import works_on
from services.netvisor import PurchaseInvoice
from services.onboarding import request_check, show_card
from services.proposals import Proposal
from services.records import Arrivals, AuditEntry, Client, ClientState, InvoiceState, Process, ProductionInvoice
from services.review import show_review
from services.store import Unit

CHANGED = "process_changed"
UNDER_WAY = (InvoiceState.ARRIVED, InvoiceState.WAITING, InvoiceState.CONFIRMED)
HANDLED_ELSEWHERE = ("in_netvisor", "posted_in_netvisor", "gone")


@dataclass(frozen=True)
class Effect:
    """What a change of process means for the invoices that are under way: how many go on, and how many are left."""

    kept: int
    left: int


def effect(unit: Unit, client: Client, process: Process) -> Effect:
    """Return what changing to a process would mean now."""
    counts = Counter(works_on(process, _read(row)) for row in _under_way(unit, client))
    return Effect(counts[True], counts[False])


def change_process(unit: Unit, client: Client, process: Process, person: str, now: datetime) -> bool:
    """Change a client's process, and have its rights checked and its invoices read for it.

    False, and nothing done, when the client is not as the person saw it any more.
    """
    if client.state is ClientState.REMOVED or client.process is process:
        return False
    if not unit[Client].change(client.workspace, client.id, {"process": client.process}, process=process):
        return False
    details = {"before": client.process.value, "after": process.value}
    note_client(unit, client.workspace, client.id, CHANGED, now, person=person, **details)
    for row in _under_way(unit, client):
        if not works_on(process, _read(row)):
            moved = replace(row, state=InvoiceState.LEFT, reason="not_of_process", changed_at=now)
            unit[ProductionInvoice].put(moved)
            note(unit, moved, "left", now, reason=moved.reason)
        elif row.decided_by is None and _decides_anew(client.process, process):
            kept = row.proposal if _keeps_lines(client.process, process, row) else ""
            moved = replace(row, state=InvoiceState.ARRIVED, proposal=kept, reason="", changed_at=now)
            unit[ProductionInvoice].put(moved)
            note(unit, moved, CHANGED, now, person=person, **details)
    left = unit[ProductionInvoice].find(client.workspace, client_id=client.id, state=InvoiceState.LEFT)
    for row in left:
        if row.reason not in HANDLED_ELSEWHERE:
            # Left by the old process's rules: the next reading takes it for a new one.
            unit[ProductionInvoice].change(row.workspace, row.id, fingerprint="")
    # What the old process did not look at has to be read, too.
    unit[Arrivals].delete(client.workspace, id=client.id)
    if client.live_since and client.state in (ClientState.PRODUCTION, ClientState.BLOCKED):
        jobs.enqueue(unit, client.workspace, "fetch", client.id, now)
    request_check(unit, client, person, now, afresh=True)
    show_card(unit, client, now)
    show_review(unit, client.workspace, client.id, now)
    return True


def last_change(unit: Unit, client: Client) -> AuditEntry | None:
    """Return who changed a client's process last, and when; None when nobody has."""
    found = unit[AuditEntry].find(
        client.workspace, client_id=client.id, netvisor_key=CLIENT_ITSELF, event=CHANGED, order="-at", limit=1
    )
    return found[0] if found else None


def _decides_anew(before: Process, after: Process) -> bool:
    """Tell whether invoices are decided about anew, so that the rules of the new process are asked."""
    return not {Process.BACKGROUND, Process.ALTERNATIVE_WITH_CIRCULATION}.isdisjoint((before, after))


def _keeps_lines(before: Process, after: Process, row: ProductionInvoice) -> bool:
    """Tell whether what a person has chosen in review and not confirmed yet is kept: not for who asks nobody."""
    if Process.BACKGROUND in (before, after) or not row.proposal:
        return False
    return Proposal.from_json(row.proposal).chosen_by_reviewer


def _under_way(unit: Unit, client: Client) -> list[ProductionInvoice]:
    return unit[ProductionInvoice].find(client.workspace, client_id=client.id, state__in=list(UNDER_WAY))


def _read(row: ProductionInvoice) -> PurchaseInvoice:
    return PurchaseInvoice.model_validate_json(row.content)
