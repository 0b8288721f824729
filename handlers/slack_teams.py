"""Slack's user groups and members of channels: `services.team_reading.Directory` over the Web API."""

from __future__ import annotations

from typing import Any

from handlers.notifier import ClientOf, answer_of, next_cursor
from services.teams import Members


class SlackTeams:
    """Reads through the Web API client of each workspace."""

    def __init__(self, client_of: ClientOf) -> None:
        self._client_of = client_of

    async def user_groups(self, workspace: str) -> list[Members]:
        """Return the workspace's user groups; raise SlackRefused without the scope usergroups:read, or the plan."""
        client = await self._client_of(workspace)
        team_id = workspace.rpartition(".")[2]
        answer = await answer_of(client.usergroups_list(include_users=True, team_id=team_id))
        groups: list[Any] = answer["usergroups"]
        return [
            Members(str(group["id"]), str(group.get("handle") or ""), frozenset(map(str, group.get("users") or ())))
            for group in groups
        ]

    async def channel(self, workspace: str, channel: str) -> Members:
        """Return a channel's name and members; raise SlackRefused without the scope, or when we cannot see it."""
        client = await self._client_of(workspace)
        known = await answer_of(client.conversations_info(channel=channel))
        people: set[str] = set()
        cursor: str | None = None
        while True:
            call = client.conversations_members(channel=channel, limit=1000, cursor=cursor)
            answer = await answer_of(call)
            people |= {str(one) for one in answer["members"]}
            cursor = next_cursor(answer)
            if not cursor:
                return Members(channel, str(known["channel"].get("name") or ""), frozenset(people))
