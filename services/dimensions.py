"""Predictions of dimensions: ordered by people per dimension, proposed where they would help, never trained unasked.

When to propose follows what FabricAI's articles say of its own window: within a day for a new client that has
dimensions, else after more than 10 significant changes in 14 days, and again in a week if somebody says so. What
counts as a change is not published; here it is a posted line to which people gave an item of the dimension.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services import jobs
from services.clock import FIRM_TIMEZONE
from services.prediction import DIMENSION_PREFIX
from services.records import (
    Chart,
    Client,
    ClientState,
    DimensionOrder,
    DimensionProposal,
    Run,
    StoredVoucher,
)
from services.store import Store, Unit
from services.training import runs_in_use, show_views, start_training, unfinished_runs

FEWEST_LINES = 20
"""A new client's dimension with fewer lines than this is not proposed: there is too little to learn from."""

MOST_PROPOSALS = 3
MANY_CHANGES = 10
CHANGES_WITHIN = timedelta(days=14)
ASK_AGAIN_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class DimensionState:
    """A dimension of a client: its `items` in Netvisor, and the `lines` of history on which people gave one.

    `run` is the newest training of its predictions.
    """

    name: str
    items: int
    lines: int
    order: DimensionOrder | None = None
    run: Run | None = None


def dimension_states(unit: Unit, client: Client) -> tuple[DimensionState, ...] | None:
    """Return the dimensions of a client; None when they have not been read from Netvisor yet."""
    registers = unit[Chart].get(client.workspace, client.id)
    if registers is None:
        return None
    lines = _history(unit, client)
    orders = {order.name: order for order in unit[DimensionOrder].find(client.workspace, client_id=client.id)}
    names = dict.fromkeys([*registers.dimensions, *sorted(orders)])
    return tuple(
        DimensionState(
            name,
            len(registers.dimensions.get(name, ())),
            lines.get(name, 0),
            orders.get(name),
            _newest_run(unit, client, name),
        )
        for name in names
    )


def _newest_run(unit: Unit, client: Client, name: str) -> Run | None:
    target = f"{DIMENSION_PREFIX}{name}"
    runs = unit[Run].find(client.workspace, client_id=client.id, target=target, order="-started_at", limit=1)
    return runs[0] if runs else None


def _history(unit: Unit, client: Client) -> dict[str, int]:
    """Return on how many lines of the history each dimension was given, as the models in use were told."""
    counted: Mapping[str, Any] = {}
    for run in runs_in_use(unit, client):
        counted = (run.report or {}).get("dimensions") or counted  # pyright: ignore[reportAssignmentType] - as reported
    return {name: seen["lines"] for name, seen in counted.items()}


def order_dimension(unit: Unit, client: Client, name: str, person: str, now: datetime) -> bool:
    """Order predictions of a dimension, and train them; False when the client is not in production or has it not."""
    registers = unit[Chart].get(client.workspace, client.id)
    if client.state is not ClientState.PRODUCTION or registers is None or name not in registers.dimensions:
        return False
    order = DimensionOrder(client.workspace, f"{client.id}:{name}", client.id, name, person, now)
    if unit[DimensionOrder].add(order):
        start_training(unit, client, person, now, afresh=True)
        _answer(unit, client, now, is_open=0, answered_by=person)
    show_views(unit, client, now)
    return True


def stop_dimension(unit: Unit, client: Client, name: str, person: str, now: datetime) -> None:
    """Stop predictions of a dimension: from now on it is neither predicted nor trained."""
    stopped = unit[DimensionOrder].delete(client.workspace, id=f"{client.id}:{name}")
    if stopped and unfinished_runs(unit, client):
        start_training(unit, client, person, now, afresh=True)
    show_views(unit, client, now)


def ask_again(unit: Unit, client: Client, person: str, now: datetime) -> bool:
    """Close a proposal and have it made again in a week; False when none is open."""
    return _answer(unit, client, now, is_open=0, answered_by=person, ask_at=now + ASK_AGAIN_AFTER)


def _answer(unit: Unit, client: Client, now: datetime, **answer: Any) -> bool:
    proposal = unit[DimensionProposal].get(client.workspace, client.id)
    if proposal is None or not proposal.is_open:
        return False
    unit[DimensionProposal].change(client.workspace, client.id, **answer)
    jobs.enqueue(unit, client.workspace, "propose_dimensions", client.id, now)
    return True


def propose(unit: Unit, client: Client, now: datetime) -> DimensionProposal | None:
    """Return what has been proposed to a client's people, after making a new proposal if one is due."""
    known = unit[DimensionProposal].get(client.workspace, client.id)
    if known and known.is_open:
        return known
    lines = _worth_proposing(unit, client, known, now)
    if not lines:
        return known
    proposal = DimensionProposal(client.workspace, client.id, lines, now, known.number + 1 if known else 1)
    unit[DimensionProposal].put(proposal)
    return proposal


def _worth_proposing(unit: Unit, client: Client, known: DimensionProposal | None, now: datetime) -> dict[str, int]:
    """Return the dimensions to propose, with the lines on which people have given each."""
    if client.state is not ClientState.PRODUCTION or (known and known.ask_at and now < known.ask_at):
        return {}
    # What was proposed and left is proposed again only when somebody said so.
    is_asked = known is not None and known.ask_at is not None
    proposed = set(known.lines) if known and not is_asked else set[str]()
    changes = _recent_changes(unit, client, now)
    return {
        state.name: max(state.lines, changes[state.name])
        for state in dimension_states(unit, client) or ()
        if state.order is None
        and state.items > 1
        and state.name not in proposed
        and (changes[state.name] > MANY_CHANGES or is_asked or (known is None and state.lines >= FEWEST_LINES))
    }


def _recent_changes(unit: Unit, client: Client, now: datetime) -> Counter[str]:
    since = (now - CHANGES_WITHIN).astimezone(FIRM_TIMEZONE).date()
    changes: Counter[str] = Counter()
    for voucher in unit[StoredVoucher].find(client.workspace, client_id=client.id, voucher_date__ge=since):
        for line in json.loads(voucher.content)["lines"]:
            changes.update(line["dimensions"].keys())
    return changes


async def plan_proposals(store: Store, now: datetime) -> None:
    """Ask for a look at clients that have dimensions, whether there is something to propose.

    A channel gets no more than MOST_PROPOSALS new ones a day, however many clients it has. Each client is a unit of
    work of its own, for its last weeks are read: nobody in Slack waits for all of them.
    """
    asked: Counter[str] = Counter()
    clients = await store.run(lambda unit: unit[Client].find(None, state=ClientState.PRODUCTION, order="name"))
    for client in clients:
        if asked[client.channel] < MOST_PROPOSALS:
            asked[client.channel] += await store.run(lambda unit, client=client: _plan_proposal(unit, client, now))


def _plan_proposal(unit: Unit, client: Client, now: datetime) -> bool:
    registers = unit[Chart].get(client.workspace, client.id)
    known = unit[DimensionProposal].get(client.workspace, client.id)
    if registers is None or not registers.dimensions or (known and known.is_open):
        return False
    if not _worth_proposing(unit, client, known, now):
        return False
    jobs.enqueue(unit, client.workspace, "propose_dimensions", client.id, now)
    return True
