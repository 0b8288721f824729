"""Reading a posted XML message as strictly as Netvisor: no declaration, `root` first, elements in the DTD's order."""

from collections.abc import Mapping, Sequence
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from sandbox.netvisor.refusals import invalid


def read_root(body: bytes) -> Element:
    """The root of a message in ISO-8859-15 or UTF-8. Raises Refusal (INVALID_DATA)."""
    try:
        content = body.decode()
    except UnicodeDecodeError:
        content = body.decode("iso8859-15")
    if not content.lstrip().startswith("<root>"):
        raise invalid("The message must start with <root>")
    try:
        return fromstring(content)
    except (ParseError, DefusedXmlException) as error:
        raise invalid(f"The message is not XML: {error}") from error


_MOST_DIGITS = 18


class Fields:
    """The children of an element, checked against the DTD's order and read by name.

    `order` names the elements that may come, in their order, with whether each is required and may repeat: "" once,
    "?" optional, "*" any number. Names are compared without case. Raises Refusal (INVALID_DATA) where a child is
    unknown, misplaced, missing or repeated.
    """

    def __init__(self, parent: Element, order: Mapping[str, str]) -> None:
        self.name = parent.tag
        self._children: dict[str, list[Element]] = {name.lower(): [] for name in order}
        places = {name.lower(): place for place, name in enumerate(order)}
        latest = 0
        for child in parent:
            name = child.tag.lower()
            if name not in places:
                raise invalid(f"{parent.tag}: unknown element {child.tag}")
            if places[name] < latest:
                raise invalid(f"{parent.tag}: {child.tag} is out of order")
            latest = places[name]
            self._children[name].append(child)
        for name, count in order.items():
            found = len(self._children[name.lower()])
            if (found == 0 and count == "") or (found > 1 and count != "*"):
                raise invalid(f"{parent.tag}: {name} is given {found} times")

    def all(self, name: str) -> Sequence[Element]:
        """All children with this name."""
        return self._children[name.lower()]

    def attribute(self, name: str, attribute: str) -> str | None:
        """An attribute of a child, its name compared without case; None when either is missing."""
        for child in self.all(name):
            for key, value in child.attrib.items():
                if key.lower() == attribute.lower():
                    return value
        return None

    def text(self, name: str) -> str | None:
        """The text of a child, or None when there is no such child."""
        for child in self.all(name):
            return (child.text or "").strip()
        return None

    def whole(self, name: str) -> int | None:
        """A whole number. Raises Refusal (INVALID_DATA)."""
        value = self.text(name)
        if value is None:
            return None
        if not _is_digits(value):
            raise invalid(f"{name} is not a whole number: {value}")
        return int(value)

    def tenths(self, name: str) -> int | None:
        """A percent in tenths. Raises Refusal (INVALID_DATA)."""
        return self._scaled(name, 1)

    def cents(self, name: str) -> int | None:
        """A sum of money in cents. Raises Refusal (INVALID_DATA)."""
        return self._scaled(name, 2)

    def day(self, name: str) -> date | None:
        """An ISO date with format="ansi". Raises Refusal (INVALID_DATA)."""
        value = self.text(name)
        if value is None:
            return None
        if self.attribute(name, "format") != "ansi":
            raise invalid(f'{name}: format="ansi" is missing')
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise invalid(f"{name} is not a date: {value}") from error

    def _scaled(self, name: str, decimals: int) -> int | None:
        value = self.text(name)
        if value is None:
            return None
        whole, _, fraction = value.replace(".", ",").partition(",")
        digits = f"{whole.removeprefix('-')}{fraction}"
        if not _is_digits(digits) or len(fraction.rstrip("0")) > decimals:
            raise invalid(f"{name} is not a number with {decimals} decimals: {value}")
        scaled = int(f"{whole.removeprefix('-') or '0'}{fraction.rstrip('0').ljust(decimals, '0')}")
        return -scaled if whole.startswith("-") else scaled


def _is_digits(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
