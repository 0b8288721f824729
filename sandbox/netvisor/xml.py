"""Netvisor's way of writing XML: decimal commas, two date forms, two boolean forms, an envelope."""

import re
from datetime import date, datetime
from xml.sax.saxutils import escape

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(value: str) -> str:
    """Character data: escaped, without the characters that XML 1.0 cannot carry."""
    return escape(_NOT_XML.sub("", value))


def attribute(value: str) -> str:
    """The value of an attribute, escaped for double quotes."""
    return text(value).replace('"', "&quot;")


def element(name: str, value: object, attributes: str = "") -> str:
    """`<name>value</name>`, or `<name/>` when there is no value; `attributes` is written as it is."""
    content = "" if value is None else text(str(value))
    opening = f"{name} {attributes}" if attributes else name
    return f"<{opening}>{content}</{name}>" if content else f"<{opening}/>"


def money(cents: int) -> str:
    """Euros with a decimal comma: 123456 is 1234,56."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100},{abs(cents) % 100:02d}"


def percent(tenths: int) -> str:
    """A VAT percent with a decimal comma where it has decimals: 255 is 25,5 and 240 is 24."""
    return f"{tenths // 10},{tenths % 10}" if tenths % 10 else str(tenths // 10)


def net_of(gross: int, vat_tenths: int) -> int:
    """Net sum in ten-thousandths of a euro of a gross sum in cents, rounded half away from zero."""
    divisor = 1000 + vat_tenths
    net = (abs(gross) * 100_000 * 2 + divisor) // (2 * divisor)
    return net if gross >= 0 else -net


def ten_thousandths(value: int) -> str:
    """A sum with the four decimals that LineNetSum has."""
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 10_000},{abs(value) % 10_000:04d}"


def ansi(day: date | None) -> str:
    """An ISO date, Netvisor's format="ansi"."""
    return day.isoformat() if day else ""


def finnish(day: date | None) -> str:
    """A Finnish date without leading zeros: 31.12.2015."""
    return f"{day.day}.{day.month}.{day.year}" if day else ""


def moment(time: datetime) -> str:
    """A Finnish date and time, as in TimeStamp: 1.10.2009 16:03:24."""
    return f"{finnish(time)} {time:%H:%M:%S}"


_DECLARATION = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>'


def succeeded(body: str, time: datetime) -> str:
    """The envelope of a call that went well."""
    return (
        f"{_DECLARATION}<Root><ResponseStatus><Status>OK</Status><TimeStamp>{moment(time)}</TimeStamp>"
        f"</ResponseStatus>{body}</Root>"
    )


def failed(code: str, message: str, time: datetime) -> str:
    """The envelope of a refused call: two sibling Status elements, the second `CODE :: message`."""
    return (
        f"{_DECLARATION}<Root><ResponseStatus><Status>FAILED</Status><Status>{code} :: {text(message)}</Status>"
        f"<TimeStamp>{moment(time)}</TimeStamp></ResponseStatus></Root>"
    )
