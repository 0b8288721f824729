"""Serving a Netvisor on loopback: the API and the page."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web

from sandbox.netvisor.api import Api
from sandbox.netvisor.netvisor import Netvisor
from sandbox.netvisor.page import Page

_LARGEST_BODY = 20 * 1024 * 1024
_TICK = 1.0


@dataclass(frozen=True, slots=True)
class NetvisorServer:
    """A running server. `url` is the page's address, `api_url` is the value for NETVISOR_URL."""

    netvisor: Netvisor
    url: str
    _runner: web.AppRunner

    @property
    def api_url(self) -> str:
        """The address under which `<resource>.nv` stand."""
        return f"{self.url}/api"

    async def close(self) -> None:
        """Stop serving; calls under way are cut off."""
        await self._runner.cleanup()


async def start_server(
    netvisor: Netvisor, host: str = "127.0.0.1", port: int = 0, slack_url: str | None = None
) -> NetvisorServer:
    """Serve a Netvisor; port 0 takes a free one. `slack_url` is where the page's link to Slack leads.

    Raises OSError when the port is taken.
    """
    application = web.Application(client_max_size=_LARGEST_BODY)
    api = Api(netvisor)
    application.router.add_route("*", "/api/{resource}", api.handle)
    Page(netvisor, slack_url).add_routes(application.router)
    application.cleanup_ctx.append(_ticking(netvisor))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    bound: int = runner.addresses[0][1]
    return NetvisorServer(netvisor, f"http://{host}:{bound}", runner)


def _ticking(netvisor: Netvisor) -> Callable[[web.Application], AsyncIterator[None]]:
    """Return what has invoices arrive by the clock while the server runs."""

    async def run() -> None:
        while True:
            await asyncio.sleep(_TICK)
            netvisor.tick()

    async def context(_application: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(run())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return context
