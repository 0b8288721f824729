"""A client's card and what is done from it: favourites, pausing, moving, removing, and the way to everything else."""

from __future__ import annotations

from typing import Any

from handlers.access import client_for
from handlers.dimensions import open_dimensions
from handlers.dispatch import Listeners
from handlers.ids import Action, Callback, Field
from handlers.listener import listener
from handlers.processes import open_process
from handlers.request import Answer, Request, Services
from handlers.rights import show_again
from handlers.settings import open_audit
from handlers.views.access import team_options
from handlers.views.client_card import EVERYBODY, client_view, move_form, remove_form, removed_view
from handlers.views.elements import actions, escape, section, star_button
from services.access import Right
from services.client_list import client_details
from services.favourites import star
from services.lifecycle import give_to_team, move, pause, remove, resume
from services.notifier import Rendered
from services.onboarding import normal_business_id
from services.records import Client, Team
from services.store import Unit


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.OPEN_CLIENT)(listener(services, open_card))
    app.action(Action.FIND_CLIENT)(listener(services, open_card))
    app.action(Action.OPEN_PROCESS)(listener(services, process))
    app.action(Action.OPEN_DIMENSIONS)(listener(services, dimensions))
    app.action(Action.OPEN_AUDIT)(listener(services, audit))
    app.action(Action.STAR)(listener(services, add_star))
    app.action(Action.UNSTAR)(listener(services, take_star))
    app.action(Action.PAUSE)(listener(services, pause_client))
    app.action(Action.RESUME)(listener(services, resume_client))
    app.action(Action.MOVE)(listener(services, ask_where))
    app.view(Callback.MOVE)(listener(services, move_client))
    app.options(Field.TEAM)(listener(services, suggest_teams))
    app.action(Action.REMOVE)(listener(services, ask_whether))
    app.view(Callback.REMOVE)(listener(services, remove_client))


def open_card(request: Request, unit: Unit) -> Answer:
    """Open the card of the client of a button, or of a menu."""
    action = request.action
    client_id = (action.get("selected_option") or action)["value"]
    return Answer(open=_card(request, unit, client_for(request, unit, client_id)))


def process(request: Request, unit: Unit) -> Answer:
    """Open the client's process."""
    return open_process(request, unit, client_for(request, unit, request.action["value"], Right.HANDLE))


def dimensions(request: Request, unit: Unit) -> Answer:
    """Open the client's dimensions."""
    return open_dimensions(request, unit, client_for(request, unit, request.action["value"], Right.HANDLE))


def audit(request: Request, unit: Unit) -> Answer:
    """Open what happened to the client."""
    return open_audit(request, unit, client_for(request, unit, request.action["value"]))


def add_star(request: Request, unit: Unit) -> Answer:
    """Make the client a favourite of the person."""
    return _starred(request, unit, is_favourite=True)


def take_star(request: Request, unit: Unit) -> Answer:
    """Make the client a favourite no longer."""
    return _starred(request, unit, is_favourite=False)


def _starred(request: Request, unit: Unit, *, is_favourite: bool) -> Answer:
    _ = request.locale.gettext
    client = client_for(request, unit, request.action["value"])
    star(unit, request.person, client, request.services.clock(), starred=is_favourite)
    if request.view.get("callback_id") == Callback.CHECK:
        return show_again(request, unit, client)
    text = _("{name} is not your favourite any more.", name=_name(client))
    if is_favourite:
        text = _("{name} is your favourite now: it comes first on your Home tab.", name=_name(client))
    return _shown(request, unit, client, text, star_button(request.locale, client.id, is_favourite=is_favourite))


def pause_client(request: Request, unit: Unit) -> Answer:
    """Pause the client."""
    client = client_for(request, unit, request.action["value"], Right.HANDLE, even_paused=True)
    pause(unit, client, request.person.id, request.services.clock())
    return _shown(request, unit, client, request.locale.gettext("{name} is paused.", name=_name(client)))


def resume_client(request: Request, unit: Unit) -> Answer:
    """Let the client work again."""
    client = client_for(request, unit, request.action["value"], Right.HANDLE, even_paused=True, even_removed=True)
    text = request.locale.gettext("{name} works already.", name=_name(client))
    if resume(unit, client, request.person.id, request.services.clock()):
        text = request.locale.gettext("{name} works again: its rights are checked first.", name=_name(client))
    return _shown(request, unit, client, text)


def ask_where(request: Request, unit: Unit) -> Answer:
    """Ask for the client's channel and team."""
    client = client_for(request, unit, request.action["value"], Right.HANDLE, even_paused=True)
    team = unit[Team].get(client.workspace, client.team_id) if client.team_id else None
    return Answer(open=move_form(request.locale, client, team))


def move_client(request: Request, unit: Unit) -> Answer:
    """Give the client its channel and team."""
    client = client_for(request, unit, request.view["private_metadata"], Right.HANDLE, even_paused=True)
    now = request.services.clock()
    team = str(request.value(Field.TEAM) or EVERYBODY)
    give_to_team(unit, client, "" if team == EVERYBODY else team, request.person.id, now)
    given = unit[Client].get(client.workspace, client.id) or client
    move(unit, given, str(request.value(Field.CHANNEL) or client.channel), request.person.id, now)
    text = request.locale.gettext("Saved.")
    return Answer(put_below=_card(request, unit, client, text))


def suggest_teams(request: Request, unit: Unit) -> Answer:
    """Answer what somebody types into the choice of a team."""
    teams = unit[Team].find(request.workspace, order="name")
    options = team_options(request.locale, teams, str(request.body.get("value") or ""))
    return Answer(options=[one for one in options if one["value"] != "admins"])


def ask_whether(request: Request, unit: Unit) -> Answer:
    """Say what removing the client deletes, and ask to type its business id."""
    client = client_for(request, unit, request.action["value"], Right.HANDLE, even_paused=True)
    return Answer(open=remove_form(request.locale, client))


def remove_client(request: Request, unit: Unit) -> Answer:
    """Remove the client whose business id was typed."""
    client = client_for(request, unit, request.view["private_metadata"], Right.HANDLE, even_paused=True)
    if normal_business_id(str(request.value(Field.TYPED) or "")) != client.business_id:
        _ = request.locale.gettext
        text = _("This is not the client's business id {business_id}.", business_id=client.business_id)
        return Answer(errors={Field.TYPED: text})
    remove(unit, client, request.person.id, request.services.clock())
    return Answer(update=removed_view(request.locale, unit[Client].get(client.workspace, client.id) or client))


def _card(request: Request, unit: Unit, client: Client, note: str = "") -> dict[str, object]:
    stored = unit[Client].get(client.workspace, client.id) or client
    return client_view(request.locale, client_details(unit, request.person, stored), note)


def _shown(request: Request, unit: Unit, client: Client, text: str, *buttons: dict[str, Any]) -> Answer:
    """Show what was done: on the card where it was pressed, else beside the message, with buttons that undo it."""
    match request.view.get("callback_id"):
        case Callback.CLIENT:
            return Answer(put=_card(request, unit, client, text))
        case Callback.NOTICE:
            # What may lie below is of before: it is closed with the card.
            return Answer(put={**_card(request, unit, client, text), "clear_on_close": True})
        case _:
            pass
    return Answer(message=Rendered(text, (section(text), *([actions(*buttons)] if buttons else []))))


def _name(client: Client) -> str:
    return escape(client.name)
