"""What becomes of an invoice that arrives: whether its client's process works on it, and who decides about it.

Which invoices a process works on (FabricAI's articles; what they leave open is the product's own rule):

    background                     open or verified   certain predictions are written as suggestions, nobody is asked
    standard                       approved           review, after the client's approval
    alternative                    any                review on arrival, independent of approval
    alternative with circulation   any                review on arrival, with a circulation list

An invoice that has been posted is nobody's business any more, in every process.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.audit import note
from services.automation import BY_AUTOMATION, SAMPLE, Answer
from services.circulation import needs_list
from services.locks import PERIOD_LOCKED
from services.measuring import note_handled
from services.netvisor import PurchaseInvoice
from services.proposals import (
    Origin,
    Proposal,
    cents,
    certain_part,
    fingerprint,
    is_credit_note,
    is_foreign,
    sums_agree,
)
from services.records import Client, InvoiceState, Process, ProductionInvoice, Way
from services.review import show_review
from services.store import Unit

BACKGROUND = "background"
"""The reason of an invoice whose certain part is to be written as suggestions, nobody asked."""


def works_on(process: Process, invoice: PurchaseInvoice) -> bool:
    """Tell whether a process works on an invoice as it stands now."""
    status = (invoice.approval_status or "").casefold()
    if invoice.is_accounted or status.endswith("rejected"):
        return False
    if process is Process.STANDARD:
        return status == "accepted"
    return status != "accepted" or process is not Process.BACKGROUND


@dataclass(frozen=True)
class Decision:
    """What becomes of an invoice that has arrived; `reason` is the stable code of why."""

    state: InvoiceState
    proposal: Proposal
    reason: str


def decide(process: Process, invoice: PurchaseInvoice, proposal: Proposal, *, locked: bool = False) -> Decision:
    """Return what becomes of an invoice: in background what is certain is written, else a person decides.

    `locked`: a lock covers it, so that nothing is tried unasked.
    """
    why = doubt(process, invoice, proposal)
    if process is not Process.BACKGROUND:
        return Decision(InvoiceState.WAITING, proposal, why or "review")
    if why in ("credit_note", "foreign_currency", "sums_differ"):
        return Decision(InvoiceState.LEFT, proposal, why)
    certain = certain_part(proposal)
    if not certain.changes_something:
        return Decision(InvoiceState.LEFT, proposal, why or "nothing_to_change")
    if locked:
        return Decision(InvoiceState.WAITING, proposal, PERIOD_LOCKED)
    return Decision(InvoiceState.CONFIRMED, certain, BACKGROUND)


def doubt(process: Process, invoice: PurchaseInvoice, proposal: Proposal) -> str:
    """Return why a person should look at an invoice most of all, or nothing."""
    return _doubt(invoice, proposal) or ("no_list" if needs_list(process, proposal) else "")


def _doubt(invoice: PurchaseInvoice, proposal: Proposal) -> str:
    if not sums_agree(invoice):
        return "sums_differ"
    if is_credit_note(invoice):
        return "credit_note"
    if is_foreign(invoice):
        return "foreign_currency"
    if not proposal.is_complete:
        return "nothing_learnt"
    choices = [choice for line in proposal.lines for choice in (line.account, line.vat)]
    # What stands on the invoice by default in a dimension is never changed, so there is nothing to decide about it.
    choices += [
        choice for line in proposal.lines for choice in line.dimensions.values() if choice.origin is not Origin.DEFAULT
    ]
    return "" if all(choice.is_certain for choice in choices) else "uncertain"


def with_automation(decision: Decision, answer: Answer) -> Decision:
    """Return what becomes of an invoice in which all is certain, by what automation answers."""
    if answer is Answer.YES:
        return replace(decision, state=InvoiceState.CONFIRMED, reason=BY_AUTOMATION)
    return replace(
        decision, reason={Answer.SAMPLE: SAMPLE, Answer.PERIOD_LOCKED: PERIOD_LOCKED}.get(answer, decision.reason)
    )


def keep_arrival(unit: Unit, client: Client, invoice: PurchaseInvoice, now: datetime) -> None:
    """Keep an invoice that was read: a new one arrives, a changed one arrives again, one handled elsewhere is left.

    What a person has confirmed, and what is being or has been written, is not touched here: writing sees to it.
    """
    record_id = f"{client.id}:{invoice.key}"
    known = unit[ProductionInvoice].get(client.workspace, record_id)
    mark = fingerprint(invoice)
    if known and (known.state not in (InvoiceState.WAITING, InvoiceState.LEFT) or known.reason == "in_netvisor"):
        return
    if not works_on(client.process, invoice):
        if known and known.state is InvoiceState.WAITING:
            reason = "posted_in_netvisor" if invoice.is_accounted else "not_of_process"
            left = replace(known, state=InvoiceState.LEFT, reason=reason, fingerprint=mark, changed_at=now)
            unit[ProductionInvoice].put(left)
            note(unit, left, "left", now, reason=reason)
            if reason == "posted_in_netvisor":
                note_handled(unit, left, Way.NETVISOR, now)
            show_review(unit, client.workspace, client.id, now)
        return
    # An approval that was taken back and given again changes nothing else: the invoice is the process's once more.
    if known and known.fingerprint == mark and known.reason != "not_of_process":
        return
    arrived = ProductionInvoice(
        workspace=client.workspace,
        id=record_id,
        client_id=client.id,
        netvisor_key=invoice.key,
        vendor=invoice.vendor_name or "",
        number=invoice.number or "",
        amount=cents(invoice.amount),
        invoice_date=invoice.invoice_date,
        state=InvoiceState.ARRIVED,
        arrived_at=known.arrived_at if known else now,
        changed_at=now,
        fingerprint=mark,
        content=invoice.model_dump_json(),
    )
    unit[ProductionInvoice].put(arrived)
    note(unit, arrived, "changed" if known else "arrived", now, fingerprint=mark)
