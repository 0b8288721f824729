"""The one HTTP server of a workspace: Web API, Socket Mode, response_urls, and the web page."""

import asyncio
import socket
from dataclasses import dataclass

from aiohttp import web

from sandbox.slack.api import handle_call
from sandbox.slack.distribution import Distribution
from sandbox.slack.oauth_pages import add_oauth_routes
from sandbox.slack.page import add_page_routes
from sandbox.slack.response_urls import handle_response_url
from sandbox.slack.transfers import add_transfer_routes
from sandbox.slack.workspace import SlackWorkspace

TICK_SECONDS = 0.25


@dataclass
class RunningServer:
    """A server that listens; `url` is the page's address, `api_url` what SLACK_API_URL wants."""

    workspace: SlackWorkspace
    url: str
    api_url: str
    _runner: web.AppRunner
    _clockwork: asyncio.Task[None]

    async def close(self) -> None:
        """Stops listening and closes all connections."""
        self._clockwork.cancel()
        await asyncio.gather(self._clockwork, return_exceptions=True)
        await self.workspace.deliveries.close()
        await self.workspace.sockets.close()
        await self._runner.cleanup()


async def start_server(
    workspace: SlackWorkspace,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    netvisor_url: str = "",
    distribution: Distribution | None = None,
) -> RunningServer:
    """Starts serving a workspace; port 0 takes any free one. `netvisor_url` is linked from the page.

    With a distribution its Web API serves all workspaces of that, each by its tokens, and the app is installed from
    here; each workspace's page is a server of its own.
    """
    application = web.Application(client_max_size=16 * 1024 * 1024)

    async def call(request: web.Request) -> web.StreamResponse:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        named = distribution.workspace_of(token) if distribution else None
        return await handle_call(named or workspace, request)

    async def respond(request: web.Request) -> web.StreamResponse:
        return await handle_response_url(workspace, request)

    if distribution:
        add_oauth_routes(application, distribution)
    application.router.add_route("*", "/api/{method}", call)
    application.router.add_get("/socket", workspace.sockets.serve)
    application.router.add_post("/response/{key}", respond)
    add_transfer_routes(application, workspace)
    add_page_routes(application, workspace, netvisor_url, distribution)

    listener = socket.create_server((host, port))
    workspace.base_url = f"http://{host}:{listener.getsockname()[1]}"
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    clockwork = asyncio.create_task(_run_clockwork(workspace))
    return RunningServer(workspace, workspace.base_url, f"{workspace.base_url}/api/", runner, clockwork)


async def _run_clockwork(workspace: SlackWorkspace) -> None:
    while True:
        await workspace.tick()
        await asyncio.sleep(TICK_SECONDS)
