"""What people do with circulation lists and the rules that choose them."""

from __future__ import annotations

from dataclasses import replace

from sandbox.netvisor import Invoice
from tests.journeys.firm import CHANNEL, Firm, fields
from tests.journeys.office import Office, next_round


def list_key(office: Office, name: str) -> str:
    return next(str(one.key) for one in office.company.circulation_lists if one.name.startswith(name))


async def open_rules(office: Office) -> None:
    """Give the command, and wait for the modal."""
    aku = office.firm.workspace.accountant
    await office.firm.workspace.command(aku, CHANNEL, "/fabric kiertolistat Kataja")
    await office.firm.until(lambda: office.firm.workspace.open_views(aku))


async def choose(office: Office, action: str, words: str, block: str) -> str:
    """Type into a select that searches, and return the first value that it offers."""
    aku = office.firm.workspace.accountant
    view = office.firm.top(aku).id
    found = await office.firm.workspace.suggest(aku, action, words, view=view, block_id=block)
    return str(found.options[0]["value"])


async def fill_rule(office: Office, name: str, **typed: str) -> None:
    """Fill in the form of a rule to a circulation list, and look at its preview."""
    firm, aku = office.firm, office.firm.workspace.accountant
    await firm.press(aku, "add_rule")
    await firm.until(lambda: firm.top(aku).callback_id == "rule_form")
    chosen = await choose(office, "circulation", name, "target_list")
    values = {"target_list": {"circulation": chosen}, **fields(typed)}
    outcome = await firm.workspace.submit(aku, firm.top(aku).id, values)
    assert not outcome.errors, outcome.errors
    await firm.until(lambda: firm.top(aku).callback_id == "rule_preview")


async def save(office: Office) -> None:
    """Save the rule that the preview shows."""
    firm, aku = office.firm, office.firm.workspace.accountant
    await firm.workspace.submit(aku, firm.top(aku).id)
    await firm.until(lambda: firm.top(aku).callback_id == "rules")


async def receive_of(office: Office, vendor: str) -> Invoice:
    """Have an invoice of a vendor arrive, as large as its latest one."""
    company = office.company
    model = [one for one in company.invoices.values() if one.vendor.name.startswith(vendor)][-1]
    invoice = office.firm.netvisor.receive_invoice(company.business_id)
    invoice.vendor, invoice.amount = model.vendor, model.amount
    invoice.lines = [replace(line, key=company.next_key(), account_number=None, dimensions=()) for line in model.lines]
    await next_round(office.firm)
    return invoice


async def next_workday(firm: Firm) -> None:
    """Let the time pass until ten in the morning of the next workday, when registers are read again."""
    firm.clock.forward(hours=24)
    while firm.clock().weekday() > 4:
        firm.clock.forward(hours=24)
    firm.clock.forward(hours=8 - firm.clock().hour)
    await next_round(firm)
