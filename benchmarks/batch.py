"""Two hundred companies added at once: from the press of the button until the summary says what each of them is.

    python -m benchmarks.batch [COMPANIES]

Netvisor takes 100 ms for each call, and refuses the API resources of every tenth company. Measured by Slack, in the
one message of the batch, beside what the same calls last one after another. Processes: the bot (and its trainings),
Slack, Netvisor. Trainings begin as soon as a check is done and go on after it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

import psutil

from benchmarks.program import Program
from benchmarks.world import beside
from sandbox.netvisor import ACCOUNTANT, Netvisor, start_server
from tests.journeys.batch import give_list, go_on, listed, new_companies, open_form, table_of
from tests.journeys.firm import Firm, FirmClock

COMPANIES = 200
LATENCY = 0.1
LIMIT_SECONDS = 40.0
REFUSED_EVERY = 10


def serve(count: int, parent: Connection) -> None:
    """Serve a Netvisor with so many companies until the parent ends it; asked, say how many calls there were."""
    asyncio.run(_serve(count, parent))


async def _serve(count: int, parent: Connection) -> None:
    netvisor = Netvisor(seed_companies=False, latency=LATENCY)
    for number, company in enumerate(new_companies(count)):
        netvisor.add_company(company)
        if number % REFUSED_EVERY == 0:
            netvisor.disallow_resources(company.business_id, ["accounting"])
    credential = netvisor.create_credential(ACCOUNTANT)
    server = await start_server(netvisor)
    parent.send((server.api_url, credential.customer_key, credential.customer_id))
    asked: asyncio.Queue[str] = asyncio.Queue()
    asyncio.get_running_loop().add_reader(parent.fileno(), lambda: asked.put_nowait(parent.recv()))
    while await asked.get() == "calls":
        parent.send(len(netvisor.calls))
    await server.close()


async def measure(count: int, folder: Path, child: Connection) -> bool:
    """Measure and print, and return whether it is within the limit."""
    api_url, key, identifier = child.recv()
    firm = Firm(folder, clock=FirmClock.of_the_machine(), rate_limits=True)
    await firm.open()
    program = Program(folder, {**firm.environment, "NETVISOR_URL": api_url})
    companies = new_companies(count)
    aku = firm.workspace.accountant
    try:
        program.start()
        await firm.workspace.wait_for(lambda: firm.workspace.is_connected, 60)
        await open_form(firm)
        await give_list(firm, file=("asiakkaat.csv", listed(companies).encode()))
        await firm.until(lambda: "ready to be added" in firm.seen(aku))
        await go_on(firm)
        began = time.perf_counter()
        await firm.workspace.submit(
            aku,
            firm.top(aku).id,
            {"customer_key": {"customer_key": key}, "customer_id": {"customer_id": identifier}},
        )
        first = 0.0
        while True:
            await asyncio.sleep(0.05)
            if not program.is_running:
                raise SystemExit(program.log)
            posted = firm.posted()
            if posted and not first:
                first = time.perf_counter() - began
            if posted and "Checked:" not in posted[0].visible_text and len(table_of(posted[0])) > min(count, 99) - 1:
                break
        seconds = time.perf_counter() - began
        child.send("calls")
        calls = child.recv()
        spent = psutil.Process(program.pid).cpu_times()
        edits = sum(call.method == "chat.update" for call in firm.workspace.calls)
    finally:
        program.stop()
        await firm.close()
        child.send("end")
    print(f"{count} companies, {LATENCY * 1000:.0f} ms for each call of Netvisor")
    print(f"  first shown after {first:.2f} s; the one message edited {edits} times")
    print(f"  {calls} calls of Netvisor by then, one after another: {calls * LATENCY:.0f} s")
    print(f"  the bot's own work: {spent.user + spent.system:.1f} s of a processor (without its trainings)")
    return beside("until the summary is complete", seconds, LIMIT_SECONDS, "s")


def main() -> None:
    """Measure with so many companies as the first argument says."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COMPANIES
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(count, theirs), daemon=True)
    process.start()
    theirs.close()
    with tempfile.TemporaryDirectory() as folder:
        within = asyncio.run(measure(count, Path(folder), ours))
    ours.close()
    process.join(timeout=20)
    raise SystemExit(not within)


if __name__ == "__main__":
    main()
