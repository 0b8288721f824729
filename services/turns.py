"""One after another: a message of one matter, or a modal, that a job and a click may both want to change.

A modal is read for and shown within one turn. So what a job has read cannot come to be shown over what a click decided
since, and a modal that shows something else by now is left alone. (Slack's own guard, the `hash` of a view, would have
to be stored at every update; one process needs no more than this.)
"""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary


class Turns:
    """A lock for each thing that is changed, for as long as somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, name: str) -> asyncio.Lock:
        """Return the lock of a thing."""
        return self._turns.setdefault(name, asyncio.Lock())
