"""What is stored: one frozen dataclass a table.

Every record belongs to a workspace (one Slack workspace, or one organisation of an Enterprise Grid) and has an
id that is unique within it. Times are UTC; Netvisor's dates stay dates; money is integer cents.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


def new_id() -> str:
    """Return a random id of 16 characters that is safe in URLs, Slack values and file names."""
    return secrets.token_hex(8)


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


class Verdict(StrEnum):
    """What is known of a right. Never a guess: what the API cannot show is unreadable and asked of a person."""

    CONFIRMED = "confirmed"
    DENIED = "denied"
    UNREADABLE = "unreadable"


class RunState(StrEnum):
    """The life of a training run."""

    QUEUED = "queued"
    FETCHING = "fetching"
    TRAINING = "training"
    EVALUATING = "evaluating"
    DEPLOYED = "deployed"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED_RUN_STATES = (RunState.QUEUED, RunState.FETCHING, RunState.TRAINING, RunState.EVALUATING)


class Role(StrEnum):
    """Who a person is to the workspace. Guests and people of other organisations change nothing."""

    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"
    EXTERNAL = "external"


class InvoiceState(StrEnum):
    """How far an invoice in production has come.

    `arrived` -> `waiting` for a person, or `left` as it is, or `confirmed` -> `writing` -> `written`. `writing` after
    a restart means: nobody knows whether Netvisor has it.
    """

    ARRIVED = "arrived"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    WRITING = "writing"
    WRITTEN = "written"
    LEFT = "left"


class MessageState(StrEnum):
    """How far a Slack message has come. `SENDING` after a restart means: nobody knows whether Slack has it."""

    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    REFUSED = "refused"


@dataclass(frozen=True)
class Workspace:
    """A Slack workspace that has the app. `id` equals `workspace`."""

    workspace: str
    id: str
    team_id: str
    name: str
    language: str
    created_at: datetime


@dataclass(frozen=True)
class Person:
    """A person of the workspace as Slack knows them; `id` is Slack's user id, `language` their own choice."""

    workspace: str
    id: str
    name: str
    role: Role
    refreshed_at: datetime
    language: str | None = None


@dataclass(frozen=True)
class Delivery:
    """One delivery of Slack's that has been handled; `id` is its dedupe key, `answer` what acknowledged it."""

    workspace: str
    id: str
    received_at: datetime
    answer: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Job:
    """Durable work. `payload` holds ids only, never a secret; at most one waits per (kind, key).

    Jobs of one `lock` never run side by side; `boot` and `lease_until` say who runs it and until when.
    """

    workspace: str
    id: str
    kind: str
    key: str
    lock: str
    payload: Mapping[str, str]
    run_at: datetime
    attempts: int = 0
    boot: str | None = None
    lease_until: datetime | None = None
    failed: str | None = None


class CredentialKind(StrEnum):
    """Whose Netvisor user an API credential belongs to; it stops working when that user's access ends."""

    UNKNOWN = "unknown"
    GENERIC = "generic"
    PERSONAL = "personal"


class TrialState(StrEnum):
    """Whether a trial of a credential goes on. A stopped one has results only of the clients it reached."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


class Outcome(StrEnum):
    """What a credential did in one client company.

    Of a change: `works`; `unproven`, nothing is denied but a right that the old credential showed is no longer shown;
    `stays_blocked`, what is denied was denied before too; `loses`, denied is what the old one has. Of a test: `works`
    or `refused`. Of both: `rejected`, Netvisor does not accept the credential there, and `silent`, it did not answer.
    """

    WAITING = "waiting"
    WORKS = "works"
    UNPROVEN = "unproven"
    STAYS_BLOCKED = "stays_blocked"
    LOSES = "loses"
    REFUSED = "refused"
    REJECTED = "rejected"
    SILENT = "silent"
    SWITCHED = "switched"


@dataclass(frozen=True)
class Credential:
    """A Netvisor API credential: both halves sealed, their last four characters kept for people.

    `owner` names the person whose Netvisor user it is, where `kind` says that it is a person's. The last test worked
    in `test_worked` of `test_tried` clients.
    """

    workspace: str
    id: str
    sealed_customer_id: str
    sealed_customer_key: str
    customer_id_ending: str
    customer_key_ending: str
    added_by: str
    added_at: datetime
    label: str = ""
    kind: CredentialKind = CredentialKind.UNKNOWN
    owner: str = ""
    tested_at: datetime | None = None
    test_worked: int = 0
    test_tried: int = 0


@dataclass(frozen=True)
class CredentialDraft:
    """What a person has typed of a credential that they add, before the key; never a secret.

    `replaces` is the credential that it shall take the place of, for the clients `only`, or for all when that is empty.
    """

    workspace: str
    id: str
    person: str
    updated_at: datetime
    label: str = ""
    kind: CredentialKind = CredentialKind.UNKNOWN
    owner: str = ""
    replaces: str = ""
    only: tuple[str, ...] = ()


@dataclass(frozen=True)
class CredentialEvent:
    """Who did what with a credential and when; it outlives the credential. `what` is a stable code.

    `details` hold what the sentence needs: counts, the last four characters, never a secret.
    """

    workspace: str
    id: str
    credential_id: str
    what: str
    person: str
    at: datetime
    details: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True)
class Trial:
    """A credential held against client companies: a test of its own, or before it `replaces` another.

    `only` limits it to some clients. `watchers` are Slack view id -> person. `round` counts how often it was gone
    through; while Netvisor is silent `waiting_for` has the stable code of why and `retry_at` says when next.
    """

    workspace: str
    id: str
    credential_id: str
    state: TrialState
    started_at: datetime
    requested_by: str
    replaces: str = ""
    only: tuple[str, ...] = ()
    watchers: Mapping[str, str] = field(default_factory=dict[str, str])
    round: int = 1
    waiting_for: str | None = None
    retry_at: datetime | None = None
    finished_at: datetime | None = None
    failure: str | None = None


@dataclass(frozen=True)
class TrialResult:
    """What a trial came to in one client; `id` is `<trial id>:<client id>`.

    `lacking` are the ids of the checks that are denied, or no longer shown, `repairs` the codes of what to do about
    them, `code` Netvisor's own. `findings` is JSON, kept until the client is switched.
    """

    workspace: str
    id: str
    trial_id: str
    client_id: str
    outcome: Outcome
    lacking: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    code: str = ""
    findings: str = ""


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

    `batch_id` is the batch that it was added in, `live_since` when it first went into production.
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


@dataclass(frozen=True)
class RightsCheck:
    """The newest check of one client (`id` is the client's): findings so far and who is looking at it.

    `findings` are `services.rights.Finding`s as data, in the order found. `watchers` are Slack view id -> person.
    `waiting_for` is set while Netvisor itself could not answer: the stable code of why; `retry_at` says when next.
    `requested_by` is empty for a check that nobody asked for alone: its batch tells what came of it.
    """

    workspace: str
    id: str
    started_at: datetime
    requested_by: str
    findings: tuple[Mapping[str, object], ...] = ()
    watchers: Mapping[str, str] = field(default_factory=dict[str, str])
    finished_at: datetime | None = None
    waiting_for: str | None = None
    retry_at: datetime | None = None
    attempt: int = 1


@dataclass(frozen=True)
class Tick:
    """A person's word for what the API cannot show, and what a write said of it; `id` is `<client id>:<check id>`.

    `person` is empty and `ticked_at` None where nobody ticked it. `about` names what was looked at (a credential, the
    members of the lists): when that is another one, the tick holds no more. A write proves it (`proven_at`) or
    reopens it (`reopened_at`, with `refusal`, Netvisor's code and masked words).
    """

    workspace: str
    id: str
    client_id: str
    check_id: str
    person: str
    ticked_at: datetime | None
    about: str = ""
    proven_at: datetime | None = None
    reopened_at: datetime | None = None
    refusal: str = ""


@dataclass(frozen=True)
class RepairMessage:
    """A person's message that asks another for a repair; `view_id` is the modal that tells the sender about it."""

    workspace: str
    id: str
    client_id: str
    sender: str
    receiver: str
    text: str
    view_id: str
    asked_at: datetime
    state: MessageState


class NewsKind(StrEnum):
    """What a channel is told of a client's rights."""

    LOST = "lost"
    CHANGED = "changed"
    STILL = "still"
    REGAINED = "regained"


@dataclass(frozen=True)
class RightsNews:
    """Something about a client's rights that its channel is told once.

    `since` is when the client was blocked, which names the trouble; `missing` what was missing; `told_in` the id of the
    job whose message tells it, empty until then.
    """

    workspace: str
    id: str
    client_id: str
    channel: str
    kind: NewsKind
    missing: tuple[str, ...]
    since: datetime
    happened_at: datetime
    told_in: str = ""


@dataclass(frozen=True)
class StoredInvoice:
    """A purchase invoice of Netvisor's that has been fetched; `id` is `<client id>:<Netvisor key>`.

    `content` is JSON made by `services.history`: kept as text, so that the bot passes it on without reading it.
    """

    workspace: str
    id: str
    client_id: str
    netvisor_key: int
    invoice_date: date | None
    content: str


@dataclass(frozen=True)
class StoredVoucher:
    """A voucher of a purchase invoice; `id` is `<client id>:<Netvisor key>`, `content` as of StoredInvoice."""

    workspace: str
    id: str
    client_id: str
    netvisor_key: int
    content: str
    voucher_date: date | None = None


@dataclass(frozen=True)
class Fetched:
    """How far a client's history (`id` is the client's) has been fetched: everything from `first_day` on.

    `fetched_at` is when the last fetch that came to its end began: later changes are still to be fetched. A first
    fetch that goes on has `begun_at` instead, and vouchers until `vouchers_until`. `changes` counts what became other
    than the models in use have learnt.
    """

    workspace: str
    id: str
    first_day: date
    fetched_at: datetime | None = None
    begun_at: datetime | None = None
    vouchers_until: date | None = None
    changes: int = 0


@dataclass(frozen=True)
class Chart:
    """What a client (`id`) has in Netvisor besides invoices, as read at a time.

    `accounts` maps an account's number to its name, `closing` are the numbers of those that only balance a voucher
    (trade payables, VAT). `dimensions` maps a dimension's name to its items' names.
    """

    workspace: str
    id: str
    read_at: datetime
    accounts: Mapping[str, str]
    closing: tuple[str, ...]
    dimensions: Mapping[str, list[str]]


@dataclass(frozen=True)
class Run:
    """One training run of one target. Progress is counted work: `done` of `total` of a `step`'s things
    (invoices, months of vouchers, lines).

    `id` is `<batch>:<target>`; the runs of one training share a batch and their fetching. `report` holds the
    figures of the target's evaluation. `requested_by` is empty when nobody asked: the program retrains by itself.
    `failure` is why it waits or failed; of a cancelled one, who cancelled it.
    """

    workspace: str
    id: str
    client_id: str
    batch: str
    target: str
    state: RunState
    started_at: datetime
    requested_by: str
    step: str = ""
    done: int = 0
    total: int = 0
    report: Mapping[str, object] | None = None
    failure: str | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True)
class Artifact:
    """The models of a client as one artifact; `id` is the client's."""

    workspace: str
    id: str
    batch: str
    deployed_at: datetime
    content: bytes


@dataclass(frozen=True)
class Arrivals:
    """How far a client's new invoices have been fetched; `id` is the client's, `since` the time of the last call."""

    workspace: str
    id: str
    since: datetime


@dataclass(frozen=True)
class Registers:
    """What a client's lines can be posted to, for people to choose from; `id` is the client's.

    `accounts` maps a number to its name, `dimensions` a name to its items; circulation lists are key -> name.
    """

    workspace: str
    id: str
    fetched_at: datetime
    accounts: Mapping[str, str]
    dimensions: Mapping[str, list[str]]
    lists: Mapping[str, str]


@dataclass(frozen=True)
class ProductionInvoice:
    """An invoice that production handles; `id` is `<client id>:<Netvisor key>`.

    `content` is the invoice as it was read, `fingerprint` tells it from a later version; `proposal` is a
    `services.proposals.Proposal` as JSON. `reason` is the stable code of why it waits or was left. `amount` is in
    cents. `token` is the mark that a write's comment carries, by which it is found again.
    """

    workspace: str
    id: str
    client_id: str
    netvisor_key: int
    vendor: str
    number: str
    amount: int
    invoice_date: date | None
    state: InvoiceState
    arrived_at: datetime
    changed_at: datetime
    fingerprint: str
    content: str
    proposal: str = ""
    confidence: float = 0.0
    reason: str = ""
    model: str = ""
    decided_by: str | None = None
    decided_at: datetime | None = None
    comment: str = ""
    token: str = ""
    attempted_at: datetime | None = None
    learned_at: datetime | None = None


@dataclass(frozen=True)
class AuditEntry:
    """One thing that was seen, decided or written of an invoice; `details` hold nothing secret.

    `id` sorts by time. `person` is None where no person acted. `netvisor_key` is 0 for what happened to the client.
    """

    workspace: str
    id: str
    client_id: str
    netvisor_key: int
    at: datetime
    event: str
    person: str | None = None
    details: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True)
class DimensionOrder:
    """Predictions of a dimension, ordered by a person; `id` is `<client id>:<name>`. Nothing else is trained."""

    workspace: str
    id: str
    client_id: str
    name: str
    ordered_by: str
    ordered_at: datetime


@dataclass(frozen=True)
class DimensionProposal:
    """What has been proposed to a client's people (`id` is the client's): the dimensions that may be ordered.

    `lines` says on how many lines people have given each. `number` counts the proposals. It is open until somebody
    orders or asks for it again at `ask_at`.
    """

    workspace: str
    id: str
    lines: Mapping[str, int]
    proposed_at: datetime
    number: int = 1
    is_open: int = 1
    ask_at: datetime | None = None
    answered_by: str | None = None


@dataclass(frozen=True)
class OpenView:
    """A modal about a client that a person has open and that follows what happens; `id` is Slack's."""

    workspace: str
    id: str
    client_id: str
    person: str
    shows: str
    opened_at: datetime


@dataclass(frozen=True)
class Message:
    """A Slack message of ours, one a matter (`id`). `token` is its mark, by which Slack's history is searched.

    `attempted_at` is when it was last sent or edited, `shown` the digest of what it shows, `thread` the timestamp
    of the message it answers to.
    """

    workspace: str
    id: str
    channel: str
    token: str
    state: MessageState
    attempted_at: datetime
    timestamp: str | None = None
    thread: str | None = None
    shown: str | None = None
    refusal: str | None = None


@dataclass(frozen=True)
class ScheduledMessage:
    """A message that Slack itself posts later, also when we are down; `id` is the matter."""

    workspace: str
    id: str
    channel: str
    state: MessageState
    post_at: datetime
    text: str
    scheduled_id: str | None = None


@dataclass(frozen=True)
class CompanyLease:
    """Whose turn it is to call Netvisor for a company; `id` is `<host>/<business id>`, shared by all workspaces."""

    workspace: str
    id: str
    holder: str
    until: datetime
