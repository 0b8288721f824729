"""Runs the sandbox's servers and the real program beside them, and starts the program again when it dies.

The servers live in a process of their own, so that killing the program (or its crash) looks as it would with the real
Slack and Netvisor: they go on, and it comes back.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

RESTART_AFTER = 1.0
"""Seconds between the program's death and its next start."""


SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


class Stopped(Exception):
    """Somebody asked us to stop."""


def supervise(program: Sequence[str], *, books: Path | None, slack_port: int, data: Path, http: bool) -> int:
    """Run everything until stopped; the data folder begins empty, because the sandbox's Slack does too."""
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    for number in SIGNALS:
        signal.signal(number, _stop)
    # In a session of their own, so that Ctrl-C reaches us and the program, and the servers outlive it.
    servers = subprocess.Popen(
        [
            *(sys.executable, "-m", "sandbox", str(slack_port)),
            *(["--books", str(books)] if books else []),
            *(["--http"] if http else []),
        ],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    running: subprocess.Popen[bytes] | None = None
    try:
        assert servers.stdout is not None
        line = servers.stdout.readline()
        if not line:
            return servers.wait()
        where: Any = json.loads(line)
        settings: dict[str, str] = where["environment"]
        environment = {
            **os.environ,
            **settings,
            "DATABASE_URL": f"sqlite:///{data}/fabric.db",
        }
        print(f"\n  Open {where['page']}\n  (Ctrl-C stops; the program's log follows)\n", flush=True)  # noqa: T201
        while servers.poll() is None:
            running = subprocess.Popen(program, env=environment)
            running.wait()
            time.sleep(RESTART_AFTER)
        return 1
    except Stopped:
        return 0
    finally:
        # The program first: its servers must not go away under it.
        for process in (running, servers):
            if process:
                process.terminate()
                process.wait(timeout=20)


def _stop(_number: int, _frame: FrameType | None) -> None:
    # Once is enough: a second signal on its heels must not cut the cleaning up short.
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise Stopped
