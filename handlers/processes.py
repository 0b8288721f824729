"""`/fabric process`: what a client's process is, what another one would change, and changing it."""

from __future__ import annotations

import json
from typing import Any

from handlers.access import client_for
from handlers.dispatch import Listeners
from handlers.ids import Action, Callback, Field
from handlers.listener import listener
from handlers.request import Answer, Request, Services
from handlers.views.processes import process_changed, process_view
from services.access import Right
from services.processes import change_process, effect, last_change
from services.records import Client, Process
from services.store import Unit


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.PROCESS)(listener(services, choose))
    app.view(Callback.PROCESS)(listener(services, change))


def open_process(request: Request, unit: Unit, client: Client) -> Answer:
    """Show a client's process and the choice of another."""
    return Answer(open=process_view(request.locale, client, last_change(unit, client)))


def choose(request: Request, unit: Unit) -> Answer:
    """Show what the chosen process would change."""
    client = _client(request, unit)
    if request.view.get("callback_id") != Callback.PROCESS:
        return Answer()
    chosen = Process(request.action["selected_option"]["value"])
    means = effect(unit, client, chosen)
    return Answer(put=process_view(request.locale, client, last_change(unit, client), chosen, means))


def change(request: Request, unit: Unit) -> Answer:
    """Change the process."""
    _ = request.locale.gettext
    client, chosen = _client(request, unit), Process(request.value(Field.PROCESS))
    if client.process != _state(request)["seen"]:
        return Answer(errors={Field.PROCESS: _("Somebody has changed the process meanwhile. Open this again.")})
    if client.process is chosen:
        return Answer(errors={Field.PROCESS: _("This is the present process: choose another one, or cancel.")})
    means = effect(unit, client, chosen)
    change_process(unit, client, chosen, request.person.id, request.services.clock())
    return Answer(update=process_changed(request.locale, client, chosen, means))


def _state(request: Request) -> dict[str, Any]:
    return json.loads(request.view["private_metadata"])


def _client(request: Request, unit: Unit) -> Client:
    return client_for(request, unit, _state(request)["client"], Right.HANDLE)
