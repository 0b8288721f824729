"""One bot in several workspaces: installing, deliveries over HTTP, rotating tokens, removing, and who sees what."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.app import Bot
from bot.slack import SlackClients
from sandbox.slack import SlackWorkspace
from sandbox.slack.apps_page import apps_json
from sandbox.slack.errors import SlackError
from sandbox.slack.faults import CallFaultKind
from services import jobs
from services.clock import FIRM_TIMEZONE
from services.installations import KEPT_AFTER_REMOVAL, install, remove
from services.records import ClientState, FirmNotices, Installation, Job, Person, Ticket, Workspace
from services.store import Unit
from services.vault import Vault
from tests.conftest import Log, running
from tests.journeys.firm import Firm
from tests.journeys.firms import Firms
from tests.journeys.many import run_now


@pytest.fixture
async def firms(tmp_path: Path, log: Log, unused_tcp_port: int) -> AsyncIterator[Firms]:
    """Two firms and a bot that listens; nobody has installed it yet."""
    async for firm in running(Firms(tmp_path, unused_tcp_port), log):
        assert isinstance(firm, Firms)
        await firm.start_bot()
        yield firm


@pytest.fixture
async def rotating(tmp_path: Path, log: Log, unused_tcp_port: int) -> AsyncIterator[Firms]:
    """Two firms whose Slack gives tokens for twelve hours."""
    async for firm in running(Firms(tmp_path, unused_tcp_port, rotation=True), log):
        assert isinstance(firm, Firms)
        await firm.start_bot()
        yield firm


async def ask(workspace: SlackWorkspace, words: str) -> str:
    """Return what a command answers, in a message or in a modal, which is closed again."""
    aku = workspace.accountant
    before = {view.id for view in workspace.open_views(aku)}
    outcome = await workspace.command(aku, "asiakkaat", f"/fabric {words}")
    if not outcome.acknowledged or outcome.messages:
        return outcome.messages[0].visible_text if outcome.messages else ""
    (view,) = await workspace.wait_for(lambda: [one for one in workspace.open_views(aku) if one.id not in before], 60)
    await workspace.close_view(aku, view.id)
    return view.visible_text


async def test_the_page_says_why_each_scope_is_asked_for(firms: Firms) -> None:
    async with aiohttp.ClientSession() as session:
        for language, words in (
            ("en", "names, and who is a guest"),
            ("fi", "kuka on vieras"),
            ("sv", "vem som är gäst"),
        ):
            async with session.get(f"{firms.address}/slack/install?language={language}") as answer:
                html = await answer.text()
            assert words in html
            for scope in firms.workspace.manifest.scopes:
                assert f"<dt>{scope}</dt>" in html


async def test_both_firms_install_it_and_each_is_served_by_itself(firms: Firms, log: Log) -> None:
    assert "is not a valid command" in (await ask(firms.workspace, "clients"))
    assert "Tilitoimisto Esimerkki" in await firms.install(firms.workspace)
    await firms.install(firms.other)
    await firms.quiet()
    assert {one.id for one in firms.find(Workspace)} == {"T0TILITOIMI", "T0TOINEN"}
    assert {one.workspace for one in firms.find(Person)} == {"T0TILITOIMI", "T0TOINEN"}

    vaahtera = firms.company("Vaahtera")
    await firms.add(vaahtera)
    await firms.at_rest(vaahtera)
    assert "Vaahtera" in await ask(firms.workspace, "clients")
    assert "No clients yet" in await ask(firms.other, "clients")
    assert len(firms.posted()) >= 1
    assert firms.other.messages("asiakkaat") == []
    for token in (*firms.workspace.bot_tokens, *firms.other.bot_tokens, firms.distribution.client_secret):
        assert token not in "\n".join(log.lines)
        assert token not in json.dumps(apps_json(firms.workspace, firms.distribution)), "the sandbox's page"
        assert token.encode() not in (firms.folder / "fabric.db").read_bytes()
    assert firms.find(Ticket) == []


async def test_a_state_is_for_one_browser_once_and_ten_minutes(firms: Firms) -> None:
    where, cookie = await firms.begin_installing()
    back = await firms.allow(where, firms.workspace)
    assert (await firms.come_back(back, "another"))[0] == 400
    assert (await firms.come_back(back, ""))[0] == 400
    assert (await firms.come_back(back.replace(cookie, "forged"), "forged"))[0] == 400
    assert (await firms.come_back(back, cookie))[0] == 200
    assert (await firms.come_back(back, cookie))[0] == 400, "once"

    where, cookie = await firms.begin_installing()
    back = await firms.allow(where, firms.other)
    firms.clock.forward(minutes=11)
    assert (await firms.come_back(back, cookie))[0] == 400
    assert [one.id for one in firms.find(Installation)] == ["T0TILITOIMI"]


async def test_an_installation_is_found_again_under_a_folder_of_a_host(
    tmp_path: Path, log: Log, unused_tcp_port: int
) -> None:
    firms = Firms(tmp_path, unused_tcp_port)
    await firms.open()
    settings = firms.settings.model_copy(update={"fabric_public_url": f"{firms.address}/fabric"})
    bot = Bot(settings, firms.clock)
    await bot.start()
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{firms.address}/slack/install", allow_redirects=False) as answer,
    ):
        (where,) = parse_qs(urlsplit(answer.headers["Location"]).query)["redirect_uri"]
        cookie = answer.cookies["fabric_install"]
        policy = answer.headers["Content-Security-Policy"]
    assert urlsplit(where).path.startswith(f"{cookie['path']}/"), "else browsers do not bring it back"
    assert "form-action 'self' http://127.0.0.1:" in policy
    assert "https://*.slack.com" in policy, "Slack sends people on to their workspace's address"
    await bot.stop()
    await firms.close()


async def test_who_cancels_installs_nothing_and_reads_so(firms: Firms) -> None:
    where, cookie = await firms.begin_installing()
    status, html = await firms.come_back(await firms.allow(where, firms.workspace, yes=False), cookie, "fi")
    assert status == 200
    assert "Mitään ei asennettu" in html
    assert firms.find(Installation) == []


async def test_only_what_slack_signed_within_five_minutes_is_heard(firms: Firms, log: Log) -> None:
    await firms.install(firms.workspace)
    http = firms.workspace.http
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"})
    signed = http.signed(body) | {"Content-Type": "application/json"}  # type: ignore[union-attr]

    async def post(headers: dict[str, str], sent: str = body) -> tuple[int, str]:
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{firms.address}/slack/events", data=sent, headers=headers) as answer,
        ):
            return answer.status, await answer.text()

    status, answer = await post(signed)
    assert status == 200
    assert "3eZbrw1a" in answer
    assert (await post(signed, body + " "))[0] == 401
    assert (await post(signed, body + "  "))[0] == 401
    told = [event for event in log.events if event["event"] == "http.not_signed"]
    assert [("SLACK_SIGNING_SECRET" in one["advice"], one["level"]) for one in told] == [(True, "warning")]
    assert (await post({**signed, "X-Slack-Signature": "v0=ä"}))[0] == 401
    for moment in ("soon", "9" * 5000):
        assert (await post({**signed, "X-Slack-Request-Timestamp": moment}))[0] == 401
    assert (await post({"Content-Type": "application/json"}))[0] == 401
    firms.clock.forward(minutes=6)
    assert (await post(signed))[0] == 401, "an old one was recorded and is played again"


async def test_who_goes_away_in_mid_request_is_no_fault(firms: Firms, log: Log) -> None:
    host, port = firms.address.removeprefix("http://").split(":")
    for path in ("/slack/events", "/key/x"):
        _reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\n\r\n{{".encode())
        await writer.drain()
        await asyncio.sleep(0.2)  # the bot waits for the rest
        writer.transport.abort()
        await asyncio.sleep(0.2)
    assert log.faults() == []


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


async def test_a_removed_app_forgets_its_tokens_stops_its_work_and_goes_on_when_it_comes_back(firms: Firms) -> None:
    await firms.install(firms.workspace)
    await firms.install(firms.other)
    vaahtera = firms.company("Vaahtera")
    await firms.add(vaahtera)
    await firms.at_rest(vaahtera)
    await firms.distribution.uninstall(firms.workspace)
    removed = next(one for one in firms.find(Installation) if one.workspace == "T0TILITOIMI")
    assert removed.removed_at
    assert removed.sealed_bot_token == ""
    heard = len(firms.workspace.delivered)
    await firms.workspace.open_home(firms.workspace.accountant)
    assert len(firms.workspace.delivered) == heard, "Slack tells an app nothing that was removed"
    assert "No clients yet" in await ask(firms.other, "clients"), "the other firm notices nothing"

    calls, netvisor = len(firms.workspace.calls), len(firms.netvisor.calls)
    firms.clock.forward(hours=3)
    assert firms.bot
    local = firms.clock().astimezone(FIRM_TIMEZONE)
    morning = FirmNotices(firms.workspace.team_id, firms.workspace.team_id, f"{local:%H:%M}")
    await firms.bot.store.run(lambda unit: unit[FirmNotices].put(morning))
    await firms.bot._morning()  # pyright: ignore[reportPrivateUsage]
    await firms.bot._night()  # pyright: ignore[reportPrivateUsage]
    await firms.quiet()
    assert len(firms.netvisor.calls) == netvisor, "no work in the books of a firm that removed the app"
    assert len(firms.workspace.calls) == calls

    await firms.install(firms.workspace)
    await firms.until(lambda: len(firms.netvisor.calls) > netvisor)
    await firms.quiet()
    assert firms.state(vaahtera) is ClientState.PRODUCTION
    assert "Vaahtera" in await ask(firms.workspace, "clients")


async def test_work_that_begins_when_the_tokens_are_gone_is_put_off_and_taken_up_again(firms: Firms) -> None:
    await firms.install(firms.workspace)
    await firms.quiet()
    await firms.distribution.revoke(firms.workspace)
    assert firms.bot
    team, now = firms.workspace.team_id, firms.clock()
    await firms.bot.store.run(lambda unit: jobs.enqueue(unit, team, "people", "all", now))
    firms.bot.runner.wake()
    await firms.until(lambda: firms.find(Job, kind="people", run_at__gt=now + KEPT_AFTER_REMOVAL))
    (job,) = firms.find(Job, kind="people")
    assert (job.boot, job.attempts, job.failed) == (None, 0, None), "no fault of it, and nobody is told of one"
    await firms.install(firms.workspace)
    await firms.quiet()
    assert firms.find(Job, kind="people") == []
    assert {one.workspace for one in firms.find(Person)} == {firms.workspace.team_id}


async def test_who_uses_an_app_whose_tokens_are_gone_reads_where_to_install_it(firms: Firms, log: Log) -> None:
    await firms.install(firms.workspace)
    await firms.distribution.revoke(firms.workspace)
    outcome = await firms.workspace.command(firms.workspace.accountant, "asiakkaat", "/fabric clients")
    assert outcome.acknowledged
    (said,) = firms.workspace.messages("asiakkaat", firms.workspace.accountant)
    assert said.visible_text.startswith("Fabric is not installed in this workspace any more.")
    assert f"{firms.address}/slack/install" in said.visible_text
    assert "AuthorizeResult" not in "\n".join(log.lines), "an operator is not woken by it"


async def test_a_firm_that_does_not_come_back_is_forgotten_wholly(firms: Firms) -> None:
    await firms.install(firms.workspace)
    await firms.install(firms.other)
    vaahtera = firms.company("Vaahtera")
    await firms.add(vaahtera)
    await firms.at_rest(vaahtera)
    await firms.distribution.revoke(firms.workspace)
    firms.clock.forward(days=31)
    assert firms.bot
    await firms.bot._housekeeping()  # pyright: ignore[reportPrivateUsage]
    content = "\n".join(str(row) for kind in (Installation, Workspace, Person, Job) for row in firms.find(kind))
    assert "T0TILITOIMI" not in content
    assert "T0TOINEN" in content
    assert firms.state(vaahtera) is None


async def test_a_late_word_of_a_removal_does_not_end_the_new_installation(firms: Firms) -> None:
    await firms.install(firms.workspace)
    firms.distribution.request_url += "/down"
    await firms.distribution.uninstall(firms.workspace)
    firms.distribution.request_url = firms.distribution.request_url.removesuffix("/down")
    firms.clock.forward(seconds=20)
    await firms.install(firms.workspace)
    firms.clock.forward(minutes=7)
    await firms.workspace.tick()
    await firms.until(lambda: 200 in firms.distribution.delivered)
    await firms.quiet()
    assert [one.removed_at for one in firms.find(Installation)] == [None]
    assert re.search("No clients yet", await ask(firms.workspace, "clients"))


async def test_a_firm_that_gets_an_app_of_its_own_after_a_link_goes_on_and_keeps_its_data(firm: Firm) -> None:
    team = firm.workspace.team_id
    installed = Installation(team, team, "A1", "UBOT", "commands", "sealed", "U1", firm.clock())
    await firm.stop_bot()

    def removed_before(unit: Unit) -> None:
        install(unit, installed)
        remove(unit, team, firm.clock())

    run_now(firm, removed_before)
    await firm.start_bot()
    vaahtera = firm.company("Vaahtera")
    await firm.add(vaahtera)
    assert await firm.until_state(vaahtera, ClientState.PRODUCTION)
    assert firm.bot
    for _ in range(3):
        firm.clock.forward(days=31)
        await firm.bot._housekeeping()  # pyright: ignore[reportPrivateUsage]
    assert firm.state(vaahtera) is ClientState.PRODUCTION
