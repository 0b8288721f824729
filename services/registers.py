"""What a company's lines can be posted to, and until when its books are locked: read once a day.

While an invoice waits that a lock covers, the locks are read in every round, so that what nobody need be asked about
goes on by itself soon after somebody has opened the period.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from services.audit import note
from services.circulation import notice_changes
from services.deciding import doubt
from services.locks import PERIOD_LOCKED, locks_over
from services.netvisor import AccountingPeriods, Company, PurchaseInvoice
from services.proposals import Proposal
from services.records import Client, InvoiceState, ProductionInvoice, Registers
from services.review import show_review
from services.store import Store, Unit

REGISTERS_HOLD = timedelta(hours=20)
"""How long accounts, dimensions and lists are taken for true: a working day, so that each is read once a day."""


async def refresh_registers(store: Store, client: Client, company: Company, now: datetime) -> None:
    """Read what has grown old. Raises a NetvisorError."""
    known = await store.run(lambda unit: unit[Registers].get(client.workspace, client.id))
    if known is None or now - known.fetched_at >= REGISTERS_HOLD:
        await read_registers(store, client, company, now)
    elif await store.run(lambda unit: _waits_under_lock(unit, known)):
        locks = _days(await company.accounting_periods())
        if locks != known.locks:
            await store.run(lambda unit: _keep(unit, client, replace(known, locks=locks), now))


async def read_registers(store: Store, client: Client, company: Company, now: datetime) -> None:
    """Read and store them, and pause the rules that they leave without a target. Raises a NetvisorError."""
    accounts = (await company.accounts()).accounts
    dimensions = await company.dimensions()
    lists = await company.circulation_lists()
    periods = await company.accounting_periods()
    registers = Registers(
        workspace=client.workspace,
        id=client.id,
        fetched_at=now,
        accounts={one.number: one.name for one in accounts if one.number and not one.is_heading},
        dimensions={one.name: [item.name for item in one.items if not item.is_hidden] for one in dimensions},
        lists={str(one.key): one.name for one in lists},
        locks=_days(periods),
    )
    await store.run(lambda unit: _keep(unit, client, registers, now))


def _keep(unit: Unit, client: Client, registers: Registers, now: datetime) -> None:
    known = unit[Registers].get(client.workspace, client.id)
    unit[Registers].put(registers)
    notice_changes(unit, client, registers, now)
    if known:
        _go_on(unit, client, known, registers, now)


def _days(periods: AccountingPeriods) -> dict[str, str]:
    return {what: day.isoformat() for what, day in periods.locks.items()}


def _waits_under_lock(unit: Unit, registers: Registers) -> bool:
    """Tell whether an invoice waits that a lock covers, or that Netvisor has just refused for one."""
    waiting = {"client_id": registers.id, "state": InvoiceState.WAITING}
    if unit[ProductionInvoice].count(registers.workspace, reason=PERIOD_LOCKED, **waiting):
        return True
    last = max(map(date.fromisoformat, registers.locks.values()), default=None)
    return bool(last and unit[ProductionInvoice].count(registers.workspace, invoice_date__le=last, **waiting))


def _go_on(unit: Unit, client: Client, before: Registers, after: Registers, now: datetime) -> None:
    """Have decided about anew what waited for a person under a lock that is gone and that nobody has been asked about.

    What Netvisor refused under a lock that we have never seen is not tried again by itself.
    """
    held = unit[ProductionInvoice].find(
        client.workspace, client_id=client.id, state=InvoiceState.WAITING, reason=PERIOD_LOCKED, decided_by=None
    )
    for row in held:
        invoice = PurchaseInvoice.model_validate_json(row.content)
        if locks_over(after, invoice) or not locks_over(before, invoice):
            continue
        proposal = Proposal.from_json(row.proposal)
        if proposal.chosen_by_reviewer:
            # Somebody is at work on it, so it stays theirs.
            moved = replace(row, reason=doubt(client.process, invoice, proposal) or "review", changed_at=now)
        else:
            moved = replace(row, state=InvoiceState.ARRIVED, proposal="", reason="", decided_at=None, changed_at=now)
        unit[ProductionInvoice].put(moved)
        note(unit, moved, "period_opened", now)
        show_review(unit, client.workspace, client.id, now)
