"""The sandbox's servers: `python -m sandbox SLACK_PORT [BOOKS]`. Prints where they are, as one line of JSON."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

import yaml

from sandbox.netvisor import Netvisor
from sandbox.netvisor import start_server as start_netvisor
from sandbox.slack import SlackWorkspace
from sandbox.slack import start_server as start_slack

LATENCY = 0.05
"""Seconds that a Netvisor call takes, as a call over the internet would."""


def read_manifest() -> dict[str, object]:
    """Return the app's manifest, from the folder that the program runs in or from beside the packages."""
    for folder in (Path.cwd(), Path(__file__).parent.parent):
        if (folder / "manifest.yml").exists():
            return yaml.safe_load((folder / "manifest.yml").read_text())
    raise SystemExit("manifest.yml is not to be found: run this in the project's folder")


async def serve(slack_port: int, books: Path | None) -> None:
    """Serve until asked to stop."""
    workspace = SlackWorkspace(read_manifest())
    netvisor = Netvisor()
    netvisor.latency = LATENCY
    if books:
        netvisor.load_books(books)
    slack_url, netvisor_url = (f"http://127.0.0.1:{port}" for port in (slack_port, slack_port + 1))
    try:
        slack = await start_slack(workspace, port=slack_port, netvisor_url=netvisor_url)
        company = await start_netvisor(netvisor, port=slack_port + 1, slack_url=slack_url)
    except OSError as error:
        raise SystemExit(
            f"Ports {slack_port} and {slack_port + 1} are needed and one is taken ({error.strerror}). Is the sandbox "
            "running already? Other ports: fabric-bot sandbox --port 8500"
        ) from None
    environment = {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "NETVISOR_URL": company.api_url,
        "NETVISOR_PARTNER_ID": netvisor.partner_id,
        "NETVISOR_PARTNER_KEY": netvisor.partner_key,
        "NETVISOR_ACCESS_KEY": netvisor.access_key,
        "NETVISOR_CIRCULATION_TEMPLATE": "guess",
    }
    sys.stdout.write(json.dumps({"page": slack.url, "environment": environment}) + "\n")
    sys.stdout.flush()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await slack.close()
    await company.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
