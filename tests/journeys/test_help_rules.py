"""Rules in one's own words: from a message to a card with a preview, and to a rule when a person confirms it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.slack.model import Message
from services.records import CirculationRule, Instruction, Paused
from tests.journeys.firm import CHANNEL
from tests.journeys.office import Office
from tests.journeys.test_help_ai import answer_to, elements, say

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROCESS = "alternative_with_circulation"


@pytest_asyncio.fixture(loop_scope="module")
async def office(shared: Office) -> AsyncIterator[Office]:
    """The firm, without rules and instructions before each test."""
    yield shared
    shared.forget(CirculationRule, Instruction)
    await shared.tidy()


def names(office: Office) -> tuple[str, str]:
    """Return a vendor and a circulation list of the client."""
    invoice = next(iter(office.company.invoices.values()))
    return invoice.vendor.name, next(one.name for one in office.company.circulation_lists)


def rules(office: Office) -> list[CirculationRule]:
    return office.firm.find(CirculationRule, order="position")


async def press(office: Office, message: Message, action: str, value: str | None = None) -> None:
    """Press a button of a card, and wait until the card is another."""
    before = message.visible_text
    await office.firm.workspace.click(
        office.firm.workspace.accountant, action_id=action, message=(message.channel, message.ts), value=value
    )
    await office.firm.until(lambda: message.visible_text != before)


INSTRUCTIONS = {
    "fi": ("{vendor} alle 500 euron laskut listalle {list}", "tehdäänkö tästä sääntö", "sääntö on tallennettu"),
    "en": ("Invoices from {vendor} under 500 euros to list {list}", "Is this to be a rule", "Saved among the rules"),
    "sv": ("Fakturor från {vendor} under 500 euro till listan {list}", "ska det här bli en regel", "regeln är sparad"),
}


@pytest.mark.parametrize("language", list(INSTRUCTIONS))
async def test_an_instruction_becomes_a_rule_when_it_is_confirmed(office: Office, language: str) -> None:
    vendor, circulation = names(office)
    said, asked, saved = INSTRUCTIONS[language]
    card = await answer_to(office.firm, said.format(vendor=vendor, list=circulation))
    assert asked in card.visible_text
    assert "499" in card.visible_text
    assert "12" in card.visible_text, "what it would have done in twelve months"
    assert rules(office) == []
    await press(office, card, "confirm_instruction")
    assert saved in card.visible_text
    (rule,) = rules(office)
    assert (rule.vendor, rule.amount_max, rule.list_name) == (vendor, 49_999, circulation)
    assert office.firm.find(Instruction) == []


async def test_a_card_can_be_cancelled_and_is_not_dead_after_that(office: Office) -> None:
    vendor, circulation = names(office)
    card = await answer_to(office.firm, f"{vendor} laskut listalle {circulation}")
    stale = next(one for one in elements(card) if one["action_id"] == "confirm_instruction")
    await press(office, card, "cancel_instruction")
    assert "Peruttu" in card.visible_text
    assert stale["value"] not in str(card.blocks)
    assert rules(office) == []


async def test_change_opens_the_form_filled_in(office: Office) -> None:
    vendor, circulation = names(office)
    card = await answer_to(office.firm, f"{vendor} alle 500 euron laskut listalle {circulation}")
    await press(office, card, "change_instruction")
    aku = office.firm.workspace.accountant
    await office.firm.until(lambda: office.firm.workspace.open_views(aku))
    view = office.firm.top(aku)
    assert view.callback_id == "rule_form"
    assert vendor in str(view.blocks)
    assert "confirm_instruction" not in str(card.blocks), "it is not confirmed as well"


async def test_rules_are_shown_paused_and_removed_by_words_and_confirmed(office: Office) -> None:
    vendor, circulation = names(office)
    card = await answer_to(office.firm, f"{vendor} laskut listalle {circulation}")
    await press(office, card, "confirm_instruction")
    shown = await answer_to(office.firm, "Näytä säännöt")
    assert vendor in shown.visible_text
    card = await answer_to(office.firm, f"Keskeytä sääntö {vendor}")
    assert rules(office)[0].paused is None
    await press(office, card, "confirm_instruction")
    assert rules(office)[0].paused is Paused.BY_PERSON
    card = await answer_to(office.firm, f"Poista sääntö {vendor}")
    assert len(rules(office)) == 1
    await press(office, card, "confirm_instruction")
    assert rules(office) == []


async def test_what_is_unclear_is_asked_with_the_candidates(office: Office) -> None:
    vendor, _ = names(office)
    card = await answer_to(office.firm, f"{vendor} laskut kiertoon")
    buttons = [one for one in elements(card) if str(one["action_id"]).startswith("instruction_name")]
    assert buttons
    await press(office, card, buttons[0]["action_id"])
    assert "tehdäänkö tästä sääntö" in card.visible_text
    assert rules(office) == []


async def test_paying_and_approving_are_refused(office: Office) -> None:
    vendor, _ = names(office)
    answer = await answer_to(office.firm, f"Hyväksy kaikki laskut {vendor}")
    assert "En hyväksy enkä hylkää laskuja" in answer.visible_text
    assert rules(office) == []


@pytest.mark.parametrize(
    ("said", "raised", "expected"),
    [
        ("alle 500 euron laskut", "Nosta {vendor} raja 700 euroon", (None, 69_999)),
        ("enintään 500 euron laskut", "Nosta {vendor} raja 700 euroon", (None, 70_000)),
        ("yli 500 euron laskut", "Laske {vendor} raja 250 euroon", (25_001, None)),
    ],
)
async def test_a_rule_is_changed_by_words_and_confirmed(
    office: Office, said: str, raised: str, expected: tuple[int | None, int | None]
) -> None:
    vendor, circulation = names(office)
    card = await answer_to(office.firm, f"{vendor} {said} listalle {circulation}")
    await press(office, card, "confirm_instruction")
    before = rules(office)
    card = await answer_to(office.firm, raised.format(vendor=vendor))
    assert rules(office) == before, "nothing changes before it is confirmed"
    await press(office, card, "confirm_instruction")
    (rule,) = rules(office)
    assert (rule.vendor, rule.amount_min, rule.amount_max, rule.list_name) == (vendor, *expected, circulation)


async def test_a_mention_with_an_instruction_is_answered_with_the_card_in_its_thread(office: Office) -> None:
    firm, (vendor, circulation) = office.firm, names(office)
    aku, channel = firm.workspace.accountant, firm.workspace.channel(CHANNEL)
    channel.members.add(firm.workspace.bot.id)
    said = await firm.workspace.say(aku, channel, f"@Fabric {vendor} laskut listalle {circulation}")
    (card,) = await firm.until(lambda: [one for one in channel.messages.values() if one.thread_ts == said.ts])
    assert "tehdäänkö tästä sääntö" in card.visible_text
    assert rules(office) == []
    await press(office, card, "confirm_instruction")
    assert [rule.vendor for rule in rules(office)] == [vendor]


async def test_a_guest_gives_no_instruction_and_confirms_none(office: Office) -> None:
    firm, (vendor, circulation) = office.firm, names(office)
    guest = next(person for person in firm.workspace.people.values() if person.is_restricted)
    answer = await answer_to(firm, f"{vendor} laskut listalle {circulation}", guest)
    assert "confirm_instruction" not in str(answer.blocks)
    channel = firm.workspace.channel(CHANNEL)
    channel.members |= {firm.workspace.bot.id, guest.id}
    said = await firm.workspace.say(
        firm.workspace.accountant, channel, f"@Fabric {vendor} laskut listalle {circulation}"
    )
    (card,) = await firm.until(lambda: [one for one in channel.messages.values() if one.thread_ts == said.ts])
    await firm.workspace.click(guest, action_id="confirm_instruction", message=(card.channel, card.ts))
    await firm.quiet()
    assert rules(office) == []
    assert "confirm_instruction" in str(card.blocks), "it still waits for somebody who may"


async def test_an_instruction_with_a_key_in_it_is_warned_about_and_nothing_of_it_kept(office: Office) -> None:
    vendor, circulation = names(office)
    key = "7C2E9A41B6D84F0F9E13AA55C7D02B68"
    answer = await answer_to(office.firm, f"{vendor} laskut listalle {circulation}, avain {key}")
    assert "Delete the message" in answer.visible_text
    assert "confirm_instruction" not in str(answer.blocks)
    assert office.firm.find(Instruction) == []


@pytest.mark.parametrize("words", ["laskut " * 1500, "alle 500 listalle 🧾🧾"])
async def test_what_cannot_be_a_rule_is_answered_and_leaves_none(office: Office, words: str) -> None:
    answer = await answer_to(office.firm, words)
    assert answer.visible_text
    assert "confirm_instruction" not in str(answer.blocks)
    assert rules(office) == []


async def test_several_clients_are_asked_about_first(office: Office) -> None:
    firm = office.firm
    tuomi = firm.company("Tuomi")
    await firm.add(tuomi)
    await firm.quiet()
    await office.tidy()
    vendor, circulation = names(office)
    place = await say(firm, f"{vendor} laskut listalle {circulation}")
    card = firm.told(firm.workspace.accountant)[-1]
    assert card.thread_ts == place.ts
    assert "Mille asiakkaalle?" in card.visible_text
    kataja = firm.client(office.company)
    button = next(one for one in elements(card) if kataja.id in str(one.get("value")))
    await press(office, card, button["action_id"])
    assert "tehdäänkö tästä sääntö" in card.visible_text
    # The thread knows the client from now on; before a colon it can be named at once.
    again = await answer_to(firm, f"{vendor} yli 500 euron laskut listalle {circulation}", thread=place.ts)
    assert "tehdäänkö tästä sääntö" in again.visible_text
    named = await answer_to(firm, f"{kataja.name}: {vendor} yli 600 euron laskut listalle {circulation}")
    assert "tehdäänkö tästä sääntö" in named.visible_text
