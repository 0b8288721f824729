"""The check of whole messages, views and acknowledgements, and the ids that Slack fills in."""

from collections.abc import Mapping
from typing import Any

from sandbox.slack.blocks import Surface, blocks_check, elements_of, text_length
from sandbox.slack.elements import OPTION, OPTION_GROUP, plain
from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.schema import (
    Check,
    all_of,
    array,
    boolean,
    constant,
    exactly_one,
    fault,
    faults_of,
    one_of,
    record,
    string,
    typed,
)
from sandbox.slack.values import Json, copy_of, is_array, is_object, new_id, objects, size_of

MESSAGE_TEXT_MAXIMUM = 40_000
BLOCKS_TEXT_MAXIMUM = 13_200
"""Slack answers msg_blocks_too_long from about here (bolt-js issues 2509 and 2867); its exact sum is not public."""
VIEW_BYTES_MAXIMUM = 250_000

_MESSAGE_BLOCKS = blocks_check("message")
_VIEW_COMMON: Mapping[str, Check] = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}


def _inputs_want_submit(value: Any, pointer: str, faults: list[str]) -> None:
    has_input = is_object(value) and any(block.get("type") == "input" for block in objects(value.get("blocks")))
    if has_input and "submit" not in value:
        faults.append(fault("missing required field: submit", pointer))


VIEW = typed(
    {
        "modal": all_of(
            record(
                {**constant("modal"), "title": plain(24), "blocks": blocks_check("modal")},
                {
                    **_VIEW_COMMON,
                    "submit": plain(24),
                    "close": plain(24),
                    "clear_on_close": boolean,
                    "notify_on_close": boolean,
                },
            ),
            _inputs_want_submit,
        ),
        "home": record({**constant("home"), "blocks": blocks_check("home")}, _VIEW_COMMON),
    }
)


def _is_metadata(value: Any, pointer: str, faults: list[str]) -> None:
    record({"event_type": string(255), "event_payload": _any_object})(value, pointer, faults)


def _any_object(value: Any, pointer: str, faults: list[str]) -> None:
    if not is_object(value):
        faults.append(fault("must provide an object", pointer))


def named_blocks(blocks: list[Json]) -> list[Json]:
    """A copy in which every block and every element has an id, made up where the app gave none, as Slack does."""
    copies = [copy_of(block) for block in blocks]
    for block in copies:
        block.setdefault("block_id", new_id("", 5))
        for element in elements_of(block):
            if element.get("type") != "image":
                element.setdefault("action_id", new_id("", 5))
    return copies


def checked_blocks(value: object) -> list[Json]:
    """The blocks of a message, checked and named.

    Raises SlackError invalid_blocks_format, invalid_blocks or msg_blocks_too_long.
    """
    if not is_array(value) or len(objects(value)) != len(value):
        raise SlackError("invalid_blocks_format")
    if faults := faults_of(_MESSAGE_BLOCKS, value, "/blocks"):
        raise invalid_arguments(faults, "invalid_blocks")
    if text_length(value) > BLOCKS_TEXT_MAXIMUM:
        raise SlackError("msg_blocks_too_long")
    return named_blocks(objects(value))


def checked_text(value: object, maximum: int = MESSAGE_TEXT_MAXIMUM) -> str:
    """A message's text. Raises SlackError invalid_arguments or msg_too_long."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise invalid_arguments([fault("must provide a string", "/text")])
    if len(value) > maximum:
        raise SlackError("msg_too_long")
    return value


def checked_metadata(value: object) -> Json | None:
    """A message's metadata. Raises SlackError invalid_metadata_format.

    A payload of null is taken as empty: Bolt itself sends that when an app answers in a thread of a direct message.
    """
    if value is None:
        return None
    if is_object(value) and value.get("event_payload", 0) is None:
        value = {**value, "event_payload": {}}
    if not is_object(value) or faults_of(_is_metadata, value, "/metadata"):
        raise SlackError("invalid_metadata_format")
    return copy_of(value)


def view_faults(value: object, surface: Surface, pointer: str = "/view") -> list[str]:
    """Everything that is wrong with a view for that surface."""
    faults = faults_of(VIEW, value, pointer)
    if not faults and is_object(value) and value["type"] != surface:
        faults.append(fault(f"unsupported type: {value['type']}", f"{pointer}/type"))
    return faults


def checked_view(value: object, surface: Surface) -> Json:
    """A view, checked and named. Raises SlackError invalid_arguments or view_too_large."""
    if faults := view_faults(value, surface):
        raise invalid_arguments(faults)
    if not is_object(value):
        raise SlackError("invalid_arguments")
    if size_of(value) > VIEW_BYTES_MAXIMUM:
        raise SlackError("view_too_large")
    return {**copy_of(value), "blocks": named_blocks(objects(value["blocks"]))}


_REPLY = record(
    {},
    {
        "text": string(MESSAGE_TEXT_MAXIMUM, 0),
        "blocks": _MESSAGE_BLOCKS,
        "response_type": one_of("ephemeral", "in_channel"),
        "replace_original": boolean,
        "delete_original": boolean,
        "unfurl_links": boolean,
        "unfurl_media": boolean,
        "mrkdwn": boolean,
        "thread_ts": string(50),
        "metadata": _is_metadata,
    },
)
_OPTIONS = all_of(
    record({}, {"options": array(OPTION, 100, 0), "option_groups": array(OPTION_GROUP, 100, 0)}),
    exactly_one("options", "option_groups"),
)


def reply_faults(payload: Json) -> list[str]:
    """What is wrong with an answer to a command, or with what was sent to a response_url."""
    faults = faults_of(_REPLY, payload)
    if not faults and payload and not (payload.get("text") or payload.get("blocks") or payload.get("delete_original")):
        faults.append(fault("no_text", ""))
    return faults


def options_faults(payload: Json) -> list[str]:
    """What is wrong with an answer to a block_suggestion."""
    return faults_of(_OPTIONS, payload)


def submission_faults(payload: Json, view: Json) -> list[str]:
    """What is wrong with an answer to a view_submission, given the view that was submitted."""
    action = payload.get("response_action")
    if action is None:
        return [] if not payload else [fault("missing required field: response_action", "")]
    if action == "clear":
        return faults_of(record({"response_action": one_of("clear")}), payload)
    if action in ("update", "push"):
        shape = record({"response_action": one_of("update", "push"), "view": _any_object})
        return faults_of(shape, payload) or view_faults(payload["view"], "modal")
    if action == "errors":
        shape = record({"response_action": one_of("errors"), "errors": _any_object})
        return faults_of(shape, payload) or _errors_faults(payload["errors"], view)
    return [fault(f"must be a valid enum value: {action}", "/response_action")]


def _errors_faults(errors: Json, view: Json) -> list[str]:
    inputs = {block["block_id"] for block in objects(view.get("blocks")) if block.get("type") == "input"}
    if not errors:
        return [fault("must provide at least one error", "/errors")]
    faults = [
        fault(f"no input block with block_id `{name}`", f"/errors/{name}") for name in errors if name not in inputs
    ]
    for name, words in errors.items():
        string(2000)(words, f"/errors/{name}", faults)
    return faults
