"""Finds the passages that answer a question, without any language model.

A passage is compared with a question in four ways: by pieces of words and by meanings, each with the whole passage
(BM25) and with its nearest few phrases (cosine), and the four are added up, each divided by its best value.
How much of the question the best passage covers decides whether it is given as the answer, among the closest, or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from services.help_ai.index import Floats
from services.help_ai.knowledge import Kind, Language, Passage, phrase
from services.help_ai.language import Languages
from services.help_ai.pasted import holds_secret
from services.help_ai.prepared import Layered, Name, Prepared, packaged
from services.help_ai.words import meanings, telling_words, words

LONGEST_QUESTION = 2000
"""Characters; a longer text is no question, and its author is asked to be brief."""
MOST_PASSAGES = 3
WORTH_OF_PHRASES = 1.5
"""How much the nearest phrases count, beside a passage that is the nearest."""
LEAST_OF_MEANINGS = 0.3
"""How much meanings count when no word of the question's subject has one: who, where or how long is left."""
WORTH_OF_COVERAGE, WORTH_OF_MEANING, WORTH_OF_LEAD = 1.6, 2.0, 5.8
"""How much it speaks for the best passage that it covers the question, that one of its phrases means the same, and how
far it leads before the next. Fitted to whether each passage's own phrases, left out in turn, find it."""
SURE = 4.0
"""From this sum of the three on the best passage is given as the answer."""
LEAST_COVERED = 0.5
"""Below this confidence no passage is given as the answer: half of the question is too little."""
ALL_BUT_SAID, LEAST_LIKENESS, LEAST_LEAD = 0.8, 2.7, 0.03
"""From this cosine and likeness on the nearest phrase is all but the question itself, and any lead is enough."""
NEARLY_NOTHING = 0.13
"""Below this confidence nothing is shown."""
SURE_OF_NO_SUBJECT = 0.3
"""From this confidence on a question is taken to be about what is not known here."""
RELATED = 0.8
"""The share of the best passage's score from which others are shown beside it."""
AS_NEAR = 0.93
"""The share of the best passage's score from which another counts as near as it."""

OTHER_PROGRAMS = frozenset(("procountor", "fennoa", "fivaldi", "hausvise", "fortnox", "briox", "heeros", "xero"))
OTHER_PROGRAMS_PASSAGE = "outside.other_programs"
ACCESS_KEY_OF_FABRICAI = "E2DCB2FF20700782F1EA878EDC19DC27"


class Tier(StrEnum):
    """How a question was answered."""

    ANSWERED = "answered"
    CLOSEST = "closest"
    DECLINED = "declined"


@dataclass(frozen=True)
class Answer:
    """What a person is told: `text` in `language`, from `passages`.

    Answered: the first passage is the answer, others are related. Closest: up to three, none of them certain. Declined:
    none, or first the passage that says that something is not documented or not known here. `reason` is the key of
    the phrase that stands instead of passages: `secret`, `too_long`, `empty`, `unknown`, or nothing.
    """

    tier: Tier
    text: str
    language: Language
    passages: tuple[Passage, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class _Found:
    """Each passage's score; of the best, the cosine of its nearest phrase, what it covers, and how like it is."""

    scores: Floats
    nearest: float
    confidence: float
    likeness: float


class HelpAi:
    """Answers questions from passages. Made once; what a language needs is prepared at its first question."""

    def __init__(self, passages: Sequence[Passage], prepared: Prepared | None = None) -> None:
        """Take passages, and what is prepared of them already: without it, what is of the packaged ones."""
        self._passages = tuple(passages)
        self._prepared = prepared or packaged()
        self._languages = Languages(self._prepared.beginnings)
        self._meanings = meanings()
        self._indexes: dict[Name, Layered] = {}

    def language_of(self, question: str, setting: Language | None = None) -> Language:
        """Return the language that a question is asked in; `setting` is the asking person's own."""
        return self._languages.language_of(question[:LONGEST_QUESTION], setting)

    def answer(self, question: str, setting: Language | None = None, *, earlier: Sequence[str] = ()) -> Answer:
        """Return the answer to a question, in the question's language; `setting` is the asking person's own.

        A question that is not understood by itself is looked up together with the newest of the `earlier` ones of the
        conversation. A pasted key is neither looked up nor repeated.
        """
        answer = self._answer(question, setting)
        if answer.tier is not Tier.ANSWERED and earlier and answer.reason in ("", "unknown"):
            together = self._answer(f"{earlier[-1]} {question}", answer.language)
            if together.tier is Tier.ANSWERED:
                return together
        return answer

    def nearest(self, question: str, language: Language, number: int) -> tuple[Passage, ...]:
        """Return so many passages, those first that are nearest to a question."""
        if not words(question):
            return ()
        scores = self._compare(question[:LONGEST_QUESTION], language).scores
        return tuple(self._passages[int(one)] for one in np.argsort(-scores, kind="stable")[:number])

    def _answer(self, question: str, setting: Language | None) -> Answer:
        language = self._languages.language_of(question[:LONGEST_QUESTION], setting)
        for problem, is_so in (
            ("secret", holds_secret(question, access_key=ACCESS_KEY_OF_FABRICAI)),
            ("too_long", len(question) > LONGEST_QUESTION),
            ("empty", not words(question)),
        ):
            if is_so:
                return Answer(Tier.DECLINED, phrase(problem, language), language, reason=problem)
        return self._look_up(question, language)

    def _look_up(self, question: str, language: Language) -> Answer:
        if names_other_program(question):
            passage = next(one for one in self._passages if one.id == OTHER_PROGRAMS_PASSAGE)
            return _declined((passage,), language)
        found = self._compare(question, language)
        scores, confidence = found.scores, found.confidence
        order = [int(number) for number in np.argsort(-scores, kind="stable")]
        order = self._documented_first(order, scores)
        best = self._passages[order[0]]
        if confidence < NEARLY_NOTHING:
            return Answer(Tier.DECLINED, phrase("unknown", language), language, reason="unknown")
        lead = 1 - scores[order[1]] / scores[order[0]]
        is_said = found.nearest >= ALL_BUT_SAID and found.likeness >= LEAST_LIKENESS and lead >= LEAST_LEAD
        is_sure = is_said or (confidence >= LEAST_COVERED and found.likeness + WORTH_OF_LEAD * lead >= SURE)
        if best.kind is Kind.OUTSIDE and (is_sure or confidence >= SURE_OF_NO_SUBJECT):
            return _declined((best,), language)
        ours = [number for number in order if self._passages[number].kind is not Kind.OUTSIDE][:MOST_PASSAGES]
        if not is_sure:
            return _closest(tuple(self._passages[number] for number in ours), language)
        near = tuple(self._passages[number] for number in ours if scores[number] >= RELATED * scores[order[0]])
        if best.kind is Kind.UNDOCUMENTED:
            return _declined(near, language)
        return Answer(Tier.ANSWERED, _with_related(near, language), language, near)

    def _documented_first(self, order: list[int], scores: Floats) -> list[int]:
        """Let a documented passage that is as near go before one that says that something is not documented."""
        first, second = order[:2]
        kinds = self._passages[first].kind, self._passages[second].kind
        is_as_near = scores[second] >= AS_NEAR * scores[first]
        if kinds == (Kind.UNDOCUMENTED, Kind.DOCUMENTED) and is_as_near:
            return [second, first, *order[2:]]
        return order

    def _compare(self, question: str, language: Language) -> _Found:
        by_pieces, by_meanings = self._index(language), self._index("meanings")
        said = words(question)
        telling = telling_words(said, language) or said
        # A word that nothing is known of may be mistyped; one that has a meaning is left as it is.
        mended = {word: by_pieces.numbering.nearest(word) for word in telling if not self._meanings.of(word)}
        telling = [mended.get(word, word) for word in telling]
        said = [mended.get(word, word) for word in said]
        features = by_pieces.numbering.look_up(telling)
        nearest, few = by_pieces.nearest(by_pieces.numbering.look_up(said))
        meant = by_meanings.numbering.look_up(self._meanings.parts(said))
        nearest_meant, few_meant = by_meanings.nearest(meant)
        # Meanings count by how much of the question they explain.
        explained = sum(bool(self._meanings.of(word)) for word in telling) / len(telling)
        weight = LEAST_OF_MEANINGS + (1 - LEAST_OF_MEANINGS) * explained
        scores = _of_best(by_pieces.compare(features)) + WORTH_OF_PHRASES * _of_best(few)
        scores += weight * (_of_best(by_meanings.compare(meant)) + _of_best(few_meant))
        best = int(np.argmax(scores))
        covered = by_pieces.coverage(best, features)
        strange = sum(not by_pieces.numbering.knows(word) and not self._meanings.of(word) for word in telling)
        confidence = float((covered + nearest[best]) / 2) * (1 - strange / len(telling) / 2)
        likeness = WORTH_OF_COVERAGE * covered + WORTH_OF_MEANING * float(nearest_meant[best])
        return _Found(scores, float(nearest[best]), confidence, likeness)

    def _index(self, name: Name) -> Layered:
        if name not in self._indexes:
            self._indexes[name] = Layered(name, self._passages, self._prepared)
        return self._indexes[name]


def _of_best(scores: Floats) -> Floats:
    return scores / (scores.max() or 1.0)


def names_other_program(question: str) -> bool:
    """Tell whether a question is about another accounting program than Netvisor."""
    named = words(question)
    return any(word.startswith(program) for word in named for program in OTHER_PROGRAMS) and not any(
        word.startswith("netvisor") for word in named
    )


def _declined(passages: tuple[Passage, ...], language: Language) -> Answer:
    return Answer(Tier.DECLINED, _with_related(passages, language), language, passages)


def _closest(passages: tuple[Passage, ...], language: Language) -> Answer:
    lines = [phrase("closest", language)]
    lines += [f"• {wording.title}: {wording.text}" for wording in (one.wording(language) for one in passages)]
    return Answer(Tier.CLOSEST, "\n".join(lines), language, passages)


def _with_related(passages: tuple[Passage, ...], language: Language) -> str:
    text = passages[0].wording(language).text
    if len(passages) > 1:
        others = " · ".join(passage.wording(language).title for passage in passages[1:])
        text += f"\n{phrase('see_also', language)}: {others}"
    return text
