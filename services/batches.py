"""Many clients at once: a list is read, previewed, added, and told of by one message.

Every client of a batch is an ordinary client. What differs is who tells of it: the message of its batch, until the
client is in production for the first time; after that its own card, as of any other (`Client.is_told_by_batch`). So
two hundred companies make one message in the channel, one direct message when all is done, and one alarm.

Functions here run inside a unit of work; what asks Slack or takes long is in `services.batch_jobs`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services import jobs
from services.audit import note_client
from services.batch_lines import Line
from services.facts import BatchRow, BatchSummary, Standing
from services.onboarding import ADDED, BETWEEN_EDITS, problems_of_choices, request_check
from services.records import (
    UNFINISHED_RUN_STATES,
    Batch,
    Client,
    ClientState,
    Credential,
    Process,
    RightsCheck,
    Run,
    RunState,
    Verdict,
    new_id,
)
from services.rights import Finding
from services.store import NO_CONDITIONS, Unit
from services.teams import team_of_new_client
from services.training import newest_runs

ADDED_AT_ONCE = 50
"""Clients that are stored in one unit of work, so that no other waits long."""

FIRST = {standing: place for place, standing in enumerate(Standing)}
"""Which companies are shown first: those that need a person."""

DRAFTS_KEPT = timedelta(days=1)
VIEWS_KEPT = 5


def lines_of_batch(batch: Batch) -> list[Line]:
    """Return the lines of a batch that has been read."""
    return [Line.from_data(dict(data)) for data in batch.lines]


def problems_of_batch(unit: Unit, batch: Batch) -> dict[str, str]:
    """Return the stable code of what is wrong with each field of a filled-in form; nothing when all is well."""
    problems: dict[str, str] = {}
    if not batch.text.strip() and not batch.file_id:
        problems["list"] = "list_missing"
    if batch.text.strip() and batch.file_id:
        problems["list"] = "list_twice"
    return problems | problems_of_choices(unit, batch)


def has_credential(unit: Unit, batch: Batch) -> bool:
    """Tell whether the credential of a batch has been chosen and is still there."""
    return bool(batch.credential_id) and unit[Credential].get(batch.workspace, batch.credential_id) is not None


def begin_reading(unit: Unit, batch: Batch, now: datetime) -> None:
    """Store a draft whose list is to be read, and have that done; its views are updated then."""
    unit[Batch].put(batch)
    jobs.enqueue(unit, batch.workspace, "read_batch", batch.id, now)


def shown_in(batch: Batch, view: str) -> Batch:
    """Return the draft with one more view that shows it: of a submission that comes twice either may be the one."""
    views = {**batch.views, view: batch.person}
    return dataclasses.replace(batch, views=dict([*views.items()][-VIEWS_KEPT:]))


def without_taken(unit: Unit, workspace: str, lines: Sequence[Line]) -> list[Line]:
    """Return the lines with those refused whose company has been added already."""
    asked = [line.business_id for line in lines if not line.problem]
    known = {client.business_id: client for client in unit[Client].find(workspace, business_id__in=asked)}
    return [_untaken(line, None if line.problem else known.get(line.business_id)) for line in lines]


def _untaken(line: Line, client: Client | None) -> Line:
    if client is None:
        return line
    return line.refused("removed" if client.state is ClientState.REMOVED else "taken", client.name)


def forget_drafts(unit: Unit, now: datetime) -> None:
    """Forget the lists of batches that nobody went on to add."""
    unit[Batch].delete(None, added_at=None, updated_at__lt=now - DRAFTS_KEPT)


def begin_adding(unit: Unit, batch: Batch, now: datetime) -> None:
    """Have the good lines of a draft added, once."""
    if unit[Batch].change(batch.workspace, batch.id, {"added_at": None}, added_at=now, text="", views={}):
        jobs.enqueue(unit, batch.workspace, "add_batch", batch.id, now)
        jobs.enqueue(unit, batch.workspace, "batch_overdue", batch.id, now)


def add_some(unit: Unit, workspace: str, batch_id: str, now: datetime) -> bool:
    """Store the next clients of a batch and ask for their checks; True while there are more.

    A company that somebody else has added meanwhile is theirs, and its line says so.
    """
    batch = unit[Batch].get(workspace, batch_id)
    if batch is None or batch.added_at is None:
        return False
    lines = lines_of_batch(batch)
    waiting = [index for index, line in enumerate(lines) if not line.problem and not line.client_id]
    for index in waiting[:ADDED_AT_ONCE]:
        lines[index] = _add(unit, batch, lines[index], now)
    unit[Batch].change(workspace, batch_id, lines=tuple(line.to_data() for line in lines))
    show_batch(unit, batch, now)
    return len(waiting) > ADDED_AT_ONCE


def _add(unit: Unit, batch: Batch, line: Line, now: datetime) -> Line:
    client = Client(
        workspace=batch.workspace,
        id=new_id(),
        business_id=line.business_id,
        # Netvisor's API does not tell a company's name: without one in the list the business id stands for it.
        name=line.name or line.business_id,
        process=Process(line.process or batch.process),
        channel=line.channel or batch.channel,
        credential_id=batch.credential_id,
        state=ClientState.CHECKING,
        added_by=batch.person,
        added_at=now,
        state_since=now,
        batch_id=batch.id,
        team_id=team_of_new_client(unit, batch.workspace, line.channel or batch.channel, batch.person, now),
    )
    if unit[Client].add(client):
        note_client(unit, client.workspace, client.id, ADDED, now, person=batch.person)
        request_check(unit, client, "", now)
        return dataclasses.replace(line, client_id=client.id)
    (taken,) = without_taken(unit, batch.workspace, [line])
    return taken


def check_again(unit: Unit, workspace: str, batch_id: str, now: datetime) -> None:
    """Check every client of a batch again that is blocked or whose training failed."""
    for row in summary.rows if (summary := batch_summary(unit, workspace, batch_id)) else ():
        if row.client and row.standing in (Standing.BLOCKED, Standing.FAILED):
            request_check(unit, row.client, "", now)


def show_batch(unit: Unit, batch: Batch, now: datetime) -> None:
    """Have a batch's message brought up to date."""
    jobs.enqueue(unit, batch.workspace, "batch", batch.id, now + BETWEEN_EDITS)


def batch_summary(
    unit: Unit, workspace: str, batch_id: str, seen: Mapping[str, Any] = NO_CONDITIONS
) -> BatchSummary | None:
    """Return how all companies of a batch get on, those that need a person first.

    `seen` are the conditions of the clients that may be shown (`services.access.seen_by`).
    """
    batch = unit[Batch].get(workspace, batch_id)
    if batch is None or batch.added_at is None:
        return None
    clients = {client.id: client for client in unit[Client].find(workspace, batch_id=batch_id)}
    shown = set(unit[Client].values("id", workspace, batch_id=batch_id, **seen)) if seen else clients.keys()
    checks, failing = _of_interest(unit, workspace, [*clients.values()])
    rows = [
        _row(unit, line, clients.get(line.client_id), checks.get(line.client_id), failing)
        for line in lines_of_batch(batch)
        if line.client_id in shown or line.client_id not in clients
    ]
    rows.sort(key=lambda row: (FIRST[row.standing], row.repairs, row.missing, row.line.number))
    return BatchSummary(batch, tuple(rows))


def _of_interest(unit: Unit, workspace: str, clients: Sequence[Client]) -> tuple[dict[str, RightsCheck], set[str]]:
    """Return the checks that say something, and the clients in whose trainings something fails: few, and read at once.

    Hundreds of companies are shown to whoever clicks, who waits meanwhile.
    """
    ids = {state: [client.id for client in clients if client.state is state] for state in ClientState}
    checks = unit[RightsCheck].find(workspace, id__in=ids[ClientState.BLOCKED])
    checks += unit[RightsCheck].find(workspace, id__in=ids[ClientState.CHECKING], waiting_for__gt="")
    failing = unit[Run].values("client_id", workspace, client_id__in=ids[ClientState.TRAINING], failure__gt="")
    return {check.id: check for check in checks}, set(failing)


def _row(
    unit: Unit, line: Line, client: Client | None, check: RightsCheck | None, failing: Collection[str]
) -> BatchRow:
    if line.problem:
        return BatchRow(line, None, Standing.NOT_ADDED)
    if client is None:
        return BatchRow(line, None, Standing.REMOVED if line.client_id else Standing.CHECKING)
    row = BatchRow(line, client, Standing(client.state))
    match client.state:
        case ClientState.BLOCKED:
            if check and check.finished_at is None and check.waiting_for is None:
                return dataclasses.replace(row, standing=Standing.CHECKING)
            # What was not reached because of something else that is denied needs no repair of its own.
            denied = [
                finding
                for finding in _findings(check)
                if finding.verdict is Verdict.DENIED and finding.repair and finding.evidence != "not_reached"
            ]
            repairs = dict.fromkeys(finding.repair for finding in denied if finding.repair)
            if "reach_company" in repairs:  # which holds the allowing of its resources
                denied = [finding for finding in denied if finding.repair != "allow_resources"]
                repairs.pop("allow_resources", None)
            missing = tuple(finding.id for finding in denied) or client.missing
            return dataclasses.replace(row, missing=missing, repairs=tuple(repairs))
        case ClientState.CHECKING if check and check.waiting_for:
            return dataclasses.replace(row, standing=Standing.WAITING, reason=check.waiting_for)
        case ClientState.TRAINING if client.id in failing:
            return _training(row, newest_runs(unit, client))
        case _:
            return row


def _findings(check: RightsCheck | None) -> list[Finding]:
    return [Finding.from_data(dict(data)) for data in check.findings] if check else []


def _training(row: BatchRow, runs: Sequence[Run]) -> BatchRow:
    for run in runs:
        if run.state is RunState.FAILED:
            return dataclasses.replace(row, standing=Standing.FAILED, reason=run.failure or "")
        if run.state in UNFINISHED_RUN_STATES and run.failure:
            return dataclasses.replace(row, standing=Standing.WAITING, reason=run.failure)
    return row
