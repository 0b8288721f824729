"""Help ai about the firm itself: clients, rights, what waits, invoices; as the asking person may see them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.slack.model import Message
from services.records import Client, ClientState
from tests.journeys.firm import CHANNEL
from tests.journeys.office import Office, close_views, open_office
from tests.journeys.test_help_ai import answer_to, elements, say

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """A firm whose client Kataja is in production and whose client Tuomi is blocked."""
    async with open_office(tmp_path_factory.mktemp("firm"), "alternative") as office:
        firm = office.firm
        tuomi = firm.company("Tuomi")
        await firm.add(tuomi)
        await firm.until_state(tuomi, ClientState.BLOCKED)
        await close_views(firm, firm.workspace.accountant)
        await firm.quiet()
        yield office


def actions(message: Message) -> set[str]:
    return {str(element["action_id"]) for element in elements(message)}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Onko Kataja jo tuotannossa?", "Kataja Oy on ollut tuotannossa"),
        ("Is Kataja already in production?", "Kataja Oy has been in production since"),
        ("Är Kataja redan i produktion?", "Kataja Oy har varit i produktion sedan"),
        ("What is the state of Kataja?", "Kataja Oy has been in production since"),
        ("Onko Tuomi Kahvilat jo tuotannossa?", "Tuomi Kahvilat Oy ei ole tuotannossa: Odottaa korjausta."),
        ("Mikä on Tuomi Kahviloiden tilanne?", "Tuomi Kahvilat Oy ei ole tuotannossa: Odottaa korjausta."),
        ("Är Tuomi Kahvilat blockerad?", "Tuomi Kahvilat Oy är inte i produktion: Blockerad."),
    ],
)
async def test_where_a_client_stands(office: Office, question: str, said: str) -> None:
    answer = await answer_to(office.firm, question)
    assert said in answer.visible_text
    assert "check_again" in actions(answer)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("mitä oikeuksia puuttuu?", "Tuomi Kahvilat Oy: puuttuu"),
        ("Which rights are missing from Tuomi Kahvilat?", "Tuomi Kahvilat Oy lacks"),
        ("Vilka rättigheter saknas?", "Tuomi Kahvilat Oy saknar"),
        ("mitä oikeuksia Katajalta puuttuu?", "ei puutu mitään"),
        ("Mitä puuttuu Tuomi Kahviloilta?", "Tuomi Kahvilat Oy: puuttuu"),
        ("Vad saknas för Tuomi Kahvilat?", "Tuomi Kahvilat Oy saknar"),
        ("What is Kataja missing?", "is missing from Kataja"),
    ],
)
async def test_what_is_missing(office: Office, question: str, said: str) -> None:
    answer = await answer_to(office.firm, question)
    assert said in answer.visible_text
    assert "check_again" in actions(answer)


async def test_how_many_wait_and_what_happened_to_one(office: Office) -> None:
    invoice = await office.receive()
    answer = await answer_to(office.firm, "Kuinka monta laskua odottaa vahvistusta?")
    assert "odottavat vahvistusta" in answer.visible_text
    assert "review" in actions(answer)
    answer = await answer_to(office.firm, f"miksi lasku {invoice.number} ei mennyt listalle?")
    assert str(invoice.number) in answer.visible_text
    answer = await answer_to(office.firm, "miksi tämä lasku ei mennyt listalle?")
    assert "Mikä lasku?" in answer.visible_text
    answer = await answer_to(office.firm, "why did invoice 99887766 not go to the list?")
    assert "I know no invoice “99887766”" in answer.visible_text


@pytest.mark.parametrize("question", ["Onko Mänty Hoiva Oy jo tuotannossa?", "Is Mänty Hoiva Oy in production?"])
async def test_a_client_that_is_not_here_is_not_found_and_nothing_more_said(office: Office, question: str) -> None:
    answer = await answer_to(office.firm, question)
    assert "Mänty Hoiva Oy" in answer.visible_text
    assert any(words in answer.visible_text for words in ("En löydä täältä", "I find no client"))


async def test_a_follow_up_is_about_the_same_client(office: Office) -> None:
    first = await say(office.firm, "Mikä on Tuomi Kahviloiden tilanne?")
    answer = await answer_to(office.firm, "mitä oikeuksia siltä puuttuu?", thread=first.ts)
    assert "Tuomi Kahvilat Oy: puuttuu" in answer.visible_text
    answer = await answer_to(office.firm, "onko se jo tuotannossa?", thread=first.ts)
    assert "Tuomi Kahvilat Oy ei ole tuotannossa" in answer.visible_text


async def test_a_command_answers_about_clients_too(office: Office) -> None:
    firm = office.firm
    outcome = await firm.workspace.command(firm.workspace.accountant, CHANNEL, "/fabric help onko Kataja tuotannossa?")
    assert "Kataja Oy on ollut tuotannossa" in outcome.messages[0].visible_text


async def test_a_client_of_another_team_is_not_found(office: Office) -> None:
    firm = office.firm
    kataja = firm.client(office.company)
    assert firm.bot
    await firm.bot.store.run(lambda unit: unit[Client].change(kataja.workspace, kataja.id, team_id="S0OTHERS"))
    try:
        answer = await answer_to(firm, f"Onko {kataja.name} tuotannossa?")
    finally:
        await firm.bot.store.run(lambda unit: unit[Client].change(kataja.workspace, kataja.id, team_id=""))
    assert "En löydä täältä" in answer.visible_text
    assert "Kyllä" not in answer.visible_text
