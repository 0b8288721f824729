"""What there is to tell, typed and without words: views turn it into the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.records import Client, Person, RightsCheck, Run, Tick


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


Fact = (
    ClientCard | CheckResult | WentLive | StillTraining | Overdue | ChannelRefused | Morning | Introduction | HomePage
)
