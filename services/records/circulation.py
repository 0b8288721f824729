"""Rules that people make for a client: which invoices go to which circulation list, dimension item or account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Paused(StrEnum):
    """Why a rule is not applied for now: a person paused it, or something in Netvisor is not as it was."""

    BY_PERSON = "by_person"
    LIST_RENAMED = "list_renamed"
    LIST_GONE = "list_gone"
    LISTS_ALIKE = "lists_alike"
    TARGET_GONE = "target_gone"


@dataclass(frozen=True)
class CirculationRule:
    """A rule of a client: its conditions, which all must hold, and what it sets. None is no condition, no target.

    Amounts are inclusive and in cents of the invoice's sum with VAT, without its sign. `text` stands on a line or in a
    reference of the invoice, `address` in the vendor's address; `when_account` is the account's number, as predicted or
    as it stands, `when_dimension` an item of the dimension `when_dimension_name`.

    The targets: a circulation list by its key in Netvisor (`list_name` is what it was called when the rule was made),
    an item of a dimension, an account by its number. Rules are asked in the order of `position`; the first one that
    matches decides, for each target by itself. `paused` says why it is not applied, None that it is.
    """

    workspace: str
    id: str
    client_id: str
    position: int
    author: str
    created_at: datetime
    changed_at: datetime
    vendor: str | None = None
    business_id: str | None = None
    amount_min: int | None = None
    amount_max: int | None = None
    text: str | None = None
    address: str | None = None
    when_account: str | None = None
    when_dimension_name: str | None = None
    when_dimension: str | None = None
    list_key: str | None = None
    list_name: str | None = None
    dimension_name: str | None = None
    dimension: str | None = None
    account: str | None = None
    paused: Paused | None = None
    paused_at: datetime | None = None


@dataclass(frozen=True)
class RuleDraft:
    """A rule as a person sees it in a preview, not saved yet; `id` is `<person>:<rule>`, `content` the rule as JSON."""

    workspace: str
    id: str
    person: str
    updated_at: datetime
    content: str


class CirculationState(StrEnum):
    """How far the circulation list of a written invoice has come on its way into Netvisor.

    `ready` -> `sending` -> `set`; `by_hand` where a person is to set it in Netvisor, and `done` when one has said so.
    `sending` after a restart means: nobody knows whether Netvisor has it.
    """

    READY = "ready"
    SENDING = "sending"
    SET = "set"
    BY_HAND = "by_hand"
    DONE = "done"


@dataclass(frozen=True)
class InvoiceCirculation:
    """The list that was chosen for an invoice whose posting is written; `id` is that of the production invoice.

    `reason` is the stable code of why a person is to set it. `amount` is in cents.
    """

    workspace: str
    id: str
    client_id: str
    netvisor_key: int
    vendor: str
    number: str
    amount: int
    list_key: str
    list_name: str
    state: CirculationState
    reason: str
    created_at: datetime
    changed_at: datetime
    chosen_by: str | None = None
    attempted_at: datetime | None = None
    done_by: str | None = None


class TrialOfListState(StrEnum):
    """How far a trial of sending a list has come: `sent` waits for a person who has looked at it in Netvisor."""

    ASKED = "asked"
    SENDING = "sending"
    SENT = "sent"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class TrialOfList:
    """A trial of sending a circulation list on one invoice that a person chose.

    `mark` is the template's: another template has to be tried again. `before` and `after` are what reading said of the
    invoice's circulation: `none`, `some`, `same` (the list that was sent), or `unknown`. A confirmed one is what
    sending rests on in its workspace.
    """

    workspace: str
    id: str
    client_id: str
    netvisor_key: int
    number: str
    list_key: str
    list_name: str
    mark: str
    state: TrialOfListState
    asked_by: str
    asked_at: datetime
    changed_at: datetime
    attempted_at: datetime | None = None
    request: str = ""
    reply: str = ""
    before: str = "unknown"
    after: str = "unknown"
    reason: str = ""
    confirmed_by: str | None = None


@dataclass(frozen=True)
class SendingStopped:
    """Lists are not sent for a client (`id`) any more, after something that nobody expected; `reason` is its code."""

    workspace: str
    id: str
    stopped_at: datetime
    reason: str
    number: str
