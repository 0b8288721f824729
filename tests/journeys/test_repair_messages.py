"""Asking somebody else for a repair: ready written, editable, in the receiver's language, sent once."""

from __future__ import annotations

from typing import Any

import pytest

from services.records import ClientState, MessageState, Person, RepairMessage
from tests.journeys.firm import Firm, fields


async def opened(firm: Firm) -> dict[str, str]:
    """Open the modal on top of a refused client's check, and return the block and words of the ready message."""
    aku, tuomi = firm.workspace.accountant, firm.company("Tuomi")
    await firm.add(tuomi)
    await firm.until_state(tuomi, ClientState.BLOCKED)
    await firm.press(aku, "send_repair")
    await firm.until(lambda: firm.top(aku).callback_id == "send_repair")
    return ready(firm)


def ready(firm: Firm) -> dict[str, str]:
    (block,) = [block for block in firm.form_inputs() if block["block_id"].startswith("repair_text")]
    return {"block": block["block_id"], "text": block["element"]["initial_value"]}


async def speak(firm: Firm, user: str, language: str) -> None:
    assert firm.bot
    (person,) = firm.find(Person, id=user)
    await firm.bot.store.run(lambda unit: unit[Person].change(person.workspace, user, language=language))


async def test_a_repair_is_sent_once_to_the_person_who_can_make_it(firm: Firm) -> None:
    aku, aino = firm.workspace.accountant, firm.workspace.admin
    message = await opened(firm)
    for part in ("Tuomi Kahvilat Oy (9000102-2)", "API resource rights", "User Administrator (KH)", "Payroll"):
        assert part in message["text"]
    assert firm.netvisor.access_key in message["text"]
    values = {
        message["block"]: {"repair_text": message["text"] + "\nP.S. Kiitos"},
        **fields({"repair_person": aino.id}),
    }
    await firm.workspace.submit(aku, firm.top(aku).id, values)
    await firm.until(lambda: "Sent to" in firm.seen(aku))
    await firm.quiet()
    (sent,) = firm.told(aino)
    assert f"<@{aku.id}> asks you" in str(sent.blocks)
    assert "P.S. Kiitos" in sent.visible_text
    assert firm.netvisor.access_key in sent.visible_text
    assert [one.state for one in firm.find(RepairMessage)] == [MessageState.SENT]
    await firm.workspace.close_view(aku, firm.top(aku).id)
    await firm.press(aku, "check_again")
    await firm.until(lambda: f"<@{aino.id}>" in str(firm.top(aku).blocks))


async def test_the_text_follows_the_language_of_the_person_until_it_is_edited(firm: Firm) -> None:
    aku, aino = firm.workspace.accountant, firm.workspace.admin
    english = await opened(firm)
    await speak(firm, aino.id, "fi")
    await firm.workspace.click(aku, action_id="repair_person", view=firm.top(aku).id, value=aino.id)
    await firm.until(lambda: ready(firm)["text"].startswith("Hei!"))
    assert ready(firm)["block"] != english["block"]


@pytest.mark.parametrize("kind", ["redeliver", "duplicate"])
async def test_a_submission_that_comes_twice_sends_once(firm: Firm, kind: Any) -> None:
    aku, aino = firm.workspace.accountant, firm.workspace.admin
    message = await opened(firm)
    firm.workspace.faults.delivery(kind, envelope="interactive")
    values = {message["block"]: {"repair_text": message["text"]}, **fields({"repair_person": aino.id})}
    await firm.workspace.submit(aku, firm.top(aku).id, values)
    await firm.until(lambda: firm.told(aino))
    await firm.quiet()
    assert len(firm.told(aino)) == 1
