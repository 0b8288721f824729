"""How well production does: each handled invoice, what was predicted of it and how it stands in the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Way(StrEnum):
    """By whom an invoice was handled: a person in the review, automation, unasked in background, or in Netvisor."""

    PERSON = "person"
    AUTOMATION = "automation"
    BACKGROUND = "background"
    NETVISOR = "netvisor"


@dataclass(frozen=True)
class Handled:
    """An invoice that has been handled; `id` is the production invoice's.

    `predicted` holds for each line what was predicted of it (`services.measuring.predicted_values`), `touched` is 1
    where a person changed any of it before it was written. Once the books show how the invoice was finally posted,
    `agreeing` of `compared` predicted values stand there as predicted, and `corrections` are the others: rows of
    target, predicted, posted.
    """

    workspace: str
    id: str
    client_id: str
    netvisor_key: int
    vendor: str
    arrived_at: datetime
    handled_at: datetime
    way: Way
    predicted: tuple[dict[str, Any], ...]
    touched: int
    agreeing: int = 0
    compared: int = 0
    corrections: tuple[list[str], ...] = ()
    compared_at: datetime | None = None


@dataclass(frozen=True)
class Drifts:
    """Vendors of a client (`id`) whose account changed lately: rows of vendor, before, after, and since which day."""

    workspace: str
    id: str
    found_at: datetime
    changes: tuple[list[str], ...] = ()
