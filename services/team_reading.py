"""Reading teams from Slack, every hour, for handlers look into our own tables only.

Without the scope or the plan for it nothing is read: those who were known stay members, the settings say why, and a
firm that uses no teams notices nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from services.clock import Clock
from services.notifier import SlackRefused, come_again
from services.records import Job, Team
from services.store import Store
from services.teams import Members, keep, teams_needed

DISABLED = "disabled"
"""The refusal of a user group that is not there any more."""


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
        with come_again():
            found, refused = await self._read(workspace, known)
        await self._store.run(lambda unit: keep(unit, workspace, found, refused, self._clock()))

    async def _read(self, workspace: str, known: list[Team]) -> tuple[list[Members], list[Team]]:
        found: list[Members] = []
        refused: list[Team] = []
        try:
            found += await self._directory.user_groups(workspace)
            # Slack lists none that was disabled: those who were known stay, and the settings say so.
            there = {members.team_id for members in found}
            refused += [
                replace(team, refusal=DISABLED) for team in known if not team.is_channel and team.id not in there
            ]
        except SlackRefused as refusal:
            refused += [replace(team, refusal=refusal.code) for team in known if not team.is_channel]
        for team in known:
            if team.is_channel:
                try:
                    found.append(await self._directory.channel(workspace, team.id))
                except SlackRefused as refusal:
                    refused.append(replace(team, refusal=refusal.code))
        return found, refused
