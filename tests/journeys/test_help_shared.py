"""A channel shared with another organisation by Slack Connect: its people get nothing of the firm."""

from __future__ import annotations

import pytest

from sandbox.slack.forms import state_values
from sandbox.slack.model import Message
from services.records import Asked, Client, Instruction, OpenQuestion, OwnPassage, Person, Role
from tests.journeys.firm import CHANNEL, Firm
from tests.journeys.test_help_ai import CLOSE, UNKNOWN, choose_language, database, elements

SHARED = "yhteinen"
GENERAL = "Mikä on FabricAI:n hakuavain?"
QUESTIONS = [
    GENERAL,
    "Onko Kataja Oy jo tuotannossa?",
    "kuinka monta laskua odottaa?",
    "mitä oikeuksia puuttuu?",
    "Elisan alle 500 euron laskut IT-kiertolistalle",
    "Näytä säännöt",
    "moi",
    "avain on 7C2E9A41B6D84F0F9E13AA55C7D02B68",
]


async def mention(firm: Firm, who: object, words: str) -> Message:
    """Mention the app in the shared channel, and return its one answer, in the thread."""
    assert who in (firm.workspace.external, firm.workspace.accountant)
    said = await firm.workspace.say(who, firm.workspace.channel(SHARED), f"@Fabric {words}")  # pyright: ignore[reportArgumentType]
    (answer,) = await firm.until(lambda: [one for one in firm.posted(SHARED) if one.thread_ts == said.ts])
    await firm.quiet()
    return answer


async def test_a_person_of_another_organisation_is_refused_whatever_they_ask_and_nothing_is_kept(firm: Firm) -> None:
    kataja = firm.company("Kataja")
    await firm.add(kataja)
    await firm.at_rest(kataja)
    for words in QUESTIONS:
        answer = await mention(firm, firm.workspace.external, words)
        assert "Guests and people of other organisations" in answer.visible_text
        assert "Kataja" not in answer.visible_text
        assert elements(answer) == []
    assert firm.find(Asked) == []
    assert firm.find(OpenQuestion) == []
    assert firm.find(Instruction) == []
    kept = database(firm)
    assert "7C2E9A41" not in kept
    assert "IT-kiertolistalle" not in kept
    (eetu,) = [one for one in firm.find(Person) if one.id == firm.workspace.external.id]
    assert eetu.role is Role.EXTERNAL


async def test_what_they_press_does_nothing(firm: Firm) -> None:
    await choose_language(firm, "fi")
    answer = await mention(firm, firm.workspace.accountant, CLOSE)
    before = answer.visible_text
    for button in elements(answer):
        outcome = await firm.workspace.click(
            firm.workspace.external, action_id=button["action_id"], message=(answer.channel, answer.ts)
        )
        assert outcome.acknowledged
    await firm.quiet()
    assert answer.visible_text == before
    assert firm.find(OpenQuestion) == []
    seen = [one.visible_text for one in firm.workspace.messages(SHARED, firm.workspace.external) if one.ephemeral_to]
    assert seen
    assert all("other organisations" in text for text in seen)


@pytest.mark.parametrize("words", QUESTIONS[1:6])
async def test_a_member_is_told_nothing_of_the_firm_where_they_read_along(firm: Firm, words: str) -> None:
    kataja = firm.company("Kataja")
    await firm.add(kataja)
    await firm.at_rest(kataja)
    await choose_language(firm, "fi")
    answer = await mention(firm, firm.workspace.accountant, words)
    assert "jaettu toisen organisaation kanssa" in answer.visible_text
    assert "Kataja" not in answer.visible_text
    assert firm.find(Client)
    assert firm.find(Instruction) == []


async def test_a_member_is_answered_in_general_without_the_firms_own_answers(firm: Firm) -> None:
    await choose_language(firm, "fi")
    await mention(firm, firm.workspace.accountant, UNKNOWN)
    (question,) = firm.find(OpenQuestion)
    assert firm.bot
    own = OwnPassage(
        question.workspace, "1", "own.1", "fi", UNKNOWN, "U1", firm.clock(), text="Ylälaatikossa.", about="product"
    )
    firm.bot.store.run_now(lambda unit: unit[OwnPassage].add(own))
    assert "Ylälaatikossa" not in (await mention(firm, firm.workspace.accountant, UNKNOWN)).visible_text
    answer = await mention(firm, firm.workspace.accountant, GENERAL)
    assert "E2DCB2FF20700782F1EA878EDC19DC27" in answer.visible_text


async def test_they_have_no_commands_and_no_conversation_with_the_app(firm: Firm) -> None:
    outcome = await firm.workspace.command(firm.workspace.external, SHARED, "/fabric clients")
    assert not outcome.acknowledged


@pytest.mark.parametrize("command", ["add-client", "add-clients"])
async def test_no_client_is_told_of_where_another_organisation_reads(firm: Firm, command: str) -> None:
    workspace, who = firm.workspace, firm.workspace.accountant
    await workspace.command(who, SHARED, f"/fabric {command}")
    await firm.until(lambda: workspace.open_views(who))
    if command == "add-client":
        await workspace.submit(who, firm.top(who).id)  # the guide
    view = firm.top(who)
    for channel, offered in ((SHARED, None), (CHANNEL, workspace.channel(CHANNEL).id)):
        values = state_values(view.blocks, {}, workspace.current(workspace.channel(channel).id))
        assert values["channel"]["channel"]["selected_conversation"] == offered
