"""Reading Netvisor's XML: element names in any case, numbers with a comma, every spelling of dates and booleans."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from xml.etree.ElementTree import Element, ParseError, XMLParser

DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,100}?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,20})["']""")
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
ENCODINGS = {"utf-8", "utf-8-sig", "utf-16", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"}

PIECE = 64 * 1024
"""Characters that are read at once: in between, other threads get their turn."""

TRUE, FALSE = {"true", "1"}, {"false", "0"}

INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)

NUMBER = re.compile(
    r"""[+-]?
    (?: \d{1,15}                    # 1234
      | \d{1,3} (?:[ ]\d{3})+       # 1 234
      | \d{1,3} (?:\.\d{3})+ (?=,)  # 1.234,50: points separate thousands only where a comma follows
    )
    (?:[.,]\d{1,20})?""",
    re.ASCII | re.VERBOSE,
)
"""Finnish and plain numbers. `1,234.50` is refused: read by the rule of the decimal comma it would be wrong money."""

SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2212": "-"})
"""Spaces that separate thousands, and the minus sign of typographers, in their plain forms."""

MOMENT = re.compile(
    r"""(?: (?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})
         | (?P<fi_day>\d{1,2})\.(?P<fi_month>\d{1,2})\.(?P<fi_year>\d{4}) )
    (?: (?:T|[ ]+) (?P<hour>\d{1,2}) [:.] (?P<minute>\d{2}) (?: [:.] (?P<second>\d{2}) (?:[.,]\d+)? )?
        (?: Z | [+-]\d{2}:?\d{2} )? )?""",
    re.ASCII | re.VERBOSE,
)


class XmlProblem(Exception):
    """What was read is not XML, is hostile, or holds a value of the wrong kind."""


def go_on() -> None:
    """Read on without a pause."""


class Node:
    """An element, read without regard to case and namespaces; what is missing or empty is None."""

    __slots__ = ("_children", "_pause", "element")

    def __init__(self, element: Element, pause: Callable[[], None] = go_on) -> None:
        """Wrap an element; `pause` is called before each of its children, and theirs: there may be very many."""
        self.element = element
        self._pause = pause
        self._children: dict[str, list[Element]] = {}
        for child in element:
            self._children.setdefault(local_name(child.tag), []).append(child)

    @property
    def name(self) -> str:
        """The element's name in lower case."""
        return local_name(self.element.tag)

    @property
    def is_empty(self) -> bool:
        """Whether the element holds nothing: Netvisor's way of saying that there is no such thing."""
        return not self._children and not (self.element.text or "").strip()

    def __iter__(self) -> Iterator[Node]:
        """Return all children."""
        return self._nodes(self.element)

    def children(self, name: str) -> Iterator[Node]:
        """Return the children of a name."""
        return self._nodes(self._children.get(name.lower(), ()))

    def _nodes(self, elements: Iterable[Element]) -> Iterator[Node]:
        for element in elements:
            self._pause()
            yield Node(element, self._pause)

    def child(self, *path: str) -> Node | None:
        """Return the first element down a path of names."""
        node: Node | None = self
        for name in path:
            node = next(node.children(name), None) if node else None
        return node

    def items(self, *path: str) -> Iterator[Node]:
        """Return all elements of the path's last name, one by one: there may be very many."""
        *parents, name = path
        parent = self.child(*parents)
        return parent.children(name) if parent else iter(())

    def attribute(self, name: str) -> str | None:
        """Return an attribute, stripped; None when missing or empty."""
        wanted = name.lower()
        for key, value in self.element.attrib.items():
            if local_name(key) == wanted:
                return value.strip() or None
        return None

    def text(self, *path: str) -> str | None:
        """Return the text at a path, or the element's own, stripped; None when missing or empty."""
        if not path:
            return (self.element.text or "").strip() or None
        *parents, name = path
        parent = self.child(*parents)
        found = parent._children.get(name.lower()) if parent else None
        return (found[0].text or "").strip() or None if found else None


@lru_cache(maxsize=1024)
def local_name(name: str) -> str:
    """Return the name of an element or attribute in lower case, without its namespace."""
    return name.rpartition("}")[2].lower()


def parse(content: bytes, pause: Callable[[], None] = go_on) -> Node:
    """Read a reply; raise XmlProblem when it is no XML or has a document type.

    `pause` is called again and again while a large one is read: who reads in a thread lets others go first there.

    Entities, the bombs and those that reach out for files, are declared in a document type and nowhere else (XML 1.0,
    2.8), and no reply of Netvisor's has one.
    """
    text = _decoded(content).strip()
    if "<!DOCTYPE" in text:
        raise XmlProblem("a document type")
    parser = XMLParser()  # noqa: S314 - without a document type there is nothing to defend against
    try:
        for start in range(0, len(text), PIECE):
            pause()
            parser.feed(text[start : start + PIECE])
        return Node(parser.close(), pause)
    except (ParseError, ValueError) as error:
        raise XmlProblem(type(error).__name__) from None


def _decoded(content: bytes) -> str:
    """Return a reply's text: in the encoding it declares, else in UTF-8, else in ISO-8859-15.

    Visma's articles name the last two and differ on which it is; text in ISO-8859-15 is next to never valid UTF-8.
    """
    marked = next((name for mark, name in BYTE_ORDER_MARKS.items() if content.startswith(mark)), None)
    declared = DECLARED.match(content)
    encoding = marked or (declared[1].decode().lower() if declared else None)
    if encoding is not None and encoding not in ENCODINGS:
        raise XmlProblem("an unknown encoding")
    try:
        return content.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding is None:
            return content.decode("iso-8859-15")
        raise XmlProblem("not in its encoding") from None


def read_integer(value: str) -> int:
    """Return a whole number; raise XmlProblem for anything else."""
    if not INTEGER.fullmatch(value):
        raise XmlProblem("not a whole number")
    return int(value)


def read_decimal(value: str) -> Decimal:
    """Return a number written as `1 234,50`, `1234.5` or `1.234,50`; raise XmlProblem for anything else."""
    plain = value.translate(SPACES).strip()
    if not NUMBER.fullmatch(plain):
        raise XmlProblem("not a number")
    plain = plain.replace(" ", "")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    return Decimal(plain)


def read_boolean(value: str) -> bool | None:
    """Return a yes or no, written as `True`, `true` or `1`; None, not known, for a word that is neither."""
    word = value.lower()
    return True if word in TRUE else False if word in FALSE else None


def read_moment(value: str) -> datetime:
    """Return a time written as `2026-11-23T08:30:00` or `23.11.2026 8:30:00`; midnight where only a day is given.

    It has no timezone: Netvisor's documentation names none. Raises XmlProblem for anything else.
    """
    match = MOMENT.fullmatch(value)
    if not match:
        raise XmlProblem("not a date")
    year, month, day = (int(match[name] or match[f"fi_{name}"]) for name in ("year", "month", "day"))
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - see above
    except ValueError:
        raise XmlProblem("not a date") from None


def read_date(value: str) -> date:
    """Return a date written as `2026-11-23` or `23.11.2026`, with or without a time.

    Raises XmlProblem for anything else.
    """
    return read_moment(value).date()


def read_bytes(value: str) -> bytes:
    """Return what is written in base64, with or without line breaks; raise XmlProblem for anything else."""
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except ValueError:
        raise XmlProblem("not base64") from None
