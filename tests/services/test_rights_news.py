"""What a channel is told of rights that were lost: all of it, also when Slack takes no messages for a while."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from services.facts import RightsReport
from services.jobs import RunLater
from services.records import Client, ClientState, Job, Message, MessageState
from services.rights_news import RightsNewsTeller, note_news
from services.store import Unit
from storage import SQLiteStore, open_store
from tests.handlers.views.clients import client

NOON = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)


class Slack:
    """Stands in for the outbox: it is busy, or keeps what was told in which message."""

    def __init__(self, store: SQLiteStore) -> None:
        self.is_busy = True
        self.told: dict[str, list[str]] = {}
        self._store = store

    async def tell(self, workspace: str, matter: str, channel: str, fact: RightsReport) -> bool:
        if self.is_busy:
            raise RunLater(timedelta(minutes=2))
        self.told[matter] = [one.name for one in fact.lost]
        sent = Message(workspace, matter, channel, "token", MessageState.SENT, NOON, "1.1")
        await self._store.run(lambda unit: unit[Message].put(sent))
        return True


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    store = open_store(tmp_path / "fabric.db")
    yield store
    store.close()


def lose(unit: Unit, name: str, now: datetime) -> None:
    """Have a client in production lose a right."""
    before = client(name, ClientState.PRODUCTION, id=name, business_id=name)
    after = dataclasses.replace(before, state=ClientState.BLOCKED, state_since=now, missing=("posting",))
    unit[Client].put(after)
    note_news(unit, before, after, now)


async def test_what_slack_was_too_busy_for_is_told_with_what_was_lost_meanwhile(store: SQLiteStore) -> None:
    slack = Slack(store)
    teller = RightsNewsTeller(store, cast("Any", slack), lambda: NOON)
    store.run_now(lambda unit: lose(unit, "Ahola", NOON))
    (first,) = store.run_now(lambda unit: unit[Job].find(None))
    with pytest.raises(RunLater):
        await teller.tell(first)
    # The job runner has the newer request stand for both.
    store.run_now(lambda unit: unit[Job].delete(None))
    store.run_now(lambda unit: lose(unit, "Berg", NOON))
    (second,) = store.run_now(lambda unit: unit[Job].find(None))
    slack.is_busy = False
    await teller.tell(second)
    assert list(slack.told.values()) == [["Ahola", "Berg"]]

    store.run_now(lambda unit: unit[Job].delete(None))
    store.run_now(lambda unit: lose(unit, "Cederberg", NOON))
    (third,) = store.run_now(lambda unit: unit[Job].find(None))
    await teller.tell(third)
    assert list(slack.told.values())[1:] == [["Cederberg"]], "what was told is not told again"
