"""Messages as they are streamed: in Markdown, bit by bit, with nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.views.elements import actions, button, section
from handlers.views.streams import pieces, streamed, to_markdown
from services.notifier import Rendered


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_pieces_are_the_text_and_no_longer_than_asked(text: str, size: int) -> None:
    cut = list(pieces(text, size))
    assert "".join(cut) == text
    assert all(0 < len(piece) <= size for piece in cut)


@pytest.mark.parametrize(
    ("slack", "markdown"),
    [
        ("*Title*\ntext", "**Title**  \ntext"),
        ("`/fabric add-client` and `a*b_c`", "`/fabric add-client` and `a*b_c`"),
        ("<https://example.com/a?b=1&amp;c=2|Here>", "[Here](https://example.com/a?b=1&c=2)"),
        ("Company menu &amp; rights &lt;!channel&gt;", "Company menu &amp; rights &lt;!channel&gt;"),
        ("snake_case [1] #2 2*3", "snake\\_case \\[1\\] \\#2 2\\*3"),
    ],
)
def test_slacks_own_markup_becomes_markdown(slack: str, markdown: str) -> None:
    assert to_markdown(slack) == markdown


def test_the_words_come_first_and_the_other_blocks_end_the_message() -> None:
    row = actions(button("Open", "open", "1"))
    words, blocks = streamed(Rendered("x", (section("*One*"), section("two"), row, section("three"))))
    assert words == "**One**  \ntwo"
    assert blocks == [row, section("three")]
