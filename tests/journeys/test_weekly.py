"""How it goes: what was predicted, confirmed and finally posted is measured, told on Mondays, and shown on demand."""

from __future__ import annotations

from datetime import timedelta

from sandbox.netvisor import ADMINISTRATOR, Invoice
from sandbox.netvisor.company import ApprovalStatus
from services.records import AuditEntry, Handled, Way
from services.trainer import FRESH
from services.training import plan_night
from tests.journeys.firm import CHANNEL, Firm
from tests.journeys.office import confirm_as_proposed, in_production, next_round, reason, until_written


async def test_a_week_is_told_on_monday_with_what_was_corrected_in_netvisor(firm: Firm) -> None:
    kataja, aku = firm.company("Kataja"), firm.workspace.accountant
    await in_production(firm, kataja, "standard")
    invoices: list[Invoice] = []
    while len(invoices) < 3:
        invoice = firm.netvisor.receive_invoice(kataja.business_id)
        firm.netvisor.handle_invoice(kataja.business_id, invoice.key, ApprovalStatus.ACCEPTED, "Kaisa Korpela")
        await next_round(firm)
        if reason(firm, invoice) == "review":
            await confirm_as_proposed(firm, invoice)
            await until_written(firm, invoice)
            invoices.append(invoice)
    assert {row.way for row in firm.find(Handled)} == {Way.PERSON}
    assert not any(row.touched for row in firm.find(Handled))

    # A person corrects the voucher of one of them in Netvisor's own books.
    corrected = invoices[0]
    (line, *_) = corrected.lines
    other = next(number for number in kataja.accounts if number != line.account_number)
    firm.netvisor.post_invoice(kataja.business_id, corrected.key, {line.key: other}, ADMINISTRATOR)
    firm.clock.forward(seconds=FRESH.total_seconds())
    await night(firm)
    rows = {row.netvisor_key: row for row in firm.find(Handled)}
    assert all(rows[invoice.key].compared_at for invoice in invoices)
    assert rows[corrected.key].corrections[0][0] == "account"
    assert rows[corrected.key].corrections[0][2] == str(other)
    assert not rows[invoices[1].key].corrections

    told = await firm.workspace.command(aku, CHANNEL, f"/fabric report {kataja.business_id}")
    assert "3 invoices handled" in str(told.payload)
    assert "(of 3 invoices)" in str(told.payload)
    assert str(other) in str(told.payload)

    to_monday = timedelta(days=7 - firm.clock().weekday())
    firm.clock.forward(seconds=to_monday.total_seconds())
    before = len(firm.posted())
    for _ in range(2):
        await do_monday(firm)
        await firm.quiet()
    notes = [message for message in firm.posted()[before:] if "3 invoices handled" in message.visible_text]
    assert len(notes) == 1
    (picture,) = [message for message in firm.workspace.messages(CHANNEL) if message.thread_ts == notes[0].ts]
    assert "Week 11" in picture.files[0].alternative_text

    await firm.workspace.command(aku, CHANNEL, "/fabric report")
    await firm.until(lambda: any("3 invoices handled" in message.visible_text for message in firm.told(aku)))
    assert firm.find(AuditEntry, event="predicted")


async def night(firm: Firm) -> None:
    """Have the night's fetching and comparing done."""
    assert firm.bot
    firm.bot.store.run_now(lambda unit: plan_night(unit, firm.clock()))
    firm.clock.forward(hours=5)
    await firm.quiet()


async def do_monday(firm: Firm) -> None:
    """Do what the clock does on a Monday morning."""
    assert firm.bot
    await firm.bot.daily()
