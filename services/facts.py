"""What there is to tell, typed and without words: views turn it into the reader's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from services.batch_lines import Line
from services.dimensions import DimensionState
from services.help_ai.instructions import Question
from services.help_ai.knowledge import Language
from services.help_ai.retrieval import Answer
from services.help_ai.rules import ActKind
from services.measuring import Figures
from services.netvisor import PurchaseInvoice
from services.proposals import Proposal
from services.records import (
    AuditEntry,
    Automation,
    Batch,
    CirculationRule,
    Client,
    ClientState,
    Credential,
    CredentialEvent,
    DimensionProposal,
    Instruction,
    NoticeChoice,
    Outcome,
    Person,
    ProductionInvoice,
    Registers,
    RepairMessage,
    RightsCheck,
    Run,
    SendingStopped,
    Substitution,
    Tick,
    Trial,
    TrialOfList,
    TrialResult,
)

if TYPE_CHECKING:  # circulation tells facts itself
    from services.circulation import Preview, Problem


@dataclass(frozen=True)
class ClientCard:
    """All there is to say of a client in one message; `in_use` are the runs whose models are in use.

    `process_change` says who changed the client's process last, if anybody has.
    """

    client: Client
    runs: tuple[Run, ...] = ()
    check: RightsCheck | None = None
    in_use: tuple[Run, ...] = ()
    process_change: AuditEntry | None = None


@dataclass(frozen=True)
class CardMoved:
    """A client is told of in another channel now; shown where it was told of before."""

    client: Client


@dataclass(frozen=True)
class CheckResult:
    """A finished or running check of a client's rights, with what people have ticked."""

    client: Client
    check: RightsCheck
    ticks: tuple[Tick, ...] = ()
    runs: tuple[Run, ...] = ()
    sent: tuple[RepairMessage, ...] = ()


@dataclass(frozen=True)
class WentLive:
    """A client went into production."""

    client: Client
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class TrainingView:
    """A client's newest training, as it goes or ended, and the report of the models in use."""

    client: Client
    runs: tuple[Run, ...] = ()
    in_use: tuple[Run, ...] = ()


@dataclass(frozen=True)
class Trained:
    """A training that somebody asked for has ended."""

    client: Client
    runs: tuple[Run, ...]
    in_use: tuple[Run, ...] = ()


@dataclass(frozen=True)
class DimensionsView:
    """A client's dimensions, and which are predicted; None when they have not been read yet."""

    client: Client
    dimensions: tuple[DimensionState, ...] | None = None


@dataclass(frozen=True)
class DimensionsProposed:
    """Dimensions that may be ordered; `ordered` are those of them that somebody has."""

    client: Client
    proposal: DimensionProposal
    ordered: tuple[str, ...] = ()


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
    """What is training, live and blocked among a channel's clients, and how many of their invoices wait for people."""

    day: date
    clients: tuple[Client, ...]
    waiting: Mapping[str, int] = field(default_factory=dict[str, int])
    """By client id."""


@dataclass(frozen=True)
class Digest:
    """What ended since a person's last morning message: clients with `live`, `trained` or `failed`."""

    person: str
    items: tuple[tuple[Client, str], ...]


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
class TrialOfListNews:
    """A trial of sending a circulation list, as far as it has come."""

    trial: TrialOfList
    client: Client


@dataclass(frozen=True)
class SendingStoppedNews:
    """Circulation lists are not sent for a client any more."""

    client: Client
    stopped: SendingStopped


@dataclass(frozen=True)
class RulesPaused:
    """Rules of a person that were paused, because Netvisor has not any more what they set."""

    client: Client
    rules: tuple[CirculationRule, ...]
    registers: Registers | None = None


@dataclass(frozen=True)
class RulesOfFile:
    """A file of circulation rules that a person gave: being read, unreadable (its code), or what its rows would be.

    `rules` can be saved; `left` cannot: the row's number, the code of why, and what it says. `id` names its modal.
    """

    client: Client
    id: str
    file_name: str
    registers: Registers | None
    rules: tuple[CirculationRule, ...] = ()
    left: tuple[tuple[int, str, CirculationRule], ...] = ()
    is_read: bool = False
    unreadable: str = ""


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
        """Whether somebody has to do something."""
        return self.client.state is ClientState.BLOCKED or self.waiting > 0


@dataclass(frozen=True)
class Step:
    """A step of the way in; `channel` is where something is missing. Codes: see `services.home`."""

    code: str
    is_done: bool
    channel: str = ""


@dataclass(frozen=True)
class Substituted:
    """A colleague whose favourites a person sees, now or from a day on; `rows` only while it is time."""

    name: str
    substitution: Substitution
    rows: tuple[ClientRow, ...] = ()


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

    @property
    def total(self) -> int:
        """How many clients the trial is about."""
        return sum(self.counts.values())


class Standing(StrEnum):
    """How a company of a batch gets on, in the order in which people have to do something."""

    BLOCKED = "blocked"
    FAILED = "failed"
    NOT_ADDED = "not_added"
    WAITING = "waiting"
    CHECKING = "checking"
    TRAINING = "training"
    PRODUCTION = "production"
    PAUSED = "paused"
    REMOVED = "removed"


@dataclass(frozen=True)
class BatchRow:
    """A company of a batch: what is denied, which repairs that asks for, or why it waits or failed."""

    line: Line
    client: Client | None
    standing: Standing
    missing: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class BatchDraft:
    """A batch that has not been added: its list is being read, could not be read, or can be looked through."""

    batch: Batch


@dataclass(frozen=True)
class BatchSummary:
    """How all companies of a batch get on, those that need a person first."""

    batch: Batch
    rows: tuple[BatchRow, ...]

    @property
    def counts(self) -> Counter[Standing]:
        """How many companies stand where."""
        return Counter(row.standing for row in self.rows)

    @property
    def added(self) -> int:
        """How many companies the batch adds."""
        return len(self.rows) - self.counts[Standing.NOT_ADDED]

    @property
    def is_settled(self) -> bool:
        """Whether nothing goes on that will end by itself soon."""
        return not {Standing.CHECKING, Standing.TRAINING} & set(self.counts)

    @property
    def is_done(self) -> bool:
        """Whether nothing goes on at all, not even waiting."""
        return self.is_settled and Standing.WAITING not in self.counts


@dataclass(frozen=True)
class BatchDone:
    """All companies of a batch have come as far as they come without people."""

    summary: BatchSummary


@dataclass(frozen=True)
class BatchOverdue:
    """A batch was not done in a day; posted by Slack itself."""

    batch: Batch


@dataclass(frozen=True)
class BatchChannelRefused:
    """The channel of a batch takes no messages from us."""

    batch: Batch
    reason: str


@dataclass(frozen=True)
class FileRefused:
    """A file that a person asked for cannot be given: Slack refused it."""

    reason: str


@dataclass(frozen=True)
class RepairAsked:
    """A person asks another for a repair."""

    client: Client
    message: RepairMessage


@dataclass(frozen=True)
class RightsReport:
    """What has changed in the rights of a channel's clients; `lost` and `still` are blocked, `regained` are not."""

    lost: tuple[Client, ...] = ()
    still: tuple[Client, ...] = ()
    regained: tuple[Client, ...] = ()

    @property
    def clients(self) -> tuple[Client, ...]:
        """All clients in it."""
        return (*self.lost, *self.still, *self.regained)

    def of(self, person: str) -> RightsReport:
        """Return what concerns the clients that a person added."""
        kept = [[one for one in part if one.added_by == person] for part in (self.lost, self.still, self.regained)]
        return RightsReport(*(tuple(part) for part in kept))


@dataclass(frozen=True)
class HelpReply:
    """Help ai's answer to a question, `id`. `words` are the question's, empty where they may not be repeated.

    `is_kept`: nothing answers it, and it waits for the administrators.
    """

    id: str
    answer: Answer
    words: str = ""
    is_kept: bool = False


@dataclass(frozen=True)
class FirmReply:
    """Help ai's answer from the product's own state, to a question `id` about clients; `intent` is of `help_ai.firm`.

    One client: that one, with its `card`, or with an `invoice` and what happened to it. Several and no `waiting`: which
    one is meant, or those that lack rights. `unknown` is a client or an invoice that the asking person has none of.
    """

    id: str
    intent: str
    language: Language
    clients: tuple[Client, ...] = ()
    card: ClientCard | None = None
    waiting: Mapping[str, int] = field(default_factory=dict[str, int])
    invoice: ProductionInvoice | None = None
    entries: tuple[AuditEntry, ...] = ()
    unknown: str | None = None

    def about(self, **found: Any) -> FirmReply:
        """Return the answer with what was found."""
        return replace(self, **found)


@dataclass(frozen=True)
class InstructionCard:
    """What an instruction was understood as, to be confirmed; or what is asked before that.

    `clients` are those that it may be for, `question` what is unclear in it, `previews` the rules that it makes, and
    `act` what is to be done to the rules `meant`; a change of them has its `previews`, too. `problems` are why some of
    that cannot be saved.
    """

    instruction: Instruction
    language: Language
    client: Client | None = None
    clients: tuple[Client, ...] = ()
    question: Question | None = None
    previews: tuple[Preview, ...] = ()
    problems: tuple[Problem, ...] = ()
    act: ActKind | None = None
    meant: tuple[CirculationRule, ...] = ()
    registers: Registers | None = None
    may: bool = True


@dataclass(frozen=True)
class NoAccess:
    """Answers a guest or a person of another organisation who writes to the app."""


@dataclass(frozen=True)
class Thanked:
    """Answers somebody who says thanks."""


@dataclass(frozen=True)
class Stopped:
    """Says that no answer comes, because the person pressed the stop button."""


Fact = (
    AutomatedDay
    | AutomationOffer
    | ClientCard
    | CardMoved
    | CheckResult
    | ReviewCard
    | Returned
    | WentLive
    | TrainingView
    | Trained
    | DimensionsView
    | DimensionsProposed
    | StillTraining
    | Overdue
    | ChannelRefused
    | Morning
    | Digest
    | Introduction
    | HomePage
    | InvoicePicture
    | TrialReport
    | BatchDraft
    | RulesOfFile
    | BatchSummary
    | BatchDone
    | BatchOverdue
    | BatchChannelRefused
    | FileRefused
    | RulesPaused
    | Report
    | TrialOfListNews
    | SendingStoppedNews
    | RightsReport
    | RepairAsked
    | HelpReply
    | FirmReply
    | InstructionCard
    | NoAccess
    | Thanked
    | Stopped
)
