"""Who answers questions and understands instructions: the embedded way, or a language model with it to fall back on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol

from services.help_ai.instructions import Understood, understand
from services.help_ai.knowledge import Language, load_passages
from services.help_ai.names import Names
from services.help_ai.retrieval import Answer, HelpAi

Slowly = Callable[[], Awaitable[None]]


async def at_once() -> None:
    """Show nothing while an answer is on its way."""


class Assistant(Protocol):
    """Answers from passages and understands instructions; neither call raises, whatever is asked."""

    async def answer(
        self, question: str, language: Language | None = None, *, earlier: Sequence[str] = (), slowly: Slowly = at_once
    ) -> Answer:
        """Return the answer to a question.

        `language` is the asking person's own, for a question that tells none; `earlier` are the questions of the same
        conversation before it, the newest last: a question that says too little by itself is understood with them.
        `slowly` is called when it will take seconds: before a language model is asked.
        """
        ...

    async def parse_rule(self, text: str, names: Names, language: Language | None = None) -> Understood:
        """Return what an instruction means for the company with these names; nothing is done with it."""
        ...


class EmbeddedAssistant:
    """Answers without any language model and without a network."""

    def __init__(self, help_ai: HelpAi) -> None:
        self._help_ai = help_ai

    async def answer(
        self, question: str, language: Language | None = None, *, earlier: Sequence[str] = (), slowly: Slowly = at_once
    ) -> Answer:
        """Return the answer of the passages; in a thread, for the first question prepares a language."""
        return await asyncio.to_thread(self._help_ai.answer, question, language, earlier=earlier)

    async def parse_rule(self, text: str, names: Names, language: Language | None = None) -> Understood:
        """Return what the words of an instruction mean; in a thread, for a company may have thousands of names."""
        return await asyncio.to_thread(understand, text, names, language)


def make_assistant(help_folder: Path | None = None) -> Assistant:
    """Return the assistant over the packaged passages and those of the operator's folder; raise PassageError."""
    return EmbeddedAssistant(HelpAi(load_passages(help_folder)))
