"""Help ai's answers and the rules that it has understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from services.access import Allowed, Right
from services.facts.clients import ClientCard
from services.help_ai.instructions import Question
from services.help_ai.knowledge import Language
from services.help_ai.retrieval import Answer
from services.help_ai.rules import ActKind, Wait
from services.records import AuditEntry, CirculationRule, Client, Instruction, ProductionInvoice, Registers, RightsCheck

if TYPE_CHECKING:  # circulation tells facts itself
    from services.circulation import Preview, Problem


@dataclass(frozen=True)
class HelpReply:
    """Help ai's answer to a question, `id`. `words` are the question's, empty where they may not be repeated.

    `is_kept`: nothing answers it, and it waits for the administrators.
    """

    id: str
    answer: Answer
    words: str = ""
    is_kept: bool = False


@dataclass(frozen=True)
class FirmReply:
    """Help ai's answer from the product's own state, to a question `id` about clients; `intent` is of `help_ai.firm`.

    One client: that one, with its `card`, or with an `invoice` and what happened to it. Several and no `waiting`: which
    one is meant, or those that lack rights. `unknown` is a client or an invoice that the asking person has none of.
    """

    id: str
    intent: str
    language: Language
    clients: tuple[Client, ...] = ()
    card: ClientCard | None = None
    waiting: Mapping[str, int] = field(default_factory=dict[str, int])
    invoice: ProductionInvoice | None = None
    entries: tuple[AuditEntry, ...] = ()
    unknown: str | None = None

    def about(self, **found: Any) -> FirmReply:
        """Return the answer with what was found."""
        return replace(self, **found)


@dataclass(frozen=True)
class InstructionCard:
    """What an instruction was understood as, to be confirmed; or what is asked before that.

    `clients` are those that it may be for, `question` what is unclear in it, `previews` the rules that it makes, and
    `act` what is to be done to the rules `meant`; a change of them has its `previews`, too. `problems` are why some of
    that cannot be saved. `wait` is why the client's names are not known yet, `check` then the newest of its rights.
    `lacks` is what the person would need first, where there is no client that it may be for: to add one, or to make
    rules; `allowed` is who may, None where the person may.
    """

    instruction: Instruction
    language: Language
    client: Client | None = None
    clients: tuple[Client, ...] = ()
    question: Question | None = None
    previews: tuple[Preview, ...] = ()
    problems: tuple[Problem, ...] = ()
    act: ActKind | None = None
    meant: tuple[CirculationRule, ...] = ()
    registers: Registers | None = None
    wait: Wait | None = None
    check: RightsCheck | None = None
    lacks: Right | None = None
    allowed: Allowed | None = None


@dataclass(frozen=True)
class NoAccess:
    """Answers a guest or a person of another organisation who writes to the app."""


@dataclass(frozen=True)
class NotHere:
    """Answers what is asked about clients, or an instruction, where another organisation reads along."""


@dataclass(frozen=True)
class Thanked:
    """Answers somebody who says thanks."""


@dataclass(frozen=True)
class Stopped:
    """Says that no answer comes, because the person pressed the stop button."""


@dataclass(frozen=True)
class Unanswered:
    """Says that an answer failed for a reason of our own; the operator finds it under the reference."""

    reference: str
