"""The Block Kit that we use, as plain dicts (slack_sdk's models drop what they do not know)."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.ids import Action
from handlers.locale import Locale

Block = dict[str, Any]
View = dict[str, Any]

TITLE = 24
OPTION = 75
BUTTON = 75
SECTION = 3000
HEADER = 150
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30
VIEW_BLOCKS = 100
MOST_OPTIONS = 100

OWN_CHANNELS: Mapping[str, Any] = {
    "include": ["public", "private"],
    "exclude_bot_users": True,
    "exclude_external_shared_channels": True,
}
"""Where clients may be told of: in channels that no other organisation reads."""


LOOK_ALIKES = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ", "＊": "﹡", "＿": "⸏", "｀": "ˋ"}
"""What stands for Slack's marks in words that are not ours, as in jsx-slack. Slack has no escape for them, and an
invisible character beside a mark can make it one as well as hide it (jsx-slack's exact mode does that on purpose)."""

_FORMATTING = re.compile(r"[*~`＊＿｀]|(?<![^\W_])_|_(?![^\W_])")
"""Marks, but for underscores inside a word (`KP_12`), which Slack leaves alone and people copy."""


def escape(text: str) -> str:
    """Return words that are not ours so that Slack shows them as they are: no links, mentions or formatting."""
    return entities(_FORMATTING.sub(lambda mark: LOOK_ALIKES[mark[0]], text))


def entities(text: str) -> str:
    """Return a text in Slack's markup that holds no links or mentions, but may hold bold words and code."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Return escaped words as they were, for a reader outside Slack."""
    return html.unescape(text.translate(_AS_THEY_WERE))


_AS_THEY_WERE = str.maketrans({look_alike: mark for mark, look_alike in reversed(LOOK_ALIKES.items())})


def cut(text: str, limit: int) -> str:
    """Return a text that is at most `limit` characters long, cut with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def plain(text: str, limit: int = SECTION) -> dict[str, Any]:
    """Return a plain text object."""
    return {"type": "plain_text", "text": cut(text, limit), "emoji": True}


def markdown(text: str, limit: int = SECTION) -> dict[str, Any]:
    """Return a mrkdwn text object, in which Slack looks for no addresses, channels or mentions of its own accord."""
    return {"type": "mrkdwn", "text": cut(text, limit), "verbatim": True}


def section(text: str, **more: Any) -> Block:
    """Return a section; `more` may hold a block_id or an accessory."""
    return {"type": "section", "text": markdown(text), **more}


def sections(lines: Sequence[str]) -> list[Block]:
    """Return lines in as few sections as Slack's length allows."""
    blocks: list[Block] = []
    text = ""
    for line in lines:
        if text and len(text) + len(line) + 1 > SECTION:
            blocks.append(section(text))
            text = ""
        text = f"{text}\n{line}" if text else line
    return [*blocks, section(text)] if text else blocks


def header(text: str) -> Block:
    """Return a header."""
    return {"type": "header", "text": plain(text, HEADER)}


def context(*texts: str) -> Block:
    """Return a line of small text."""
    return {"type": "context", "elements": [markdown(text) for text in texts]}


def divider() -> Block:
    """Return a line."""
    return {"type": "divider"}


def button(
    text: str,
    action_id: str,
    value: str = "-",
    *,
    style: str | None = None,
    confirm: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a button; `confirm` is the question that comes first (`confirmation`)."""
    element: dict[str, Any] = {
        "type": "button",
        "text": plain(text, BUTTON),
        "action_id": action_id,
        "value": value,
    }
    if style:
        element["style"] = style
    if confirm:
        element["confirm"] = confirm
    return element


def star_button(locale: Locale, client_id: str, *, is_favourite: bool) -> dict[str, Any]:
    """Return the button that makes a client a favourite of whoever presses it, or takes it off their favourites."""
    if is_favourite:
        return button(locale.gettext("Remove from favourites"), Action.UNSTAR, client_id)
    return button(":star: " + locale.gettext("Favourite"), Action.STAR, client_id)


def ask_help_ai(locale: Locale, *subject: str) -> dict[str, Any]:
    """Return the button that opens Help ai's form; `subject` are the ids of passages about what it stands beside."""
    return button(locale.gettext("Ask Help ai"), Action.ASK_HELP_AI, " ".join(subject) or "-")


def confirmation(title: str, text: str, confirm: str, deny: str) -> dict[str, Any]:
    """Return a question that is asked before something is done."""
    return {
        "title": plain(title, CONFIRM_TITLE),
        "text": plain(text, CONFIRM_TEXT),
        "confirm": plain(confirm, CONFIRM_BUTTON),
        "deny": plain(deny, CONFIRM_BUTTON),
    }


def table(rows: Sequence[Sequence[str]]) -> Block:
    """Return a table of plain texts; numbers stand right, the first column left. Messages only, one a message."""
    cells = [[{"type": "raw_text", "text": text or " "} for text in row] for row in rows]
    columns = [{"align": "left"}, *({"align": "right"} for _ in rows[0][1:])]
    return {"type": "table", "rows": cells, "column_settings": columns}


def actions(*elements: dict[str, Any], block_id: str | None = None) -> Block:
    """Return a row of buttons or other elements, by default named after the first.

    Left to Slack, a row's name is another one after every update: what a person clicks just then would be gone.
    """
    return {"type": "actions", "block_id": block_id or elements[0]["action_id"], "elements": list(elements)}


def option(text: str, value: str, description: str | None = None) -> dict[str, Any]:
    """Return an option of a select, of radio buttons or of checkboxes."""
    choice = {"text": plain(text, OPTION), "value": value}
    return {**choice, "description": plain(description, OPTION)} if description else choice


def option_group(label: str, options: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return options of a select under a label of their own."""
    return {"label": plain(label, OPTION), "options": list(options)}


def suggested_first(
    locale: Locale, first: Sequence[dict[str, Any]], others: Sequence[dict[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """Return what a select offers: what is suggested under a heading of its own, then everything else."""
    suggested = {one["value"] for one in first}
    rest = [one for one in others if one["value"] not in suggested]
    if not first or not rest:
        return {"options": [*first, *rest]}
    _ = locale.gettext
    return {"option_groups": [option_group(_("Suggested"), first), option_group(_("Others"), rest)]}


def text_input(
    field: str, label: str, *, initial: str = "", hint: str = "", optional: bool = False, **element: Any
) -> Block:
    """Return an input for one line of text; the block and its action have the field's name."""
    block: Block = {
        "type": "input",
        "block_id": field,
        "label": plain(label),
        "element": {"type": "plain_text_input", "action_id": field, **element},
    }
    if optional:
        block["optional"] = True
    if initial:
        block["element"]["initial_value"] = initial
    if hint:
        block["hint"] = plain(hint)
    return block


def choice_input(field: str, label: str, element: dict[str, Any], *, hint: str = "") -> Block:
    """Return an input for a choice."""
    block: Block = {
        "type": "input",
        "block_id": field,
        "label": plain(label),
        "element": {**element, "action_id": field},
    }
    return {**block, "hint": plain(hint)} if hint else block


def modal(
    callback_id: str,
    title: str,
    blocks: Sequence[Block],
    *,
    close: str,
    submit: str | None = None,
    reference: str = "",
    clear_on_close: bool = False,
    notify_on_close: bool = False,
    external_id: str = "",
) -> View:
    """Return a modal; `reference` is the id that it carries back to us, never anything else.

    `external_id` is our own name of this one view, by which it can be updated before Slack has told us its id.
    Closing it leads back to the modal below it, unless `clear_on_close` closes that too.
    """
    view: View = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, TITLE),
        "close": plain(close, TITLE),
        "private_metadata": reference,
        "blocks": list(blocks)[:VIEW_BLOCKS],
        "notify_on_close": notify_on_close,
        "clear_on_close": clear_on_close,
    }
    if external_id:
        view["external_id"] = external_id
    return {**view, "submit": plain(submit, TITLE)} if submit else view


def found_options(pairs: Sequence[tuple[str, str]], words: str) -> list[dict[str, Any]]:
    """Return options (value, name) that have all the words, those that begin with them first."""
    wanted = words.casefold().split()
    found = [(value, name) for value, name in pairs if all(word in name.casefold() for word in wanted)]
    found.sort(key=lambda pair: not pair[1].casefold().startswith(words.casefold().strip()))
    return [option(name, value) for value, name in found[:MOST_OPTIONS] if len(value) <= 150]
