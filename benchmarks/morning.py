"""A firm's morning: three hundred clients have ten thousand new invoices, and the bot starts.

    python -m benchmarks.morning [CLIENTS [INVOICES]]

Everything is due at once, which is worse than a real morning, over which clients are spread. Netvisor takes 50 ms for
each call, Slack holds its documented rates, and a person works in Slack meanwhile. Measured by Slack: from the start of
the bot until the review cards of all channels say that every invoice waits for review. Processes: the bot, Slack with
the person, Netvisor. The invoices are generated: the figures say nothing of accuracy.
"""

from __future__ import annotations

import asyncio
import dataclasses
import multiprocessing
import re
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil

from benchmarks.program import Program
from benchmarks.world import beside
from bot.settings import Settings
from sandbox.netvisor import ACCOUNTANT, Company, Netvisor, start_server
from sandbox.netvisor.business_id import business_ids
from sandbox.netvisor.catalogue import ARTICLE_GROUPS, resources_of
from sandbox.netvisor.chart import open_books
from sandbox.netvisor.history import write_history
from sandbox.netvisor.suppliers import OFFICE, TRADE
from services.records import Arrivals, Artifact, Chart, Client, ClientState, Job, Registers, RightsCheck, Run, new_id
from services.store import Unit
from storage import open_store
from tests.journeys.firm import Firm, FirmClock, fields

CLIENTS = 300
INVOICES = 10_000
CHANNELS = 6
LATENCY = 0.05

LIMIT_SECONDS = 600.0
LIMIT_MEGABYTES = 500.0
LIMIT_ACKNOWLEDGEMENT = 500.0

AFTERWARDS = 20.0
"""Seconds for which the person goes on, to tell what the machine does by itself."""

HISTORY_MONTHS = 24
"""The past of the company that is trained; its models serve all, whose own past is a month."""

FIRST_SERIAL = 9_600_000


def companies(count: int) -> list[Company]:
    """Return companies in which everything is right."""
    netvisor_now = FirmClock.of_the_machine()()
    found: list[Company] = []
    for place, business_id in enumerate(business_ids(FIRST_SERIAL, count)):
        company = Company(
            3000 + place,
            business_id,
            f"Aamu {place} Oy",
            integration_added=True,
            allowed_resources=resources_of(ARTICLE_GROUPS),
        )
        open_books(company, netvisor_now.year - 3, date(netvisor_now.year, netvisor_now.month, netvisor_now.day))
        write_history(company, OFFICE + TRADE, 1 if place else HISTORY_MONTHS, netvisor_now.replace(tzinfo=None))
        found.append(company)
    return found


class World:
    """A Netvisor with the companies in a process of its own, asked through a pipe."""

    def __init__(self, count: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(count, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self.api_url, self.customer_key, self.customer_id = self._ours.recv()

    def ask(self, *what: Any) -> Any:
        """Have the world do something, and return its answer."""
        self._ours.send(what)
        return self._ours.recv()

    def close(self) -> None:
        """End it."""
        self._ours.close()
        self._process.join(timeout=20)


def _serve(count: int, parent: Connection) -> None:
    asyncio.run(_serve_until_closed(count, parent))


async def _serve_until_closed(count: int, parent: Connection) -> None:
    netvisor = Netvisor(seed_companies=False)
    found = [netvisor.add_company(company) for company in companies(count)]
    credential = netvisor.create_credential(ACCOUNTANT)
    server = await start_server(netvisor)
    parent.send((server.api_url, credential.customer_key, credential.customer_id))
    closed = asyncio.Event()

    def answer() -> None:
        try:
            word, *rest = parent.recv()
        except EOFError:
            closed.set()
            return
        match word:
            case "receive":
                for place in range(rest[0]):
                    netvisor.receive_invoice(found[place % count].business_id)
                parent.send(rest[0])
            case "latency":
                netvisor.latency = rest[0]
                parent.send(None)
            case _:
                parent.send((len(netvisor.calls), len(netvisor.overlaps)))

    asyncio.get_running_loop().add_reader(parent.fileno(), answer)
    await closed.wait()
    await server.close()


class MorningFirm(Firm):
    """A firm whose bot works with the world's Netvisor, by the machine's own time and Slack's rates."""

    def __init__(self, folder: Path, netvisor_url: str) -> None:
        super().__init__(folder, clock=FirmClock.of_the_machine(), rate_limits=True)
        self._netvisor_url = netvisor_url

    @property
    def settings(self) -> Settings:
        """What the bot is told."""
        return super().settings.model_copy(update={"netvisor_url": self._netvisor_url})


async def first_client(firm: Firm, world: World) -> None:
    """Take one client into production through Slack."""
    aku = firm.workspace.accountant
    await firm.start_bot()
    await firm.open_form()
    (company, *_) = business_ids(FIRST_SERIAL, 1)
    values = {"name": "Aamu 0 Oy", "business_id": company, "process": "alternative"}
    values["channel"] = firm.workspace.channel("aamu-0").id
    await firm.workspace.submit(aku, firm.top(aku).id, fields(values))
    keys = {"customer_key": world.customer_key, "customer_id": world.customer_id}
    await firm.workspace.submit(aku, firm.top(aku).id, fields(keys))
    await firm.until(lambda: [one for one in firm.find(Client) if one.state is ClientState.PRODUCTION], patience=300)
    await firm.quiet()
    for view in list(firm.workspace.open_views(aku)):
        await firm.workspace.close_view(aku, view.id)
    await firm.stop_bot()


def copy_clients(firm: Firm, count: int) -> None:
    """Give the firm as many clients as companies: the others are the first one's copies, due like it."""
    store = open_store(firm.settings.database_file)
    ids = business_ids(FIRST_SERIAL, count)

    def copy(unit: Unit) -> None:
        now = datetime.now(UTC)  # the firm's own time has been put forward
        (first,) = unit[Client].find(None)
        channels = [firm.workspace.channel(f"aamu-{number}").id for number in range(CHANNELS)]
        for job in unit[Job].find(None):
            unit[Job].delete(job.workspace, id=job.id)
        for place, business_id in enumerate(ids):
            client_id = new_id() if place else first.id
            if place:
                copied = dataclasses.replace(
                    first,
                    id=client_id,
                    business_id=business_id,
                    name=f"Aamu {place} Oy",
                    channel=channels[place % CHANNELS],
                )
                unit[Client].put(copied)
                for kind in (Artifact, Arrivals, Chart, Registers, RightsCheck):
                    known = unit[kind].get(first.workspace, first.id)
                    if known:
                        unit[kind].put(dataclasses.replace(known, id=client_id))
                for run in unit[Run].find(None, client_id=first.id):
                    batch = f"{run.batch}{place}"
                    unit[Run].put(
                        dataclasses.replace(run, id=f"{batch}:{run.target}", batch=batch, client_id=client_id)
                    )
            unit[Job].add(
                Job(
                    workspace=first.workspace,
                    id=new_id(),
                    kind="fetch",
                    key=client_id,
                    lock=f"{first.workspace}/fetch/{client_id}",
                    payload={},
                    run_at=now,
                )
            )

    try:
        store.run_now(copy)
    finally:
        store.close()


def in_review(firm: Firm) -> int:
    """Return how many invoices Slack's review cards say are waiting."""
    waiting = 0
    for number in range(CHANNELS):
        for message in firm.posted(f"aamu-{number}"):
            found = re.match(r"([\d\s,.]+) invoices? waits? for review", message.text)
            waiting += int(re.sub(r"\D", "", found[1])) if found else 0
    return waiting


async def work(firm: Firm, count: int, waits: list[float]) -> None:
    """Be a person who looks at clients and reviews, without a pause, and keep how long each acknowledgement took."""
    aku, turn = firm.workspace.accountant, 0
    while True:
        turn += 1
        word = ("status", "review")[turn % 2]
        began = time.perf_counter()
        outcome = await firm.workspace.command(aku, "aamu-0", f"/fabric {word} Aamu {turn * 7 % count} Oy")
        waits.append((time.perf_counter() - began) * 1000)
        assert outcome.acknowledged, outcome
        await asyncio.sleep(0.7)
        while views := firm.workspace.open_views(aku):
            await firm.workspace.close_view(aku, views[-1].id)


async def measure(count: int, invoices: int, folder: Path, world: World) -> bool:
    """Measure and print, and return whether it is within the limits."""
    firm = MorningFirm(folder, world.api_url)
    await firm.open()
    for number in range(CHANNELS):
        people = {firm.workspace.bot.id, firm.workspace.accountant.id, firm.workspace.admin.id}
        firm.workspace.add_channel(f"aamu-{number}", "public", people)
    program = Program(folder, firm.environment)
    waits: list[float] = []
    try:
        print("setting up ...", flush=True)
        await first_client(firm, world)
        copy_clients(firm, count)
        waiting = in_review(firm)
        world.ask("receive", invoices)
        world.ask("latency", LATENCY)
        calls, _ = world.ask("calls")
        began = time.perf_counter()
        program.start()
        await firm.workspace.wait_for(lambda: firm.workspace.is_connected, 60)
        person = asyncio.create_task(work(firm, count, waits))
        process, most, shown = psutil.Process(program.pid), 0.0, 0
        while shown < waiting + invoices and time.perf_counter() - began < 2 * LIMIT_SECONDS:
            await asyncio.sleep(0.5)
            if not program.is_running or person.done():
                print(program.log[-5000:])
                raise SystemExit(person.exception() if person.done() else "the bot ended")
            if in_review(firm) != shown:
                shown = in_review(firm)
                print(f"  {time.perf_counter() - began:6.1f} s  {shown:,} in review", flush=True)
            family = [process, *process.children(recursive=True)]
            most = max(most, sum(one.memory_info().rss for one in family if one.is_running()) / 1e6)
        seconds = time.perf_counter() - began
        busy = len(waits)
        await asyncio.sleep(AFTERWARDS)
        person.cancel()
        spent = process.cpu_times()
        made, overlaps = world.ask("calls")
        refused = [call.method for call in firm.workspace.calls if call.status == 429]
        asked = len(firm.workspace.calls)
    finally:
        program.stop()
        await firm.close()
    waits, idle = sorted(waits[:busy]), sorted(waits[busy:])
    print(f"{count} clients, {invoices:,} new invoices, {LATENCY * 1000:.0f} ms for each of {made - calls} calls")
    print(f"  calls of one company that overlapped: {overlaps} (limit 0)")
    print(f"  the bot's own work: {spent.user + spent.system:.1f} s of a processor; {asked} calls of Slack")
    for when, some in (("meanwhile", waits), ("when all was done", idle)):
        print(f"  {len(some)} commands {when}: middle {some[len(some) // 2]:.0f} ms, slowest {some[-1]:.0f} ms")
    print(f"  invoices that wait for review: {shown - waiting:,} (of {invoices:,})")
    print(f"  Slack's rates exceeded: {len(refused)} times (limit 0) {sorted(set(refused)) or ''}")
    within = [
        beside("start to all in review", seconds, LIMIT_SECONDS, "s"),
        beside("memory, at most", most, LIMIT_MEGABYTES, "MB"),
        beside("slowest acknowledgement", waits[-1], LIMIT_ACKNOWLEDGEMENT, "ms"),
        shown - waiting == invoices,
        not refused,
        not overlaps,
    ]
    return all(within)


def main() -> None:
    """Measure with so many clients and invoices as the arguments say."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else CLIENTS
    invoices = int(sys.argv[2]) if len(sys.argv) > 2 else INVOICES
    world = World(count)
    try:
        with tempfile.TemporaryDirectory() as folder:
            within = asyncio.run(measure(count, invoices, Path(folder), world))
    finally:
        world.close()
    raise SystemExit(not within)


if __name__ == "__main__":
    main()
