"""API credentials of Netvisor, and how they are tried before anything switches to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class CredentialKind(StrEnum):
    """Whose Netvisor user an API credential belongs to; it stops working when that user's access ends."""

    UNKNOWN = "unknown"
    GENERIC = "generic"
    PERSONAL = "personal"


class TrialState(StrEnum):
    """Whether a trial of a credential goes on. A stopped one has results only of the clients it reached."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


class Outcome(StrEnum):
    """What a credential did in one client company.

    Of a change: `works`; `unproven`, nothing is denied but a right that the old credential showed is no longer shown;
    `stays_blocked`, what is denied was denied before too; `loses`, denied is what the old one has. Of a test: `works`
    or `refused`. Of both: `rejected`, Netvisor does not accept the credential there, and `silent`, it did not answer.
    """

    WAITING = "waiting"
    WORKS = "works"
    UNPROVEN = "unproven"
    STAYS_BLOCKED = "stays_blocked"
    LOSES = "loses"
    REFUSED = "refused"
    REJECTED = "rejected"
    SILENT = "silent"
    SWITCHED = "switched"


@dataclass(frozen=True)
class Credential:
    """A Netvisor API credential: both halves sealed, their last four characters kept for people.

    `owner` names the person whose Netvisor user it is, where `kind` says that it is a person's. The last test worked
    in `test_worked` of `test_tried` clients; where nothing was tested (0), `tested_at` is when a rights check last used
    it.
    """

    workspace: str
    id: str
    sealed_customer_id: str
    sealed_customer_key: str
    customer_id_ending: str
    customer_key_ending: str
    added_by: str
    added_at: datetime
    label: str = ""
    kind: CredentialKind = CredentialKind.UNKNOWN
    owner: str = ""
    tested_at: datetime | None = None
    test_worked: int = 0
    test_tried: int = 0


@dataclass(frozen=True)
class CredentialDraft:
    """What a person has typed of a credential that they add, before the key; never a secret.

    `replaces` is the credential that it shall take the place of, for the clients `only`, or for all when that is empty.
    """

    workspace: str
    id: str
    person: str
    updated_at: datetime
    label: str = ""
    kind: CredentialKind = CredentialKind.UNKNOWN
    owner: str = ""
    replaces: str = ""
    only: tuple[str, ...] = ()


@dataclass(frozen=True)
class CredentialEvent:
    """Who did what with a credential and when; it outlives the credential. `what` is a stable code.

    `details` hold what the sentence needs: counts, the last four characters, never a secret.
    """

    workspace: str
    id: str
    credential_id: str
    what: str
    person: str
    at: datetime
    details: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True)
class Trial:
    """A credential held against client companies: a test of its own, or before it `replaces` another.

    `only` limits it to some clients. `watchers` are Slack view id -> person. `round` counts how often it was gone
    through; while Netvisor is silent `waiting_for` has the stable code of why and `retry_at` says when next.
    """

    workspace: str
    id: str
    credential_id: str
    state: TrialState
    started_at: datetime
    requested_by: str
    replaces: str = ""
    only: tuple[str, ...] = ()
    watchers: Mapping[str, str] = field(default_factory=dict[str, str])
    round: int = 1
    waiting_for: str | None = None
    retry_at: datetime | None = None
    finished_at: datetime | None = None
    failure: str | None = None


@dataclass(frozen=True)
class TrialResult:
    """What a trial came to in one client; `id` is `<trial id>:<client id>`.

    `lacking` are the ids of the checks that are denied, or no longer shown, `repairs` the codes of what to do about
    them, `code` Netvisor's own. `findings` is JSON, kept until the client is switched.
    """

    workspace: str
    id: str
    trial_id: str
    client_id: str
    outcome: Outcome
    lacking: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    code: str = ""
    findings: str = ""
