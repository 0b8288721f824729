"""From submit to production: a company's whole history fetched, learnt and deployed.

    python -m benchmarks.onboarding [FILE.csv.gz]

FILE holds postings (columns date, document, vendor, amount, text, account, dimension); without it, generated books of
the same size are used. Netvisor takes 50 ms for each call. Measured by Slack: from the submission of the key until
the person is told that the client is in production. Processes: the bot, its training, Slack, Netvisor.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.program import Program
from benchmarks.world import Served, beside, generated_books, netvisor
from tests.journeys.firm import CHANNEL, Firm, FirmClock, fields

LATENCY = 0.05
LIMIT_SECONDS = 30.0


async def measure(served: Served, folder: Path) -> bool:
    """Measure and print, and return whether it is within the limit."""
    firm = Firm(folder, clock=FirmClock.of_the_machine(), rate_limits=True)
    await firm.open()
    program = Program(folder, {**firm.environment, "NETVISOR_URL": served.api_url})
    aku = firm.workspace.accountant
    seen: list[tuple[float, str]] = []
    try:
        program.start()
        await firm.workspace.wait_for(lambda: firm.workspace.is_connected, 60)
        await submit(firm, served, "Buyer Oy")
        began = time.perf_counter()
        while not firm.told(aku):
            for message in firm.posted():
                text = message.visible_text.split("\n")[1] if "\n" in message.visible_text else message.text
                phase = text.partition(":")[0]
                if not seen or seen[-1][1] != phase:
                    seen.append((time.perf_counter() - began, phase))
            await asyncio.sleep(0.02)
            if not program.is_running:
                raise SystemExit(program.log)
        seconds = time.perf_counter() - began
    finally:
        program.stop()
        await firm.close()
    print(f"{served.invoices:,} invoices, {LATENCY * 1000:.0f} ms for each call of Netvisor")
    for moment, phase in seen:
        print(f"  {moment:6.2f} s  {phase}")
    return beside("submit to production", seconds, LIMIT_SECONDS, "s")


async def submit(firm: Firm, served: Served, name: str) -> None:
    """Add the served company, from the command to the submission of its key."""
    aku = firm.workspace.accountant
    await firm.open_form()
    values = {"name": name, "business_id": served.business_id, "process": "standard"}
    values["channel"] = firm.workspace.channel(CHANNEL).id
    await firm.workspace.submit(aku, firm.top(aku).id, fields(values))
    keys = {"customer_key": served.customer_key, "customer_id": served.customer_id}
    outcome = await firm.workspace.submit(aku, firm.top(aku).id, fields(keys))
    assert outcome.view is not None, outcome


def main() -> None:
    """Measure with the file that the first argument names, or with generated books."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(sys.argv[1]) if len(sys.argv) > 1 else None
        if given is None or not given.exists():
            print("generated books: the figure says nothing of accuracy, and is of the same size")
        books = given if given and given.exists() else generated_books(Path(folder))
        with netvisor(books, LATENCY) as served:
            raise SystemExit(not asyncio.run(measure(served, Path(folder))))


if __name__ == "__main__":
    main()
