"""The child process that trains: `python -m services.training_process`.

Reads a task, then kept invoices and vouchers (`services.history`) from standard input, learns them, and writes
progress and at last what was learnt to standard output. It opens no database and no network, gives way to the bot on
the processor, and ends with its input when the bot dies.
"""

from __future__ import annotations

import os
import sys
from io import BufferedWriter, FileIO

from services.learning import decode_task, encode_saying, learn
from services.prediction.wire import Progress

STEPS = 50
"""How many times at most a phase says how far it is."""


def main() -> None:
    """Train on what standard input holds."""
    os.nice(10)
    # Buffered whatever PYTHONUNBUFFERED says: an unbuffered write ends early, and says nothing, when the process is
    # stopped and goes on, or its container is frozen, while a full pipe waits to be read.
    source, target = sys.stdin.buffer, BufferedWriter(FileIO(sys.stdout.fileno(), "w", closefd=False))
    task = decode_task(source.readline())
    kept = [source.readline().decode() for _ in range(task.invoices + task.vouchers)]
    shown: tuple[str, int] | None = None

    def progress(phase: str, done: int, total: int) -> None:
        nonlocal shown
        step = (phase, done * STEPS // max(total, 1))
        if step != shown:
            shown = step
            target.write(encode_saying(Progress(phase, done, total)))
            target.flush()

    target.write(encode_saying(learn(task, kept[: task.invoices], kept[task.invoices :], progress)))
    target.flush()


if __name__ == "__main__":
    main()
