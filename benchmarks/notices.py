"""Ten thousand notices due at once, with the program killed five times on the way.

    python -m benchmarks.notices

Twenty workspaces of one bot have 25 channels each, and every channel has twenty clients whose message is due. Slack
(the sandbox, with its rates) runs here, the program in a process of its own. Measured from the program's first start
until the last message stands in its channel. Nothing may come twice, or before one that was asked for earlier in its
channel, and Slack may not have to ask the program once to slow down.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from benchmarks.program import Program
from benchmarks.world import beside
from sandbox.slack import Distribution, SlackWorkspace, start_server
from services import jobs
from services.installations import Tokens, seal_tokens
from services.records import Client, ClientState, Installation, Process, Workspace
from services.store import Unit
from services.vault import Vault, generate_key
from storage import open_store
from tests.journeys.firm import read_manifest

WORKSPACES, CHANNELS, CLIENTS = 20, 25, 20
"""Of each: workspaces, channels in a workspace, clients in a channel."""

NOTICES = WORKSPACES * CHANNELS * CLIENTS
KILLS = 5
LIMIT = 300.0


def workspace(number: int) -> SlackWorkspace:
    """Return a workspace with its channels."""
    made = SlackWorkspace(read_manifest(), rate_limits=True, team_id=f"T{number:03}", name=f"Firm {number}")
    for channel in range(CHANNELS):
        made.add_channel(f"clients-{channel}", "public", {made.bot.id, made.admin.id})
    return made


def due(unit: Unit, vault: Vault, one: SlackWorkspace, now: datetime) -> None:
    """Store a workspace whose clients' messages are all due now, in the order of their names."""
    token = f"xoxb-benchmark-{one.team_id}"
    one.bot_tokens[token] = None
    one.scopes |= one.manifest.scopes
    name = one.team_id
    unit[Workspace].put(Workspace(name, name, name, one.team_name, "fi", now))
    installation = Installation(name, name, one.app_id, one.bot.id, "", "", one.admin.id, now)
    unit[Installation].put(seal_tokens(vault, installation, Tokens(SecretStr(token))))
    for place in range(CHANNELS):
        channel = one.channel(f"clients-{place}")
        for number in range(CLIENTS):
            key = f"{place:02}-{number:02}"
            client = Client(
                workspace=name,
                id=f"{name}-{key}",
                business_id=f"{name}-{key}",
                name=f"Asiakas {key} Oy",
                process=Process.STANDARD,
                channel=channel.id,
                credential_id="",
                state=ClientState.PAUSED,
                added_by=one.admin.id,
                added_at=now,
                state_since=now,
            )
            unit[Client].put(client)
            lock = jobs.channel_lock(name, channel.id)
            at = now + timedelta(microseconds=place * CLIENTS + number)
            jobs.enqueue(unit, name, "card", client.id, at, lock=lock)


def standing(workspaces: list[SlackWorkspace]) -> list[list[str]]:
    """Return what stands in each channel: the first line of each message."""
    return [
        [message.visible_text.split("\n")[0] for message in one.messages(f"clients-{place}")]
        for one in workspaces
        for place in range(CHANNELS)
    ]


def count(workspaces: list[SlackWorkspace]) -> int:
    """Return how many messages stand in all channels."""
    return sum(len(channel.messages) for one in workspaces for channel in one.channels.values())


async def measure(folder: Path) -> bool:
    """Measure and print, and return whether all held."""
    workspaces = [workspace(number) for number in range(WORKSPACES)]
    distribution = Distribution(*workspaces)
    slack = await start_server(workspaces[0], distribution=distribution)
    key, now = generate_key(), datetime.now(UTC) - timedelta(minutes=1)
    store = open_store(folder / "fabric.db")
    vault = Vault([key])
    for one in workspaces:
        await store.run(lambda unit, one=one: due(unit, vault, one, now))
    store.close()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    program = Program(
        folder,
        {
            "SLACK_API_URL": slack.api_url,
            "SLACK_CLIENT_ID": distribution.client_id,
            "SLACK_CLIENT_SECRET": distribution.client_secret,
            "SLACK_SIGNING_SECRET": distribution.signing_secret,
            "FABRIC_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "FABRIC_LISTEN": f"127.0.0.1:{port}",
            "FABRIC_SECRET_KEYS": key,
            "NETVISOR_URL": "http://127.0.0.1:9",
            "NETVISOR_PARTNER_ID": "benchmark",
            "NETVISOR_PARTNER_KEY": "0" * 32,
            "NETVISOR_ACCESS_KEY": "0" * 32,
            "DATABASE_URL": f"sqlite:///{folder}/fabric.db",
        },
    )
    began, killed, shown = time.monotonic(), 0, 0
    program.start()
    try:
        while (told := count(workspaces)) < NOTICES and time.monotonic() - began < 3 * LIMIT:
            if killed < KILLS and told > NOTICES * (killed + 1) / (KILLS + 1):
                program.kill()
                program.start()
                killed += 1
            if told - shown >= NOTICES / 10:
                shown = told
                print(f"  {told:,} after {time.monotonic() - began:.0f} s, killed {killed} times", flush=True)
            await asyncio.sleep(0.25)
        seconds = time.monotonic() - began
        await asyncio.sleep(5)
    finally:
        program.stop()
        await slack.close()
    channels = standing(workspaces)
    refused = sum(call.status == 429 for one in workspaces for call in one.calls)
    twice = sum(len(lines) - len(set(lines)) for lines in channels)
    out_of_order = sum(lines != sorted(lines) for lines in channels)
    print(f"{NOTICES:,} notices, {WORKSPACES} workspaces, {len(channels)} channels, {killed} kills")
    print(f"  told {sum(map(len, channels)):,}, twice {twice}, channels out of order {out_of_order}, 429s {refused}")
    within = beside("until the last one stands", seconds, LIMIT, "s")
    whole = sum(map(len, channels)) == NOTICES and killed == KILLS
    return within and whole and not (refused or twice or out_of_order)


def main() -> None:
    """Measure; exit code 0 when all held."""
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(not asyncio.run(measure(Path(folder))))


if __name__ == "__main__":
    main()
