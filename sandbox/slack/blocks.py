"""The shapes of blocks, where each may stand, and the rules across the blocks of one message or view."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from sandbox.slack.elements import (
    ACCESSORIES,
    ACTIONS,
    ELEMENTS,
    IDENTIFIER,
    IMAGE_FIELDS,
    INPUTS,
    RAW_NUMBER,
    WEB_ADDRESS,
    plain,
    text,
)
from sandbox.slack.rich_text import RICH_TEXT
from sandbox.slack.schema import (
    Check,
    all_of,
    array,
    boolean,
    constant,
    exactly_one,
    fault,
    one_of,
    record,
    string,
    typed,
)
from sandbox.slack.values import Json, is_array, is_object, objects

Surface = Literal["message", "modal", "home"]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
TABLE_TEXT_MAXIMUM = 10_000
"""Characters of all table cells of a message together, as apps have met it; Slack's page on tables does not say."""


def _block(kind: str, required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    return record({**constant(kind), **required}, {"block_id": IDENTIFIER, **(optional or {})})


def _some_text(value: Any, pointer: str, faults: list[str]) -> None:
    if is_object(value) and not ("text" in value or "fields" in value):
        faults.append(fault("missing required field: text", pointer))


def _is_table(value: Any, pointer: str, faults: list[str]) -> None:
    rows = value.get("rows") if is_object(value) else None
    if not is_array(rows):
        return
    widths = {len(row) for row in rows if is_array(row)}
    if len(widths) > 1:
        faults.append(fault("all rows must have the same number of cells", f"{pointer}/rows"))


_CELL = typed(
    {
        "raw_text": record({**constant("raw_text"), "text": string(None)}, {"emoji": boolean}),
        "raw_number": RAW_NUMBER,
        "rich_text": RICH_TEXT,
    }
)
_COLUMN = record({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})
_SOURCE = record(
    {**constant("url"), "url": string(3000, pattern=WEB_ADDRESS)}, {"text": string(None), "icon_url": string(3000)}
)
_TASK: Mapping[str, Check] = {"task_id": string(None), "title": string(None)}
_TASK_MORE: Mapping[str, Check] = {
    "details": RICH_TEXT,
    "output": RICH_TEXT,
    "sources": array(_SOURCE, None, 0),
}
_STATES = ("in_progress", "complete", "error")


def _tasks_differ(value: Any, pointer: str, faults: list[str]) -> None:
    seen: set[str] = set()
    for index, task in enumerate(objects(value.get("tasks")) if is_object(value) else []):
        name = str(task.get("task_id"))
        if name in seen:
            faults.append(fault(f"task_id `{name}` already exists", f"{pointer}/tasks/{index}/task_id"))
        seen.add(name)


BLOCKS: Mapping[str, Check] = {
    "section": all_of(
        _block(
            "section",
            {},
            {
                "text": text(3000),
                "fields": array(text(2000), 10),
                "accessory": typed(ELEMENTS, ACCESSORIES),
                "expand": boolean,
            },
        ),
        _some_text,
    ),
    "header": _block("header", {"text": plain(150)}),
    "divider": _block("divider", {}),
    "context": _block(
        "context",
        {
            "elements": array(
                typed(
                    {
                        "plain_text": text(3000, "plain_text"),
                        "mrkdwn": text(3000, "mrkdwn"),
                        "image": ELEMENTS["image"],
                    }
                ),
                10,
            )
        },
    ),
    "actions": _block("actions", {"elements": array(typed(ELEMENTS, ACTIONS), 25)}),
    "image": all_of(
        _block("image", {"alt_text": string(2000)}, {**IMAGE_FIELDS, "title": plain(2000)}),
        exactly_one("image_url", "slack_file"),
    ),
    "input": _block(
        "input",
        {"label": plain(2000), "element": typed(ELEMENTS, INPUTS)},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": RICH_TEXT,
    "alert": _block("alert", {"text": text(200)}, {"level": one_of("default", "info", "warning", "error", "success")}),
    "markdown": _block("markdown", {"text": string(12_000)}),
    "table": all_of(
        _block("table", {"rows": array(array(_CELL, 20), 100)}, {"column_settings": array(_COLUMN, 20)}), _is_table
    ),
    "task_card": _block("task_card", {**_TASK, "status": one_of(*_STATES)}, _TASK_MORE),
    "plan": all_of(
        _block(
            "plan",
            {
                "title": string(None),
                "tasks": array(
                    record(
                        {**_TASK, "status": one_of("pending", *_STATES)},
                        {**_TASK_MORE, **constant("task_card"), "block_id": IDENTIFIER},
                    ),
                    50,
                ),
            },
        ),
        _tasks_differ,
    ),
    "context_actions": _block("context_actions", {"elements": array(typed(ELEMENTS, ("feedback_buttons",)), 5)}),
}

_EVERYWHERE = ("section", "header", "divider", "context", "actions", "image", "input", "rich_text")
SURFACES: Mapping[Surface, tuple[str, ...]] = {
    "message": (*_EVERYWHERE, "markdown", "table", "plan", "task_card", "context_actions"),
    "modal": (*_EVERYWHERE, "alert"),
    "home": (*_EVERYWHERE, "table"),
}
"""Which blocks may stand where (slack.md section 1.4)."""


def elements_of(block: Json) -> list[Json]:
    """The elements of a block that a person can act on or fill in, in their order."""
    found = objects(block.get("elements")) if block.get("type") in ("actions", "context_actions") else []
    return [item for item in (*found, block.get("accessory"), block.get("element")) if is_object(item)]


def _element_pointers(block: Json) -> list[tuple[str, Json]]:
    found = [
        (f"elements/{index}", item)
        for index, item in enumerate(objects(block.get("elements")))
        if block.get("type") in ("actions", "context_actions")
    ]
    return found + [(key, item) for key in ("accessory", "element") if is_object(item := block.get(key))]


def _unique_names(blocks: list[Json], pointer: str, faults: list[str]) -> None:
    """block_id once in a message or view, action_id once in a block, focus_on_load once in all."""
    seen: set[str] = set()
    focused = 0
    for index, block in enumerate(blocks):
        name = block.get("block_id")
        if isinstance(name, str):
            if name in seen:
                faults.append(fault(f"block_id `{name}` already exists", f"{pointer}/{index}/block_id"))
            seen.add(name)
        actions: set[str] = set()
        for where, element in _element_pointers(block):
            focused += element.get("focus_on_load") is True
            action = element.get("action_id")
            if isinstance(action, str):
                if action in actions:
                    place = f"{pointer}/{index}/{where}/action_id"
                    faults.append(fault(f"action_id `{action}` already exists in this block", place))
                actions.add(action)
    if focused > 1:
        faults.append(fault("only one element can have focus_on_load", pointer))


def _once(kind: str) -> Callable[[list[Json], str, list[str]], None]:
    def check(blocks: list[Json], pointer: str, faults: list[str]) -> None:
        if sum(block.get("type") == kind for block in blocks) > 1:
            faults.append(fault(f"only one {kind} block is allowed", pointer))

    return check


def _table_total(blocks: list[Json], pointer: str, faults: list[str]) -> None:
    rows = [block.get("rows") for block in blocks if block.get("type") == "table"]
    if text_length(rows) > TABLE_TEXT_MAXIMUM:
        faults.append(fault(f"table cells must be less than {TABLE_TEXT_MAXIMUM + 1} characters together", pointer))


def _markdown_total(blocks: list[Json], pointer: str, faults: list[str]) -> None:
    if sum(len(str(block.get("text"))) for block in blocks if block.get("type") == "markdown") > 12_000:
        faults.append(fault("markdown blocks must be less than 12001 characters together", pointer))


def _files_in_modals_only(blocks: list[Json], pointer: str, faults: list[str]) -> None:
    for index, block in enumerate(blocks):
        element = block.get("element")
        if is_object(element) and element.get("type") == "file_input":
            faults.append(fault("unsupported type: file_input", f"{pointer}/{index}/element/type"))


def blocks_check(surface: Surface) -> Check:
    """The check of the list of blocks of a message, a modal or a Home tab."""
    shapes = array(
        typed(BLOCKS, SURFACES[surface]),
        MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS,
        0 if surface == "message" else 1,
    )

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        shapes(value, pointer, faults)
        blocks = objects(value)
        _unique_names(blocks, pointer, faults)
        if surface == "message":
            _once("table")(blocks, pointer, faults)
            _markdown_total(blocks, pointer, faults)
            _table_total(blocks, pointer, faults)
        if surface != "modal":
            _files_in_modals_only(blocks, pointer, faults)

    return check


def text_length(value: object) -> int:
    """Characters of all `text` strings inside, which Slack adds up for its limit on a message's blocks."""
    if is_array(value):
        return sum(text_length(item) for item in value)
    if is_object(value):
        own = value.get("text")
        rest = sum(text_length(item) for key, item in value.items() if key != "text" or not isinstance(item, str))
        return rest + (len(own) if isinstance(own, str) else 0)
    return 0
