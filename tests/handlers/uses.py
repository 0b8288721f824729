"""What people can do with the views and messages of the app, taken from their examples, as Slack would deliver it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import count
from typing import Any, cast

from handlers.locale import Locale
from tests.handlers.program import INTERACTIVE
from tests.handlers.views.clients import NAMES
from tests.handlers.views.examples import EXAMPLES, Example

_numbers = count()


@dataclasses.dataclass(frozen=True)
class Use:
    """A modal that is sent or closed, or an element of a view or message."""

    example: Example
    shown: Mapping[str, Any]
    block: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])
    element: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])


def elements(block: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what somebody can use in a block."""
    for element in (*block.get("elements", ()), block.get("accessory"), block.get("element")):
        if isinstance(element, dict) and "action_id" in element:
            yield cast("dict[str, Any]", element)


@cache
def uses() -> dict[tuple[str, str], list[Use]]:
    """Return what to try for each listener: its use in each kind of view, and in messages."""
    found: dict[tuple[str, str], dict[str, Use]] = {key: {} for key in INTERACTIVE}
    for example in EXAMPLES:
        if example.name.endswith(tuple(f", {kind}" for kind in NAMES if kind)):
            continue  # the same with a harder name
        shown = example.render(Locale("en"))
        blocks = [{"block_id": f"b{place}", **block} for place, block in enumerate(shown["blocks"])]
        shown = {**shown, "blocks": blocks}
        surface = str(shown.get("callback_id") or example.surface)
        for kind, is_possible in (("view", "submit" in shown), ("view_closed", True)):
            if is_possible and (kind, surface) in found:
                found[kind, surface].setdefault(surface, Use(example, shown))
        for block in blocks:
            for element in elements(block):
                kinds = ["options"] if "external" in element["type"] else []
                if block["type"] != "input" or block.get("dispatch_action"):
                    kinds.append("action")
                name = element["action_id"].partition(":")[0]
                for key in ((kind, name) for kind in kinds):
                    if key in found:
                        found[key].setdefault(surface, Use(example, shown, block, element))
    return {key: list(by_surface.values()) for key, by_surface in found.items()}


def chosen(element: Mapping[str, Any]) -> dict[str, Any]:
    """Return what using an element reports, and what the state of its view holds; of several choices the last."""
    kind = str(element["type"])
    options = list(element.get("options", ()))
    for group in element.get("option_groups", ()):
        options += group["options"]
    option = options[-1] if options else {"value": "0123456789abcdef", "text": {"type": "plain_text", "text": "Tuomi"}}
    match kind:
        case "button":
            return {"value": element["value"]}
        case "feedback_buttons":
            return {"value": element["negative_button"]["value"]}
        case "plain_text_input":
            return {"value": element.get("initial_value") or "1"}
        case "checkboxes" | "multi_external_select":
            return {"selected_options": [option]}
        case "users_select":
            return {"selected_user": "U2"}
        case "multi_users_select":
            return {"selected_users": ["U2"]}
        case "conversations_select":
            return {"selected_conversation": "C2"}
        case "multi_conversations_select":
            return {"selected_conversations": ["C2"]}
        case "datepicker":
            return {"selected_date": element.get("initial_date") or "2026-11-03"}
        case "timepicker":
            return {"selected_time": element.get("initial_time") or "08:30"}
        case "file_input":
            return {"files": [{"id": "F1", "name": "lista.csv"}]}
        case _:
            return {"selected_option": option}


def delivery(kind: str, use: Use, team: str, person: str, response_url: str) -> dict[str, Any]:
    """Return what Slack sends when somebody does this."""
    number = str(next(_numbers))
    body: dict[str, Any] = {"team": {"id": team}, "user": {"id": person, "team_id": team}, "trigger_id": number}
    if use.example.surface == "message":
        body |= {"message": {"ts": "1.1", **use.shown}, "channel": {"id": "C1"}, "response_url": response_url}
    else:
        values = {
            block["block_id"]: {element["action_id"]: chosen(element) for element in elements(block)}
            for block in use.shown["blocks"]
        }
        ids = {"id": "V1", "hash": number, "root_view_id": "V1", "external_id": ""}
        body["view"] = {**ids, **use.shown, "state": {"values": values}}
    place = {"block_id": use.block.get("block_id"), "action_id": use.element.get("action_id")}
    match kind:
        case "action":
            used = {**place, "type": use.element["type"], **chosen(use.element)}
            return {**body, "type": "block_actions", "actions": [used]}
        case "options":
            return {**body, "type": "block_suggestion", **place, "value": ""}
        case "view":
            return {**body, "type": "view_submission"}
        case _:
            return {**body, "type": kind}
