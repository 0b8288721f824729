"""What a text is made of: words, pieces of words, and meanings.

Pieces (three to five letters) find a word in any inflection, inside a compound and behind a typing error. Meanings find
it behind another word of the same meaning, in any of the languages. Everything is compared without ä, ö and å, because
many people type without them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import pairwise

from services.help_ai.knowledge import Language, packaged

SHORTEST_PIECE = 3
LONGEST_PIECE = 5
LONGEST_WORD = 40
"""Letters of a word that count: nobody's word is longer, but a pasted string may be."""

MOST_REMEMBERED = 1 << 15
"""Words whose folded form and pieces are remembered: more than all passages have."""

_WORD = re.compile(r"[^\W_]+")

FILLERS: dict[Language, frozenset[str]] = {
    language: frozenset(listed.split()) for language, listed in packaged("fillers.yaml").items()
}
"""Words that carry no subject; what they ask for (who, where, how long) is among the meanings."""


@lru_cache(MOST_REMEMBERED)
def fold(word: str) -> str:
    """Return a word in lower case and without marks: `Tiliöinti` becomes `tiliointi`."""
    return unicodedata.normalize("NFKD", word.casefold()).encode("ascii", "ignore").decode()[:LONGEST_WORD]


def words(text: str) -> list[str]:
    """Return the folded words of a text, in order."""
    return [folded for word in _WORD.findall(text) if (folded := fold(word))]


@lru_cache(MOST_REMEMBERED)
def pieces(word: str) -> tuple[str, ...]:
    """Return the pieces of a folded word, its beginning and end marked."""
    marked = f"<{word}>"
    lengths = range(SHORTEST_PIECE, LONGEST_PIECE + 1)
    return tuple(marked[at : at + length] for length in lengths for at in range(len(marked) - length + 1))


def telling_words(said: Iterable[str], language: Language) -> list[str]:
    """Return those of the folded words of a text that carry its subject."""
    fillers = FILLERS[language]
    return [word for word in said if word not in fillers]


_NOTHING: frozenset[str] = frozenset()


class Meanings:
    """The words of one meaning, from `meanings.yaml`."""

    def __init__(self) -> None:
        entries: dict[str, str] = packaged("meanings.yaml")
        self._whole: dict[str, set[str]] = {}
        self._beginning: dict[str, set[str]] = {}
        for meaning, listed in entries.items():
            for entry in str(listed).split():
                table = self._whole if entry.endswith(".") else self._beginning
                table.setdefault(entry.removesuffix("."), set()).add(meaning)
        listed = [*self._whole, *self._beginning]
        self._leads_on = {entry[:end] for entry in listed for end in range(1, len(entry) + 1)}
        self._known: dict[str, frozenset[str]] = {}

    def of(self, part: str) -> frozenset[str]:
        """Return the meanings of a folded word; of two with a space between: what they mean together only."""
        known = self._known.get(part)
        if known is None:
            left, _, right = part.partition(" ")
            known = self._look_up(left + right) - self.of(left) if right else self._look_up(part)
            self._known[part] = known
        return known

    def parts(self, said: list[str]) -> list[str]:
        """Return the folded words of a text, and its neighbouring words that mean something together."""
        pairs = [f"{left} {right}" for left, right in pairwise(said) if left + right[:2] in self._leads_on]
        return said + pairs

    def _look_up(self, word: str) -> frozenset[str]:
        found = set(self._whole.get(word, ()))
        for end in range(1, len(word) + 1):
            beginning = word[:end]
            if beginning not in self._leads_on:
                break
            if beginning in self._beginning:
                found |= self._beginning[beginning]
        return frozenset(found) if found else _NOTHING


@cache
def meanings() -> Meanings:
    """Return the words of one meaning, read once."""
    return Meanings()
