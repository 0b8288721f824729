"""Sealing secrets: AES-256-GCM bound to workspace, record and field.

A sealed value is `v1.<key id>.<base64 of nonce and ciphertext>`. Because the place it belongs to is authenticated
with it, a value copied into another row or workspace does not open (measured against Fernet, which does not notice).
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

KEY_BYTES = 32
NONCE_BYTES = 12


class VaultError(Exception):
    """A sealed value cannot be opened: its key is unknown, or it was moved or changed."""


def generate_key() -> str:
    """Return a new sealing key as text for FABRIC_SECRET_KEYS."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


class Vault:
    """Seals and opens with the sealing keys: the first one seals, all of them open."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Raise ValueError when there is no key or one is not 32 bytes in URL-safe base64."""
        if not keys:
            raise ValueError("at least one sealing key is needed")
        self._ciphers: dict[str, AESGCM] = {}
        for key in keys:
            try:
                raw = base64.urlsafe_b64decode(key)
            except ValueError:
                raw = b""
            if len(raw) != KEY_BYTES:
                raise ValueError("a sealing key is 32 bytes in URL-safe base64") from None
            self._ciphers[hashlib.sha256(raw).hexdigest()[:8]] = AESGCM(raw)
        self._current = next(iter(self._ciphers))

    def __repr__(self) -> str:
        return f"Vault({len(self._ciphers)} keys)"

    def seal(self, secret: SecretStr, workspace: str, record_id: str, field: str) -> str:
        """Seal a secret for the one place that it belongs to."""
        nonce = os.urandom(NONCE_BYTES)
        place = _place(workspace, record_id, field)
        sealed = self._ciphers[self._current].encrypt(nonce, secret.get_secret_value().encode(), place)
        return f"v1.{self._current}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, workspace: str, record_id: str, field: str) -> SecretStr:
        """Open what `seal` made; raise VaultError when that is not possible."""
        version, _, rest = sealed.partition(".")
        key_id, _, content = rest.partition(".")
        cipher = self._ciphers.get(key_id)
        if version != "v1" or cipher is None:
            raise VaultError(f"{field} of {record_id} is sealed with a key that is not ours")
        try:
            raw = base64.urlsafe_b64decode(content)
            opened = cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _place(workspace, record_id, field))
        except (InvalidTag, ValueError):
            raise VaultError(f"{field} of {record_id} does not open") from None
        return SecretStr(opened.decode())

    def knows(self, sealed: str) -> bool:
        """Tell whether the key that sealed a value is among ours."""
        return sealed.split(".")[1:2] != [] and sealed.split(".")[1] in self._ciphers

    def is_current(self, sealed: str) -> bool:
        """Tell whether a value is sealed with the first key."""
        return sealed.startswith(f"v1.{self._current}.")


def _place(workspace: str, record_id: str, field: str) -> bytes:
    return "\x1f".join((workspace, record_id, field)).encode()
