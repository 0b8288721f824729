"""The assistant as conversations use it: answers, follow-up questions and instructions, whatever is asked."""

from __future__ import annotations

import pytest

from services.help_ai.assistant import make_assistant
from services.help_ai.instructions import Outcome, with_choice
from services.help_ai.knowledge import Language
from services.help_ai.names import Names
from services.help_ai.retrieval import Tier
from services.help_ai.rules import Rule

ASSISTANT = make_assistant()
NAMES = Names.from_json(
    {
        "vendors": ["Virtanen Putki Oy", "Virtanen Sähkö Oy", "Lumo Kodit Oy"],
        "lists": ["Hallinto", "Lumo"],
        "dimensions": {"Projekti": ["77 Lumo"]},
        "accounts": ["7230 Vuokrat"],
    }
)


async def test_a_question_is_answered_with_its_passage() -> None:
    answer = await ASSISTANT.answer("Miten rajapintatunnukset luodaan?", "sv")
    assert (answer.tier, answer.language) == (Tier.ANSWERED, "fi")
    assert answer.passages[0].id == "credentials.create"


@pytest.mark.parametrize(
    ("question", "reason"),
    [("", "empty"), ("x " * 5000, "too_long"), ("avain 9f8e7d6c5b4a39281706f5e4", "secret"), ("zzz qqq", "unknown")],
)
async def test_what_cannot_be_answered_says_why(question: str, reason: str) -> None:
    answer = await ASSISTANT.answer(question)
    assert (answer.tier, answer.reason) == (Tier.DECLINED, reason)


@pytest.mark.parametrize("choice", range(2))
async def test_a_chosen_name_completes_an_instruction(choice: int) -> None:
    text = "Virtasen alle 500 euron laskut listalle Hallinto"
    understood = await ASSISTANT.parse_rule(text, NAMES, "fi")
    assert understood.question is not None
    chosen = understood.question.candidates[choice]
    whole = await ASSISTANT.parse_rule(with_choice(text, understood.question, chosen, "fi"), NAMES, "fi")
    assert whole.rules == (Rule(vendor=chosen.name, amount_max=49999, list="Hallinto"),)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fi", "Laskut Virtanen Sähköltä"),
        ("en", "invoices from Virtanen Sähkö"),
        ("sv", "fakturor från Virtanen Sähkö"),
    ],
)
async def test_a_chosen_target_completes_an_instruction(language: Language, text: str) -> None:
    understood = await ASSISTANT.parse_rule(text, NAMES, language)
    assert understood.outcome is Outcome.QUESTION
    assert understood.question is not None
    assert understood.question.candidates
    for name in understood.question.candidates:
        whole = await ASSISTANT.parse_rule(with_choice(text, understood.question, name, language), NAMES, language)
        assert whole.rules == (Rule(vendor="Virtanen Sähkö Oy", list=name.name),)
