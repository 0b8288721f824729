"""Locked periods: seen before anything is tried, warned of, never in a person's way, and over when the lock is gone."""

from __future__ import annotations

from collections import Counter

import pytest

from sandbox.netvisor import Invoice
from services.proposals import Proposal
from services.records import AuditEntry, InvoiceState, ProductionInvoice, Registers
from tests.journeys.firm import CHANNEL, Firm, fields
from tests.journeys.office import (
    Office,
    close_views,
    confirm_first,
    handled,
    in_production,
    next_round,
    open_invoice,
    reason,
    state,
    until_written,
)
from tests.journeys.test_automation import certain, receive_like, settings

together = pytest.mark.asyncio(loop_scope="module")

POSTING = "purchaseinvoicepostingdata"


def postings(firm: Firm) -> int:
    """Count how often Netvisor was asked to post anything."""
    return sum(call.resource == POSTING for call in firm.netvisor.calls)


async def a_day_later(firm: Firm) -> None:
    """Let the time pass after which registers are read again."""
    firm.clock.forward(hours=21)
    await next_round(firm)


async def warned(firm: Firm, invoice: Invoice) -> str:
    """Return what review says of an invoice."""
    await open_invoice(firm, invoice)
    seen = firm.seen(firm.workspace.accountant)
    await close_views(firm, firm.workspace.accountant)
    return seen


def proposed(firm: Firm, invoice: Invoice) -> str:
    """Return the account that is proposed for an invoice's first line."""
    row = handled(firm, invoice)
    assert row
    return Proposal.from_json(row.proposal).lines[0].account.label


@together
async def test_review_warns_of_a_lock_and_never_hinders_who_confirms(office: Office) -> None:
    firm, invoice = office.firm, await office.receive()
    assert "locked" not in await warned(firm, invoice)
    office.company.vat_lock = invoice.day
    await a_day_later(firm)
    seen = await warned(firm, invoice)
    assert "The period is locked (VAT until " in seen
    assert "Netvisor is going to refuse it" in seen
    assert "When the lock is gone it goes on by itself" not in seen, "it waits for a person in any case"

    office.company.vat_lock = None  # somebody has just opened it, and nobody has read that yet
    await open_invoice(firm, invoice)
    await confirm_first(firm)
    await until_written(firm, invoice)
    assert office.written(invoice) == 1


@together
async def test_the_warning_goes_within_a_round_of_the_lock(office: Office) -> None:
    firm, invoice = office.firm, await office.receive()
    office.company.purchase_lock = invoice.day
    await a_day_later(firm)
    assert "The period is locked (purchases until " in await warned(firm, invoice)
    office.company.purchase_lock = None
    await next_round(firm)
    assert "locked" not in await warned(firm, invoice)


@together
async def test_locks_are_read_no_oftener_than_anything_waits_under_one(office: Office) -> None:
    firm = office.firm
    await a_day_later(firm)

    def reads() -> int:
        """Count readings of the locks alone: whatever else reads them reads the accounts as well."""
        of = Counter(call.resource for call in firm.netvisor.calls)
        return of["accountingperiodlist"] - of["accountlist"]

    before = reads()
    invoice = await office.receive()
    await next_round(firm)
    assert reads() <= before
    office.company.purchase_lock = invoice.day
    await a_day_later(firm)
    before = reads()
    await next_round(firm)
    assert reads() > before
    office.company.purchase_lock = None
    await next_round(firm)


@together
async def test_automation_does_not_try_what_is_locked_and_goes_on_when_the_lock_is_gone(office: Office) -> None:
    firm, invoice = office.firm, await certain(office)
    await settings(office, switch="1")
    office.company.period_lock = firm.netvisor.now().date()
    await a_day_later(firm)
    before = postings(firm)
    held = firm.netvisor.receive_invoice(office.company.business_id, like=invoice)
    held.day = invoice.day
    await next_round(firm)
    assert (state(firm, held), reason(firm, held)) == (InvoiceState.WAITING, "period_locked")
    assert postings(firm) == before, "nothing was tried"
    assert "When the lock is gone it goes on by itself" in await warned(firm, held)
    told = await firm.workspace.command(firm.workspace.accountant, CHANNEL, f"/fabric why {held.number}")
    assert "not automated: the accounting period is locked" in str(told.payload)

    office.company.period_lock = None
    await next_round(firm)
    await firm.until(lambda: reason(firm, held) in ("written", "sample"))
    assert firm.find(AuditEntry, netvisor_key=held.key, event="period_opened")
    assert office.written(held) == (1 if reason(firm, held) == "written" else 0)
    written = await receive_like(office, invoice)
    await until_written(firm, written)
    await settings(office, switch="0")


@together
async def test_what_somebody_has_begun_to_change_stays_theirs_when_the_lock_goes(office: Office) -> None:
    firm, aku, invoice = office.firm, office.firm.workspace.accountant, await certain(office)
    await settings(office, switch="1")
    office.company.period_lock = firm.netvisor.now().date()
    await a_day_later(firm)
    held = firm.netvisor.receive_invoice(office.company.business_id, like=invoice)
    held.day = invoice.day
    await next_round(firm)
    assert reason(firm, held) == "period_locked"
    await open_invoice(firm, held)
    await firm.workspace.click(aku, action_id="review_line", value="0", view=firm.top(aku).id)
    await firm.until(lambda: "Change the line" in str(firm.top(aku).content["title"]))
    found = await firm.workspace.suggest(aku, "account", "7", view=firm.top(aku).id)
    other = next(option["value"] for option in found.options if option["value"] != proposed(firm, held))
    assert (await firm.workspace.submit(aku, firm.top(aku).id, fields({"account": other}))).acknowledged
    await close_views(firm, aku)
    office.company.period_lock = None
    await next_round(firm)
    assert (state(firm, held), reason(firm, held)) == (InvoiceState.WAITING, "review")
    assert office.written(held) == 0
    await settings(office, switch="0")


async def test_in_background_one_refusal_tells_of_the_lock_and_the_rest_waits_until_it_is_gone(firm: Firm) -> None:
    kataja = firm.company("Kataja")
    await in_production(firm, kataja, "background")
    await firm.until(lambda: not firm.find(ProductionInvoice, state=InvoiceState.CONFIRMED))
    kataja.period_lock = firm.netvisor.now().date()
    before = postings(firm)
    arrived = [firm.netvisor.receive_invoice(kataja.business_id) for _ in range(8)]
    await next_round(firm)
    held = firm.find(ProductionInvoice, reason="period_locked")
    assert len(held) > 1
    assert firm.find(Registers)[0].locks == {"accounting": kataja.period_lock.isoformat()} | {
        what: day.isoformat() for what, day in (("vat", kataja.vat_lock), ("purchase", kataja.purchase_lock)) if day
    }
    more = [firm.netvisor.receive_invoice(kataja.business_id) for _ in range(8)]
    tried = postings(firm)
    assert tried - before <= len(held)
    await next_round(firm)
    assert postings(firm) == tried, "what is known to be locked is not tried"

    kataja.period_lock = None
    await next_round(firm)
    await firm.until(lambda: not firm.find(ProductionInvoice, state__in=[InvoiceState.CONFIRMED, InvoiceState.WRITING]))
    assert not firm.find(ProductionInvoice, reason="period_locked")
    for invoice in [*arrived, *more]:
        assert sum(event.type == "posting" for event in invoice.history) == (
            1 if state(firm, invoice) is InvoiceState.WRITTEN else 0
        )
    assert any(state(firm, invoice) is InvoiceState.WRITTEN for invoice in more)
