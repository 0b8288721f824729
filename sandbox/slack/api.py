"""The Web API over HTTP: arguments in every form that Slack takes, tokens, faults, rate limits, recorded calls."""

import asyncio
import hmac
import json
from typing import Any

from aiohttp import web

from sandbox.slack.errors import SlackError
from sandbox.slack.faults import CallFault
from sandbox.slack.methods import METHODS
from sandbox.slack.methods.registry import Arguments, Method, require_scope
from sandbox.slack.model import Call
from sandbox.slack.values import Json, is_object
from sandbox.slack.workspace import SlackWorkspace


async def handle_call(workspace: SlackWorkspace, request: web.Request) -> web.StreamResponse:
    """Answers one Web API call. Slack answers refusals with HTTP 200, rate limits with 429."""
    name = request.match_info["method"]
    try:
        values = await _values(request)
    except SlackError as error:
        return _answer(workspace, name, {}, error.response(), 200)
    token = _token(request, values)
    fault = workspace.faults.take_call(name)
    if fault is not None:
        refused = await meet_fault(workspace, name, values, fault, request)
        if refused is not None:
            return refused
    status, response, headers = 200, Json(), dict[str, str]()
    try:
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        wait = _seconds_to_wait(workspace, method, values)
        if wait:
            status, response, headers = 429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(wait)}
        else:
            _authorize(workspace, method, token)
            response = {"ok": True, **method.handler(workspace, Arguments(values))}
            headers = {"X-OAuth-Scopes": ",".join(sorted(workspace.scopes))}
            headers["X-Accepted-OAuth-Scopes"] = ",".join(method.scopes)
    except SlackError as error:
        response = error.response()
    answer = _answer(workspace, name, values, response, status, headers)
    if fault is not None and fault.kind == "reset_after":
        cut(request)
    return answer


def _answer(
    workspace: SlackWorkspace,
    name: str,
    values: Json,
    response: Json,
    status: int,
    headers: dict[str, str] | None = None,
) -> web.Response:
    workspace.calls.append(Call(name, values, response, status, workspace.clock()))
    workspace.changed()
    return web.json_response(response, status=status, headers=headers)


async def _values(request: web.Request) -> Json:
    values: Json = dict(request.query)
    if request.method != "POST":
        return values
    if request.content_type == "application/json":
        try:
            body: Any = json.loads(await request.text())
        except ValueError:
            raise SlackError("invalid_json") from None
        if not is_object(body):
            raise SlackError("json_not_object")
        return {**values, **{key: value for key, value in body.items() if value is not None}}
    form = await request.post()
    return {**values, **{key: value for key, value in form.items() if isinstance(value, str)}}


def _token(request: web.Request, values: Json) -> str:
    given = values.pop("token", None)
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ").strip() if header else str(given or "")


def _authorize(workspace: SlackWorkspace, method: Method, token: str) -> None:
    if method.token == "none":
        return
    if not token:
        raise SlackError("not_authed")
    if token in workspace.revoked_tokens:
        raise SlackError("token_revoked")
    if token in workspace.bot_tokens:
        expires_at = workspace.bot_tokens[token]
        if expires_at is not None and workspace.clock() >= expires_at:
            raise SlackError("token_expired")
        kind = "bot"
    elif hmac.compare_digest(workspace.app_token.encode(), token.encode()):
        kind = "app"
    else:
        raise SlackError("invalid_auth")
    if kind != method.token:
        raise SlackError("not_allowed_token_type")
    require_scope(workspace, *method.scopes)


def _seconds_to_wait(workspace: SlackWorkspace, method: Method, values: Json) -> int:
    if not workspace.rate_limits:
        return 0
    key = f"{method.name} {values.get(method.rate_key, '')}" if method.rate_key else method.name
    return workspace.limits.take(key, method.rate)


async def meet_fault(
    workspace: SlackWorkspace, name: str, values: Json, fault: CallFault, request: web.Request
) -> web.Response | None:
    """What a fault answers instead of the method; None when the call goes on."""
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
        return None
    if fault.kind == "reset_after":
        return None
    if fault.kind == "reset_before":
        cut(request)
        return _answer(workspace, name, values, {}, 500)
    if fault.kind == "server_error":
        return _answer(workspace, name, values, {"ok": False, "error": "internal_error"}, 500)
    if fault.kind == "rate_limited":
        headers = {"Retry-After": str(max(1, round(fault.seconds)))}
        return _answer(workspace, name, values, {"ok": False, "error": "ratelimited"}, 429, headers)
    return _answer(workspace, name, values, {"ok": False, "error": fault.error}, 200)


def cut(request: web.Request) -> None:
    """Cuts the connection, so that the caller gets no answer."""
    if request.transport is not None:
        request.transport.abort()
