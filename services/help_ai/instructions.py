"""Understands an instruction in a person's own words as rules for purchase invoices, without any language model.

`Elisan alle 500 euron laskut IT-kiertolistalle` names a vendor, a limit and a circulation list. Names are the client
company's own (`names.py`), limits are exact to the cent (`amounts.py`), and every word must be explained: as a slot of
the rule or as a word without which it means the same (`instructions.yaml`). Else the person is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any

from services.help_ai.acts import act_of, kind_of
from services.help_ai.knowledge import LANGUAGES, Language, packaged, phrase
from services.help_ai.names import Kind, Name, Names
from services.help_ai.pasted import holds_secret
from services.help_ai.rules import Act, ActKind, Rule
from services.help_ai.slots import Reading, Slot
from services.help_ai.tokens import Sort, Token, cut, lexicon

LONGEST_INSTRUCTION = 600
"""Characters; a longer text is no single rule."""
MOST_NAMES = 5
"""Candidates that a question names."""


class Outcome(StrEnum):
    """What became of an instruction."""

    RULE = "rule"
    QUESTION = "question"
    REFUSED = "refused"


@dataclass(frozen=True)
class Question:
    """Why there is no rule: the key of a phrase, the sentence in the person's language, and names to choose from.

    `span` is the part of the text that a chosen name takes the place of; None where it is added to the text.
    """

    reason: str
    text: str
    candidates: tuple[Name, ...] = ()
    span: tuple[int, int] | None = None


@dataclass(frozen=True)
class Understood:
    """What an instruction means: rules, or what is asked or said instead of them.

    With an `act` it is about rules that exist: the outcome is then no rule but a question, or refused where rules are
    only to be shown.
    """

    outcome: Outcome
    language: Language
    rules: tuple[Rule, ...] = ()
    question: Question | None = None
    act: Act | None = None


def understand(text: str, names: Names, language: Language | None = None) -> Understood:
    """Return what an instruction means for the company with these names; `language` is the person's own.

    Answers are in the text's language. A pasted key is neither looked up nor repeated.
    """
    if holds_secret(text):
        spoken = language or "fi"
        return Understood(Outcome.REFUSED, spoken, question=Question("secret", phrase("secret", spoken)))
    tokens = cut(text[: LONGEST_INSTRUCTION + 1])
    spoken = language_of(tokens, language)
    if len(text) > LONGEST_INSTRUCTION:
        return _asked(spoken, "too_long")
    if not any(token.sort is not Sort.SIGN for token in tokens):
        return _asked(spoken, "empty")
    reading = Reading(text, tokens, names, spoken)
    return _forbidden(reading) or _unexplained(reading) or _unclear(reading) or _rules(reading)


def language_of(tokens: Sequence[Token], setting: Language | None = None) -> Language:
    """Return the language of an instruction, by the words that each language has."""
    score: dict[Language, float] = dict.fromkeys(LANGUAGES, 0.0)
    if setting:
        score[setting] += 0.5
    own = _words_of_languages()
    for token in tokens:
        if token.raw.isupper() and len(token.raw) < 4:
            continue  # IT is a name rather than a word
        holders: list[Language] = [language for language in LANGUAGES if token.flat in own[language]]
        for holder in holders:
            score[holder] += 1 / len(holders)
        if token.flat.endswith(("lle", "lta", "laskut", "laskuja")) or token.ending:
            score["fi"] += 1
    return max(LANGUAGES, key=lambda language: score[language])


@cache
def _words_of_languages() -> dict[Language, frozenset[str]]:
    read: dict[str, Any] = packaged("instructions.yaml")
    nouns: dict[Language, str] = {
        "fi": "laskut laskun lasku ostolaskut tilille projektille kiertolistalle",
        "en": "invoice invoices bill bills to from list account project pay approve what how",
        "sv": "faktura fakturor fakturorna till från listan konto kontot projekt och betala godkänn hur vad",
    }
    headings = ("glue", "only_in_their_language", "below", "at_most", "above", "at_least")
    said: dict[Language, str] = {
        language: " ".join([nouns[language], *(str(read[heading].get(language, "")) for heading in headings)])
        for language in LANGUAGES
    }
    return {language: frozenset(token.flat for token in cut(text.replace("|", " "))) for language, text in said.items()}


def with_choice(text: str, question: Question, name: Name, language: Language) -> str:
    """Return an instruction in which a name is chosen that was asked about, to be understood anew."""
    said = packaged_phrases()[f"chosen_{name.kind}"][language].format(name=name.name.replace('"', ""))
    start, end = question.span or (len(text), len(text))
    return " ".join(part for part in (text[:start].strip(), said, text[end:].strip()) if part)


def _asked(
    language: Language,
    reason: str,
    words: Iterable[str] = (),
    names: Iterable[Name] = (),
    about: str = "",
    *,
    at: Sequence[Token] = (),
) -> Understood:
    listed = tuple(dict.fromkeys(names))
    shown = ", ".join(one.name for one in listed[:MOST_NAMES]) + (" …" if len(listed) > MOST_NAMES else "")
    said = "”" + " ".join(words) + "”"
    text = packaged_phrases()[reason][language].format(words=said, names=shown, about=about)
    span = (at[0].start, at[-1].end) if at else None
    return Understood(Outcome.QUESTION, language, question=Question(reason, text, listed, span))


def _refused(language: Language, reason: str) -> Understood:
    text = packaged_phrases()[reason][language]
    return Understood(Outcome.REFUSED, language, question=Question(reason, text))


@cache
def packaged_phrases() -> dict[str, dict[Language, str]]:
    """Return what is said instead of a rule."""
    return packaged("instruction_phrases.yaml")


def _forbidden(reading: Reading) -> Understood | None:
    """Refuse what is no rule, and ask about what is one about other rules."""
    words = lexicon().words
    free = [token for number, token in enumerate(reading.tokens) if number not in reading.in_slots]
    said = {token.flat for token in free}
    for reason in ("orders", "pay", "approve"):
        if said & words[reason]:
            return _refused(reading.language, reason)
    kind = kind_of(reading)
    if kind is ActKind.REMOVE and said & words["everything"] and not reading.slots:
        return _refused(reading.language, "delete_all")
    if kind is not None:
        act = act_of(reading)
        if act is not None:
            return _act(reading, act)
    if said & words["remove"]:
        about = ", ".join(slot.names[0].name for slot in reading.slots if slot.names)
        removing = [token.raw for token in free if token.flat in words["remove"]]
        candidates = [name for slot in reading.slots for name in slot.names]
        return _asked(reading.language, "change", removing, candidates, about=f" ({about})" if about else "")
    if said & words["asking"] or not (reading.slots or reading.limits or reading.texts or reading.targets_said):
        return _refused(reading.language, "no_rule")
    return None


def _act(reading: Reading, act: Act) -> Understood:
    """Return what is to be done; who only looks at rules gives no rule, and is told so where nobody shows them."""
    if act.kind is ActKind.SHOW:
        return replace(_refused(reading.language, "no_rule"), act=act)
    said = [token.raw for token in reading.tokens if token.sort is not Sort.SIGN]
    return replace(_asked(reading.language, "change", said), act=act)


def _unexplained(reading: Reading) -> Understood | None:
    """Ask about words that are neither a slot nor glue."""
    left = [reading.tokens[number] for number in reading.unexplained]
    if not left:
        return None
    raw = [token.raw for token in left]
    negations = [token.raw for token in left if token.flat in lexicon().words["not"]]
    if negations:
        return _asked(reading.language, "exception", negations)
    if any(token.sort is Sort.NUMBER for token in left):
        return _asked(reading.language, "unclear_amount", raw)
    near = [name for token in left if len(token.flat) > 2 for name in reading.names.nearest(token.flat)]
    return _asked(reading.language, "unknown_near" if near else "unknown_words", raw, near, at=left)


def _unclear(reading: Reading) -> Understood | None:
    """Ask about names that may mean several, targets that contradict each other and conditions that hang loose."""
    for slot in reading.slots:
        if not slot.is_certain:
            said = reading.tokens[slot.start : slot.end]
            reason = "ambiguous" if slot.names else "unknown_words"
            return _asked(reading.language, reason, [token.raw for token in said], slot.names, at=said)
    for kind in (Kind.LIST, Kind.DIMENSION, Kind.ACCOUNT):
        named = list(dict.fromkeys(slot.names[0] for slot in reading.of(kind)))
        if len(named) > 1:
            return _asked(reading.language, "two_targets", names=named)
        if kind in reading.targets_said and not named:
            return _asked(reading.language, "unknown_target", names=reading.names.all(kind))
    if reading.has_undirected_target:
        targets = [slot.names[0] for slot in reading.slots if slot.kind is not Kind.VENDOR]
        return _asked(reading.language, "two_targets", names=targets)
    if not any(slot.kind is not Kind.VENDOR for slot in reading.slots):
        return _asked(reading.language, "no_target", names=reading.names.all(Kind.LIST))
    if reading.has_contradicting_limits or len(reading.texts) > 1:
        return _asked(reading.language, "several_rules")
    if reading.has_loose_condition:
        return _asked(reading.language, "several_rules", names=[slot.names[0] for slot in reading.of(Kind.VENDOR)])
    is_for_all = any(token.flat in lexicon().words["everything"] for token in reading.tokens)
    if not (reading.of(Kind.VENDOR) or reading.limits or reading.texts or is_for_all):
        return _asked(reading.language, "no_condition")
    return None


def _rules(reading: Reading) -> Understood:
    vendors = list(dict.fromkeys(slot.names[0].name for slot in reading.of(Kind.VENDOR)))
    dimension = _only(reading.of(Kind.DIMENSION))
    circulation, account = _only(reading.of(Kind.LIST)), _only(reading.of(Kind.ACCOUNT))
    lows = [limit.low for limit in reading.limits if limit.low is not None]
    highs = [limit.high for limit in reading.limits if limit.high is not None]
    rules = tuple(
        Rule(
            vendor=vendor,
            amount_min=lows[0] if lows else None,
            amount_max=highs[0] if highs else None,
            text=reading.texts[0].text if reading.texts else None,
            list=circulation.name if circulation else None,
            dimension=dimension.name if dimension else None,
            dimension_name=dimension.dimension if dimension else None,
            account=account.name if account else None,
        )
        for vendor in vendors or [None]
    )
    return Understood(Outcome.RULE, reading.language, rules)


def _only(slots: Sequence[Slot]) -> Name | None:
    return slots[0].names[0] if slots else None
