"""The bot killed with SIGKILL on a morning in production: what was confirmed is written, once, as it was confirmed."""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks.morning_kills import run_morning_kills

KILLS = (8, 7)
"""Two firms side by side: a bot that starts keeps one processor busy. `python -m benchmarks.kills` does many more."""


async def test_whenever_the_bot_dies_what_was_confirmed_is_written_once(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(len(KILLS))]
    for folder in folders:
        folder.mkdir()
    tallies = await asyncio.gather(
        *(
            run_morning_kills(kills, folder, seed=number)
            for number, (kills, folder) in enumerate(zip(KILLS, folders, strict=True))
        )
    )
    for tally, kills, folder in zip(tallies, KILLS, folders, strict=True):
        assert tally.wrong == [], (folder / "bot.log").read_text()[-5000:]
        assert tally.kills == kills
        assert tally.confirmed > kills // 3
