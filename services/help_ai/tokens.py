"""Cuts an instruction into words, numbers, quotations and signs, and knows the words of `instructions.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, cast

from services.help_ai.inflection import ENDINGS_OF_NOUNS, flatten, stems, without_endings
from services.help_ai.knowledge import LANGUAGES, Language, packaged


class Sort(StrEnum):
    """What a token is."""

    WORD = "word"
    NUMBER = "number"
    QUOTED = "quoted"
    SIGN = "sign"


@dataclass(frozen=True)
class Token:
    """A piece of a text. `flat` is lower case without marks; `ending` stands after a colon (`DNA:lle`)."""

    sort: Sort
    raw: str
    flat: str
    start: int
    end: int
    ending: str = ""


_TOKEN = re.compile(
    r"""
      ["“”„«»](?P<double>[^"“”„«»]+)["“”«»]
    | (?<![\w])['‘’](?P<single>[^'‘’]+)['’](?!\w)
    | (?P<number>
          \d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?
        | \d{1,3}(?:\.\d{3})+(?!\d)(?:,\d{1,2}(?!\d))?
        | \d{1,3}(?:,\d{3})+(?!\d)(?:\.\d{1,2}(?!\d))?
        | \d+(?:[.,]\d+)?
      )(?:[,:][-–—]+(?!\d))?
    | (?P<word>[^\W\d_][^\W_]*(?:['’](?:t|re)\b)?)(?:['’]s\b)?
    | (?P<sign><=|>=|->|=>|[^\w\s]|_)
    """,
    re.VERBOSE,
)
_ENDING = re.compile(r"['’:](n|a|aa|an|ta|lle|lta|lla|sta|ssa|aan|een|iin|in|hin|hon|ksi|s|ia|iden)\b")
_JOINED = re.compile(
    r"(.{3,}?)-?((?:kierto)?lista(?:lle|an|ksi|n|lla)?|listor|tili(?:lle|in|ksi)|(?:projekti|tyomaa|kustannuspaika|hankkee)lle)"
)
"""A target and what it is, written as one word: `talouslistalle`, `polttoainetilille`."""


@dataclass(frozen=True)
class Lexicon:
    """The words of `instructions.yaml`, flattened."""

    glue: dict[str, frozenset[Language]]
    markers: dict[str, frozenset[str]]
    words: dict[str, frozenset[str]]
    """By heading: the lists of single words."""
    phrases: dict[str, tuple[tuple[str, ...], ...]]
    """By heading: what an amount is told with, the longest first."""
    parts: dict[str, str]
    """The parts of numbers in words and what each means."""
    forms: dict[str, int]
    """Company-form words and the family that each belongs to."""

    def marker(self, flat: str) -> str | None:
        """Return what a noun says of what stands beside it."""
        for left in without_endings(flat, ENDINGS_OF_NOUNS):
            if left in self.markers:
                return next(iter(self.markers[left]))
        return None


_HEADINGS = (
    *(
        "to",
        "from",
        "and",
        "or",
        "but",
        "text",
        "text_beside",
        "no_text",
        "currency",
        "thousand",
        "thousand_of_euros",
        "million",
    ),
    *("million_of_euros", "generic", "trades", "of_lists", "asking", "remove", "everything", "not"),
)
_PHRASES = (
    *("below", "at_most", "above", "at_least", "exactly", "between"),
    *("after_below", "after_at_most", "after_above", "after_at_least", "after_range"),
)


@cache
def lexicon() -> Lexicon:
    """Return the words that instructions are made of."""
    read: dict[str, Any] = packaged("instructions.yaml")
    glue: dict[str, set[Language]] = {}
    for heading in ("glue", "only_in_their_language"):
        for language in LANGUAGES:
            for word in flatten(read[heading].get(language, "")).split():
                glue.setdefault(word, set()).add(language)
    markers: dict[str, set[str]] = {}
    for kind, listed in read["markers"].items():
        for word in flatten(listed).split():
            for stem in stems(word):
                markers.setdefault(stem, set()).add(kind)
    words = {heading: frozenset(flatten(str(read[heading])).split()) for heading in _HEADINGS}
    words["own_language_only"] = frozenset(flatten(" ".join(read["only_in_their_language"].values())).split())
    words |= {name: frozenset(flatten(listed).split()) for name, listed in read["refused"].items()}
    return Lexicon(
        glue={word: frozenset(languages) for word, languages in glue.items()},
        markers={stem: frozenset(kinds) for stem, kinds in markers.items() if len(stem) > 2 or stem == "kp"},
        words=words,
        phrases={heading: _phrases(read[heading]) for heading in _PHRASES},
        parts={part: str(name) for name, listed in read["number_parts"].items() for part in flatten(listed).split()},
        forms={form: family for family, listed in enumerate(read["company_forms"]) for form in flatten(listed).split()},
    )


def _phrases(listed: Any) -> tuple[tuple[str, ...], ...]:
    lines = "|".join(cast("dict[str, str]", listed).values()) if isinstance(listed, dict) else str(listed)
    found = {tuple(flatten(phrase).split()) for phrase in lines.split("|")}
    return tuple(sorted(found, key=lambda phrase: (-len(phrase), phrase)))


def cut(text: str) -> list[Token]:
    """Return the tokens of a text, in order; a target joined to its name (`talouslistalle`) as two."""
    flat = flatten(text)
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(flat, at)
        if found is None:
            at += 1
            continue
        at = found.end()
        quoted = "double" if found["double"] else "single" if found["single"] else None
        if quoted:
            inside = text[found.start(quoted) : found.end(quoted)].strip()
            tokens.append(Token(Sort.QUOTED, inside, flatten(inside), found.start(), at))
            continue
        ending = _ENDING.match(flat, at) if not found["sign"] or found["sign"] == "€" else None
        at = ending.end() if ending else at
        sort = Sort.WORD if found["word"] else Sort.NUMBER if found["number"] else Sort.SIGN
        said = found["word"] or found["number"] or found["sign"]
        token = Token(
            sort, text[found.start() : found.start() + len(said)], said, found.start(), at, ending[1] if ending else ""
        )
        tokens += _parted(token) if sort is Sort.WORD else [token]
    return tokens


def _parted(token: Token) -> list[Token]:
    found = _JOINED.fullmatch(token.flat)
    if found is None or token.flat in lexicon().markers or lexicon().marker(token.flat):
        return [token]
    middle = token.start + len(found[1])
    return [
        Token(Sort.WORD, token.raw[: len(found[1])], found[1], token.start, middle),
        Token(Sort.WORD, token.raw[len(found[1]) :], found[2], middle, token.end, token.ending),
    ]
