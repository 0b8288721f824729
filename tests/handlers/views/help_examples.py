"""Help ai's messages and modals, with ordinary contents and with the worst that can stand in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from handlers.locale import Locale
from handlers.views import help_questions
from handlers.views.help_ai import ask_view, feedback_view
from services.facts import Fact, HelpReply, NoAccess, NotHere, Stopped, Thanked, Unanswered
from services.help_ai.knowledge import About, Kind, Passage, Wording, phrase, spoken
from services.help_ai.retrieval import LONGEST_QUESTION, Answer, Tier
from services.records import OpenQuestion, OwnPassage
from tests.handlers.views.clients import NOW


def passage(name: str, number: int = 0, kind: Kind = Kind.DOCUMENTED) -> Passage:
    """Return a passage that says a client's name."""
    source = "https://support.fabricai.fi/en/support/solutions/articles/77000584180"
    return Passage(
        id=f"rights.list{number}",
        about=list(About)[number % 3],
        kind=kind,
        sources=(source, "README.md") if number else (source,),
        checked_on=date(2026, 11, 23),
        wordings={"fi": Wording(f"Oikeudet {number}", f"Oikeudet yrityksessä {name}: *kaikki* <!channel>.")},
    )


def reply(tier: Tier, name: str, shown: int, words: str, *, is_kept: bool = False) -> Callable[[Locale], HelpReply]:
    """Return an answer in the reader's language."""

    def answer(locale: Locale) -> HelpReply:
        language = spoken(locale.language)
        passages = tuple(passage(name, number) for number in range(shown))
        text = {
            Tier.ANSWERED: passages[0].wording(language).text if passages else "",
            Tier.CLOSEST: phrase("closest", language),
            Tier.DECLINED: phrase("unknown", language),
        }[tier]
        return HelpReply("Ev0123456789", Answer(tier, text, language, passages), words, is_kept)

    return answer


def question(number: int, words: str) -> OpenQuestion:
    """Return a question that waits for the administrators."""
    reason = "unknown" if number % 2 else "not_helpful"
    shown = ("rights.list", "rights.inspector") if number % 2 else ()
    return OpenQuestion("T1", f"Ev{number}", words, "fi", reason, "U0123456789", NOW, shown)


def own(number: int, words: str) -> OwnPassage:
    """Return what the firm has added."""
    text = "Ohje on keittiössä." if number % 2 else ""
    return OwnPassage("T1", f"p{number}", "own.1", "fi", words, "U0123456789", NOW, text, "product", "Omat ohjeet")


def facts() -> Iterator[tuple[str, Fact]]:
    """Yield what is said in messages."""
    yield "no access told", NoAccess()
    yield "thanked", Thanked()
    yield "not here", NotHere()
    yield "stopped", Stopped()
    yield "unanswered", Unanswered("0A1B2C3D")


def replies(name: str) -> Iterator[tuple[str, Callable[[Locale], HelpReply]]]:
    """Yield answers of every tier."""
    longest = (name * LONGEST_QUESTION)[:LONGEST_QUESTION]
    yield "answered", reply(Tier.ANSWERED, name, 3, f"Mitä oikeuksia {name} tarvitsee?")
    yield "answered to the longest question", reply(Tier.ANSWERED, name, 1, longest)
    yield "closest", reply(Tier.CLOSEST, name, 3, longest)
    yield "declined and kept", reply(Tier.DECLINED, name, 0, longest, is_kept=True)
    yield "declined", reply(Tier.DECLINED, name, 0, "")


def modals(name: str) -> Iterator[tuple[str, Callable[[Locale], dict[str, Any]]]]:
    """Yield the form in every state, and what administrators see."""
    yield "ask", ask_view
    yield "ask about a message", lambda locale: ask_view(locale, words=(name * LONGEST_QUESTION)[:LONGEST_QUESTION])
    yield "ask about", lambda locale: ask_view(locale, 1, [passage(name), passage(name, 1)])
    for what, answer in replies(name):
        yield f"ask {what}", lambda locale, answer=answer: ask_view(locale, 2, fact=answer(locale))
    yield "ask after feedback", lambda locale: feedback_view(locale, 3)
    words = (f"Miten {name} " * 200)[:LONGEST_QUESTION]
    for number in (0, 1, 50):
        waiting = [question(one, words if number > 1 else f"Missä {name} on?") for one in range(number)]
        added = [own(one, words if number > 1 else f"Missä {name} on?") for one in range(number)]
        yield (
            f"questions {number}",
            lambda locale, waiting=waiting, added=added: help_questions.questions_view(locale, waiting, added),
        )
    yield "alias", lambda locale: help_questions.alias_form(locale, question(1, words), passage(name))
    yield "alias of nothing near", lambda locale: help_questions.alias_form(locale, question(1, words), None)
    yield "own passage", lambda locale: help_questions.passage_form(locale, question(1, words))
