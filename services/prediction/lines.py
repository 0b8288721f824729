"""Invoice lines as columns of numbers: what a line says, hashed so that a model holds no text of an invoice."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property, lru_cache
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.prediction.example import Example

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]
ABSENT: Final = 0
"""The hash of what a line does not have."""

_ROUND: Final = np.array([[10], [100], [500], [1000], [5000], [10_000], [50_000], [100_000]])
_EPOCH: Final = date(1970, 1, 1).toordinal()
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_DIGIT: Final = re.compile(r"\d")
_NOT_DIGIT: Final = re.compile(r"\D+")
_NUMBER: Final = re.compile(r"\d{3,15}")


@dataclass(frozen=True)
class Lines:
    """Columns of equal length, one row a line. Hashes have 40 bits; 0 means that the line has no such thing.

    The series of a document number is its letters, length and first three digits; its run leaves the last three
    digits out, a text's series the last two of its first number: numbers given out one after another share them.
    """

    day: Ints
    month_day: Ints
    amount: Ints
    document_number: Ints
    text_number: Ints
    invoice_lines: Ints
    vendor: Hashes
    vendor_word: Hashes
    vendor_second_word: Hashes
    document_shape: Hashes
    document_series: Hashes
    document_run: Hashes
    text: Hashes
    text_word: Hashes
    text_words: Hashes
    text_series: Hashes
    product: Hashes
    reference: Hashes
    vat: Hashes
    place: Hashes

    def __len__(self) -> int:
        return len(self.day)

    @cached_property
    def numbers(self) -> Ints:
        """Amount, document number and number in the text, a row each."""
        return np.array([self.amount, self.document_number, self.text_number])

    @cached_property
    def traits(self) -> Hashes:
        """Shape of the document number, first word of the text and number of lines, a row each."""
        return np.array([self.document_shape, self.text_word, self.invoice_lines.view(np.uint64)])

    def part(self, start: int, stop: int) -> "Lines":
        """The rows from `start` up to `stop`."""
        return Lines(*(getattr(self, one.name)[start:stop] for one in fields(self)))

    def joined(self, more: "Lines") -> "Lines":
        """These rows and then those."""
        return Lines(*(np.concatenate([getattr(self, one.name), getattr(more, one.name)]) for one in fields(self)))


_INTS: Final = sum(one.type is Ints for one in fields(Lines))
"""How many of the columns, the first of them, are no hashes."""


def normal(text: str) -> str:
    """Text made comparable: compatibility characters unified, case folded, spaces single."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(maxsize=65536)
def hashed(text: str) -> int:
    """A 40-bit number for a text, the same in every process and on every machine; 0 for the empty text."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=5).digest(), "big") | 1 if text else ABSENT


@lru_cache(maxsize=65536)
def _plain(text: str) -> int:
    return hashed(normal(text))


@lru_cache(maxsize=8192)
def _vendor(vendor: str, vendor_key: str) -> tuple[int, int, int]:
    name = normal(vendor)
    first, second, *_ = *_WORD.findall(name), "", ""
    return hashed(normal(vendor_key) or name), hashed(first), hashed(second)


@lru_cache(maxsize=8192)
def _document(document: str) -> tuple[int, int, int, int]:
    name = normal(document)
    if not name:
        return 0, ABSENT, ABSENT, ABSENT
    if name.isdecimal():
        letters, digits = "", name[-15:]
    else:
        letters, digits = _DIGIT.split(name, maxsplit=1)[0][:6], _NOT_DIGIT.sub("", name)[-15:]
    shape = f"{letters}|{len(digits)}"
    if len(digits) < 4:
        return int(digits or 0), hashed(shape), ABSENT, ABSENT
    return int(digits), hashed(shape), hashed(f"{shape}|{digits[:3]}"), hashed(f"{shape}|{digits[:-3]}|run")


@lru_cache(maxsize=65536)
def _text(text: str) -> tuple[int, int, int, int, int]:
    name = normal(text)
    words, number = _WORD.findall(name), _NUMBER.search(name)
    return (
        int(number.group()) if number else 0,
        hashed(name),
        hashed(words[0]) if words else ABSENT,
        hashed(" ".join(words)),
        hashed(f"{len(number.group())}|{number.group()[:-2]}") if number else ABSENT,
    )


def lines_of(examples: Sequence[Example]) -> Lines:
    """The columns of these lines. The lines of one invoice are to be given together."""
    groups = [_group(example) for example in examples]
    many = Counter(groups)
    places: Counter[tuple[object, ...]] = Counter()
    rows: list[tuple[int, ...]] = []
    for example, group in zip(examples, groups, strict=True):
        place = ABSENT
        if (count := many[group]) > 1:
            places[group] += 1
            place = hashed(f"{places[group]} of {count}")
        day = example.date
        vendor, vendor_word, second_word = _vendor(example.vendor, example.vendor_key)
        document_number, shape, series, run = _document(example.document)
        text_number, text, text_word, text_words, text_series = _text(example.text)
        rows.append(
            (
                day.toordinal(),
                day.day,
                example.amount,
                document_number,
                text_number,
                count,
                vendor,
                vendor_word,
                second_word,
                shape,
                series,
                run,
                text,
                text_word,
                text_words,
                text_series,
                _plain(example.product_code),
                _plain(example.reference),
                hashed(example.vat_percent or ""),
                place,
            )
        )
    table = np.fromiter(chain.from_iterable(rows), dtype=np.int64).reshape(-1, len(fields(Lines))).T.copy()
    return Lines(*table[:_INTS], *table[_INTS:].view(np.uint64))


def _group(example: Example) -> tuple[object, ...]:
    return (example.invoice,) if example.invoice else (example.vendor, example.document, example.date)


def mixed(first: Hashes, second: Hashes) -> Hashes:
    """One hash of two; absent where one of them is."""
    result = first * np.uint64(0x9E3779B97F4A7C15) + second
    result ^= result >> np.uint64(32)
    result *= np.uint64(0xBF58476D1CE4E5B9)
    result ^= result >> np.uint64(29)
    result |= np.uint64(1)
    result[(first == ABSENT) | (second == ABSENT)] = ABSENT
    return result


def numbered(values: Ints) -> Hashes:
    """Integers as hashes that are never absent."""
    return (values + (1 << 50)).view(np.uint64)


def amount_steps(cents: Ints, ratio: float | NDArray[np.float64]) -> Ints:
    """The amount's order of size: how often `ratio` goes into it, negative for credits."""
    size = 1 + (np.log(np.maximum(np.abs(cents), 1)) / np.log(ratio)).astype(np.int64)
    return np.sign(cents) * size


def roundness(cents: Ints) -> Ints:
    """How round an amount is, from 0 (a single cent counts) to 8 (whole thousands)."""
    return (cents % _ROUND == 0).sum(axis=0)


def months(days: Ints) -> Ints:
    """The month of the year, 0 to 11, of days as proleptic Gregorian ordinals."""
    return (days - _EPOCH).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
