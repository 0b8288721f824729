"""Messages as they are streamed: the words first, in Markdown and bit by bit, then the blocks that end the message."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from handlers.views.elements import Block
from services.notifier import Rendered

PIECE = 160
"""Characters that are appended at once, to the next space."""

_MARKED = re.compile(r"`[^`\n]+`|<([^|>\n]+)(?:\|([^>\n]*))?>|\*([^*\n]+)\*")
"""What means something in Slack's own markup: code, links, bold."""
_SPECIAL = re.compile(r"([\\*_\[\]#~])")


def streamed(rendered: Rendered) -> tuple[str, list[Block]]:
    """Return the words that a message begins with, in Markdown, and the blocks after them."""
    blocks = list(rendered.blocks)
    words: list[str] = []
    while blocks and blocks[0].keys() == {"type", "text"} and blocks[0]["type"] == "section":
        words.append(str(dict(blocks.pop(0)["text"])["text"]))  # pyright: ignore[reportCallIssue, reportArgumentType]
    return to_markdown("\n".join(words)), blocks


def to_markdown(text: str) -> str:
    """Return a text of Slack's own markup as Markdown, in which a line ends where it ended."""
    parts: list[str] = []
    at = 0
    for found in _MARKED.finditer(text):
        parts.append(_plain(text[at : found.start()]))
        address, label, bold = found.groups()
        if address:
            parts.append(f"[{_plain(label or address)}]({html.unescape(address)})")
        else:
            parts.append(f"**{_plain(bold)}**" if bold else html.unescape(found[0]))
        at = found.end()
    return "".join([*parts, _plain(text[at:])]).replace("\n", "  \n")


def _plain(text: str) -> str:
    """Return words with Markdown's marks escaped. Entities stay: Slack looks for `<!channel>` in Markdown as well."""
    return _SPECIAL.sub(r"\\\1", text)


def pieces(text: str, size: int = PIECE) -> Iterator[str]:
    """Yield a text bit by bit, each ending with a space as far as there is one."""
    while len(text) > size:
        cut = text.rfind(" ", 0, size) + 1 or size
        yield text[:cut]
        text = text[cut:]
    if text:
        yield text
