"""A company's own history: purchase invoices joined with the vouchers that people made of them.

What is kept of an invoice or a voucher is one line of JSON, so that the bot can hand thousands of them on to the
child process that trains without reading them itself. Lines that cannot be matched for sure are counted, not guessed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from services.matching import SPLIT, SUMMED, Kept, Match, match_lines, said
from services.prediction import Example

if TYPE_CHECKING:  # the child process that trains reads what is kept, and would load the client for nothing
    from services.netvisor import PurchaseInvoice, Voucher

NO_DATE = "no_date"
"""Why an invoice's lines are no examples: it has no date. The other reasons are those of `services.matching`."""

EXCHANGED = 2
"""Cents by which a line in a foreign currency may be off, when its sum is taken into the company's own."""


def keep_invoice(invoice: PurchaseInvoice) -> str:
    """Return what is kept of an invoice: what a prediction may rest on, and no more."""
    return json.dumps(
        {
            "key": invoice.key,
            "number": invoice.number,
            "date": _iso(invoice.invoice_date),
            "event_date": _iso(invoice.event_date),
            "delivery_date": _iso(invoice.delivery_date),
            "due_date": _iso(invoice.due_date),
            "vendor": invoice.vendor_name,
            "vendor_key": invoice.vendor_business_id or invoice.vendor_key or "",
            "iban": (invoice.vendor_bank_account or "").replace(" ", ""),
            "reference": " ".join(
                filter(None, (invoice.our_reference, invoice.your_reference, invoice.agreement_identifier))
            ),
            "reference_number": invoice.reference_number,
            "description": invoice.description,
            "address": " ".join(filter(None, (invoice.vendor_address, invoice.vendor_post_code, invoice.vendor_city))),
            "amount": _cents(invoice.amount),
            "currency": invoice.foreign_currency,
            "currency_amount": _cents(invoice.foreign_currency_amount),
            "lines": [
                {
                    "gross": _cents(line.sum),
                    "net": _cents(line.net_sum),
                    "vat_percent": _percent(line.vat_percent),
                    "text": line.description or line.product_name or "",
                    "product_code": line.product_code or "",
                }
                for line in invoice.lines
            ],
        },
        ensure_ascii=False,
    )


def keep_voucher(voucher: Voucher) -> str:
    """Return what is kept of a voucher."""
    return json.dumps(
        {
            "source": voucher.source_key,
            "date": _iso(voucher.day),
            "lines": [
                {
                    "sum": _cents(line.sum),
                    "text": line.description or "",
                    "account": line.account_number,
                    "vat_percent": _percent(line.vat_percent),
                    "vat_code": line.vat_code or "NONE",
                    "dimensions": dict(line.dimensions),
                }
                for line in voucher.lines
            ],
        },
        ensure_ascii=False,
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _cents(amount: Decimal | None) -> int | None:
    return None if amount is None else int((amount * 100).to_integral_value(ROUND_HALF_UP))


def _percent(percent: Decimal | None) -> str | None:
    return None if percent is None else format(percent.normalize(), "f")


@dataclass(frozen=True)
class Joined:
    """Examples, and what became of the invoice lines that are none.

    `unmatched` counts by reason the lines of which nobody can say how they were posted, `without_voucher` those that
    nobody has posted yet. Of the lines that are examples, people `split` some and put some together (`summed`).
    """

    examples: tuple[Example, ...]
    unmatched: Mapping[str, int] = field(default_factory=dict[str, int])
    without_voucher: int = 0
    split: int = 0
    summed: int = 0


def join(invoices: Iterable[str], vouchers: Iterable[str], closing: Collection[str] = ()) -> Joined:
    """Join kept invoices with kept vouchers into examples.

    `closing` are the numbers of the accounts that only balance a voucher. A line that people split between postings
    that say different things is an example of each: whoever asks about such a line shall hear that it is not certain.
    """
    posted = postings_by_invoice(vouchers)
    examples: list[Example] = []
    hows: Counter[str] = Counter()
    without_voucher = 0
    for kept in invoices:
        invoice = json.loads(kept)
        if invoice["date"] is None:
            hows[NO_DATE] += len(invoice["lines"])
        elif invoice["key"] not in posted:
            without_voucher += len(invoice["lines"])
        else:
            examples += _learnt_from(invoice, posted[invoice["key"]], closing, hows)
    split, summed = hows.pop(SPLIT, 0), hows.pop(SUMMED, 0)
    return Joined(tuple(examples), dict(hows), without_voucher, split, summed)


def postings_by_invoice(vouchers: Iterable[str]) -> dict[int, list[Kept]]:
    """Return the lines of kept vouchers by the Netvisor keys of the invoices that they were made of."""
    posted: dict[int, list[Kept]] = {}
    for kept in vouchers:
        voucher = json.loads(kept)
        posted.setdefault(voucher["source"], []).extend(voucher["lines"])
    return posted


def posted_as(
    invoice: PurchaseInvoice, postings: Sequence[Kept], closing: Collection[str] = ()
) -> list[tuple[Kept, ...]]:
    """Return for each line of an invoice the postings that were made of it, none where that is not sure."""
    return [match.postings for match in _matches(json.loads(keep_invoice(invoice)), postings, closing)]


def _matches(invoice: Mapping[str, Any], postings: Sequence[Kept], closing: Collection[str]) -> list[Match]:
    rate = _rate(invoice)
    lines = [_exchanged(line, rate) for line in invoice["lines"]]
    return match_lines(lines, postings, closing, tolerance=EXCHANGED if rate != 1 else 1)


def examples_to_predict(invoice: PurchaseInvoice) -> list[Example]:
    """Return an invoice's lines as what a model is asked about: everything but how they are posted."""
    kept = json.loads(keep_invoice(invoice))
    nobody: dict[str, Any] = {"account": None, "vat_code": None, "dimensions": {}}
    day = kept["date"] or date.min.isoformat()
    return [_example({**kept, "date": day}, line, nobody) for line in kept["lines"]]


def _learnt_from(
    invoice: Mapping[str, Any], postings: list[Kept], closing: Collection[str], hows: Counter[str]
) -> Iterator[Example]:
    matches = _matches(invoice, postings, closing)
    for line, match in zip(invoice["lines"], matches, strict=True):
        if not match.postings or match.how in (SPLIT, SUMMED):
            hows[match.how] += 1
        for posting in {said(posting): posting for posting in match.postings}.values():
            yield _example(invoice, line, posting)


def _rate(invoice: Mapping[str, Any]) -> Decimal:
    """What a unit of the lines' currency is worth: 1 unless the lines add up to the foreign sum of the invoice."""
    own, foreign = invoice["amount"], invoice["currency_amount"]
    total = sum(line["gross"] or 0 for line in invoice["lines"])
    if not own or not foreign or own == foreign or abs(total - foreign) > len(invoice["lines"]):
        return Decimal(1)
    return Decimal(own) / Decimal(foreign)


def _exchanged(line: Kept, rate: Decimal) -> Kept:
    if rate == 1:
        return line
    sums = {name: line[name] for name in ("net", "gross") if line[name] is not None}
    return {**line, **{name: int((cents * rate).to_integral_value(ROUND_HALF_UP)) for name, cents in sums.items()}}


def _example(invoice: Mapping[str, Any], line: Kept, posting: Kept) -> Example:
    return Example(
        date=date.fromisoformat(invoice["date"]),
        document=invoice["number"] or "",
        vendor=invoice["vendor"] or "",
        vendor_key=str(invoice["vendor_key"]),
        amount=line["gross"] if line["gross"] is not None else line["net"] or 0,
        text=line["text"],
        vat_percent=line["vat_percent"],
        reference=invoice["reference"],
        product_code=line["product_code"],
        invoice=str(invoice["key"]),
        account=str(posting["account"]) if posting["account"] is not None else None,
        vat_code=posting["vat_code"],
        dimensions=posting["dimensions"],
    )
