"""The sandbox as a newcomer starts it: one command, a process of its own, two pages."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

PATIENCE = 180.0
"""Seconds that anything in the sandbox may take on a busy machine."""


def eventually(happened: Callable[[], bool], what: str, log: Path) -> None:
    """Wait until something has happened; the program's log is part of the failure."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, f"{what} did not happen in {PATIENCE:.0f} s\n{log.read_text()[-3000:]}"
        time.sleep(0.05)


def free_ports(count: int) -> int:
    """Return a port that is free together with those after it.

    It is none of those that the system gives to outgoing connections: whoever asks such a port before somebody listens
    there may be connected to itself, and then holds it.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for number in range(port, port + count):
                stack.enter_context(socket.create_server(("127.0.0.1", number)))
            return port


@dataclass(frozen=True)
class Sandbox:
    """A sandbox that runs: its pages, its log, and the bot's process in it.

    With `http` it has two workspaces, which install the app from a page of the bot.
    """

    port: int
    process: subprocess.Popen[bytes]
    log: Path
    http: bool

    @property
    def slack(self) -> str:
        """The address of the Slack page."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def netvisor(self) -> str:
        """The address of the Netvisor page."""
        return f"http://127.0.0.1:{self.port + 1}"

    def bot(self) -> psutil.Process | None:
        """Return the bot's process, a child of what was started; None while it is down."""
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.process.pid).children():
                if "bot.commands" in child.cmdline():
                    return child
        return None

    def kill_bot(self) -> None:
        """End the bot as a power cut would, and wait until it is gone."""
        bot = self.bot()
        assert bot is not None
        bot.send_signal(signal.SIGKILL)
        eventually(lambda: not bot.is_running() or bot.status() == psutil.STATUS_ZOMBIE, "the bot's end", self.log)

    def read(self, address: str) -> Any:
        """Return what one of the pages is told by its server."""
        with urllib.request.urlopen(address, timeout=10) as answer:
            return json.load(answer)

    def is_connected(self) -> bool:
        """Tell whether the bot is connected to the workspace, or listens."""
        try:
            if self.http:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port + 3}/health", timeout=10) as answer:
                    return answer.status == 200
            return bool(self.read(f"{self.slack}/page/state")["app"]["connected"])
        except OSError:
            return False

    def faults(self) -> list[str]:
        """Return what went wrong without anybody seeing it on a page."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        logged = [line["event"] for line in lines if line["level"] in ("error", "critical")]
        workspaces = self.read(f"{self.slack}/page/state")["workspaces"]
        problems = [
            problem for each in workspaces for problem in self.read(f"{each['url']}/page/state")["faults"]["problems"]
        ]
        overlaps = self.read(f"{self.netvisor}/page/faults")["overlaps"]
        return [*logged, *problems, *(["calls to one company overlapped"] if overlaps else [])]


@contextlib.contextmanager
def running(folder: Path, language: str, *, http: bool = False) -> Generator[Sandbox]:
    """Run the sandbox; `language` is that of channels, and of people until they choose one."""
    port, log = free_ports(4), folder / "log"
    command = [sys.executable, "-m", "bot.commands", "sandbox", "--port", str(port), "--data", str(folder / "data")]
    command += ["--http"] if http else []
    # The sandbox must not see a real workspace's tokens, should the machine have any.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "NETVISOR_"))}
    environment["FABRIC_LANGUAGE"] = language
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
    try:
        sandbox = Sandbox(port, process, log, http)
        eventually(sandbox.is_connected, "the start", log)
        yield sandbox
    finally:
        process.terminate()
        process.wait(timeout=30)
