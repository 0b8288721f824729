"""The main way: from `/fabric add-client` to production, and the ways on which a repair comes first."""

from __future__ import annotations

from services.records import Credential, Draft, Run, RunState, ScheduledMessage
from tests.journeys.firm import Firm


async def test_a_company_goes_into_production(firm: Firm) -> None:
    aku, pihlaja = firm.workspace.accountant, firm.company("Pihlaja")
    await firm.add(pihlaja)
    await firm.until(lambda: "Nothing is denied" in firm.seen(aku))
    await firm.at_rest(pihlaja)

    client = firm.client(pihlaja)
    assert (client.name, client.added_by, client.missing) == ("Pihlaja Rakennus Oy", aku.id, ())
    (card,) = firm.posted()
    assert "Pihlaja Rakennus Oy: In production" in card.text
    assert "Learnt from" in card.visible_text
    assert "of 8 months" in card.visible_text
    assert "Test environment (127.0.0.1)" in card.visible_text
    (live,) = firm.told(aku)
    assert "Pihlaja Rakennus Oy is in production." in live.visible_text
    assert "favourite" in live.visible_text
    assert "dimensions" in live.visible_text
    assert [run.state for run in firm.find(Run)] == [RunState.DEPLOYED] * 2
    assert firm.workspace.scheduled == {}
    assert firm.find(ScheduledMessage) == []
    assert firm.find(Draft) == []
    assert len(firm.find(Credential)) == 1
