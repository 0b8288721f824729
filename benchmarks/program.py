"""The bot as a process of its own, as an operator runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]


class Program:
    """`fabric-bot run` in a folder, told by its environment alone. Its log is `bot.log` there."""

    def __init__(self, folder: Path, environment: Mapping[str, str], module: str = "bot.commands") -> None:
        # Without what tells Python not to keep its compiled files: a start is measured as a user's second one is.
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TZ")}
        self._environment = {**kept, **environment, "PYTHONPATH": str(ROOT)}
        self._folder = folder
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it runs in the background."""
        with (self._folder / "bot.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module, "run"],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def pid(self) -> int:
        """The process."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End it without a word, as a power cut does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end and wait until it has."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(timeout=30)

    @property
    def log(self) -> str:
        """What it has logged."""
        return (self._folder / "bot.log").read_text()
