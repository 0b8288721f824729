"""What has been fetched of a client's past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


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
