"""Instructions for clients whose names have not been read of Netvisor yet: kept, and answered when they are.

Right after a client is added nobody knows its vendors and lists, so an instruction cannot be understood: what its words
name would seem not to exist. The history is read by the client's training, the lists as soon as the history is there.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from services import jobs
from services.facts import InstructionCard
from services.help_ai.instructing import company_names
from services.help_ai.instructions import Outcome, understand
from services.help_ai.knowledge import Language
from services.help_ai.rules import ActKind, Wait
from services.records import (
    UNFINISHED_RUN_STATES,
    Client,
    ClientState,
    Fetched,
    Instruction,
    Job,
    Registers,
    RightsCheck,
)
from services.store import Unit
from services.training import newest_runs

KIND = "instruct"
"""The job that answers an instruction which waits; its key is the instruction's id."""
LOOK_AGAIN = timedelta(seconds=20)
"""How long after an instruction's client is looked at again while it is being read."""
LOOK_LATER = timedelta(minutes=5)
"""The same, while somebody has to do something first."""
KEPT = timedelta(days=1)
"""How long a card waits for its person."""


def has_history(unit: Unit, client: Client) -> bool:
    """Tell whether a client's invoices have been read."""
    fetched = unit[Fetched].get(client.workspace, client.id)
    return client.live_since is not None or (fetched is not None and fetched.fetched_at is not None)


def wait_of(unit: Unit, client: Client) -> Wait | None:
    """Return why the names of a client are not known yet, None when they are."""
    is_read = has_history(unit, client)
    if client.state is ClientState.REMOVED:
        return Wait.GONE
    if is_read and unit[Registers].get(client.workspace, client.id):
        return None
    if client.state is ClientState.BLOCKED:
        return Wait.BLOCKED
    if client.state is ClientState.PAUSED:
        return Wait.PAUSED
    if client.state is ClientState.CHECKING:
        check = unit[RightsCheck].get(client.workspace, client.id)
        return Wait.SILENT if check and check.waiting_for else Wait.READING
    runs = () if is_read else newest_runs(unit, client)
    if runs and all(run.state not in UNFINISHED_RUN_STATES for run in runs):
        return Wait.STOPPED
    return Wait.SILENT if any(run.failure for run in runs) else Wait.READING


def waiting_card(
    unit: Unit, instruction: Instruction, client: Client, language: Language, now: datetime
) -> InstructionCard | None:
    """Keep an instruction until its client's names are read, and return what is said meanwhile.

    None when they are, and for what needs none: rules that are to be shown, and what is refused whatever it names.
    """
    wait = wait_of(unit, client)
    if wait is None:
        return None
    understood = understand(instruction.words, company_names(unit, client), language)
    if understood.outcome is Outcome.REFUSED or (understood.act and understood.act.kind is ActKind.SHOW):
        return None
    unit[Instruction].put(instruction)
    jobs.enqueue(unit, client.workspace, KIND, instruction.id, now)
    return card_while(unit, instruction, client, understood.language, wait)


def card_while(unit: Unit, instruction: Instruction, client: Client, language: Language, wait: Wait) -> InstructionCard:
    """Return what is said of an instruction that waits."""
    check = unit[RightsCheck].get(client.workspace, client.id) if wait is Wait.BLOCKED else None
    return InstructionCard(instruction, language, client, wait=wait, check=check)


def forget_old(unit: Unit, now: datetime) -> None:
    """Forget instructions that nobody confirmed; those whose client is still being read are kept."""
    waiting = unit[Job].values("key", None, kind=KIND)
    unit[Instruction].delete(None, asked_at__lt=now - KEPT, id__not_in=waiting)
