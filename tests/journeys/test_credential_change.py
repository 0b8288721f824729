"""A change of credentials: checked in every client before anything switches, one step, nothing half done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import sandbox.netvisor.api
from benchmarks.program import Program
from sandbox.netvisor import ACCOUNTANT, Company
from sandbox.netvisor.authentication import authenticate
from services.records import (
    ClientState,
    Credential,
    CredentialEvent,
    Job,
    Outcome,
    RightsCheck,
    Tick,
    TrialResult,
)
from tests.conftest import Log, running
from tests.journeys.firm import Firm, FirmClock
from tests.journeys.many import add_companies, change, describe, give_credential, open_credential, open_list
from tests.journeys.test_secrets import assert_nowhere

MANY = 100


@pytest.fixture
async def own_process(tmp_path: Path, log: Log) -> AsyncIterator[tuple[Firm, Program]]:
    """A firm whose bot is a process of its own, that can be killed."""
    async for firm in running(Firm(tmp_path, clock=FirmClock.of_the_machine()), log):
        program = Program(tmp_path, firm.environment)
        program.start()
        await firm.until(lambda firm=firm: firm.workspace.is_connected)
        yield firm, program
        program.stop()


def outcomes(firm: Firm, *which: Outcome) -> int:
    """Count the clients that came to something."""
    return len(firm.find(TrialResult, outcome__in=which))


def users(firm: Firm, companies: list[Company]) -> dict[str, int]:
    """Count the companies' clients by credential."""
    used = [firm.client(company).credential_id for company in companies]
    return {one: used.count(one) for one in set(used)}


async def ready_to_switch(firm: Firm, number: int) -> tuple[list[Company], Credential, Credential]:
    """Have other credentials checked in so many clients; return their companies, the old credentials and the new."""
    companies = add_companies(firm, number)
    _, old = give_credential(firm, companies)
    _, new = give_credential(firm, label="Uusi")
    await change(firm, old, new.id)
    await firm.until(lambda: f"Ready to switch: *{number} client" in firm.seen(firm.workspace.accountant))
    return companies, old, new


async def test_a_hundred_clients_switch_in_one_step(own_process: tuple[Firm, Program]) -> None:
    firm, program = own_process
    aku = firm.workspace.accountant
    companies = add_companies(firm, MANY)
    _, old = give_credential(firm, companies, label="Anna")
    generic = firm.netvisor.add_generic_user().name
    unreached, without_dimensions, without_anything = companies[7], companies[42], companies[77]
    firm.netvisor.remove_access(generic, unreached.business_id)
    firm.netvisor.disallow_resources(without_dimensions.business_id, ["dimensions"])
    firm.netvisor.disallow_resources(without_anything.business_id, ["purchase_invoices", "accounting", "dimensions"])
    firm.netvisor.latency = 0.01

    await change(firm, old)
    await describe(firm, "Yleinen API-käyttäjä")
    new_pair = firm.netvisor.create_credential(generic)
    await firm.fill_keys(new_pair)
    await firm.until(lambda: firm.find(TrialResult) and outcomes(firm, Outcome.WAITING) < 70)
    assert "of 100" in firm.seen(aku)
    program.kill()
    done = MANY - outcomes(firm, Outcome.WAITING)
    assert done < MANY
    firm.netvisor.faults.add("maintenance", times=None)
    program.start()
    await firm.until(lambda: "under maintenance" in firm.seen(aku))
    assert users(firm, companies) == {old.id: MANY}, "nothing switches before everything is checked"
    firm.netvisor.faults.clear()
    await firm.press(aku, "try_again")
    await firm.until(lambda: "Ready to switch: *97 clients*" in firm.seen(aku))
    seen = firm.seen(aku)
    for company, why in (
        (unreached, "Not accepted in these companies"),
        (without_dimensions, "Would be missing: API resources: calculation targets"),
        (without_anything, "Not accepted in these companies"),
    ):
        assert seen.index(why) < seen.index(company.name)
    assert users(firm, companies) == {old.id: MANY}

    # Pressed twice at once.
    await asyncio.gather(firm.press(aku, "switch_credential"), firm.press(aku, "switch_credential"))
    await firm.until(lambda: "Switched to the new credentials: *97 clients*" in firm.seen(aku))
    (new,) = [one for one in firm.find(Credential) if one.id != old.id]
    assert users(firm, companies) == {old.id: 3, new.id: 97}
    assert {firm.state(company) for company in companies} == {ClientState.PRODUCTION}
    assert [event.details["clients"] for event in firm.find(CredentialEvent, what="switched_to")] == [97]
    await firm.until(lambda: not [job for job in firm.find(Job) if job.kind == "switched"])
    checks = firm.find(RightsCheck)
    assert len(checks) == 97, "what the trial found is the clients' rights check now"
    assert firm.told(aku) == []

    # One of the three is repaired.
    first = firm.netvisor.firm.business_id
    firm.netvisor.copy_user(generic, first, [unreached.business_id])
    await firm.press(aku, "try_again")
    await firm.until(lambda: "Ready to switch: *1 client*" in firm.seen(aku))
    await firm.press(aku, "switch_credential")
    await firm.until(lambda: "Switched to the new credentials: *98 clients*" in firm.seen(aku))
    assert users(firm, companies) == {old.id: 2, new.id: 98}
    assert new_pair.customer_key not in program.log
    assert new_pair.customer_id not in program.log


async def test_who_closed_the_modal_gets_one_message_and_switches_from_it(firm: Firm, log: Log) -> None:
    aku = firm.workspace.accountant
    companies = add_companies(firm, 20)
    old_pair, old = give_credential(firm, companies)
    firm.netvisor.latency = 0.02
    await change(firm, old)
    await describe(firm, "Yleinen")
    new_pair = firm.netvisor.create_credential(ACCOUNTANT)
    await firm.fill_keys(new_pair)
    await firm.workspace.close_view(aku, firm.top(aku).id)
    (message,) = await firm.until(lambda: firm.told(aku))
    assert "Ready to switch: *20 clients*" in message.visible_text
    await firm.workspace.click(aku, action_id="open_trial", message=(message.channel, message.ts))
    await firm.until(lambda: firm.workspace.open_views(aku))
    await firm.press(aku, "switch_credential")
    await firm.until(lambda: "Switched to the new credentials: *20 clients*" in firm.told(aku)[0].visible_text)
    await firm.quiet()
    assert len(firm.told(aku)) == 1
    assert_nowhere(firm, log, new_pair.customer_key, new_pair.customer_id, old_pair.customer_key)


async def test_a_silent_netvisor_is_tried_again_and_then_named(firm: Firm) -> None:
    aku = firm.workspace.accountant
    companies = add_companies(firm, 3)
    _, old = give_credential(firm, companies)
    _, new = give_credential(firm, label="Uusi")
    firm.netvisor.faults.add("maintenance", business_id=companies[1].business_id, times=None)
    await change(firm, old, new.id)
    await firm.until(lambda: "1 client waits" in firm.seen(aku))
    for _ in range(2):
        firm.clock.forward(minutes=3)
        await firm.quiet()
    await firm.until(lambda: "Ready to switch: *2 clients*" in firm.seen(aku))
    seen = firm.seen(aku)
    assert seen.index("Nothing is known of these clients") < seen.index(companies[1].name)
    await firm.press(aku, "switch_credential")
    await firm.until(lambda: users(firm, companies) == {old.id: 1, new.id: 2})


async def test_a_stopped_change_switches_nothing_and_keeps_the_new_pair_in_the_list(firm: Firm) -> None:
    aku = firm.workspace.accountant
    companies = add_companies(firm, 40)
    _, old = give_credential(firm, companies)
    firm.netvisor.latency = 0.2
    await change(firm, old)
    await describe(firm, "Uusi")
    await firm.fill_keys(firm.netvisor.create_credential(ACCOUNTANT))
    await firm.until(lambda: outcomes(firm, Outcome.WAITING))
    await firm.press(aku, "stop_trial")
    await firm.until(lambda: "Stopped" in firm.seen(aku))
    await firm.quiet()
    assert users(firm, companies) == {old.id: 40}
    assert outcomes(firm, Outcome.WAITING) > 0
    await firm.workspace.close_view(aku, firm.top(aku).id)
    assert firm.told(aku) == []
    await open_list(firm)
    assert "Uusi" in firm.seen(aku)
    assert len(firm.find(Credential)) == 2


async def test_yesterdays_check_is_no_proof_for_a_switch(firm: Firm) -> None:
    aku = firm.workspace.accountant
    companies, old, new = await ready_to_switch(firm, 2)
    firm.clock.forward(days=1, minutes=1)
    await firm.press(aku, "switch_credential")
    await firm.until(lambda: "more than a day old" in firm.seen(aku))
    assert users(firm, companies) == {old.id: 2}
    await firm.press(aku, "try_again")
    await firm.press(aku, "switch_credential")
    await firm.until(lambda: users(firm, companies) == {new.id: 2})


async def test_a_training_ends_with_the_credentials_that_it_began_with(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    kataja, aku = firm.company("Kataja"), firm.workspace.accountant
    seen: list[tuple[str, str]] = []

    def watched(*arguments: object) -> object:
        credential = authenticate(*arguments)  # pyright: ignore[reportArgumentType]
        resource = str(arguments[2]).partition("/api/")[2].partition(".")[0]
        seen.append((resource, credential.customer_id))
        return credential

    monkeypatch.setattr(sandbox.netvisor.api.authentication, "authenticate", watched)
    old_pair = await firm.add(kataja)
    await firm.until_state(kataja, ClientState.TRAINING)
    firm.netvisor.latency = 0.05
    await firm.workspace.close_view(aku, firm.top(aku).id)
    (old,) = firm.find(Credential)
    new_pair, new = give_credential(firm, label="Uusi")
    await change(firm, old, new.id)
    await firm.press(aku, "switch_credential")
    await firm.until(lambda: firm.client(kataja).credential_id == new.id)
    assert firm.state(kataja) is ClientState.TRAINING, "the training goes on"
    switched = len(seen)
    firm.netvisor.latency = 0.0
    await firm.at_rest(kataja)
    # Once in production, its new invoices are read with the new ones.
    after = {customer_id for resource, customer_id in seen[switched:] if resource == "accountingledger"}
    assert after == {old_pair.customer_id}, "what remained was fetched with the old credentials"
    await firm.workspace.close_view(aku, firm.top(aku).id)
    await firm.workspace.command(aku, "asiakkaat", "/fabric check Kataja")
    await firm.quiet()
    assert seen[-1][1] == new_pair.customer_id


async def test_ticks_of_the_old_user_say_nothing_of_the_new_one(firm: Firm) -> None:
    vaahtera, aku = firm.company("Vaahtera"), firm.workspace.accountant
    await firm.add(vaahtera)
    await firm.at_rest(vaahtera)
    await firm.workspace.click(aku, action_id="tick", view=firm.top(aku).id, value=["approver", "circulation_setter"])
    await firm.quiet()
    assert len(firm.find(Tick)) == 2
    await firm.workspace.close_view(aku, firm.top(aku).id)
    (old,) = firm.find(Credential)
    _, new = give_credential(firm, label="Uusi")
    await change(firm, old, new.id)
    await firm.press(aku, "switch_credential")
    await firm.until(lambda: not firm.find(Tick))


async def test_a_client_that_got_other_credentials_meanwhile_keeps_them(firm: Firm) -> None:
    aku = firm.workspace.accountant
    companies = add_companies(firm, 3)
    _, old = give_credential(firm, companies)
    _, new = give_credential(firm, label="Uusi")
    _, third = give_credential(firm, label="Kolmas")
    await change(firm, old, third.id, companies[0].name)
    await firm.until(lambda: "Ready to switch: *1 client*" in firm.seen(aku))
    await firm.workspace.close_view(aku, firm.top(aku).id)
    await change(firm, old, new.id)
    await firm.until(lambda: "Ready to switch: *3 clients*" in firm.seen(aku))
    await firm.press(aku, "switch_credential")
    await firm.until(lambda: "Switched" in firm.seen(aku))
    await firm.workspace.close_view(aku, firm.top(aku).id)

    await open_list(firm)
    await open_credential(firm, third)
    await firm.press(aku, "open_trial")
    await firm.press(aku, "switch_credential")
    await firm.until(lambda: "Ready to switch" not in firm.seen(aku))
    assert users(firm, companies) == {new.id: 3}


@pytest.mark.parametrize(
    ("pressed", "shown"), [("switch_credential", "Switched"), ("open_credential", "Test in one client")]
)
async def test_what_a_job_shows_does_not_come_over_what_was_pressed_since(firm: Firm, pressed: str, shown: str) -> None:
    aku = firm.workspace.accountant
    _, _, new = await ready_to_switch(firm, 1)
    await firm.quiet()
    await firm.workspace.close_view(aku, firm.top(aku).id)
    await open_list(firm)
    await open_credential(firm, new)
    # The second update, after the click's own, is the job's: it has read how the trial stands, and Slack is slow.
    firm.workspace.faults.call("views.update", "delay", seconds=0)
    firm.workspace.faults.call("views.update", "delay", seconds=0.5)
    await firm.press(aku, "open_trial")
    await firm.until(lambda: not firm.workspace.faults.calls)
    await firm.press(aku, pressed)
    await firm.until(lambda: shown in firm.seen(aku))
    await firm.quiet()
    assert shown in firm.seen(aku)
