"""A workspace with a tiny real Bolt app connected to it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import RunningServer, SlackWorkspace, start_server

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Fabric", "background_color": "#1f4d3a", "description": "Posts invoices"},
    "features": {
        "bot_user": {"display_name": "Fabric"},
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [
            {"command": "/fabric", "description": "Netvisor clients", "usage_hint": "add-client | clients"}
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "commands",
                "chat:write",
                "im:history",
                "im:write",
                "im:read",
                "users:read",
                "app_mentions:read",
                "channels:history",
                "reactions:write",
                "assistant:write",
                "team:read",
            ],
            "bot_optional": ["channels:read"],
        }
    },
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened", "app_mention", "message.im"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


class Clock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def server() -> AsyncIterator[RunningServer]:
    running = await start_server(SlackWorkspace(MANIFEST, rate_limits=False))
    yield running
    await running.close()


@pytest.fixture
def workspace(server: RunningServer) -> SlackWorkspace:
    return server.workspace


@pytest.fixture
def client(server: RunningServer) -> AsyncWebClient:
    return AsyncWebClient(token=server.workspace.bot_token, base_url=server.api_url)


@pytest.fixture
def app(client: AsyncWebClient) -> AsyncApp:
    """A Bolt app without listeners; tests add theirs and then connect it."""
    return AsyncApp(token=client.token, client=client)


@pytest.fixture
async def connected(app: AsyncApp, workspace: SlackWorkspace) -> AsyncIterator[AsyncApp]:
    """The Bolt app, connected over Socket Mode."""
    handler = AsyncSocketModeHandler(app, workspace.app_token)
    await handler.connect_async()
    await workspace.wait_for(lambda: workspace.is_connected)
    yield app
    await handler.close_async()
