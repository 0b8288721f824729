"""Slack's side of the program: the Bolt app with every conversation, and a Web API client for each workspace."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import aiohttp
import structlog
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
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
from handlers.request import Services
from services.clock import Clock
from services.exclusive import Exclusive
from services.installations import (
    Tokens,
    installation_of,
    meet,
    open_tokens,
    organisation_of,
    seal_tokens,
    workspace_id,
)
from services.notifier import SlackRefused
from services.records import Installation
from services.store import Store
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


class SlackClients:
    """A Web API client for each workspace: that of the settings' token, or those that installed the app.

    Opened tokens are kept in memory until they expire or the installation is removed.
    """

    def __init__(self, store: Store, vault: Vault, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._url = settings.slack_api_url
        self._language = settings.fabric_language
        self._app: OAuthApp | None = settings.oauth_app
        self._session: aiohttp.ClientSession | None = None
        self._known: dict[str, tuple[AsyncWebClient, AuthorizeResult, datetime | None]] = {}
        self._exclusive = Exclusive()

    def open(self) -> None:
        """Begin to share one pool of connections."""
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=30), connector=aiohttp.TCPConnector(limit=128)
        )

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    def client(self, token: str | None = None) -> AsyncWebClient:
        """Return a client with any token, or none."""
        return AsyncWebClient(token=token, base_url=self._url, session=self._session, retry_handlers=[])

    def keep(self, workspace: str, token: SecretStr, identity: dict[str, Any]) -> None:
        """Have the token of the settings serve its workspace."""
        bot = token.get_secret_value()
        self._known[workspace] = (self.client(bot), _authorized(workspace, identity["user_id"], bot), None)

    def forget(self, workspace: str) -> None:
        """Let an installation's token go, and those of the workspaces that it serves."""
        for known in [one for one in self._known if workspace in (one, organisation_of(one))]:
            del self._known[known]

    async def __call__(self, workspace: str) -> AsyncWebClient:
        """Return a workspace's client, its token fresh; raise SlackRefused when the app is not installed there."""
        client, _ = await self._serving(workspace)
        return client

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """Return as what we act in a delivery's workspace, as Bolt asks; None when the app is not installed there."""
        workspace = workspace_id(enterprise_id, team_id)
        try:
            _, authorized = await self._serving(workspace)
        except SlackRefused:
            log.info("slack.not_installed", workspace=workspace)
            return None
        return authorized

    async def _serving(self, workspace: str) -> tuple[AsyncWebClient, AuthorizeResult]:
        known = self._known.get(workspace)
        if known is None or self._is_late(known[2]):
            async with self._exclusive.of(organisation_of(workspace) or workspace):
                known = self._known.get(workspace)
                if known is None or self._is_late(known[2]):
                    known = await self._open(workspace)
        client, authorized, _ = known
        return client, authorized

    def _is_late(self, expires_at: datetime | None) -> bool:
        return expires_at is not None and self._clock() > expires_at - REFRESH_BEFORE

    async def _open(self, workspace: str) -> tuple[AsyncWebClient, AuthorizeResult, datetime | None]:
        now = self._clock()
        installation = await self._store.run(lambda unit: installation_of(unit, workspace))
        if installation is None:
            self._known.pop(workspace, None)
            raise SlackRefused("not_installed")
        if installation.workspace != workspace:
            # An organisation's: its workspaces show themselves one by one.
            await self._store.run(lambda unit: meet(unit, workspace, "", self._language, now))
        tokens = open_tokens(self._vault, installation)
        if tokens.refresh and self._is_late(tokens.expires_at):
            tokens = await self._refresh(installation, tokens)
        bot = tokens.bot.get_secret_value()
        known = (self.client(bot), _authorized(workspace, installation.bot_user_id, bot), tokens.expires_at)
        self._known[workspace] = known
        return known

    async def exchange(self, **given: str) -> Any:
        """Return Slack's answer to a code or a refresh token: tokens. slack_sdk's own way makes aiohttp complain."""
        assert self._app is not None
        secret = {"client_id": self._app.client_id, "client_secret": self._app.client_secret.get_secret_value()}
        return await self.client().api_call("oauth.v2.access", data={**secret, **given})

    async def _refresh(self, installation: Installation, tokens: Tokens) -> Tokens:
        """Exchange tokens for the next and store them; the present ones serve on when Slack does not give any."""
        assert tokens.refresh is not None
        try:
            answer = await self.exchange(grant_type="refresh_token", refresh_token=tokens.refresh.get_secret_value())
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
            code = cast("Any", error.response).get("error") if isinstance(error, SlackApiError) else None
            log.error("slack.token_not_refreshed", workspace=installation.workspace, error=code or type(error).__name__)
            if tokens.expires_at and tokens.expires_at <= self._clock():
                raise SlackRefused("token_expired") from None
            return tokens
        fresh = tokens_of(answer, self._clock())
        sealed = seal_tokens(self._vault, installation, fresh)
        await self._store.run(
            # Not if the app was removed meanwhile.
            lambda unit: unit[Installation].change(
                installation.workspace,
                installation.id,
                {"removed_at": None},
                sealed_bot_token=sealed.sealed_bot_token,
                sealed_refresh_token=sealed.sealed_refresh_token,
                expires_at=sealed.expires_at,
            )
        )
        log.info("slack.token_refreshed", workspace=installation.workspace)
        return fresh


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
