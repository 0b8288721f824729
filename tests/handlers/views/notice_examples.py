"""How and when people are told, and how a key is asked for: with ordinary contents and with the worst."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, time

from handlers.ids import Callback
from handlers.locale import Locale
from handlers.views.add_client import keys
from handlers.views.elements import View
from handlers.views.key_link import link_view
from handlers.views.notices import notices_form
from services.facts import Digest
from services.records import NoticeChoice, NoticeWay
from services.telling import SHOWN_IN_CHANNEL
from tests.handlers.views.batch_examples import batch
from tests.handlers.views.clients import many

PERSON = "U0123456789"
PLAIN = NoticeChoice("T1", PERSON)
BUSY = replace(
    PLAIN,
    way=NoticeWay.DIGEST,
    quiet_from="16:30",
    quiet_until="08:00",
    holidays="yes",
    away_until=date(2026, 12, 31),
)


def modals(name: str) -> Iterator[tuple[str, Callable[[Locale], View]]]:
    """Yield the form of choices, and the two ways to ask for a key."""
    yield "notices", lambda locale: notices_form(locale, PLAIN, None)
    yield "notices of an admin", lambda locale: notices_form(locale, BUSY, time(8, 30))
    yield "key link", lambda locale: link_view(locale, name, f"https://fabric.example/key/{'A' * 43}", "ticket")
    many = {"callback_id": Callback.BATCH_KEYS}
    yield "keys of many", lambda locale: {**keys(locale, "12 clients", "fedcba9876543210"), **many}


def facts(name: str) -> Iterator[tuple[str, Digest]]:
    """Yield morning summaries."""
    for number in (len(SHOWN_IN_CHANNEL), 200):
        whats = tuple(code for code in SHOWN_IN_CHANNEL if code != "batch")
        items = tuple((client, whats[place % len(whats)]) for place, client in enumerate(many(number, name)))
        yield f"digest {number}", Digest(PERSON, items, (batch(14, name),))
