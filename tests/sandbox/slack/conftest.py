"""A workspace with a tiny real Bolt app connected to it."""

from collections.abc import AsyncIterator

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import RunningServer, SlackWorkspace, start_server

from .shapes import MANIFEST, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def server() -> AsyncIterator[RunningServer]:
    running = await start_server(SlackWorkspace(MANIFEST, rate_limits=False))
    yield running
    await running.close()


@pytest.fixture
async def still(clock: Clock) -> AsyncIterator[RunningServer]:
    """A workspace whose clock stands still until a test moves it, with Slack's rate limits."""
    running = await start_server(SlackWorkspace(MANIFEST, clock=clock))
    yield running
    await running.close()


@pytest.fixture
def workspace(server: RunningServer) -> SlackWorkspace:
    return server.workspace


@pytest.fixture
def client(server: RunningServer) -> AsyncWebClient:
    return AsyncWebClient(token=server.workspace.bot_token, base_url=server.api_url)


@pytest.fixture
def still_client(still: RunningServer) -> AsyncWebClient:
    return AsyncWebClient(token=still.workspace.bot_token, base_url=still.api_url)


@pytest.fixture
def app(client: AsyncWebClient) -> AsyncApp:
    """A Bolt app without listeners; tests add theirs and then connect it."""
    return AsyncApp(client=client)


@pytest.fixture
async def connected(app: AsyncApp, workspace: SlackWorkspace) -> AsyncIterator[AsyncApp]:
    """The Bolt app, connected over Socket Mode."""
    handler = AsyncSocketModeHandler(app, workspace.app_token)
    await handler.connect_async()
    await workspace.wait_for(lambda: workspace.is_connected)
    yield app
    await handler.close_async()
