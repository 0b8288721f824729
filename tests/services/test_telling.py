"""Every kind of notice that a person gets comes in the way, and at the time, that they chose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from handlers.locale import Locale
from handlers.views.notices import digest
from services.clock import FIRM_TIMEZONE
from services.facts import Digest, NoAccess
from services.jobs import RunLater
from services.records import DigestItem, Job, NoticeChoice, NoticeWay
from services.telling import SHOWN_IN_CHANNEL, Telling
from storage import SQLiteStore, open_store
from tests.handlers.views.clients import client

NOON = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
"""A Tuesday, twelve o'clock in Finland."""

WAYS = [(what, way) for what in SHOWN_IN_CHANNEL for way in NoticeWay]


class Told:
    """Stands in for the outbox, and keeps what it was given to send."""

    def __init__(self) -> None:
        self.matters: list[str] = []

    async def tell(self, workspace: str, matter: str, person: str, fact: object) -> bool:
        self.matters.append(matter)
        return True


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    store = open_store(tmp_path / "fabric.db")
    yield store
    store.close()


def telling(store: SQLiteStore, told: Told, **choice: Any) -> Telling:
    """Return what tells the person who has chosen this."""
    store.run_now(lambda unit: unit[NoticeChoice].put(NoticeChoice("T", "U", **choice)))
    return Telling(store, cast("Any", told), lambda: NOON)


@pytest.mark.parametrize(("what", "way"), WAYS)
async def test_it_comes_in_the_way_that_was_chosen(store: SQLiteStore, what: str, way: NoticeWay) -> None:
    told = Told()
    is_told = await telling(store, told, way=way).tell("T", "m", "U", NoAccess(), what, "c")
    kept = store.run_now(lambda unit: unit[DigestItem].find("T"))
    if way is NoticeWay.DIGEST:
        assert (is_told, told.matters, [(one.id, one.what) for one in kept]) == (False, [], [("m", what)])
        (morning,) = store.run_now(lambda unit: unit[Job].find("T", kind="digest"))
        assert morning.run_at.astimezone(FIRM_TIMEZONE).date() == date(2026, 3, 11)
        return
    is_direct = way is NoticeWay.DIRECT or not SHOWN_IN_CHANNEL[what]
    assert (is_told, told.matters, kept) == (is_direct, ["m"] if is_direct else [], [])


@pytest.mark.parametrize("what", list(SHOWN_IN_CHANNEL))
@pytest.mark.parametrize(
    ("quiet", "hours"),
    [
        ({"quiet_from": "11:00", "quiet_until": "15:00"}, 3),
        ({"away_until": date(2026, 3, 10)}, 12),
    ],
)
async def test_it_waits_while_a_person_wants_to_be_left_alone(
    store: SQLiteStore, what: str, quiet: dict[str, Any], hours: int
) -> None:
    told = Told()
    tells = telling(store, told, **quiet)
    for call in (tells.tell("T", "m", "U", NoAccess(), what, "c"), tells.tell_when_free("T", "m", "U", NoAccess())):
        with pytest.raises(RunLater) as later:
            await call
        assert later.value.delay == timedelta(hours=hours)
    assert told.matters == []


@pytest.mark.parametrize("what", [what for what in SHOWN_IN_CHANNEL if what != "batch"])
def test_the_morning_message_has_words_for_it(what: str) -> None:
    (_greeting, line) = digest(Locale("fi"), Digest("U", ((client(), what),))).blocks
    assert "Tuomi Kahvilat Oy" in line["text"]["text"]
