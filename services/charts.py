"""Bars as a picture: shares that are compared, in groups. Texts come in the reader's language and format."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).with_name("fonts")

WIDTH = 1200
"""Pixels: Slack shows half of it, and the whole on a dense screen."""

MARGIN = 40
ROW = 44
LABELS = 440
VALUES = 230
"""Pixels that a row's label and its value may take on either side of its bar."""

INK, QUIET, TRACK, FULL, MUTED = "#1d1c1d", "#616061", "#ececec", "#1264a3", "#a3b3c2"


@dataclass(frozen=True)
class Bar:
    """A row: what it is, its share from 0 to 1, and the share as the reader writes it.

    `muted` draws it grey: what is only there to be compared with.
    """

    label: str
    share: float
    value: str
    muted: bool = False


@dataclass(frozen=True)
class Group:
    """Bars that belong together, under a title."""

    title: str
    bars: Sequence[Bar]


def bar_chart(title: str, groups: Sequence[Group], note: str = "") -> bytes:
    """Return a PNG of groups of bars, with a title above and a grey note below; some 10 ms and 20 kB."""
    heights = [ROW * (len(group.bars) + 1) + MARGIN // 2 for group in groups]
    height = MARGIN * 2 + 48 + sum(heights) + (ROW if note else 0)
    image = Image.new("RGB", (WIDTH, height), "white")
    draw = ImageDraw.Draw(image)
    _write(draw, (MARGIN, MARGIN + 16), title, _font(32, bold=True), INK, WIDTH - 2 * MARGIN)
    top = MARGIN + 60
    for group, size in zip(groups, heights, strict=True):
        _write(draw, (MARGIN, top + ROW // 2), group.title, _font(24, bold=True), INK, WIDTH - 2 * MARGIN)
        for place, bar in enumerate(group.bars, 1):
            _draw(draw, top + ROW * place, bar)
        top += size
    if note:
        _write(draw, (MARGIN, top + ROW // 2), note, _font(20), QUIET, WIDTH - 2 * MARGIN)
    written = BytesIO()
    image.quantize(32).save(written, "PNG", optimize=True)
    return written.getvalue()


def _draw(draw: ImageDraw.ImageDraw, top: int, bar: Bar) -> None:
    left, right = MARGIN + LABELS, WIDTH - MARGIN - VALUES
    middle = top + ROW // 2
    _write(draw, (MARGIN, middle), bar.label, _font(22), QUIET if bar.muted else INK, LABELS - 24)
    box = (left, top + 9, right, top + ROW - 9)
    draw.rounded_rectangle(box, 6, TRACK)
    share = min(max(bar.share, 0.0), 1.0)
    if share > 0:
        draw.rounded_rectangle((*box[:2], left + max(6, round((right - left) * share)), box[3]), 6, _colour(bar))
    _write(draw, (right + 20, middle), bar.value, _font(22), QUIET if bar.muted else INK, VALUES - 20)


def _colour(bar: Bar) -> str:
    return MUTED if bar.muted else FULL


def _write(
    draw: ImageDraw.ImageDraw,
    place: tuple[int, int],
    text: str,
    font: ImageFont.FreeTypeFont,
    colour: str,
    width: int,
) -> None:
    """Write a line, vertically centred on a place and cut to a width."""
    drawn = drawable(text)
    while drawn and font.getlength(drawn) > width:
        drawn = drawn.rstrip("…")[:-1].rstrip() + "…" if len(drawn) > 1 else ""
    draw.text(place, drawn, fill=colour, font=font, anchor="lm")


def drawable(text: str) -> str:
    """Return a text in characters that the font has, those of western Europe: others lose their accents or become ?."""

    def one(character: str) -> str:
        try:
            character.encode("cp1252")
        except UnicodeEncodeError:
            plain = unicodedata.normalize("NFKD", character).encode("cp1252", "ignore").decode("cp1252")
            return plain or "?"
        return character

    plain = "".join(" " if character.isspace() else character for character in unicodedata.normalize("NFC", text))
    return "".join(one(character) for character in plain if character.isprintable())


@cache
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / ("VeraBd.ttf" if bold else "Vera.ttf")), size)
