"""The rights check in Slack: watched live in modals, repeated by a button, completed by ticks."""

from __future__ import annotations

import dataclasses

from handlers.access import client_for
from handlers.dispatch import Listeners
from handlers.ids import Action, Callback
from handlers.listener import listener
from handlers.request import Answer, Refusal, Request, Services
from handlers.views.elements import View
from handlers.views.rights import check_view, findings_of, never_checked
from services.access import Right
from services.checks import check_result, show_check
from services.favourites import is_favourite
from services.onboarding import request_check
from services.records import Client, RightsCheck
from services.store import Unit
from services.ticks import RIGHTS, SETTINGS, put_ticks


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.CHECK_AGAIN)(listener(services, check_again))
    app.action(Action.TICK)(listener(services, tick))
    app.action(Action.TICK_SETTINGS)(listener(services, tick))
    app.view_closed(Callback.CHECK)(listener(services, stop_watching))


def watch_check(unit: Unit, workspace: str, client_id: str, view_id: str, person: str) -> None:
    """Have a check shown in a modal from now on."""
    check = unit[RightsCheck].get(workspace, client_id)
    if check:
        unit[RightsCheck].change(workspace, client_id, watchers={**check.watchers, view_id: person})


def progress_view(request: Request, unit: Unit, client: Client) -> View:
    """Return the modal of a check that has been asked for."""
    result = check_result(unit, client.workspace, client.id)
    assert result is not None
    shown = dataclasses.replace(result, is_favourite=is_favourite(unit, request.person, client))
    return check_view(request.locale, shown, request.services.access_key)


def open_check(request: Request, unit: Unit, client: Client) -> Answer:
    """Ask for a check, and show it in a modal that follows it."""
    now = request.services.clock()
    inside = request.view.get("callback_id") == Callback.CHECK
    request_check(unit, client, request.person.id, now)
    view = progress_view(request, unit, client)
    if inside:
        watch_check(unit, client.workspace, client.id, request.view["id"], request.person.id)
        return Answer()  # the check itself updates the modal, in order

    def opened(unit: Unit, view_id: str) -> None:
        watch_check(unit, client.workspace, client.id, view_id, request.person.id)
        show_check(unit, client.workspace, client.id, now)

    return Answer(open=view, opened=opened)


def show_again(request: Request, unit: Unit, client: Client) -> Answer:
    """Have the check that is open show what the person has changed: the check itself updates the modal, in order."""
    watch_check(unit, client.workspace, client.id, request.view["id"], request.person.id)
    show_check(unit, client.workspace, client.id, request.services.clock())
    return Answer()


def check_again(request: Request, unit: Unit) -> Answer:
    """Check a client's rights again."""
    return open_check(request, unit, client_for(request, unit, request.action["value"], Right.HANDLE))


def tick(request: Request, unit: Unit) -> Answer:
    """Keep who ticked what and when, and show it; what a write reopened and is mended has the client checked again."""
    named = str(request.action["block_id"]).partition(":")[2].partition(":")[0]
    client = client_for(request, unit, named, Right.HANDLE)
    result = check_result(unit, client.workspace, client.id)
    if result is None:
        raise Refusal(never_checked(request.locale, client))
    now = request.services.clock()
    chosen = {str(choice["value"]) for choice in request.action["selected_options"]}
    asked = RIGHTS if request.action["action_id"] == Action.TICK else SETTINGS[client.process]
    findings = findings_of(result)
    if put_ticks(unit, client, findings, asked, chosen, request.person.id, now):
        request_check(unit, client, request.person.id, now)
    show_check(unit, client.workspace, client.id, now)
    return Answer()


def stop_watching(request: Request, unit: Unit) -> Answer:
    """Forget a modal that its person closed; what is left to say comes as a message."""
    check = unit[RightsCheck].get(request.workspace, request.view["private_metadata"])
    if check:
        left = {view: person for view, person in check.watchers.items() if view != request.view["id"]}
        unit[RightsCheck].put(dataclasses.replace(check, watchers=left))
    return Answer()
