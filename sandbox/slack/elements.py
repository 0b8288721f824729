"""The shapes of texts, options and interactive elements, with Slack's limits (Block Kit reference)."""

from collections.abc import Mapping
from typing import Any

from sandbox.slack.schema import (
    Check,
    all_of,
    array,
    boolean,
    constant,
    exactly_one,
    fault,
    integer,
    number,
    one_of,
    record,
    string,
    typed,
    values_of,
)
from sandbox.slack.values import Json, is_object, objects

DATE = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
TIME = r"([01]\d|2[0-3]):[0-5]\d"
WEB_ADDRESS = r"[a-zA-Z][a-zA-Z0-9+.-]*:.+"


def text(maximum: int, *kinds: str) -> Check:
    """A text object of one of the kinds (both when none is named), never empty."""
    variants: dict[str, Check] = {
        "plain_text": record({**constant("plain_text"), "text": string(maximum)}, {"emoji": boolean}),
        "mrkdwn": record({**constant("mrkdwn"), "text": string(maximum)}, {"verbatim": boolean}),
    }
    return typed(variants, kinds or tuple(variants))


def plain(maximum: int) -> Check:
    """A plain_text object."""
    return text(maximum, "plain_text")


CONFIRM = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
ACTION_ID = string(255)
IDENTIFIER = string(255)
_COMMON: Mapping[str, Check] = {"action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": boolean}
_PLACEHOLDER: Mapping[str, Check] = {"placeholder": plain(150)}
_DISPATCH: Mapping[str, Check] = {
    "dispatch_action_config": record(
        {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 2)}
    )
}


def option(*, rich: bool = False, link: bool = False) -> Check:
    """An option: rich ones (checkboxes, radio buttons) may be mrkdwn, those of an overflow may be links."""
    label = text(75) if rich else plain(75)
    extra: dict[str, Check] = {"description": label}
    if link:
        extra["url"] = string(3000, pattern=WEB_ADDRESS)
    return record({"text": label, "value": string(150)}, extra)


OPTION = option()
RICH_OPTION = option(rich=True)
OPTION_GROUP = record({"label": plain(75), "options": array(OPTION, 100)})
_CHOICES: Mapping[str, Check] = {"options": array(OPTION, 100), "option_groups": array(OPTION_GROUP, 100)}
_FILTER = record(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)


def choices_of(element: Json) -> list[Json]:
    """All options of a select, whether grouped or not."""
    grouped = [choice for group in objects(element.get("option_groups")) for choice in objects(group.get("options"))]
    return objects(element.get("options")) + grouped


def _initials_exist(value: Any, pointer: str, faults: list[str]) -> None:
    """What is chosen at first must be among the choices."""
    if not is_object(value):
        return
    known = values_of(choices_of(value))
    first = value.get("initial_option")
    if is_object(first) and first.get("value") not in known:
        faults.append(fault("must be one of the provided options", f"{pointer}/initial_option"))
    for index, chosen in enumerate(objects(value.get("initial_options"))):
        if chosen.get("value") not in known:
            faults.append(fault("must be one of the provided options", f"{pointer}/initial_options/{index}"))


def _lengths_agree(value: Any, pointer: str, faults: list[str]) -> None:
    if not is_object(value):
        return
    low, high = value.get("min_length"), value.get("max_length")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        faults.append(fault("must be less than or equal to max_length", f"{pointer}/min_length"))
    first = value.get("initial_value")
    if isinstance(first, str) and isinstance(high, int) and len(first) > high:
        faults.append(fault(f"must be less than {high + 1} characters", f"{pointer}/initial_value"))


def _element(kind: str, required: Mapping[str, Check], optional: Mapping[str, Check], *extra: Check) -> Check:
    return all_of(record({**constant(kind), **required}, {**_COMMON, **optional}), *extra)


def _select(kind: str, initial: Mapping[str, Check], *, several: bool = False) -> Check:
    more: dict[str, Check] = {**_PLACEHOLDER, **initial}
    if several:
        more["max_selected_items"] = integer(1)
    if kind in ("static_select", "multi_static_select"):
        return _element(kind, {}, {**more, **_CHOICES}, exactly_one("options", "option_groups"), _initials_exist)
    return _element(kind, {}, more)


def _text_input(kind: str, maximum: int, optional: Mapping[str, Check]) -> Check:
    return _element(
        kind, {}, {**_PLACEHOLDER, **_DISPATCH, "initial_value": string(maximum, 0), **optional}, _lengths_agree
    )


BUTTON = _element(
    "button",
    {"text": plain(75)},
    {
        "value": string(2000),
        "url": string(3000, pattern=WEB_ADDRESS),
        "style": one_of("primary", "danger"),
        "accessibility_label": string(75),
    },
)
IMAGE_FIELDS: Mapping[str, Check] = {
    "image_url": string(3000, pattern=WEB_ADDRESS),
    "slack_file": all_of(record({}, {"id": string(255), "url": string(3000)}), exactly_one("id", "url")),
}
_IMAGE = all_of(
    record({**constant("image"), "alt_text": string(2000)}, IMAGE_FIELDS), exactly_one("image_url", "slack_file")
)
_CONVERSATION: Mapping[str, Check] = {
    "filter": _FILTER,
    "default_to_current_conversation": boolean,
    "response_url_enabled": boolean,
}
_FEEDBACK_BUTTON = record({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})
_NUMBER_TEXT = string(50, pattern=r"-?\d+(\.\d+)?")
_ID_LIST = array(string(50), None)

ELEMENTS: Mapping[str, Check] = {
    "button": BUTTON,
    "image": _IMAGE,
    "overflow": record(
        {**constant("overflow"), "options": array(option(link=True), 5)}, {"action_id": ACTION_ID, "confirm": CONFIRM}
    ),
    "static_select": _select("static_select", {"initial_option": OPTION}),
    "multi_static_select": _select("multi_static_select", {"initial_options": array(OPTION)}, several=True),
    "external_select": _select("external_select", {"initial_option": OPTION, "min_query_length": integer(0)}),
    "multi_external_select": _select(
        "multi_external_select", {"initial_options": array(OPTION), "min_query_length": integer(0)}, several=True
    ),
    "users_select": _select("users_select", {"initial_user": string(50)}),
    "multi_users_select": _select("multi_users_select", {"initial_users": _ID_LIST}, several=True),
    "conversations_select": _select("conversations_select", {"initial_conversation": string(50), **_CONVERSATION}),
    "multi_conversations_select": _select(
        "multi_conversations_select",
        {"initial_conversations": _ID_LIST, "filter": _FILTER, "default_to_current_conversation": boolean},
        several=True,
    ),
    "channels_select": _select("channels_select", {"initial_channel": string(50), "response_url_enabled": boolean}),
    "multi_channels_select": _select("multi_channels_select", {"initial_channels": _ID_LIST}, several=True),
    "checkboxes": _element(
        "checkboxes",
        {"options": array(RICH_OPTION, 10)},
        {"initial_options": array(RICH_OPTION, 10)},
        _initials_exist,
    ),
    "radio_buttons": _element(
        "radio_buttons", {"options": array(RICH_OPTION, 10)}, {"initial_option": RICH_OPTION}, _initials_exist
    ),
    "datepicker": _element("datepicker", {}, {**_PLACEHOLDER, "initial_date": string(10, pattern=DATE)}),
    "timepicker": _element(
        "timepicker", {}, {**_PLACEHOLDER, "initial_time": string(5, pattern=TIME), "timezone": string(100)}
    ),
    "datetimepicker": _element("datetimepicker", {}, {"initial_date_time": integer(0, 9_999_999_999)}),
    "plain_text_input": _text_input(
        "plain_text_input",
        3000,
        {"multiline": boolean, "min_length": integer(0, 3000), "max_length": integer(1, 3000)},
    ),
    "email_text_input": _text_input("email_text_input", 3000, {}),
    "url_text_input": _text_input("url_text_input", 3000, {}),
    "number_input": _element(
        "number_input",
        {"is_decimal_allowed": boolean},
        {
            **_PLACEHOLDER,
            **_DISPATCH,
            "initial_value": _NUMBER_TEXT,
            "min_value": _NUMBER_TEXT,
            "max_value": _NUMBER_TEXT,
        },
    ),
    "file_input": record(
        constant("file_input"),
        {"action_id": ACTION_ID, "filetypes": array(string(20)), "max_files": integer(1, 10)},
    ),
    "feedback_buttons": record(
        {**constant("feedback_buttons"), "positive_button": _FEEDBACK_BUTTON, "negative_button": _FEEDBACK_BUTTON},
        {"action_id": ACTION_ID},
    ),
}

_SINGLE_SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
_MULTI_SELECTS = tuple(f"multi_{name}" for name in _SINGLE_SELECTS)
_PICKERS = ("checkboxes", "radio_buttons", "datepicker", "timepicker", *_SINGLE_SELECTS)

ACCESSORIES = ("button", "image", "overflow", *_PICKERS, *_MULTI_SELECTS)
"""What may stand beside a section's text."""
ACTIONS = ("button", "overflow", "datetimepicker", *_PICKERS)
"""What may stand in an actions block."""
INPUTS = (
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "file_input",
    "datetimepicker",
    *_PICKERS,
    *_MULTI_SELECTS,
)
"""What may stand in an input block."""

RAW_NUMBER = record({**constant("raw_number"), "value": number, "text": string(None)})
