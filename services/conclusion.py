"""What follows from a rights check: the client's state, its training, what its channel is told, and the next look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.findings import UNANSWERED, Finding
from services.onboarding import conclude_check
from services.recheck import plan_recheck
from services.records import Client, ClientState, Verdict
from services.rights_news import note_news
from services.store import Unit
from services.ticks import reopened
from services.training import start_training


def conclude(
    unit: Unit, client: Client, findings: Sequence[Finding], person: str, now: datetime, *, asked_for: bool = True
) -> ClientState:
    """Move a client on by what its check found; a training that failed begins anew only where somebody asked.

    A right that a write was refused for stays missing until somebody says that it is repaired. A resource on which
    Netvisor fails again and again holds back a client that has not begun; one that works is not stopped by it.
    """
    denied = {finding.id for finding in findings if finding.verdict is Verdict.DENIED}
    denied |= set(reopened(unit, client))
    if client.state in (ClientState.CHECKING, ClientState.BLOCKED):
        denied |= {finding.id for finding in findings if finding.evidence in UNANSWERED}
    verdicts = [(one.id, Verdict.DENIED if one.id in denied else one.verdict) for one in findings]
    state = conclude_check(unit, client, verdicts, now)
    if state is ClientState.TRAINING and (asked_for or client.state is not state):
        start_training(unit, client, person, now)
    after = unit[Client].get(client.workspace, client.id)
    if after:
        note_news(unit, client, after, now)
        plan_recheck(unit, after, now)
    return state
