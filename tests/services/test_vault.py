"""Sealing: what is sealed opens in its own place with its own key, and nowhere else."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from services.vault import Vault, VaultError, generate_key

KEY, OTHER = generate_key(), generate_key()
VAULT = Vault([KEY])

secrets = st.text(st.characters(codec="utf-8"), max_size=100)
names = st.text("abcdefghijklmnopqrstuvwxyz0123456789:_-", min_size=1, max_size=20)
places = st.tuples(names, names, names)


@given(secrets, places)
def test_what_is_sealed_opens_in_its_place(secret: str, place: tuple[str, str, str]) -> None:
    sealed = VAULT.seal(SecretStr(secret), *place)
    assert VAULT.open(sealed, *place).get_secret_value() == secret
    assert VAULT.knows(sealed)
    assert VAULT.is_current(sealed)
    assert sealed.isascii()


@given(secrets, places, places)
def test_a_moved_value_does_not_open(secret: str, place: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    if place == other:
        return
    sealed = VAULT.seal(SecretStr(secret), *place)
    with pytest.raises(VaultError):
        VAULT.open(sealed, *other)


@given(secrets, places, st.data())
def test_a_changed_value_does_not_open(secret: str, place: tuple[str, str, str], data: st.DataObject) -> None:
    head, key_id, content = VAULT.seal(SecretStr(secret), *place).split(".")
    raw = bytearray(base64.urlsafe_b64decode(content))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    changed = ".".join((head, key_id, base64.urlsafe_b64encode(raw).decode()))
    with pytest.raises(VaultError):
        VAULT.open(changed, *place)


@given(secrets, places, st.data())
def test_a_shortened_value_does_not_open(secret: str, place: tuple[str, str, str], data: st.DataObject) -> None:
    sealed = VAULT.seal(SecretStr(secret), *place)
    with pytest.raises(VaultError):
        VAULT.open(sealed[: data.draw(st.integers(0, len(sealed) - 1))], *place)


key_id = VAULT.seal(SecretStr("x"), "w", "r", "f").split(".")[1]


@given(st.builds("{}{}".format, st.sampled_from(["", "v1.", f"v1.{key_id}.", f"v2.{key_id}."]), st.text()))
def test_garbage_does_not_open_and_raises_nothing_else(garbage: str) -> None:
    with pytest.raises(VaultError) as caught:
        VAULT.open(garbage, "w", "r", "f")
    assert str(caught.value) in ("f of r does not open", "f of r is sealed with a key that is not ours")


def test_another_key_does_not_open() -> None:
    sealed = VAULT.seal(SecretStr("secret"), "w", "r", "f")
    other = Vault([OTHER])
    assert not other.knows(sealed)
    with pytest.raises(VaultError):
        other.open(sealed, "w", "r", "f")


def test_a_new_key_in_front_seals_and_the_old_one_still_opens() -> None:
    earlier = VAULT.seal(SecretStr("secret"), "w", "r", "f")
    rotated = Vault([OTHER, KEY])
    assert rotated.open(earlier, "w", "r", "f").get_secret_value() == "secret"
    assert rotated.knows(earlier)
    assert not rotated.is_current(earlier)
    renewed = rotated.seal(rotated.open(earlier, "w", "r", "f"), "w", "r", "f")
    assert rotated.is_current(renewed)
    assert Vault([OTHER]).open(renewed, "w", "r", "f").get_secret_value() == "secret"


def test_the_same_secret_never_looks_the_same() -> None:
    assert len({VAULT.seal(SecretStr("secret"), "w", "r", "f") for _ in range(100)}) == 100


def test_nothing_shows_a_key_or_a_secret() -> None:
    secret = SecretStr("canary-in-the-vault")
    sealed = VAULT.seal(secret, "w", "r", "f")
    opened = VAULT.open(sealed, "w", "r", "f")
    shown = [repr(VAULT), str(VAULT), repr(opened), str(opened), sealed]
    with pytest.raises(VaultError) as caught:
        VAULT.open(sealed, "w", "r", "other")
    shown += [str(caught.value), repr(caught.value)]
    assert not [text for text in shown if "canary" in text or KEY in text]


@pytest.mark.parametrize("keys", [[], [""], ["short"], ["ä" * 44], [KEY[:-4]], [KEY, "no key"], ["====", KEY]])
def test_what_is_no_sealing_key_is_refused(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="sealing key"):
        Vault(keys)


def test_a_generated_key_is_32_bytes_and_never_the_same() -> None:
    assert len(base64.urlsafe_b64decode(generate_key())) == 32
    assert len({generate_key() for _ in range(50)}) == 50
