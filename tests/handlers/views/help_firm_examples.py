"""Help ai's answers about the firm and the cards of instructions, with ordinary contents and with the worst."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from handlers.locale import Locale
from services.access import NAMES_TOLD, Allowed, Right
from services.circulation import Problem
from services.facts import ClientCard, FirmReply, InstructionCard
from services.findings import CHECK_IDS, Finding
from services.help_ai.firm import Intent
from services.help_ai.instructions import Question
from services.help_ai.knowledge import spoken
from services.help_ai.names import Kind, Name
from services.help_ai.rules import ActKind, Wait
from services.records import Client, ClientState, Instruction, InvoiceState, Paused, RightsCheck, Team, Verdict
from tests.handlers.views.circulation_examples import preview, registers, rule
from tests.handlers.views.clients import NOW, WORKSPACE, client
from tests.handlers.views.review_examples import audit, review

Said = Callable[[Locale], FirmReply | InstructionCard]


def answers(name: str) -> Iterator[tuple[str, Said]]:
    """Yield both, in the reader's language."""
    for what, reply in replies(name):
        yield f"about {what}", lambda locale, reply=reply: replace(reply, language=spoken(locale.language))
    for what, card in cards(name):
        yield f"instruction {what}", lambda locale, card=card: replace(card, language=spoken(locale.language))


def clients(name: str, number: int) -> tuple[Client, ...]:
    """Return blocked clients that lack everything."""
    # Of a longer name a button shows the beginning.
    blocked = replace(client(name[:39], ClientState.BLOCKED), missing=tuple(CHECK_IDS))
    return tuple(replace(blocked, id=f"{place:016x}") for place in range(number))


def replies(name: str) -> Iterator[tuple[str, FirmReply]]:
    """Yield what is answered about clients and invoices."""
    for intent in (Intent.STATE, Intent.WAITING, Intent.MISSING):
        for state in (ClientState.PRODUCTION, ClientState.BLOCKED):
            one = replace(client(name, state), missing=tuple(CHECK_IDS) if state is ClientState.BLOCKED else ())
            card = ClientCard(one)
            yield (
                f"{intent} {state}",
                FirmReply("Ev1", intent, "fi", (one,), card, {one.id: 4711}),
            )
        for number in (0, 2, 300):
            yield f"{intent} of {number}", FirmReply("Ev1", intent, "fi", clients(name, number))
        yield f"{intent} of an unknown one", FirmReply("Ev1", intent, "fi", unknown=name * 3)
    many = clients(name, 300)
    yield "what waits", FirmReply("Ev1", Intent.WAITING, "fi", many, waiting={one.id: 4711 for one in many})
    invoice = replace(review(name, 1).row, state=InvoiceState.WAITING)
    for events in (1, 400):
        yield (
            f"an invoice with {events} events",
            FirmReply("Ev1", Intent.INVOICE, "fi", many[:1], invoice=invoice, entries=tuple(audit(events))),
        )
    yield "an unknown invoice", FirmReply("Ev1", Intent.INVOICE, "fi", unknown=name * 3)
    yield "no invoice", FirmReply("Ev1", Intent.INVOICE, "fi")


def cards(name: str) -> Iterator[tuple[str, InstructionCard]]:
    """Yield the cards of instructions, from what is asked first to what is confirmed."""
    instruction = Instruction(WORKSPACE, "Ev0123456789", "U0123456789", "D0123456789", "1.2", name, NOW)
    admins = Allowed((Team(WORKSPACE, "S1", name=name),) * 20, (name,) * NAMES_TOLD)
    for right, may in ((Right.ADD, None), (Right.ADD, admins), (Right.RULES, admins)):
        yield (
            f"of somebody who cannot {right}{'' if may else ' yet'}",
            InstructionCard(instruction, "fi", lacks=right, allowed=may),
        )
    for number in (2, 5, 300):
        yield f"for one of {number}", InstructionCard(instruction, "fi", clients=clients(name, number))
    card = InstructionCard(instruction, "fi", client(name), registers=registers(name))
    names = tuple(Name(Kind.LIST, f"{place} {name}"[:60]) for place in range(30))
    for number in (0, 2, 30):
        question = Question("which", f"{name}?", names[:number])
        yield f"with a question of {number}", replace(card, question=question)
    for number in (1, 2, 20):
        yield f"to confirm {number}", replace(card, previews=(preview(name),) * number)
    yield "with every problem", replace(card, previews=(preview(name),), problems=tuple(Problem))
    rules = tuple(rule(name, number, paused=[*Paused, None][number % 6]) for number in range(1, 101))
    for act in ActKind:
        for meant in ((), rules[:1], rules):
            yield f"to {act} {len(meant)}", replace(card, act=act, meant=meant)
    yield "to change one", replace(card, act=ActKind.CHANGE, meant=rules[:1], previews=(preview(name),))
    blocked = replace(client(name), missing=tuple(CHECK_IDS))
    findings = tuple(Finding(one, Verdict.DENIED, "no_right", "allow_resources").to_data() for one in CHECK_IDS)
    check = RightsCheck(WORKSPACE, blocked.id, NOW, "", findings=findings)
    for wait in Wait:
        yield f"that waits: {wait}", replace(card, client=blocked, wait=wait, check=check)
