"""Help ai in conversations: a question is stored, answered once, and forgotten; what it was about is remembered.

A question's words live as long as its job: they are kept longer only for the administrators, when nothing answered
them or when the person says that the answer was no help. Words that seem to hold a key are never stored.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from services import jobs
from services.access import may_use
from services.clock import Clock
from services.facts import Fact, FirmReply, HelpReply, Introduction, NoAccess, NotHere, Stopped, Thanked, Unanswered
from services.help_ai.firm import firm_reply
from services.help_ai.instructing import looks_like_instruction
from services.help_ai.instruction_jobs import InstructionJobs
from services.help_ai.knowledge import Language, Passage, phrase, spoken
from services.help_ai.library import Library, own_passages
from services.help_ai.pasted import holds_secret
from services.help_ai.retrieval import ACCESS_KEY_OF_FABRICAI, LONGEST_QUESTION, MOST_PASSAGES, Answer, Tier
from services.help_ai.waiting import forget_old as forget_instructions
from services.help_ai.words import words as words_of
from services.notifier import language_of
from services.outbox import Outbox
from services.records import Asked, HelpThread, Job, OpenQuestion, OwnPassage, Person
from services.store import Store, Unit

GREETINGS = frozenset(
    words_of(
        "hei moi moikka terve huomenta päivää hello hi hey morning hej hejsan help apua ohje hjälp "
        "mitä osaat tehdä what can you do vad kan du göra"
    )
)
"""Somebody who says only such words is told what can be asked."""
THANKS = frozenset(words_of("kiitos kiitti kiitokset thanks thank you thx tack ok okei okay selvä"))
BACK_REFERENCES = frozenset(
    words_of("se sen sitä siitä siihen sille sillä ne niitä niiden niille it its that them they den det dess dem de")
)
"""Words that stand for what was spoken of before."""
SUBJECT_KEPT = timedelta(days=30)
"""How long a conversation's subject is remembered after its last question."""
QUESTIONS_KEPT = timedelta(days=180)
"""How long an unanswered question waits for the administrators."""
STOPPED = "stopped"


class Agent(Protocol):
    """The agent's side of a conversation in Slack; what a workspace does not offer is left out without a word."""

    async def working(self, workspace: str, channel: str, thread: str, language: str) -> bool:
        """Show that an answer is on its way; True when `done` must end that."""
        ...

    async def done(self, workspace: str, channel: str, thread: str) -> None:
        """Show that nothing is on its way any more. Raises RunLater when Slack did not hear it."""
        ...

    async def suggest(self, workspace: str, channel: str, language: str) -> None:
        """Suggest questions to a person who opens the conversation."""
        ...

    async def meet(self, workspace: str, person: str) -> Person:
        """Ask Slack who a person is. Raises RunLater when Slack does not say."""
        ...


def problem_of(words: str, access_key: str) -> str:
    """Return why a text is not looked up: `secret`, `too_long`, `empty`, or nothing."""
    if holds_secret(words, access_key=ACCESS_KEY_OF_FABRICAI) and holds_secret(words, access_key=access_key or None):
        return "secret"
    if len(words) > LONGEST_QUESTION:
        return "too_long"
    return "" if words_of(words) else "empty"


def ask(unit: Unit, asked: Asked) -> None:
    """Store a question and the job that answers it; those of one thread are answered one after another."""
    unit[Asked].put(asked)
    lock = f"{asked.workspace}/help/{asked.channel}/{asked.thread}"
    jobs.enqueue(unit, asked.workspace, "help", asked.id, asked.asked_at, lock=lock)


def stop(unit: Unit, workspace: str, person: str, channel: str, thread: str, event: str, now: datetime) -> None:
    """Leave what a person asked in a thread unanswered, because they pressed the stop button."""
    for asked in unit[Asked].find(workspace, channel=channel, thread=thread):
        unit[Asked].change(workspace, asked.id, words="", problem=STOPPED)
    at = now.isoformat()
    jobs.enqueue(unit, workspace, "help_stop", event, now, channel=channel, thread=thread, person=person, at=at)


def answer_at_once(
    unit: Unit, library: Library, person: Person, question: Asked, language: str, access_key: str
) -> HelpReply | FirmReply:
    """Answer a question that is asked in a command or a modal, in the same transaction, the embedded way."""
    problem = problem_of(question.words, access_key)
    own = own_passages(unit, question.workspace)
    own_language = spoken(language)
    if problem:
        return problem_reply(question, problem, own_language)
    help_ai = library.help_ai(own, question.workspace)
    spoken_in = help_ai.language_of(question.words, own_language)
    about_firm = firm_reply(unit, person, question.id, question.words, spoken_in)
    return about_firm or keep_open(unit, question, help_ai.answer(question.words, own_language))


def problem_reply(question: Asked, problem: str, language: Language) -> HelpReply:
    """Return what is said instead of an answer."""
    return HelpReply(question.id, Answer(Tier.DECLINED, phrase(problem, language), language, reason=problem))


def keep_open(unit: Unit, question: Asked, answer: Answer) -> HelpReply:
    """Return an answer as it is told; a question that nothing answers is kept for the administrators."""
    reply = HelpReply(question.id, answer, question.words)
    if answer.reason != "unknown":
        return reply
    keep_question(unit, question, answer.language, "unknown")
    return replace(reply, is_kept=True)


def keep_question(unit: Unit, question: Asked, language: str, reason: str, passages: tuple[str, ...] = ()) -> None:
    """Keep a question for the administrators; the same words of the same person once."""
    for other in unit[OpenQuestion].find(question.workspace, person=question.person, words=question.words):
        unit[OpenQuestion].delete(question.workspace, id=other.id)
    unit[OpenQuestion].put(
        OpenQuestion(
            workspace=question.workspace,
            id=question.id,
            words=question.words,
            language=language,
            reason=reason,
            person=question.person,
            asked_at=question.asked_at,
            passages=passages,
        )
    )


def forget_old(unit: Unit, now: datetime) -> None:
    """Forget what threads were about, and questions that nobody has answered for long."""
    unit[HelpThread].delete(None, changed_at__lt=now - SUBJECT_KEPT)
    unit[OpenQuestion].delete(None, asked_at__lt=now - QUESTIONS_KEPT)
    forget_instructions(unit, now)


class Conversation:
    """The handlers of the jobs that answer."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        agent: Agent,
        library: Library,
        clock: Clock,
        instructions: InstructionJobs,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._agent = agent
        self._library = library
        self._clock = clock
        self._instructions = instructions
        self._thinking: dict[tuple[str, str, str], asyncio.Task[Answer]] = {}
        self._found: dict[tuple[str, str], Fact | None] = {}

    async def answer(self, job: Job) -> None:
        """Answer a question in its thread, once; `key` is the event that brought it."""
        asked = await self._store.run(lambda unit: unit[Asked].get(job.workspace, job.key))
        if asked is None:
            return
        if asked.problem == STOPPED:
            await self._forget(asked)
            return
        person, language = await self._reader(asked)
        is_shown = await self._agent.working(asked.workspace, asked.channel, asked.thread, language)
        # Where Slack asks to wait, the job comes again: a language model is asked once all the same.
        if _key(asked) not in self._found:
            self._found[_key(asked)] = await self._reply(asked, person, language)
        fact = self._found[_key(asked)]
        if fact:
            await self._outbox.tell(
                asked.workspace, _matter(asked), asked.channel, fact, thread=asked.thread, reader=asked.person
            )
        if is_shown:
            await self._agent.done(asked.workspace, asked.channel, asked.thread)
        await self._forget(asked)

    async def _forget(self, asked: Asked) -> None:
        self._found.pop(_key(asked), None)
        await self._store.run(lambda unit: unit[Asked].delete(asked.workspace, id=asked.id))

    async def _reader(self, asked: Asked) -> tuple[Person, str]:
        def read(unit: Unit) -> tuple[Person | None, str]:
            language = language_of(unit, asked.workspace, asked.person)
            return unit[Person].get(asked.workspace, asked.person), language

        person, language = await self._store.run(read)
        if person is None:
            met = await self._agent.meet(asked.workspace, asked.person)
            await self._store.run(lambda unit: unit[Person].add(met))
            person, language = await self._store.run(read)
            return person or met, language
        return person, language

    async def _reply(self, asked: Asked, person: Person, language: str) -> Fact | None:
        if not may_use(person):
            return NoAccess()
        said = set(words_of(asked.words))
        if asked.problem:
            return problem_reply(asked, asked.problem, spoken(language))
        if said <= GREETINGS:
            return Introduction()
        if said <= THANKS:
            return Thanked()
        return await self._look_up(asked, person, spoken(language))

    async def _look_up(self, asked: Asked, person: Person, language: Language) -> Fact | None:
        thread = f"{asked.channel}:{asked.thread}"
        if asked.is_shared and await self._is_for_us_alone(asked, person, language):
            return NotHere()
        if looks_like_instruction(asked.words):
            card = await self._instructions.card(asked, person, language)
            if card:
                return card
        about_firm = await self._store.run(lambda unit: self._about_firm(unit, asked, person, thread, language))
        if about_firm:
            return about_firm

        def read(unit: Unit) -> tuple[HelpThread | None, tuple[OwnPassage, ...], Passage | None]:
            subject = unit[HelpThread].get(asked.workspace, thread)
            passages = self._library.passages(unit, asked.workspace)
            topic = passages.get(subject.topic) if subject and subject.topic else None
            own = () if asked.is_shared else own_passages(unit, asked.workspace)
            return subject, own, topic

        subject, own, topic = await self._store.run(read)
        earlier = (topic.wording(language).title,) if topic else ()
        assistant = self._library.assistant(own, "" if asked.is_shared else asked.workspace)
        place = (asked.workspace, asked.channel, asked.thread)

        async def show() -> None:
            await self._outbox.begin(
                asked.workspace, _matter(asked), asked.channel, thread=asked.thread, reader=asked.person
            )

        self._thinking[place] = asyncio.create_task(
            assistant.answer(asked.words, language, earlier=earlier, slowly=show)
        )
        try:
            answer = await self._thinking[place]
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task and task.cancelling():
                raise
            return None  # the person pressed the stop button
        finally:
            del self._thinking[place]
        if topic and answer.tier is Tier.ANSWERED:
            answer = await asyncio.to_thread(self._hedged, own, asked, answer, topic, language)

        def keep(unit: Unit) -> HelpReply | None:
            current = unit[Asked].get(asked.workspace, asked.id)
            if current is None or current.problem == STOPPED:
                return None
            if answer.tier is Tier.ANSWERED:
                known = subject or HelpThread(asked.workspace, thread, self._clock())
                unit[HelpThread].put(replace(known, topic=answer.passages[0].id, changed_at=self._clock()))
            return keep_open(unit, asked, answer)

        return await self._store.run(keep)

    async def _is_for_us_alone(self, asked: Asked, person: Person, language: Language) -> bool:
        """Tell whether the answer would say something of the firm, where another organisation reads along."""
        return looks_like_instruction(asked.words) or await self._store.run(
            lambda unit: firm_reply(unit, person, asked.id, asked.words, language) is not None
        )

    def _about_firm(
        self, unit: Unit, asked: Asked, person: Person, thread: str, language: Language
    ) -> FirmReply | None:
        subject = unit[HelpThread].get(asked.workspace, thread)
        help_ai = self._library.help_ai(own_passages(unit, asked.workspace), asked.workspace)
        spoken_in = help_ai.language_of(asked.words, language)
        known = subject.client_id if subject else ""
        reply = firm_reply(unit, person, asked.id, asked.words, spoken_in, known)
        if reply and len(reply.clients) == 1:
            subject = subject or HelpThread(asked.workspace, thread, self._clock())
            unit[HelpThread].put(replace(subject, client_id=reply.clients[0].id, changed_at=self._clock()))
        return reply

    def _hedged(
        self, own: tuple[OwnPassage, ...], asked: Asked, answer: Answer, topic: Passage, language: Language
    ) -> Answer:
        """Return an answer that only the conversation's subject led to as one of the closest, not as certain."""
        help_ai = self._library.help_ai(own, "" if asked.is_shared else asked.workspace)
        alone = help_ai.answer(asked.words, language)
        best = answer.passages[0]
        is_passage = answer.text.startswith(best.wording(answer.language).text)
        is_clear = alone.tier is Tier.ANSWERED and not BACK_REFERENCES & set(words_of(asked.words))
        if is_clear or not is_passage:
            return answer
        near = {one.id: one for one in (best, topic, *alone.passages, *answer.passages)}
        shown = tuple(near.values())[:MOST_PASSAGES]
        return replace(answer, tier=Tier.CLOSEST, text=phrase("closest", answer.language), passages=shown)

    async def stop(self, job: Job) -> None:
        """Stop what is being thought in a thread, and say so, in the place of what was being shown."""
        channel, thread = job.payload["channel"], job.payload["thread"]
        task = self._thinking.get((job.workspace, channel, thread))
        if task:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        # The session first: whoever pressed sees at once that it is over, even where Slack asks to wait with messages.
        await self._agent.done(job.workspace, channel, thread)
        person, at = job.payload.get("person", ""), job.payload.get("at")
        since = datetime.fromisoformat(at) if at else self._clock()
        if not await self._outbox.end_streams(job.workspace, channel, thread, Stopped(), person, since):
            matter = f"help_stopped:{job.key}"
            await self._outbox.tell(job.workspace, matter, channel, Stopped(), thread=thread, reader=person)

    async def give_up(self, job: Job, reference: str) -> None:
        """Have a person told whose question could not be answered for a reason of our own: nobody waits in vain."""
        await self._store.run(
            lambda unit: jobs.enqueue(unit, job.workspace, "help_failed", job.key, self._clock(), reference=reference)
        )

    async def failed(self, job: Job) -> None:
        """Tell that a question could not be answered; `key` is the event that brought it."""
        asked = await self._store.run(lambda unit: unit[Asked].get(job.workspace, job.key))
        if asked is None:
            return
        fact = Unanswered(job.payload["reference"])
        await self._outbox.tell(
            asked.workspace, _matter(asked), asked.channel, fact, thread=asked.thread, reader=asked.person
        )
        await self._agent.done(asked.workspace, asked.channel, asked.thread)
        await self._forget(asked)

    async def suggest(self, job: Job) -> None:
        """Suggest questions, in the language of the person who opens the conversation; `key` is the person."""
        language = await self._store.run(lambda unit: language_of(unit, job.workspace, job.key))
        await self._agent.suggest(job.workspace, job.payload["channel"], language)


def _key(asked: Asked) -> tuple[str, str]:
    return asked.workspace, asked.id


def _matter(asked: Asked) -> str:
    return f"help:{asked.id}"
