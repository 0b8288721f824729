"""A rule in one's own words right after a client is added: kept until its names are read, then answered by itself."""

from __future__ import annotations

from handlers.ids import Callback
from sandbox.netvisor import Company
from sandbox.slack.model import Message
from services.records import CirculationRule, ClientState, Instruction, Registers
from tests.journeys.firm import Firm
from tests.journeys.many import give_access
from tests.journeys.test_help_ai import answer_to, elements

PROCESS = "alternative_with_circulation"
RULE = "Elisan alle 500 euron laskut IT-kiertolistalle"


def instruction_for(company: Company) -> tuple[str, str, str]:
    """Return an instruction with a vendor and a list of a company, and both."""
    vendor = next(iter(company.invoices.values())).vendor.name
    circulation = next(one.name for one in company.circulation_lists)
    return f"{vendor} alle 500 euron laskut listalle {circulation}", vendor, circulation


async def rule_after(firm: Firm, waiting: Message, vendor: str, circulation: str) -> None:
    """Wait until an instruction is answered in its thread by itself, confirm it, and look at the rule."""
    aku = firm.workspace.accountant
    (card,) = await firm.until(
        lambda: [one for one in firm.told(aku) if one.thread_ts == waiting.thread_ts and one.ts != waiting.ts]
    )
    await firm.quiet()
    assert "tehdäänkö tästä sääntö" in card.visible_text
    assert "12" in card.visible_text, "what it would have done in twelve months"
    assert "vastaukseni on alla" in waiting.visible_text
    assert "confirm_instruction" not in str(waiting.blocks)
    await firm.workspace.click(aku, action_id="confirm_instruction", message=(card.channel, card.ts))
    await firm.until(lambda: firm.find(CirculationRule))
    (rule,) = firm.find(CirculationRule)
    assert (rule.vendor, rule.amount_max, rule.list_name) == (vendor, 49_999, circulation)
    assert vendor not in str(firm.find(Instruction)), "its words are forgotten"


async def test_a_rule_for_a_client_that_is_still_being_read_waits_and_is_answered_by_itself(firm: Firm) -> None:
    kataja = firm.company("Kataja")
    said, vendor, circulation = instruction_for(kataja)
    firm.netvisor.faults.add("delay", resource="accountingledger", seconds=1.0, times=None)
    await firm.add(kataja, process=PROCESS)
    await firm.until_state(kataja, ClientState.TRAINING)
    waiting = await told_first(firm, said)
    assert "Luen vielä" in waiting.visible_text
    assert vendor in waiting.visible_text, "the instruction is repeated: it is kept"
    assert "Tarkoitatko" not in waiting.visible_text
    firm.netvisor.faults.clear()
    await rule_after(firm, waiting, vendor, circulation)


async def test_it_says_when_netvisor_does_not_answer_and_survives_a_restart_and_a_day(firm: Firm) -> None:
    kataja = firm.company("Kataja")
    said, vendor, circulation = instruction_for(kataja)
    firm.netvisor.faults.add("maintenance", resource="accountingledger", times=None)
    await firm.add(kataja, process=PROCESS)
    waiting = await told_first(firm, said)
    await firm.until(lambda: "ei vastaa juuri nyt" in waiting.visible_text)
    await firm.stop_bot()
    firm.clock.forward(hours=30)
    await firm.start_bot()
    assert firm.find(Instruction), "kept for longer than a card that waits for its person"
    firm.netvisor.faults.clear()
    firm.clock.forward(minutes=10)
    await firm.at_rest(kataja)
    firm.clock.forward(minutes=5)
    await rule_after(firm, waiting, vendor, circulation)


async def blocked(firm: Firm, company: Company) -> None:
    """Add a company whose accounting material is not allowed in the API."""
    firm.netvisor.disallow_resources(company.business_id, ["accounting"])
    await firm.add(company, process=PROCESS)
    await firm.until_state(company, ClientState.BLOCKED)


async def repair(firm: Firm, company: Company, waiting: Message) -> None:
    """Allow what is missing, and press the button of the message that names it."""
    aku = firm.workspace.accountant
    assert "puuttuu Netvisorissa: API-resurssit: kirjanpitoaineisto" in waiting.visible_text
    assert "*Kuka:*" in waiting.visible_text
    firm.netvisor.allow_resources(company.business_id)
    await firm.workspace.click(aku, action_id="check_again", message=(waiting.channel, waiting.ts))
    await firm.at_rest(company)
    firm.clock.forward(minutes=5)


async def test_it_names_what_is_missing_and_who_repairs_and_answers_after_the_repair(firm: Firm) -> None:
    kataja = firm.company("Kataja")
    said, vendor, circulation = instruction_for(kataja)
    await blocked(firm, kataja)
    waiting = await told_first(firm, said)
    assert firm.find(CirculationRule) == []
    await repair(firm, kataja, waiting)
    await rule_after(firm, waiting, vendor, circulation)


async def test_it_can_be_cancelled_and_nothing_comes_of_it(firm: Firm) -> None:
    kataja, aku = firm.company("Kataja"), firm.workspace.accountant
    await blocked(firm, kataja)
    waiting = await told_first(firm, instruction_for(kataja)[0])
    await firm.workspace.click(aku, action_id="cancel_instruction", message=(waiting.channel, waiting.ts))
    await firm.until(lambda: "Peruttu" in waiting.visible_text)
    firm.netvisor.allow_resources(kataja.business_id)
    firm.clock.forward(hours=2)
    await firm.at_rest(kataja)
    assert firm.find(Registers)
    assert firm.find(Instruction) == []
    assert [one for one in firm.told(aku) if one.thread_ts == waiting.thread_ts] == [waiting]


async def test_the_client_may_be_chosen_by_a_button_and_what_needs_no_names_is_answered(firm: Firm) -> None:
    tuomi, kataja, aku = firm.company("Tuomi"), firm.company("Kataja"), firm.workspace.accountant
    await blocked(firm, kataja)
    assert "mikään sääntö ei vastaa" in (await told_first(firm, "Näytä säännöt")).visible_text
    assert "En hyväksy enkä hylkää" in (await told_first(firm, "Hyväksy kaikki Elisan laskut")).visible_text
    await firm.workspace.close_view(aku, firm.top(aku).id)
    await firm.add(tuomi, process=PROCESS)
    await firm.until_state(tuomi, ClientState.BLOCKED)
    said, vendor, circulation = instruction_for(kataja)
    card = await told_first(firm, said)
    button = next(one for one in elements(card) if firm.client(kataja).id in str(one.get("value")))
    await firm.workspace.click(aku, action_id=button["action_id"], message=(card.channel, card.ts))
    await firm.until(lambda: "puuttuu Netvisorissa" in card.visible_text)
    await repair(firm, kataja, card)
    await rule_after(firm, card, vendor, circulation)


async def told_first(firm: Firm, words: str) -> Message:
    """Write to the app, and return the first answer, without waiting for the next."""
    aku = firm.workspace.accountant
    place = firm.workspace.direct(aku.id, firm.workspace.bot.id)
    said = await firm.workspace.say(aku, place, words)
    (first,) = await firm.until(lambda: [one for one in firm.told(aku) if one.thread_ts == said.ts])
    return first


async def test_a_rule_in_a_firm_without_clients_leads_to_adding_one(firm: Firm) -> None:
    aku = firm.workspace.accountant
    answer = await answer_to(firm, RULE)
    assert "Sääntö kuuluu aina asiakasyritykselle" in answer.visible_text
    assert firm.find(Instruction) == [], "nothing comes of it, so nothing is kept"
    await firm.workspace.click(aku, action_id="add_client", message=(answer.channel, answer.ts))
    await firm.until(lambda: firm.workspace.open_views(aku))
    assert firm.top(aku).callback_id == Callback.GUIDE


async def test_who_may_not_add_a_client_reads_who_can(firm: Firm) -> None:
    give_access(firm, rights={"add": "admins"})
    answer = await answer_to(firm, RULE)
    assert firm.workspace.admin.real_name in answer.visible_text
    assert "add_client" not in str(answer.blocks)
