"""What Slack's client insists on in a modal, and the shape of values in payloads."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.slack.forms import Current, Field, client_error, fields_of, initial_value, shaped, state_values
from sandbox.slack.values import Json

from .shapes import button, modal, plain, text_input

OPTIONS: list[Json] = [{"text": plain(word), "value": word.lower()} for word in ("One", "Two", "Three")]


def field(kind: str, *, optional: bool = False, **element: Any) -> Field:
    block: Json = {"type": "input", "block_id": "b", "label": plain("L"), "optional": optional}
    block["element"] = {"type": kind, "action_id": "a", **element}
    return fields_of([block])[0]


def error(kind: str, plain_value: object, **element: Any) -> str | None:
    each = field(kind, **element)
    return client_error(each, shaped(each, plain_value, lambda value: None))


@pytest.mark.parametrize(
    ("kind", "value", "element"),
    [
        ("plain_text_input", "", {}),
        ("plain_text_input", None, {}),
        ("plain_text_input", "ab", {"min_length": 3}),
        ("plain_text_input", "abcd", {"max_length": 3}),
        ("email_text_input", "aku", {}),
        ("email_text_input", "aku@example", {}),
        ("url_text_input", "example.com", {}),
        ("number_input", "abc", {"is_decimal_allowed": True}),
        ("number_input", "NaN", {"is_decimal_allowed": True}),
        ("number_input", "1.5", {"is_decimal_allowed": False}),
        ("number_input", "-1", {"is_decimal_allowed": False, "min_value": "0"}),
        ("number_input", "10", {"is_decimal_allowed": False, "max_value": "9"}),
        ("datepicker", "2026-2-1", {}),
        ("timepicker", "25:00", {}),
        ("static_select", None, {"options": OPTIONS}),
        ("checkboxes", [], {"options": OPTIONS}),
        ("multi_static_select", ["one", "two"], {"options": OPTIONS, "max_selected_items": 1}),
    ],
)
def test_what_the_client_stops(kind: str, value: object, element: Json) -> None:
    assert error(kind, value, **element)


@pytest.mark.parametrize(
    ("kind", "value", "element"),
    [
        ("plain_text_input", "abc", {"min_length": 3, "max_length": 3}),
        ("email_text_input", "aku@example.com", {}),
        ("url_text_input", "https://example.com/a?b", {}),
        ("number_input", "1.5", {"is_decimal_allowed": True, "min_value": "1", "max_value": "2"}),
        ("datepicker", "2026-02-01", {}),
        ("static_select", "two", {"options": OPTIONS}),
        ("multi_static_select", ["one"], {"options": OPTIONS, "max_selected_items": 1}),
        ("plain_text_input", "", {"optional": True}),
        ("checkboxes", [], {"optional": True, "options": OPTIONS}),
    ],
)
def test_what_the_client_lets_through(kind: str, value: object, element: Json) -> None:
    assert error(kind, value, **element) is None


@given(st.decimals(-1000, 1000, places=2), st.integers(-500, 500), st.integers(0, 500))
def test_numbers_between_bounds(number: Decimal, low: int, width: int) -> None:
    stopped = error(
        "number_input", str(number), is_decimal_allowed=True, min_value=str(low), max_value=str(low + width)
    )
    assert (stopped is None) == (low <= number <= low + width)


@given(st.text(min_size=1, max_size=30), st.integers(0, 20), st.integers(1, 30))
def test_lengths_between_bounds(text: str, low: int, high: int) -> None:
    stopped = error("plain_text_input", text, min_length=low, max_length=high)
    assert (stopped is None) == (low <= len(text) <= high)


def test_a_choice_that_is_not_offered_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="offers no option"):
        error("static_select", "four", options=OPTIONS)


def test_values_start_as_the_view_says_and_empty_ones_have_slacks_shape() -> None:
    first = field("static_select", options=OPTIONS, initial_option=OPTIONS[1])
    assert initial_value(first)["selected_option"]["value"] == "two"
    assert initial_value(field("static_select", options=OPTIONS)) == {"type": "static_select", "selected_option": None}
    assert initial_value(field("checkboxes", options=OPTIONS)) == {"type": "checkboxes", "selected_options": []}
    here = field("conversations_select", default_to_current_conversation=True)
    assert initial_value(here, Current("C1", is_shared=False))["selected_conversation"] == "C1"
    own = field("conversations_select", **here.element, filter={"exclude_external_shared_channels": True})
    assert initial_value(own, Current("C1", is_shared=False))["selected_conversation"] == "C1"
    assert initial_value(own, Current("C1", is_shared=True))["selected_conversation"] is None


def test_state_holds_every_element_that_keeps_a_value_and_no_button() -> None:
    menu: Json = {"type": "static_select", "action_id": "menu", "options": OPTIONS}
    section: Json = {"type": "section", "block_id": "s", "text": plain("Menu"), "accessory": menu}
    view = modal(text_input("name"), section, button(), submit=plain("Go"))
    values = state_values(view["blocks"], {"name": {"typed": {"type": "plain_text_input", "value": "typed"}}})
    assert values == {
        "name": {"typed": {"type": "plain_text_input", "value": "typed"}},
        "s": {"menu": {"type": "static_select", "selected_option": None}},
    }
