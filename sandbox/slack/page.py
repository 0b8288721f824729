"""The web page's own endpoints: what a person sees, what they do, and word of every change."""

import asyncio
import base64
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.slack.apps_page import MANAGING, ManagingAction, apps_json, workspaces_json
from sandbox.slack.distribution import Distribution
from sandbox.slack.errors import SlackError
from sandbox.slack.files import file_json, upload_file
from sandbox.slack.forms import fields_of
from sandbox.slack.page_state import outcome_json, page_json
from sandbox.slack.targets import MessagePlace, Target, find_element
from sandbox.slack.values import Json, is_object
from sandbox.slack.workspace import SlackWorkspace

STATIC = Path(__file__).parent / "static"
_CLOSING = web.AppKey("closing", asyncio.Event)

Action = Callable[[SlackWorkspace, Json], Awaitable[Json]]


LAST_WORKSPACE = "last_workspace"
"""The cookie that knows in which workspace a browser was last; all see it, for cookies do not tell ports apart."""


def add_page_routes(
    application: web.Application, workspace: SlackWorkspace, netvisor_url: str, distribution: Distribution | None
) -> None:
    """Adds the page and its endpoints to the server."""
    application[_CLOSING] = asyncio.Event()

    async def announce_closing(application: web.Application) -> None:
        application[_CLOSING].set()

    async def index(request: web.Request) -> web.StreamResponse:
        response = web.FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})
        response.set_cookie(LAST_WORKSPACE, workspace.team_id, httponly=True, samesite="Lax")
        return response

    async def state(request: web.Request) -> web.StreamResponse:
        query = request.query
        person = workspace.people.get(query.get("person", "")) or workspace.admin
        value = page_json(workspace, person, query.get("channel", ""), query.get("thread", ""))
        value["netvisor_url"] = netvisor_url
        value["workspaces"] = workspaces_json(workspace, distribution)
        value["apps"] = apps_json(workspace, distribution)
        return web.json_response(value)

    async def events(request: web.Request) -> web.StreamResponse:
        return await _stream_changes(workspace, request)

    application.on_shutdown.append(announce_closing)
    application.router.add_get("/", index)
    application.router.add_get("/archives/{channel}/{message}", index)
    application.router.add_get("/page/state", state)
    application.router.add_get("/page/events", events)
    application.router.add_static("/static", STATIC)
    for name, action in _ACTIONS.items():
        application.router.add_post(f"/page/{name}", _endpoint(workspace, action))
    if distribution:
        for name, managing in MANAGING.items():
            application.router.add_post(f"/page/{name}", _endpoint(workspace, _managed(distribution, managing)))


def _managed(distribution: Distribution, managing: ManagingAction) -> Action:
    async def act(workspace: SlackWorkspace, body: Json) -> Json:
        if not workspace.person(body["person"]).is_admin:
            raise SlackError("not_an_admin")
        await managing(distribution, workspace)
        return {}

    return act


def _endpoint(workspace: SlackWorkspace, action: Action) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType  # another site's page may send forms here, but no JSON
        body: Any = await request.json()
        if not is_object(body):
            raise web.HTTPBadRequest
        try:
            return web.json_response(await action(workspace, body))
        except SlackError as error:
            return web.json_response({"error": error.code}, status=400)
        except (KeyError, TypeError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=400)

    return handle


async def _stream_changes(workspace: SlackWorkspace, request: web.Request) -> web.StreamResponse:
    """Server-sent events: one with the version after every change."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
    await response.prepare(request)
    seen = -1
    with contextlib.suppress(ConnectionError):
        while not request.app[_CLOSING].is_set():
            if workspace.version != seen:
                seen = workspace.version
                await response.write(f"data: {seen}\n\n".encode())
            await workspace.next_change(0.5)
    return response


# What a person does on the page. Each takes the request's body and returns what the page shows of the outcome.


async def _send(workspace: SlackWorkspace, body: Json) -> Json:
    """What was typed in a composer: a command when it begins with /, else a message."""
    text, thread = str(body["text"]), body.get("thread")
    if text.startswith("/") and not thread:
        return outcome_json(await workspace.command(body["person"], body["channel"], text))
    await workspace.say(body["person"], body["channel"], text, str(thread) if thread else None)
    return {}


async def _stop(workspace: SlackWorkspace, body: Json) -> Json:
    return outcome_json(await workspace.stop_agent(body["person"], body["channel"], str(body["thread"])))


async def _click(workspace: SlackWorkspace, body: Json) -> Json:
    return outcome_json(
        await workspace.click(
            body["person"],
            action_id=body["action_id"],
            block_id=body["block_id"],
            value=body.get("value"),
            values=_present_values(workspace, body),
            **_place(body),
        )
    )


async def _shortcut(workspace: SlackWorkspace, body: Json) -> Json:
    """A person chooses a shortcut: beside the composer, or in the menu of a message."""
    place: MessagePlace | None = (body["channel"], body["message"]) if body.get("message") else None
    return outcome_json(await workspace.shortcut(body["person"], str(body["shortcut"]), place))


async def _suggest(workspace: SlackWorkspace, body: Json) -> Json:
    return outcome_json(
        await workspace.suggest(
            body["person"], body["action_id"], str(body["text"]), block_id=body["block_id"], **_place(body)
        )
    )


def _place(body: Json) -> Json:
    if body.get("home"):
        return {"home": True}
    if body.get("view"):
        return {"view": body["view"]}
    place: MessagePlace = (body["channel"], body["message"])
    return {"message": place}


def _present_values(workspace: SlackWorkspace, body: Json) -> dict[str, dict[str, object]]:
    """What is filled in on the page, without the fields that the app has taken away in the meantime."""
    view = workspace.views.get(str(body.get("view")))
    values = body.get("values")
    if not is_object(values):
        return {}
    there = {(field.block_id, field.action_id) for field in fields_of(view.blocks)} if view is not None else None
    return {
        block_id: {name: plain for name, plain in actions.items() if there is None or (block_id, name) in there}
        for block_id, actions in values.items()
        if is_object(actions)
    }


async def _upload(workspace: SlackWorkspace, body: Json) -> Json:
    """A person chooses a file beside those in a file_input, whose ids are `present`; the page keeps what is there."""
    view = workspace.view(body["view"])
    element = find_element(Target(view=view), body["action_id"], body["block_id"], None).element
    content = base64.b64decode(str(body["content"]))
    person = workspace.person(body["person"])
    file = upload_file(workspace, person, str(body["name"]), content, element, body["present"])
    return {"file": file_json(workspace, file)}


async def _submit(workspace: SlackWorkspace, body: Json) -> Json:
    return outcome_json(await workspace.submit(body["person"], body["view"], _present_values(workspace, body)))


async def _close(workspace: SlackWorkspace, body: Json) -> Json:
    return outcome_json(await workspace.close_view(body["person"], body["view"]))


async def _home(workspace: SlackWorkspace, body: Json) -> Json:
    return outcome_json(await workspace.open_home(body["person"], str(body.get("tab", "home"))))


async def _direct(workspace: SlackWorkspace, body: Json) -> Json:
    one, other = workspace.person(body["person"]), workspace.person(body["with"])
    return {"channel": workspace.direct(one.id, other.id).id}


async def _join(workspace: SlackWorkspace, body: Json) -> Json:
    """A person joins a public channel, or takes the app (`bot`) into one they are in."""
    channel = workspace.channel(body["channel"])
    channel.members.add(workspace.bot.id if body.get("bot") else workspace.person(body["person"]).id)
    workspace.changed()
    return {}


async def _faults(workspace: SlackWorkspace, body: Json) -> Json:
    """Switches faults: any of `clear`, `call` and `delivery` (see `faults`), `rate_limits`, `disconnect` (a reason)."""
    if body.get("clear"):
        workspace.faults.clear()
    if is_object(call := body.get("call")):
        workspace.faults.call(**call)
    if is_object(delivery := body.get("delivery")):
        workspace.faults.delivery(**delivery)
    if "rate_limits" in body:
        workspace.rate_limits = bool(body["rate_limits"])
    if body.get("disconnect"):
        await workspace.sockets.disconnect(str(body["disconnect"]))
    workspace.changed()
    return {}


_ACTIONS: dict[str, Action] = {
    "send": _send,
    "stop": _stop,
    "click": _click,
    "shortcut": _shortcut,
    "suggest": _suggest,
    "upload": _upload,
    "submit": _submit,
    "close": _close,
    "home": _home,
    "direct": _direct,
    "join": _join,
    "faults": _faults,
}
