"""What apps post to a response_url: answers that one person or all see, or changes of the original message."""

import json
from typing import Any

from aiohttp import web

from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.model import Call
from sandbox.slack.posting import change_message, delete_message, post_reply
from sandbox.slack.state import State
from sandbox.slack.surfaces import named_blocks, reply_faults
from sandbox.slack.values import Json, is_object, objects


async def handle_response_url(state: State, request: web.Request) -> web.StreamResponse:
    """Answers a POST to a response_url: `ok`, or HTTP 404 with the reason."""
    try:
        body: Any = json.loads(await request.text())
    except ValueError:
        body = None
    try:
        _respond(state, request.match_info["key"], body)
        response: Json = {"ok": True}
    except SlackError as error:
        response = error.response()
    status = 200 if response["ok"] else 404
    state.calls.append(Call("response_url", body if is_object(body) else {}, response, status, state.clock()))
    state.changed()
    return web.json_response(response, status=status)


def _respond(state: State, key: str, body: object) -> None:
    url = state.take_response_url(key)
    if not is_object(body):
        raise SlackError("invalid_payload")
    if not body:
        raise SlackError("no_text")
    if faults := reply_faults(body):
        raise invalid_arguments(faults, "invalid_blocks")
    original = state.channels[url.channel].messages.get(url.message_ts or "")
    if body.get("delete_original") is True:
        if original is None:
            raise SlackError("message_not_found")
        delete_message(state, original)
    elif body.get("replace_original") is True and original is not None:
        change_message(
            state, original, text=str(body.get("text", "")), blocks=named_blocks(objects(body.get("blocks")))
        )
    else:
        post_reply(state, url.channel, url.user, body, body.get("thread_ts") or url.thread_ts)
