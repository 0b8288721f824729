"""The sandbox's servers: `python -m sandbox PORT [--books FILE] [--http]`. Prints where they are, as a line of JSON.

The Slack page is at PORT, Netvisor's at the next. With --http there is a second workspace after that, the program is
expected to listen at PORT + 3, and nobody has installed it yet.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

import yaml

from sandbox.netvisor import Netvisor
from sandbox.netvisor import start_server as start_netvisor
from sandbox.slack import Distribution, SlackWorkspace
from sandbox.slack import start_server as start_slack

LATENCY = 0.05
"""Seconds that a Netvisor call takes, as a call over the internet would."""


def read_manifest() -> dict[str, object]:
    """Return the app's manifest, from the folder that the program runs in or from beside the packages."""
    for folder in (Path.cwd(), Path(__file__).parent.parent):
        if (folder / "manifest.yml").exists():
            return yaml.safe_load((folder / "manifest.yml").read_text())
    raise SystemExit("manifest.yml is not to be found: run this in the project's folder")


def two_workspaces(port: int) -> Distribution:
    """Return two workspaces that may install the app, which listens at a port."""
    manifest, address = read_manifest(), f"http://127.0.0.1:{port}"
    distribution = Distribution(
        SlackWorkspace(manifest),
        SlackWorkspace(manifest, team_id="T0TOINEN", name="Toinen Toimisto"),
        rotation=True,
    )
    distribution.request_url = f"{address}/slack/events"
    distribution.install_url = f"{address}/slack/install"
    return distribution


def slack_settings(workspace: SlackWorkspace, distribution: Distribution | None, port: int) -> dict[str, str]:
    """Return how the program is to reach Slack. What the other way would want is emptied: it may stand in .env."""
    http = distribution is not None
    return {
        "SLACK_BOT_TOKEN": "" if http else workspace.bot_token,
        "SLACK_APP_TOKEN": "" if http else workspace.app_token,
        "SLACK_CLIENT_ID": distribution.client_id if http else "",
        "SLACK_CLIENT_SECRET": distribution.client_secret if http else "",
        "SLACK_SIGNING_SECRET": distribution.signing_secret if http else "",
        "FABRIC_PUBLIC_URL": f"http://127.0.0.1:{port}" if http else "",
        "FABRIC_LISTEN": f"127.0.0.1:{port}",
    }


async def serve(slack_port: int, books: Path | None, *, http: bool) -> None:
    """Serve until asked to stop."""
    bot_port = slack_port + 3
    distribution = two_workspaces(bot_port) if http else None
    workspace, *others = distribution.workspaces if distribution else [SlackWorkspace(read_manifest())]
    netvisor = Netvisor()
    netvisor.latency = LATENCY
    if books:
        netvisor.load_books(books)
    slack_url, netvisor_url = (f"http://127.0.0.1:{port}" for port in (slack_port, slack_port + 1))
    try:
        slack = await start_slack(workspace, port=slack_port, netvisor_url=netvisor_url, distribution=distribution)
        company = await start_netvisor(netvisor, port=slack_port + 1, slack_url=slack_url)
        more = [
            await start_slack(other, port=slack_port + 2, netvisor_url=netvisor_url, distribution=distribution)
            for other in others
        ]
    except OSError as error:
        ports = f"{slack_port} to {bot_port}" if http else f"{slack_port} and {slack_port + 1}"
        raise SystemExit(
            f"Ports {ports} are needed and one is taken ({error.strerror}). Is the sandbox running already? "
            "Other ports: fabric-bot sandbox --port 8500"
        ) from None
    environment = {
        "SLACK_API_URL": slack.api_url,
        **slack_settings(workspace, distribution, bot_port),
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
    for server in (slack, company, *more):
        await server.close()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="sandbox")
    parser.add_argument("port", type=int)
    parser.add_argument("--books", type=Path)
    parser.add_argument("--http", action="store_true")
    asked = parser.parse_args()
    asyncio.run(serve(asked.port, asked.books, http=asked.http))


if __name__ == "__main__":
    main()
