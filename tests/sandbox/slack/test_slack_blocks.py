"""The strictness of block and view checks: what Slack refuses, where, and in which words."""

from collections.abc import Callable
from typing import Any

import pytest
import slackblocks
from hypothesis import given
from hypothesis import strategies as st
from slackblocks.errors import InvalidUsageError

from sandbox.slack.blocks import Surface, blocks_check
from sandbox.slack.errors import SlackError
from sandbox.slack.schema import faults_of
from sandbox.slack.surfaces import checked_blocks, options_faults, reply_faults, submission_faults, view_faults
from sandbox.slack.values import Json, is_object, size_of

from .shapes import button, modal, plain, text_input


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str = "One", value: str = "1", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "choose", "options": [option()], **more}


def row(element: Json) -> Json:
    return {"type": "actions", "elements": [element]}


def field(element: Json) -> Json:
    return {"type": "input", "label": plain("Label"), "element": element}


def rich(*pieces: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(pieces)}]}


def raw(text: str) -> Json:
    return {"type": "raw_text", "text": text}


CONFIRM: Json = {"title": plain("Sure?"), "text": mrkdwn("Really?"), "confirm": plain("Yes"), "deny": plain("No")}
SECTION: Json = {"type": "section", "text": mrkdwn("*Hello*")}
TASK: Json = {"task_id": "1", "title": "Fetch", "status": "pending"}

WELL: list[tuple[Surface, Json]] = [
    ("message", SECTION),
    ("message", {"type": "section", "fields": [mrkdwn("a"), plain("b")], "accessory": button()["elements"][0]}),
    ("message", {"type": "header", "text": plain("x" * 150)}),
    (
        "message",
        {
            "type": "context",
            "elements": [mrkdwn("a"), {"type": "image", "image_url": "https://e.fi/i", "alt_text": "i"}],
        },
    ),
    ("message", button(confirm=CONFIRM, style="danger", url="https://example.com", value="v")),
    ("message", row(select())),
    ("message", row({"type": "static_select", "option_groups": [{"label": plain("G"), "options": [option()]}]})),
    ("message", {"type": "markdown", "text": "# Title"}),
    ("message", {"type": "table", "rows": [[raw("a"), raw("b")], [raw("c"), rich({"type": "text", "text": "d"})]]}),
    ("message", {"type": "plan", "title": "Plan", "tasks": [TASK]}),
    ("message", {"type": "task_card", **TASK, "status": "complete", "details": rich({"type": "text", "text": "x"})}),
    ("message", {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A picture"}),
    ("modal", {"type": "alert", "text": plain("Careful"), "level": "warning"}),
    ("modal", field({"type": "number_input", "is_decimal_allowed": True, "min_value": "0", "max_value": "9.5"})),
    ("modal", field({"type": "file_input", "action_id": "f", "max_files": 1})),
    (
        "modal",
        field(
            {
                "type": "conversations_select",
                "action_id": "c",
                "default_to_current_conversation": True,
                "filter": {"include": ["public"]},
            }
        ),
    ),
    (
        "modal",
        field(
            {
                "type": "radio_buttons",
                "action_id": "r",
                "options": [{"text": mrkdwn("*a*"), "value": "1", "description": mrkdwn("b")}],
            }
        ),
    ),
    (
        "modal",
        rich({"type": "user", "user_id": "U1"}, {"type": "link", "url": "https://e.fi", "style": {"bold": True}}),
    ),
    ("home", text_input()),
    ("home", {"type": "table", "rows": [[raw("a")]]}),
]

ILL: list[tuple[Surface, Json, str]] = [
    ("message", {"type": "section"}, "missing required field: text at /0"),
    ("message", {"type": "section", "text": "Hello"}, "must provide an object at /0/text"),
    ("message", {"type": "section", "text": mrkdwn("")}, "more than 0 characters at /0/text/text"),
    ("message", {"type": "section", "text": mrkdwn("x" * 3001)}, "less than 3001 characters at /0/text/text"),
    ("message", {"type": "section", "fields": [mrkdwn("x")] * 11}, "no more than 10 items allowed at /0/fields"),
    ("message", {"type": "section", "fields": [mrkdwn("x" * 2001)]}, "less than 2001 characters at /0/fields/0/text"),
    ("message", SECTION | {"colour": "red"}, "additional property: colour at /0"),
    ("message", SECTION | {"block_id": "x" * 256}, "less than 256 characters at /0/block_id"),
    (
        "message",
        SECTION | {"accessory": {"type": "plain_text_input"}},
        "unsupported type: plain_text_input at /0/accessory/type",
    ),
    ("message", {"type": "section", "text": mrkdwn("a") | {"emoji": True}}, "additional property: emoji at /0/text"),
    ("message", {"type": "header", "text": mrkdwn("no")}, "unsupported type: mrkdwn at /0/text/type"),
    ("message", {"type": "header", "text": plain("x" * 151)}, "less than 151 characters at /0/text/text"),
    ("message", {"type": "marquee"}, "unsupported type: marquee at /0/type"),
    ("message", {"text": plain("no type")}, "missing required field: type at /0"),
    ("message", {"type": "alert", "text": plain("Careful")}, "unsupported type: alert at /0/type"),
    ("modal", {"type": "markdown", "text": "x"}, "unsupported type: markdown at /0/type"),
    ("modal", {"type": "table", "rows": [[raw("a")]]}, "unsupported type: table at /0/type"),
    ("home", {"type": "plan", "title": "P", "tasks": [TASK]}, "unsupported type: plan at /0/type"),
    ("home", field({"type": "file_input"}), "unsupported type: file_input at /0/element/type"),
    ("message", {"type": "context", "elements": []}, "no fewer than 1 items allowed at /0/elements"),
    ("message", {"type": "context", "elements": [mrkdwn("x")] * 11}, "no more than 10 items allowed at /0/elements"),
    ("message", row({"type": "button", "text": plain("x" * 76)}), "less than 76 characters at /0/elements/0/text/text"),
    (
        "message",
        row({"type": "button", "text": plain("x"), "style": "blue"}),
        "valid enum value at /0/elements/0/style",
    ),
    (
        "message",
        row({"type": "button", "text": plain("x"), "value": "x" * 2001}),
        "less than 2001 characters at /0/elements/0/value",
    ),
    (
        "message",
        row({"type": "button", "text": plain("x"), "confirm": CONFIRM | {"confirm": plain("x" * 31)}}),
        "less than 31 characters at /0/elements/0/confirm/confirm/text",
    ),
    (
        "message",
        row({"type": "multi_static_select", "options": [option()]}),
        "unsupported type: multi_static_select at /0/elements/0/type",
    ),
    (
        "message",
        {"type": "actions", "elements": [{"type": "button", "text": plain("x")}] * 26},
        "no more than 25 items allowed at /0/elements",
    ),
    ("message", row({"type": "static_select"}), "exactly one of: options, option_groups at /0/elements/0"),
    ("message", row(select(options=[option()] * 101)), "no more than 100 items allowed at /0/elements/0/options"),
    (
        "message",
        row(select(options=[option("x" * 76)])),
        "less than 76 characters at /0/elements/0/options/0/text/text",
    ),
    (
        "message",
        row(select(options=[option(value="x" * 151)])),
        "less than 151 characters at /0/elements/0/options/0/value",
    ),
    ("message", row(select(initial_option=option(value="2"))), "provided options at /0/elements/0/initial_option"),
    (
        "message",
        row({"type": "overflow", "options": [option()] * 6}),
        "no more than 5 items allowed at /0/elements/0/options",
    ),
    (
        "modal",
        field({"type": "checkboxes", "options": [option()] * 11}),
        "no more than 10 items allowed at /0/element/options",
    ),
    ("modal", field({"type": "button", "text": plain("x")}), "unsupported type: button at /0/element/type"),
    ("modal", {"type": "input", "element": {"type": "plain_text_input"}}, "missing required field: label at /0"),
    (
        "modal",
        field({"type": "plain_text_input", "placeholder": plain("x" * 151)}),
        "less than 151 characters at /0/element/placeholder/text",
    ),
    (
        "modal",
        field({"type": "plain_text_input", "max_length": 3001}),
        "less than or equal to 3000 at /0/element/max_length",
    ),
    (
        "modal",
        field({"type": "plain_text_input", "min_length": 9, "max_length": 2}),
        "less than or equal to max_length at /0/element/min_length",
    ),
    (
        "modal",
        field({"type": "plain_text_input", "max_length": 2, "initial_value": "abc"}),
        "less than 3 characters at /0/element/initial_value",
    ),
    ("modal", field({"type": "plain_text_input", "masked": True}), "additional property: masked at /0/element"),
    ("modal", field({"type": "number_input"}), "missing required field: is_decimal_allowed at /0/element"),
    (
        "modal",
        field({"type": "datepicker", "initial_date": "2026-13-01"}),
        "required pattern at /0/element/initial_date",
    ),
    ("modal", field({"type": "password_input"}), "unsupported type: password_input at /0/element/type"),
    ("modal", {"type": "alert", "text": plain("x" * 201)}, "less than 201 characters at /0/text/text"),
    ("message", {"type": "image", "alt_text": "a"}, "exactly one of: image_url, slack_file at /0"),
    (
        "message",
        {"type": "table", "rows": [[raw("a")], [raw("b"), raw("c")]]},
        "all rows must have the same number of cells at /0/rows",
    ),
    (
        "message",
        {"type": "plan", "title": "P", "tasks": [TASK, TASK]},
        "task_id `1` already exists at /0/tasks/1/task_id",
    ),
    ("message", {"type": "task_card", **TASK}, "valid enum value at /0/status"),
    ("message", rich({"type": "blink", "text": "x"}), "unsupported type: blink at /0/elements/0/elements/0/type"),
]


@pytest.mark.parametrize(("surface", "block"), WELL)
def test_good_blocks_pass(surface: Surface, block: Json) -> None:
    assert faults_of(blocks_check(surface), [block]) == []


@pytest.mark.parametrize(("surface", "block", "words"), ILL)
def test_bad_blocks_are_refused_by_pointer(surface: Surface, block: Json, words: str) -> None:
    text, pointer = words.split(" at ")
    faults = faults_of(blocks_check(surface), [block])
    assert any(text in fault and fault.endswith(f"[json-pointer:{pointer}]") for fault in faults), faults


def test_names_are_unique_where_slack_wants_them_so() -> None:
    twice = [SECTION | {"block_id": "same"}, SECTION | {"block_id": "same"}]
    assert faults_of(blocks_check("modal"), twice) == [
        "[ERROR] block_id `same` already exists [json-pointer:/1/block_id]"
    ]
    element = button()["elements"][0]
    within = [{"type": "actions", "elements": [element, element]}]
    assert faults_of(blocks_check("modal"), within) == [
        "[ERROR] action_id `press` already exists in this block [json-pointer:/0/elements/1/action_id]"
    ]
    apart = [row(element), row(element)]
    assert faults_of(blocks_check("modal"), apart) == []


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_so_many_blocks(surface: Surface, most: int) -> None:
    check = blocks_check(surface)
    assert faults_of(check, [SECTION] * most) == []
    assert faults_of(check, [SECTION] * (most + 1)) == [f"[ERROR] no more than {most} items allowed [json-pointer:]"]


def test_so_much_text_in_a_table() -> None:
    def table(length: int) -> Json:
        return {"type": "table", "rows": [[raw("x" * 100), rich({"type": "text", "text": "y" * (length - 100)})]]}

    assert faults_of(blocks_check("message"), [table(10_000)]) == []
    assert faults_of(blocks_check("message"), [table(10_001)]) == [
        "[ERROR] table cells must be less than 10001 characters together [json-pointer:]"
    ]


def test_one_table_and_so_much_markdown_in_a_message() -> None:
    table: Json = {"type": "table", "rows": [[raw("a")]]}
    assert faults_of(blocks_check("message"), [table, table]) == [
        "[ERROR] only one table block is allowed [json-pointer:]"
    ]
    long: Json = {"type": "markdown", "text": "x" * 6001}
    assert len(faults_of(blocks_check("message"), [long, long])) == 1


@pytest.mark.parametrize("value", ["text", {"type": "divider"}, ["divider"]])
def test_blocks_are_an_array_of_objects(value: object) -> None:
    with pytest.raises(SlackError, match="invalid_blocks_format"):
        checked_blocks(value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/title/text]"),
        ({"close": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/close/text]"),
        ({"submit": mrkdwn("Go")}, "unsupported type: mrkdwn [json-pointer:/view/submit/type]"),
        ({"blocks": []}, "no fewer than 1 items allowed [json-pointer:/view/blocks]"),
        ({"private_metadata": "x" * 3001}, "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
        ({"callback_id": "x" * 256}, "must be less than 256 characters [json-pointer:/view/callback_id]"),
        ({"type": "drawer"}, "unsupported type: drawer [json-pointer:/view/type]"),
        ({"width": "wide"}, "invalid additional property: width [json-pointer:/view]"),
        ({"notify_on_close": "yes"}, "must be a boolean [json-pointer:/view/notify_on_close]"),
    ],
)
def test_bad_views_are_refused(change: Json, words: str) -> None:
    assert view_faults(modal() | change, "modal") == [f"[ERROR] {words}"]


def test_a_view_needs_a_title() -> None:
    assert view_faults({"type": "modal", "blocks": [SECTION]}, "modal") == [
        "[ERROR] missing required field: title [json-pointer:/view]"
    ]


def test_acknowledgements_are_checked() -> None:
    view = modal(text_input("name"), submit=plain("Add"))
    assert submission_faults({}, view) == []
    assert submission_faults({"response_action": "errors", "errors": {"name": "Wrong"}}, view) == []
    assert submission_faults({"response_action": "errors", "errors": {}}, view) != []
    assert submission_faults({"response_action": "errors", "errors": {"name": 1}}, view) != []
    assert submission_faults({"response_action": "leave"}, view) != []
    assert submission_faults({"text": "hello"}, view) != []
    assert submission_faults({"response_action": "update"}, view) != []
    assert reply_faults({"text": "hello", "response_type": "in_channel"}) == []
    assert reply_faults({"text": "hello", "response_type": "shouted"}) != []
    assert options_faults({"options": []}) == []
    assert options_faults({"options": [option()] * 100}) == []
    assert options_faults({"options": [option()] * 101}) != []
    assert options_faults({"options": [], "option_groups": []}) != []


Build = Callable[[str], tuple[Callable[[], Any], Json]]
TEXTS: dict[str, tuple[int, Build]] = {
    "section": (3000, lambda t: (lambda: slackblocks.SectionBlock(t), {"type": "section", "text": mrkdwn(t)})),
    "field": (
        2000,
        lambda t: (lambda: slackblocks.SectionBlock(fields=[t]), {"type": "section", "fields": [mrkdwn(t)]}),
    ),
    "header": (150, lambda t: (lambda: slackblocks.HeaderBlock(t), {"type": "header", "text": plain(t)})),
    "button": (75, lambda t: (lambda: slackblocks.Button(t, "press"), row({"type": "button", "text": plain(t)}))),
    "option": (75, lambda t: (lambda: slackblocks.Option(t, "1"), row(select(options=[option(t)])))),
    "markdown": (12_000, lambda t: (lambda: slackblocks.MarkdownBlock(t), {"type": "markdown", "text": t})),
}


@given(name=st.sampled_from(sorted(TEXTS)), beside=st.integers(-1, 1))
def test_text_limits_agree_with_slackblocks(name: str, beside: int) -> None:
    limit, build = TEXTS[name]
    theirs, ours = build("x" * (limit + beside))
    try:
        theirs()
        accepted = True
    except InvalidUsageError:
        accepted = False
    assert (faults_of(blocks_check("message"), [ours]) == []) == accepted == (beside <= 0)


KEYS = st.sampled_from(["type", "text", "elements", "element", "label", "options"]) | st.text(max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(value=JSON, kind=st.sampled_from(["section", "input", "actions", "table", "rich_text", "plan", "context"]))
def test_the_checks_never_fall_over(value: Any, kind: str) -> None:
    for surface in ("message", "modal", "home"):
        block: Any = {**value, "type": kind} if is_object(value) else value
        faults = faults_of(blocks_check(surface), [block], "/blocks")
        assert all(fault.startswith("[ERROR] ") and "json-pointer:/blocks" in fault for fault in faults)
    assert view_faults(value, "modal") != []
    assert size_of(value) > 0
