"""The child process that trains: `python -m services.prediction.worker`.

Reads one request from standard input, writes progress lines and at last the artifact with its report to standard
output, and ends. It opens no database and no network, and gives way to the bot on the processor.
"""

import os
import sys

from services.prediction.training import train
from services.prediction.wire import decode_request, encode_progress, encode_trained

_STEPS = 100


def main() -> None:
    """Train as the request on standard input says."""
    os.nice(10)
    out = sys.stdout.buffer
    request = decode_request(sys.stdin.buffer.read())
    shown = -1

    def progress(phase: str, done: int, total: int) -> None:
        nonlocal shown
        step = done * _STEPS // total
        if step > shown:
            shown = step
            out.write(encode_progress(phase, done, total))
            out.flush()

    out.write(encode_trained(train(request.examples, request.targets, progress)))
    out.flush()


if __name__ == "__main__":
    main()
