"""A Bolt app that acknowledges everything and does nothing: what any app written with Bolt takes, as a floor."""

from __future__ import annotations

import asyncio
import os
import re
import signal

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

ANYTHING = re.compile("")


async def acknowledge(ack: AsyncAck) -> None:
    """Acknowledge."""
    await ack()


async def run() -> None:
    """Listen until told to end."""
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client, token=client.token, request_verification_enabled=False)
    app.command(ANYTHING)(acknowledge)
    app.action(ANYTHING)(acknowledge)
    handler = AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"])
    await handler.connect_async()
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()
    await handler.close_async()


if __name__ == "__main__":
    asyncio.run(run())
