"""A workspace with a tiny real Bolt app connected to it, and its page in a browser."""

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import RunningServer, SlackWorkspace, start_server

from .shapes import MANIFEST, Clock

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

PATIENCE = 60_000
"""Milliseconds that anything on the page may take on a busy machine."""


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


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        chromium = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield chromium
        await chromium.close()


@pytest.fixture
async def page(browser: Browser, server: RunningServer) -> Page:
    """The workspace as the admin sees it. An error in the page's scripts fails the test."""
    opened = await browser.new_page(viewport={"width": 1200, "height": 800})
    opened.set_default_timeout(PATIENCE)
    await opened.goto(server.url)
    await expect(opened.get_by_role("heading", name="#asiakkaat")).to_be_visible()
    return opened
