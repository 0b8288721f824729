"""Pasted keys: what is plainly wrong is told, what is kept is sealed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from services.credentials import LONGEST, SHORTEST, open_credential, problem_of_secret, seal_credential
from services.records import Credential
from services.vault import Vault, VaultError, generate_key
from storage import SQLiteStore, open_store

ACCESS_KEY = "E2DCB2FF20700782F1EA878EDC19DC27"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PLAIN = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=SHORTEST, max_size=LONGEST)


@given(PLAIN, st.text(" \t\r\n", max_size=3))
def test_plain_keys_are_taken_with_white_space_around(value: str, space: str) -> None:
    assert problem_of_secret(SecretStr(f"{space}{value}{space}"), access_key=ACCESS_KEY) is None


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "length"),
        ("   ", "length"),
        ("short", "length"),
        ("x" * (LONGEST + 1), "length"),
        ("two words here", "not_plain"),
        ("ääkköset1", "not_plain"),
        ("🔑" * 10, "not_plain"),
        ("line\nbreak-in-it", "not_plain"),
        ("\u200bhidden-space", "not_plain"),
        (ACCESS_KEY, "access_key"),
        (f" {ACCESS_KEY.lower()}\n", "access_key"),
    ],
)
def test_what_is_plainly_wrong_is_told(value: str, problem: str) -> None:
    assert problem_of_secret(SecretStr(value), access_key=ACCESS_KEY) == problem


@given(st.text())
def test_any_text_is_judged(value: str) -> None:
    assert problem_of_secret(SecretStr(value), access_key=ACCESS_KEY) in (None, "length", "not_plain", "access_key")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    opened = open_store(tmp_path / "fabric.db")
    yield opened
    opened.close()


VAULT = Vault([generate_key()])
IDENTIFIER, KEY = "AA_CANARY1A", "c0ffee00c0ffee00c0ffee00c0ffee00"


def sealed() -> Credential:
    return seal_credential(VAULT, "T1", SecretStr(f" {IDENTIFIER}\n"), SecretStr(f"{KEY} "), "U1", NOW)


async def test_a_credential_comes_back_as_it_was_typed(store: SQLiteStore) -> None:
    credential = sealed()
    await store.run(lambda unit: unit[Credential].add(credential))
    opened = await store.run(lambda unit: open_credential(unit, VAULT, "T1", credential.id))
    assert opened.customer_id.get_secret_value() == IDENTIFIER
    assert opened.customer_key.get_secret_value() == KEY
    assert (credential.customer_id_ending, credential.customer_key_ending) == (IDENTIFIER[-4:], KEY[-4:])


async def test_only_the_last_four_characters_are_readable(store: SQLiteStore, tmp_path: Path) -> None:
    credential = sealed()
    await store.run(lambda unit: unit[Credential].add(credential))
    opened = await store.run(lambda unit: open_credential(unit, VAULT, "T1", credential.id))
    shown = f"{credential!r} {opened!r} {opened}"
    on_disk = (tmp_path / "fabric.db").read_bytes()
    for secret in (IDENTIFIER, KEY):
        assert secret not in shown
        assert secret.encode() not in on_disk


async def test_nobody_opens_the_credential_of_another_workspace(store: SQLiteStore) -> None:
    credential = sealed()
    await store.run(lambda unit: unit[Credential].add(credential))
    with pytest.raises(LookupError):
        await store.run(lambda unit: open_credential(unit, VAULT, "T2", credential.id))


async def test_a_credential_copied_to_another_place_does_not_open(store: SQLiteStore) -> None:
    mine, theirs = sealed(), sealed()
    stolen = replace(theirs, sealed_customer_key=mine.sealed_customer_key)
    swapped = replace(mine, sealed_customer_key=mine.sealed_customer_id, sealed_customer_id=mine.sealed_customer_key)
    elsewhere = replace(mine, workspace="T2")
    for copy in (stolen, swapped, elsewhere):
        await store.run(lambda unit, copy=copy: unit[Credential].put(copy))
        with pytest.raises(VaultError):
            await store.run(lambda unit, copy=copy: open_credential(unit, VAULT, copy.workspace, copy.id))


async def test_without_its_sealing_key_a_credential_does_not_open(store: SQLiteStore) -> None:
    credential = sealed()
    await store.run(lambda unit: unit[Credential].add(credential))
    with pytest.raises(VaultError):
        await store.run(lambda unit: open_credential(unit, Vault([generate_key()]), "T1", credential.id))
