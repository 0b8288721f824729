"""Finds a name behind its inflection: `Verohallinnon` is of Verohallinto, `Onniselta` of Onninen, `Elisas` of Elisa.

A name gives the stems that endings may be joined to, a word of a text gives what is left when an ending is taken off;
they belong together when one of these is the same. Everything is compared in lower case, without ä, ö and å.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

ENDINGS = (
    *("n", "lle", "lta", "lla", "sta", "ssa", "ksi", "seen", "siin", "s"),
    *("ille", "ilta", "illa", "ista", "issa", "ihin", "iin", "jen", "ien", "iden", "itten", "en", "et", "erna", "arna"),
)
"""Endings that a name has in an instruction. Without the partitive: `Telia` is not of Teli."""
ENDINGS_OF_NOUNS = (*ENDINGS, "t", "a", "ta", "ja", "ia", "ita", "iksi", "ineen", "tta", "or", "orna")
"""Endings of ordinary nouns, which nobody mistakes for another."""

_STEM = re.compile(r"(.*?[aeiouy].*?|)([bcdfghjklmnpqrstvwxz]+)([aeiouy]+)")
_GRADES = (
    *(("kk", "k"), ("pp", "p"), ("tt", "t"), ("nk", "ng"), ("nt", "nn"), ("mp", "mm"), ("lt", "ll"), ("rt", "rr")),
    *(("p", "v"), ("t", "d"), ("k", "")),
)
_WITHOUT_GRADES = ("st", "sk", "sp", "tk")


@cache
def _flat(character: str) -> str:
    base = unicodedata.normalize("NFKD", character.lower())[:1]
    return base if base else character


def flatten(text: str) -> str:
    """Return a text in lower case and without marks, every character where it was."""
    return "".join(map(_flat, text))


def _weak(word: str) -> str:
    found = _STEM.fullmatch(word)
    if not found or found[2].endswith(_WITHOUT_GRADES):
        return word
    for strong, weak in _GRADES:
        if found[2].endswith(strong):
            return found[1] + found[2].removesuffix(strong) + weak + found[3]
    return word


def _strong(word: str) -> set[str]:
    found = _STEM.fullmatch(word)
    if not found:
        return set()
    return {
        found[1] + found[2].removesuffix(weak) + strong + found[3]
        for strong, weak in _GRADES
        if weak and found[2].endswith(weak)
    }


def stems(word: str) -> frozenset[str]:
    """Return the stems of a flattened word, itself included."""
    if not word.isalpha():
        return frozenset((word,))
    found = {word}
    last = word[-1]
    if word.endswith("nen"):
        found |= {word[:-2] + "se", word[:-2] + "s", word[:-3] + "se", word[:-3] + "s"}
    elif last in "aeiouy":
        found |= _stems_of_vowel(word)
    elif last == "t" and len(word) > 4 and word[-2] in "aeiouy":
        # A name in the plural: its stem in the singular, and that of the other grade.
        singular = word[:-1]
        for one in {singular, *_strong(singular)}:
            found |= {one, *_stems_of_vowel(one)}
        found.add(word + "i")
    else:
        found |= _stems_of_consonant(word)
    return frozenset(found)


def _stems_of_vowel(word: str) -> set[str]:
    last = word[-1]
    found = {word, _weak(word)}
    if len(word) < 3:
        return found
    if last == "i":
        found |= {word[:-1] + "e", _weak(word[:-1] + "e")}
        if word.endswith("si"):
            found |= {word[:-2] + "te", word[:-2] + "de"}
    if last == "e":
        found |= {word + "e"} | {strong + "e" for strong in _strong(word)}
    if last in "ae" and len(word) > 3:
        found |= {form[:-1] + plural for form in (word, _weak(word)) for plural in ("", "o")}
    return found


def _stems_of_consonant(word: str) -> set[str]:
    found = {word + "i", word + "e"}
    if len(word) < 3:
        return found
    if word.endswith("s") and word[-2] in "aeiouy":
        long = word[:-1] + word[-2]
        found |= {word[:-1] + "kse", word[:-1] + "ks", long} | {one + word[-2] for one in _strong(word[:-1])}
        if word[-2] in "uyo":
            found |= {word[:-1] + "de", word[:-1] + "te"}
    if word.endswith("in"):
        found.add(word[:-1] + "me")
    return found


@cache
def without_endings(word: str, endings: tuple[str, ...] = ENDINGS) -> tuple[str, ...]:
    """Return a flattened word of a text, and what is left of it without each ending that it may have."""
    found = [word]
    if not word.isalpha():
        return (word,)
    found += [word.removesuffix(ending) for ending in endings if word.endswith(ending) and len(word) > len(ending) + 1]
    if len(word) > 3 and word[-1] == "n" and word[-2] in "aeiouy":
        if word[-3] == word[-2]:
            found.append(word[:-2])
        elif word[-3] == "h" and word[-4] == word[-2]:
            found.append(word[:-3])
    return tuple(dict.fromkeys(found))
