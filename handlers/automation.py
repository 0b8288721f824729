"""`/fabric automation`: switching automation on and off, its settings, and stopping it at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import NumberFormatError, parse_decimal

from handlers.access import client_for
from handlers.dispatch import Listeners
from handlers.ids import Action, Callback, Field
from handlers.listener import listener
from handlers.request import Answer, Request, Services
from handlers.views.automation import automation_list, automation_view, state_text
from handlers.views.elements import View, escape, found_options, section
from handlers.views.words import more_clients
from services.access import Right, may
from services.automation import change_settings, settings_of, stop
from services.automation_news import offer
from services.notifier import Rendered
from services.proposals import cents
from services.records import Automation, Client, Handled
from services.store import Unit

MOST_EXCLUDED = 100
MOST_NAMED = 20
LARGEST_LIMIT = 100_000_000
"""Cents: a million euros."""


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.AUTOMATION)(listener(services, open_from_message))
    app.action(Action.AUTOMATION_STOP)(listener(services, stop_one))
    app.action(Action.AUTOMATION_STOP_ALL)(listener(services, stop_every))
    app.view(Callback.AUTOMATION)(listener(services, save))
    app.options(Field.EXCLUDED)(listener(services, suggest_vendors))


def show_all(request: Request, unit: Unit) -> Answer:
    """Say where automation is on, among the clients that the person may see."""
    on: list[tuple[Client, Automation]] = []
    for settings in unit[Automation].find(request.workspace, is_on=1):
        client = unit[Client].get(request.workspace, settings.id)
        if client and may(unit, request.person, Right.SEE, client):
            on.append((client, settings))
    on.sort(key=lambda pair: pair[0].name)
    return Answer(message=automation_list(request.locale, on))


def open_automation(request: Request, unit: Unit, client: Client) -> Answer:
    """Open a client's settings."""
    return Answer(open=_view(request, unit, client))


def open_from_message(request: Request, unit: Unit) -> Answer:
    """Open the settings of the client of a button."""
    return open_automation(request, unit, client_for(request, unit, request.action["value"], Right.AUTOMATE))


def stop_one(request: Request, unit: Unit) -> Answer:
    """Stop the automation of the client of a button, before the next write: whoever reviews the client may."""
    _ = request.locale.gettext
    client = client_for(request, unit, request.action["value"], Right.REVIEW, even_paused=True)
    stop(unit, client, request.person.id, request.services.clock())
    words = _("Stopped: nothing more is written without asking for {name}.", name=escape(client.name))
    if request.view:
        return Answer(put=_view(request, unit, client, words))
    return Answer(message=Rendered(words, (section(words),)))


def stop_every(request: Request, unit: Unit) -> Answer:
    """Stop the automation of every client that the person may review, before the next write."""
    _ = request.locale.gettext
    reviewed = [
        client
        for client in unit[Client].find(request.workspace, order="name")
        if may(unit, request.person, Right.REVIEW, client)
    ]
    now = request.services.clock()
    stopped = [client for client in reviewed if stop(unit, client, request.person.id, now)]
    words = _("Automation is not on for any client that you review.")
    if stopped:
        names = request.locale.list([escape(client.name) for client in stopped[:MOST_NAMED]])
        words = _("Stopped: nothing more is written without asking. It was on for {names}.", names=names)
        if len(stopped) > MOST_NAMED:
            words += " " + more_clients(request.locale, len(stopped) - MOST_NAMED)
    if request.view:
        return Answer(put=_view(request, unit, client_for(request, unit, _state(request)["client"]), words))
    return Answer(message=Rendered(words, (section(words),)))


def save(request: Request, unit: Unit) -> Answer:
    """Keep the settings as they were filled in."""
    _ = request.locale.gettext
    client = client_for(request, unit, _state(request)["client"], Right.AUTOMATE)
    most = _amount(str(request.value(Field.MOST) or ""))
    if most is None or not 0 < most <= LARGEST_LIMIT:
        return Answer(errors={Field.MOST: _("Write an amount in euros above zero, for example 2000,00.")})
    begins, ends = _day(request, Field.PAUSE_BEGINS), _day(request, Field.PAUSE_ENDS)
    if (begins is None) != (ends is None):
        missing = Field.PAUSE_ENDS if begins else Field.PAUSE_BEGINS
        return Answer(errors={missing: _("A pause needs both days, or neither.")})
    if begins and ends and not begins <= ends:
        return Answer(errors={Field.PAUSE_ENDS: _("The pause ends before it begins.")})
    settings = replace(
        settings_of(unit, client),
        version=int(_state(request)["seen"]),
        is_on=int(request.value(Field.SWITCH)),
        most=most,
        confidence=float(request.value(Field.CONFIDENCE)),
        sample=int(request.value(Field.SAMPLE)),
        excluded=tuple(_chosen(request, Field.EXCLUDED))[:MOST_EXCLUDED],
        pause_begins=begins,
        pause_ends=ends,
        pause_yearly=int(bool(_chosen(request, Field.PAUSE_YEARLY))),
    )
    if not change_settings(unit, client, settings, request.person.id, request.services.clock()):
        changed = _("Somebody has changed the settings meanwhile. Close this and open it again.")
        return Answer(errors={Field.SWITCH: changed})
    words = state_text(request.locale, settings_of(unit, client))
    return Answer(update=_view(request, unit, client, _("Saved.") + " " + words))


def suggest_vendors(request: Request, unit: Unit) -> Answer:
    """Answer what somebody types into the select of vendors, with those whose invoices were handled here."""
    client = client_for(request, unit, _state(request)["client"], Right.AUTOMATE)
    rows = unit[Handled].find(request.workspace, client_id=client.id)
    names = sorted({row.vendor for row in rows if row.vendor})
    typed = str(request.body.get("value") or "")
    return Answer(options=found_options([(name, name) for name in names], typed))


def _view(request: Request, unit: Unit, client: Client, note: str = "") -> View:
    fact = offer(unit, client, request.services.clock())
    return automation_view(request.locale, client, fact.settings, fact.figures, note)


def _state(request: Request) -> dict[str, Any]:
    return json.loads(request.view["private_metadata"])


def _element(request: Request, field: str) -> Mapping[str, Any]:
    return request.view["state"]["values"].get(field, {}).get(field, {})


def _chosen(request: Request, field: str) -> list[str]:
    return [str(one["value"]) for one in _element(request, field).get("selected_options") or ()]


def _day(request: Request, field: str) -> date | None:
    day = _element(request, field).get("selected_date")
    return date.fromisoformat(day) if day else None


def _amount(text: str) -> int | None:
    """Return euros as people write them in cents; None for what is no amount."""
    text = text.strip().removesuffix("€").strip().replace(" ", "").replace("\u00a0", "")
    try:
        amount: Decimal = parse_decimal(text.replace(".", ","), locale="fi_FI", strict=True)
    except NumberFormatError:
        return None
    return cents(amount)
