"""What people fill in: the state of inputs, its shape in payloads, and what Slack's client itself insists on."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.slack.blocks import elements_of
from sandbox.slack.elements import DATE, TIME, choices_of
from sandbox.slack.values import Json, is_array, is_object, objects

VALUE_KEYS: Mapping[str, str] = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "file_input": "files",
}
"""The elements that keep a value, and the key under which Slack sends it."""

FILE_BYTES_MAXIMUM = 10 * 1024 * 1024
"""What a file_input takes of one file (file input element reference)."""

_INITIAL_KEYS: Mapping[str, str] = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_conversation": "initial_conversation",
    "selected_channel": "initial_channel",
    "selected_users": "initial_users",
    "selected_conversations": "initial_conversations",
    "selected_channels": "initial_channels",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "files": "initial_files",
}
_LISTS = ("selected_options", "selected_users", "selected_conversations", "selected_channels", "files")

Lookup = Callable[[str], Json | None]
"""Finds what stands for a value and is not in the element: an option that the app suggested, or an uploaded file."""


@dataclass(frozen=True)
class Field:
    """An element that keeps a value, and the block it stands in."""

    block: Json
    element: Json

    @property
    def block_id(self) -> str:
        """The block's id."""
        return str(self.block["block_id"])

    @property
    def action_id(self) -> str:
        """The element's id."""
        return str(self.element["action_id"])

    @property
    def kind(self) -> str:
        """The element's type."""
        return str(self.element["type"])

    @property
    def key(self) -> str:
        """The key of its value in payloads."""
        return VALUE_KEYS[self.kind]

    @property
    def required(self) -> bool:
        """Whether Slack's client insists on a value."""
        return self.block["type"] == "input" and self.block.get("optional") is not True


def fields_of(blocks: Iterable[Json]) -> list[Field]:
    """Every element in the blocks that keeps a value."""
    return [Field(b, e) for b in blocks for e in elements_of(b) if e.get("type") in VALUE_KEYS]


@dataclass(frozen=True)
class Current:
    """The conversation in which a view was opened; whether people of other organisations are in it."""

    channel: str
    is_shared: bool


def initial_value(field: Field, current: Current | None = None) -> Json:
    """The value before anybody touched it, in the shape of payloads.

    `current` fills selects that say default_to_current_conversation, where their filter lets it.
    """
    value = field.element.get(_INITIAL_KEYS[field.key])
    takes = value is None and field.element.get("default_to_current_conversation") is True
    if takes and current and not (current.is_shared and _is_own(field)):
        value = [current.channel] if field.key in _LISTS else current.channel
    if value is None and field.key in _LISTS:
        value = []
    return {"type": field.kind, field.key: value}


def _is_own(field: Field) -> bool:
    return bool(field.element.get("filter", {}).get("exclude_external_shared_channels"))


def state_values(
    blocks: Iterable[Json], entered: Mapping[str, Mapping[str, Json]], current: Current | None = None
) -> dict[str, dict[str, Json]]:
    """`state.values` of a payload: what was entered, else what stood there at first."""
    values: dict[str, dict[str, Json]] = {}
    for field in fields_of(blocks):
        typed = entered.get(field.block_id, {}).get(field.action_id)
        values.setdefault(field.block_id, {})[field.action_id] = typed or initial_value(field, current)
    return values


def shaped(field: Field, plain: object, lookup: Lookup) -> Json:
    """A plain value (text, option value, id, date, list of these; None for nothing) in the shape of payloads.

    Raises ValueError when a select has no such option, or no file has the id: a person could not choose it either.
    """
    if field.key == "selected_option":
        value: Any = None if plain is None or plain == "" else _option(field, plain, lookup)
    elif field.key == "selected_options":
        value = [_option(field, item, lookup) for item in _list(plain)]
    elif field.kind == "file_input":
        value = [_file(item, lookup) for item in _list(plain)]
    elif field.key in _LISTS:
        value = _list(plain)
    elif field.key == "value":
        value = None if plain is None or plain == "" else str(plain)
    else:
        value = plain or None
    return {"type": field.kind, field.key: value}


def _list(plain: object) -> list[Any]:
    if plain is None or plain == "":
        return []
    return list(plain) if is_array(plain) else [plain]


def _option(field: Field, plain: object, lookup: Lookup) -> Json:
    wanted = plain.get("value") if is_object(plain) else plain
    for choice in choices_of(field.element):
        if choice.get("value") == wanted:
            return choice
    for key in ("initial_option", "initial_options"):
        first = field.element.get(key)
        for choice in [first] if is_object(first) else objects(first):
            if choice.get("value") == wanted:
                return choice
    found = lookup(str(wanted)) if "external" in field.kind else None
    if found is None:
        raise ValueError(f"{field.action_id} offers no option with the value {wanted!r}")
    return found


def _file(plain: object, lookup: Lookup) -> Json:
    wanted = plain.get("id") if is_object(plain) else plain
    found = lookup(str(wanted))
    if found is None:
        raise ValueError(f"no file has the id {wanted!r}")
    return found


def client_error(field: Field, value: Json) -> str | None:
    """What Slack's client itself shows at a field before it sends a modal; None when it is content."""
    content = value[field.key]
    if content is None or content == []:
        return "Please complete this required field." if field.required else None
    check = _CLIENT_CHECKS.get(field.kind)
    return check(field.element, content) if check else None


def _plain_text(element: Json, content: str) -> str | None:
    low, high = element.get("min_length"), element.get("max_length", 3000)
    if low is not None and len(content) < low:
        return f"Please enter at least {low} characters."
    if len(content) > high:
        return f"Please enter no more than {high} characters."
    return None


def _email(element: Json, content: str) -> str | None:
    good = re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", content)
    return None if good else "Please enter a valid email address."


def _web_address(element: Json, content: str) -> str | None:
    return None if re.fullmatch(r"https?://\S+", content) else "Please enter a valid URL."


def _number(element: Json, content: str) -> str | None:
    try:
        number = Decimal(content)
    except InvalidOperation:
        return "Please enter a valid number."
    if not number.is_finite():
        return "Please enter a valid number."
    if element.get("is_decimal_allowed") is not True and number != number.to_integral_value():
        return "Please enter a whole number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and number < Decimal(str(low)):
        return f"Please enter a number that is {low} or more."
    if high is not None and number > Decimal(str(high)):
        return f"Please enter a number that is {high} or less."
    return None


def _date(element: Json, content: str) -> str | None:
    return None if re.fullmatch(DATE, content) else "Please enter a valid date."


def _time(element: Json, content: str) -> str | None:
    return None if re.fullmatch(TIME, content) else "Please enter a valid time."


def _several(element: Json, content: list[Any]) -> str | None:
    most = element.get("max_selected_items")
    return f"Please choose no more than {most}." if most is not None and len(content) > most else None


def file_error(element: Json, files: list[Json]) -> str | None:
    """What Slack's client says of these files in a file_input; None when it takes them.

    The element's limits are documented; Slack's words are not.
    """
    kinds = [kind.lower() for kind in element.get("filetypes", [])]
    for file in files:
        if kinds and str(file["name"]).lower().rpartition(".")[2] not in kinds:
            return f"{file['name']} is of a type that cannot be added here. Choose: {', '.join(kinds)}."
        if int(file["size"]) > FILE_BYTES_MAXIMUM:
            return f"{file['name']} is larger than 10 MB."
    most = int(element.get("max_files", 10))
    return f"You can add no more than {most} {'file' if most == 1 else 'files'}." if len(files) > most else None


_CLIENT_CHECKS: Mapping[str, Callable[[Json, Any], str | None]] = {
    "plain_text_input": _plain_text,
    "email_text_input": _email,
    "url_text_input": _web_address,
    "number_input": _number,
    "datepicker": _date,
    "timepicker": _time,
    "file_input": file_error,
    **{kind: _several for kind in VALUE_KEYS if kind.startswith("multi_")},
}
