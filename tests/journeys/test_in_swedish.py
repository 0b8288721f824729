"""A client is added in Swedish: command word, form, what is typed wrongly, rights check, card and message."""

from __future__ import annotations

import dataclasses

import pytest

from sandbox.netvisor import ACCOUNTANT
from services.records import Person
from tests.journeys.firm import Firm


async def test_a_client_is_added_in_swedish(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    # The app knows him already when he turns his Slack into Swedish.
    await firm.until(lambda: firm.find(Person, id=firm.workspace.accountant.id))
    await firm.stop_bot()
    monkeypatch.setenv("FABRIC_LANGUAGE", "sv")
    aku, tuomi = firm.workspace.accountant, firm.company("Tuomi")
    firm.workspace.people[aku.id] = dataclasses.replace(aku, locale="sv-SE")
    await firm.start_bot()

    await firm.workspace.command(aku, "asiakkaat", "/fabric lägg-till-kund")
    (guide,) = await firm.until(lambda: firm.workspace.open_views(aku))
    assert "API-uppgifter (Rajapintatunnukset)" in guide.visible_text
    await firm.workspace.submit(aku, guide.id)
    assert firm.top(aku).title == "Lägg till kund"
    wrong = await firm.fill_form(tuomi, business_id="9000101-5")
    assert "inget giltigt FO-nummer" in wrong.errors["business_id"]
    await firm.fill_form(tuomi)
    await firm.fill_keys(firm.netvisor.create_credential(ACCOUNTANT))
    await firm.until(lambda: firm.find(Person, id=aku.id)[0].language == "sv")

    await firm.until(lambda: "Vem: användaradministratören (KH)" in firm.seen(aku).replace("*", ""))
    await firm.quiet()
    assert "Blockerad" in firm.posted()[0].visible_text
    firm.netvisor.allow_resources(tuomi.business_id)
    await firm.press(aku, "check_again")
    await firm.at_rest(tuomi)
    assert "Inget är nekat" in firm.seen(aku)
    (card,) = firm.posted()
    assert "Tuomi Kahvilat Oy: I produktion" in card.text
    assert "Lärt av" in card.visible_text
    (live,) = firm.told(aku)
    assert "Tuomi Kahvilat Oy är i produktion." in live.visible_text
    assert "Kom ihåg" in live.visible_text
