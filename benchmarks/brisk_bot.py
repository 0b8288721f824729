"""The bot with short rests: what it waits minutes for comes in seconds, so that a morning of kills passes.

python -m benchmarks.brisk_bot run
"""

from __future__ import annotations

from datetime import timedelta

from bot.commands import main
from services import production, writes


def hasten() -> None:
    """Fetch every few seconds, and read a write of unknown outcome back after as many: the sandbox is that quick."""
    production.IN_OFFICE_HOURS = production.OTHERWISE = timedelta(seconds=4)
    writes.REST = timedelta(seconds=3)


if __name__ == "__main__":
    hasten()
    main()
