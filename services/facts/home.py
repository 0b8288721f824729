"""The Home tab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.records import Client, ClientState, NoticeChoice, Person, Run, Substitution

if TYPE_CHECKING:  # circulation tells facts itself
    pass


REVIEWED = (ClientState.CHECKING, ClientState.BLOCKED, ClientState.TRAINING, ClientState.PRODUCTION)
"""The states of clients whose waiting invoices people are asked about."""


@dataclass(frozen=True)
class Introduction:
    """Answers a person who writes to the app."""


@dataclass(frozen=True)
class ClientRow:
    """A client in a list: how many of its invoices wait for review, and whether the reader has starred it."""

    client: Client
    waiting: int = 0
    is_favourite: bool = False

    @property
    def needs_action(self) -> bool:
        """Whether somebody has to do something: the invoices of a paused client wait for nobody."""
        return self.client.state is ClientState.BLOCKED or (self.waiting > 0 and self.client.state in REVIEWED)


@dataclass(frozen=True)
class Step:
    """A step of the way in; `channel` is where something is missing, `refusal` why, in Slack's code.

    Codes of steps: see `services.home`.
    """

    code: str
    is_done: bool
    channel: str = ""
    refusal: str = ""


@dataclass(frozen=True)
class Substituted:
    """A colleague whose favourites a person sees, now (`is_now`) or from a day on.

    `rows` of the `number` that the person may see are there only while it is time.
    """

    name: str
    substitution: Substitution
    rows: tuple[ClientRow, ...] = ()
    number: int = 0
    is_now: bool = False


@dataclass(frozen=True)
class Ended:
    """A training that ended."""

    client: Client
    run: Run


@dataclass(frozen=True)
class HomePage:
    """The Home tab of a person.

    `needing` are clients besides the favourites that need somebody, the most urgent first, of `all_needing`;
    `all_clients` is how many the person may see.
    """

    person: Person
    steps: tuple[Step, ...] = ()
    favourites: tuple[ClientRow, ...] = ()
    all_favourites: int = 0
    substituted: tuple[Substituted, ...] = ()
    needing: tuple[ClientRow, ...] = ()
    all_needing: int = 0
    all_clients: int = 0
    trainings: tuple[Ended, ...] = ()
    notices: NoticeChoice | None = None
    may_add: bool = True
