"""Circulation lists of invoices: chosen by rules and by people, and set by hand in Netvisor."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.circulation import add_rule, new_rule, remove_rule
from services.proposals import Choice, Origin, Proposal
from services.records import (
    CirculationRule,
    CirculationState,
    Client,
    InvoiceCirculation,
    InvoiceState,
    ProductionInvoice,
    Registers,
)
from services.store import Unit
from tests.journeys.circulation import choose, fill_rule, list_key, next_workday, open_rules, receive_of, save
from tests.journeys.firm import CHANNEL, fields
from tests.journeys.office import (
    Office,
    confirm_first,
    handled,
    next_round,
    open_invoice,
    proposal,
    reason,
    state,
    until_written,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROCESS = "alternative_with_circulation"


async def test_a_rule_is_previewed_saved_and_chooses_the_list(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    vendor = next(iter(office.company.vendors.values())).name
    await open_rules(office)
    assert "No rules yet" in firm.seen(aku)
    await fill_rule(office, "Myymälä", vendor=vendor, amount_max="99 999,99")
    seen = firm.seen(aku)
    assert "the rule would have caught" in seen
    assert f"the vendor is {vendor}" in seen.replace("*", "")
    assert firm.find(CirculationRule) == []
    await save(office)
    assert "The rule is saved." in firm.seen(aku)
    (rule,) = firm.find(CirculationRule)
    assert (rule.vendor, rule.amount_max, rule.list_name, rule.author) == (vendor, 9999999, "Myymälä 200", aku.id)
    await firm.workspace.close_view(aku, firm.top(aku).id)

    invoice = await receive_of(office, vendor)
    chosen = proposal(firm, invoice).circulation
    assert (chosen.label, chosen.origin) == (list_key(office, "Myymälä"), Origin.RULE)
    await open_invoice(firm, invoice)
    assert "By rule 1 of" in firm.seen(aku)
    await confirm_first(firm)
    await until_written(firm, invoice)
    assert invoice.circulation is None
    (waiting,) = firm.find(InvoiceCirculation, netvisor_key=invoice.key)
    assert (waiting.state, waiting.list_name) == (CirculationState.BY_HAND, "Myymälä 200")


async def test_without_a_rule_a_person_chooses_and_says_when_it_is_set(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    invoice = await office.receive()
    await open_invoice(firm, invoice)
    outcome = await firm.workspace.submit(aku, firm.top(aku).id)
    block = f"circulation:{invoice.key}"
    assert block in (outcome.errors or {})
    key = await choose(office, "circulation", "verkko", block)
    assert key == list_key(office, "Verkkokauppa")
    outcome = await firm.workspace.submit(aku, firm.top(aku).id, {block: {"circulation": key}})
    assert not outcome.errors
    await office.tidy()
    await until_written(firm, invoice)
    (waiting,) = firm.find(InvoiceCirculation, netvisor_key=invoice.key)
    assert waiting.chosen_by == aku.id

    await next_round(firm)
    card = await firm.until(lambda: [one for one in firm.posted() if "'action_id': 'lists_by_hand'" in str(one.blocks)])
    await firm.workspace.click(aku, action_id="lists_by_hand", message=(card[0].channel, card[0].ts))
    await firm.until(lambda: firm.workspace.open_views(aku))
    assert "Verkkokauppa 300" in firm.seen(aku)
    await firm.workspace.click(aku, action_id="list_done", value=waiting.id, view=firm.top(aku).id)
    await firm.until(lambda: firm.find(InvoiceCirculation, netvisor_key=invoice.key)[0].state is CirculationState.DONE)
    assert firm.find(InvoiceCirculation, netvisor_key=invoice.key)[0].done_by == aku.id
    outcome = await firm.workspace.command(aku, CHANNEL, f"/fabric why {invoice.number}")
    assert "has set the circulation list in Netvisor" in str(outcome.payload)


async def test_a_list_is_chosen_by_one_tap_where_the_model_only_guesses(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    invoice = await office.receive()
    row = handled(firm, invoice)
    assert row
    assert firm.bot
    keys = [list_key(office, name) for name in ("Verkkokauppa", "Hallinto")]
    guessed = Choice("", Origin.EMPTY, 0.0, tuple((key, 0.3) for key in keys))
    unsure = replace(Proposal.from_json(row.proposal), circulation=guessed).to_json()
    firm.bot.store.run_now(lambda unit: unit[ProductionInvoice].change(row.workspace, row.id, proposal=unsure))
    await open_invoice(firm, invoice)
    found = await firm.workspace.suggest(
        aku, "circulation", "", view=firm.top(aku).id, block_id=f"circulation:{invoice.key}"
    )
    assert [one["value"] for one in found.payload["option_groups"][0]["options"]] == keys
    await firm.press(aku, "review_list:0")
    await firm.until(lambda: "review_list" not in str(firm.top(aku).blocks))
    (select,) = [one["element"] for one in firm.top(aku).blocks if str(one["block_id"]).startswith("circulation:")]
    assert select["initial_option"]["value"] == keys[0]
    outcome = await firm.workspace.submit(aku, firm.top(aku).id)
    assert not outcome.errors
    await office.tidy()
    await until_written(firm, invoice)
    (waiting,) = firm.find(InvoiceCirculation, netvisor_key=invoice.key)
    assert (waiting.list_key, waiting.chosen_by) == (keys[0], aku.id)
    told = await firm.workspace.command(aku, CHANNEL, f"/fabric why {invoice.number}")
    assert "changed the circulation list: – → Verkkokauppa 300" in str(told.payload)


async def test_a_rule_chooses_for_what_waits_already_and_an_open_review_says_so(office: Office) -> None:
    firm, aku, admin = office.firm, office.firm.workspace.accountant, office.firm.workspace.admin
    vendor = next(iter(office.company.vendors.values())).name
    invoice = await receive_of(office, vendor)
    assert proposal(firm, invoice).circulation.label == ""
    await open_invoice(firm, invoice)
    shown = firm.top(aku)
    (client,) = firm.find(Client)

    def add(unit: Unit) -> None:
        rule = new_rule(unit, client, admin.id, firm.clock())
        add_rule(unit, client, replace(rule, vendor=vendor, list_name="Hallinto 100"), admin.id, firm.clock())

    assert firm.bot
    firm.bot.store.run_now(add)
    firm.bot.runner.wake()
    await firm.quiet()
    assert proposal(firm, invoice).circulation.label == list_key(office, "Hallinto")

    await firm.press(aku, "review_list:again", shown)
    await firm.until(lambda: "Hallinto 100" in str(firm.top(aku).blocks))
    assert f"Invoice {invoice.number} " in firm.seen(aku)
    assert office.written(invoice) == 0, "nobody has confirmed with this list yet"
    outcome = await firm.workspace.submit(aku, firm.top(aku).id)
    assert not outcome.errors
    await office.tidy()
    await until_written(firm, invoice)
    told = await firm.workspace.command(aku, CHANNEL, f"/fabric why {invoice.number}")
    assert "chose the circulation list Hallinto 100" in str(told.payload)
    (made,) = firm.find(CirculationRule, vendor=vendor)
    firm.bot.store.run_now(lambda unit: remove_rule(unit, client, made.id, admin.id, firm.clock()))


async def test_who_was_shown_a_company_without_lists_is_asked_for_one_when_it_has_some(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    invoice = await office.receive()
    (known,) = firm.find(Registers)
    assert firm.bot
    firm.bot.store.run_now(lambda unit: unit[Registers].put(replace(known, lists={})))
    await open_invoice(firm, invoice)
    assert "The company has no circulation lists" in firm.seen(aku)
    firm.bot.store.run_now(lambda unit: unit[Registers].put(known))
    outcome = await firm.workspace.submit(aku, firm.top(aku).id)
    assert not outcome.errors
    assert "The company has circulation lists now: choose one." in firm.seen(aku)
    assert any(str(one["block_id"]).startswith("circulation:") for one in firm.top(aku).blocks)
    await office.tidy()


async def test_an_invoice_may_leave_without_a_list(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    invoice = await office.receive()
    await open_invoice(firm, invoice)
    await firm.workspace.suggest(aku, "circulation", "", view=firm.top(aku).id)
    await firm.workspace.submit(aku, firm.top(aku).id, {f"circulation:{invoice.key}": {"circulation": "-"}})
    await office.tidy()
    await until_written(firm, invoice)
    assert firm.find(InvoiceCirculation, netvisor_key=invoice.key) == []


async def test_a_list_deleted_between_choice_and_confirmation_is_asked_for_again(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    vendor = next(iter(office.company.vendors.values())).name
    await open_rules(office)
    await fill_rule(office, "Hallinto", vendor=vendor)
    await save(office)
    await office.tidy()
    invoice = await receive_of(office, vendor)
    gone = next(one for one in office.company.circulation_lists if one.name.startswith("Hallinto"))
    firm.netvisor.remove_circulation_list(office.company.business_id, gone.key)
    try:
        firm.clock.forward(hours=24)
        await next_round(firm)
        await open_invoice(firm, invoice)
        outcome = await firm.workspace.submit(aku, firm.top(aku).id)
        assert outcome.errors
        assert state(firm, invoice) is InvoiceState.WAITING
    finally:
        office.company.circulation_lists.insert(0, gone)
        await next_workday(firm)


async def test_an_invoice_that_has_a_circulation_keeps_it(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    invoice = firm.netvisor.receive_invoice(office.company.business_id)
    invoice.circulation = office.company.circulation_lists[0]
    await next_round(firm)
    assert proposal(firm, invoice).circulation.origin is Origin.PERSON
    assert reason(firm, invoice) != "no_list"
    await open_invoice(firm, invoice)
    assert "has a circulation in Netvisor already" in firm.seen(aku)
    await confirm_first(firm)
    await until_written(firm, invoice)
    assert firm.find(InvoiceCirculation, netvisor_key=invoice.key) == []


async def test_a_rule_posts_accounts_and_dimensions_but_never_a_persons(office: Office) -> None:
    firm = office.firm
    vendor = next(iter(office.company.vendors.values())).name
    await open_rules(office)
    aku = firm.workspace.accountant
    await firm.press(aku, "add_rule")
    await firm.until(lambda: firm.top(aku).callback_id == "rule_form")
    account = await choose(office, "account", "4", "target_account")
    item = await choose(office, "item", "kesä", "target_item")
    values = {"target_account": {"account": account}, "target_item": {"item": item}, **fields({"vendor": vendor})}
    await firm.workspace.submit(aku, firm.top(aku).id, values)
    await firm.until(lambda: firm.top(aku).callback_id == "rule_preview")
    assert "otherwise than the rule says" in firm.seen(aku)
    await save(office)
    await office.tidy()
    invoice = await receive_of(office, vendor)
    lines = proposal(firm, invoice).lines
    assert {(line.account.label, line.account.origin) for line in lines} == {(account, Origin.RULE)}
    assert {line.dimensions["Projekti"].label for line in lines} == {"Kesäkampanja"}

    other = firm.netvisor.receive_invoice(office.company.business_id)
    other.vendor = invoice.vendor
    person = next(
        number for number in office.company.accounts if number not in (int(account), other.vendor.account_number)
    )
    other.lines[0].account_number = person
    await next_round(firm)
    line = proposal(firm, other).lines[0]
    assert (line.account.label, line.account.origin) == (str(person), Origin.PERSON)
    assert "Projekti" not in line.dimensions
