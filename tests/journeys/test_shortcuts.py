"""Shortcuts: a client added from anywhere, a message asked about, the companies of a message added."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.netvisor.business_id import business_ids
from sandbox.slack.faults import DeliveryFaultKind
from sandbox.slack.model import Message, Person, View
from services.access import Right
from services.records import Batch, ClientState, Draft, OpenQuestion
from tests.conftest import Log
from tests.journeys.batch import give_list
from tests.journeys.firm import CHANNEL, Firm
from tests.journeys.many import give_access
from tests.journeys.test_secrets import assert_nowhere

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
IDS = list(business_ids(9_400_000, 400))


async def choose(firm: Firm, shortcut: str, message: Message | None = None, person: Person | None = None) -> View:
    """Choose a shortcut and return the modal that it opens."""
    person = person or firm.workspace.accountant
    place = (message.channel, message.ts) if message else None
    assert (await firm.workspace.shortcut(person, shortcut, place)).acknowledged
    await firm.until(lambda: firm.workspace.open_views(person))
    return firm.top(person)


async def said(firm: Firm, words: str) -> Message:
    """Write a message in a channel."""
    return await firm.workspace.say(firm.workspace.admin, CHANNEL, words)


def initial(view: View, field: str) -> str:
    """Return what stands in a field before anybody types."""
    (block,) = [block for block in view.blocks if block["block_id"] == field]
    element: dict[str, Any] = block["element"]
    return str(element.get("initial_value", ""))


async def test_a_client_is_added_from_anywhere(firm: Firm) -> None:
    guide = await choose(firm, "add_client")
    assert guide.callback_id == "add_client_guide"
    aku, vaahtera = firm.workspace.accountant, firm.company("Vaahtera")
    await firm.workspace.submit(aku, guide.id)
    await firm.fill_form(vaahtera)
    assert firm.top(aku).callback_id == "credential_keys"


async def test_a_shortcut_that_comes_twice_opens_one_modal(firm: Firm) -> None:
    faults: tuple[DeliveryFaultKind, ...] = ("redeliver", "duplicate")
    for number, fault in enumerate(faults, start=1):
        firm.workspace.faults.delivery(fault, envelope="interactive")
        await choose(firm, "add_client")
        await firm.quiet()
        assert len(firm.find(Draft)) == number
        assert len(firm.workspace.open_views(firm.workspace.accountant)) == 1
        await firm.workspace.close_view(firm.workspace.accountant, firm.top(firm.workspace.accountant).id)


async def test_a_message_is_asked_about_as_the_person_lets_it_be(firm: Firm) -> None:
    aku = firm.workspace.accountant
    form = await choose(firm, "ask_help_ai_about", await said(firm, "Mitä oikeuksia API-käyttäjä tarvitsee? @Aku"))
    assert initial(form, "question:1").startswith("Mitä oikeuksia API-käyttäjä tarvitsee?")
    assert firm.find(OpenQuestion) == [], "somebody else's words are not kept because they were looked at"
    await firm.workspace.submit(aku, form.id)
    assert "Lähde" in firm.seen(aku)


async def test_a_long_message_is_cut_to_what_a_question_may_be(firm: Firm) -> None:
    form = await choose(firm, "ask_help_ai_about", await said(firm, "Miten & miksi? " * 2_000))
    assert len(initial(form, "question:1")) == 2_000
    assert firm.workspace.problems == []


async def test_a_key_in_a_message_is_neither_asked_nor_kept(firm: Firm, log: Log) -> None:
    aku = firm.workspace.accountant
    message = await said(firm, f"{IDS[0]} Kataja Oy, avain {KEY}")
    form = await choose(firm, "ask_help_ai_about", message)
    assert initial(form, "question:1") == ""
    assert "seems to hold a key" in form.visible_text
    await firm.workspace.close_view(aku, form.id)
    form = await choose(firm, "add_these_clients", message)
    assert initial(form, "list") == IDS[0], "nothing but the business id is taken"
    await firm.quiet()
    firm.workspace.channel(CHANNEL).messages.pop(message.ts)
    assert_nowhere(firm, log, KEY)


async def test_the_companies_of_a_message_are_added(firm: Firm) -> None:
    vaahtera = firm.company("Vaahtera")
    words = f"Moi, lisätkö nämä?\n• {vaahtera.business_id} *Vaahtera & Pojat Oy*\nja {IDS[1]}. Väärä: 1234567-8"
    form = await choose(firm, "add_these_clients", await said(firm, words))
    assert initial(form, "list") == f"{vaahtera.business_id}\tVaahtera & Pojat Oy\n{IDS[1]}"
    assert "2 companies" in form.visible_text
    await give_list(firm, initial(form, "list"))
    assert "*2 companies* are ready" in firm.seen(firm.workspace.accountant)
    assert "Vaahtera &amp; Pojat Oy" in str(firm.top(firm.workspace.accountant).blocks)


async def test_a_message_with_more_companies_than_fit_says_how_many_do(firm: Firm) -> None:
    form = await choose(firm, "add_these_clients", await said(firm, "\n".join(IDS)))
    assert "400 companies" in form.visible_text
    assert f"Only the first {len(initial(form, 'list').splitlines())} fit" in form.visible_text
    assert len(initial(form, "list")) <= 3_000


async def test_a_message_without_companies_opens_an_empty_list_that_says_so(firm: Firm) -> None:
    form = await choose(firm, "add_these_clients", await said(firm, "Soita 040 1234567, lasku 12345678"))
    assert "no business ids" in form.visible_text
    assert initial(form, "list") == ""


async def test_what_only_an_earlier_version_knew_says_so(firm: Firm) -> None:
    aku, saarni = firm.workspace.accountant, firm.company("Saarni")
    await firm.add(saarni)
    await firm.until_state(saarni, ClientState.BLOCKED)
    await firm.quiet()
    (card,) = firm.posted()
    button = next(one for block in card.blocks if block["type"] == "actions" for one in block["elements"])
    button["action_id"] = "of_an_earlier_version"
    outcome = await firm.workspace.click(aku, action_id="of_an_earlier_version", message=(card.channel, card.ts))
    assert outcome.acknowledged
    await firm.until(
        lambda: [one for one in firm.workspace.messages("asiakkaat", aku) if "another version" in one.visible_text]
    )


@pytest.mark.parametrize("shortcut", ["add_client", "add_these_clients", "ask_help_ai_about"])
async def test_guests_and_who_may_not_add_are_told_so(firm: Firm, shortcut: str) -> None:
    aku, guest = firm.workspace.accountant, firm.workspace.guest
    give_access(firm, rights={Right.ADD: "admins"})
    message = None if shortcut == "add_client" else await said(firm, IDS[0])
    place = (message.channel, message.ts) if message else None
    refused = {guest.id: "Guests and people of other", aku.id: "You cannot add clients"}
    people = [guest] if shortcut == "ask_help_ai_about" else [guest, aku]
    for person in people:
        assert (await firm.workspace.shortcut(person, shortcut, place)).acknowledged
        place_of = message.channel if message else firm.workspace.direct(person.id, firm.workspace.bot.id)
        await firm.until(
            lambda person=person, place_of=place_of: any(
                refused[person.id] in told.text for told in firm.workspace.messages(place_of, person)
            )
        )
        assert firm.workspace.open_views(person) == []
    assert firm.find(Batch) == firm.find(Draft) == []
