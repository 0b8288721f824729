"""Keys entered on a page in the browser: what the link opens, for whom, how often, and that it goes on in Slack."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from sandbox.netvisor import ACCOUNTANT
from sandbox.slack.model import Person
from services.records import Client, ClientState, Credential, Ticket
from tests.conftest import Log, running
from tests.journeys.firm import Firm
from tests.journeys.test_secrets import assert_nowhere


@pytest.fixture
async def public(tmp_path: Path, log: Log, unused_tcp_port: int) -> AsyncIterator[Firm]:
    """A firm whose operator gives a public address."""
    async for firm in running(Firm(tmp_path, public_port=unused_tcp_port), log):
        await firm.start_bot()
        yield firm


def link(firm: Firm, person: Person | None = None) -> str:
    """Return where the button in the modal leads."""
    blocks = firm.top(person or firm.workspace.accountant).blocks
    (url,) = re.findall(r"'url': '(http[^']+/key/[^']+)'", str(blocks))
    return url


async def get(url: str, language: str = "") -> tuple[int, str, aiohttp.typedefs.LooseHeaders]:
    async with aiohttp.ClientSession() as session, session.get(url, headers={"Accept-Language": language}) as answer:
        return answer.status, await answer.text(), dict(answer.headers)


async def post(url: str, key: str, identifier: str) -> tuple[int, str]:
    form = {"customer_key": key, "customer_id": identifier}
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as answer:
        return answer.status, await answer.text()


async def ask(firm: Firm) -> str:
    """Go as far as the modal with the link, and open it."""
    await firm.open_form()
    await firm.fill_form(firm.company("Vaahtera"))
    url = link(firm)
    await firm.press(firm.workspace.accountant, "open_key_form")
    return url


async def test_a_key_given_on_the_page_adds_the_client_and_is_nowhere_to_be_read(public: Firm, log: Log) -> None:
    firm, aku, vaahtera = public, public.workspace.accountant, public.company("Vaahtera")
    credential = firm.netvisor.create_credential(ACCOUNTANT)
    url = await ask(firm)
    status, html, headers = await get(url)
    assert status == 200
    assert aku.real_name in html
    assert vaahtera.name in html
    assert html.count('type="password"') == 2
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert firm.find(Client) == [], "looking changes nothing"

    status, html = await post(url, credential.customer_key, credential.customer_id)
    assert status == 200
    assert credential.customer_key not in html
    await firm.until(lambda: "Nothing is denied" in firm.seen(aku))
    await firm.at_rest(vaahtera)
    assert_nowhere(firm, log, credential.customer_key, credential.customer_id)
    token = url.rpartition("/")[2]
    assert token not in "\n".join(log.lines)
    assert token.encode() not in (firm.folder / "fabric.db").read_bytes()

    assert (await get(url))[0] == 410
    assert (await post(url, "another", "again"))[0] == 410
    assert len(firm.find(Credential)) == 1


async def test_what_is_wrong_is_said_at_its_field_and_can_be_mended(public: Firm, log: Log) -> None:
    firm = public
    credential = firm.netvisor.create_credential(ACCOUNTANT)
    url = await ask(firm)
    status, html = await post(url, "canary key with spaces", credential.customer_id)
    assert status == 422
    assert "Copy it again" in html
    assert "canary key" not in html
    assert credential.customer_id not in html
    assert (await post(url, credential.customer_key, credential.customer_id))[0] == 200
    await firm.at_rest(firm.company("Vaahtera"))
    assert_nowhere(firm, log, "canary key with spaces", credential.customer_key)


async def test_an_old_link_opens_nothing_and_another_is_given(public: Firm) -> None:
    firm, aku = public, public.workspace.accountant
    credential = firm.netvisor.create_credential(ACCOUNTANT)
    url = await ask(firm)
    firm.clock.forward(minutes=11)
    status, html, _ = await get(url, "fi")
    assert status == 410
    assert "Uusi linkki" in html
    assert (await post(url, credential.customer_key, credential.customer_id))[0] == 410
    await firm.press(aku, "new_key_link")
    await firm.until(lambda: link(firm) != url)
    assert (await post(link(firm), credential.customer_key, credential.customer_id))[0] == 200
    await firm.at_rest(firm.company("Vaahtera"))
    assert len(firm.find(Ticket)) == 0


async def test_a_closed_modal_loses_nothing(public: Firm) -> None:
    firm, aku = public, public.workspace.accountant
    credential = firm.netvisor.create_credential(ACCOUNTANT)
    url = await ask(firm)
    while views := firm.workspace.open_views(aku):
        await firm.workspace.close_view(aku, views[-1].id)
    assert (await post(url, credential.customer_key, credential.customer_id))[0] == 200
    assert await firm.until_state(firm.company("Vaahtera"), ClientState.PRODUCTION)


async def test_two_posts_at_once_take_one_key(public: Firm) -> None:
    credential = public.netvisor.create_credential(ACCOUNTANT)
    url = await ask(public)
    answers = await asyncio.gather(*(post(url, credential.customer_key, credential.customer_id) for _ in range(5)))
    assert sorted(status for status, _ in answers) == [200, 410, 410, 410, 410]
    assert len(public.find(Credential)) == len(public.find(Client)) == 1
    await public.at_rest(public.company("Vaahtera"))


async def test_the_page_speaks_the_persons_language_and_shows_words_as_they_are(public: Firm) -> None:
    firm, aku = public, public.workspace.accountant
    await firm.workspace.command(aku, "asiakkaat", "/fabric language fi")
    await firm.open_form()
    await firm.fill_form(firm.company("Vaahtera"), name="<b>Äiti & pojat</b>")
    status, html, _ = await get(link(firm), "sv")
    assert status == 200
    assert "&lt;b&gt;Äiti &amp; pojat&lt;/b&gt;" in html
    assert '<html lang="fi">' in html
    assert "API-avain" in html


async def test_credentials_added_to_the_list_take_the_page_too(public: Firm) -> None:
    firm, aino = public, public.workspace.admin
    await firm.workspace.command(aino, "asiakkaat", "/fabric credentials")
    await firm.until(lambda: firm.workspace.open_views(aino))
    await firm.press(aino, "add_credential")
    await firm.until(lambda: firm.top(aino).callback_id == "credential_form")
    await firm.workspace.submit(aino, firm.top(aino).id, {"label": {"label": "Yleinen"}, "kind": {"kind": "generic"}})
    credential = firm.netvisor.create_credential(ACCOUNTANT)
    await firm.press(aino, "open_key_form")
    assert (await post(link(firm, aino), credential.customer_key, credential.customer_id))[0] == 200
    await firm.until(lambda: "Yleinen" in firm.seen(aino) and "Saved" in firm.seen(aino))
    assert [one.label for one in firm.find(Credential)] == ["Yleinen"]
    assert credential.customer_key not in json.dumps([call.arguments for call in firm.workspace.calls])


async def test_a_path_that_is_guessed_opens_nothing(public: Firm) -> None:
    base = public.settings.fabric_public_url
    for path in ("/key/", "/key/abc", "/key/" + "a" * 5000, "/slack/events", "/slack/install", "/", "/../etc/passwd"):
        async with aiohttp.ClientSession() as session, session.get(base + path) as answer:
            assert answer.status in (404, 410, 405, 400)
            assert "Traceback" not in await answer.text()
    async with aiohttp.ClientSession() as session, session.get(base + "/health") as answer:
        assert await answer.text() == "ok"


async def test_a_key_that_was_taken_is_said_to_be_whatever_slack_does(public: Firm) -> None:
    firm = public
    credential = firm.netvisor.create_credential(ACCOUNTANT)
    url = await ask(firm)
    firm.workspace.faults.call("views.update", "reset_before")
    status, html = await post(url, credential.customer_key, credential.customer_id)
    assert status == 200, html
    assert await firm.until_state(firm.company("Vaahtera"), ClientState.PRODUCTION)
