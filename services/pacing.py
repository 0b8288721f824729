"""How often Slack is written to: one message a second in a conversation, in the order in which they were asked for."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import datetime, timedelta

from services.clock import Clock

BETWEEN_POSTS = timedelta(seconds=1)
"""Slack takes about one message a second in a conversation, and short bursts of more."""

LOOK_EVERY = 0.25
"""Seconds after which the clock is looked at again while waiting: it may jump (a machine that slept)."""


class Pace:
    """Turns, one after another, each so long after the one before."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._queues: defaultdict[tuple[str, ...], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._free: dict[tuple[str, ...], datetime] = {}

    async def turn(self, *what: str) -> None:
        """Wait for a turn at something."""
        async with self._queues[what]:
            free = self._free.get(what)
            if free:
                # Where the clock was set back, not until it has caught up.
                await self.until(min(free, self._clock() + BETWEEN_POSTS))
            self._free[what] = self._clock() + BETWEEN_POSTS

    async def until(self, moment: datetime) -> None:
        """Wait until a moment."""
        rest = (moment - self._clock()).total_seconds()
        while rest > 0:
            await asyncio.sleep(min(rest, LOOK_EVERY))
            rest = (moment - self._clock()).total_seconds()


BETWEEN_CARDS = timedelta(seconds=2)
"""Slack takes some 50 edits a minute in a workspace (tier 3); these leave room for others."""


class Turns:
    """Turns at something of a workspace's that many want, for jobs that come again: nobody waits on the spot."""

    def __init__(self, clock: Clock, between: timedelta) -> None:
        self._clock = clock
        self._between = between
        self._given: dict[tuple[str, str], datetime] = {}
        self._newest: dict[str, datetime] = {}

    def wait(self, workspace: str, who: str) -> timedelta:
        """Return how long until somebody's turn, nothing when it is now; a turn is given once and kept until it is."""
        now = self._clock()
        turn = self._given.get((workspace, who))
        if turn is None:
            newest = self._newest.get(workspace)
            turn = max(now, newest + self._between) if newest else now
            self._given[workspace, who] = self._newest[workspace] = turn
        if turn > now:
            return turn - now
        del self._given[workspace, who]
        return timedelta()
