"""The ways of being alike: keys of a line from the most general to the most specific."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from services.prediction.example import ACCOUNT, VAT
from services.prediction.lines import ABSENT, Hashes, Lines, amount_steps, mixed, numbered


@dataclass(frozen=True, slots=True)
class Level:
    """One way of being alike. `name` is what a reason calls it.

    A posting's weight halves with every `half_life` newer ones under the same key. The newest `proposes` postings
    under a key stand as candidates, the newest with `trust`, each older one with a tenth less.
    """

    name: str
    half_life: float
    proposes: int = 0
    trust: float = 0.0


LEVELS: Final = (
    Level("all", 1000.0, 12, 0.02),
    Level("account", 100.0, 6, 0.3),
    Level("vendor_word", 40.0, 3, 0.4),
    Level("text_word", 40.0, 3, 0.5),
    Level("text", 30.0, 3, 0.7),
    Level("text_series", 20.0, 2, 0.7),
    Level("document_series", 60.0, 4, 0.1),
    Level("document_run", 30.0, 2, 0.2),
    Level("amount", 20.0, 2, 0.3),
    Level("vendor", 30.0, 24, 1.0),
    Level("vendor_lately", 3.0),
    Level("vendor_document", 20.0, 4, 1.5),
    Level("vendor_document_series", 20.0, 4, 1.5),
    Level("vendor_vat", 20.0, 4, 1.0),
    Level("vendor_account", 20.0, 6, 3.0),
    Level("vendor_amount_size", 15.0, 4, 1.0),
    Level("vendor_amount_near", 15.0, 4, 1.5),
    Level("vendor_day", 12.0, 3, 1.0),
    Level("vendor_place", 10.0, 3, 2.0),
    Level("vendor_text_word", 15.0, 4, 2.0),
    Level("vendor_reference", 15.0, 3, 2.0),
    Level("vendor_product", 15.0, 4, 3.0),
    Level("vendor_text", 15.0, 4, 3.0),
    Level("vendor_amount", 10.0, 3, 3.0),
)
NAMES: Final = tuple(level.name for level in LEVELS)
VENDOR: Final = NAMES.index("vendor")
"""The first level that knows the vendor: those after it correct what it says, those before what "all" says."""


def keys_of(target: str, lines: Lines, account: Hashes) -> Hashes:
    """The keys of each line, a column per level, 0 where the line says nothing on that level.

    `account` is the hash of each line's account, posted or predicted: VAT codes and dimensions lean on it. A VAT
    code is only ever compared among lines of the same VAT percentage. The level stands in a key's highest bits.
    """
    vendor = lines.vendor
    nothing = np.zeros(len(lines), dtype=np.uint64)
    steps, near = amount_steps(lines.amount, 2.0), amount_steps(lines.amount, 1.25)
    day_of_month = _day_of_month(lines)
    columns: dict[str, Hashes] = {
        "all": np.ones(len(lines), dtype=np.uint64),
        "account": nothing if target == ACCOUNT else account,
        "vendor_word": lines.vendor_word,
        "text_word": lines.text_word,
        "text": lines.text,
        "text_series": lines.text_series,
        "document_series": lines.document_series,
        "document_run": lines.document_run,
        "amount": numbered(lines.amount),
        "vendor": vendor,
        "vendor_lately": vendor,
        "vendor_document": mixed(vendor, lines.document_shape),
        "vendor_document_series": mixed(vendor, lines.document_series),
        "vendor_vat": nothing if target == VAT else mixed(vendor, lines.vat),
        "vendor_account": nothing if target == ACCOUNT else mixed(vendor, account),
        "vendor_amount_size": mixed(vendor, numbered(steps)),
        "vendor_amount_near": mixed(vendor, numbered(near)),
        "vendor_day": mixed(vendor, numbered(day_of_month // 4)),
        "vendor_place": mixed(vendor, lines.place),
        "vendor_text_word": mixed(vendor, lines.text_word),
        "vendor_reference": mixed(vendor, lines.reference),
        "vendor_product": mixed(vendor, lines.product),
        "vendor_text": mixed(vendor, lines.text),
        "vendor_amount": mixed(vendor, numbered(lines.amount)),
    }
    keys = np.empty((len(lines), len(LEVELS)), dtype=np.uint64)
    for number, level in enumerate(LEVELS):
        key = columns[level.name]
        if target == VAT:
            key = mixed(key, lines.vat | np.uint64(1))
        key = mixed(key)
        top = np.uint64(number << 58)
        keys[:, number] = np.where(key == ABSENT, np.uint64(ABSENT), top | (key >> np.uint64(6)) | np.uint64(1))
    return keys


def _day_of_month(lines: Lines) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    epoch = np.datetime64("1970-01-01", "D")
    days = epoch + (lines.day - 719163)
    return (days - days.astype("datetime64[M]")).astype(np.int64)
