"""Every view and message stays inside Slack's limits in every language, and shows people's words as they are.

Two checks that know nothing of each other: slackblocks, and the sandbox's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from handlers.locale import LANGUAGES, Locale
from handlers.views.add_client import field_error, form
from sandbox.slack.surfaces import checked_blocks, checked_text, checked_view, submission_faults
from sandbox.slack.values import is_array, is_object
from tests.handlers.views.examples import EXAMPLES, Example, draft
from tests.handlers.views.slack_blocks import accept

FORMATTED = re.compile(r"\*lihava|lihava\*|_vino|vino_|`koodi`")
"""Words of `LONG_NAME` that a company's name would make bold, slanted or code."""
OUR_MARKS = re.compile(r"<(@U\d{10}|#C0123456789|https://support\.fabricai\.fi/[^|>]+\|[^>]+)>")

FIELD_PROBLEMS = {
    "name": ("name_missing",),
    "business_id": ("business_id_invalid", "business_id_taken"),
    "process": ("process_missing",),
    "channel": ("channel_missing",),
    "credential": ("credential_gone",),
    "customer_key": ("not_plain", "access_key", "length", "same"),
}


@pytest.fixture(params=list(LANGUAGES))
def locale(request: pytest.FixtureRequest) -> Locale:
    """Each language."""
    return Locale(str(request.param))


@pytest.fixture(params=EXAMPLES, ids=lambda example: example.name)
def example(request: pytest.FixtureRequest) -> Example:
    """Each view and message."""
    return request.param


def text_objects(value: object) -> Iterator[dict[str, Any]]:
    """Yield every text object inside."""
    if is_array(value):
        for item in value:
            yield from text_objects(item)
    elif is_object(value):
        if value.get("type") in ("plain_text", "mrkdwn"):
            yield value
        for item in value.values():
            yield from text_objects(item)


def selects(value: object) -> Iterator[dict[str, Any]]:
    """Yield every select inside."""
    if is_array(value):
        for item in value:
            yield from selects(item)
    elif is_object(value):
        if str(value.get("type")).endswith("_select"):
            yield value
        for item in value.values():
            yield from selects(item)


def accepted_by_the_sandbox(example: Example, shown: dict[str, Any]) -> None:
    """Give the view or message to the sandbox's checks, which raise where Slack would refuse."""
    if example.surface == "message":
        checked_text(shown["text"])
        checked_blocks(shown["blocks"])
    else:
        checked_view(shown, example.surface)


def test_slack_accepts(example: Example, locale: Locale) -> None:
    shown = example.render(locale)
    accepted_by_the_sandbox(example, shown)
    accept(example.surface, shown)
    texts = list(text_objects(shown))
    assert all(piece["text"].strip() for piece in texts)
    assert not any(re.search(r"\{\w+\}", piece["text"]) for piece in texts), "a placeholder is left"
    empty = [one for one in selects(shown) if not any(name.startswith(("placeholder", "initial")) for name in one)]
    assert empty == [], "Slack would write in it, in its own language"
    cut = [piece["text"] for piece in texts if piece["type"] == "plain_text" and piece["text"].endswith("…")]
    assert cut == []
    if example.surface == "message":
        assert shown["text"].strip(), "notifications and screen readers have only this"
    assert not any(re.search(r"&amp;(amp|lt|gt);", piece["text"]) for piece in texts), "escaped twice"
    # What a company is called mentions nobody and links nowhere.
    marks = [mark for piece in texts if piece["type"] == "mrkdwn" for mark in re.findall(r"<[^>]*>", piece["text"])]
    assert [mark for mark in marks if not OUR_MARKS.fullmatch(mark)] == []
    if "answered" not in example.name:  # what Help ai knows may be marked: it is ours, or an administrator's
        formatted = [piece["text"] for piece in texts if piece["type"] == "mrkdwn"]
        formatted += [shown["text"]] if example.surface == "message" else []
        assert [text for text in formatted if FORMATTED.search(text)] == []
    assert all(piece["verbatim"] for piece in texts if piece["type"] == "mrkdwn"), "Slack would make links and mentions"


@pytest.mark.parametrize(("field", "problem"), [(field, one) for field, all_ in FIELD_PROBLEMS.items() for one in all_])
def test_slack_accepts_what_is_said_at_a_field(field: str, problem: str, locale: Locale) -> None:
    view = form(locale, draft(), [])
    view["blocks"].append({"type": "input", "block_id": field})
    answer = {"response_action": "errors", "errors": {field: field_error(locale, problem)}}
    assert submission_faults(answer, view) == []


def test_a_rule_is_not_bold_around_its_bold_names(locale: Locale) -> None:
    preview = next(example for example in EXAMPLES if example.name == "modal circulation rule preview")
    said = next(piece["text"] for piece in text_objects(preview.render(locale)["blocks"]))
    bold = said.split("*")[1::2]
    assert bold
    assert [words for words in bold if not words or words != words.strip()] == [], "asterisks would be shown"
