"""`/fabric clients`: search, filters and pages."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from handlers.dispatch import Listeners
from handlers.ids import Action, Callback, Field
from handlers.listener import listener
from handlers.request import Answer, Request, Services
from handlers.views.client_list import ALL, NEEDS, client_list_view, filter_of, team_filter_options
from handlers.views.elements import View, section
from services.client_list import Filter, client_page
from services.exports import ask_for
from services.notifier import Rendered
from services.records import Team
from services.store import Unit


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.view(Callback.CLIENTS)(listener(services, search))
    for action in (Action.CLIENTS_STATE, Action.CLIENTS_PROCESS, Action.CLIENTS_TEAM):
        app.action(action)(listener(services, choose))
    app.action(Action.OPEN_CLIENTS)(listener(services, open_from_button))
    app.action(Action.CLIENTS_EARLIER)(listener(services, turn))
    app.action(Action.CLIENTS_LATER)(listener(services, turn))
    app.action(Action.CLIENTS_EXPORT)(listener(services, export))
    app.options(Action.CLIENTS_TEAM)(listener(services, suggest_teams))


def open_clients(request: Request, unit: Unit, words: str = "") -> Answer:
    """Show the clients that the person may see; with words, those that have them in their name."""
    return Answer(open=_view(request, unit, Filter(words=words.strip()[:100])))


def open_from_button(request: Request, unit: Unit) -> Answer:
    """Show all clients, or those that need somebody."""
    return Answer(open=_view(request, unit, Filter(needs=request.action["value"] == NEEDS)))


def search(request: Request, unit: Unit) -> Answer:
    """Show the clients that have the typed words in their name or business id."""
    return Answer(update=_view(request, unit, replace(_filter(request), number=0)))


def choose(request: Request, unit: Unit) -> Answer:
    """Show the clients of the chosen state, process or team."""
    chosen = str(request.action["selected_option"]["value"])
    value = "" if chosen == ALL else chosen
    wanted = replace(_filter(request), number=0)
    match request.action["action_id"]:
        case Action.CLIENTS_STATE:
            wanted = replace(wanted, needs=chosen == NEEDS, state="" if chosen == NEEDS else value)
        case Action.CLIENTS_PROCESS:
            wanted = replace(wanted, process=value)
        case _:
            wanted = replace(wanted, team=value)
    return Answer(put=_view(request, unit, wanted))


def turn(request: Request, unit: Unit) -> Answer:
    """Show another page."""
    return Answer(put=_view(request, unit, replace(_filter(request), number=request.number)))


def export(request: Request, unit: Unit) -> Answer:
    """Have the clients that meet the filter given to the person as a file."""
    wanted = json.dumps(asdict(replace(_filter(request), number=0)))
    ask_for(unit, request.person, "clients_export", request.services.clock(), filter=wanted)
    text = request.locale.gettext("The CSV file comes to your direct messages.")
    return Answer(message=Rendered(text, (section(text),)))


def suggest_teams(request: Request, unit: Unit) -> Answer:
    """Answer what somebody types into the choice of a team."""
    teams = unit[Team].find(request.workspace, order="name")
    return Answer(options=team_filter_options(request.locale, teams, str(request.body.get("value") or "")))


def _filter(request: Request) -> Filter:
    """Return the filter of the modal, with what is typed in it and has not been searched for yet."""
    return replace(filter_of(request.view["private_metadata"]), words=str(request.value(Field.WORDS) or ""))


def _view(request: Request, unit: Unit, wanted: Filter) -> View:
    return client_list_view(request.locale, client_page(unit, request.person, wanted))
