"""What a person's Home tab shows: counted in the database, so that a firm of thousands of clients has it at once.

The steps of the way in have stable codes. For the app's admins: `credentials`, `client`, `channel` (a client's channel
takes messages), `colleagues` (somebody else has begun to use the app); for everybody: `language`, `favourites`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.access import Right, is_admin, may, may_use, seen_by
from services.client_list import LIVING, client_rows, waiting_counts
from services.facts import REVIEWED, ClientRow, Ended, HomePage, Step, Substituted
from services.favourites import favourites, is_now, substitutions
from services.notice_choices import present_choice
from services.records import (
    Client,
    ClientState,
    Credential,
    Favourite,
    Message,
    MessageState,
    Person,
    Run,
)
from services.store import Unit

MOST_FAVOURITES = 20
MOST_SUBSTITUTED = 3
MOST_OF_A_COLLEAGUE = 10
MOST_NEEDING = 8
MOST_TRAININGS = 5
TRAININGS_OF = timedelta(days=14)


def home_page(unit: Unit, person: Person, now: datetime) -> HomePage:
    """Return a person's Home tab."""
    if not may_use(person):
        return HomePage(person)
    workspace, seen = person.workspace, seen_by(unit, person)
    waiting = waiting_counts(unit, workspace)
    mine = favourites(unit, person)
    rows = _urgent_first(client_rows(unit, person, mine, waiting))
    needing, all_needing = _needing(unit, person, seen, waiting, {client.id for client in mine})
    all_clients = unit[Client].count(workspace, state__in=LIVING, **seen)
    return HomePage(
        person,
        steps=_steps(unit, person, len(mine), all_clients),
        favourites=rows[:MOST_FAVOURITES],
        all_favourites=len(mine),
        substituted=_substituted(unit, person, waiting, now),
        needing=needing,
        all_needing=all_needing,
        all_clients=all_clients,
        trainings=_trainings(unit, person, seen, now),
        notices=present_choice(unit, workspace, person.id, now),
        may_add=may(unit, person, Right.ADD),
    )


def _steps(unit: Unit, person: Person, starred: int, all_clients: int) -> tuple[Step, ...]:
    """Return the way in; nothing once it has been gone."""
    workspace = person.workspace
    steps: list[Step] = []
    if is_admin(unit, person):
        refused = _refused(unit, workspace)
        channels = list(unit[Client].count_by(workspace, "channel", state__in=LIVING))
        shown = unit[Message].find(workspace, channel__in=channels, state=MessageState.SENT, limit=1)
        others = unit[Favourite].find(workspace, limit=1, person__not_in=[person.id])
        others_clients = unit[Client].find(workspace, limit=1, added_by__not_in=[person.id])
        steps = [
            Step("credentials", unit[Credential].count(workspace) > 0),
            Step("client", all_clients > 0),
            Step("channel", False, refused.channel, refused.refusal or "") if refused else Step("channel", bool(shown)),
            Step("colleagues", bool(others or others_clients)),
        ]
    steps += [Step("language", person.language is not None), Step("favourites", starred > 0)]
    return () if all(step.is_done for step in steps) else tuple(steps)


def _refused(unit: Unit, workspace: str) -> Message | None:
    """Return the last message to a channel of a client's that takes none; one that takes them again is no matter."""
    channels = unit[Message].count_by(workspace, "channel", state=MessageState.REFUSED)
    newest: list[Message] = []
    for channel in channels:
        if unit[Client].find(workspace, channel=channel, state__in=LIVING, limit=1):
            newest += unit[Message].find(workspace, channel=channel, order="-attempted_at", limit=1)
    refused = [message for message in newest if message.state is MessageState.REFUSED]
    return max(refused, key=lambda message: message.attempted_at, default=None)


def _needing(
    unit: Unit, person: Person, seen: Mapping[str, Any], waiting: Mapping[str, int], besides: set[str]
) -> tuple[tuple[ClientRow, ...], int]:
    """Return the clients that need somebody, blocked ones first, then by what waits; and how many there are."""
    workspace = person.workspace
    working: dict[str, Any] = {"state__in": [one for one in REVIEWED if one is not ClientState.BLOCKED], **seen}
    number = unit[Client].count(workspace, state=ClientState.BLOCKED, **seen)
    number += unit[Client].count(workspace, id__in=list(waiting), **working)
    blocked = unit[Client].find(
        workspace, state=ClientState.BLOCKED, order="-state_since", limit=MOST_NEEDING + len(besides), **seen
    )
    # Those with the longest queues; some of them may be another team's, so more are looked at than are shown.
    longest = sorted(waiting, key=lambda one: -waiting[one])[: 100 if not seen else len(waiting)]
    queues = unit[Client].find(workspace, id__in=longest, **working)
    queues.sort(key=lambda client: -waiting[client.id])
    shown = [client for client in (*blocked, *queues) if client.id not in besides][:MOST_NEEDING]
    return client_rows(unit, person, shown, waiting), number


def _substituted(unit: Unit, person: Person, waiting: Mapping[str, int], now: datetime) -> tuple[Substituted, ...]:
    found: list[Substituted] = []
    for one in substitutions(unit, person, now)[:MOST_SUBSTITUTED]:
        colleague = unit[Person].get(person.workspace, one.colleague)
        begun = is_now(one, now)
        clients = favourites(unit, person, of=one.colleague) if begun else []
        rows = _urgent_first(client_rows(unit, person, clients, waiting))[:MOST_OF_A_COLLEAGUE]
        name = colleague.name if colleague else one.colleague
        found.append(Substituted(name, one, rows, number=len(clients), is_now=begun))
    return tuple(found)


def _urgent_first(rows: Sequence[ClientRow]) -> tuple[ClientRow, ...]:
    """Return clients with those that need somebody at the top."""
    return tuple(sorted(rows, key=lambda row: not row.needs_action))


def _trainings(unit: Unit, person: Person, seen: Mapping[str, Any], now: datetime) -> tuple[Ended, ...]:
    """Return the trainings that ended last, one a client."""
    workspace, most = person.workspace, MOST_TRAININGS * 8
    newest: dict[str, Any] = {"finished_at__ge": now - TRAININGS_OF, "order": "-finished_at", "limit": most}
    runs = unit[Run].find(workspace, **newest)
    ended = _ended(unit, person, runs)
    if seen and len(ended) < MOST_TRAININGS and len(runs) == most:
        # The newest were other teams': those of the person's own are looked for.
        theirs = unit[Client].values("id", workspace, state__in=LIVING, **seen)
        ended = _ended(unit, person, unit[Run].find(workspace, client_id__in=theirs, **newest))
    return ended


def _ended(unit: Unit, person: Person, runs: Sequence[Run]) -> tuple[Ended, ...]:
    ended: dict[str, Ended] = {}
    for run in runs:
        if run.client_id in ended or len(ended) == MOST_TRAININGS:
            continue
        client = unit[Client].get(person.workspace, run.client_id)
        if client and client.state is not ClientState.REMOVED and may(unit, person, Right.SEE, client):
            ended[run.client_id] = Ended(client, run)
    return tuple(ended.values())
