"""Who may do what, and the teams by which that is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Access:
    """The rules of a workspace; `id` equals `workspace`, and without a row the defaults hold.

    `admins` are the people who administer the app besides the workspace's own admins; `rights` maps a
    `services.access.Right` to who has it (`everybody`, `admins` or a team's id). `channels` are those whose members
    are a team, and with `by_channel` a new client belongs to the members of its own.
    """

    workspace: str
    id: str
    admins: tuple[str, ...] = ()
    rights: Mapping[str, str] = field(default_factory=dict[str, str])
    channels: tuple[str, ...] = ()
    by_channel: bool = False


@dataclass(frozen=True)
class Team:
    """A Slack user group, or the members of a channel; `id` is Slack's.

    `refusal` is Slack's code when its members could not be read: those that were known count until they can.
    """

    workspace: str
    id: str
    name: str = ""
    read_at: datetime | None = None
    refusal: str = ""

    @property
    def is_channel(self) -> bool:
        """Whether it is the members of a channel."""
        return self.id.startswith(("C", "G"))


@dataclass(frozen=True)
class TeamMember:
    """A person in a team; `id` is `<team>:<person>`."""

    workspace: str
    id: str
    team_id: str
    person: str
