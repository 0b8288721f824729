"""Netvisor under maintenance, silent or broken: the check says why, waits and goes on by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from services.netvisor import Transport
from services.records import ClientState, Job, RightsCheck, Run, RunState
from tests.journeys.firm import Firm


@pytest.fixture
async def impatient(sandbox: Firm, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """A firm whose bot waits two seconds for Netvisor, and hardly between tries."""
    sleep: Callable[[float], Awaitable[Any]] = lambda seconds: asyncio.sleep(seconds / 100)  # noqa: E731
    monkeypatch.setattr("bot.app.Transport", partial(Transport, timeout=2.0, sleep=sleep))
    await sandbox.start_bot()
    return sandbox


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"kind": "maintenance"}, "Netvisor is under maintenance."),
        ({"kind": "maintenance", "http_status": 200}, "Netvisor is under maintenance."),
        ({"kind": "error", "code": "TECHNICAL_ERROR"}, "Netvisor reports a fault of its own (TECHNICAL_ERROR)."),
        ({"kind": "html_page"}, "Netvisor's answer could not be read."),
        ({"kind": "html_page", "http_status": 502}, "Netvisor reports a fault of its own (HTTP_502)."),
        ({"kind": "html_page", "http_status": 503}, "Netvisor is under maintenance."),
        ({"kind": "truncated"}, "Netvisor's answer could not be read."),
        ({"kind": "invalid_xml"}, "Netvisor's answer could not be read."),
        ({"kind": "delay", "seconds": 3.0}, "Netvisor did not answer in time."),
        ({"kind": "too_many_requests", "retry_after": 120}, "Netvisor asks us to wait."),
        ({"kind": "reset_before", "times": 3}, "Netvisor cannot be reached."),
        ({"kind": "reset_middle", "times": 3}, "Netvisor cannot be reached."),
    ],
)
async def test_a_check_waits_and_goes_on_by_itself(impatient: Firm, fault: dict[str, Any], sentence: str) -> None:
    firm, aku, vaahtera = impatient, impatient.workspace.accountant, impatient.company("Vaahtera")
    firm.netvisor.faults.add(**fault, resource="accountlist")
    await firm.add(vaahtera)
    await firm.until(lambda: sentence in firm.seen(aku))
    assert "it is checked again by itself at" in firm.seen(aku)
    assert firm.state(vaahtera) is ClientState.CHECKING
    await firm.until(lambda: firm.posted() and sentence in firm.posted()[0].visible_text)

    await firm.until(lambda: vaahtera.calls_under_way == 0)
    firm.clock.forward(minutes=2)
    await firm.at_rest(vaahtera)
    assert "Nothing is denied" in firm.seen(aku)
    assert len(firm.posted()) == 1
    assert len(firm.told(aku)) == 1


async def test_a_long_maintenance_is_told_once_to_who_closed_the_modal(impatient: Firm) -> None:
    firm, aku, vaahtera = impatient, impatient.workspace.accountant, impatient.company("Vaahtera")
    firm.netvisor.faults.add("maintenance", times=None)
    await firm.add(vaahtera)
    await firm.workspace.close_view(aku, firm.top(aku).id)
    for attempt in range(2, 6):
        await firm.until(lambda attempt=attempt: firm.find(RightsCheck)[0].attempt == attempt)
        # Until the job is given back, its next time is not counted from this moment.
        await firm.until(lambda: all(job.boot is None for job in firm.find(Job)))
        firm.clock.forward(minutes=16)
    await firm.until(lambda: firm.told(aku))
    assert len(firm.told(aku)) == 1
    firm.netvisor.faults.clear()
    firm.clock.forward(minutes=16)
    await firm.at_rest(vaahtera)
    result, live = firm.told(aku)
    assert "Nothing is denied" in result.visible_text
    assert "is in production" in live.visible_text


async def test_who_does_not_want_to_wait_checks_again(impatient: Firm) -> None:
    firm, aku, vaahtera = impatient, impatient.workspace.accountant, impatient.company("Vaahtera")
    firm.netvisor.faults.add("maintenance")
    await firm.add(vaahtera)
    await firm.until(lambda: "under maintenance" in firm.seen(aku))
    await firm.press(aku, "check_again")
    await firm.at_rest(vaahtera)


@pytest.mark.parametrize("resource", ["getpurchaseinvoice", "accountingledger"])
@pytest.mark.parametrize("kind", ["maintenance", "html_page", "delay"])
async def test_a_training_waits_and_goes_on_where_it_was(impatient: Firm, resource: str, kind: str) -> None:
    firm, pihlaja = impatient, impatient.company("Pihlaja")
    firm.netvisor.latency = 0.02
    await firm.add(pihlaja)
    await firm.until_state(pihlaja, ClientState.TRAINING)
    firm.netvisor.faults.add(kind, resource=resource, seconds=3.0 if kind == "delay" else 0)
    await firm.until(lambda: firm.posted() and "Fetching goes on by itself" in firm.posted()[0].visible_text)
    firm.netvisor.latency = 0.0
    await firm.until(lambda: pihlaja.calls_under_way == 0)
    firm.clock.forward(minutes=5)
    await firm.at_rest(pihlaja)
    (card,) = firm.posted()
    assert "Learnt from" in card.visible_text


async def test_a_right_that_is_lost_while_training_blocks_and_training_goes_on_when_it_is_back(firm: Firm) -> None:
    aku, pihlaja = firm.workspace.accountant, firm.company("Pihlaja")
    firm.netvisor.latency = 0.02
    await firm.add(pihlaja)
    await firm.until_state(pihlaja, ClientState.TRAINING)
    firm.netvisor.disallow_resources(pihlaja.business_id, ["accounting"])
    await firm.until_state(pihlaja, ClientState.BLOCKED)
    await firm.quiet()
    assert {run.state for run in firm.find(Run)} == {RunState.FAILED}
    assert firm.workspace.scheduled == {}
    assert "accounting material" in firm.seen(aku)

    firm.netvisor.allow_resources(pihlaja.business_id)
    await firm.press(aku, "check_again")
    await firm.at_rest(pihlaja)
    (card,) = firm.posted()
    assert "In production" in card.text
    assert "Learnt from" in card.visible_text


REFUSALS = ("SERVICE_ACCESS_ERROR", "AUTHENTICATION_FAILED")


@pytest.mark.parametrize("http_status", ["by_code", "200"])
@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.parametrize("switch", ["resource_not_allowed", "package_without_api", "unknown_organisation"])
async def test_a_refusal_is_named_with_its_candidates_whatever_its_code(
    firm: Firm, switch: str, code: str, http_status: str
) -> None:
    aku = firm.workspace.accountant
    company = firm.company("Saarni" if switch == "package_without_api" else "Tuomi")
    firm.netvisor.switches[switch] = code
    firm.netvisor.switches["http_status"] = http_status
    if switch == "unknown_organisation":
        await firm.add(company, business_id="0737546-2")
        company.business_id = "0737546-2"
    else:
        await firm.add(company)
    await firm.until_state(company, ClientState.BLOCKED)
    await firm.until(lambda: "Repair" in firm.seen(aku))
    assert "Candidates" in firm.seen(aku)
    assert code in firm.seen(aku)
