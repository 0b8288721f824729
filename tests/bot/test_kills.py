"""The bot killed with SIGKILL on the main way, again and again: everything happens, and once."""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks.kills import run_kills

KILLS = (8, 7)
"""Two firms side by side: a bot that starts keeps one processor busy. `python -m benchmarks.kills` does many more."""


async def test_whenever_the_bot_dies_everything_happens_once(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(len(KILLS))]
    for folder in folders:
        folder.mkdir()
    tallies = await asyncio.gather(
        *(
            run_kills(kills, folder, seed=number)
            for number, (kills, folder) in enumerate(zip(KILLS, folders, strict=True))
        )
    )
    for tally, kills, folder in zip(tallies, KILLS, folders, strict=True):
        assert tally.wrong == [], (folder / "bot.log").read_text()[-5000:]
        assert tally.kills == kills
        assert tally.unreadable == 0
