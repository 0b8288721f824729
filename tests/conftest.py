"""A firm in the sandbox with the real bot, and what must hold after every test of it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from bot.logs import set_up_logs
from tests.journeys.firm import Firm

# How long an example takes is the machine's affair.
hypothesis.settings.register_profile(
    "any machine", hypothesis.settings.default, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")


class Log(logging.Handler):
    """Keeps every line that the bot logs, as it is written."""

    def __init__(self, formatter: logging.Formatter | None) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(formatter)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @property
    def events(self) -> list[dict[str, Any]]:
        """The lines as data."""
        return [json.loads(line) for line in self.lines]

    def faults(self) -> list[dict[str, Any]]:
        """What the operator would have to look into."""
        return [event for event in self.events if event["level"] in ("error", "critical")]

    def expect(self, event: str) -> dict[str, Any]:
        """Return the one fault of a name, and take it off the list: the test meant it to happen."""
        (found,) = [line for line in self.lines if json.loads(line)["event"] == event]
        self.lines.remove(found)
        return json.loads(found)


@pytest.fixture(scope="session")
def log_format() -> logging.Formatter | None:
    """The format of the product's own log lines."""
    set_up_logs()
    return logging.getLogger().handlers[0].formatter


@pytest.fixture
def log(log_format: logging.Formatter | None) -> Iterator[Log]:
    handler = Log(log_format)
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


async def running(firm: Firm, log: Log) -> AsyncIterator[Firm]:
    """Run a firm's Slack and Netvisor, and see afterwards that nothing went wrong unnoticed."""
    lost: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: lost.append(repr(context)))
    await firm.open()
    yield firm
    await firm.close()
    assert firm.workspace.problems == []
    assert firm.netvisor.overlaps == []
    assert lost == []
    assert log.faults() == []


@pytest.fixture
async def sandbox(tmp_path: Path, log: Log) -> AsyncIterator[Firm]:
    """A firm whose bot has not been started."""
    async for firm in running(Firm(tmp_path), log):
        yield firm


@pytest.fixture
async def firm(sandbox: Firm) -> Firm:
    """A firm whose bot runs."""
    await sandbox.start_bot()
    return sandbox


@pytest.fixture
async def rate_limited(tmp_path: Path, log: Log) -> AsyncIterator[Firm]:
    """A firm whose Slack has Slack's rates, and whose bot runs."""
    async for firm in running(Firm(tmp_path, rate_limits=True), log):
        await firm.start_bot()
        yield firm
