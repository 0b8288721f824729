"""Help ai with a language model: asks it what the embedded way leaves open, and checks what it says."""

from __future__ import annotations

import json
from collections.abc import Sequence

from services.help_ai.assistant import EmbeddedAssistant, Slowly, at_once
from services.help_ai.instructions import Outcome, Understood
from services.help_ai.knowledge import Kind, Language, Passage
from services.help_ai.llm.answers import ANSWERING, Reply, checked_answer
from services.help_ai.llm.asking import Llm, LlmFault
from services.help_ai.llm.drafts import DRAFTING, Draft, checked_rules, may_be_asked, names_shown
from services.help_ai.names import Names
from services.help_ai.retrieval import Answer, HelpAi, Tier, names_other_program

MOST_PASSAGES = 20
"""Passages that the model is shown: the right one was among as many for every question of the reference's bank."""


class LlmAssistant:
    """Answers and understands like the embedded assistant, whose answer stands whenever the model gives no better."""

    def __init__(self, help_ai: HelpAi, llm: Llm) -> None:
        self._help_ai = help_ai
        self._embedded = EmbeddedAssistant(help_ai)
        self._llm = llm

    async def answer(
        self, question: str, language: Language | None = None, *, earlier: Sequence[str] = (), slowly: Slowly = at_once
    ) -> Answer:
        """Return an answer from the passages in the model's words, or the embedded one.

        A question that holds a key, is too long or asks about another program never reaches the model.
        """
        embedded = await self._embedded.answer(question, language, earlier=earlier)
        if embedded.reason in ("secret", "too_long", "empty") or names_other_program(question):
            return embedded
        together = " ".join((*earlier[-1:], question))
        nearest = self._help_ai.nearest(together, embedded.language, MOST_PASSAGES)
        passages = {one.id: one for one in (*embedded.passages, *nearest)}.values()
        shown = [passage for passage in passages if passage.kind is not Kind.OUTSIDE]
        prompt = json.dumps(
            {
                "question": question,
                "earlier": list(earlier[-1:]),
                "language": embedded.language,
                "passages": [_shown(passage, embedded.language) for passage in shown],
            },
            ensure_ascii=False,
        )
        await slowly()
        try:
            reply = await self._llm.ask(ANSWERING, prompt, Reply)
        except LlmFault:
            return embedded
        answer = checked_answer(reply, shown, question, embedded.language)
        return answer if answer and answer.tier is Tier.ANSWERED else embedded

    async def parse_rule(self, text: str, names: Names, language: Language | None = None) -> Understood:
        """Return the embedded understanding; where it would ask, what the model reads out of the same words.

        A rule of the model has only names of the company and amounts of the text, and is confirmed like any other.
        """
        embedded = await self._embedded.parse_rule(text, names, language)
        if not may_be_asked(embedded, text):
            return embedded
        prompt = json.dumps(
            {"instruction": text, "language": embedded.language, "names": names_shown(text, names)}, ensure_ascii=False
        )
        try:
            draft = await self._llm.ask(DRAFTING, prompt, Draft)
        except LlmFault:
            return embedded
        rules = checked_rules(draft, text, names, embedded.language)
        return Understood(Outcome.RULE, embedded.language, rules) if rules else embedded


def _shown(passage: Passage, language: Language) -> dict[str, str]:
    wording = passage.wording(language)
    return {
        "id": passage.id,
        "about": passage.about,
        "kind": passage.kind,
        "checked_on": passage.checked_on.isoformat(),
        "title": wording.title,
        "text": wording.text,
    }
