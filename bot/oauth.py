"""Installing the app in a workspace: the page with its reasons, the way through Slack, the tokens kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urljoin

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.settings import OAuthApp, Settings
from bot.slack import SlackClients, tokens_of
from handlers.faults import code_of
from handlers.locale import LANGUAGES, Locale
from handlers.request import Services
from handlers.views.pages import Page, install_page, installed, not_installed
from handlers.views.scopes import needed, optional
from services import tickets
from services.installations import install, meet, seal_tokens, workspace_id
from services.records import Installation
from services.store import Unit

log = structlog.get_logger(__name__)

PURPOSE = "install"
NOBODY = "-"
"""The workspace and person of a state: who installs and where is known at the end only."""


class Installing:
    """The steps of an installation."""

    def __init__(self, settings: Settings, app: OAuthApp, services: Services, clients: SlackClients) -> None:
        self._app = app
        self._services = services
        self._clients = clients
        self._language = settings.fabric_language
        self._redirect = f"{settings.fabric_public_url}/slack/oauth_redirect"
        self._authorize = urljoin(settings.slack_api_url, "../oauth/v2/authorize")
        # Opens the app also where Slack runs in the browser, in which a slack:// address does nothing.
        self._open = urljoin(settings.slack_api_url, "../app_redirect")

    def page(self, locale: Locale) -> Page:
        """Return the page that says why each right is asked for."""
        return install_page(locale, needed(locale), optional(locale), LANGUAGES)

    async def begin(self) -> tuple[str, str]:
        """Return Slack's address to go on at, and the state that must come back from there, to the same browser."""

        def issue(unit: Unit) -> str:
            state, _ = tickets.issue(unit, NOBODY, PURPOSE, NOBODY, self._services.clock())
            return state

        state = await self._services.store.run(issue)
        query = {
            "client_id": self._app.client_id,
            # Which of them are optional stands in the app's manifest.
            "scope": ",".join([*needed(Locale()), *optional(Locale())]),
            "redirect_uri": self._redirect,
            "state": state,
        }
        return f"{self._authorize}?{urlencode(query)}", state

    async def end(self, query: Mapping[str, str], state: str, locale: Locale) -> Page:
        """Exchange the code that Slack sends for tokens and keep them; `state` is what the browser was given."""
        if (
            not state
            or query.get("state") != state
            or not await self._services.store.run(lambda u: self._use(u, state))
        ):
            return not_installed(locale, "state")
        if query.get("error") or not query.get("code"):
            return not_installed(locale, "access_denied")
        try:
            answer = await self._clients.exchange(code=query["code"], redirect_uri=self._redirect)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
            code = code_of(error) if isinstance(error, SlackApiError) else None
            log.warning("slack.not_installed", error=code or type(error).__name__)
            return not_installed(locale, "slack")
        return await self._keep(answer, locale)

    def _use(self, unit: Unit, state: str) -> bool:
        ticket = tickets.find(unit, state, self._services.clock())
        return ticket is not None and ticket.purpose == PURPOSE and tickets.use(unit, ticket)

    async def _keep(self, answer: Any, locale: Locale) -> Page:
        team: dict[str, Any] = answer.get("team") or {}
        enterprise: dict[str, Any] = answer.get("enterprise") or {}
        installer: dict[str, Any] = answer.get("authed_user") or {}
        workspace = workspace_id(enterprise.get("id"), team.get("id"))
        name = str(team.get("name") or enterprise.get("name") or "")
        now = self._services.clock()
        installation = seal_tokens(
            self._services.vault,
            Installation(
                workspace=workspace,
                id=workspace,
                app_id=str(answer.get("app_id") or ""),
                bot_user_id=str(answer.get("bot_user_id") or ""),
                scopes=str(answer.get("scope") or ""),
                sealed_bot_token="",
                installed_by=str(installer.get("id") or ""),
                installed_at=now,
            ),
            tokens_of(answer, now),
        )

        def keep(unit: Unit) -> None:
            install(unit, installation)
            if team:
                meet(unit, workspace, name, self._language, now)

        await self._services.store.run(keep)
        self._clients.forget(workspace)
        self._services.wake()
        log.info("slack.installed", workspace=workspace)
        where = {"app": installation.app_id, **({"team": team["id"]} if team.get("id") else {})}
        return installed(locale, name, f"{self._open}?{urlencode(where)}")
