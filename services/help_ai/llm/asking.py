"""Asks a language model for something of a given form, within a time, a number of tokens and a day's budget."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import structlog
from pydantic import BaseModel

from services.clock import Clock, system_clock

if TYPE_CHECKING:
    from pydantic_ai.models import Model

log = structlog.get_logger(__name__)

PATIENCE = 20.0
"""Seconds that everything for one question may take, retries included."""
MOST_REQUESTS = 2
"""A second one only where the first reply is not of the asked form."""
MOST_OUTPUT = 900
"""Tokens of one reply."""
MOST_TOKENS = 30_000
"""Tokens of everything for one question."""
FAULTS_IN_A_ROW, REST = 3, timedelta(minutes=5)
"""After so many the model is left alone for a while, so that nobody waits for it in vain."""

Form = TypeVar("Form", bound=BaseModel)


class LlmFault(Exception):
    """There is no usable reply; says of what kind the fault is, never what was asked or replied."""


class Budget:
    """How many tokens may be used in a day (UTC); None is without a limit. Counted since the start of the program."""

    def __init__(self, tokens: int | None, clock: Clock = system_clock) -> None:
        self._tokens = tokens
        self._clock = clock
        self._used = 0
        self._day = clock().date()

    def is_left(self) -> bool:
        """Tell whether anything is left today."""
        today = self._clock().date()
        if today != self._day:
            self._day, self._used = today, 0
        return self._tokens is None or self._used < self._tokens

    def use(self, tokens: int) -> None:
        """Count tokens that were used."""
        self._used += tokens


class Llm:
    """A language model that is asked and not trusted. One for the whole program."""

    def __init__(
        self, model: Model, budget: Budget | None = None, *, patience: float = PATIENCE, clock: Clock = system_clock
    ) -> None:
        self._model = model
        self._budget = budget or Budget(None)
        self._patience = patience
        self._clock = clock
        self._faults = 0
        self._rests_until: datetime | None = None

    async def ask(self, instructions: str, prompt: str, form: type[Form]) -> Form:
        """Return the model's reply; raise LlmFault."""
        if self._rests_until and self._clock() < self._rests_until:
            raise LlmFault("resting")
        if not self._budget.is_left():
            raise LlmFault("the day's tokens are used")
        try:
            async with asyncio.timeout(self._patience):
                reply = await self._run(instructions, prompt, form)
        except Exception as error:
            # Any fault of a library, a server or a reply is the same here: the embedded answer stands.
            self._faults += 1
            if self._faults >= FAULTS_IN_A_ROW:
                self._faults, self._rests_until = 0, self._clock() + REST
            log.warning("the language model gave no usable reply", fault=type(error).__name__)
            raise LlmFault(type(error).__name__) from None
        self._faults = 0
        return reply

    async def _run(self, instructions: str, prompt: str, form: type[Form]) -> Form:
        from pydantic_ai import Agent, RunUsage, UsageLimits
        from pydantic_ai.settings import ModelSettings

        agent = Agent(self._model, output_type=form, instructions=instructions, retries=MOST_REQUESTS - 1)
        limits = UsageLimits(request_limit=MOST_REQUESTS, total_tokens_limit=MOST_TOKENS)
        settings = ModelSettings(max_tokens=MOST_OUTPUT)
        usage = RunUsage()
        try:
            async with agent:  # closes the connections
                result = await agent.run(prompt, model_settings=settings, usage_limits=limits, usage=usage)
        finally:
            self._budget.use(usage.total_tokens)
        return result.output


class _Greeting(BaseModel):
    is_well: bool


async def greet(model: Model) -> str | None:
    """Return what is wrong with a model, as the kind of fault; None if it answers in the asked form."""
    try:
        await Llm(model).ask("Answer that you are well.", "Are you well?", _Greeting)
    except LlmFault as fault:
        return str(fault)
    return None
