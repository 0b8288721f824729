"""Sending circulation lists: tried on one invoice first, confirmed by eye, never onto a circulation that stands."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.netvisor import FaultKind, Invoice
from sandbox.netvisor.company import ApprovalStatus
from services.records import CirculationState, InvoiceCirculation, SendingStopped, TrialOfList, TrialOfListState
from tests.conftest import Log
from tests.journeys.firm import CHANNEL
from tests.journeys.office import Office, next_round, open_invoice, until_written

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROCESS = "alternative_with_circulation"


@pytest_asyncio.fixture(loop_scope="module")
async def office(shared: Office, log: Log) -> AsyncIterator[Office]:
    """The shared office as a test finds it: nothing tried, nothing stopped."""
    yield shared
    await shared.tidy()
    shared.firm.netvisor.switches.reset()
    shared.forget(TrialOfList, SendingStopped, InvoiceCirculation)
    assert [fault for fault in log.faults() if fault["event"] != "circulation.stopped"] == []


def deletions(office: Office) -> int:
    """Count how often the circulation of an invoice was deleted."""
    return sum(
        event.type == "circulation" and not event.description
        for invoice in office.company.invoices.values()
        for event in invoice.history
    )


def sendings(invoice: Invoice) -> int:
    """Count how often a circulation was set."""
    return sum(event.type == "circulation" for event in invoice.history)


async def open_sending(office: Office) -> None:
    """Give the command, and wait for the modal."""
    firm, admin = office.firm, office.firm.workspace.admin
    await firm.workspace.command(admin, CHANNEL, "/fabric circulation-trial")
    await firm.until(lambda: firm.workspace.open_views(admin))


async def try_on(office: Office, invoice: Invoice, name: str = "Hallinto") -> TrialOfList:
    """Go the guided way with an invoice, and wait for what comes of it."""
    firm, admin = office.firm, office.firm.workspace.admin
    await open_sending(office)
    view = firm.top(admin).id
    found = await firm.workspace.suggest(admin, "clients", "kataja", view=view)
    await firm.workspace.submit(admin, view, {"trial_client": {"clients": found.options[0]["value"]}})
    await firm.until(lambda: firm.top(admin).callback_id == "list_trial_invoice")
    view = firm.top(admin).id
    found = await firm.workspace.suggest(admin, "invoice", invoice.number, view=view)
    lists = await firm.workspace.suggest(admin, "circulation", name, view=view)
    values = {
        "trial_invoice": {"invoice": found.options[0]["value"]},
        "trial_list": {"circulation": lists.options[0]["value"]},
    }
    await firm.workspace.submit(admin, view, values)
    await firm.until(lambda: firm.top(admin).callback_id == "list_trial_send")
    assert f"<netvisorkey>{invoice.key}</netvisorkey>" in firm.seen(admin).replace("&lt;", "<").replace("&gt;", ">")
    assert sendings(invoice) == 0
    await firm.workspace.submit(admin, firm.top(admin).id)
    over = [TrialOfListState.SENT, TrialOfListState.FAILED]
    await firm.until(lambda: [one for one in firm.find(TrialOfList, netvisor_key=invoice.key) if one.state in over])
    await firm.quiet()
    while views := firm.workspace.open_views(admin):
        await firm.workspace.close_view(admin, views[-1].id)
    return firm.find(TrialOfList, netvisor_key=invoice.key)[0]


async def switch_on(office: Office) -> Invoice:
    """Try a list on a new invoice, and confirm that it is right."""
    firm, admin = office.firm, office.firm.workspace.admin
    invoice = await office.receive()
    trial = await try_on(office, invoice)
    assert trial.state is TrialOfListState.SENT
    message = next(one for one in reversed(firm.told(admin)) if f"'value': '{trial.id}'" in str(one.blocks))
    await firm.workspace.click(admin, action_id="list_trial_right", message=(message.channel, message.ts))
    await firm.until(lambda: firm.find(TrialOfList, id=trial.id)[0].state is TrialOfListState.CONFIRMED)
    return invoice


async def confirm_with(office: Office, invoice: Invoice, name: str = "Myymälä") -> None:
    """Confirm an invoice with a circulation list, and wait until its posting is written."""
    firm, aku = office.firm, office.firm.workspace.accountant
    await open_invoice(firm, invoice)
    block, view = f"circulation:{invoice.key}", firm.top(aku).id
    found = await firm.workspace.suggest(aku, "circulation", name, view=view, block_id=block)
    await firm.workspace.submit(aku, view, {block: {"circulation": found.options[0]["value"]}})
    await office.tidy_views()
    await until_written(firm, invoice)


def circulation(office: Office, invoice: Invoice) -> InvoiceCirculation:
    (found,) = office.firm.find(InvoiceCirculation, netvisor_key=invoice.key)
    return found


async def ends(office: Office, invoice: Invoice, state: CirculationState) -> InvoiceCirculation:
    """Wait until an invoice's list has come to a state."""
    await office.firm.until(lambda: circulation(office, invoice).state is state)
    return circulation(office, invoice)


async def test_a_trial_is_sent_once_read_back_and_confirmed_by_eye(office: Office) -> None:
    firm, admin = office.firm, office.firm.workspace.admin
    invoice = await office.receive()
    trial = await try_on(office, invoice)
    assert (trial.state, trial.before, trial.after) == (TrialOfListState.SENT, "none", "same")
    assert sendings(invoice) == 1
    assert invoice.circulation
    assert invoice.circulation.name == "Hallinto 100"
    (message,) = [one for one in firm.told(admin) if trial.id in str(one.blocks)]
    assert "circulationlist" in str(message.blocks)
    assert "InsertedDataIdentifier" in str(message.blocks)
    await firm.workspace.click(admin, action_id="list_trial_wrong", message=(message.channel, message.ts))
    await firm.until(lambda: firm.find(TrialOfList, id=trial.id)[0].state is TrialOfListState.FAILED)
    await firm.quiet()
    other = await office.receive()
    await confirm_with(office, other)
    assert circulation(office, other).state is CirculationState.BY_HAND
    assert other.circulation is None


async def test_once_confirmed_chosen_lists_are_sent(office: Office) -> None:
    await switch_on(office)
    invoice = await office.receive()
    await confirm_with(office, invoice)
    sent = await ends(office, invoice, CirculationState.SET)
    assert sent.reason == "sent"
    assert invoice.circulation
    assert invoice.circulation.name == "Myymälä 200"
    assert (sendings(invoice), deletions(office)) == (1, 0)


async def test_a_member_can_neither_try_nor_confirm(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    outcome = await firm.workspace.command(aku, CHANNEL, "/fabric circulation-trial")
    assert firm.workspace.open_views(aku) == []
    assert outcome.acknowledged
    assert firm.find(TrialOfList) == []


@pytest.mark.parametrize(("message", "reason"), [("refused", "INVALID_DATA"), ("taken_and_ignored", "not_as_sent")])
async def test_a_trial_that_goes_wrong_switches_nothing_on(office: Office, message: str, reason: str) -> None:
    firm, admin = office.firm, office.firm.workspace.admin
    invoice = await office.receive()
    firm.netvisor.switches["circulation_message"] = message
    trial = await try_on(office, invoice)
    assert trial.state is TrialOfListState.FAILED
    assert trial.reason.startswith(reason)
    assert "list_trial_right" not in str(firm.told(admin)[-1].blocks)


async def test_an_invoice_that_has_a_circulation_is_not_tried_on(office: Office) -> None:
    invoice = await office.receive()
    invoice.circulation = office.company.circulation_lists[1]
    trial = await try_on(office, invoice)
    assert (trial.state, trial.reason) == (TrialOfListState.FAILED, "has_circulation")
    assert sendings(invoice) == 0


@pytest.mark.parametrize("outcome", [FaultKind.RESET_BEFORE, FaultKind.RESET_AFTER])
async def test_an_unknown_outcome_is_read_back_before_anything_is_repeated(office: Office, outcome: FaultKind) -> None:
    firm = office.firm
    await switch_on(office)
    invoice = await office.receive()
    firm.netvisor.faults.add(outcome, resource="purchaseinvoicecirculation", times=1)
    await confirm_with(office, invoice)
    await firm.until(lambda: circulation(office, invoice).state is CirculationState.SENDING)
    firm.clock.forward(minutes=4)
    sent = await ends(office, invoice, CirculationState.SET)
    assert sent.reason == ("read_back" if outcome is FaultKind.RESET_AFTER else "sent")
    assert (sendings(invoice), deletions(office)) == (1, 0)


async def test_whatever_nobody_expected_stops_sending_for_the_client_and_is_told_once(office: Office) -> None:
    firm, admin = office.firm, office.firm.workspace.admin
    await switch_on(office)
    first, second = await office.receive(), await office.receive()
    firm.netvisor.switches["circulation_message"] = "taken_and_ignored"
    await confirm_with(office, first)
    assert (await ends(office, first, CirculationState.BY_HAND)).reason == "unclear"
    assert len(firm.find(SendingStopped)) == 1
    await confirm_with(office, second)
    assert circulation(office, second).reason == "stopped"
    assert second.circulation is None
    await firm.quiet()
    assert len([one for one in firm.told(admin) if "are not sent for" in one.text]) == 1
    firm.netvisor.switches.reset()
    await open_sending(office)
    await firm.press(admin, "lists_resume")
    await firm.until(lambda: firm.find(SendingStopped) == [])
    third = await office.receive()
    await confirm_with(office, third)
    await ends(office, third, CirculationState.SET)
    await open_sending(office)
    await firm.press(admin, "lists_off")
    await firm.until(lambda: firm.find(TrialOfList, state=TrialOfListState.CONFIRMED) == [])


async def test_a_list_that_goes_between_choice_and_sending_is_a_persons(office: Office) -> None:
    firm, company = office.firm, office.company
    await switch_on(office)
    invoice = await office.receive()
    gone = next(one for one in company.circulation_lists if one.name.startswith("Myymälä"))
    await open_invoice(firm, invoice)
    aku = firm.workspace.accountant
    block, view = f"circulation:{invoice.key}", firm.top(aku).id
    found = await firm.workspace.suggest(aku, "circulation", "Myymälä", view=view, block_id=block)
    firm.netvisor.remove_circulation_list(company.business_id, gone.key)
    try:
        await firm.workspace.submit(aku, view, {block: {"circulation": found.options[0]["value"]}})
        await office.tidy_views()
        await until_written(firm, invoice)
        assert (await ends(office, invoice, CirculationState.BY_HAND)).reason == "list_gone"
        assert sendings(invoice) == 0
    finally:
        company.circulation_lists.insert(1, gone)


async def test_a_circulation_set_meanwhile_is_never_replaced(office: Office) -> None:
    await switch_on(office)
    invoice = await office.receive()
    invoice_list = office.company.circulation_lists[2]
    await open_invoice(office.firm, invoice)
    invoice.circulation = invoice_list
    await confirm_with(office, invoice)
    assert (await ends(office, invoice, CirculationState.BY_HAND)).reason == "has_circulation"
    assert invoice.circulation is invoice_list
    handled = await office.receive()
    await open_invoice(office.firm, handled)
    handled.status = ApprovalStatus.APPROVED
    await confirm_with(office, handled)
    assert (await ends(office, handled, CirculationState.BY_HAND)).reason == "handled"


async def test_where_netvisor_shows_no_circulation_a_person_sets_the_list(office: Office) -> None:
    await switch_on(office)
    invoice = await office.receive()
    office.firm.netvisor.switches["own_circulation"] = "never_shown"
    await confirm_with(office, invoice)
    assert (await ends(office, invoice, CirculationState.BY_HAND)).reason == "unreadable"
    assert sendings(invoice) == 0


async def test_a_trial_shows_what_it_means_that_netvisor_names_no_circulation(office: Office) -> None:
    office.firm.netvisor.switches["own_circulation"] = "absent_without"
    await switch_on(office)
    (trial,) = office.firm.find(TrialOfList)
    assert (trial.before, trial.after) == ("unknown", "same")
    invoice = await office.receive()
    await confirm_with(office, invoice)
    await ends(office, invoice, CirculationState.SET)
    assert sendings(invoice) == 1
    await next_round(office.firm)
    assert deletions(office) == 0
