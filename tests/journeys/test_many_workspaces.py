"""One bot in several workspaces: installing, deliveries over HTTP, removing, and who sees what."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.app import Bot
from sandbox.slack.apps_page import apps_json
from services import jobs
from services.clock import FIRM_TIMEZONE
from services.installations import KEPT_AFTER_REMOVAL, install, remove
from services.records import ClientState, FirmNotices, Installation, Job, Person, Ticket, Workspace
from services.store import Unit
from tests.conftest import Log, running
from tests.journeys.firm import Firm
from tests.journeys.firms import Firms, ask
from tests.journeys.many import run_now


@pytest.fixture
async def firms(tmp_path: Path, log: Log, unused_tcp_port: int) -> AsyncIterator[Firms]:
    """Two firms and a bot that listens; nobody has installed it yet."""
    async for firm in running(Firms(tmp_path, unused_tcp_port), log):
        assert isinstance(firm, Firms)
        await firm.start_bot()
        yield firm


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
