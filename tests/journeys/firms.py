"""Two accounting firms that installed the same bot: their Slack workspaces, deliveries over HTTP, browsers."""

from __future__ import annotations

import re
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
from pydantic import SecretStr

from bot.app import Bot
from bot.settings import Settings
from sandbox.netvisor import Credential
from sandbox.netvisor import start_server as start_netvisor
from sandbox.slack import Distribution, SlackWorkspace
from sandbox.slack import start_server as start_slack
from sandbox.slack.model import Person
from sandbox.slack.workspace import Outcome
from tests.journeys.firm import Firm, read_manifest


class Firms(Firm):
    """The firm of `Firm`, and another one, with one bot that both installed."""

    def __init__(self, folder: Path, port: int, *, rotation: bool = False) -> None:
        super().__init__(folder, public_port=port)
        self.other = SlackWorkspace(
            read_manifest(), clock=self.clock.seconds, rate_limits=False, team_id="T0TOINEN", name="Toinen Toimisto"
        )
        self.distribution = Distribution(self.workspace, self.other, rotation=rotation)

    async def open(self) -> None:
        """Start Slack, where the app has been made and not installed yet, and Netvisor."""
        self.slack = await start_slack(self.workspace, distribution=self.distribution)
        self.other.base_url = self.workspace.base_url
        self.netvisor_server = await start_netvisor(self.netvisor)
        self.distribution.request_url = f"{self.address}/slack/events"

    @property
    def address(self) -> str:
        """Where the bot listens."""
        return f"http://127.0.0.1:{self.public_port}"

    @property
    def settings(self) -> Settings:
        """What the bot is told."""
        return super().settings.model_copy(
            update={
                "slack_bot_token": None,
                "slack_app_token": None,
                "slack_client_id": self.distribution.client_id,
                "slack_client_secret": SecretStr(self.distribution.client_secret),
                "slack_signing_secret": SecretStr(self.distribution.signing_secret),
            }
        )

    async def start_bot(self) -> None:
        """Start the bot in this event loop."""
        self.bot = Bot(self.settings, self.clock)
        await self.bot.start()

    async def fill_keys(self, credential: Credential, *, person: Person | None = None, **more: str) -> Outcome:
        """Give a credential on the page that the modal leads to."""
        person = person or self.workspace.accountant
        (url,) = re.findall(r"'url': '(http[^']+/key/[^']+)'", str(self.top(person).blocks))
        outcome = await self.press(person, "open_key_form")
        form = {"customer_key": credential.customer_key, "customer_id": credential.customer_id, **more}
        async with aiohttp.ClientSession() as session, session.post(url, data=form) as answer:
            assert answer.status == 200
        return outcome

    async def begin_installing(self) -> tuple[str, str]:
        """Press the button on the page. Return where Slack is, and the cookie that the browser got."""
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.address}/slack/install", allow_redirects=False) as answer,
        ):
            assert answer.status == 303
            cookie = SimpleCookie(answer.headers["Set-Cookie"])["fabric_install"]
            assert cookie["httponly"]
            assert cookie["samesite"] == "Lax"
            return answer.headers["Location"], cookie.value

    async def allow(self, where: str, workspace: SlackWorkspace, *, yes: bool = True) -> str:
        """Allow the app on Slack's page, or cancel; return where Slack sends the browser."""
        form = {"team": workspace.team_id, "allow": "yes" if yes else ""}
        async with (
            aiohttp.ClientSession() as session,
            session.post(where, data=form, allow_redirects=False) as answer,
        ):
            assert answer.status == 303
            return answer.headers["Location"]

    async def come_back(self, where: str, cookie: str, language: str = "") -> tuple[int, str]:
        """Open what Slack sends the browser to."""
        headers = {"Cookie": f"fabric_install={cookie}", "Accept-Language": language}
        async with aiohttp.ClientSession() as session, session.get(where, headers=headers) as answer:
            return answer.status, await answer.text()

    async def install(self, workspace: SlackWorkspace) -> str:
        """Install the app in a workspace, from the page to the end, and return what the last page says."""
        where, cookie = await self.begin_installing()
        assert parse_qs(urlsplit(where).query)["state"] == [cookie]
        status, html = await self.come_back(await self.allow(where, workspace), cookie)
        assert status == 200, re.sub(r"<[^>]+>", " ", html)
        return html


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
