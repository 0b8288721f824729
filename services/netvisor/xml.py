"""Reading Netvisor's XML: element names in any case, numbers with a comma, every spelling of dates and booleans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

TRUE, FALSE = {"true", "1", "yes"}, {"false", "0", "no"}


class XmlProblem(Exception):
    """What was read is not XML, is hostile, or holds a value of the wrong kind."""


class Node:
    """An element, read without regard to case; what is missing is None or empty."""

    __slots__ = ("_children", "element")

    def __init__(self, element: Element) -> None:
        self.element = element
        self._children: dict[str, list[Element]] = {}
        for child in element:
            self._children.setdefault(local_name(child), []).append(child)

    @property
    def name(self) -> str:
        """The element's name in lower case."""
        return local_name(self.element)

    def children(self, name: str) -> Iterator[Node]:
        """Return the children of a name."""
        return (Node(child) for child in self._children.get(name.lower(), ()))

    def child(self, *path: str) -> Node | None:
        """Return the first element down a path of names."""
        node: Node | None = self
        for name in path:
            node = next(node.children(name), None) if node else None
        return node

    def items(self, *path: str) -> list[Node]:
        """Return all elements of the path's last name."""
        *parents, name = path
        parent = self.child(*parents) if parents else self
        return list(parent.children(name)) if parent else []

    def attribute(self, name: str) -> str | None:
        """Return an attribute."""
        return next((value for key, value in self.element.attrib.items() if key.lower() == name.lower()), None)

    def text(self, *path: str) -> str | None:
        """Return the text at a path, stripped; None when missing or empty."""
        node = self.child(*path)
        value = (node.element.text or "").strip() if node else ""
        return value or None

    def integer(self, *path: str) -> int | None:
        """Return a whole number."""
        value = self.text(*path)
        try:
            return None if value is None else int(value)
        except ValueError:
            raise XmlProblem(f"not a whole number: {(value or '')[:20]!r}") from None

    def decimal(self, *path: str) -> Decimal | None:
        """Return a number that is written with a comma or a point."""
        return read_decimal(self.text(*path))

    def boolean(self, *path: str) -> bool | None:
        """Return a yes or no; None for a word that is neither."""
        value = (self.text(*path) or "").lower()
        return True if value in TRUE else False if value in FALSE else None

    def day(self, *path: str) -> date | None:
        """Return a date."""
        return read_date(self.text(*path))


def local_name(element: Element) -> str:
    """Return an element's name in lower case, without a namespace."""
    return element.tag.rpartition("}")[2].lower()


def parse(content: bytes) -> Node:
    """Read a reply; raise XmlProblem when it is no XML or declares entities."""
    try:
        return Node(fromstring(content.strip()))
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise XmlProblem(type(error).__name__) from None


def read_decimal(value: str | None) -> Decimal | None:
    """Return a number written as `1 234,50`, `1234.5` or `1.234,50`; None when empty.

    Raises XmlProblem for anything else.
    """
    if value is None:
        return None
    plain = value.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace("\u2212", "-")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise XmlProblem(f"not a number: {value[:20]!r}") from None
    if not number.is_finite():
        raise XmlProblem("not a finite number")
    return number


def read_date(value: str | None) -> date | None:
    """Return a date written as `2026-11-23` or `23.11.2026`, with or without a time; None when empty."""
    if value is None:
        return None
    day = value.split("T")[0].split(" ")[0]
    for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(day, pattern).date()  # noqa: DTZ007 - Netvisor's dates have no timezone
        except ValueError:
            continue
    raise XmlProblem(f"not a date: {value[:20]!r}")
