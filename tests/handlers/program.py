"""Every listener of the program, called without Bolt, and a Slack that takes whatever it is told."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, cast

from bot.slack import CONVERSATIONS
from handlers.request import Services
from services.exclusive import Exclusive
from services.help_ai.knowledge import load_passages
from services.help_ai.library import Library
from services.precedence import Precedence
from services.store import Store
from services.vault import Vault, generate_key


class Recorder:
    """Stands in for a Bolt app and keeps the listeners."""

    def __init__(self) -> None:
        self.listeners: dict[tuple[str, str], Any] = {}

    def middleware(self, function: Any) -> Any:
        return function

    def event(self, name: str, listener: Any) -> None:
        self.listeners["event", name] = listener

    def __getattr__(self, kind: str) -> Any:
        def named(name: str) -> Any:
            def keep(function: Any) -> Any:
                return self.listeners.setdefault((kind, str(name)), function)

            return keep

        return named


class FakeSlack:
    """A Web API client that answers everything and remembers what it was told."""

    token = "xoxb-ours"

    def __init__(self) -> None:
        self.told: list[str] = []

    def __getattr__(self, method: str) -> Any:
        async def call(**arguments: Any) -> dict[str, Any]:
            self.told.append(repr(arguments))
            return {
                "ok": True, "view": {"id": "V1"}, "channel": {"id": "D1"}, "ts": "1.1", "messages": [], "members": [],
                "channels": [], "scheduled_messages": [], "usergroups": [], "users": [], "scheduled_message_id": "Q1",
                "user": {"id": "UOURS", "name": "us"}, "file": {"size": 0, "url_private": "http://127.0.0.1:9/x"},
                "upload_url": "http://127.0.0.1:9/x", "file_id": "F1", "response_metadata": {"next_cursor": ""},
            }  # fmt: skip

        return call


def listeners(services: Services | None) -> dict[tuple[str, str], Any]:
    recorder = Recorder()
    for conversation in CONVERSATIONS:
        conversation.register(cast("Any", recorder), cast("Services", services))
    return recorder.listeners


def services_of(store: Store, now: datetime, library: Library | None = None, **more: Any) -> Services:
    """Return what handlers need, for a database at a moment."""
    return Services(
        store=store,
        clock=lambda: now,
        vault=Vault([generate_key()]),
        access_key="access",
        wake=lambda: None,
        forget=lambda _: None,
        library=library or Library(load_passages()),
        precedence=Precedence(),
        exclusive=Exclusive(),
        **more,
    )


async def settle() -> None:
    """Let what follows an acknowledgement end: well, because nobody but us would see that it did not."""
    following = [task for task in asyncio.all_tasks() if "follow_up" in repr(task)]
    async with asyncio.timeout(60):
        await asyncio.gather(*following)


INTERACTIVE = sorted(key for key in listeners(None) if key[0] in ("action", "view", "view_closed", "options"))
"""The kind and name of every button, menu and modal that has a handler."""
