"""The shapes of rich text: sections, lists, quotes and preformatted text made of styled pieces."""

from collections.abc import Mapping

from sandbox.slack.elements import IDENTIFIER, WEB_ADDRESS
from sandbox.slack.schema import Check, array, boolean, constant, integer, one_of, record, string, typed

_STYLES = record({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "unlink"), boolean))
_STYLED: Mapping[str, Check] = {"style": _STYLES}


def _piece(kind: str, required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    return record({**constant(kind), **required}, {**_STYLED, **(optional or {})})


_PIECES: Mapping[str, Check] = {
    "text": _piece("text", {"text": string(None)}),
    "link": _piece("link", {"url": string(3000, pattern=WEB_ADDRESS)}, {"text": string(None), "unsafe": boolean}),
    "emoji": _piece("emoji", {"name": string(100)}, {"unicode": string(100), "skin_tone": integer(1, 6)}),
    "user": _piece("user", {"user_id": string(50)}),
    "channel": _piece("channel", {"channel_id": string(50)}),
    "usergroup": _piece("usergroup", {"usergroup_id": string(50)}),
    "broadcast": _piece("broadcast", {"range": one_of("here", "channel", "everyone")}),
    "date": _piece(
        "date",
        {"timestamp": integer(0), "format": string(200)},
        {"url": string(3000), "fallback": string(None)},
    ),
    "color": _piece("color", {"value": string(20)}),
}
_LINE = array(typed(_PIECES), None, 0)
_SECTION = record({**constant("rich_text_section"), "elements": _LINE})
_BORDER: Mapping[str, Check] = {"border": integer(0, 1)}

_PARTS: Mapping[str, Check] = {
    "rich_text_section": _SECTION,
    "rich_text_list": record(
        {
            **constant("rich_text_list"),
            "style": one_of("bullet", "ordered"),
            "elements": array(typed({"rich_text_section": _SECTION})),
        },
        {"indent": integer(0, 8), "offset": integer(0), **_BORDER},
    ),
    "rich_text_preformatted": record(
        {**constant("rich_text_preformatted"), "elements": array(typed(_PIECES, ("text", "link")), None, 0)},
        {**_BORDER, "language": string(50)},
    ),
    "rich_text_quote": record({**constant("rich_text_quote"), "elements": _LINE}, _BORDER),
}

RICH_TEXT = record(
    {**constant("rich_text"), "elements": array(typed(_PARTS))},
    {"block_id": IDENTIFIER},
)
"""A rich_text block, also used inside tables, plans and task cards."""
