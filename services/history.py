"""A company's own history: purchase invoices joined with the vouchers that people made of them.

What is kept of an invoice or a voucher is one line of JSON, so that the bot can hand thousands of them on to the
child process that trains without reading them itself. Lines that cannot be matched for sure are counted, not guessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from services.netvisor import PurchaseInvoice, Voucher
from services.prediction import Example


def keep_invoice(invoice: PurchaseInvoice) -> str:
    """Return what is kept of an invoice: what a prediction may rest on, and no more."""
    return json.dumps(
        {
            "key": invoice.key,
            "number": invoice.number,
            "date": _iso(invoice.invoice_date),
            "vendor": invoice.vendor_name,
            "vendor_key": invoice.vendor_business_id or invoice.vendor_key or "",
            "reference": " ".join(filter(None, (invoice.our_reference, invoice.your_reference))),
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
    return None if amount is None else int((amount * 100).to_integral_value())


def _percent(percent: Decimal | None) -> str | None:
    return None if percent is None else format(percent.normalize(), "f")


@dataclass(frozen=True)
class Joined:
    """Examples, and how many invoice lines had a voucher but no line of it that is surely theirs."""

    examples: tuple[Example, ...]
    unmatched: int
    without_voucher: int


def join(invoices: Iterable[str], vouchers: Iterable[str]) -> Joined:
    """Join kept invoices with kept vouchers into examples."""
    posted: dict[int, list[dict[str, Any]]] = {}
    for kept in vouchers:
        voucher = json.loads(kept)
        posted.setdefault(voucher["source"], []).extend(voucher["lines"])
    examples: list[Example] = []
    unmatched = without_voucher = 0
    for kept in invoices:
        invoice = json.loads(kept)
        if invoice["date"] is None:
            continue
        voucher_lines = posted.get(invoice["key"])
        if voucher_lines is None:
            without_voucher += len(invoice["lines"])
            continue
        for line, match in zip(invoice["lines"], match_lines(invoice["lines"], voucher_lines), strict=True):
            if match is None:
                unmatched += 1
            else:
                examples.append(_example(invoice, line, match))
    return Joined(tuple(examples), unmatched, without_voucher)


def match_lines(
    lines: Sequence[Mapping[str, Any]], voucher_lines: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any] | None]:
    """Return for each invoice line the voucher line that it was posted as, or None where that is not sure.

    A voucher line matches by its sum, net or gross, with its sign; among several the same VAT % and then the same
    text decide. What counterweighs them (trade payables, VAT) has other sums or the other sign.
    """
    left = list(voucher_lines)
    matches: list[Mapping[str, Any] | None] = []
    for line in lines:
        sums = [amount for amount in (line["net"], line["gross"]) if amount is not None]
        candidates = [posting for posting in left if posting["sum"] in sums]
        best = max(
            candidates,
            key=lambda posting: (
                posting["vat_percent"] == line["vat_percent"],
                posting["text"] == line["text"],
                posting["sum"] == sums[0],
            ),
            default=None,
        )
        if best is not None:
            left.remove(best)
        matches.append(best)
    return matches


def _example(invoice: Mapping[str, Any], line: Mapping[str, Any], match: Mapping[str, Any]) -> Example:
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
        account=str(match["account"]) if match["account"] is not None else None,
        vat_code=match["vat_code"],
        dimensions=match["dimensions"],
    )
