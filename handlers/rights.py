"""The rights check in Slack: watched live in modals, repeated by a button, completed by ticks."""

from __future__ import annotations

import dataclasses
from typing import Any

from slack_bolt.async_app import AsyncApp

from handlers.ids import Action, Callback
from handlers.listener import Answer, Request, Services, listener
from handlers.views.rights import TICKABLE, check_view
from services.checks import check_result, show_check
from services.onboarding import request_check
from services.records import Client, RightsCheck, Tick
from services.store import Unit


def register(app: AsyncApp, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.CHECK_AGAIN)(listener(services, check_again))
    app.action(Action.TICK)(listener(services, tick))
    app.view_closed(Callback.CHECK)(listener(services, stop_watching))


def watch_check(unit: Unit, workspace: str, client_id: str, view_id: str, person: str) -> None:
    """Have a check shown in a modal from now on."""
    check = unit[RightsCheck].get(workspace, client_id)
    if check:
        unit[RightsCheck].change(workspace, client_id, watchers={**check.watchers, view_id: person})


def open_check(request: Request, unit: Unit, client: Client) -> Answer:
    """Ask for a check, and show it in a modal that follows it."""
    now = request.services.clock()
    inside = request.view.get("callback_id") == Callback.CHECK
    request_check(unit, client, request.person.id, now)
    result = check_result(unit, client.workspace, client.id)
    assert result is not None
    view = check_view(request.locale, result, request.services.access_key)
    if inside:
        watch_check(unit, client.workspace, client.id, request.view["id"], request.person.id)
        return Answer()  # the check itself updates the modal, in order

    def opened(unit: Unit, view_id: str) -> None:
        watch_check(unit, client.workspace, client.id, view_id, request.person.id)
        show_check(unit, client.workspace, client.id, now)

    return Answer(open=view, opened=opened)


def check_again(request: Request, unit: Unit) -> Answer:
    """Check a client's rights again."""
    client = unit[Client].get(request.workspace, request.action["value"])
    return open_check(request, unit, client) if client else Answer()


def tick(request: Request, unit: Unit) -> Answer:
    """Keep who ticked what and when, and show it."""
    client_id = str(request.action["block_id"]).partition(":")[2]
    client = unit[Client].get(request.workspace, client_id)
    if client is None:
        return Answer()
    now = request.services.clock()
    chosen = {choice["value"] for choice in request.action["selected_options"]}
    known = {one.check_id for one in unit[Tick].find(request.workspace, client_id=client.id)}
    check = unit[RightsCheck].get(client.workspace, client.id)
    asked = {finding["id"] for finding in check.findings if finding["id"] in TICKABLE} if check else set[Any]()
    for check_id in chosen & asked - known:
        unit[Tick].put(
            Tick(request.workspace, f"{client.id}:{check_id}", client.id, str(check_id), request.person.id, now)
        )
    for check_id in (known & asked) - chosen:
        unit[Tick].delete(request.workspace, id=f"{client.id}:{check_id}")
    show_check(unit, client.workspace, client.id, now)
    return Answer()


def stop_watching(request: Request, unit: Unit) -> Answer:
    """Forget a modal that its person closed; what is left to say comes as a message."""
    check = unit[RightsCheck].get(request.workspace, request.view["private_metadata"])
    if check:
        left = {view: person for view, person in check.watchers.items() if view != request.view["id"]}
        unit[RightsCheck].put(dataclasses.replace(check, watchers=left))
    return Answer()
