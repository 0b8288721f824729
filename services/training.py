"""The life of a training: asked for, under way, cancelled, and what is in use. Everything inside a unit of work.

One run a target; the runs of one training share a batch, their fetching and their learning. `services.trainer` carries
them out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from typing import Any

from services import jobs
from services.netvisor import Company
from services.onboarding import show_card
from services.prediction import ACCOUNT, DIMENSION_PREFIX, VAT
from services.records import (
    UNFINISHED_RUN_STATES,
    Artifact,
    Client,
    ClientState,
    DimensionOrder,
    Job,
    Message,
    OpenView,
    Run,
    RunState,
    new_id,
)
from services.store import Unit

TARGETS = (ACCOUNT, VAT)
"""What is always predicted; dimensions are ordered."""

OVERDUE_AFTER = timedelta(days=1)
"""The article: training usually takes a maximum of one day."""

TRAINABLE = (ClientState.TRAINING, ClientState.PRODUCTION)
"""The states in which people may ask for a training: before them the rights are not known, after them not there."""

RUNS_KEPT = timedelta(days=60)

CompanyOf = Callable[[Client], Awaitable[Company]]
"""Returns the Netvisor company of a client, its credential opened."""


def targets_of(unit: Unit, client: Client) -> tuple[str, ...]:
    """Return what is to be predicted of a client: account, VAT code and the dimensions that are ordered."""
    orders = unit[DimensionOrder].find(client.workspace, client_id=client.id, order="name")
    return (*TARGETS, *(f"{DIMENSION_PREFIX}{order.name}" for order in orders))


def start_training(unit: Unit, client: Client, person: str, now: datetime, *, afresh: bool = False) -> str:
    """Store the runs of a new training, ask for its work, and return its batch id; one that is under way is joined.

    `person` is empty when nobody asked. `afresh` cancels the one under way, because what is to be learnt has changed.
    """
    if afresh:
        cancel_training(unit, client, person, now)
    for run in unfinished_runs(unit, client):
        return run.batch
    batch = new_id()
    for target in targets_of(unit, client):
        unit[Run].put(
            Run(
                workspace=client.workspace,
                id=f"{batch}:{target}",
                client_id=client.id,
                batch=batch,
                target=target,
                state=RunState.QUEUED,
                started_at=now,
                requested_by=person,
            )
        )
    jobs.enqueue(unit, client.workspace, "train", client.id, now, lock=_lock(client))
    if person and not client.is_told_by_batch:
        jobs.enqueue(unit, client.workspace, "overdue", client.id, now)
        jobs.enqueue(unit, client.workspace, "hourly", client.id, now + timedelta(hours=1))
    show_training(unit, client, now, quietly=not person)
    return batch


def cancel_training(unit: Unit, client: Client, person: str, now: datetime) -> bool:
    """Cancel the training that is under way: its work notices and ends, the models in use stay."""
    runs = unfinished_runs(unit, client)
    for run in runs:
        unit[Run].change(client.workspace, run.id, state=RunState.CANCELLED, failure=person or None, finished_at=now)
    unit[Job].delete(client.workspace, kind="train", key=client.id, boot=None)
    if runs:
        ended(unit, client, now, quietly=not runs[0].requested_by)
    return bool(runs)


def ended(unit: Unit, client: Client, now: datetime, *, quietly: bool) -> None:
    """Take back the message that it lasts too long, and show how it ended."""
    if not quietly:
        jobs.enqueue(unit, client.workspace, "overdue", client.id, now)
    show_training(unit, client, now, quietly=quietly)


def show_training(unit: Unit, client: Client, now: datetime, *, quietly: bool = False) -> None:
    """Have a client's message and the modals that people have open show how far its training is.

    `quietly` makes no message where there is none yet.
    """
    if not quietly or unit[Message].get(client.workspace, f"card:{client.id}"):
        show_card(unit, client, now)
    show_views(unit, client, now)


def show_views(unit: Unit, client: Client, now: datetime) -> None:
    """Have the modals about a client that people have open brought up to date."""
    if unit[OpenView].count(client.workspace, client_id=client.id):
        jobs.enqueue(unit, client.workspace, "show_views", client.id, now)


def unfinished_runs(unit: Unit, client: Client) -> list[Run]:
    """Return the runs of the training that is under way."""
    return unit[Run].find(client.workspace, client_id=client.id, state__in=UNFINISHED_RUN_STATES, order="target")


def newest_runs(unit: Unit, client: Client) -> tuple[Run, ...]:
    """Return the runs of a client's newest training, in the order of the targets."""
    return _runs_of_newest(unit, client)


def runs_in_use(unit: Unit, client: Client) -> tuple[Run, ...]:
    """Return the runs of the training whose models are in use, in the order of the targets."""
    return _runs_of_newest(unit, client, state=RunState.DEPLOYED)


def _runs_of_newest(unit: Unit, client: Client, **conditions: Any) -> tuple[Run, ...]:
    newest = unit[Run].find(client.workspace, client_id=client.id, order="-started_at", limit=1, **conditions)
    return tuple(unit[Run].find(client.workspace, batch=newest[0].batch, order="target")) if newest else ()


def change_runs(unit: Unit, client: Client, batch: str, **changes: Any) -> int:
    """Change every unfinished run of a batch, and return how many there were."""
    runs = unit[Run].find(client.workspace, batch=batch, state__in=UNFINISHED_RUN_STATES)
    for run in runs:
        unit[Run].change(client.workspace, run.id, **changes)
    return len(runs)


def forget_old_runs(unit: Unit, now: datetime) -> None:
    """Forget trainings of long ago whose models are not in use any more."""
    in_use = set(unit[Artifact].values("batch", None))
    for run in unit[Run].find(None, started_at__lt=now - RUNS_KEPT):
        if run.batch not in in_use:
            unit[Run].delete(run.workspace, id=run.id)


NIGHT_BEGINS = time(1)
"""When the night's work begins, in the firm's time."""

NIGHT = timedelta(hours=4)
"""Over how long it is spread."""


def plan_night(unit: Unit, now: datetime) -> None:
    """Ask for a look at every trained client in the coming hours, one after another."""
    clients = unit[Client].find(None, state__in=(ClientState.PRODUCTION, ClientState.BLOCKED), order="id")
    for place, client in enumerate(clients):
        run_at = now + NIGHT * place / len(clients)
        jobs.enqueue(unit, client.workspace, "refresh", client.id, run_at, lock=_lock(client))
    forget_old_runs(unit, now)


def _lock(client: Client) -> str:
    """What keeps two jobs from changing one history."""
    return f"{client.workspace}/history/{client.id}"
