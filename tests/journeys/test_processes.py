"""Changing a client's process: what it does to invoices under way, who did it, and that the new one is lived by."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.netvisor.company import ApprovalStatus
from services.circulation.applying import NOWHERE
from services.proposals import Origin
from services.records import AuditEntry, CirculationRule, Client, ClientState, InvoiceState, Process, RightsCheck
from tests.conftest import Log
from tests.journeys.firm import CHANNEL, Firm
from tests.journeys.office import (
    Office,
    close_views,
    next_round,
    open_invoice,
    open_office,
    proposal,
    reason,
    state,
    until_written,
)


@pytest.fixture
async def office(tmp_path: Path, log: Log) -> AsyncIterator[Office]:
    """A firm with Kataja in the alternative process."""
    async with open_office(tmp_path, "alternative") as opened:
        yield opened
    assert log.faults() == []


async def open_modal(firm: Firm, chosen: str) -> str:
    """Open the modal, choose a process, and return what it says of it."""
    aku, client = firm.workspace.accountant, firm.find(Client)[0]
    await firm.workspace.command(aku, CHANNEL, f"/fabric process {client.business_id}")
    await firm.until(lambda: firm.workspace.open_views(aku))
    await firm.workspace.click(aku, action_id="process", value=chosen, view=firm.top(aku).id)
    await firm.until(lambda: "What changes" in firm.seen(aku))
    return firm.seen(aku)


async def change_to(firm: Firm, chosen: str) -> str:
    """Change the process, and return what the modal said before."""
    aku = firm.workspace.accountant
    said = await open_modal(firm, chosen)
    outcome = await firm.workspace.submit(aku, firm.top(aku).id)
    assert not outcome.errors
    assert "is now" in firm.seen(aku)
    await close_views(firm, aku)
    await firm.quiet()
    return said


async def test_a_process_is_changed_back_and_forth_and_no_invoice_is_lost(office: Office) -> None:
    firm, kataja, aku = office.firm, office.company, office.firm.workspace.accountant
    invoice = await office.receive()
    assert state(firm, invoice) is InvoiceState.WAITING
    checked = firm.find(RightsCheck)[0].started_at

    said = await change_to(firm, "standard")
    assert "left as they stand" in said
    assert "Go through the invoices that wait for review" in said
    assert firm.client(kataja).process is Process.STANDARD
    assert (state(firm, invoice), reason(firm, invoice)) == (InvoiceState.LEFT, "not_of_process")
    assert firm.find(RightsCheck)[0].started_at > checked
    assert firm.state(kataja) is ClientState.PRODUCTION
    (entry,) = firm.find(AuditEntry, event="process_changed")
    assert (entry.person, entry.details) == (aku.id, {"before": "alternative", "after": "standard"})
    await firm.until(lambda: any("Process changed by" in message.visible_text for message in firm.posted()))

    # It comes back when the new process works on it.
    firm.netvisor.handle_invoice(kataja.business_id, invoice.key, ApprovalStatus.ACCEPTED, "Kaisa Korpela")
    await next_round(firm)
    assert state(firm, invoice) is InvoiceState.WAITING
    second = await office.receive()
    assert state(firm, second) is None

    said = await change_to(firm, "alternative_with_circulation")
    assert "Remove Netvisor's old rules" in said
    assert state(firm, second) is InvoiceState.WAITING, "what the old process did not look at is read at once"
    await open_invoice(firm, second)
    name = f"circulation:{second.key}"
    await firm.workspace.suggest(aku, "circulation", "", view=firm.top(aku).id, block_id=name)
    outcome = await firm.workspace.submit(aku, firm.top(aku).id, {name: {"circulation": NOWHERE}})
    assert outcome.acknowledged
    assert not outcome.errors
    await close_views(firm, aku)
    await until_written(firm, second)
    assert office.written(second) == 1
    assert second.ready_for_accounting

    third = await office.receive()
    await change_to(firm, "background")
    await firm.until(lambda: state(firm, third) in (InvoiceState.WRITTEN, InvoiceState.LEFT))
    assert not third.ready_for_accounting
    assert office.written(second) == 1


async def test_invoices_that_wait_get_the_lists_of_the_new_process(office: Office) -> None:
    firm, aku, waiting = office.firm, office.firm.workspace.accountant, await office.receive()
    changed = await office.receive()
    assert firm.bot
    client, key = firm.find(Client)[0], str(office.company.circulation_lists[0].key)
    rule = CirculationRule(
        client.workspace,
        "rule",
        client.id,
        1,
        "UAKU",
        firm.clock(),
        firm.clock(),
        list_key=key,
        list_name="Hallinto 100",
    )
    firm.bot.store.run_now(lambda unit: unit[CirculationRule].put(rule))
    await open_invoice(firm, changed)
    await firm.workspace.click(aku, action_id="review_line", value="0", view=firm.top(aku).id)
    view = await firm.until(lambda: firm.top(aku) if firm.top(aku).callback_id == "review_line" else None)
    assert view
    account = (await firm.workspace.suggest(aku, "account", "matka", view=view.id)).options[0]["value"]
    await firm.workspace.submit(aku, view.id, {"account": {"account": account}})
    await firm.until(lambda: "Chosen in the review." in firm.seen(aku))
    await close_views(firm, aku)

    said = await change_to(firm, "alternative_with_circulation")
    assert "gets its circulation list by the rules" in said
    for one in (waiting, changed):
        assert state(firm, one) is InvoiceState.WAITING
        assert proposal(firm, one).circulation.label == key
    assert proposal(firm, changed).lines[0].account.origin is Origin.REVIEWER, "what a person has chosen is kept"

    said = await change_to(firm, "alternative")
    assert "gets no circulation list any more" in said
    for one in (waiting, changed):
        assert state(firm, one) is InvoiceState.WAITING
        assert proposal(firm, one).circulation.label == ""
    assert proposal(firm, changed).lines[0].account.origin is Origin.REVIEWER


async def test_the_same_process_and_somebody_elses_change_are_told(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    other = next(person for person in firm.workspace.people.values() if person not in (aku, firm.workspace.bot))
    await open_modal(firm, "standard")
    await firm.workspace.command(other, CHANNEL, f"/fabric process {office.company.business_id}")
    await firm.until(lambda: firm.workspace.open_views(other))
    same = await firm.workspace.submit(other, firm.top(other).id)
    assert "This is the present process" in str(same.errors)
    first = await firm.workspace.submit(aku, firm.top(aku).id)
    assert not first.errors
    late = await firm.workspace.submit(other, firm.top(other).id, {"process": {"process": "background"}})
    assert "Somebody has changed the process meanwhile" in str(late.errors)
    await firm.quiet()
    assert firm.client(office.company).process is Process.STANDARD
