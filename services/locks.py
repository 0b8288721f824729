"""Locked periods: postings that Netvisor is going to refuse, known before anybody tries.

Which of the three locks refuses what is not documented, and neither is the day that counts: here any of them covers an
invoice whose event date, or its own date where it has none, is not after the lock. So a lock only warns people; what
nobody is asked about is not tried under one, but left to a person until the lock is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from services.netvisor import PurchaseInvoice
from services.records import ProductionInvoice, Registers
from services.store import Unit

PERIOD_LOCKED = "period_locked"
"""The reason of an invoice that waits for a person because its period is, or was, locked."""


def voucher_day(invoice: PurchaseInvoice) -> date | None:
    """Return the day that an invoice's voucher gets."""
    return invoice.event_date or invoice.invoice_date


def locks_over(registers: Registers | None, invoice: PurchaseInvoice) -> Mapping[str, date]:
    """Return which locks cover an invoice, as last read, and until when: `accounting`, `vat`, `purchase`."""
    day = voucher_day(invoice)
    if registers is None or day is None:
        return {}
    locks = {what: date.fromisoformat(until) for what, until in registers.locks.items()}
    return {what: until for what, until in locks.items() if day <= until}


def is_locked(unit: Unit, row: ProductionInvoice) -> bool:
    """Tell whether a lock covers an invoice in production."""
    registers = unit[Registers].get(row.workspace, row.client_id)
    if registers is None or not registers.locks:
        return False
    return bool(locks_over(registers, PurchaseInvoice.model_validate_json(row.content)))
