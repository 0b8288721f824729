"""Netvisor API credentials: sealed before anything else happens with them, shown as their last four characters.

One belongs to a user in Netvisor and serves many clients. What is done with it is kept as events, also after it is
gone: who, what, when. How one takes another's place is in `services.trials`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import SecretStr

from services.audit import note_workspace
from services.facts import CredentialDetails, CredentialPage, CredentialRow
from services.netvisor import ApiCredential
from services.onboarding import normal_business_id
from services.records import (
    Client,
    ClientState,
    Credential,
    CredentialDraft,
    CredentialEvent,
    CredentialKind,
    Trial,
    TrialState,
    new_id,
)
from services.store import Unit
from services.vault import Vault, VaultError

SHORTEST = 8
LONGEST = 200
PAGE = 20
"""Credentials on a page of the list."""

CLIENTS_SHOWN = 12
EVENTS_SHOWN = 6
DRAFTS_KEPT = timedelta(days=1)

LIVING = tuple(state for state in ClientState if state is not ClientState.REMOVED)


def problem_of_secret(secret: SecretStr, *, access_key: str) -> str | None:
    """Return the stable code of what is plainly wrong with a pasted API key or user identifier, or None.

    Visma publishes no shape, so the rule is the product's own: 8 to 200 printable ASCII characters without spaces,
    and not the access key, which the article shows on the same page.
    """
    value = secret.get_secret_value().strip()
    if not value.isascii() or any(not "!" <= character <= "~" for character in value):
        return "not_plain"
    if value.upper() == access_key.upper():
        return "access_key"
    if not SHORTEST <= len(value) <= LONGEST:
        return "length"
    return None


def seal_credential(
    vault: Vault,
    workspace: str,
    customer_id: SecretStr,
    customer_key: SecretStr,
    person: str,
    now: datetime,
    *,
    label: str = "",
    kind: CredentialKind = CredentialKind.UNKNOWN,
    owner: str = "",
) -> Credential:
    """Return the sealed credential; white space around what was pasted is dropped."""
    record_id = new_id()
    identifier, key = (SecretStr(secret.get_secret_value().strip()) for secret in (customer_id, customer_key))
    return Credential(
        workspace=workspace,
        id=record_id,
        sealed_customer_id=vault.seal(identifier, workspace, record_id, "customer_id"),
        sealed_customer_key=vault.seal(key, workspace, record_id, "customer_key"),
        customer_id_ending=identifier.get_secret_value()[-4:],
        customer_key_ending=key.get_secret_value()[-4:],
        added_by=person,
        added_at=now,
        label=label,
        kind=kind,
        owner=owner,
    )


def add_credential(unit: Unit, credential: Credential) -> None:
    """Store a sealed credential, and who added it."""
    unit[Credential].put(credential)
    note(unit, credential, "added", credential.added_by, credential.added_at)


def note_accepted(unit: Unit, workspace: str, credential_id: str, now: datetime) -> None:
    """Note that Netvisor has taken a credential outside a test: kept until a test says in how many clients it works."""
    unit[Credential].change(workspace, credential_id, {"test_tried": 0}, tested_at=now)


def open_credential(unit: Unit, vault: Vault, workspace: str, credential_id: str) -> ApiCredential:
    """Return a credential ready for use; raise VaultError when its sealing key is gone."""
    credential = unit[Credential].get(workspace, credential_id)
    if credential is None:
        raise LookupError(f"no credential {credential_id}")
    return _opened(vault, credential)


def _opened(vault: Vault, credential: Credential) -> ApiCredential:
    return ApiCredential(
        customer_id=vault.open(credential.sealed_customer_id, credential.workspace, credential.id, "customer_id"),
        customer_key=vault.open(credential.sealed_customer_key, credential.workspace, credential.id, "customer_key"),
    )


def same_credential(unit: Unit, vault: Vault, typed: Credential) -> Credential | None:
    """Return the stored credential that is the same as a sealed one that was just typed, or None."""
    wanted = _opened(vault, typed)
    # Only those of the same endings can be the same, and no others are opened.
    for known in unit[Credential].find(typed.workspace, customer_key_ending=typed.customer_key_ending):
        try:
            if _opened(vault, known) == wanted:
                return known
        except VaultError:
            continue
    return None


def clients_of(unit: Unit, credential: Credential) -> list[Client]:
    """Return the clients that use a credential, by name."""
    return unit[Client].find(credential.workspace, credential_id=credential.id, state__in=LIVING, order="name")


def count_clients(unit: Unit, credential: Credential) -> int:
    """Count the clients that use a credential."""
    return unit[Client].count(credential.workspace, credential_id=credential.id, state__in=LIVING)


def clients_named(unit: Unit, credential: Credential, text: str) -> tuple[tuple[str, ...], list[str]]:
    """Return the ids of those clients of a credential that lines of business ids or names mean, and the other lines."""
    clients = clients_of(unit, credential)
    by_word = {client.name.casefold(): client.id for client in clients}
    by_word |= {client.business_id: client.id for client in clients}
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    words = {line: normal_business_id(line) or line.casefold() for line in lines}
    found = {by_word[word] for word in words.values() if word in by_word}
    return tuple(sorted(found)), [line for line, word in words.items() if word not in by_word]


def new_draft(unit: Unit, workspace: str, person: str, now: datetime) -> CredentialDraft:
    """Store and return an empty draft; those that were left lying are forgotten."""
    unit[CredentialDraft].delete(workspace, updated_at__lt=now - DRAFTS_KEPT)
    draft = CredentialDraft(workspace, new_id(), person, now)
    unit[CredentialDraft].put(draft)
    return draft


def describe(
    unit: Unit, credential: Credential, label: str, kind: CredentialKind, owner: str, person: str, now: datetime
) -> Credential:
    """Give a credential its label, and say whose user it is."""
    described = dataclasses.replace(
        credential, label=label, kind=kind, owner=owner if kind is CredentialKind.PERSONAL else ""
    )
    if described != credential:
        unit[Credential].put(described)
        note(unit, credential, "described", person, now)
    return described


def remove_credential(unit: Unit, credential: Credential, person: str, now: datetime) -> int:
    """Delete a credential that no client uses; else do nothing, and return how many do.

    What was sealed is gone from the table; its last four characters stay in the events. A trial of it ends.
    """
    used = count_clients(unit, credential)
    if used:
        return used
    for trial in unit[Trial].find(credential.workspace, credential_id=credential.id):
        unit[Trial].change(trial.workspace, trial.id, state=TrialState.STOPPED, waiting_for=None, retry_at=None)
    unit[Credential].delete(credential.workspace, id=credential.id)
    note(unit, credential, "removed", person, now)
    return 0


def note(unit: Unit, credential: Credential, what: str, person: str, now: datetime, **details: object) -> None:
    """Keep who did what with a credential and when."""
    endings = {"key": credential.customer_key_ending, "identifier": credential.customer_id_ending}
    unit[CredentialEvent].put(
        CredentialEvent(credential.workspace, new_id(), credential.id, what, person, now, {**endings, **details})
    )
    note_workspace(unit, credential.workspace, "credentials", now, person, what=what, **endings)


def credential_page(unit: Unit, workspace: str, number: int) -> CredentialPage:
    """Return a page of the credentials, the newest first; a page that is not there is the last one."""
    credentials = unit[Credential].find(workspace, order="-added_at")
    pages = max(1, -(-len(credentials) // PAGE))
    number = min(max(number, 0), pages - 1)
    rows = tuple(CredentialRow(one, count_clients(unit, one)) for one in credentials[number * PAGE :][:PAGE])
    return CredentialPage(rows, number, pages, len(credentials))


def credential_details(unit: Unit, credential: Credential) -> CredentialDetails:
    """Return all there is to show of a credential."""
    workspace = credential.workspace
    clients = clients_of(unit, credential)
    events = unit[CredentialEvent].find(workspace, credential_id=credential.id, order="-at", limit=EVENTS_SHOWN)
    changes = [
        *unit[Trial].find(workspace, replaces=credential.id, order="-started_at", limit=1),
        *unit[Trial].find(workspace, credential_id=credential.id, order="-started_at", limit=1),
    ]
    unsettled = [one for one in changes if one.state in (TrialState.RUNNING, TrialState.FINISHED)]
    trial = max(unsettled, key=lambda one: one.started_at, default=None)
    return CredentialDetails(credential, tuple(clients), tuple(events), trial)


def owned_alike(unit: Unit, credential: Credential) -> list[Credential]:
    """Return the credentials of the same person, this one first; of nobody known, this one only."""
    others = unit[Credential].find(credential.workspace, kind=CredentialKind.PERSONAL, order="-added_at")
    same = [one for one in others if one.id != credential.id and one.owner.casefold() == credential.owner.casefold()]
    return [credential, *(same if credential.kind is CredentialKind.PERSONAL and credential.owner else [])]


def owners(credentials: Sequence[Credential]) -> list[Credential]:
    """Return one credential for each user who may leave: generic users do not, a person's several are one."""
    seen: set[str] = set()
    chosen: list[Credential] = []
    for credential in credentials:
        who = credential.owner.casefold() if credential.kind is CredentialKind.PERSONAL else ""
        if credential.kind is CredentialKind.GENERIC or (who and who in seen):
            continue
        seen.add(who)
        chosen.append(credential)
    return chosen
