"""Clients that are added together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from services.batch_lines import Line
from services.records import Batch, Client

if TYPE_CHECKING:  # circulation tells facts itself
    pass


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
