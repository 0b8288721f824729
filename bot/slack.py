"""Slack's side of the program: the Bolt app with every conversation, and a Web API client for each workspace."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import aiohttp
import structlog
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import OAuthApp, Settings
from handlers import (
    add_client,
    add_clients,
    automation,
    circulation,
    circulation_trial,
    client_card,
    client_list,
    clients,
    credentials,
    dimensions,
    favourites,
    help_ai,
    help_questions,
    help_rules,
    home,
    installations,
    key_link,
    notices,
    processes,
    repair_messages,
    review,
    rights,
    settings,
    training,
)
from handlers.dispatch import Listeners
from handlers.locale import Locale
from handlers.notifier import answer_of
from handlers.request import Services
from services.clock import Clock
from services.installations import (
    Tokens,
    installation_of,
    meet,
    open_tokens,
    organisation_of,
    seal_tokens,
    workspace_id,
)
from services.notifier import NOT_INSTALLED, NotServed, SlackBusy, SlackRefused
from services.records import Installation
from services.store import Store, Unit
from services.vault import Vault

log = structlog.get_logger(__name__)

CONVERSATIONS = (
    clients,
    add_client,
    add_clients,
    credentials,
    rights,
    repair_messages,
    review,
    processes,
    training,
    dimensions,
    automation,
    help_ai,
    help_questions,
    help_rules,
    circulation,
    circulation_trial,
    client_list,
    client_card,
    favourites,
    home,
    settings,
    installations,
    key_link,
    notices,
)
"""What people do in Slack: each registers its listeners."""

REFRESH_BEFORE = timedelta(hours=2)
"""How long before its end a token is exchanged for the next: Slack's live for twelve hours."""

REFRESH_AGAIN = timedelta(minutes=1)
"""How long an exchange that came to nothing rests: meanwhile nobody waits for another."""


@dataclass(frozen=True)
class _Serving:
    """As what we act in a workspace; `installation` names whose token it is, nothing for that of the settings."""

    client: AsyncWebClient
    authorized: AuthorizeResult
    installation: str = ""
    expires_at: datetime | None = None

    def ends_before(self, moment: datetime) -> bool:
        """Tell whether the token does not serve any more then."""
        return self.expires_at is not None and self.expires_at <= moment


@dataclass(frozen=True)
class _NotRefreshed:
    """An exchange that came to nothing, when it is tried again, and whether Slack itself said no."""

    until: datetime
    refused: bool


class SlackClients:
    """A Web API client for each workspace: that of the settings' token, or those that installed the app.

    Opened tokens are kept in memory until the installation is removed or its tokens are exchanged. That is done beside
    what asks for them, for as long as the present ones serve.
    """

    def __init__(self, store: Store, vault: Vault, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._url = settings.slack_api_url
        self._language = settings.fabric_language
        self._app: OAuthApp | None = settings.oauth_app
        self._session: aiohttp.ClientSession | None = None
        self._known: dict[str, _Serving] = {}
        self._forgotten = 0
        self._refreshing: dict[str, asyncio.Task[None]] = {}
        self._not_refreshed: dict[str, _NotRefreshed] = {}

    def open(self) -> None:
        """Begin to share one pool of connections."""
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=30), connector=aiohttp.TCPConnector(limit=128)
        )

    async def close(self) -> None:
        """Close the connections; tokens that are being exchanged are stored first, for the old ones end with it."""
        await asyncio.gather(*self._refreshing.values())
        if self._session:
            await self._session.close()

    def client(self, token: str | None = None) -> AsyncWebClient:
        """Return a client with any token, or none."""
        return AsyncWebClient(token=token, base_url=self._url, session=self._session, retry_handlers=[])

    def keep(self, workspace: str, token: SecretStr, identity: dict[str, Any]) -> None:
        """Have the token of the settings serve its workspace."""
        bot = token.get_secret_value()
        self._known[workspace] = _Serving(self.client(bot), _authorized(workspace, identity["user_id"], bot))

    def forget(self, workspace: str) -> None:
        """Let an installation's token go, and those of the workspaces that it serves."""
        self._forgotten += 1
        self._not_refreshed.pop(workspace, None)
        for known in [one for one in self._known if workspace in (one, organisation_of(one))]:
            del self._known[known]

    async def __call__(self, workspace: str) -> AsyncWebClient:
        """Return a workspace's client, for work that nobody waits for.

        Raises SlackRefused when the app is not installed there, SlackBusy while its token has ended:
        that passes, or is mended by installing the app again.
        """
        serving = await self._serving(workspace)
        if serving.ends_before(self._clock()):
            raise SlackBusy(REFRESH_AGAIN)
        return serving.client

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """Return as what we act in a delivery's workspace, as Bolt asks; None when the app is not installed there.

        Neither is it where Slack gives no more tokens. Where it only does not answer, deliveries are taken all the
        same: to acknowledge them and to store what is to be done no token is needed.
        """
        workspace = workspace_id(enterprise_id, team_id)
        try:
            serving = await self._serving(workspace)
        except SlackRefused:
            log.info("slack.not_installed", workspace=workspace)
            return None
        failed = self._not_refreshed.get(serving.installation)
        if failed and failed.refused and serving.ends_before(self._clock()):
            log.info("slack.not_installed", workspace=workspace)
            return None
        return serving.authorized

    async def _serving(self, workspace: str) -> _Serving:
        serving = self._known.get(workspace) or await self._open(workspace)
        now = self._clock()
        failed = self._not_refreshed.get(serving.installation)
        if serving.ends_before(now + REFRESH_BEFORE) and (failed is None or failed.until <= now):
            refreshing = self._refresh(serving.installation)
            if serving.ends_before(now):
                await asyncio.shield(refreshing)
                return self._known.get(workspace) or await self._open(workspace)
        return serving

    async def _open(self, workspace: str) -> _Serving:
        def find(unit: Unit) -> Installation | None:
            found = installation_of(unit, workspace)
            if found and found.workspace != workspace:
                # An organisation's: its workspaces show themselves one by one.
                meet(unit, workspace, "", self._language, self._clock())
            return found

        while True:
            forgotten = self._forgotten
            installation = await self._store.run(find)
            if installation is None:
                raise SlackRefused(NOT_INSTALLED)
            if forgotten == self._forgotten:  # else what was read may be what was to be forgotten
                break
        bot = open_tokens(self._vault, installation).bot.get_secret_value()
        authorized = _authorized(workspace, installation.bot_user_id, bot)
        serving = _Serving(self.client(bot), authorized, installation.id, installation.expires_at)
        self._known[workspace] = serving
        return serving

    async def exchange(self, **given: str) -> Any:
        """Return Slack's answer to a code or a refresh token: tokens. slack_sdk's own way makes aiohttp complain."""
        assert self._app is not None
        secret = {"client_id": self._app.client_id, "client_secret": self._app.client_secret.get_secret_value()}
        return await self.client().api_call("oauth.v2.access", data={**secret, **given})

    def _refresh(self, installation: str) -> asyncio.Task[None]:
        """Have an installation's tokens exchanged, once at a time. Nobody who stops waiting for it cuts it off."""
        task = self._refreshing.get(installation)
        if task is None:
            task = asyncio.create_task(self._exchange(installation), name=f"tokens of {installation}")
            self._refreshing[installation] = task
            task.add_done_callback(lambda _: self._refreshing.pop(installation, None))
        return task

    async def _exchange(self, installation: str) -> None:
        """Exchange tokens for the next and store them; the present ones serve on when Slack does not give any."""
        try:
            if await self._store_next(installation):
                log.info("slack.token_refreshed", workspace=installation)
            self.forget(installation)
        except Exception as error:
            code = error.code if isinstance(error, (SlackRefused, NotServed)) else None
            self._not_refreshed[installation] = _NotRefreshed(self._clock() + REFRESH_AGAIN, refused=code is not None)
            told = code or type(error.__cause__ or error).__name__
            log.error("slack.token_not_refreshed", workspace=installation, error=told)

    async def _store_next(self, installation_id: str) -> bool:
        """Store an installation's next tokens; False when it has none to be exchanged, or has the next ones already."""
        found = await self._store.run(lambda unit: unit[Installation].get(installation_id, installation_id))
        if found and found.expires_at and found.expires_at > self._clock() + REFRESH_BEFORE:
            return False
        refresh = open_tokens(self._vault, found).refresh if found and found.removed_at is None else None
        if found is None or refresh is None:
            return False
        answer = await answer_of(self.exchange(grant_type="refresh_token", refresh_token=refresh.get_secret_value()))
        sealed = seal_tokens(self._vault, found, tokens_of(answer, self._clock()))
        return await self._store.run(
            # Not if the app was removed meanwhile, or installed anew.
            lambda unit: unit[Installation].change(
                found.workspace,
                found.id,
                {"removed_at": None, "installed_at": found.installed_at},
                sealed_bot_token=sealed.sealed_bot_token,
                sealed_refresh_token=sealed.sealed_refresh_token,
                expires_at=sealed.expires_at,
            )
        )


def tokens_of(answer: Any, now: datetime) -> Tokens:
    """Return the tokens of an answer of oauth.v2.access."""
    refresh, seconds = answer.get("refresh_token"), answer.get("expires_in")
    expires_at = (now + timedelta(seconds=int(seconds))).astimezone(UTC) if seconds else None
    return Tokens(SecretStr(str(answer["access_token"])), SecretStr(str(refresh)) if refresh else None, expires_at)


def _authorized(workspace: str, bot_user_id: str, token: str) -> AuthorizeResult:
    enterprise_id, _, team_id = workspace.rpartition(".")
    return AuthorizeResult(
        enterprise_id=enterprise_id or None, team_id=team_id or None, bot_user_id=bot_user_id, bot_token=token
    )


def build_slack_app(clients: SlackClients, services: Services, language: str) -> AsyncApp:
    """Return the Bolt app with every conversation registered.

    The language is that of what is said in a workspace which removed the app: nobody there is known any more.
    """
    silence()

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        return await clients.authorize(enterprise_id, team_id)

    with _without_slack_variables():
        app = AsyncApp(
            client=clients.client(),
            logger=logging.getLogger("slack_bolt"),
            authorize=cast("Any", authorize),  # it may answer None, which Bolt expects and does not declare
            request_verification_enabled=False,  # Socket Mode needs none, and bot/http.py verifies before Bolt sees it
            user_facing_authorize_error_message=installations.not_installed(Locale(language), services.public_url),
            attaching_conversation_kwargs_enabled=False,
            # Listeners return their acknowledgement at once. Otherwise Bolt looks for it every ten milliseconds.
            process_before_response=True,
        )
    # A workspace that removed the app is no error; `authorize` tells of it.
    logging.getLogger("slack_bolt.AsyncMultiTeamsAuthorization").setLevel(logging.CRITICAL)
    listeners = Listeners(app)
    for conversation in CONVERSATIONS:
        conversation.register(listeners, services)
    return app


def silence() -> None:
    """Keep slack_bolt and slack_sdk from logging frames and bodies, in which keys and tokens are, at any level."""
    for name in ("slack_bolt", "slack_sdk"):
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def _without_slack_variables() -> Generator[None]:
    """Hide the environment's variables, by which Bolt would choose tokens, stores and an OAuth flow of its own."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("SLACK_")}
    try:
        yield
    finally:
        os.environ.update(hidden)
