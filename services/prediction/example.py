"""What goes into a prediction and what comes out: one invoice line, a label with its confidence, the grounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

CERTAIN = 0.80
"""Confidence from which a prediction counts as certain: below it the field is left to a person."""

ROW_COUNTED = 50
"""How far back a reason counts lines posted alike one after another."""

ACCOUNT = "account"
VAT = "vat"
DIMENSION_PREFIX = "dimension:"


@dataclass(frozen=True, slots=True)
class Example:
    """One purchase-invoice line: what the invoice says and, once people have posted it, how.

    `amount` is in integer cents of the invoice's currency, negative for credits. `vendor_key` is the vendor's
    business id or Netvisor key, empty when unknown; `invoice` groups the lines of one invoice (empty: vendor
    and document group them). `vat_percent` is written as in the ledger, for example "25.5".
    """

    date: date
    document: str
    vendor: str
    amount: int
    vendor_key: str = ""
    text: str = ""
    vat_percent: str | None = None
    reference: str = ""
    product_code: str = ""
    invoice: str = ""
    account: str | None = None
    vat_code: str | None = None
    dimensions: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Reason:
    """The facts a prediction rests on, for a view to put into words.

    `ground` names what the earlier lines had in common with this one (one of `GROUNDS` in `levels.py`, or "nothing").
    Of the `seen` earlier lines alike, `agreeing` had the predicted label; the newest of those is of
    `last_seen`. `amount_usual` tells whether the amount lies within what this vendor's lines with the label
    have had (None: never seen together). `in_a_row` counts the newest lines alike that all had the label, up to
    `ROW_COUNTED`. `literal` is the dimension name or id found on the invoice.
    """

    ground: str
    seen: int = 0
    agreeing: int = 0
    last_seen: date | None = None
    amount_usual: bool | None = None
    literal: str | None = None
    in_a_row: int = 0


@dataclass(frozen=True, slots=True)
class Prediction:
    """The likeliest label, how likely it is (0 to 1), the next candidates and the grounds.

    An empty `label` with confidence 0 means that nothing has been learned that could answer.
    """

    label: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...] = ()
    reason: Reason = Reason("nothing")

    @property
    def certain(self) -> bool:
        """Whether the prediction may be used without a person choosing."""
        return self.confidence >= CERTAIN


def label_of(target: str, example: Example) -> str | None:
    """The posted label of a target ("account", "vat" or "dimension:<name>"); None when there is none."""
    if target == ACCOUNT:
        return example.account or None
    if target == VAT:
        return example.vat_code or None
    return example.dimensions.get(target.removeprefix(DIMENSION_PREFIX)) or None


def check_targets(targets: Sequence[str]) -> None:
    """Raise ValueError for a target that is not "account", "vat" or "dimension:<name>"."""
    for target in targets:
        named = target.startswith(DIMENSION_PREFIX) and len(target) > len(DIMENSION_PREFIX)
        if target not in (ACCOUNT, VAT) and not named:
            raise ValueError(f"unknown target {target!r}")
