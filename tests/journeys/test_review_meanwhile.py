"""Reviews that stand open while somebody else decides, or while the invoice changes in Netvisor, read in Finnish.

What is pressed then says what is true now, does nothing, and loses nothing that was typed.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import pytest_asyncio

from sandbox.netvisor import ADMINISTRATOR, Invoice
from sandbox.netvisor.company import ApprovalStatus
from sandbox.slack.model import Person
from services.proposals import Proposal
from services.records import InvoiceState, ProductionInvoice
from services.records import Person as KnownPerson
from tests.journeys.office import Office, confirm_first, handled, next_round, open_review, state, until_written

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMMENT = "Kysytty toimittajalta 28.11."


@pytest_asyncio.fixture(loop_scope="module")
async def finnish(office: Office) -> Office:
    """The office, whose accountant reads Finnish and in which nothing waits."""
    firm, bot = office.firm, office.firm.bot
    assert bot
    aku = firm.find(KnownPerson, id=firm.workspace.accountant.id)[0]
    bot.store.run_now(lambda unit: unit[KnownPerson].change(aku.workspace, aku.id, language="fi"))
    for row in firm.find(ProductionInvoice, state=InvoiceState.WAITING):
        left = {"state": InvoiceState.LEFT, "reason": "in_netvisor"}
        bot.store.run_now(
            lambda unit, row=row, left=left: unit[ProductionInvoice].change(row.workspace, row.id, **left)
        )
    return office


def typed(office: Office, words: str = COMMENT) -> Mapping[str, Mapping[str, object]]:
    """Return a comment for the invoice that the accountant sees."""
    inputs = office.firm.form_inputs()
    (name,) = [str(block["block_id"]) for block in inputs if str(block["block_id"]).startswith("comment")]
    return {name: {"comment": words}}


async def press(office: Office, action: str, value: str | None, values: Mapping[str, Mapping[str, object]]) -> None:
    """Press a button in the accountant's modal, and wait until it shows something else."""
    firm, aku = office.firm, office.firm.workspace.accountant
    before = firm.seen(aku)
    await firm.workspace.click(aku, action_id=action, value=value, view=firm.top(aku).id, values=values)
    await firm.until(lambda: firm.seen(aku) != before)


def colleague(office: Office) -> Person:
    return office.firm.workspace.admin


async def changed_in_netvisor(office: Office, invoice: Invoice) -> None:
    """Change an invoice in Netvisor, and let it be read anew."""
    invoice.lines[0].description = "Jotain aivan muuta"
    invoice.modified = office.firm.netvisor.now()
    await next_round(office.firm)
    assert state(office.firm, invoice) is InvoiceState.WAITING


async def test_what_a_colleague_has_confirmed_is_not_confirmed_again_and_the_comment_is_given_back(
    finnish: Office,
) -> None:
    firm, aku, invoice = finnish.firm, finnish.firm.workspace.accountant, await finnish.receive()
    await open_review(firm)
    await open_review(firm, colleague(finnish))
    await confirm_first(firm, colleague(finnish))
    assert not (await firm.workspace.submit(aku, firm.top(aku).id, typed(finnish))).errors
    assert "on jo käsitellyt" in firm.seen(aku)
    assert f"Tallentamatta jäi: “{COMMENT}”" in firm.seen(aku)
    await until_written(firm, invoice)
    assert finnish.written(invoice) == 1
    row = handled(firm, invoice)
    assert row
    assert (row.decided_by, row.comment) == (colleague(finnish).id, "")


async def test_an_invoice_that_changes_in_netvisor_is_shown_as_it_is_with_the_comment_still_there(
    finnish: Office,
) -> None:
    firm, aku, invoice = finnish.firm, finnish.firm.workspace.accountant, await finnish.receive()
    await open_review(firm)
    await changed_in_netvisor(finnish, invoice)
    assert not (await firm.workspace.submit(aku, firm.top(aku).id, typed(finnish))).errors
    assert "Lasku on sillä välin muuttunut, joten sille ei tehty mitään" in firm.seen(aku)
    assert "Jotain aivan muuta" in firm.seen(aku)
    assert state(firm, invoice) is InvoiceState.WAITING
    await confirm_first(firm)
    await until_written(firm, invoice)
    row = handled(firm, invoice)
    assert row
    assert row.comment == COMMENT, "it stood in the input still"


@pytest.mark.parametrize(("action", "value"), [("review_leave", None), ("review_line", "0")])
async def test_a_button_says_that_the_invoice_waits_no_more(finnish: Office, action: str, value: str | None) -> None:
    firm, aku, invoice = finnish.firm, finnish.firm.workspace.accountant, await finnish.receive()
    await open_review(firm)
    accounts = {line.key: next(iter(finnish.company.accounts)) for line in invoice.lines}
    firm.netvisor.post_invoice(finnish.company.business_id, invoice.key, accounts, ADMINISTRATOR)
    firm.netvisor.handle_invoice(finnish.company.business_id, invoice.key, ApprovalStatus.ACCEPTED, ADMINISTRATOR)
    await next_round(firm)
    assert state(firm, invoice) is InvoiceState.LEFT
    await press(finnish, action, value, typed(finnish))
    assert f"Lasku {invoice.number} ei enää odota: se tiliöitiin Netvisorissa." in firm.seen(aku)
    assert f"Tallentamatta jäi: “{COMMENT}”" in firm.seen(aku)


async def test_a_line_that_a_colleague_has_changed_is_not_changed_over_it(finnish: Office) -> None:
    firm, aku, other = finnish.firm, finnish.firm.workspace.accountant, colleague(finnish)
    invoice = await finnish.receive()
    for person in (aku, other):
        await open_review(firm, person)
        await firm.workspace.click(person, action_id="review_line", value="0", view=firm.top(person).id)
        await firm.until(lambda person=person: firm.top(person).callback_id == "review_line")
    found = await firm.workspace.suggest(other, "account", "matka", view=firm.top(other).id)
    theirs = str(found.options[0]["value"])
    await firm.workspace.submit(other, firm.top(other).id, {"account": {"account": theirs}})
    await firm.until(lambda: firm.top(other).callback_id == "review")
    await firm.workspace.submit(aku, firm.top(aku).id, {"part": {"part": "1,00"}})
    await firm.until(lambda: firm.top(aku).callback_id == "review" and "sillä välin muuttunut" in firm.seen(aku))
    assert "“1,00”" in firm.seen(aku)
    row = handled(firm, invoice)
    assert row
    assert Proposal.from_json(row.proposal).lines[0].account.label == theirs
