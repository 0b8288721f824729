"""Understanding an instruction and answering with its card: at once, or when the client's names have been read."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from services.access import Right, may
from services.clock import Clock
from services.facts import Fact, HelpReply, InstructionCard
from services.help_ai.instructing import begin, card_of, company_names
from services.help_ai.instructions import Understood
from services.help_ai.knowledge import Language, spoken
from services.help_ai.library import Library, own_passages
from services.help_ai.names import Names
from services.help_ai.retrieval import Answer, Tier
from services.help_ai.rules import Wait
from services.help_ai.waiting import LOOK_AGAIN, LOOK_LATER, card_while, has_history, wait_of, waiting_card
from services.jobs import RunLater
from services.netvisor import NetvisorError, Refused
from services.notifier import language_of
from services.onboarding import request_check
from services.outbox import Outbox
from services.records import (
    Asked,
    Client,
    ClientState,
    HelpThread,
    Instruction,
    Job,
    OwnPassage,
    Person,
    Registers,
)
from services.registers import read_registers
from services.store import Store, Unit
from services.training import CompanyOf

log = structlog.get_logger(__name__)


class InstructionJobs:
    """Answers instructions."""

    def __init__(self, store: Store, outbox: Outbox, library: Library, clock: Clock, company_of: CompanyOf) -> None:
        self._store = store
        self._outbox = outbox
        self._library = library
        self._clock = clock
        self._company_of = company_of

    async def card(self, asked: Asked, person: Person, language: Language) -> Fact | None:
        """Return the card of an instruction, None when it turns out to be none."""

        def start(
            unit: Unit,
        ) -> tuple[Instruction, Client | None, InstructionCard | None, Names, tuple[OwnPassage, ...], Language]:
            subject = unit[HelpThread].get(asked.workspace, _thread(asked))
            own = own_passages(unit, asked.workspace)
            spoken_in = self._library.help_ai(own, asked.workspace).language_of(asked.words, language)
            instruction = Instruction(
                asked.workspace, asked.id, asked.person, asked.channel, asked.thread, asked.words, asked.asked_at
            )
            known = subject.client_id if subject else ""
            stored, client, card = begin(unit, person, instruction, spoken_in, known)
            if client:
                card = waiting_card(unit, stored, client, spoken_in, self._clock())
                if card:
                    self._remember(unit, stored, client)
            names = company_names(unit, client) if client and card is None else Names(())
            return stored, client, card, names, own, spoken_in

        instruction, client, card, names, own, spoken_in = await self._store.run(start)
        if client is None or card:
            return card
        understood, answer = await self._understood(instruction, names, own, spoken_in)
        if answer:
            await self._store.run(lambda unit: unit[Instruction].delete(asked.workspace, id=asked.id))
            return None

        def show(unit: Unit) -> InstructionCard:
            self._remember(unit, instruction, client)
            return card_of(unit, instruction, client, understood, self._clock())

        return await self._store.run(show)

    async def _understood(
        self, instruction: Instruction, names: Names, own: tuple[OwnPassage, ...], language: Language
    ) -> tuple[Understood, Answer | None]:
        """Return what an instruction means, and the answer to it where it seems to be a question after all."""
        understood = await self._library.assistant(own, instruction.workspace).parse_rule(
            instruction.words, names, language
        )
        is_unclear = understood.question and understood.question.reason in ("no_rule", "unknown_words", "change")
        if is_unclear and understood.act is None:
            help_ai = self._library.help_ai(own, instruction.workspace)
            answer = await asyncio.to_thread(help_ai.answer, instruction.words, language)
            if answer.tier is Tier.ANSWERED:
                return understood, answer
        return understood, None

    def _remember(self, unit: Unit, instruction: Instruction, client: Client) -> None:
        """Keep in mind which client the conversation is about."""
        subject = unit[HelpThread].get(instruction.workspace, _thread(instruction))
        subject = subject or HelpThread(instruction.workspace, _thread(instruction), self._clock())
        unit[HelpThread].put(replace(subject, client_id=client.id, changed_at=self._clock()))

    async def wait(self, job: Job) -> None:
        """Answer an instruction whose client's names were not read when it came; `key` is its id."""
        instruction, client, person = await self._store.run(lambda unit: _instruction(unit, job))
        if instruction is None or client is None:
            return  # it was cancelled meanwhile
        wait = await self._wait(client)
        if wait and wait is not Wait.GONE:
            await self._tell(instruction, client, wait)
            raise RunLater(LOOK_AGAIN if wait is Wait.READING else LOOK_LATER)
        is_allowed = await self._store.run(lambda unit: person is not None and may(unit, person, Right.RULES, client))
        if wait is Wait.GONE or not is_allowed:
            await self._tell(instruction, client, Wait.GONE)
            await self._store.run(lambda unit: unit[Instruction].delete(job.workspace, id=job.key))
            return
        await self._tell(instruction, client, Wait.READ)
        await self._answer(instruction, client)

    async def _wait(self, client: Client) -> Wait | None:
        """Return why names are missing still; lists are read at once when nothing else is missing."""
        wait, is_read, registers = await self._store.run(
            lambda unit: (
                wait_of(unit, client),
                has_history(unit, client),
                unit[Registers].get(client.workspace, client.id),
            )
        )
        works = client.state in (ClientState.TRAINING, ClientState.PRODUCTION)
        if wait is not Wait.READING or not is_read or registers or not works:
            return wait
        try:
            await read_registers(self._store, client, await self._company_of(client), self._clock())
        except Refused as refused:
            log.warning("instruction.refused", client=client.id, code=refused.code, resource=refused.resource)
            await self._store.run(lambda unit: request_check(unit, client, client.added_by, self._clock()))
            return Wait.SILENT
        except NetvisorError as error:
            log.info("instruction.waits", client=client.id, code=error.code)
            return Wait.SILENT
        return None

    async def _tell(self, instruction: Instruction, client: Client, wait: Wait) -> None:
        """Have the message that answered the instruction at first say how things stand."""
        language: Language = await self._store.run(lambda unit: self._language(unit, instruction))
        card = await self._store.run(lambda unit: card_while(unit, instruction, client, language, wait))
        await self._post(instruction, f"help:{instruction.id}", card)

    async def _post(self, instruction: Instruction, matter: str, fact: Fact) -> None:
        await self._outbox.tell(
            instruction.workspace,
            matter,
            instruction.channel,
            fact,
            thread=instruction.thread,
            reader=instruction.person,
        )

    def _language(self, unit: Unit, instruction: Instruction) -> Language:
        help_ai = self._library.help_ai(own_passages(unit, instruction.workspace), instruction.workspace)
        own = spoken(language_of(unit, instruction.workspace, instruction.person))
        return help_ai.language_of(instruction.words, own)

    async def _answer(self, instruction: Instruction, client: Client) -> None:
        """Answer with a message of its own, so that Slack notifies whoever has waited."""
        names, own, language = await self._store.run(
            lambda unit: (
                company_names(unit, client),
                own_passages(unit, client.workspace),
                self._language(unit, instruction),
            )
        )
        understood, answer = await self._understood(instruction, names, own, language)

        def show(unit: Unit) -> Fact | None:
            current = unit[Instruction].get(instruction.workspace, instruction.id)
            if current is None:
                return None
            if answer:
                unit[Instruction].delete(instruction.workspace, id=instruction.id)
                return HelpReply(instruction.id, answer, instruction.words)
            return card_of(unit, replace(current, asked_at=self._clock()), client, understood, self._clock())

        fact = await self._store.run(show)
        if fact:
            await self._post(instruction, f"instruction:{instruction.id}", fact)


def _thread(place: Asked | Instruction) -> str:
    return f"{place.channel}:{place.thread}"


def _instruction(unit: Unit, job: Job) -> tuple[Instruction | None, Client | None, Person | None]:
    instruction = unit[Instruction].get(job.workspace, job.key)
    if instruction is None:
        return None, None, None
    client = unit[Client].get(job.workspace, instruction.client_id)
    return instruction, client, unit[Person].get(job.workspace, instruction.person)
