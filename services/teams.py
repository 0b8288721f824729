"""Teams: Slack user groups and the members of channels, as they were last read (`services/team_reading.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services import jobs
from services.access import access_of, member_id
from services.records import Team, TeamMember, Workspace
from services.store import Unit


@dataclass(frozen=True)
class Members:
    """A team as Slack has it."""

    team_id: str
    name: str
    people: frozenset[str]


def teams_needed(unit: Unit, workspace: str) -> list[Team]:
    """Return the teams that are known, and the channels that the rules name."""
    known = {team.id: team for team in unit[Team].find(workspace)}
    for channel in access_of(unit, workspace).channels:
        known.setdefault(channel, Team(workspace, channel))
    return list(known.values())


def keep(unit: Unit, workspace: str, found: Iterable[Members], refused: Iterable[Team], now: datetime) -> None:
    """Store what was found of teams, and which could not be read: their members stay who they were."""
    for members in found:
        unit[Team].put(Team(workspace, members.team_id, members.name, now))
        before = {one.person for one in unit[TeamMember].find(workspace, team_id=members.team_id)}
        for person in before - members.people:
            unit[TeamMember].delete(workspace, id=member_id(members.team_id, person))
        joined = [
            TeamMember(workspace, member_id(members.team_id, person), members.team_id, person)
            for person in sorted(members.people - before)
        ]
        if joined:
            unit[TeamMember].put(*joined)
    unit[Team].put(*refused)


def team_of_new_client(unit: Unit, workspace: str, channel: str, person: str, now: datetime) -> str:
    """Return the team that a client belongs to that somebody adds with a channel, by the workspace's rules.

    Of a channel's members only the person who adds it is known at once; the others are read.
    """
    if not access_of(unit, workspace).by_channel:
        return ""
    if unit[Team].add(Team(workspace, channel)):
        unit[TeamMember].add(TeamMember(workspace, member_id(channel, person), channel, person))
        read_teams(unit, workspace, now)
    return channel


def read_teams(unit: Unit, workspace: str, now: datetime) -> None:
    """Have teams read from Slack."""
    jobs.enqueue(unit, workspace, "teams", "all", now)


def plan_teams(unit: Unit, now: datetime) -> None:
    """Have the teams of every workspace read."""
    for workspace in unit[Workspace].find(None):
        read_teams(unit, workspace.id, now)
