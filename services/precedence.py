"""Who waits in Slack goes first: what nobody waits for gives way for a moment while deliveries are being decided.

A hundred people may click in the same second in which two hundred companies are checked, and one processor does both.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress

GIVE_WAY = 1.0
"""Seconds for which anything gives way at most: a modal's trigger lives for three, and work goes on all the same."""

AT_WORK, AT_REST = 0.01, 0.1
"""Seconds that work in a thread goes on for before it rests again, and for which it rests at most."""


class Precedence:
    """Deliveries that are not acknowledged yet, and what waits until all are."""

    def __init__(self) -> None:
        self._open = 0
        self._all_answered = asyncio.Event()
        self._all_answered.set()
        self._thread_may_go_on = threading.Event()

    @contextmanager
    def one(self) -> Generator[None]:
        """Count a delivery while it is being decided."""
        self._open += 1
        self._all_answered.clear()
        self._thread_may_go_on.clear()
        try:
            yield
        finally:
            self._open -= 1
            if not self._open:
                self._all_answered.set()
                self._thread_may_go_on.set()

    async def give_way(self) -> None:
        """Wait until all are acknowledged, for no longer than GIVE_WAY."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GIVE_WAY):
                await self._all_answered.wait()

    def pauses(self) -> Callable[[], None]:
        """Return what long work in a thread calls often, to give way: threads share one interpreter with deliveries."""
        began = 0.0

        def pause() -> None:
            nonlocal began
            if self._open and time.monotonic() - began > AT_WORK:
                self._thread_may_go_on.wait(AT_REST)
                began = time.monotonic()

        return pause
