"""Automation: off until a person switches it on, every condition at once, stopped before the next write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from sandbox.netvisor import Invoice
from sandbox.slack.workspace import Outcome
from services.automation_news import plan_offers, plan_summaries
from services.records import AuditEntry, Automation, Client, Handled, InvoiceState, Way
from services.store import Unit
from tests.journeys.firm import CHANNEL, Firm, fields
from tests.journeys.office import (
    Office,
    close_views,
    confirm_as_proposed,
    handled,
    next_round,
    reason,
    state,
    until_written,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


def do(firm: Firm, work: Callable[[Unit], object]) -> None:
    """Run a unit of work in the bot's database: what only the clock does, or time that has passed."""
    assert firm.bot
    firm.bot.store.run_now(work)


async def settings(office: Office, **changes: object) -> Outcome:
    """Save the settings of automation, as they stand but for the changes."""
    firm, aku = office.firm, office.firm.workspace.accountant
    await firm.workspace.command(aku, CHANNEL, f"/fabric automation {office.company.business_id}")
    await firm.until(lambda: firm.workspace.open_views(aku))
    outcome = await firm.workspace.submit(aku, firm.top(aku).id, fields(changes))
    if not outcome.errors:
        assert "Saved." in firm.seen(aku)
        await close_views(firm, aku)
    return outcome


async def certain(office: Office) -> Invoice:
    """Return an invoice of a vendor that is wholly certain and has been confirmed as it was predicted."""
    firm = office.firm
    for _ in range(30):
        invoice = await office.receive()
        row = handled(firm, invoice)
        if row and row.reason == "review" and row.amount < 200_000:
            await confirm_as_proposed(firm, invoice)
            await until_written(firm, invoice)
            return invoice
    raise AssertionError("no certain invoice came")


async def receive_like(office: Office, invoice: Invoice, *, drawn: bool = False) -> Invoice:
    """Have invoices like another arrive until one comes that is, or is not, drawn as a sample."""
    for _ in range(60):
        received = office.firm.netvisor.receive_invoice(office.company.business_id, like=invoice)
        await next_round(office.firm)
        row = handled(office.firm, received)
        assert row is not None
        if (row.reason == "sample") is drawn:
            return received
        await office.firm.quiet()
    raise AssertionError("the lot fell otherwise sixty times")


def audited(office: Office, invoice: Invoice, event: str) -> list[AuditEntry]:
    return office.firm.find(AuditEntry, netvisor_key=invoice.key, event=event)


async def test_it_is_off_until_a_person_switches_it_on(office: Office) -> None:
    firm, invoice = office.firm, await certain(office)
    second = firm.netvisor.receive_invoice(office.company.business_id, like=invoice)
    await next_round(firm)
    assert state(firm, second) is InvoiceState.WAITING
    assert office.written(second) == 0

    await settings(office, switch="1")
    third = await receive_like(office, invoice)
    await until_written(firm, third)
    assert office.written(third) == 1
    assert third.ready_for_accounting
    (row,) = firm.find(Handled, netvisor_key=third.key)
    assert row.way is Way.AUTOMATION
    (entry,) = audited(office, third, "automated")
    assert entry.person is None
    assert entry.details["version"] == firm.find(Automation)[0].version
    told = await firm.workspace.command(firm.workspace.accountant, CHANNEL, f"/fabric why {third.number}")
    assert "by automation (settings 1)" in str(told.payload)
    await settings(office, switch="0")


async def test_a_part_of_it_goes_to_a_person_all_the_same(office: Office) -> None:
    firm, invoice = office.firm, await certain(office)
    await settings(office, switch="1", sample="10")
    drawn = await receive_like(office, invoice, drawn=True)
    assert state(firm, drawn) is InvoiceState.WAITING
    assert office.written(drawn) == 0
    await settings(office, switch="0")


async def test_a_vendor_whose_last_invoice_was_changed_goes_to_review(office: Office) -> None:
    firm, invoice = office.firm, await certain(office)
    (row,) = firm.find(Handled, netvisor_key=invoice.key)
    do(firm, lambda unit: unit[Handled].change(row.workspace, row.id, touched=1))
    await settings(office, switch="1")
    following = firm.netvisor.receive_invoice(office.company.business_id, like=invoice)
    await next_round(firm)
    assert state(firm, following) is InvoiceState.WAITING
    (entry,) = audited(office, following, "not_automated")
    assert entry.details["answer"] == "changed_last_time"
    await settings(office, switch="0")


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"most": "0,01"}, "large"),
        ({"pause_begins": "2026-03-01", "pause_ends": "2026-12-31"}, "paused"),
    ],
)
async def test_settings_that_send_an_invoice_to_review(office: Office, changes: dict[str, str], answer: str) -> None:
    firm, invoice = office.firm, await certain(office)
    await settings(office, switch="1", **changes)
    following = firm.netvisor.receive_invoice(office.company.business_id, like=invoice)
    await next_round(firm)
    assert state(firm, following) is InvoiceState.WAITING
    (entry,) = audited(office, following, "not_automated")
    assert entry.details["answer"] == answer
    await settings(office, switch="0", most="2000,00", pause_begins=None, pause_ends=None)


async def test_a_vendor_can_be_excluded(office: Office) -> None:
    firm, aku, invoice = office.firm, office.firm.workspace.accountant, await certain(office)
    await firm.workspace.command(aku, CHANNEL, f"/fabric automation {office.company.business_id}")
    await firm.until(lambda: firm.workspace.open_views(aku))
    name = invoice.vendor.name
    found = await firm.workspace.suggest(aku, "excluded", name[:6], view=firm.top(aku).id)
    assert name in [option["value"] for option in found.options]
    await firm.workspace.submit(aku, firm.top(aku).id, fields({"switch": "1", "excluded": [name]}))
    await close_views(firm, aku)
    following = firm.netvisor.receive_invoice(office.company.business_id, like=invoice)
    await next_round(firm)
    assert state(firm, following) is InvoiceState.WAITING
    (entry,) = audited(office, following, "not_automated")
    assert entry.details["answer"] == "excluded"
    await settings(office, switch="0", excluded=[])


async def test_stopping_takes_effect_before_the_next_write(office: Office) -> None:
    firm, aku, invoice = office.firm, office.firm.workspace.accountant, await certain(office)
    await settings(office, switch="1")
    # Netvisor takes no writes just now: what is confirmed waits.
    firm.netvisor.faults.add("maintenance", resource="purchaseinvoicepostingdata", times=None)
    following = await receive_like(office, invoice)
    assert state(firm, following) is InvoiceState.CONFIRMED

    told = await firm.workspace.command(aku, CHANNEL, "/fabric automation")
    assert "Automation is on for 1 client." in str(told.payload)
    await firm.workspace.command(aku, CHANNEL, f"/fabric automation {office.company.business_id}")
    await firm.until(lambda: firm.workspace.open_views(aku))
    await firm.press(aku, "automation_stop_all")
    await firm.until(lambda: "Stopped" in firm.seen(aku))
    assert "Kataja" in firm.seen(aku)
    await close_views(firm, aku)
    firm.netvisor.faults.clear()
    await next_round(firm)
    assert state(firm, following) is InvoiceState.WAITING
    assert reason(firm, following) == "automation_stopped"
    assert office.written(following) == 0
    assert not firm.find(Automation)[0].is_on


async def test_a_channel_is_told_once_a_day_what_was_written(office: Office) -> None:
    firm, invoice = office.firm, await certain(office)
    await settings(office, switch="1")
    written = await receive_like(office, invoice)
    await until_written(firm, written)
    firm.clock.forward(hours=24)
    assert firm.bot
    for _ in range(2):
        await plan_summaries(firm.bot.store, firm.clock())
        await firm.quiet()
    told = [message for message in firm.posted() if written.number in message.visible_text]
    assert len(told) == 1
    assert "can be undone in Netvisor only" in told[0].visible_text
    stop = await firm.workspace.click(
        firm.workspace.accountant, action_id="automation_stop", message=(told[0].channel, told[0].ts)
    )
    assert stop.acknowledged
    await firm.until(lambda: not firm.find(Automation)[0].is_on)


async def test_it_is_offered_after_four_weeks_with_its_record(office: Office) -> None:
    firm = office.firm
    (client,) = firm.find(Client)
    do(
        firm,
        lambda unit: (
            unit[Automation].delete(client.workspace, id=client.id),
            unit[Client].change(client.workspace, client.id, live_since=firm.clock() - timedelta(days=29)),
        ),
    )
    rows = firm.find(Handled)
    copies = [replace(rows[0], id=f"{client.id}:{number}", netvisor_key=number) for number in range(20)]
    do(firm, lambda unit: unit[Handled].put(*copies))
    assert firm.bot
    for _ in range(2):
        await plan_offers(firm.bot.store, firm.clock())
        await firm.quiet()
    offers = [message for message in firm.posted() if "could be written without asking" in message.visible_text]
    assert len(offers) == 1
    assert "The last four weeks" in offers[0].visible_text
    await settings(office, switch="1")
    await firm.until(lambda: "Automation is on." in offers[0].visible_text)
