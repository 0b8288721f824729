"""What an instruction can mean: a rule for purchase invoices, or something to be done to rules that exist."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Rule:
    """Which invoices, and where they go. Amounts are inclusive and in cents; names are as they were given.

    None is no condition, or no such target; `dimension_name` is the dimension of the item `dimension`, if known.
    """

    vendor: str | None = None
    amount_min: int | None = None
    amount_max: int | None = None
    text: str | None = None
    list: str | None = None
    dimension: str | None = None
    dimension_name: str | None = None
    account: str | None = None


class Wait(StrEnum):
    """Why an instruction waits for the names of its client: its vendors, lists, dimensions and accounts."""

    READING = "reading"
    SILENT = "silent"
    """Netvisor does not answer."""
    BLOCKED = "blocked"
    """Rights are missing."""
    PAUSED = "paused"
    STOPPED = "stopped"
    """The reading ended before its end, or somebody cancelled it."""
    READ = "read"
    """It waits no more: the answer is a message of its own."""
    GONE = "gone"
    """The client was removed."""


class ActKind(StrEnum):
    """What is to be done to rules that exist."""

    SHOW = "show"
    CHANGE = "change"
    REMOVE = "remove"
    PAUSE = "pause"
    RESUME = "resume"


@dataclass(frozen=True)
class Act:
    """Something to be done to rules that exist, after a person has confirmed which.

    `which` describes the rules that are meant: those that agree with every field that is given of any of them; none
    describes all rules. `new` holds what a change puts into them: only the fields that are given. `limit` is a new
    limit, in cents, of which the words do not tell whether it is the lower or the upper one: it replaces the one that
    a rule has.
    """

    kind: ActKind
    which: tuple[Rule, ...] = ()
    new: Rule | None = None
    limit: int | None = None
