"""Bars as a picture."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from services.charts import FULL, MUTED, WIDTH, Bar, Group, bar_chart, drawable


def pixels(png: bytes, colour: str) -> int:
    """Count the pixels of a colour."""
    image = Image.open(BytesIO(png)).convert("RGB")
    wanted = tuple(bytes.fromhex(colour.removeprefix("#")))
    return sum(count for count, found in image.getcolors(1 << 20) or () if found == wanted)


def test_a_bar_is_as_long_as_its_share() -> None:
    half = pixels(bar_chart("", [Group("", [Bar("", 0.5, "")])]), FULL)
    whole = pixels(bar_chart("", [Group("", [Bar("", 1.0, "")])]), FULL)
    assert half == pytest.approx(whole / 2, rel=0.01)
    assert pixels(bar_chart("", [Group("", [Bar("", 0.0, "")])]), FULL) == 0


def test_what_is_only_compared_with_is_grey() -> None:
    chart = bar_chart("", [Group("", [Bar("", 0.5, "", muted=True)])])
    assert pixels(chart, MUTED) > 0
    assert pixels(chart, FULL) == 0


def test_a_chart_is_small_and_grows_with_its_bars() -> None:
    bars = [Bar("Äkäslompolon Sähkö ja Öljy Osakeyhtiö Ab " * 3, 0.9, "1 234 / 2 345")] * 20
    chart = bar_chart("Ennusteet", [Group("Tili", bars), Group("ALV-koodi", bars)], "Testiympäristö")
    image = Image.open(BytesIO(chart))
    assert image.width == WIDTH
    assert image.height > 1500
    assert len(chart) < 200_000


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Åland Öl & Äl", "Åland Öl & Äl"),
        ("91\N{NO-BREAK SPACE}%", "91 %"),
        ("o\N{COMBINING DIAERESIS}", "ö"),
        ("Dvořák", "Dvorák"),
        ("Кнр", "???"),
        ("a\x00b", "ab"),
    ],
)
def test_characters_that_the_font_lacks_are_replaced(text: str, drawn: str) -> None:
    assert drawable(text) == drawn


@settings(max_examples=25)
@given(st.text(max_size=40), st.floats(allow_nan=False), st.text(max_size=20))
def test_whatever_is_given_a_chart_comes_of_it(label: str, share: float, value: str) -> None:
    assert bar_chart(label, [Group(value, [Bar(label, share, value)])], value).startswith(b"\x89PNG")
