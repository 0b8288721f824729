"""How fast the bot starts and how much memory it takes when idle.

    python -m benchmarks.start

From the start of its process until Slack has it connected, the best and the middle of five; then its resident memory
after ten idle seconds. The first start of all, in which Python compiles, is printed apart.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.program import Program
from benchmarks.world import beside
from tests.journeys.firm import Firm, FirmClock

LIMIT_SECONDS = 2.0
LIMIT_MEGABYTES = 150.0
STARTS = 5


async def measure() -> bool:
    """Measure and print, and return whether all is within its limit."""
    with tempfile.TemporaryDirectory() as folder:
        firm = Firm(Path(folder), clock=FirmClock.of_the_machine())
        await firm.open()
        program = Program(firm.folder, firm.environment)
        try:
            first, *starts = [await _start(firm, program) for _ in range(STARTS + 1)]
            program.start()
            await firm.workspace.wait_for(lambda: firm.workspace.is_connected, 60)
            await asyncio.sleep(10)
            memory = psutil.Process(program.pid).memory_info().rss / 1e6
        finally:
            await asyncio.to_thread(program.stop)
            await firm.close()
    print(f"first start: {first:.2f} s; then {', '.join(f'{seconds:.2f}' for seconds in starts)} s")
    fast = beside("start to connected, median", statistics.median(starts), LIMIT_SECONDS, "s")
    return beside("memory of the idle bot", memory, LIMIT_MEGABYTES, "MB") and fast


async def _start(firm: Firm, program: Program) -> float:
    began = time.perf_counter()
    program.start()
    await firm.workspace.wait_for(lambda: firm.workspace.is_connected, 60)
    seconds = time.perf_counter() - began
    # In a thread: Slack, which the bot says goodbye to, is served by this one.
    await asyncio.to_thread(program.stop)
    await firm.workspace.wait_for(lambda: not firm.workspace.is_connected)
    return seconds


if __name__ == "__main__":
    raise SystemExit(not asyncio.run(measure()))
