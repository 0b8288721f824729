"""What there is to tell, typed and without words: views turn it into the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.records import (
    Client,
    Credential,
    CredentialEvent,
    Outcome,
    Person,
    RightsCheck,
    Run,
    Tick,
    Trial,
    TrialResult,
)


@dataclass(frozen=True)
class ClientCard:
    """All there is to say of a client in one message."""

    client: Client
    runs: tuple[Run, ...] = ()
    check: RightsCheck | None = None


@dataclass(frozen=True)
class CheckResult:
    """A finished or running check of a client's rights, with what people have ticked."""

    client: Client
    check: RightsCheck
    ticks: tuple[Tick, ...] = ()
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True)
class WentLive:
    """A client went into production."""

    client: Client
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class StillTraining:
    """The training of a client has lasted some whole hours."""

    client: Client
    hours: int
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Overdue:
    """A client's training was not done in a day; posted by Slack itself."""

    client: Client


@dataclass(frozen=True)
class ChannelRefused:
    """A client's channel takes no messages from us."""

    client: Client
    reason: str


@dataclass(frozen=True)
class Morning:
    """What is training, live and blocked among a channel's clients."""

    day: date
    clients: tuple[Client, ...]


@dataclass(frozen=True)
class Introduction:
    """Answers a person who writes to the app."""


@dataclass(frozen=True)
class HomePage:
    """The Home tab of a person."""

    person: Person
    clients: tuple[Client, ...]


@dataclass(frozen=True)
class CredentialRow:
    """A credential, and how many clients use it."""

    credential: Credential
    clients: int


@dataclass(frozen=True)
class CredentialPage:
    """A page of the list of credentials; `number` counts from 0, `total` are the credentials of all pages."""

    rows: tuple[CredentialRow, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class CredentialDetails:
    """A credential with the clients that use it, what was last done with it, and a trial that is not settled."""

    credential: Credential
    clients: tuple[Client, ...]
    events: tuple[CredentialEvent, ...] = ()
    trial: Trial | None = None


@dataclass(frozen=True)
class TrialReport:
    """How a trial stands: how many clients came to what, and once it is over, those there is something to say of.

    `switchable` is how many clients the credential may take over, 0 while that is not known or too long ago.
    """

    trial: Trial
    credential: Credential
    replaced: Credential | None
    counts: Mapping[Outcome, int]
    listed: tuple[tuple[Client, TrialResult], ...] = ()
    switchable: int = 0
    only_client: Client | None = None
    """The one client that a trial was about, if it was one."""
    is_used: bool = False
    """Whether a client uses the trial's credential."""

    @property
    def total(self) -> int:
        """How many clients the trial is about."""
        return sum(self.counts.values())


Fact = (
    ClientCard
    | CheckResult
    | WentLive
    | StillTraining
    | Overdue
    | ChannelRefused
    | Morning
    | Introduction
    | HomePage
    | TrialReport
)
