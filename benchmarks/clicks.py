"""A hundred people click at once, again and again, while two hundred companies are added.

    python -m benchmarks.clicks [COMPANIES]

They type commands and press the button of the batch's message, which opens the list of all of it. Measured by Slack,
from the delivery to its acknowledgement, so Slack's own work is in the figure; beside it what the same clicks take
of an app that does nothing but acknowledge (`benchmarks.bare_bolt`). Netvisor takes 100 ms for each call. Processes:
the bot (and its trainings), Slack with the people, Netvisor; they share the machine's processors.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.batch import COMPANIES, serve
from benchmarks.program import Program
from benchmarks.world import beside
from sandbox.slack.model import Message, Person
from tests.journeys.batch import give_list, go_on, listed, new_companies, open_form
from tests.journeys.firm import CHANNEL, Firm, FirmClock, fields

PEOPLE = 100
BETWEEN = 0.7
"""Seconds between two moments in which everybody clicks."""

LIST_EVERY = 5
"""Every fifth of them opens the list of two hundred companies, the others type commands."""

ALONE = 8
"""How often everybody clicks before the companies are added, and in the app that does nothing."""

LIMIT = 500.0
WORDS = ("clients", "status Yritys 7 Oy", "favourites", "help", "add-client")


class Crowd:
    """A hundred people of the firm's channel."""

    def __init__(self, firm: Firm) -> None:
        self._firm = firm
        self._turn = 0
        self._people = [Person(f"U0CROWD{number:04}", f"crowd{number}", f"Crowd {number}") for number in range(PEOPLE)]
        for person in self._people:
            firm.workspace.people[person.id] = person
            firm.workspace.channel(CHANNEL).members.add(person.id)

    async def click(self) -> list[float]:
        """Have everybody click in the same moment, and return how long each waited, in milliseconds."""
        message = next((one for one in self._firm.posted() if "batch_rows" in str(one.blocks)), None)
        self._turn += 1
        waits = await asyncio.gather(*(self._one(place, one, message) for place, one in enumerate(self._people)))
        await asyncio.sleep(BETWEEN)
        for person in self._people:
            while views := self._firm.workspace.open_views(person):
                await self._firm.workspace.close_view(person, views[-1].id)
        return waits

    async def _one(self, place: int, person: Person, message: Message | None) -> float:
        workspace, began = self._firm.workspace, time.perf_counter()
        if message and place % LIST_EVERY == 0:
            clicked = workspace.click(person, action_id="batch_rows", message=(message.channel, message.ts))
        else:
            clicked = workspace.command(person, CHANNEL, f"/fabric {WORDS[(place + self._turn) % len(WORDS)]}")
        await clicked  # what is not acknowledged has waited for Slack's three seconds
        return (time.perf_counter() - began) * 1000


async def floor(folder: Path) -> list[float]:
    """Return how long the same people wait for an app that does nothing but acknowledge."""
    firm = Firm(folder, clock=FirmClock.of_the_machine())
    await firm.open()
    program = Program(folder, firm.environment, "benchmarks.bare_bolt")
    try:
        program.start()
        await firm.workspace.wait_for(lambda: firm.workspace.is_connected, 60)
        crowd = Crowd(firm)
        await crowd.click()
        return [wait for _ in range(ALONE) for wait in await crowd.click()]
    finally:
        await asyncio.to_thread(program.stop)
        await firm.close()


async def measure(count: int, folder: Path, api_url: str, keys: dict[str, str]) -> bool:
    """Measure and print, and return whether every acknowledgement is within the limit."""
    # The collector of this process, which only stands for Slack and the people, is not to be measured.
    gc.collect()
    gc.freeze()
    gc.disable()
    (folder / "bare").mkdir()
    bare = await floor(folder / "bare")
    firm = Firm(folder, clock=FirmClock.of_the_machine())
    await firm.open()
    program = Program(folder, {**firm.environment, "NETVISOR_URL": api_url})
    alone: list[float] = []
    during: list[float] = []
    try:
        program.start()
        await firm.workspace.wait_for(lambda: firm.workspace.is_connected, 60)
        crowd = Crowd(firm)
        await crowd.click()  # the first time everybody is met
        bot = psutil.Process(program.pid)
        before = sum(bot.cpu_times()[:2])
        for _ in range(ALONE):
            alone += await crowd.click()
        each = (sum(bot.cpu_times()[:2]) - before) / len(alone) * 1000
        await open_form(firm)
        await give_list(firm, file=("asiakkaat.csv", listed(new_companies(count)).encode()))
        await firm.until(lambda: "ready to be added" in firm.seen(firm.workspace.accountant))
        await go_on(firm)
        await firm.workspace.submit(firm.workspace.accountant, firm.top(firm.workspace.accountant).id, fields(keys))
        began = time.perf_counter()
        while not (firm.posted() and "Checked:" not in firm.posted()[0].visible_text):
            during += await crowd.click()
            if not program.is_running:
                raise SystemExit(program.log)
        seconds = time.perf_counter() - began
    finally:
        await asyncio.to_thread(program.stop)
        await firm.close()
    print(f"{PEOPLE} people click at once, {count} companies checked in {seconds:.0f} s, {os.cpu_count()} processors")
    for what, waits in (("an app that only acknowledges", bare), ("the bot", alone), ("while adding", during)):
        waits.sort()
        middle, high, worst = (waits[round((len(waits) - 1) * share)] for share in (0.5, 0.99, 1.0))
        print(f"  {what}: {len(waits)} clicks, middle {middle:.0f} ms, p99 {high:.0f} ms, worst {worst:.0f} ms")
    print(f"  the bot's own work for a click: {each:.1f} ms of a processor")
    return beside("slowest acknowledgement", during[-1], LIMIT, "ms")


def main() -> None:
    """Measure with so many companies as the first argument says."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COMPANIES
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(count, theirs), daemon=True)
    process.start()
    theirs.close()
    api_url, key, identifier = ours.recv()
    keys = {"customer_key": key, "customer_id": identifier}
    with tempfile.TemporaryDirectory() as folder:
        within = asyncio.run(measure(count, Path(folder), api_url, keys))
    ours.send("end")
    process.join(timeout=20)
    ours.close()
    raise SystemExit(not within)


if __name__ == "__main__":
    main()
