"""What channels and people are told in the morning, and that a channel takes no more messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from services.records import Batch, Client

if TYPE_CHECKING:  # circulation tells facts itself
    pass


@dataclass(frozen=True)
class ChannelRefused:
    """The channel of some clients, at least one and all of it, takes no messages from us."""

    clients: tuple[Client, ...]
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
    """What a person is told in their morning message: clients with a code of `services.telling`, and whole batches."""

    person: str
    items: tuple[tuple[Client, str], ...]
    batches: tuple[Batch, ...] = ()
