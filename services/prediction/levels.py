"""The ways of being alike: keys of a line from the most general to the most specific."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.prediction.example import ACCOUNT, VAT
from services.prediction.lines import ABSENT, Hashes, Lines, amount_steps, mixed, months, numbered, roundness


@dataclass(frozen=True, slots=True)
class Level:
    """One way of being alike. `ground` is what a reason calls it (see `GROUNDS`); without one it is never given.

    A posting's weight halves with every `half_life` newer ones under the same key. The newest `proposes` postings
    under a key stand as candidates, the newest with `trust`, each older one with a tenth less.
    """

    name: str
    half_life: float
    proposes: int = 0
    trust: float = 0.0
    ground: str = ""


LEVELS: Final = (
    Level("all", 1000.0, 12, 0.02, ground="company"),
    Level("account", 100.0, 6, 0.3, ground="account"),
    Level("vendor_word", 40.0, 3, 0.4, ground="similar_vendor"),
    Level("text_word", 40.0, 3, 0.5, ground="text_word"),
    Level("text", 30.0, 3, 0.7, ground="text"),
    Level("text_series", 20.0, 2, 0.7),
    Level("document_series", 60.0, 4, 0.1),
    Level("document_run", 30.0, 2, 0.2),
    Level("amount", 20.0, 2, 0.3),
    Level("vendor_second_word", 40.0, 3, 0.4, ground="similar_vendor"),
    Level("text_words", 40.0, 3, 0.5, ground="text_word"),
    Level("amount_size", 60.0),
    Level("previous", 20.0, 4, 0.5),
    Level("vendor", 30.0, 24, 1.0, ground="vendor"),
    Level("vendor_lately", 3.0, ground="vendor"),
    Level("vendor_document", 20.0, 4, 1.5, ground="vendor_document"),
    Level("vendor_document_series", 20.0, 4, 1.5, ground="vendor_document"),
    Level("vendor_vat", 20.0, 4, 1.0, ground="vendor_vat"),
    Level("vendor_account", 20.0, 6, 3.0, ground="vendor_account"),
    Level("vendor_amount_size", 15.0, 4, 1.0, ground="vendor_amount_size"),
    Level("vendor_amount_near", 15.0, 4, 1.5, ground="vendor_amount_near"),
    Level("vendor_amount_round", 15.0),
    Level("vendor_series_amount", 12.0, 3, 2.0, ground="vendor_document"),
    Level("vendor_lines", 15.0),
    Level("vendor_previous", 15.0, 3, 1.0),
    Level("vendor_month", 15.0, 3, 1.0),
    Level("vendor_day", 12.0, 3, 1.0),
    Level("vendor_place", 10.0, 3, 2.0, ground="vendor_place"),
    Level("vendor_text_word", 15.0, 4, 2.0, ground="vendor_text_word"),
    Level("vendor_text_words", 15.0, 3, 2.0, ground="vendor_text_word"),
    Level("vendor_reference", 15.0, 3, 2.0, ground="vendor_reference"),
    Level("vendor_product", 15.0, 4, 3.0, ground="vendor_product"),
    Level("vendor_text", 15.0, 4, 3.0, ground="vendor_text"),
    Level("vendor_amount", 10.0, 3, 3.0, ground="vendor_amount"),
)
GROUNDS: Final = tuple(dict.fromkeys(level.ground for level in LEVELS if level.ground))
"""What a prediction can rest on: postings of the whole company, of lines with this account, of vendors that share a
word of their name, with a text alike or this text; of this vendor, and of this vendor with such a document number, this
VAT percentage, this account, an amount of this size or nearly this one, this place among an invoice's lines, a text
alike, this reference, this product code, this text, this amount. Views put them into words: a name once given stays.
"""
GIVEN: Final = np.array([bool(level.ground) for level in LEVELS])
"""Which levels a reason may name."""
NAMES: Final = tuple(level.name for level in LEVELS)
VENDOR: Final = NAMES.index("vendor")
"""The first level that knows the vendor: those after it correct what it says, those before what "all" says."""

_TOP: Final = np.arange(len(LEVELS), dtype=np.uint64)[:, None] << np.uint64(58)
_OF_VENDOR: Final = np.arange(len(LEVELS))[:, None] >= VENDOR
_RATIOS: Final = np.array([[1.25], [1.5], [2.0]])


def keys_of(target: str, lines: Lines, account: Hashes, previous: Hashes) -> Hashes:
    """The keys of each line, a row per level and a column per line, 0 where the line says nothing on that level.

    `account` is the hash of each line's account, posted or predicted: VAT codes and dimensions lean on it.
    `previous` is the hash of the label that the vendor's newest line of the days before had: where one account gives
    way to another, it does so for every vendor. A VAT
    code is only ever compared among lines of the same VAT percentage. The level stands in a key's highest bits, so
    that levels which know the same things have keys of their own.
    """
    always = np.ones(len(lines), dtype=np.uint64)
    never = np.zeros(len(lines), dtype=np.uint64)
    account = never if target == ACCOUNT else account
    vat = never if target == VAT else lines.vat
    counted = (
        lines.amount,
        *amount_steps(lines.amount, _RATIOS),
        roundness(lines.amount),
        lines.invoice_lines,
        months(lines.day),
        lines.month_day // 4,
    )
    amount, near, about, size, round_, many, month, day = numbered(_table(counted))
    general = (
        always,
        account,
        lines.vendor_word,
        lines.text_word,
        lines.text,
        lines.text_series,
        lines.document_series,
        lines.document_run,
        amount,
        lines.vendor_second_word,
        lines.text_words,
        near,
        previous,
    )
    of_vendor = (
        always,
        always,
        lines.document_shape,
        lines.document_series,
        vat,
        account,
        size,
        near,
        round_,
        np.where(lines.document_series == ABSENT, np.uint64(ABSENT), lines.document_series ^ about),
        many,
        previous,
        month,
        day,
        lines.place,
        lines.text_word,
        lines.text_words,
        lines.reference,
        lines.product,
        lines.text,
        amount,
    )
    owner = np.where(_OF_VENDOR, lines.vendor, np.uint64(1))
    if target == VAT:
        owner = mixed(owner, lines.vat | np.uint64(1))
    keys = mixed(owner, _table((*general, *of_vendor)))
    return np.where(keys == ABSENT, keys, _TOP | (keys >> np.uint64(6)) | np.uint64(1))


def _table(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Columns of one kind as the rows of a table: `numpy.stack` for one line takes thrice as long."""
    return np.concatenate(columns).reshape(len(columns), -1)
