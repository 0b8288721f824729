"""Finds a company's own names in an instruction: vendors, circulation lists, dimension items and accounts.

A name is found by its words in any inflection and order, without company-form words, by part of them where that tells
it from the others, and behind a small typing error where nothing else is meant. How it was found stays known, so that
of two names the one that is said more fully wins, and equals make the bot ask.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from rapidfuzz import process
from rapidfuzz.distance import OSA

from services.help_ai.inflection import stems, without_endings
from services.help_ai.tokens import Sort, Token, cut, lexicon


class Kind(StrEnum):
    """What a name is of."""

    VENDOR = "vendor"
    LIST = "list"
    DIMENSION = "dimension"
    ACCOUNT = "account"


class NamesError(ValueError):
    """The names are not of the right form; says where."""


@dataclass(frozen=True)
class Name:
    """A name as Netvisor has it; `dimension` is the dimension that an item belongs to, if known."""

    kind: Kind
    name: str
    dimension: str | None = None


@dataclass(frozen=True)
class Found:
    """Names that the tokens from `start` up to `end` may mean, equally well. `is_typo`: with a typing error."""

    kind: Kind
    start: int
    end: int
    names: tuple[Name, ...]
    is_complete: bool
    is_typo: bool
    is_certain: bool = True
    """Not when several names are meant as well, or one by a word that says nothing (Suomi, Palvelut)."""
    is_beginning: bool = True
    """Whether the names begin with what was said."""


EXACT, INFLECTED, MISTYPED = 0, 1, 2
LONGEST_NAME = 8
MOST_CANDIDATES = 5
_JOINED_BY = ("-", "&", ".", "/", "+", ",")


@dataclass(frozen=True)
class _Said:
    """A name and its words that count: core, optional ones and the families of its company forms."""

    name: Name
    words: tuple[str, ...]
    core: frozenset[int]
    forms: frozenset[int]
    has_code: bool


class Names:
    """The names of one client company, prepared for looking up. Made once, used for many instructions."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._said: list[_Said] = []
        self._by_stem: dict[str, list[tuple[int, int, bool]]] = defaultdict(list)
        self._generic = lexicon().words["generic"]
        known: dict[str, frozenset[str]] = {}
        for name in dict.fromkeys(names):
            said = _said(name)
            if said is None:
                continue
            number = len(self._said)
            self._said.append(said)
            for position in said.core or range(len(said.words)):
                word = said.words[position]
                if word not in known:
                    known[word] = stems(word)
                for stem in known[word]:
                    self._by_stem[stem].append((number, position, stem == word))
        self._vocabulary = [stem for stem in self._by_stem if len(stem) > 3 and stem.isalpha()]
        self.dimensions = frozenset(
            word.flat
            for name in {said.name.dimension for said in self._said if said.name.dimension}
            for word in cut(name)
            if word.sort is Sort.WORD
        )

    @classmethod
    def from_json(cls, value: Any) -> Names:
        """Return the names of `{"vendors", "lists", "dimensions", "accounts"}`; raise NamesError.

        Dimensions are a list of items or `{"dimension": [items]}`.
        """
        if not isinstance(value, dict):
            raise NamesError("an object with vendors, lists, dimensions and accounts is expected")
        fields = cast("dict[str, Any]", value)
        dimensions: Any = fields.get("dimensions") or []
        grouped: dict[str | None, Any] = {None: dimensions}
        if isinstance(dimensions, dict):
            grouped = {str(name): items for name, items in cast("dict[Any, Any]", dimensions).items()}
        return cls(
            [
                *(Name(Kind.VENDOR, name) for name in _texts(fields.get("vendors"), "vendors")),
                *(Name(Kind.LIST, name) for name in _texts(fields.get("lists"), "lists")),
                *(
                    Name(Kind.DIMENSION, item, dimension)
                    for dimension, items in grouped.items()
                    for item in _texts(items, "dimensions")
                ),
                *(Name(Kind.ACCOUNT, name) for name in _texts(fields.get("accounts"), "accounts")),
            ]
        )

    def all(self, kind: Kind) -> tuple[Name, ...]:
        """Return the names of a kind."""
        return tuple(said.name for said in self._said if said.name.kind is kind)

    def find(self, tokens: Sequence[Token], *, closed: frozenset[int]) -> list[Found]:
        """Return every longest run of tokens that means a name, of each kind; `closed` are tokens to leave alone."""
        matches = [
            {} if number in closed else self._matches(token, is_known=_is_known(token))
            for number, token in enumerate(tokens)
        ]
        found: list[Found] = []
        for kind in Kind:
            runs = [run for start in range(len(tokens)) if (run := self._longest(tokens, matches, start, kind))]
            found += [
                run
                for run in runs
                if not any(other is not run and other.start <= run.start and run.end <= other.end for other in runs)
            ]
        return found

    def nearest(self, word: str) -> list[Name]:
        """Return the names that somebody may have meant with an unknown word."""
        near = process.extract(word, self._vocabulary, scorer=OSA.normalized_similarity, score_cutoff=0.6, limit=20)
        numbers = dict.fromkeys(number for stem, _, _ in near for number, _, _ in self._by_stem[stem])
        return [self._said[number].name for number in numbers][:MOST_CANDIDATES]

    def _matches(self, token: Token, *, is_known: bool) -> dict[int, dict[int, int]]:
        """Return for each name that has a word: its positions, and how exactly it was said."""
        found: dict[int, dict[int, int]] = {}
        if token.sort not in (Sort.WORD, Sort.NUMBER):
            return found
        for left in without_endings(token.flat):
            for number, position, is_word in self._by_stem.get(left, ()):
                how = EXACT if left == token.flat and is_word else INFLECTED
                positions = found.setdefault(number, {})
                positions[position] = min(how, positions.get(position, how))
        if not found and not is_known:
            for stem in self._mistyped(token.flat):
                for number, position, _ in self._by_stem[stem]:
                    found.setdefault(number, {})[position] = MISTYPED
        return found

    def _mistyped(self, word: str) -> set[str]:
        """Return the stems that a word is a small typing error away from; a short name is another name."""
        if len(word) < 5 or not word.isalpha():
            return set()
        found: set[str] = set()
        for left in without_endings(word):
            if len(left) < 5:
                continue
            near = process.extract(left, self._vocabulary, scorer=OSA.distance, score_cutoff=2, limit=None)
            found |= {stem for stem, distance, _ in near if _is_typo(left, stem, distance)}
        return found

    def _longest(
        self, tokens: Sequence[Token], matches: Sequence[dict[int, dict[int, int]]], start: int, kind: Kind
    ) -> Found | None:
        """Return the longest run from a token that means names of a kind, and those that it means best."""
        used = {
            number: {best: positions[best]}
            for number, positions in matches[start].items()
            if self._said[number].name.kind is kind and (best := min(positions, key=lambda one: positions[one])) >= 0
        }
        if not used:
            return None
        end = at = start + 1
        forms: set[int] = set()
        while at < len(tokens) and at - start < LONGEST_NAME:
            if tokens[at].flat in _JOINED_BY:
                if tokens[at].flat == "," or at + 1 >= len(tokens):
                    break
                at += 1
                continue
            family = lexicon().forms.get(tokens[at].flat)
            if (
                family is not None
                and (kind is Kind.VENDOR)
                and any(not self._said[number].forms or family in self._said[number].forms for number in used)
            ):
                used = {
                    number: positions
                    for number, positions in used.items()
                    if not self._said[number].forms or family in self._said[number].forms
                }
                forms.add(family)
            else:
                longer: dict[int, dict[int, int]] = {}
                for number, positions in used.items():
                    free = {one: how for one, how in matches[at].get(number, {}).items() if one not in positions}
                    if free:
                        best = min(free, key=lambda one: free[one])
                        longer[number] = {**positions, best: free[best]}
                if not longer:
                    break
                used = longer
            at += 1
            end = at
        return self._best(kind, start, end, used, forms)

    def _best(
        self, kind: Kind, start: int, end: int, used: Mapping[int, Mapping[int, int]], forms: set[int]
    ) -> Found | None:
        def rank(number: int) -> tuple[bool, bool, int, bool]:
            said, positions = self._said[number], used[number]
            worst = max(positions.values())
            is_complete = self._is_complete(said, positions)
            is_form_said = bool(forms) and bool(forms & said.forms)
            # Of a part alone, its ending tells nothing: `Lahtisen` is Lahtinen Pekka as well as Lahtisen Maalaus.
            how = worst if is_complete else max(worst, INFLECTED)
            return worst == MISTYPED, not is_complete, how, not is_form_said and bool(forms)

        ranks = {number: rank(number) for number in used}
        best = min(ranks.values())
        equals = [number for number, one in ranks.items() if one == best]
        names = tuple(self._said[number].name for number in equals)
        is_complete = not best[1]
        is_telling = is_complete or all(
            self._is_telling(self._said[number], used[number], is_form_said=bool(forms)) for number in equals
        )
        is_beginning = all(min(self._said[number].core or {0}) in used[number] for number in equals)
        return Found(kind, start, end, names, is_complete, best[0], is_telling and len(names) == 1, is_beginning)

    def _is_complete(self, said: _Said, positions: Mapping[int, int]) -> bool:
        core = said.core or frozenset(range(len(said.words)))
        if said.has_code and set(positions) in ({0}, set(core - {0})):
            return True
        return core <= set(positions)

    def _is_telling(self, said: _Said, positions: Mapping[int, int], *, is_form_said: bool) -> bool:
        """Tell whether a part of a name is enough to know it by."""
        words = {said.words[position] for position in positions}
        if min(said.core or {0}) in positions:
            return not words <= self._generic
        trades = lexicon().words["trades"] if said.name.kind is Kind.VENDOR else frozenset[str]()
        return not is_form_said and not words <= self._generic | trades


def _is_typo(said: str, meant: str, distance: int) -> bool:
    """Tell whether a word is another mistyped: one letter doubled, dropped or swapped, in a long one more."""
    if said[0] != meant[0] or distance == 0 or said.isdigit():
        return False
    shorter = min(len(said), len(meant))
    if distance == 1:
        is_swap_or_double = sorted(said) == sorted(meant) or _singled(said) == _singled(meant)
        return is_swap_or_double or shorter >= 7
    return shorter >= 10


def _singled(word: str) -> str:
    return "".join(letter for number, letter in enumerate(word) if number == 0 or letter != word[number - 1])


def _is_known(token: Token) -> bool:
    """Tell whether a word has a meaning of its own, so that it is no mistyped name."""
    words = lexicon()
    listed = any(token.flat in group for group in words.words.values())
    in_phrase = any(token.flat in phrase for phrases in words.phrases.values() for phrase in phrases)
    return token.flat in words.glue or listed or in_phrase or words.marker(token.flat) is not None


def _texts(value: Any, where: str) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise NamesError(f"{where}: a list of names is expected")
    entries = cast("list[Any]", value)
    if not all(isinstance(entry, str | int) for entry in entries):
        raise NamesError(f"{where}: every name is a text")
    return [text for entry in entries if (text := str(entry).strip())]


def _said(name: Name) -> _Said | None:
    known = lexicon()
    words: list[str] = []
    forms: set[int] = set()
    for token in cut(name.name):
        family = known.forms.get(token.flat)
        if token.sort is Sort.QUOTED:
            words += [inner.flat for inner in cut(token.raw) if inner.sort in (Sort.WORD, Sort.NUMBER)]
        elif name.kind is Kind.VENDOR and family is not None and words:
            forms.add(family)
        elif token.sort in (Sort.WORD, Sort.NUMBER):
            words.append(token.flat)
    if not words:
        return None
    optional = known.words["of_lists"] if name.kind is Kind.LIST else frozenset[str]()
    core = frozenset(position for position, word in enumerate(words) if word not in optional)
    has_code = name.kind in (Kind.ACCOUNT, Kind.DIMENSION) and len(words) > 1 and any(map(str.isdigit, words[0]))
    return _Said(name, tuple(words), core, frozenset(forms), has_code)
