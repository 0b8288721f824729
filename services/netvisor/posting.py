"""Writing purchaseinvoicepostingdata.nv: the postings of an invoice that is in Netvisor already.

Elements come in the order of the message's DTD. A message has no XML declaration, starts with `<root>` and is pure
ASCII: articles differ on its encoding, and character references read the same in all of them. There is no status in
it: it posts and never approves or rejects, which people do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated
from xml.sax.saxutils import escape

from pydantic import Field

from services.netvisor.reading import Model

LONGEST_COMMENT = 3000
"""Characters (article on purchaseinvoicepostingdata)."""

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Money = Annotated[Decimal, Field(decimal_places=2)]


class PostingLine(Model):
    """A line as it shall be. `key` is that of the line it replaces, `sum` holds VAT.

    None leaves a value out; an empty text blanks it. `dimensions` maps a dimension's name to the item's; a dimension
    that a line has cannot be removed through this message.
    """

    key: int | None = None
    product_code: str | None = None
    product_name: str
    ordered_amount: Decimal | None = None
    delivered_amount: Decimal
    unit: str | None = None
    unit_price: Decimal
    discount_percent: Decimal | None = None
    vat_percent: Decimal
    vat_code: str | None = None
    sum: Money
    description: str | None = None
    sort: int | None = None
    account_number: str | None = None
    dimensions: Mapping[str, str] = {}


class PostingData(Model):
    """What shall stand posted on an invoice: nothing is approved by it.

    Lines, when there are any, replace all lines of the invoice, and their sums must make up its sum.
    `is_ready_for_accounting` posts the invoice, or prepares its posting where it is not approved yet. `comment` is
    visible in the invoice's handling history.
    """

    invoice_key: int
    is_ready_for_accounting: bool
    event_date: date | None = None
    comment: Annotated[str, Field(max_length=LONGEST_COMMENT)] | None = None
    lines: tuple[PostingLine, ...] = ()


def message(data: PostingData) -> bytes:
    """Return the message that writes postings."""
    parts = [
        _element("PurchaseInvoiceNetvisorKey", data.invoice_key),
        _element("EventDate", data.event_date, 'format="ansi"'),
        _element("IsReadyForAccounting", int(data.is_ready_for_accounting)),
        _element("Comment", data.comment),
        *(f"<PurchaseInvoicePostingLine>{_line(line)}</PurchaseInvoicePostingLine>" for line in data.lines),
    ]
    text = f"<root><PurchaseInvoicePostingData>{''.join(parts)}</PurchaseInvoicePostingData></root>"
    return text.encode("ascii", "xmlcharrefreplace")


def _line(line: PostingLine) -> str:
    code = f'vatcode="{_text(line.vat_code)}"' if line.vat_code is not None else ""
    parts = [
        _element("PurchaseInvoiceLineNetvisorKey", line.key),
        _element("ProductCode", line.product_code),
        _element("ProductName", line.product_name),
        _element("OrderedAmount", line.ordered_amount),
        _element("DeliveredAmount", line.delivered_amount),
        _element("UnitName", line.unit),
        _element("UnitPrice", line.unit_price),
        _element("DiscountPercentage", line.discount_percent),
        _element("VatPercent", line.vat_percent, code),
        _element("LineSum", line.sum, 'type="gross"'),
        _element("Description", line.description),
        _element("Sort", line.sort),
        _element("AccountingSuggestion", line.account_number),
        *(
            f"<Dimension>{_element('DimensionName', name)}{_element('DimensionItem', item)}</Dimension>"
            for name, item in line.dimensions.items()
        ),
    ]
    return "".join(parts)


def _element(name: str, value: str | int | Decimal | date | None, attributes: str = "") -> str:
    if value is None:
        return ""
    opening = f"{name} {attributes}" if attributes else name
    return f"<{opening}>{_text(value)}</{name}>"


def _text(value: str | int | Decimal | date) -> str:
    match value:
        case Decimal():
            return format(value, "f").replace(".", ",")
        case date():
            return value.isoformat()
        case int():
            return str(value)
        case str():
            # A carriage return would be read as a line feed anyway (XML 1.0, 2.11).
            return escape(NOT_XML.sub("", value.replace("\r\n", "\n").replace("\r", "\n")), {'"': "&quot;"})
