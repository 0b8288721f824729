"""Invoices in production and what was done to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


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


@dataclass(frozen=True)
class Arrivals:
    """How far a client's new invoices have been fetched; `id` is the client's, `since` the time of the last call.

    `silent_since` is when Netvisor stopped answering, None while it does.
    """

    workspace: str
    id: str
    since: datetime
    silent_since: datetime | None = None


@dataclass(frozen=True)
class Registers:
    """What a client's lines can be posted to, for people to choose from; `id` is the client's.

    `accounts` maps a number to its name, `dimensions` a name to its items; circulation lists are key -> name. `locks`
    says until which day (ISO) what is locked: `accounting`, `vat`, `purchase`.
    """

    workspace: str
    id: str
    fetched_at: datetime
    accounts: Mapping[str, str]
    dimensions: Mapping[str, list[str]]
    lists: Mapping[str, str]
    locks: Mapping[str, str] = field(default_factory=dict[str, str])


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
