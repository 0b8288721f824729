"""Whose turn it is at something that Slack takes only so often."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from services.pacing import Pace, Turns

BETWEEN = timedelta(seconds=2)


def test_turns_of_a_workspace_come_one_after_another_and_none_is_given_twice() -> None:
    now = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)
    turns = Turns(lambda: now, BETWEEN)
    assert turns.wait("T1", "C1") == timedelta()
    assert [turns.wait("T1", channel) for channel in ("C2", "C3", "C2")] == [BETWEEN, 2 * BETWEEN, BETWEEN]
    assert turns.wait("T2", "C1") == timedelta(), "another workspace has turns of its own"
    now += BETWEEN
    assert turns.wait("T1", "C2") == timedelta()
    assert turns.wait("T1", "C2") == 2 * BETWEEN, "behind the one that waits already"
    now += timedelta(hours=1)
    assert turns.wait("T1", "C3") == timedelta()
    assert turns.wait("T1", "C4") == timedelta(), "who comes when nobody wants any waits for nothing"


async def test_a_clock_that_was_set_back_holds_no_message_until_it_has_caught_up() -> None:
    hour, loop = [0], asyncio.get_running_loop()
    began = loop.time()
    pace = Pace(lambda: datetime(2026, 3, 10, 7 - hour[0], 0, tzinfo=UTC) + timedelta(seconds=loop.time() - began))
    await pace.turn("T1", "C1")
    hour[0] = 1
    async with asyncio.timeout(30):
        await pace.turn("T1", "C1")
