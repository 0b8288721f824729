"""`/fabric favourites`: choosing them, and seeing a colleague's during their holiday."""

from __future__ import annotations

from datetime import date, timedelta

from handlers.access import may_see
from handlers.dispatch import Listeners
from handlers.ids import Action, Callback, Field
from handlers.listener import listener
from handlers.request import Answer, Request, Services
from handlers.views.client_list import client_options
from handlers.views.elements import View
from handlers.views.favourites import MOST, favourites_form, substitute_form
from services.client_list import suggestions
from services.clock import FIRM_TIMEZONE
from services.facts import Substituted
from services.favourites import end_substitution, favourites, star, substitute, substitutions
from services.records import Client, Person
from services.store import Unit

HOLIDAY = timedelta(days=7)


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.FAVOURITES)(listener(services, open_favourites))
    app.view(Callback.FAVOURITES)(listener(services, save))
    app.options(Field.FAVOURITES)(listener(services, suggest))
    app.options(Action.FIND_CLIENT)(listener(services, suggest))
    app.action(Action.SUBSTITUTE)(listener(services, ask_whose))
    app.view(Callback.SUBSTITUTE)(listener(services, stand_in))
    app.action(Action.END_SUBSTITUTION)(listener(services, end))


def open_favourites(request: Request, unit: Unit) -> Answer:
    """Show the person's favourites."""
    return Answer(open=_form(request, unit))


def save(request: Request, unit: Unit) -> Answer:
    """Keep what was chosen; what the menu did not show stays."""
    now, chosen = request.services.clock(), set(request.values(Field.FAVOURITES))
    shown = {client.id: client for client in favourites(unit, request.person)[:MOST]}
    for client_id in shown.keys() - chosen:
        star(unit, request.person, shown[client_id], now, starred=False)
    for client_id in chosen - shown.keys():
        client = unit[Client].get(request.workspace, client_id)
        if client and may_see(request, unit, client_id):
            star(unit, request.person, client, now)
    return Answer()


def suggest(request: Request, unit: Unit) -> Answer:
    """Answer what somebody types to find a client."""
    words = str(request.body.get("value") or "")
    return Answer(options=client_options(suggestions(unit, request.person, words)))


def ask_whose(request: Request, unit: Unit) -> Answer:
    """Ask for the colleague and the days."""
    today = request.services.clock().astimezone(FIRM_TIMEZONE).date()
    return Answer(open=substitute_form(request.locale, today, today + HOLIDAY))


def stand_in(request: Request, unit: Unit) -> Answer:
    """Show a colleague's favourites from a day to another."""
    _ = request.locale.gettext
    colleague = str(request.value(Field.COLLEAGUE) or "")
    first, last = (date.fromisoformat(str(request.value(one))) for one in (Field.FIRST_DAY, Field.LAST_DAY))
    if colleague == request.person.id:
        return Answer(errors={Field.COLLEAGUE: _("This is you: choose a colleague.")})
    now = request.services.clock()
    if last < first or last < now.astimezone(FIRM_TIMEZONE).date():
        return Answer(errors={Field.LAST_DAY: _("The last day must not be before the first, or past.")})
    substitute(unit, request.person, colleague, first, last, now)
    return Answer(put_below=_form(request, unit))


def end(request: Request, unit: Unit) -> Answer:
    """Show a colleague's favourites no longer."""
    end_substitution(unit, request.person, str(request.action["value"]), request.services.clock())
    return Answer(put=_form(request, unit))


def _form(request: Request, unit: Unit) -> View:
    found = substitutions(unit, request.person, request.services.clock())[:10]
    people = [unit[Person].get(request.workspace, one.colleague) for one in found]
    shown = [
        Substituted(person.name if person else one.colleague, one) for one, person in zip(found, people, strict=True)
    ]
    return favourites_form(request.locale, favourites(unit, request.person), shown)
