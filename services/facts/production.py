"""Invoices: review, pictures, reports and automation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from services.measuring import Figures
from services.netvisor import PurchaseInvoice
from services.proposals import Proposal
from services.records import Automation, Client, ProductionInvoice, Registers

if TYPE_CHECKING:  # circulation tells facts itself
    pass


@dataclass(frozen=True)
class Queue:
    """How many invoices of a client wait for a person, and why; `reasons` counts them by their stable codes.

    `lists` counts the invoices whose circulation list a person is to set in Netvisor.
    """

    client: Client
    reasons: Mapping[str, int]
    oldest: date | None = None
    lists: int = 0

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(self.reasons.values())


@dataclass(frozen=True)
class ReviewCard:
    """What waits for people in a channel: the queues of its clients, the longest first, and what was written today.

    `automated` of the `written` were written without asking. `silent` counts clients for which Netvisor does not
    answer, since `silent_since`.
    """

    queues: tuple[Queue, ...]
    being_written: int = 0
    written: int = 0
    automated: int = 0
    silent: int = 0
    silent_since: datetime | None = None

    @property
    def waiting(self) -> int:
        """How many invoices wait."""
        return sum(queue.waiting for queue in self.queues)

    @property
    def lists(self) -> int:
        """How many circulation lists people are to set in Netvisor."""
        return sum(queue.lists for queue in self.queues)


@dataclass(frozen=True)
class Returned:
    """Invoices that a person confirmed and that could not be written: with why, they wait for review again."""

    client: Client
    invoices: tuple[tuple[ProductionInvoice, str], ...]


@dataclass(frozen=True)
class ReviewPage:
    """One invoice in front of a reviewer: the `place`th of `waiting`, from 1.

    `sends_lists`: its circulation list is sent to Netvisor, and not set there by hand.
    """

    client: Client
    row: ProductionInvoice
    invoice: PurchaseInvoice
    proposal: Proposal
    registers: Registers | None
    place: int
    waiting: int
    sends_lists: bool = False


class PictureState(StrEnum):
    """What there is of an invoice's picture: shown, sent as a file, none, or who has not given or taken it."""

    LOADING = "loading"
    SHOWN = "shown"
    SENT = "sent"
    NONE = "none"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    NOT_TAKEN = "not_taken"


@dataclass(frozen=True)
class InvoicePicture:
    """The picture of an invoice in a modal; `file_id` is the Slack file that holds it."""

    invoice: ProductionInvoice
    state: PictureState
    file_id: str = ""


@dataclass(frozen=True)
class Drift:
    """A vendor of a client whose account changed."""

    client: Client
    vendor: str
    before: str
    after: str
    since: date


@dataclass(frozen=True)
class Report:
    """How production went from one day to another, both included.

    `clients` have the figures of each, the most invoices first; `weeks` those of all of them together, by the Monday,
    oldest first. `firm` are the figures of the whole firm, where it has more clients than these.
    """

    begins: date
    ends: date
    clients: tuple[tuple[Client, Figures], ...]
    weeks: tuple[tuple[date, Figures], ...] = ()
    drifts: tuple[Drift, ...] = ()
    firm: Figures | None = None

    @property
    def total(self) -> Figures:
        """The figures of all the clients together."""
        return sum((one for _client, one in self.clients), Figures())


@dataclass(frozen=True)
class AutomationOffer:
    """Automation is offered for a client, with how its last four weeks went; or what became of the offer."""

    client: Client
    settings: Automation
    figures: Figures


@dataclass(frozen=True)
class AutomatedDay:
    """What was written without asking until a day's afternoon, by client; `sampled` invoices went to people."""

    day: date
    written: tuple[tuple[Client, tuple[ProductionInvoice, ...]], ...]
    sampled: int = 0
