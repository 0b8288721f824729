"""Circulation: rules that people make in a modal, what they do to invoices, and lists set by hand in Netvisor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from sandbox.netvisor import Invoice
from services.circulation import add_rule, new_rule, remove_rule
from services.proposals import Choice, Origin, Proposal
from services.records import (
    AuditEntry,
    CirculationRule,
    CirculationState,
    Client,
    InvoiceCirculation,
    InvoiceState,
    Paused,
    ProductionInvoice,
    Registers,
)
from services.store import Unit
from tests.conftest import Log
from tests.journeys.firm import CHANNEL, Firm, fields
from tests.journeys.office import (
    Office,
    confirm_first,
    handled,
    in_production,
    next_round,
    open_invoice,
    open_office,
    reason,
    state,
    until_written,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """A firm with Kataja in the alternative process with circulation."""
    async with open_office(tmp_path_factory.mktemp("office"), "alternative_with_circulation") as office:
        yield office


@pytest_asyncio.fixture(loop_scope="module")
async def office(shared: Office, log: Log) -> AsyncIterator[Office]:
    """The shared office as a test finds it: without rules."""
    yield shared
    await shared.tidy()
    assert shared.firm.bot
    shared.firm.bot.store.run_now(lambda unit: unit[CirculationRule].delete(None))
    assert log.faults() == []


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


def proposal(firm: Firm, invoice: Invoice) -> Proposal:
    known = handled(firm, invoice)
    assert known
    return Proposal.from_json(known.proposal)


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


async def test_back_from_the_preview_finds_the_form_as_it_was_typed(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    await open_rules(office)
    await fill_rule(office, "Hallinto", vendor="Elisa", text="laajakaista", amount_min="10")
    await firm.workspace.close_view(aku, firm.top(aku).id)
    form = firm.top(aku)
    assert form.callback_id == "rule_form"
    outcome = await firm.workspace.submit(aku, form.id)
    assert not outcome.errors
    await firm.until(lambda: firm.top(aku).callback_id == "rule_preview")
    assert "laajakaista" in firm.seen(aku)
    await save(office)
    (rule,) = firm.find(CirculationRule)
    assert (rule.vendor, rule.text, rule.amount_min, rule.list_name) == ("Elisa", "laajakaista", 1000, "Hallinto 100")


async def test_what_cannot_be_a_rule_is_said_beside_its_field(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    await open_rules(office)
    await firm.press(aku, "add_rule")
    await firm.until(lambda: firm.top(aku).callback_id == "rule_form")
    outcome = await firm.workspace.submit(aku, firm.top(aku).id, fields({"vendor": "Elisa"}))
    assert set(outcome.errors) == {"target_list"}
    outcome = await firm.workspace.submit(aku, firm.top(aku).id, fields({"amount_min": "5oo", "amount_max": "-1"}))
    assert set(outcome.errors) == {"amount_min", "amount_max"}
    outcome = await firm.workspace.submit(aku, firm.top(aku).id, fields({"amount_min": "1.234", "amount_max": "9"}))
    assert set(outcome.errors) == {"amount_min"}
    chosen = await choose(office, "circulation", "", "target_list")
    values = {"target_list": {"circulation": chosen}, **fields({"amount_min": "500,01", "amount_max": "500"})}
    outcome = await firm.workspace.submit(aku, firm.top(aku).id, values)
    assert set(outcome.errors) == {"amount_min"}
    assert firm.find(CirculationRule) == []


async def test_rules_are_moved_paused_changed_and_removed(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    await open_rules(office)
    for vendor in ("Elisa", "Telia"):
        await fill_rule(office, "Hallinto", vendor=vendor)
        await save(office)
    first, second = firm.find(CirculationRule, order="position")
    assert (first.vendor, second.vendor) == ("Elisa", "Telia")

    async def menu(what: str, rule: CirculationRule) -> None:
        before = firm.seen(aku)
        option = f"{what}:{rule.id}"
        await firm.workspace.click(
            aku, action_id="rule", selected_option=option, view=firm.top(aku).id, block_id=row(rule)
        )
        await firm.until(lambda: firm.seen(aku) != before)

    def row(rule: CirculationRule) -> str:
        return next(
            b["block_id"] for b in firm.top(aku).blocks if str(b.get("block_id", "")).startswith(f"rule:{rule.id}")
        )

    await menu("up", second)
    assert [rule.vendor for rule in firm.find(CirculationRule, order="position")] == ["Telia", "Elisa"]
    await menu("pause", first)
    assert "Paused" in firm.seen(aku)
    await menu("resume", first)
    assert "Paused" not in firm.seen(aku)
    await menu("change", first)
    assert firm.top(aku).callback_id == "rule_form"
    await firm.workspace.submit(aku, firm.top(aku).id, fields({"vendor": "DNA"}))
    await firm.until(lambda: firm.top(aku).callback_id == "rule_preview")
    await save(office)
    await menu("remove", second)
    assert firm.top(aku).callback_id == "rule_remove"
    await firm.workspace.submit(aku, firm.top(aku).id)
    await firm.until(lambda: "The rule is removed." in firm.seen(aku))
    (left,) = firm.find(CirculationRule)
    assert (left.id, left.vendor, left.position) == (first.id, "DNA", 1)
    events = [entry.event for entry in firm.find(AuditEntry) if entry.event.startswith("rule_")]
    assert {"rule_moved", "rule_paused", "rule_resumed", "rule_changed", "rule_removed"} <= set(events)


async def test_rules_are_exported_and_imported_as_a_file(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    await open_rules(office)
    for vendor, amount_max in (("=Elisa", "499,99"), ("Telia", "1000")):
        await fill_rule(office, "Hallinto", vendor=vendor, amount_max=amount_max)
        await save(office)
    exported = firm.find(CirculationRule, order="position")
    await firm.press(aku, "rules_export")
    (file,) = await firm.until(
        lambda: [one for one in firm.workspace.files.values() if one.name.endswith(".csv") and one.shares]
    )
    text = file.content.decode("utf-8-sig")
    assert "'=Elisa;" in text
    assert "499,99" in text
    assert firm.bot
    firm.bot.store.run_now(lambda unit: unit[CirculationRule].delete(None))

    await firm.press(aku, "rules_import")
    await firm.until(lambda: firm.top(aku).callback_id == "rules_import")
    more = text.replace("Telia", "DNA").splitlines()[2].replace("1000,00", "tonni")
    firm.workspace.attach(aku, firm.top(aku).id, "file", "rules.csv", f"{text}{more}\r\n".encode())
    outcome = await firm.workspace.submit(aku, firm.top(aku).id)
    assert not outcome.errors, outcome.errors
    await firm.until(lambda: "2 rows become rules" in firm.seen(aku))
    assert "1 row cannot become a rule" in firm.seen(aku)
    assert "Row 4: A sum cannot be read" in firm.seen(aku)
    assert firm.find(CirculationRule) == [], "nothing is stored before it is saved"
    await save(office)
    assert "2 rules are added behind the others" in firm.seen(aku)
    found = firm.find(CirculationRule, order="position")
    assert [(one.vendor, one.amount_max, one.list_key, one.position) for one in found] == [
        (one.vendor, one.amount_max, one.list_key, one.position) for one in exported
    ]


async def test_a_file_that_holds_no_rules_says_so_and_back_finds_the_form(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    await open_rules(office)
    await firm.press(aku, "rules_import")
    await firm.until(lambda: firm.top(aku).callback_id == "rules_import")
    firm.workspace.attach(aku, firm.top(aku).id, "file", "rules.csv", b"nimi;kaupunki\nYritys Oy;Turku")
    await firm.workspace.submit(aku, firm.top(aku).id)
    await firm.until(lambda: "There are no rules in it" in firm.seen(aku))
    assert "submit" not in firm.top(aku).content
    await firm.workspace.close_view(aku, firm.top(aku).id)
    assert firm.top(aku).callback_id == "rules_import"
    await firm.press(aku, "rules")
    await firm.until(lambda: firm.top(aku).callback_id == "rules")


async def test_a_rule_that_another_leaves_nothing_says_so_before_it_is_saved(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    vendor = next(iter(office.company.vendors.values())).name
    await open_rules(office)
    await fill_rule(office, "Hallinto", vendor=vendor)
    await save(office)
    await fill_rule(office, "Myymälä", vendor=vendor, amount_max="100")
    assert "this one would never apply" in firm.seen(aku)
    await firm.workspace.close_view(aku, firm.top(aku).id)
    await firm.workspace.submit(aku, firm.top(aku).id, fields({"place": "first"}))
    await firm.until(lambda: firm.top(aku).callback_id == "rule_preview")
    assert "this one would never apply" not in firm.seen(aku)
    await save(office)
    assert [rule.list_name for rule in firm.find(CirculationRule, order="position")] == ["Myymälä 200", "Hallinto 100"]


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


async def test_rules_of_lists_that_change_in_netvisor_are_paused_and_their_author_told_once(office: Office) -> None:
    firm, aku, company = office.firm, office.firm.workspace.accountant, office.company
    await open_rules(office)
    for place, name in enumerate(("Hallinto", "Myymälä", "Verkkokauppa")):
        await fill_rule(office, name, vendor=f"Vendor {place}")
        await save(office)
    await office.tidy()
    before = list(company.circulation_lists)
    keys = {one.name.split()[0]: one.key for one in before}
    told = len(firm.told(aku))
    firm.netvisor.rename_circulation_list(company.business_id, keys["Hallinto"], "Hallinto ja talous")
    firm.netvisor.duplicate_circulation_list(company.business_id, keys["Myymälä"])
    firm.netvisor.remove_circulation_list(company.business_id, keys["Verkkokauppa"])
    try:
        for _ in range(2):
            firm.clock.forward(hours=24)
            await next_round(firm)
        why = [one.paused for one in firm.find(CirculationRule, order="position")]
        assert why == [Paused.LIST_RENAMED, Paused.LISTS_ALIKE, Paused.LIST_GONE]
        news = [message for message in firm.told(aku)[told:] if "3 rules of yours" in message.text]
        (message,) = news
        assert "now called *Hallinto ja talous*" in str(message.blocks)
        await firm.workspace.click(aku, action_id="open_rules", message=(message.channel, message.ts))
        await firm.until(lambda: "Paused: the circulation list has another name" in firm.seen(aku))
        rule = firm.find(CirculationRule, order="position")[0]
        row = next(one["block_id"] for one in firm.top(aku).blocks if rule.id in str(one.get("block_id", "")))
        view = firm.top(aku).id
        await firm.workspace.click(aku, action_id="rule", selected_option=f"resume:{rule.id}", view=view, block_id=row)
        await firm.until(lambda: firm.find(CirculationRule, order="position")[0].paused is None)
        assert firm.find(CirculationRule, order="position")[0].list_name == "Hallinto ja talous"
    finally:
        company.circulation_lists = before
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


async def test_rules_are_copied_to_another_client_by_the_names_of_its_lists(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    leppa = firm.company("Pihlaja")
    await in_production(firm, leppa, "alternative")
    await next_round(firm)
    await open_rules(office)
    await fill_rule(office, "Hallinto", vendor="Elisa")
    await save(office)
    await firm.press(aku, "rules_copy")
    await firm.until(lambda: firm.top(aku).callback_id == "rules_copy")
    found = await firm.workspace.suggest(aku, "clients", "pihlaja", view=firm.top(aku).id)
    (option,) = found.options
    await firm.workspace.submit(aku, firm.top(aku).id, {"clients": {"clients": [option["value"]]}})
    await firm.until(lambda: "0 rules copied" in firm.seen(aku))
    assert "is not among those last read from Netvisor" in firm.seen(aku)
    assert len(firm.find(CirculationRule)) == 1
