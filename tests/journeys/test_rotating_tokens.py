"""Tokens that live for twelve hours: exchanged beside the work, and nothing is lost while Slack gives no others."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NoReturn

import pytest

from bot.slack import SlackClients
from sandbox.slack.errors import SlackError
from sandbox.slack.faults import CallFaultKind
from services import jobs
from services.clock import FIRM_TIMEZONE
from services.records import FirmNotices
from services.vault import Vault
from tests.conftest import Log, running
from tests.journeys.firms import Firms, ask
from tests.journeys.many import run_now


@pytest.fixture
async def rotating(tmp_path: Path, log: Log, unused_tcp_port: int) -> AsyncIterator[Firms]:
    """Two firms whose Slack gives tokens for twelve hours."""
    async for firm in running(Firms(tmp_path, unused_tcp_port, rotation=True), log):
        assert isinstance(firm, Firms)
        await firm.start_bot()
        yield firm


async def test_tokens_are_exchanged_before_they_end_also_for_what_nobody_clicked(rotating: Firms) -> None:
    firms = rotating
    await firms.install(firms.workspace)
    vaahtera = firms.company("Vaahtera")
    await firms.add(vaahtera)
    await firms.at_rest(vaahtera)
    (first,) = firms.workspace.bot_tokens
    firms.clock.forward(hours=11)
    assert firms.bot
    local = firms.clock().astimezone(FIRM_TIMEZONE)
    morning = FirmNotices(firms.workspace.team_id, firms.workspace.team_id, f"{local:%H:%M}")
    await firms.bot.store.run(lambda unit: unit[FirmNotices].put(morning))
    await firms.bot._morning()  # pyright: ignore[reportPrivateUsage] - the clock's own work
    await firms.until(lambda: len(firms.workspace.bot_tokens) == 2)
    await firms.quiet()
    del firms.workspace.bot_tokens[first]
    firms.clock.forward(hours=11)
    assert "Vaahtera" in await ask(firms.workspace, "clients")
    await firms.until(lambda: exchanges(firms) == 3)


def expect_not_refreshed(log: Log) -> None:
    """Take off the list of faults that tokens were not exchanged: at least once, for it is tried every minute."""
    faults = [line for line in log.lines if json.loads(line)["event"] == "slack.token_not_refreshed"]
    assert faults
    log.lines[:] = [line for line in log.lines if line not in faults]


def exchanges(firms: Firms) -> int:
    """Return how often tokens were given."""
    return len([call for call in firms.workspace.calls if call.method == "oauth.v2.access"])


@pytest.mark.parametrize("kind", ["rate_limited", "server_error", "reset_before"])
async def test_a_token_that_ended_while_slack_gives_no_other_loses_no_word(
    rotating: Firms, log: Log, kind: CallFaultKind
) -> None:
    firms = rotating
    aku = firms.workspace.accountant
    await firms.install(firms.workspace)
    await firms.quiet()
    firms.clock.forward(hours=13)
    firms.workspace.faults.call("oauth.v2.access", kind)
    direct = firms.workspace.direct(aku.id, firms.workspace.bot.id)
    await firms.workspace.say(aku, direct, "Moi, what can you do?")
    await firms.until(lambda: "slack.token_not_refreshed" in "\n".join(log.lines))
    expect_not_refreshed(log)
    answer = await ask(firms.workspace, "status Nobody")
    assert "not installed" not in answer
    assert "`/fabric clients` lists them all" in answer, "an answer in the acknowledgement wants no token"
    firms.clock.forward(minutes=2)
    await firms.until(lambda: firms.told(aku))
    assert "What I can do" in firms.told(aku)[0].visible_text


async def test_an_exchange_that_takes_long_keeps_nobody_waiting(rotating: Firms) -> None:
    firms = rotating
    await firms.install(firms.workspace)
    await firms.quiet()
    firms.clock.forward(hours=11)
    firms.workspace.faults.call("oauth.v2.access", "delay", seconds=4)
    assert "No clients yet" in await ask(firms.workspace, "clients")
    assert exchanges(firms) == 1
    await firms.stop_bot()
    assert exchanges(firms) == 2, "what Slack gave is stored before the program ends: the old token buys nothing more"
    await firms.start_bot()
    assert "No clients yet" in await ask(firms.workspace, "clients")


async def test_tokens_that_another_process_has_exchanged_are_taken(rotating: Firms) -> None:
    firms, team = rotating, rotating.workspace.team_id
    await firms.install(firms.workspace)
    await firms.quiet()
    assert firms.bot
    vault = Vault(firms.settings.sealing_keys()[0])
    other = SlackClients(firms.bot.store, vault, firms.clock, firms.settings)
    other.open()
    first = (await other(team)).token
    firms.clock.forward(hours=11)
    assert "No clients yet" in await ask(firms.workspace, "clients")
    await firms.until(lambda: exchanges(firms) == 2)
    await firms.quiet()
    assert (await other(team)).token == first, "it serves while others are looked for"
    for _ in range(100):
        if (await other(team)).token != first:
            break
        await asyncio.sleep(0.01)
    assert (await other(team)).token == max(firms.workspace.bot_tokens, key=lambda one: firms.workspace.bot_tokens[one])
    assert exchanges(firms) == 2
    await other.close()


async def test_whose_tokens_slack_gives_no_more_reads_where_to_install_it(rotating: Firms, log: Log) -> None:
    firms = rotating
    await firms.install(firms.workspace)
    await firms.quiet()
    firms.clock.forward(hours=11)
    firms.workspace.faults.call("oauth.v2.access", "error", error="invalid_refresh_token", times=None)
    assert "No clients yet" in await ask(firms.workspace, "clients"), "the present one serves"
    await firms.until(lambda: "invalid_refresh_token" in "\n".join(log.lines))
    assert "No clients yet" in await ask(firms.workspace, "clients")
    expect_not_refreshed(log)
    firms.clock.forward(hours=2)
    await firms.workspace.command(firms.workspace.accountant, "asiakkaat", "/fabric clients")
    (said,) = firms.workspace.messages("asiakkaat", firms.workspace.accountant)
    assert f"{firms.address}/slack/install" in said.visible_text
    expect_not_refreshed(log)
    firms.workspace.faults.calls.clear()
    await firms.install(firms.workspace)
    assert "No clients yet" in await ask(firms.workspace, "clients")


def refuses(code: str) -> Callable[..., NoReturn]:
    """Return what stands in for Slack's exchange of tokens while it answers this."""

    def refuse(*_: object) -> NoReturn:
        raise SlackError(code)

    return refuse


@pytest.mark.parametrize("code", ["internal_error", "ratelimited"])
async def test_after_a_weekend_nothing_is_lost_while_slack_gives_no_new_tokens_yet(
    rotating: Firms, log: Log, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    firms, aku = rotating, rotating.workspace.accountant
    await firms.install(firms.workspace)
    vaahtera = firms.company("Vaahtera")
    await firms.add(vaahtera)
    await firms.at_rest(vaahtera)
    await firms.stop_bot()
    firms.clock.forward(days=2)
    told = len(firms.told(aku))
    run_now(
        firms, lambda unit: jobs.enqueue(unit, firms.workspace.team_id, "report", "r", firms.clock(), person=aku.id)
    )
    with monkeypatch.context() as broken:
        broken.setattr(firms.distribution, "access", refuses(code))
        await firms.start_bot()
        await firms.until(lambda: any(event["event"] == "slack.token_not_refreshed" for event in log.faults()))
        outcome = await firms.workspace.command(aku, "asiakkaat", "/fabric status Vaahtera")
        assert outcome.acknowledged
    said = [message.visible_text for message in firms.workspace.messages("asiakkaat", aku)]
    assert not any("not installed" in words for words in said), "it is; Slack only does not answer just now"
    await firms.until(lambda: len(firms.told(aku)) > told)
    await firms.quiet()
    assert len(firms.told(aku)) == told + 1
    expect_not_refreshed(log)


async def test_where_slack_gives_no_tokens_any_more_work_waits_until_the_app_is_installed_again(
    rotating: Firms, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    firms, aku = rotating, rotating.workspace.accountant
    await firms.install(firms.workspace)
    await firms.quiet()
    await firms.stop_bot()
    firms.clock.forward(days=2)
    run_now(
        firms, lambda unit: jobs.enqueue(unit, firms.workspace.team_id, "report", "r", firms.clock(), person=aku.id)
    )
    with monkeypatch.context() as broken:
        broken.setattr(firms.distribution, "access", refuses("invalid_refresh_token"))
        await firms.start_bot()
        await firms.until(lambda: any(event["event"] == "slack.token_not_refreshed" for event in log.faults()))
        outcome = await firms.workspace.command(aku, "asiakkaat", "/fabric clients")
        assert outcome.acknowledged
    (said,) = firms.workspace.messages("asiakkaat", aku)
    assert said.visible_text.startswith("Fabric is not installed in this workspace any more.")
    await firms.install(firms.workspace)
    await firms.until(lambda: firms.told(aku))
    expect_not_refreshed(log)
