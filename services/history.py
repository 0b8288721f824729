"""A company's own history: purchase invoices joined with the vouchers that people made of them.

What is kept of an invoice or a voucher is one line of JSON, so that the bot can hand thousands of them on to the
child process that trains without reading them itself. Lines that cannot be matched for sure are counted, not guessed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
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
    return None if amount is None else int((amount * 100).to_integral_value(ROUND_HALF_UP))


def _percent(percent: Decimal | None) -> str | None:
    return None if percent is None else format(percent.normalize(), "f")


@dataclass(frozen=True)
class Joined:
    """Examples, and how many invoice lines are none.

    `unmatched` ones had no line of their voucher that is surely theirs, or no date; `without_voucher` counts the rest.
    """

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
            unmatched += len(invoice["lines"])
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


def examples_to_predict(invoice: PurchaseInvoice) -> list[Example]:
    """Return an invoice's lines as what a model is asked about: everything but how they are posted."""
    kept = json.loads(keep_invoice(invoice))
    nobody: dict[str, Any] = {"account": None, "vat_code": None, "dimensions": {}}
    day = kept["date"] or date.min.isoformat()
    return [_example({**kept, "date": day}, line, nobody) for line in kept["lines"]]


def match_lines(
    lines: Sequence[Mapping[str, Any]], voucher_lines: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any] | None]:
    """Return for each invoice line the voucher line that it was posted as, or None where that is not sure.

    A voucher line matches by its sum, net or gross, with its sign; among several the same VAT % and then the same
    text decide, and then the net sum. What counterweighs them (trade payables, VAT) has other sums or the other sign.
    Each voucher line is used once. Where several are equally close, they must all say the same.
    """
    matches: list[Mapping[str, Any] | None] = [None] * len(lines)
    waiting, left = set(range(len(lines))), set(range(len(voucher_lines)))
    by_sum: defaultdict[int, list[int]] = defaultdict(list)
    for place, posting in enumerate(voucher_lines):
        by_sum[posting["sum"]].append(place)
    pairs: defaultdict[tuple[bool, bool, bool], list[tuple[int, int]]] = defaultdict(list)
    for number, line in enumerate(lines):
        for amount in {line["net"], line["gross"]} - {None}:
            for place in by_sum[amount]:
                pairs[_closeness(line, voucher_lines[place])].append((number, place))
    for closeness in sorted(pairs, reverse=True):
        alike = [(number, place) for number, place in pairs[closeness] if number in waiting and place in left]
        for numbers, places in _groups(alike):
            if len(numbers) <= len(places) and _all_the_same([voucher_lines[place] for place in places]):
                for number, place in zip(sorted(numbers), sorted(places), strict=False):
                    matches[number] = voucher_lines[place]
                    left.remove(place)
            else:
                left -= places
            waiting -= numbers
    return matches


def _closeness(line: Mapping[str, Any], posting: Mapping[str, Any]) -> tuple[bool, bool, bool]:
    return (
        posting["vat_percent"] == line["vat_percent"],
        posting["text"] == line["text"],
        posting["sum"] == line["net"],
    )


def _groups(pairs: Iterable[tuple[int, int]]) -> list[tuple[set[int], set[int]]]:
    """Return the pairs put together where they share a line or a voucher line."""
    groups: list[tuple[set[int], set[int]]] = []
    for number, place in pairs:
        touched = [group for group in groups if number in group[0] or place in group[1]]
        if not touched:
            groups.append(({number}, {place}))
            continue
        home, *others = touched
        home[0].add(number)
        home[1].add(place)
        for other in others:
            groups.remove(other)
            home[0].update(other[0])
            home[1].update(other[1])
    return groups


def _all_the_same(postings: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether postings say the same, so that it does not matter which of them is whose."""
    said = [(posting["account"], posting["vat_code"], posting["dimensions"]) for posting in postings]
    return all(other == said[0] for other in said)


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
