"""One at a time: what a job and a click may both want to change, the message of a matter or a modal.

A job reads what a modal shows while it has the modal to itself. So what it has read cannot come over what a click
decided since, and a modal that shows something else by now is left alone. (Slack's own guard, the `hash` of a view,
would have to be stored at every update; one process needs no more than this.)
"""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary


class Exclusive:
    """A lock for each thing, kept for as long as somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, name: str) -> asyncio.Lock:
        """Return the lock of a thing."""
        return self._locks.setdefault(name, asyncio.Lock())
