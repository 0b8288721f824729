"""A client that is paused, resumed, moved to another channel, given to another team, or removed.

Removing is undone within `KEPT`; then everything of the client is deleted but the audit, which says who removed it.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from services import jobs, records
from services.audit import note_client
from services.automation import stop as stop_automation
from services.clock import Clock
from services.credentials import count_clients
from services.onboarding import request_check, set_state, show_card
from services.records import Client, ClientState, Credential, Job, Message, ScheduledMessage, Team
from services.review import show_review
from services.store import Store, Unit
from services.teams import read_teams
from services.training import cancel_training

KEPT = timedelta(days=7)
"""How long a client that was removed can be brought back."""

PAUSABLE = (ClientState.CHECKING, ClientState.BLOCKED, ClientState.TRAINING, ClientState.PRODUCTION)


def pause(unit: Unit, client: Client, person: str, now: datetime) -> bool:
    """Pause a client: nothing is read, learnt or written until somebody resumes it. False when it is not working."""
    if client.state not in PAUSABLE:
        return False
    cancel_training(unit, client, person, now)
    set_state(unit, client, ClientState.PAUSED, now)
    return _done(unit, client, "paused", person, now)


def resume(unit: Unit, client: Client, person: str, now: datetime) -> bool:
    """Let a paused client, or one that is being removed, work again; its rights are checked first."""
    if client.state not in (ClientState.PAUSED, ClientState.REMOVED):
        return False
    event = "resumed" if client.state is ClientState.PAUSED else "brought_back"
    set_state(unit, client, ClientState.CHECKING, now)
    unit[Job].delete(client.workspace, kind="purge", key=client.id)
    request_check(unit, client, person, now, afresh=True)
    return _done(unit, client, event, person, now)


def remove(unit: Unit, client: Client, person: str, now: datetime) -> bool:
    """Remove a client: it stops at once, and its data is deleted after `KEPT`."""
    if client.state is ClientState.REMOVED:
        return False
    cancel_training(unit, client, person, now)
    stop_automation(unit, client, person, now)
    set_state(unit, client, ClientState.REMOVED, now)
    jobs.enqueue(unit, client.workspace, "purge", client.id, now + KEPT)
    return _done(unit, client, "removed", person, now)


def _done(unit: Unit, client: Client, event: str, person: str, now: datetime) -> bool:
    note_client(unit, client.workspace, client.id, event, now, person=person, name=client.name)
    show_review(unit, client.workspace, client.id, now)
    return True


def move(unit: Unit, client: Client, channel: str, person: str, now: datetime) -> bool:
    """Tell of a client in another channel from now on; its old message there says where it went."""
    if channel == client.channel:
        return False
    own = client.team_id == client.channel
    moved = replace(client, channel=channel, team_id=channel if own else client.team_id)
    unit[Client].change(client.workspace, client.id, channel=channel, team_id=moved.team_id)
    if own and unit[Team].add(Team(client.workspace, channel)):
        read_teams(unit, client.workspace, now)
    card = unit[Message].get(client.workspace, f"card:{client.id}")
    if card:
        # The old message goes on under a name of its own; a new one is posted in the new channel.
        unit[Message].delete(client.workspace, id=card.id)
        unit[Message].put(replace(card, id=f"moved:{client.id}:{card.token}"))
        jobs.enqueue(unit, client.workspace, "moved", f"{client.id}:{card.token}", now)
    show_card(unit, moved, now)
    if unit[ScheduledMessage].get(client.workspace, f"overdue:{client.id}"):
        jobs.enqueue(unit, client.workspace, "overdue", client.id, now)
    for one in (client.channel, channel):
        jobs.enqueue(unit, client.workspace, "review_card", one, now)
    note_client(unit, client.workspace, client.id, "moved", now, person=person, before=client.channel, after=channel)
    return True


def give_to_team(unit: Unit, client: Client, team_id: str, person: str, now: datetime) -> bool:
    """Give a client to a team, or with nothing to everybody."""
    if team_id == client.team_id:
        return False
    unit[Client].change(client.workspace, client.id, team_id=team_id)
    note_client(
        unit, client.workspace, client.id, "team_changed", now, person=person, before=client.team_id, after=team_id
    )
    return True


class Purge:
    """The handler of the job that deletes what is left of a removed client."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def run(self, job: Job) -> None:
        """Delete a client that was removed long enough ago, and its credentials if nobody else uses them."""
        await self._store.run(lambda unit: purge(unit, job.workspace, job.key, self._clock()))


def purge(unit: Unit, workspace: str, client_id: str, now: datetime) -> None:
    """Delete everything of a removed client except its audit."""
    client = unit[Client].get(workspace, client_id)
    if client is None or client.state is not ClientState.REMOVED:
        return
    if client.state_since and now < client.state_since + KEPT:
        jobs.enqueue(unit, workspace, "purge", client_id, client.state_since + KEPT)
        return
    for kind in RECORDS_OF_CLIENTS:
        if "client_id" in {field.name for field in fields(kind)}:
            unit[kind].delete(workspace, client_id=client_id)
        # Records of which a client has one are named after it; any other's id is never a client's.
        unit[kind].delete(workspace, id=client_id)
    credential = unit[Credential].get(workspace, client.credential_id)
    unused = credential is not None and count_clients(unit, credential) == 0
    if unused:
        unit[Credential].delete(workspace, id=client.credential_id)
    note_client(unit, client.workspace, client.id, "deleted", now, name=client.name, credentials=unused)


def _records_of_clients() -> tuple[type[Any], ...]:
    """Return every kind of record but the audit: a new one is covered without being told here."""
    kinds = [getattr(records, name) for name in records.__all__]
    kept = (records.AuditEntry, records.Workspace, records.Person, records.Credential, records.CompanyLease)
    return tuple(kind for kind in kinds if hasattr(kind, "__dataclass_fields__") and kind not in kept)


RECORDS_OF_CLIENTS = _records_of_clients()
