"""Circulation rules that people make in a modal, change, copy, and bring as a file."""

from __future__ import annotations

import pytest

from services.records import AuditEntry, CirculationRule, Paused
from tests.journeys.circulation import choose, fill_rule, next_workday, open_rules, save
from tests.journeys.firm import CHANNEL, fields
from tests.journeys.office import Office, in_production, next_round

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROCESS = "alternative_with_circulation"


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


async def test_a_rule_is_made_from_a_clients_card_in_the_list_too(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    await firm.workspace.command(aku, CHANNEL, "/fabric clients")
    await firm.until(lambda: firm.workspace.open_views(aku))
    client = firm.client(office.company)
    await firm.workspace.click(aku, action_id="open_client", view=firm.top(aku).id, value=client.id)
    await firm.until(lambda: firm.top(aku).callback_id == "client")
    await firm.press(aku, "open_rules")
    await firm.until(lambda: firm.top(aku).callback_id == "rules")
    assert len(firm.workspace.open_views(aku)) == 3, "Slack stacks no more"
    await fill_rule(office, "Hallinto", vendor="Elisa")
    await save(office)
    assert [rule.vendor for rule in firm.find(CirculationRule)] == ["Elisa"]


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
