"""Rights that are lost, repaired and still refused are noticed by ourselves, and told once in the channel."""

from __future__ import annotations

import pytest

from sandbox.netvisor import Company
from services.netvisor import ServiceAccessError
from services.records import Client, ClientState, Job, RightsNews, Tick
from services.ticks import Write, prove, reopen
from tests.journeys.firm import Firm

LOST, STILL, AGAIN = "A right has been lost", "Still refused after an hour", "In order again"


def news(firm: Firm) -> list[str]:
    """Return what the channel has been told of rights, one word for each message."""
    words = [message.visible_text for message in firm.posted()]
    return [what for text in words for what in (LOST, STILL, AGAIN) if what in text]


async def let_pass(firm: Firm, **much: float) -> None:
    """Let time pass and what is due be done, also what is told a minute later or in the morning."""
    firm.clock.forward(**much)
    await firm.quiet()
    firm.clock.forward(minutes=2)
    await firm.quiet()


async def in_production(firm: Firm) -> Company:
    company = firm.company("Vaahtera")
    await firm.add(company)
    await firm.at_rest(company)
    return company


async def blocked(firm: Firm) -> Company:
    company = firm.company("Tuomi")
    await firm.add(company)
    await firm.until_state(company, ClientState.BLOCKED)
    await firm.quiet()
    return company


def allow(firm: Firm, company: Company) -> None:
    firm.netvisor.add_integration(company.business_id, firm.netvisor.access_key)
    firm.netvisor.allow_resources(company.business_id)


async def test_a_repair_is_noticed_within_ten_minutes_and_nothing_more_is_told(firm: Firm) -> None:
    company = await blocked(firm)
    allow(firm, company)
    firm.clock.forward(minutes=11)
    await firm.at_rest(company)
    assert "Nothing is denied" in firm.seen(firm.workspace.accountant), "the modal that is open follows"
    await let_pass(firm, minutes=5)
    assert news(firm) == []


async def test_what_is_still_refused_after_an_hour_is_told_once_and_its_repair_too(firm: Firm) -> None:
    company = await blocked(firm)
    await let_pass(firm, minutes=11)
    assert news(firm) == []
    await let_pass(firm, hours=1)
    assert news(firm) == [STILL]
    (told,) = [message for message in firm.posted() if STILL in message.visible_text]
    assert f"<@{firm.workspace.accountant.id}>" in str(told.blocks)
    assert told.thread_ts is None, "a reply in a thread notifies too few"
    await firm.stop_bot()
    await firm.start_bot()
    for _ in range(2):
        await let_pass(firm, days=1)
    assert news(firm) == [STILL]
    allow(firm, company)
    firm.clock.forward(days=1)
    await firm.at_rest(company)
    await let_pass(firm, minutes=2)
    assert news(firm) == [STILL, AGAIN]


async def test_a_right_that_is_lost_later_is_told_once_and_once_when_it_is_back(firm: Firm) -> None:
    company = await in_production(firm)
    firm.netvisor.disallow_resources(company.business_id, ["accounting"])
    await let_pass(firm, days=1)
    client = firm.client(company)
    assert (client.state, client.missing) == (ClientState.BLOCKED, ("accounting",))
    assert news(firm) == [LOST]
    assert "Blocked" in firm.posted()[0].text
    await let_pass(firm, days=1)
    assert news(firm) == [LOST]
    # Another thing that is missing is news again.
    firm.netvisor.disallow_resources(company.business_id, ["dimensions"])
    await let_pass(firm, days=1)
    assert news(firm) == [LOST, LOST]
    firm.netvisor.allow_resources(company.business_id)
    firm.clock.forward(days=1)
    await firm.until_state(company, ClientState.PRODUCTION)
    await let_pass(firm, minutes=2)
    assert news(firm) == [LOST, LOST, AGAIN]
    assert len(firm.told(firm.workspace.accountant)) == 1, "that it is in production, once"


async def test_what_is_lost_and_back_before_it_is_told_is_no_news(firm: Firm) -> None:
    company = await in_production(firm)
    aku = firm.workspace.accountant
    firm.netvisor.disallow_resources(company.business_id, ["accounting"])
    await firm.press(aku, "check_again")
    await firm.until_state(company, ClientState.BLOCKED)
    await firm.until(lambda: "Repair" in firm.seen(aku))
    firm.netvisor.allow_resources(company.business_id)
    await firm.press(aku, "check_again")
    await firm.until_state(company, ClientState.PRODUCTION)
    await let_pass(firm, minutes=3)
    assert news(firm) == []
    assert firm.find(RightsNews) == []


@pytest.mark.parametrize("fault", [{"kind": "maintenance"}, {"kind": "error", "code": "TECHNICAL_ERROR"}])
async def test_a_silent_netvisor_is_no_lost_right(firm: Firm, fault: dict[str, str]) -> None:
    company = await in_production(firm)
    firm.netvisor.faults.add(**fault, resource="accountlist", times=None)
    before = len(firm.netvisor.calls)
    await let_pass(firm, days=1)
    assert len(firm.netvisor.calls) > before
    assert firm.state(company) is ClientState.PRODUCTION
    assert news(firm) == []
    assert [job.kind for job in firm.find(Job) if job.kind == "recheck"] == ["recheck"]


async def test_a_paused_client_is_left_alone(firm: Firm) -> None:
    company = await in_production(firm)
    assert firm.bot
    client = firm.client(company)
    await firm.bot.store.run(lambda unit: unit[Client].change(client.workspace, client.id, state=ClientState.PAUSED))
    before = len(firm.netvisor.calls)
    for _ in range(2):
        await let_pass(firm, days=1)
    assert len(firm.netvisor.calls) == before
    assert firm.state(company) is ClientState.PAUSED


async def test_a_recheck_is_one_look_and_shows_nothing(firm: Firm) -> None:
    await in_production(firm)
    firm.netvisor.calls.clear()
    messages = [message.visible_text for message in firm.posted()]
    await let_pass(firm, days=1)
    asked = [call.resource for call in firm.netvisor.calls]
    # New invoices are looked for all the time; these only a check asks for.
    for resource in ("vouchertypelist", "getuseraccessrightssummary"):
        assert asked.count(resource) == 1
    assert [message.visible_text for message in firm.posted()] == messages


async def test_a_refused_write_blocks_until_somebody_says_that_it_is_repaired(firm: Firm) -> None:
    company = await in_production(firm)
    aku, client = firm.workspace.accountant, firm.client(company)
    assert firm.bot
    store = firm.bot.store
    await store.run(lambda unit: prove(unit, client, Write.POSTING, firm.clock()))
    refusal = ServiceAccessError("purchaseinvoicepostingdata", detail="Ei oikeutta")
    await store.run(lambda unit: reopen(unit, client, Write.POSTING, refusal, firm.clock()))
    await let_pass(firm, days=1)
    assert firm.client(company).missing == ("posting",), "reading shows nothing of it, so it stays"
    assert news(firm) == [LOST]

    await firm.press(aku, "check_again")
    await firm.until(lambda: "Netvisor refused a write" in firm.seen(aku))
    await firm.workspace.click(aku, action_id="tick", view=firm.top(aku).id, value=["posting"])
    await firm.until_state(company, ClientState.PRODUCTION)
    await firm.until(lambda: "Nothing is denied" in firm.seen(aku))
    (tick,) = [one for one in firm.find(Tick) if one.check_id == "posting"]
    assert tick.person == aku.id
