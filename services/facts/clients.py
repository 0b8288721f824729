"""A client's card, its check, and that it is live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.records import AuditEntry, Client, RepairMessage, RightsCheck, Run, Tick

if TYPE_CHECKING:  # circulation tells facts itself
    pass


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
    """A finished or running check of a client's rights, with what people have ticked.

    `is_favourite` says whether who sees it has starred the client, None where that is not shown.
    """

    client: Client
    check: RightsCheck
    ticks: tuple[Tick, ...] = ()
    runs: tuple[Run, ...] = ()
    sent: tuple[RepairMessage, ...] = ()
    is_favourite: bool | None = None


@dataclass(frozen=True)
class WentLive:
    """A client went into production."""

    client: Client
    runs: tuple[Run, ...]
