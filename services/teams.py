"""Who is in a team: read from Slack every hour and kept, for handlers look into our own tables only.

Without the scope or the plan for it nothing is read: those who were known stay members, the settings say why, and a
firm that uses no teams notices nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from services import jobs
from services.access import access_of, member_id
from services.clock import Clock
from services.outbox import READ_BACK_AFTER, OutcomeUnknown, SlackBusy, SlackRefused
from services.records import Job, Team, TeamMember, Workspace
from services.store import Store, Unit


@dataclass(frozen=True)
class Members:
    """A team as Slack has it."""

    team_id: str
    name: str
    people: frozenset[str]


class Directory(Protocol):
    """Slack's user groups and the members of its channels. Every method may raise what a Notifier's do."""

    async def user_groups(self, workspace: str) -> list[Members]:
        """Return the workspace's user groups."""
        ...

    async def channel(self, workspace: str, channel: str) -> Members:
        """Return a channel's name and members."""
        ...


class Teams:
    """The handler of the job that reads teams."""

    def __init__(self, store: Store, directory: Directory, clock: Clock) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock

    async def read(self, job: Job) -> None:
        """Read every user group, and every channel whose members are a team."""
        workspace = job.workspace
        known = await self._store.run(lambda unit: teams_needed(unit, workspace))
        try:
            found, refused = await self._read(workspace, known)
        except SlackBusy as busy:
            raise jobs.RunLater(busy.delay) from busy
        except OutcomeUnknown:
            raise jobs.RunLater(READ_BACK_AFTER) from None
        await self._store.run(lambda unit: keep(unit, workspace, found, refused, self._clock()))

    async def _read(self, workspace: str, known: list[Team]) -> tuple[list[Members], list[Team]]:
        found: list[Members] = []
        refused: list[Team] = []
        try:
            found += await self._directory.user_groups(workspace)
        except SlackRefused as refusal:
            refused += [replace(team, refusal=refusal.code) for team in known if not team.is_channel]
        for team in known:
            if team.is_channel:
                try:
                    found.append(await self._directory.channel(workspace, team.id))
                except SlackRefused as refusal:
                    refused.append(replace(team, refusal=refusal.code))
        return found, refused


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
