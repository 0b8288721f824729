"""Circulation lists: rules, the trial of sending, and what stopped it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.records import CirculationRule, Client, Registers, SendingStopped, TrialOfList

if TYPE_CHECKING:  # circulation tells facts itself
    pass


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
