"""`/fabric access` and `/fabric audit`: who may do what, and who did."""

from __future__ import annotations

import dataclasses

from handlers.access import client_for, need, needing
from handlers.dispatch import Listeners
from handlers.ids import Action, Callback, Field
from handlers.listener import listener
from handlers.request import Answer, Request, Services
from handlers.views.access import access_form, team_options
from handlers.views.audit import audit_view
from handlers.views.elements import section
from services.access import GIVEN, Right, access_of, names_of_admins
from services.audit import audit_page
from services.exports import ask_for
from services.notifier import Rendered
from services.records import Client, Team
from services.settings import change_access
from services.store import Unit


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.view(Callback.ACCESS)(listener(services, needing(Right.SETTINGS, save_access)))
    app.options(Field.RIGHT)(listener(services, needing(Right.SETTINGS, suggest_teams)))
    app.action(Action.AUDIT_EARLIER)(listener(services, turn))
    app.action(Action.AUDIT_NEWEST)(listener(services, turn))
    app.action(Action.AUDIT_EXPORT)(listener(services, export))


def open_access(request: Request, unit: Unit) -> Answer:
    """Show who may do what, to an admin."""
    need(request, unit, Right.SETTINGS)
    workspace = request.workspace
    view = access_form(
        request.locale,
        access_of(unit, workspace),
        unit[Team].find(workspace, order="name"),
        names_of_admins(unit, workspace),
    )
    return Answer(open=view)


def save_access(request: Request, unit: Unit) -> Answer:
    """Keep who may do what."""
    before = access_of(unit, request.workspace)
    chosen = {right.value: request.value(f"{Field.RIGHT}:{right}") for right in GIVEN}
    ticked = request.values(Field.BY_CHANNEL)
    access = dataclasses.replace(
        before,
        admins=tuple(request.values(Field.ADMINS)),
        rights={right: who for right, who in chosen.items() if who},
        channels=tuple(request.values(Field.CHANNELS)),
        by_channel="new" in ticked,
    )
    change_access(unit, access, request.person.id, request.services.clock(), present_too="present" in ticked)
    return Answer()


def suggest_teams(request: Request, unit: Unit) -> Answer:
    """Answer what somebody types into the choice of who has a right."""
    teams = unit[Team].find(request.workspace, order="name")
    return Answer(options=team_options(request.locale, teams, str(request.body.get("value") or "")))


def open_audit(request: Request, unit: Unit, client: Client | None = None) -> Answer:
    """Show what happened to a client, or to an admin everything."""
    if client is None:
        need(request, unit, Right.SETTINGS)
    return Answer(open=audit_view(request.locale, audit_page(unit, request.workspace, client)))


def turn(request: Request, unit: Unit) -> Answer:
    """Show older events, or the newest again."""
    client = _client(request, unit)
    before = str(request.action["value"]) if request.action["action_id"] == Action.AUDIT_EARLIER else ""
    page = audit_page(unit, request.workspace, client, before=before)
    return Answer(put=audit_view(request.locale, page, newest=not before))


def export(request: Request, unit: Unit) -> Answer:
    """Have the audit given to the person as a file."""
    client = _client(request, unit)
    ask_for(unit, request.person, "audit_export", request.services.clock(), client=client.id if client else "")
    text = request.locale.gettext("The CSV file comes to your direct messages.")
    return Answer(message=Rendered(text, (section(text),)))


def _client(request: Request, unit: Unit) -> Client | None:
    """Return the client that the modal is about; of everything only an admin may see more."""
    client_id = str(request.view.get("private_metadata") or "")
    if client_id:
        return client_for(request, unit, client_id)
    need(request, unit, Right.SETTINGS)
    return None
