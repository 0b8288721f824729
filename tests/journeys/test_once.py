"""Every delivery of Slack's can come twice; everything that people ask for happens once."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.netvisor import ACCOUNTANT
from sandbox.slack.faults import DeliveryFaultKind
from services.records import Client, ClientState, Credential, Draft, RightsCheck, Tick
from tests.journeys.firm import Firm

TWICE = pytest.mark.parametrize("kind", ["redeliver", "duplicate"])


def checks_made(firm: Firm) -> int:
    """Count the checks that Netvisor has seen: each asks once for the types of vouchers."""
    return sum(call.resource == "vouchertypelist" for call in firm.netvisor.calls)


@TWICE
async def test_a_command_that_comes_twice_opens_one_modal(firm: Firm, kind: DeliveryFaultKind) -> None:
    firm.workspace.faults.delivery(kind, envelope="slash_commands")
    await firm.open_form()
    assert [call.method for call in firm.workspace.calls].count("views.open") == 1
    assert len(firm.find(Draft)) == 1


@TWICE
async def test_submissions_that_come_twice_add_one_client(firm: Firm, kind: DeliveryFaultKind) -> None:
    vaahtera = firm.company("Vaahtera")
    firm.workspace.faults.delivery(kind, envelope="interactive", times=None)
    await firm.add(vaahtera)
    await firm.at_rest(vaahtera)
    assert len(firm.find(Client)) == 1
    assert len(firm.find(Credential)) == 1
    assert checks_made(firm) == 1
    assert len(firm.posted()) == 1
    assert len(firm.told(firm.workspace.accountant)) == 1


@TWICE
async def test_a_tick_that_comes_twice_is_one_tick(firm: Firm, kind: DeliveryFaultKind) -> None:
    aku, vaahtera = firm.workspace.accountant, firm.company("Vaahtera")
    await firm.add(vaahtera)
    await firm.at_rest(vaahtera)
    firm.workspace.faults.delivery(kind, envelope="interactive")
    await firm.workspace.click(aku, action_id="tick", view=firm.top(aku).id, value=["approver"])
    await firm.quiet()
    assert [tick.check_id for tick in firm.find(Tick)] == ["approver"]


@TWICE
async def test_check_again_that_comes_twice_checks_once(firm: Firm, kind: DeliveryFaultKind) -> None:
    aku, tuomi = firm.workspace.accountant, firm.company("Tuomi")
    await firm.add(tuomi)
    await firm.until_state(tuomi, ClientState.BLOCKED)
    await firm.quiet()
    before = checks_made(firm)
    firm.workspace.faults.delivery(kind, envelope="interactive")
    await firm.press(aku, "check_again")
    await firm.quiet()
    assert checks_made(firm) == before + 1


@TWICE
async def test_a_mention_that_comes_twice_is_answered_once(firm: Firm, kind: DeliveryFaultKind) -> None:
    firm.workspace.faults.delivery(kind, envelope="events_api")
    message = await firm.workspace.say(firm.workspace.accountant, "asiakkaat", "@Fabric hello")
    await firm.until(firm.posted)
    await firm.quiet()
    (answer,) = firm.posted()
    assert answer.thread_ts == message.ts


async def test_an_event_that_was_not_acknowledged_comes_again_and_is_answered_once(firm: Firm) -> None:
    firm.workspace.patience = 0.1
    firm.workspace.faults.delivery("drop", envelope="events_api")
    await firm.workspace.say(firm.workspace.accountant, "asiakkaat", "@Fabric hello")
    await firm.until(firm.posted)
    await firm.quiet()
    assert len(firm.posted()) == 1


async def test_two_people_who_check_at_once_check_once_and_both_see_it(firm: Firm) -> None:
    aku, aino, tuomi = firm.workspace.accountant, firm.workspace.admin, firm.company("Tuomi")
    await firm.add(tuomi)
    await firm.until_state(tuomi, ClientState.BLOCKED)
    await firm.workspace.command(aino, "asiakkaat", f"/fabric check {tuomi.business_id}")
    await firm.until(lambda: "Missing" in firm.seen(aino))
    await firm.quiet()

    firm.netvisor.latency = 0.03
    firm.netvisor.allow_resources(tuomi.business_id)
    before = checks_made(firm)
    await asyncio.gather(firm.press(aku, "check_again"), firm.press(aino, "check_again"))
    await firm.at_rest(tuomi)
    assert checks_made(firm) == before + 1
    for person in (aku, aino):
        assert "Nothing is denied" in firm.seen(person)
    assert len(firm.told(aku)) == 1, "only that it is live: nobody who sees the modal gets the result twice"
    assert firm.told(aino) == []


async def test_new_credentials_begin_a_check_that_is_under_way_afresh(firm: Firm) -> None:
    aku, aino, vaahtera = firm.workspace.accountant, firm.workspace.admin, firm.company("Vaahtera")
    right = firm.netvisor.create_credential(ACCOUNTANT)
    await firm.open_form()
    await firm.fill_form(vaahtera)
    await firm.fill_keys(right, customer_key="0123456789abcdef0123456789abcdef")
    await firm.until(lambda: "Missing" in firm.seen(aku))
    await firm.press(aku, "give_keys")
    await firm.until(lambda: firm.top(aku).callback_id == "credential_keys")
    await firm.quiet()

    firm.netvisor.latency = 0.1
    await firm.workspace.command(aino, "asiakkaat", f"/fabric check {vaahtera.business_id}")
    calls = len(firm.netvisor.calls)
    await firm.until(lambda: len(firm.netvisor.calls) > calls)
    await firm.fill_keys(right)
    firm.netvisor.latency = 0.0
    await firm.at_rest(vaahtera)
    (check,) = firm.find(RightsCheck)
    assert check.finished_at
    assert len(firm.posted()) == 1


async def test_deliveries_while_the_bot_is_down_are_lost_to_nobody(sandbox: Firm) -> None:
    firm = sandbox
    outcome = await firm.workspace.command(firm.workspace.accountant, "asiakkaat", "/fabric clients")
    assert outcome.timed_out, "Slack says so to the person"
    await firm.start_bot()
    await firm.workspace.command(firm.workspace.accountant, "asiakkaat", "/fabric clients")
    await firm.until(lambda: "No clients yet" in firm.seen(firm.workspace.accountant))
