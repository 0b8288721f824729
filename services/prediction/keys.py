"""What an invoice line is recognised by: keys from the most general to the most specific."""

import hashlib
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from services.prediction.example import ACCOUNT, Example

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_DIGITS: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Level:
    """One way of being alike. `name` is what a reason calls it; `half_life` is in lines seen under one key."""

    name: str
    half_life: float


def normal(text: str) -> str:
    """Text made comparable: compatibility characters unified, case folded, spaces single."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def shape(document: str) -> str:
    """A document number's form: letters kept, digits as 0, for example "AB-12345" as "ab-00000"."""
    return _DIGITS.sub("0", normal(document))


def amount_bin(cents: int) -> int:
    """The amount's order of size in steps of about a quarter, negative for credits."""
    if cents == 0:
        return 0
    step = 1 + int(math.log(abs(cents)) / math.log(1.25))
    return step if cents > 0 else -step


def hashed(*parts: object) -> int:
    """A 40-bit number for a key, the same in every process and on every machine."""
    digest = hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=5)
    return int.from_bytes(digest.digest(), "big")


LEVELS: Final = (
    Level("all", 2000.0),
    Level("vendor_words", 40.0),
    Level("text_words", 40.0),
    Level("vendor", 15.0),
    Level("vendor_document", 15.0),
    Level("vendor_amount_bin", 15.0),
    Level("vendor_text_start", 15.0),
    Level("vendor_text", 10.0),
    Level("vendor_amount", 10.0),
)


def keys(target: str, example: Example, account: str | None) -> list[int | None]:
    """One key per level; None where the line says nothing on that level.

    VAT codes and dimensions are conditioned on the line's VAT percentage and on `account`, posted or predicted.
    """
    vendor = example.vendor_key or normal(example.vendor)
    text = normal(example.text)
    condition = () if target == ACCOUNT else (example.vat_percent, account)
    percent = example.vat_percent
    vendor_words = _WORD.findall(normal(example.vendor))
    text_words = _WORD.findall(text)
    own = ("v", vendor, percent, *condition)
    return [
        hashed("a", *condition),
        hashed("w", vendor_words[0], percent, *condition) if vendor_words else None,
        hashed("t", *text_words[:2], percent, *condition) if text_words else None,
        hashed(*own),
        hashed("d", *own, shape(example.document)[:4]),
        hashed("b", *own, amount_bin(example.amount)),
        hashed("s", *own, text_words[0]) if text_words else None,
        hashed("x", *own, text) if text else None,
        hashed("e", *own, example.amount),
    ]
