"""What we would post on an invoice, line by line, and what we must leave alone.

Netvisor does not say who put an account on a line (reference: netvisor.md, section 3.2), so the rule is the product's
own: an account that equals the vendor's default is Netvisor's default posting, one that the handling history ascribes
to AutoSuggest is that, and any other is a person's. A person's posting is never changed, a default posting only by a
prediction above 80 %, default dimensions never (FabricAI's article on Netvisor, 77000588774).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from services.netvisor import PostingData, PostingLine, PurchaseInvoice, PurchaseInvoiceLine
from services.prediction import ACCOUNT, CERTAIN, DIMENSION_PREFIX, VAT, Prediction
from services.prediction.model import InvoicePrediction

AUTO_SUGGEST = "autosuggest"
"""How Netvisor's own suggestion engine is named in an invoice's handling history."""

WITH_TAX = "KOOS"
"""The only VAT code whose VAT % is not 0 in what is posted (FabricAI's article on Netvisor, 77000588774)."""


class Origin(StrEnum):
    """Where a value of a line comes from."""

    EMPTY = "empty"
    DEFAULT = "default"
    AUTO_SUGGEST = "auto_suggest"
    PERSON = "person"
    PREDICTED = "predicted"
    RULE = "rule"
    REVIEWER = "reviewer"


@dataclass(frozen=True)
class Choice:
    """The value proposed for one target; `reason` is a `services.prediction.Reason` as data, or names the rule."""

    label: str
    origin: Origin
    confidence: float = 0.0
    alternatives: tuple[tuple[str, float], ...] = ()
    reason: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def is_certain(self) -> bool:
        """Whether nobody need look: a person or their rule chose it, or its confidence is at least 80 %."""
        return self.origin in (Origin.PERSON, Origin.RULE, Origin.REVIEWER) or self.confidence >= CERTAIN

    def instead(self, label: str, origin: Origin) -> Choice:
        """Return the choice with another value; what it was stays among the alternatives."""
        others = {**({self.label: self.confidence} if self.label else {}), **dict(self.alternatives)}
        ranked = sorted(others.items(), key=lambda other: -other[1])
        return replace(self, label=label, origin=origin, alternatives=tuple(one for one in ranked if one[0] != label))


@dataclass(frozen=True)
class LineProposal:
    """What is proposed for one line. `sum` is in cents with VAT, `source` the key of the line that it comes from."""

    key: int | None
    source: int
    text: str
    sum: int
    vat_percent: str
    account: Choice
    vat: Choice
    dimensions: Mapping[str, Choice] = field(default_factory=dict[str, Choice])

    def choice(self, target: str) -> Choice:
        """Return the choice of a target; an empty one for a dimension that the line has not."""
        if target == ACCOUNT:
            return self.account
        if target == VAT:
            return self.vat
        return self.dimensions.get(target.removeprefix(DIMENSION_PREFIX), Choice("", Origin.EMPTY))

    def chosen(self, target: str, label: str) -> LineProposal:
        """Return the line as a reviewer wants it."""
        choice = self.choice(target).instead(label, Origin.REVIEWER)
        if target == ACCOUNT:
            return replace(self, account=choice)
        if target == VAT:
            return replace(self, vat=choice)
        return replace(self, dimensions={**self.dimensions, target.removeprefix(DIMENSION_PREFIX): choice})


@dataclass(frozen=True)
class Proposal:
    """What is proposed for an invoice, with the joint confidence of all that is predicted in it.

    `circulation` is the key of its circulation list; of origin `person` where it has a circulation in Netvisor.
    """

    lines: tuple[LineProposal, ...]
    confidence: float
    circulation: Choice = Choice("", Origin.EMPTY)

    def to_json(self) -> str:
        """Return the proposal as it is stored."""
        return _PROPOSAL.dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Proposal:
        """Return the proposal that `to_json` made."""
        return _PROPOSAL.validate_json(text)

    @property
    def chosen_by_reviewer(self) -> bool:
        """Whether a person has chosen anything in it in review, or split a line."""
        is_split = len(self.lines) > len({line.source for line in self.lines})
        return is_split or any(choice.origin is Origin.REVIEWER for choice in (*self._of_lines, self.circulation))

    @property
    def changes_something(self) -> bool:
        """Whether anything in it differs from what stands in Netvisor."""
        changing = (Origin.PREDICTED, Origin.RULE, Origin.REVIEWER)
        return any(choice.origin in changing for choice in self._of_lines)

    @property
    def _of_lines(self) -> list[Choice]:
        return [choice for line in self.lines for choice in (line.account, line.vat, *line.dimensions.values())]

    @property
    def is_complete(self) -> bool:
        """Whether every line has an account."""
        return bool(self.lines) and all(line.account.label for line in self.lines)


_PROPOSAL = TypeAdapter(Proposal)


def cents(amount: Decimal | None) -> int:
    """Return an amount in integer cents; none is 0."""
    return int(((amount or Decimal(0)) * 100).to_integral_value(ROUND_HALF_UP))


WRITING_RESTS_ON = {
    "amount",
    "event_date",
    "foreign_currency",
    "invoice_date",
    "is_accounted",
    "lines",
    "number",
    "vendor_key",
    "vendor_name",
}


def fingerprint(invoice: PurchaseInvoice) -> str:
    """Return what tells whether an invoice has changed in what a posting rests on; its approval may go on."""
    return hashlib.sha256(invoice.model_dump_json(include=WRITING_RESTS_ON).encode()).hexdigest()[:16]


def is_credit_note(invoice: PurchaseInvoice) -> bool:
    """Tell whether money comes back."""
    return cents(invoice.amount) < 0


def is_foreign(invoice: PurchaseInvoice) -> bool:
    """Tell whether the invoice is in another currency than the company's."""
    return bool(invoice.foreign_currency) and invoice.foreign_currency != "EUR"


def sums_agree(invoice: PurchaseInvoice) -> bool:
    """Tell whether the lines make up the invoice's sum to the cent, as Netvisor demands of what is written."""
    return sum(cents(line.sum) for line in invoice.lines) == cents(invoice.amount)


def _origin_of_account(line: PurchaseInvoiceLine, vendor_default: str | None, auto_suggested: bool) -> Origin:
    if line.suggested_account_number is None:
        return Origin.EMPTY
    if line.suggested_account_number == vendor_default:
        return Origin.DEFAULT
    return Origin.AUTO_SUGGEST if auto_suggested else Origin.PERSON


def was_auto_suggested(invoice: PurchaseInvoice) -> bool:
    """Tell whether the handling history, if it was read, ascribes the postings to AutoSuggest."""
    newest = [f"{event.type} {event.heading} {event.description}".casefold() for event in invoice.handling_history]
    return any(AUTO_SUGGEST in words.replace(" ", "").replace("-", "") for words in newest)


def propose(invoice: PurchaseInvoice, predicted: InvoicePrediction, vendor_default: str | None) -> Proposal:
    """Return what we would post; `vendor_default` is the number of the vendor's default account in Netvisor."""
    auto_suggested = was_auto_suggested(invoice)
    lines: list[LineProposal] = []
    for line, found in zip(invoice.lines, predicted.lines, strict=True):
        # A person's posting is the whole line: its VAT code and dimensions are theirs, too.
        by_person = _origin_of_account(line, vendor_default, auto_suggested) is Origin.PERSON
        lines.append(
            LineProposal(
                key=line.key,
                source=line.key or 0,
                text=line.description or line.product_name or "",
                sum=cents(line.sum),
                vat_percent=format((line.vat_percent or Decimal(0)).normalize(), "f"),
                account=_account(line, found.get(ACCOUNT), vendor_default, auto_suggested),
                vat=_vat(line, found.get(VAT) if not by_person else None),
                dimensions=_dimensions(line, found if not by_person else {}),
            )
        )
    confidences = [
        choice.confidence
        for line in lines
        for choice in (line.account, line.vat, *line.dimensions.values())
        if choice.origin is Origin.PREDICTED
    ]
    return Proposal(tuple(lines), min(confidences, default=0.0))


def predicted_choice(prediction: Prediction) -> Choice:
    """Return what was predicted as a choice."""
    reason = asdict(prediction.reason)
    reason["last_seen"] = prediction.reason.last_seen and prediction.reason.last_seen.isoformat()
    return Choice(prediction.label, Origin.PREDICTED, round(prediction.confidence, 4), prediction.alternatives, reason)


def _account(
    line: PurchaseInvoiceLine, prediction: Prediction | None, vendor_default: str | None, auto_suggested: bool
) -> Choice:
    origin = _origin_of_account(line, vendor_default, auto_suggested)
    standing = line.suggested_account_number or ""
    if prediction is None or not prediction.label or origin is Origin.PERSON:
        return Choice(standing, origin)
    choice = predicted_choice(prediction)
    if origin is Origin.DEFAULT and prediction.label != standing and not prediction.confidence > CERTAIN:
        return replace(choice.instead(standing, Origin.DEFAULT), confidence=0.0)
    return choice


def _vat(line: PurchaseInvoiceLine, prediction: Prediction | None) -> Choice:
    standing = Choice(line.vat_code or "NONE", Origin.EMPTY if line.vat_code is None else Origin.DEFAULT)
    if prediction is None or not prediction.label or not code_fits(prediction.label, line.vat_percent):
        return standing
    return predicted_choice(prediction)


def code_fits(code: str, vat_percent: Decimal | None) -> bool:
    """Tell whether a VAT code goes with a line's VAT %: a rate above 0 goes with KOOS alone."""
    return not vat_percent or code == WITH_TAX


def _dimensions(line: PurchaseInvoiceLine, found: Mapping[str, Prediction]) -> dict[str, Choice]:
    """Return the line's own dimensions, never changed, and predictions for those that it has not."""
    choices = {name: Choice(item, Origin.DEFAULT) for name, item in line.dimensions.items()}
    for target, prediction in found.items():
        name = target.removeprefix(DIMENSION_PREFIX)
        if target.startswith(DIMENSION_PREFIX) and name not in choices and prediction.label:
            choices[name] = predicted_choice(prediction)
    return choices


def certain_part(proposal: Proposal) -> Proposal:
    """Return the proposal with everything uncertain left as it stands in Netvisor: what may be written unasked."""

    def kept(choice: Choice) -> Choice:
        if choice.origin is Origin.PREDICTED and not choice.is_certain:
            return Choice("", Origin.EMPTY)
        return choice

    return replace(
        proposal,
        lines=tuple(
            replace(
                line,
                account=kept(line.account),
                vat=kept(line.vat),
                dimensions={name: kept(choice) for name, choice in line.dimensions.items()},
            )
            for line in proposal.lines
        ),
    )


def posting_data(invoice: PurchaseInvoice, proposal: Proposal, *, ready: bool, comment: str) -> PostingData:
    """Return the message that writes a proposal: lines whole, because they replace the invoice's.

    Nothing in it approves the invoice. A value without a label stays as it is in the invoice; `ready` posts.
    """
    sources = {line.key or 0: line for line in invoice.lines}
    return PostingData(
        invoice_key=invoice.key,
        is_ready_for_accounting=ready,
        comment=comment,
        lines=tuple(_posting_line(sources[line.source], line) for line in proposal.lines),
    )


def _posting_line(line: PurchaseInvoiceLine, proposed: LineProposal) -> PostingLine:
    labels = {name: choice.label for name, choice in proposed.dimensions.items() if choice.label}
    return PostingLine(
        key=proposed.key,
        product_code=line.product_code,
        product_name=line.product_name or line.description or "-",
        ordered_amount=line.ordered_amount,
        delivered_amount=line.delivered_amount if line.delivered_amount is not None else Decimal(1),
        unit=line.unit,
        unit_price=line.unit_price if line.unit_price is not None else line.net_sum or Decimal(0),
        discount_percent=line.discount_percent,
        vat_percent=line.vat_percent or Decimal(0),
        vat_code=proposed.vat.label or line.vat_code,
        sum=Decimal(proposed.sum) / 100,
        description=line.description,
        account_number=proposed.account.label or line.suggested_account_number,
        dimensions={**line.dimensions, **labels},
    )


def stands_as_proposed(invoice: PurchaseInvoice, proposal: Proposal) -> bool:
    """Tell whether an invoice in Netvisor has the postings of a proposal: what a write is read back by."""

    def written(lines: Sequence[tuple[int, str, str, tuple[tuple[str, str], ...]]]) -> list[Any]:
        return sorted(lines)

    seen = written(
        [
            (
                cents(line.sum),
                line.suggested_account_number or "",
                line.vat_code or "NONE",
                tuple(sorted(line.dimensions.items())),
            )
            for line in invoice.lines
        ]
    )
    meant = written(
        [
            (
                line.sum,
                line.account.label,
                line.vat.label or "NONE",
                tuple(sorted((name, choice.label) for name, choice in line.dimensions.items() if choice.label)),
            )
            for line in proposal.lines
        ]
    )
    return seen == meant
