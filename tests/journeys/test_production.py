"""Production: invoices that arrive in Netvisor are predicted, wait for a person or are written, each once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from sandbox.netvisor import Company, Invoice
from sandbox.netvisor.company import ApprovalStatus
from sandbox.slack.model import Message, Person
from services.records import Artifact, InvoiceState, ProductionInvoice
from tests.journeys.firm import Firm


def handled(firm: Firm, invoice: Invoice) -> ProductionInvoice | None:
    """Return what production knows of an invoice."""
    found = firm.find(ProductionInvoice, netvisor_key=invoice.key)
    return found[0] if found else None


def state(firm: Firm, invoice: Invoice) -> InvoiceState | None:
    known = handled(firm, invoice)
    return known.state if known else None


async def in_production(firm: Firm, company: Company, process: str) -> None:
    """Add a company and wait until its first invoices have been decided about."""
    await firm.add(company, process=process)
    await firm.at_rest(company)
    aku = firm.workspace.accountant
    for view in list(firm.workspace.open_views(aku)):
        await firm.workspace.close_view(aku, view.id)


async def next_round(firm: Firm) -> None:
    """Let a quarter of an hour pass, and everything that falls due in it."""
    firm.clock.forward(minutes=16)
    await firm.quiet()


async def open_review(firm: Firm, person: Person | None = None) -> str:
    """Press the button on the review card, and return what the modal says."""
    person = person or firm.workspace.accountant
    card = await firm.until(lambda: cards(firm))
    await firm.workspace.click(person, action_id="review", message=(card[0].channel, card[0].ts))
    await firm.until(lambda: firm.workspace.open_views(person))
    return firm.seen(person)


def cards(firm: Firm) -> list[Message]:
    """Return the review cards that show something to review."""
    return [message for message in firm.posted() if "'action_id': 'review'" in str(message.blocks)]


async def confirm_first(firm: Firm, person: Person | None = None) -> None:
    """Confirm what the modal shows, as it is proposed."""
    person = person or firm.workspace.accountant
    outcome = await firm.workspace.submit(person, firm.top(person).id)
    assert outcome.acknowledged


async def confirm_as_proposed(firm: Firm, invoice: Invoice) -> None:
    """Go through the queue to an invoice, and confirm it."""
    aku = firm.workspace.accountant
    await open_review(firm)
    for _ in range(20):
        if f"Invoice {invoice.number} " in firm.seen(aku):
            break
        await firm.press(aku, "review_skip")
        await asyncio.sleep(0.1)
    await confirm_first(firm)


def writes(firm: Firm, company: Company) -> list[str]:
    """Return the comments of what was written to a company's invoices."""
    return [
        event.description
        for invoice in company.invoices.values()
        for event in invoice.history
        if event.type == "posting"
    ]


async def test_in_background_a_new_invoice_gets_its_suggestions_unasked(firm: Firm) -> None:
    kataja = firm.company("Kataja")
    await in_production(firm, kataja, "background")
    await firm.until(lambda: not firm.find(ProductionInvoice, state=InvoiceState.CONFIRMED))
    invoice = firm.netvisor.receive_invoice(kataja.business_id)
    assert all(line.account_number is None for line in invoice.lines)
    await next_round(firm)

    assert state(firm, invoice) in (InvoiceState.WRITTEN, InvoiceState.LEFT)
    written = firm.find(ProductionInvoice, state=InvoiceState.WRITTEN)
    assert written
    for one in written:
        standing = kataja.invoices[one.netvisor_key]
        assert standing.status in (ApprovalStatus.OPEN, ApprovalStatus.IN_FACTUAL_VERIFICATION, ApprovalStatus.APPROVED)
        assert standing.voucher_key is None
        assert sum(line.sum for line in standing.lines) == standing.amount
        assert any(line.account_number is not None for line in standing.lines)
        assert len([event for event in standing.history if event.type == "posting"]) == 1


@pytest.mark.parametrize("process", ["alternative", "alternative_with_circulation"])
async def test_in_alternative_processes_an_invoice_waits_for_a_person_and_is_posted_once(
    firm: Firm, process: str
) -> None:
    kataja = firm.company("Kataja")
    await in_production(firm, kataja, process)
    invoice = firm.netvisor.receive_invoice(kataja.business_id)
    await next_round(firm)
    assert state(firm, invoice) is InvoiceState.WAITING
    assert writes(firm, kataja) == []

    await confirm_as_proposed(firm, invoice)
    await firm.until(lambda: state(firm, invoice) is InvoiceState.WRITTEN)
    assert len(writes(firm, kataja)) == 1
    assert invoice.ready_for_accounting
    assert invoice.status is ApprovalStatus.OPEN


async def test_in_the_standard_process_an_invoice_comes_after_the_clients_approval(firm: Firm) -> None:
    kataja = firm.company("Kataja")
    await in_production(firm, kataja, "standard")
    invoice = firm.netvisor.receive_invoice(kataja.business_id)
    await next_round(firm)
    assert handled(firm, invoice) is None
    firm.netvisor.handle_invoice(kataja.business_id, invoice.key, ApprovalStatus.ACCEPTED, "Kaisa Korpela")
    await next_round(firm)
    assert state(firm, invoice) is InvoiceState.WAITING

    await confirm_as_proposed(firm, invoice)
    await firm.until(lambda: state(firm, invoice) is InvoiceState.WRITTEN)
    assert invoice.voucher_key is not None
    voucher = kataja.vouchers[invoice.voucher_key]
    assert sum(line.sum for line in voucher.lines) == 0


async def test_a_write_whose_answer_is_lost_is_read_back_and_not_repeated(firm: Firm) -> None:
    kataja = firm.company("Kataja")
    await in_production(firm, kataja, "alternative")
    invoice = firm.netvisor.receive_invoice(kataja.business_id)
    await next_round(firm)
    firm.netvisor.faults.add("reset_after", resource="purchaseinvoicepostingdata")
    await confirm_as_proposed(firm, invoice)
    await firm.until(lambda: state(firm, invoice) is InvoiceState.WRITING)
    firm.clock.forward(seconds=timedelta(minutes=4).total_seconds())
    await firm.until(lambda: state(firm, invoice) is InvoiceState.WRITTEN)
    assert len(writes(firm, kataja)) == 1
    assert handled(firm, invoice).reason == "written_read_back"  # type: ignore[union-attr]


async def test_the_queue_is_gone_through_one_tap_an_invoice(firm: Firm) -> None:
    aku, kataja = firm.workspace.accountant, firm.company("Kataja")
    await in_production(firm, kataja, "alternative")
    for _ in range(3):
        firm.netvisor.receive_invoice(kataja.business_id)
    await next_round(firm)
    waiting = len(firm.find(ProductionInvoice, state=InvoiceState.WAITING))
    (card,) = cards(firm)
    assert f"{waiting} invoices wait for review." in card.text

    assert f"1 of {waiting} · Kataja" in await open_review(firm)
    confirmable = [row for row in firm.find(ProductionInvoice, state=InvoiceState.WAITING) if row.reason == "review"]
    assert confirmable
    for number in range(waiting):
        before = firm.seen(aku)
        outcome = await firm.workspace.submit(aku, firm.top(aku).id)
        if outcome.errors:
            await firm.press(aku, "review_leave")
            await firm.until(lambda before=before: firm.seen(aku) != before)
        assert number < waiting
    assert "Nothing waits for review" in firm.seen(aku)
    await firm.until(lambda: not firm.find(ProductionInvoice, state=InvoiceState.CONFIRMED))
    await firm.quiet()
    written = firm.find(ProductionInvoice, state=InvoiceState.WRITTEN)
    assert len(writes(firm, kataja)) == len(written)
    await firm.until(lambda: any("Nothing waits for review." in message.text for message in firm.posted()))


async def test_a_person_changes_the_account_and_splits_a_line(firm: Firm) -> None:
    aku, kataja = firm.workspace.accountant, firm.company("Kataja")
    await in_production(firm, kataja, "alternative")
    invoice = firm.netvisor.receive_invoice(kataja.business_id)
    await next_round(firm)
    await open_review(firm)
    while f"Invoice {invoice.number} " not in firm.seen(aku):
        await firm.press(aku, "review_skip")
        await asyncio.sleep(0.1)
    await firm.workspace.click(aku, action_id="review_line", value="0", view=firm.top(aku).id)
    await firm.until(lambda: firm.top(aku).callback_id == "review_line")
    view = firm.top(aku)
    found = await firm.workspace.suggest(aku, "account", "matka", view=view.id)
    (account, *_) = [option["value"] for option in found.options]
    whole = invoice.lines[0].sum
    too_much = await firm.workspace.submit(
        aku, view.id, {"account": {"account": account}, "part": {"part": f"{whole / 100 + 1:.2f}"}}
    )
    assert "between zero and the line's sum" in str(too_much.errors)
    await firm.workspace.submit(aku, view.id, {"account": {"account": account}, "part": {"part": "1,00"}})
    await firm.until(lambda: firm.top(aku).callback_id == "review" and "1,00" in firm.seen(aku))
    assert "Chosen in the review." in firm.seen(aku)

    await confirm_first(firm)
    await firm.until(lambda: state(firm, invoice) is InvoiceState.WRITTEN)
    assert [line.sum for line in invoice.lines[:2]] == [whole - 100, 100]
    assert [str(line.account_number) for line in invoice.lines[:2]] == [account, account]
    assert sum(line.sum for line in invoice.lines) == invoice.amount


async def test_two_people_in_one_queue_confirm_an_invoice_once(firm: Firm) -> None:
    aku, kataja = firm.workspace.accountant, firm.company("Kataja")
    other = next(person for person in firm.workspace.people.values() if person not in (aku, firm.workspace.bot))
    await in_production(firm, kataja, "alternative")
    await open_review(firm)
    await open_review(firm, other)
    assert firm.seen(aku) == firm.seen(other)
    first, second = await asyncio.gather(
        firm.workspace.submit(aku, firm.top(aku).id), firm.workspace.submit(other, firm.top(other).id)
    )
    assert first.acknowledged
    assert second.acknowledged
    assert len(firm.find(ProductionInvoice, reason="confirmed")) <= 1
    assert "has already taken care of that invoice" in firm.seen(aku) + firm.seen(other)
    await firm.quiet()
    assert len(writes(firm, kataja)) == 1


async def test_an_invoice_changed_in_netvisor_meanwhile_is_not_written_but_comes_back(firm: Firm) -> None:
    kataja = firm.company("Kataja")
    await in_production(firm, kataja, "alternative")
    invoice = firm.netvisor.receive_invoice(kataja.business_id)
    await next_round(firm)
    invoice.lines[0].description = "Jotain aivan muuta"
    invoice.modified = firm.netvisor.now()
    await confirm_as_proposed(firm, invoice)
    await firm.until(lambda: (handled(firm, invoice) or invoice).state is InvoiceState.WAITING)
    await firm.quiet()
    assert writes(firm, kataja) == []
    known = handled(firm, invoice)
    assert known is not None
    assert "Jotain aivan muuta" in known.content


async def test_a_period_locked_between_confirming_and_writing_goes_back_to_the_person(firm: Firm) -> None:
    aku, kataja = firm.workspace.accountant, firm.company("Kataja")
    await in_production(firm, kataja, "alternative")
    invoice = firm.netvisor.receive_invoice(kataja.business_id)
    await next_round(firm)
    kataja.period_lock = invoice.day
    await confirm_as_proposed(firm, invoice)
    await firm.until(lambda: (handled(firm, invoice) or invoice).reason == "period_locked")
    assert writes(firm, kataja) == []
    await firm.workspace.close_view(aku, firm.top(aku).id)
    kataja.period_lock = None
    await confirm_as_proposed(firm, invoice)
    await firm.until(lambda: state(firm, invoice) is InvoiceState.WRITTEN)


async def test_what_is_confirmed_is_learnt(firm: Firm) -> None:
    kataja = firm.company("Kataja")
    await in_production(firm, kataja, "alternative")
    before = firm.find(Artifact)[0].content
    invoice = firm.netvisor.receive_invoice(kataja.business_id)
    await next_round(firm)
    await confirm_as_proposed(firm, invoice)
    await firm.until(lambda: state(firm, invoice) is InvoiceState.WRITTEN)
    firm.clock.forward(minutes=2)
    await firm.until(lambda: firm.find(Artifact)[0].content != before)
    known = handled(firm, invoice)
    assert known is not None
    assert known.learned_at is not None
