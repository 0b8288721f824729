"""Netvisor API credentials: sealed before anything else happens with them, shown as their last four characters."""

from __future__ import annotations

from datetime import datetime

from pydantic import SecretStr

from services.netvisor import ApiCredential
from services.records import Credential, new_id
from services.store import Unit
from services.vault import Vault

SHORTEST = 8
LONGEST = 200


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
    vault: Vault, workspace: str, customer_id: SecretStr, customer_key: SecretStr, person: str, now: datetime
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
    )


def open_credential(unit: Unit, vault: Vault, workspace: str, credential_id: str) -> ApiCredential:
    """Return a credential ready for use; raise VaultError when its sealing key is gone."""
    credential = unit[Credential].get(workspace, credential_id)
    if credential is None:
        raise LookupError(f"no credential {credential_id}")
    return ApiCredential(
        customer_id=vault.open(credential.sealed_customer_id, workspace, credential.id, "customer_id"),
        customer_key=vault.open(credential.sealed_customer_key, workspace, credential.id, "customer_key"),
    )
