"""Client companies, and what people type while they add them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Process(StrEnum):
    """How a client company's invoices are handled; see the process table of the FabricAI articles."""

    STANDARD = "standard"
    ALTERNATIVE = "alternative"
    ALTERNATIVE_WITH_CIRCULATION = "alternative_with_circulation"
    BACKGROUND = "background"


class ClientState(StrEnum):
    """The life of a client company: checking -> blocked | training -> production."""

    CHECKING = "checking"
    BLOCKED = "blocked"
    TRAINING = "training"
    PRODUCTION = "production"
    PAUSED = "paused"
    REMOVED = "removed"


@dataclass(frozen=True)
class Draft:
    """What a person has typed into the add-client modals so far; never a secret."""

    workspace: str
    id: str
    person: str
    updated_at: datetime
    client_id: str | None = None
    name: str = ""
    business_id: str = ""
    process: str = ""
    channel: str = ""
    credential_id: str = ""


@dataclass(frozen=True)
class Client:
    """A client company. Unique by (workspace, business_id); `missing` names the denied checks while blocked.

    `batch_id` is the batch that it was added in, `live_since` when it first went into production. `team_id` is the
    `Team` whose members alone see it, nothing when everybody does. `search` follows from the rest.
    """

    workspace: str
    id: str
    business_id: str
    name: str
    process: Process
    channel: str
    credential_id: str
    state: ClientState
    added_by: str
    added_at: datetime
    missing: tuple[str, ...] = ()
    state_since: datetime | None = None
    batch_id: str = ""
    live_since: datetime | None = None
    team_id: str = ""
    search: str = ""

    def __post_init__(self) -> None:
        # What people search by, in the one case that databases compare without knowing ä and ö.
        object.__setattr__(self, "search", f"{self.name} {self.business_id}".casefold())

    @property
    def is_told_by_batch(self) -> bool:
        """Whether the message of its batch says how it gets on: until it is in production for the first time."""
        return bool(self.batch_id) and self.live_since is None


@dataclass(frozen=True)
class Batch:
    """Client companies that are added together; a draft until `added_at`.

    `text` is what was pasted, `file_id` the Slack file that was given instead. `lines` are
    `services.batch_lines.Line`s as data, once `read_at`; `unreadable` is the stable code of why there are none.
    `views` are the modals that show the draft (Slack's external id -> person); `done_at` is when nothing was left to
    wait for.
    """

    workspace: str
    id: str
    person: str
    updated_at: datetime
    text: str = ""
    file_id: str = ""
    file_name: str = ""
    process: str = ""
    channel: str = ""
    credential_id: str = ""
    lines: tuple[Mapping[str, object], ...] = ()
    views: Mapping[str, str] = field(default_factory=dict[str, str])
    read_at: datetime | None = None
    unreadable: str | None = None
    added_at: datetime | None = None
    done_at: datetime | None = None
