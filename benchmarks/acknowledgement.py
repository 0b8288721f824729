"""How long people wait for an acknowledgement when fifty press at once and a training runs.

    python -m benchmarks.acknowledgement

Fifty people type a slash command in the same moment, again and again, while a company of a buyer's size is fetched
and learnt. Measured by Slack, from the delivery to its acknowledgement, so Slack's own work is in the figure. All
processes (the bot, its training, Slack with the people, Netvisor) share the machine's processors.
"""

from __future__ import annotations

import asyncio
import gc
import os
import tempfile
import time
from pathlib import Path

from benchmarks.onboarding import LATENCY, submit
from benchmarks.program import Program
from benchmarks.world import Served, beside, generated_books, netvisor
from sandbox.slack.model import Person
from tests.journeys.firm import CHANNEL, Firm, FirmClock

PEOPLE = 50
BETWEEN = 0.5
"""Seconds between two moments in which everybody presses."""

LIMIT = 100.0
SLACKS_LIMIT = 3000.0
WORDS = ("clients", "status Buyer Oy", "help", "statsu", "add-client")


async def measure(served: Served, folder: Path) -> bool:
    """Measure and print, and return whether it is within the limit."""
    firm = Firm(folder, clock=FirmClock.of_the_machine())
    await firm.open()
    people = [Person(f"U0CROWD{number:04}", f"crowd{number}", f"Crowd {number}") for number in range(PEOPLE)]
    for person in people:
        firm.workspace.people[person.id] = person
        firm.workspace.channel(CHANNEL).members.add(person.id)
    # The collector of this process, which only stands for Slack and the people, is not to be measured.
    gc.collect()
    gc.freeze()
    program = Program(folder, {**firm.environment, "NETVISOR_URL": served.api_url})
    phases: dict[str, list[float]] = {"idle": [], "training": []}
    try:
        program.start()
        await firm.workspace.wait_for(lambda: firm.workspace.is_connected, 60)
        await asyncio.sleep(1)
        for number in range(20):
            phases["idle"] += await together(firm, people, number)
        await submit(firm, served, "Buyer Oy")
        number = 0
        while not firm.told(firm.workspace.accountant):
            phases["training"] += await together(firm, people, number)
            number += 1
    finally:
        program.stop()
        await firm.close()
    print(f"{PEOPLE} people at once, {served.invoices:,} invoices in training, {os.cpu_count()} processors")
    for phase, milliseconds in phases.items():
        milliseconds.sort()
        middle, high, worst = (milliseconds[round((len(milliseconds) - 1) * share)] for share in (0.5, 0.99, 1.0))
        print(f"  {phase}: {len(milliseconds)} commands, p50 {middle:.1f} ms, p99 {high:.1f} ms, worst {worst:.1f} ms")
    beside("worst acknowledgement", phases["training"][-1], SLACKS_LIMIT, "ms")
    return beside("acknowledgement, p99", phases["training"][round(len(phases["training"]) * 0.99) - 1], LIMIT, "ms")


async def together(firm: Firm, people: list[Person], number: int) -> list[float]:
    """Have everybody type a command in the same moment, and return how long each waited, in milliseconds."""

    async def one(place: int, person: Person) -> float:
        began = time.perf_counter()
        outcome = await firm.workspace.command(person, CHANNEL, f"/fabric {WORDS[(place + number) % len(WORDS)]}")
        seconds = time.perf_counter() - began
        assert outcome.acknowledged, outcome
        return seconds * 1000

    waits = await asyncio.gather(*(one(place, person) for place, person in enumerate(people)))
    await asyncio.sleep(BETWEEN)
    for person in people:
        for view in firm.workspace.open_views(person):
            await firm.workspace.close_view(person, view.id)
    return waits


def main() -> None:
    """Measure with generated books."""
    with tempfile.TemporaryDirectory() as folder, netvisor(generated_books(Path(folder)), LATENCY) as served:
        raise SystemExit(not asyncio.run(measure(served, Path(folder))))


if __name__ == "__main__":
    main()
