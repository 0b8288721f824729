"""The child process that trains: `python -m services.training_process`.

Reads kept invoices and vouchers (`services.history`) from standard input, joins and learns them, and writes progress
and at last the artifact with its report to standard output. It opens no database and no network, gives way to the
bot on the processor, and ends with its input when the bot dies.
"""

from __future__ import annotations

import os
import sys

from services.history import join
from services.prediction import train
from services.prediction.wire import encode_progress, encode_trained

STEPS = 50
"""How many times at most a run says how far it is."""


def main() -> None:
    """Train on what standard input holds: two counts, then so many lines of invoices and of vouchers."""
    os.nice(10)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    invoices, vouchers = (int(count) for count in source.readline().split())
    kept = [source.readline().decode() for _ in range(invoices + vouchers)]
    joined = join(kept[:invoices], kept[invoices:])
    shown = -1

    def progress(phase: str, done: int, total: int) -> None:
        nonlocal shown
        step = done * STEPS // total
        if step > shown:
            shown = step
            target.write(encode_progress(phase, done, total))
            target.flush()

    target.write(encode_trained(train(joined.examples, progress=progress)))
    target.flush()


if __name__ == "__main__":
    main()
