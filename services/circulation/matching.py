"""Which invoices a rule matches, and which rule comes first: this product's own way, for nobody publishes FabricAI's.

All conditions of a rule must hold. Words are compared without regard to case and spacing: a vendor's as whole words
in a row ("Elisa" is found in "Elisa Oyj", not in "Elisabet Oy"), a text or an address anywhere, save that a number is
never found inside a longer one ("1042" is not in "10423"). The sum is compared with VAT and without its sign, so a
credit note goes where its invoice went. A text or an account decides line by line about a dimension or an account, and
about a list for the whole invoice if one line meets it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.netvisor import PurchaseInvoice
from services.prediction import ACCOUNT, DIMENSION_PREFIX
from services.prediction.lines import normal
from services.proposals import Proposal, cents
from services.records import CirculationRule

CIRCULATION = "circulation"
"""The target of a rule that sets a list; the others are those of predictions."""


@dataclass(frozen=True)
class SubjectLine:
    """A line of an invoice as rules see it; `account` and `dimensions` are those proposed or posted."""

    text: str
    account: str = ""
    dimensions: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Subject:
    """An invoice as rules see it. `amount` is in cents with VAT; `address` is None where it is not known."""

    vendor: str
    business_id: str
    amount: int
    text: str
    address: str | None
    lines: tuple[SubjectLine, ...]


def subject_of(invoice: PurchaseInvoice, proposal: Proposal) -> Subject:
    """Return an invoice with what is proposed for it, as rules see it."""
    references = (
        invoice.description,
        invoice.our_reference,
        invoice.your_reference,
        invoice.agreement_identifier,
        invoice.reference_number,
    )
    address = (invoice.vendor_address, invoice.vendor_post_code, invoice.vendor_city)
    return Subject(
        vendor=normal(invoice.vendor_name or ""),
        business_id=plain_business_id(invoice.vendor_business_id or ""),
        amount=abs(cents(invoice.amount)),
        text=normal("\n".join(filter(None, references))),
        address=normal(" ".join(filter(None, address))),
        lines=tuple(
            SubjectLine(
                normal(line.text),
                line.account.label,
                {name: choice.label for name, choice in line.dimensions.items() if choice.label},
            )
            for line in proposal.lines
        ),
    )


def subject_of_kept(kept: Mapping[str, Any], postings: Iterable[Mapping[str, Any]]) -> Subject:
    """Return an invoice of the history (`services.history.keep_invoice`) with what was posted of it.

    Which posting belongs to which line is not asked here: the invoice's texts stand on every line, as if each posting
    could be of any of them.
    """
    texts = [kept["description"], kept["reference"], kept["reference_number"]]
    text = normal("\n".join(filter(None, [*texts, *(line["text"] for line in kept["lines"])])))
    address = kept.get("address")
    return Subject(
        vendor=normal(kept["vendor"] or ""),
        business_id=plain_business_id(str(kept["vendor_key"])),
        amount=abs(kept["amount"] or 0),
        text=text,
        address=None if address is None else normal(address),
        lines=tuple(SubjectLine("", str(posting["account"] or ""), dict(posting["dimensions"])) for posting in postings)
        or (SubjectLine(""),),
    )


def plain_business_id(text: str) -> str:
    """Return a business id without a hyphen, a country code or leading zeros: as it can be compared."""
    return re.sub(r"[^0-9A-Z]", "", text.upper()).removeprefix("FI").lstrip("0")


def has_words(text: str, words: str) -> bool:
    """Tell whether normal words stand in a normal text as whole words in a row."""
    return f" {_words(words)} " in f" {_words(text)} "


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text))


def contains(text: str, part: str) -> bool:
    """Tell whether a normal part stands in a normal text, with no digit going on beside a digit of it."""
    before = r"(?<!\d)" if part[:1].isdigit() else ""
    after = r"(?!\d)" if part[-1:].isdigit() else ""
    return re.search(before + re.escape(part) + after, text) is not None


def targets_of(rule: CirculationRule) -> frozenset[str]:
    """Return what a rule sets: `circulation`, `account`, `dimension:<name>`."""
    targets: set[str] = set()
    if rule.list_key:
        targets.add(CIRCULATION)
    if rule.account:
        targets.add(ACCOUNT)
    if rule.dimension:
        targets.add(DIMENSION_PREFIX + (rule.dimension_name or ""))
    return frozenset(targets)


def matching_lines(rule: CirculationRule, subject: Subject) -> tuple[int, ...]:
    """Return the places of the lines that a rule matches, from 0; none where it does not match the invoice."""
    if not _matches_invoice(rule, subject):
        return ()
    return tuple(place for place, line in enumerate(subject.lines) if _matches_line(rule, subject, line))


def _matches_invoice(rule: CirculationRule, subject: Subject) -> bool:
    if rule.vendor and not has_words(subject.vendor, normal(rule.vendor)):
        return False
    if rule.business_id and plain_business_id(rule.business_id) != subject.business_id:
        return False
    if rule.amount_min is not None and subject.amount < rule.amount_min:
        return False
    if rule.amount_max is not None and subject.amount > rule.amount_max:
        return False
    return not rule.address or contains(subject.address or "", normal(rule.address))


def _matches_line(rule: CirculationRule, subject: Subject, line: SubjectLine) -> bool:
    if rule.text and not any(contains(text, normal(rule.text)) for text in (subject.text, line.text)):
        return False
    if rule.when_account and line.account != rule.when_account:
        return False
    if not rule.when_dimension:
        return True
    if rule.when_dimension_name:
        return line.dimensions.get(rule.when_dimension_name) == rule.when_dimension
    return rule.when_dimension in line.dimensions.values()


def first_match(rules: Sequence[CirculationRule], target: str, subject: Subject) -> CirculationRule | None:
    """Return the first rule that sets a target and matches an invoice; rules that are paused are passed over."""
    for rule in rules:
        if not rule.paused and target in targets_of(rule) and matching_lines(rule, subject):
            return rule
    return None


def covers(wide: CirculationRule, narrow: CirculationRule) -> bool:
    """Tell whether everything that a rule can match is matched by another one, too: by their conditions alone."""
    return (
        (not wide.vendor or (bool(narrow.vendor) and has_words(normal(narrow.vendor or ""), normal(wide.vendor))))
        and (not wide.business_id or plain_business_id(wide.business_id) == plain_business_id(narrow.business_id or ""))
        and (wide.amount_min is None or (narrow.amount_min or 0) >= wide.amount_min)
        and (wide.amount_max is None or (narrow.amount_max is not None and narrow.amount_max <= wide.amount_max))
        and _text_covers(wide.text, narrow.text)
        and _text_covers(wide.address, narrow.address)
        and (not wide.when_account or wide.when_account == narrow.when_account)
        and (
            not wide.when_dimension
            or (
                wide.when_dimension == narrow.when_dimension
                and wide.when_dimension_name in (None, narrow.when_dimension_name)
            )
        )
    )


def _text_covers(wide: str | None, narrow: str | None) -> bool:
    return not wide or (bool(narrow) and contains(normal(narrow or ""), normal(wide)))


def kept_invoice(content: str) -> Mapping[str, Any]:
    """Return an invoice or voucher of the history as data."""
    return json.loads(content)
