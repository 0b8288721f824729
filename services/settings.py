"""Changing who may do what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from services.access import access_of
from services.audit import note_workspace
from services.records import Access, Client, ClientState, Team
from services.store import Unit
from services.teams import read_teams

CHANGED = "access_changed"


def change_access(unit: Unit, access: Access, person: str, now: datetime, *, present_too: bool = False) -> None:
    """Store the rules of a workspace, keep what changed, and have the members of its teams read.

    With `present_too` the present clients are given to the members of their channels, or back to everybody, as new
    ones will be.
    """
    before = access_of(unit, access.workspace)
    unit[Access].put(access)
    for channel in access.channels:
        unit[Team].add(Team(access.workspace, channel))
    moved = 0
    if present_too:
        moved = _give(unit, access)
    details = {
        "admins_added": sorted(set(access.admins) - set(before.admins)),
        "admins_removed": sorted(set(before.admins) - set(access.admins)),
        "rights": _changed(before.rights, access.rights),
        "by_channel": access.by_channel,
        "clients": moved,
    }
    if access != before or moved:
        note_workspace(unit, access.workspace, CHANGED, now, person, **details)
    read_teams(unit, access.workspace, now)


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    return {right: after.get(right, "") for right in {*before, *after} if before.get(right) != after.get(right)}


def _give(unit: Unit, access: Access) -> int:
    clients = unit[Client].find(access.workspace, state__not_in=[ClientState.REMOVED])
    changed: Sequence[Client] = [
        replace(client, team_id=client.channel if access.by_channel else "")
        for client in clients
        if client.team_id != (client.channel if access.by_channel else "")
    ]
    for client in changed:
        unit[Client].change(client.workspace, client.id, team_id=client.team_id)
        if client.team_id:
            unit[Team].add(Team(client.workspace, client.team_id))
    return len(changed)
