"""Credentials and their trials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.records import Client, Credential, CredentialEvent, Outcome, Trial, TrialResult

if TYPE_CHECKING:  # circulation tells facts itself
    pass


@dataclass(frozen=True)
class CredentialRow:
    """A credential, and how many clients use it."""

    credential: Credential
    clients: int


@dataclass(frozen=True)
class CredentialPage:
    """A page of the list of credentials; `number` counts from 0, `total` are the credentials of all pages."""

    rows: tuple[CredentialRow, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class CredentialDetails:
    """A credential with the clients that use it, what was last done with it, and a trial that is not settled."""

    credential: Credential
    clients: tuple[Client, ...]
    events: tuple[CredentialEvent, ...] = ()
    trial: Trial | None = None


@dataclass(frozen=True)
class TrialReport:
    """How a trial stands: how many clients came to what, and once it is over, those there is something to say of.

    `switchable` is how many clients the credential may take over, 0 while that is not known or too long ago.
    """

    trial: Trial
    credential: Credential
    replaced: Credential | None
    counts: Mapping[Outcome, int]
    listed: tuple[tuple[Client, TrialResult], ...] = ()
    switchable: int = 0
    only_client: Client | None = None
    """The one client that a trial was about, if it was one."""

    @property
    def total(self) -> int:
        """How many clients the trial is about."""
        return sum(self.counts.values())
