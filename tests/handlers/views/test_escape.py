"""People's and companies' own words in Slack's markup: shown as they are, whatever is in them.

What Slack makes of marks is written here as its users and jsx-slack's authors describe it: a mark begins where no
letter or digit stands before it and ends where none comes after it.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.views.elements import LOOK_ALIKES, escape, markdown, unescape

MARKS = "*_~`＊＿｀"
BEGINS_OR_ENDS = re.compile(rf"(?<![^\W_])[{MARKS}]|[{MARKS}](?![^\W_])")
names = st.text(st.one_of(st.sampled_from([*MARKS, *"&<>|@#! \n", "a", "Ä", "1"]), st.characters()))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("A*B_C~ Oy", "A∗B_C∼ Oy"),
        ("_Yritys_ `x`", "ˍYritysˍ ˋxˋ"),
        ("Kustannuspaikka_12 matti_meikalainen@firma.fi", "Kustannuspaikka_12 matti_meikalainen@firma.fi"),
        ("<!channel> & <@U1>", "&lt;!channel&gt; &amp; &lt;@U1&gt;"),
    ],
)
def test_a_name_is_shown_as_it_is(name: str, shown: str) -> None:
    assert escape(name) == shown
    assert unescape(shown) == name


@given(names, st.sampled_from(["*{}*", "_{}_", "~{}~", "`{}`", "{} *x* _y_", "*x*, {}"]))
def test_no_name_begins_or_ends_what_stands_around_it(name: str, around: str) -> None:
    shown = around.format(escape(name))
    assert len(BEGINS_OR_ENDS.findall(shown)) == len(BEGINS_OR_ENDS.findall(around.format("x")))


@given(names)
def test_no_name_mentions_anybody_or_leads_anywhere(name: str) -> None:
    shown = escape(name)
    assert not set(shown) & {"<", ">"}
    assert shown.count("&") == sum(shown.count(entity) for entity in ("&amp;", "&lt;", "&gt;"))


@given(names.filter(lambda name: not set(name) & {*LOOK_ALIKES.values(), "｀"}))
def test_outside_slack_a_name_is_as_it_was(name: str) -> None:
    assert unescape(escape(name)) == name


def test_slack_makes_no_links_or_mentions_of_bare_words() -> None:
    assert markdown("@channel elisa.fi")["verbatim"] is True
