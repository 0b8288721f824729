"""Another firm's client named to Help ai, in questions and in instructions: it does not exist there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.slack.model import Message
from services.records import CirculationRule, HelpThread, Instruction
from tests.conftest import Log, running
from tests.journeys.firms import Firms


@pytest.fixture
async def firms(tmp_path: Path, log: Log, unused_tcp_port: int) -> AsyncIterator[Firms]:
    """Two firms with one bot; the first has a client in production."""
    async for firms in running(Firms(tmp_path, unused_tcp_port), log):
        assert isinstance(firms, Firms)
        await firms.start_bot()
        await firms.install(firms.workspace)
        await firms.install(firms.other)
        kataja = firms.company("Kataja")
        await firms.add(kataja, process="alternative_with_circulation")
        await firms.at_rest(kataja)
        yield firms


async def told_by_other(firms: Firms, words: str) -> Message:
    """Write in the other firm, and return the answer."""
    other = firms.other
    aku, place = other.accountant, other.direct(other.accountant.id, other.bot.id)
    said = await other.say(aku, place, words)
    (answer,) = await firms.until(
        lambda: [one for one in other.messages(place) if one.user == other.bot.id and one.thread_ts == said.ts]
    )
    await firms.quiet()
    return answer


async def test_another_firms_client_does_not_exist_whatever_is_said_of_it(firms: Firms) -> None:
    kataja = firms.company("Kataja")
    vendor = next(iter(kataja.invoices.values())).vendor.name
    circulation = next(one.name for one in kataja.circulation_lists)
    client = firms.client(kataja)
    for words in (
        "Onko Kataja Oy jo tuotannossa?",
        "Mitä oikeuksia Katajalta puuttuu?",
        f"Montako laskua asiakkaalla {kataja.business_id} odottaa?",
        f"Kataja Oy: {vendor} laskut listalle {circulation}",
        "Kataja: näytä säännöt",
        f"{kataja.business_id}: poista kaikki säännöt",
    ):
        answer = await told_by_other(firms, words)
        assert client.id not in str(answer.blocks)
        assert kataja.name not in answer.visible_text or kataja.name in words
        assert circulation not in answer.visible_text, "no names of its lists"
        assert "confirm_instruction" not in str(answer.blocks)
        assert "since" not in answer.visible_text, "not how it stands"
    assert firms.find(CirculationRule) == []
    assert [one for one in firms.find(HelpThread) if one.client_id] == []
    assert [one for one in firms.find(Instruction) if one.client_id] == []
