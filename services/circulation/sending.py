"""The circulation list of an invoice on its way into Netvisor, once its posting is written.

Until sending is switched on for the installation, and for whatever cannot be sent for sure, a person sets the list in
Netvisor: the review card says how many wait for that.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.audit import note
from services.circulation.applying import NOWHERE
from services.proposals import Origin, Proposal
from services.records import CirculationState, Client, InvoiceCirculation, ProductionInvoice, Registers
from services.store import Unit


def circulate(unit: Unit, invoice: ProductionInvoice, now: datetime) -> None:
    """See to the list that was chosen for an invoice whose posting has just been written; nothing where none was."""
    chosen = Proposal.from_json(invoice.proposal).circulation if invoice.proposal else None
    if chosen is None or chosen.label in ("", NOWHERE) or chosen.origin is Origin.PERSON:
        return
    registers = unit[Registers].get(invoice.workspace, invoice.client_id)
    circulation = InvoiceCirculation(
        workspace=invoice.workspace,
        id=invoice.id,
        client_id=invoice.client_id,
        netvisor_key=invoice.netvisor_key,
        vendor=invoice.vendor,
        number=invoice.number,
        amount=invoice.amount,
        list_key=chosen.label,
        list_name=registers.lists.get(chosen.label, "") if registers else "",
        state=CirculationState.BY_HAND,
        reason="off",
        created_at=now,
        changed_at=now,
        chosen_by=invoice.decided_by,
    )
    # An invoice that is written again, after a change, keeps what was done of its list.
    if unit[InvoiceCirculation].add(circulation):
        note(unit, invoice, "list_by_hand", now, person=invoice.decided_by, list=circulation.list_name)


def by_hand(unit: Unit, client: Client) -> list[InvoiceCirculation]:
    """Return the invoices whose list a person is to set in Netvisor, oldest first."""
    return unit[InvoiceCirculation].find(
        client.workspace, client_id=client.id, state=CirculationState.BY_HAND, order="created_at"
    )


def count_by_hand(unit: Unit, client: Client) -> int:
    """Count the invoices whose list a person is to set in Netvisor."""
    return unit[InvoiceCirculation].count(client.workspace, client_id=client.id, state=CirculationState.BY_HAND)


def set_by_hand(unit: Unit, client: Client, ids: list[str], person: str, now: datetime) -> int:
    """Keep that a person has set lists in Netvisor; return how many that was news of."""
    done = 0
    for circulation in by_hand(unit, client):
        if circulation.id in ids:
            unit[InvoiceCirculation].put(
                replace(circulation, state=CirculationState.DONE, done_by=person, changed_at=now)
            )
            invoice = unit[ProductionInvoice].get(client.workspace, circulation.id)
            if invoice:
                note(unit, invoice, "list_set_by_hand", now, person=person, list=circulation.list_name)
            done += 1
    return done
