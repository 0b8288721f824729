"""The life of a client company: added, checked, trained, in production, and what moves it from one to the next.

Everything here runs inside a unit of work: what it decides and the jobs that follow are stored together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rapidfuzz import fuzz, process
from stdnum.exceptions import ValidationError
from stdnum.fi import ytunnus

from services import jobs
from services.audit import note_client
from services.records import (
    Artifact,
    Batch,
    Client,
    ClientState,
    Credential,
    Draft,
    Job,
    Process,
    RightsCheck,
    Verdict,
    new_id,
)
from services.store import NO_CONDITIONS, Unit, one
from services.teams import team_of_new_client

LONGEST_NAME = 100
ADDED = "client_added"
BETWEEN_EDITS = timedelta(seconds=2)
"""How often at most a message is edited: Slack allows about fifty edits a minute in a workspace."""

CLOSE_ENOUGH = 75.0
"""Similarity, of 100, above which a client's name is taken for the one that was meant."""


def normal_business_id(text: str) -> str | None:
    """Return a Finnish business id as `1234567-1`, or None when its shape or check digit is wrong.

    The check digit is the Finnish Patent and Registration Office's modulus 11, as python-stdnum implements it.
    """
    try:
        return ytunnus.format(ytunnus.validate(text.strip().removeprefix("FI")))
    except ValidationError:
        return None


def problems_of_draft(unit: Unit, draft: Draft) -> dict[str, str]:
    """Return the stable code of what is wrong with each field of a filled-in form; nothing when all is well."""
    problems: dict[str, str] = {}
    if not draft.name.strip():
        problems["name"] = "name_missing"
    business_id = normal_business_id(draft.business_id)
    if business_id is None:
        problems["business_id"] = "business_id_invalid"
    elif unit[Client].count(draft.workspace, business_id=business_id):
        problems["business_id"] = "business_id_taken"
    return problems | problems_of_choices(unit, draft)


def problems_of_choices(unit: Unit, draft: Draft | Batch) -> dict[str, str]:
    """Return the stable code of what is wrong with the process, the channel and the credentials of a draft."""
    problems: dict[str, str] = {}
    if draft.process not in list(Process):
        problems["process"] = "process_missing"
    if not draft.channel:
        problems["channel"] = "channel_missing"
    if draft.credential_id and unit[Credential].get(draft.workspace, draft.credential_id) is None:
        problems["credential"] = "credential_gone"
    return problems


def add_client(unit: Unit, draft: Draft, now: datetime) -> Client | None:
    """Store the client that a draft describes and ask for its check; None when it exists already.

    The draft must have passed `problems_of_draft` and name its credential.
    """
    client = Client(
        workspace=draft.workspace,
        id=new_id(),
        business_id=normal_business_id(draft.business_id) or draft.business_id,
        name=draft.name.strip()[:LONGEST_NAME],
        process=Process(draft.process),
        channel=draft.channel,
        credential_id=draft.credential_id,
        state=ClientState.CHECKING,
        added_by=draft.person,
        added_at=now,
        state_since=now,
        team_id=team_of_new_client(unit, draft.workspace, draft.channel, draft.person, now),
    )
    if not unit[Client].add(client):
        return None
    unit[Draft].delete(draft.workspace, id=draft.id)
    note_client(unit, client.workspace, client.id, ADDED, now, person=draft.person)
    request_check(unit, client, draft.person, now)
    return client


def request_check(unit: Unit, client: Client, person: str, now: datetime, *, afresh: bool = False) -> None:
    """Ask for a check of a client's rights; findings so far are forgotten, who watches is kept.

    A check that is already on its way is joined: pressing twice checks once. One that has its result is not on its
    way any more, although its job may stand in the table for another moment. `afresh` joins none, because what is
    to be checked has changed: the check on its way notices that another has taken its place, and ends.
    """
    earlier = unit[RightsCheck].get(client.workspace, client.id)
    under_way = unit[Job].count(client.workspace, kind="check", key=client.id, failed=None) > 0
    if earlier and under_way and not (afresh or earlier.waiting_for or earlier.finished_at):
        return
    watchers: Mapping[str, str] = earlier.watchers if earlier else {}
    unit[RightsCheck].put(RightsCheck(client.workspace, client.id, now, person, watchers=watchers))
    jobs.enqueue(unit, client.workspace, "check", client.id, now)


def set_state(unit: Unit, client: Client, state: ClientState, now: datetime, missing: Sequence[str] = ()) -> bool:
    """Move a client on, if it is still where it was, and have its message say so."""
    first_day = {"live_since": now} if state is ClientState.PRODUCTION and client.live_since is None else {}
    changed = unit[Client].change(
        client.workspace,
        client.id,
        {"state": client.state},
        state=state,
        missing=tuple(missing),
        state_since=client.state_since if state is client.state else now,
        **first_day,
    )
    if changed:
        show_card(unit, client, now)
        if state is ClientState.PRODUCTION:
            jobs.enqueue(unit, client.workspace, "fetch", client.id, now)
            # What was confirmed before it was blocked is written now.
            jobs.enqueue(unit, client.workspace, "write", client.id, now)
    return changed


def show_card(unit: Unit, client: Client, now: datetime) -> None:
    """Have the client's message in its channel brought up to date, and that of the batch it was added in."""
    if client.batch_id:
        jobs.enqueue(unit, client.workspace, "batch", client.batch_id, now + BETWEEN_EDITS)
    if not client.is_told_by_batch:
        lock = jobs.channel_lock(client.workspace, client.channel)
        jobs.enqueue(unit, client.workspace, "card", client.id, now, lock=lock)


def conclude_check(unit: Unit, client: Client, findings: Sequence[tuple[str, Verdict]], now: datetime) -> ClientState:
    """Move a client on by what its check found, and return its new state.

    Something denied: blocked. Nothing denied: a client that was checking or blocked goes on to training, or back to
    production when it has been trained before. What is unreadable blocks nothing: a person ticks it.
    """
    denied = [check_id for check_id, verdict in findings if verdict is Verdict.DENIED]
    state = client.state
    if denied:
        if state in (ClientState.CHECKING, ClientState.TRAINING, ClientState.PRODUCTION, ClientState.BLOCKED):
            state = ClientState.BLOCKED
    elif state in (ClientState.CHECKING, ClientState.BLOCKED):
        trained = unit[Artifact].get(client.workspace, client.id) is not None
        state = ClientState.PRODUCTION if trained else ClientState.TRAINING
    set_state(unit, client, state, now, denied)
    return state


def find_client(
    unit: Unit, workspace: str, words: str, seen: Mapping[str, Any] = NO_CONDITIONS
) -> tuple[Client | None, list[Client]]:
    """Return the client that the words mean, if there is one, and else up to three that come close.

    `seen` are the conditions of the clients that may be found (`services.access.seen_by`).
    """
    words = words.strip()
    business_id = normal_business_id(words)
    if business_id:
        return one(unit[Client].find(workspace, business_id=business_id, **seen)), []
    folded = words.casefold()
    with_words = unit[Client].find(workspace, order="name", search__has=folded, **seen) if folded else []
    exact = [client for client in with_words if client.name.casefold() == folded]
    beginning = [client for client in with_words if client.name.casefold().startswith(folded)]
    for found in (exact, beginning):
        if len(found) == 1:
            return found[0], []
    if beginning:
        return None, beginning[:3]
    # Somebody waits, and a firm may have thousands: their names are read, and no more.
    ids, names = (unit[Client].values(field, workspace, **seen) for field in ("id", "name"))
    folded_names = {client_id: name.casefold() for client_id, name in zip(ids, names, strict=True)}
    close = process.extract(folded, folded_names, scorer=fuzz.WRatio, limit=3, score_cutoff=CLOSE_ENOUGH)
    found = [unit[Client].get(workspace, client_id) for _, _, client_id in close]
    return None, [client for client in found if client]


def closest(word: str, choices: Sequence[str]) -> str | None:
    """Return the choice that a mistyped word comes closest to, or None when none is near."""
    found = process.extractOne(word.casefold(), choices, scorer=fuzz.ratio, score_cutoff=50)
    return found[0] if found else None
