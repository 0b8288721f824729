"""In which language a question is: by its small words, by the words of the passages, by letters and endings."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from services.help_ai.knowledge import LANGUAGES, Language
from services.help_ai.words import FILLERS, words

KNOWN_SETTING = 0.7
"""How much the asking person's own language counts: it decides where the words do not."""
BEGINNING = 5
"""Letters by which a word is known whatever its ending."""

_CODE = re.compile(r"\b[A-Z][A-Z0-9_]{3,}\b")
"""An error code or a name in capitals: of no language."""
_ENDINGS: dict[Language, re.Pattern[str]] = {
    "fi": re.compile(
        r"(?:ss[aä]|st[aä]|ll[aä]|lt[aä]|lle|ksi|tt[aä]|k[oö]|nen|set|iin|aan|een|oon|uun|mme|tte|v[aä]t|kin|sti)\b"
    ),
    "en": re.compile(r"(?:ing|ed|tion|ment|ly|ble|ity|ies|y|ers|'s|n't)\b|th|wh|ea|ou"),
    "sv": re.compile(r"(?:ar|or|er|na|ade|ande|ning|ig|igt|are|het|en|et)\b|å|ck"),
}


class Languages:
    """Knows the words that passages use in each language."""

    def __init__(self, beginnings: Mapping[Language, Collection[str]]) -> None:
        """Take the beginnings, so many letters, of the words of each language."""
        self._beginnings = beginnings

    def language_of(self, text: str, setting: Language | None = None) -> Language:
        """Return a question's language; `setting` is the asking person's own, for a question that tells nothing."""
        told = text if text == text.upper() else _CODE.sub(" ", text)
        score: dict[Language, float] = {
            language: 0.5 * len(_ENDINGS[language].findall(told.casefold())) for language in LANGUAGES
        }
        for word in words(told):
            _share(score, 3, [language for language in LANGUAGES if word in FILLERS[language]])
            _share(score, 1.5, [one for one in LANGUAGES if word[:BEGINNING] in self._beginnings[one]])
        if any(letter in told.casefold() for letter in "äö"):
            score["fi"] += 1
            score["sv"] += 1
        if setting is not None:
            score[setting] += KNOWN_SETTING
        return max(LANGUAGES, key=lambda language: score[language])


def _share(score: dict[Language, float], worth: float, holders: list[Language]) -> None:
    """Add what a word is worth to its languages: the less, the more languages have it."""
    for language in holders:
        score[language] += worth / len(holders) ** 2
