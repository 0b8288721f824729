"""`fabric-bot doctor`: each thing broken is named with how to mend it, and nothing is changed or given away."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from pydantic_ai import models

from bot.commands import main
from bot.doctor import Diagnosis, examine
from bot.settings import Settings
from services.records import Credential
from services.vault import generate_key
from storage import open_store
from tests.journeys.firm import Firm
from tests.journeys.many import give_credential


@pytest.fixture
async def firm(sandbox: Firm) -> Firm:
    """A firm whose bot has run and was stopped, with one credential."""
    await sandbox.start_bot()
    give_credential(sandbox)
    await sandbox.stop_bot()
    return sandbox


async def look(firm: Firm, **changes: Any) -> list[Diagnosis]:
    """Examine a firm with some settings changed; what is seen and said holds no secret."""
    settings = firm.settings.model_copy(update=changes)
    found = [one async for one in examine(settings)]
    told = repr(found)
    for value in dict(settings).values():
        if isinstance(value, SecretStr):
            assert value.get_secret_value() not in told
    return found


async def wrong(firm: Firm, **changes: Any) -> Diagnosis:
    """Return the one thing that is not well; it says how it is mended."""
    (found,) = [one for one in await look(firm, **changes) if one.well is False]
    assert found.mend
    return found


async def test_all_is_well(firm: Firm) -> None:
    found = await look(firm)
    assert [one for one in found if not one.well] == []
    assert {one.name for one in found} == {
        "partner identity",
        "database",
        "migrations",
        "sealing keys",
        "Slack",
        "clock beside Slack's",
        "Slack scopes",
        "Slack Socket Mode",
        "public address",
        "Netvisor",
        "clock beside Netvisor's",
        "language model",
    }


@pytest.mark.parametrize(
    ("changes", "mend"),
    [
        ({"fabric_llm": "gpt"}, "provider:model"),
        ({"fabric_llm": "anthropic:m"}, "FABRIC_LLM_KEY"),
        ({"fabric_llm": "azure:m", "fabric_llm_key": SecretStr("key-of-the-model")}, "FABRIC_LLM_URL"),
        ({"fabric_llm": "openai:m", "fabric_llm_key_file": Path("no-such-file")}, "cannot be read"),
    ],
)
async def test_settings_of_the_language_model_that_do_not_fit(firm: Firm, changes: dict[str, Any], mend: str) -> None:
    found = await wrong(firm, **changes)
    assert found.name == "language model"
    assert mend in found.mend


async def test_a_language_model_that_does_not_answer_is_said_and_stops_nothing(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "ALLOW_MODEL_REQUESTS", True)
    nowhere = {"fabric_llm": "openai:m", "fabric_llm_url": "http://127.0.0.1:9/v1"}
    found = await look(firm, **nowhere, fabric_llm_key=SecretStr("key-of-the-model"))
    [model] = [one for one in found if one.name == "language model"]
    assert model.well is None
    assert "does not answer" in model.seen


async def test_before_the_first_start_nothing_is_made(sandbox: Firm) -> None:
    found = await look(sandbox)
    assert [one for one in found if not one.well] == []
    assert list(sandbox.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "name", "seen", "mend"),
    [
        ({"netvisor_partner_key": None}, "partner identity", "not set", "NETVISOR_PARTNER_KEY"),
        ({"slack_bot_token": None}, "Slack tokens", "not set", "SLACK_BOT_TOKEN"),
        ({"slack_bot_token": SecretStr("xoxb-of-another-app")}, "Slack", "invalid_auth", "copy SLACK_BOT_TOKEN"),
        ({"slack_app_token": SecretStr("xapp-of-another")}, "Slack Socket Mode", "invalid_auth", "connections:write"),
        ({"slack_api_url": "http://127.0.0.1:9/api/"}, "Slack", "ClientConnectorError", "network"),
        ({"netvisor_url": "http://127.0.0.1:9/"}, "Netvisor", "ConnectError", "network"),
        ({"database_url": "postgresql://nowhere/x"}, "database", "SQLite", "only sqlite"),
        ({"fabric_secret_keys": SecretStr("too-short")}, "sealing keys", "32 bytes", "FABRIC_SECRET_KEYS"),
        ({"fabric_secret_keys": SecretStr(generate_key())}, "sealing keys", "1 of 1", "FABRIC_SECRET_KEYS"),
    ],
)
async def test_a_wrong_setting_is_named(firm: Firm, changes: dict[str, Any], name: str, seen: str, mend: str) -> None:
    found = await wrong(firm, **changes)
    assert found.name == name
    assert seen in found.seen
    assert mend in found.mend


async def test_swapped_tokens_are_named(firm: Firm) -> None:
    swapped = {"slack_bot_token": firm.settings.slack_app_token, "slack_app_token": firm.settings.slack_bot_token}
    found = [one for one in await look(firm, **swapped) if one.well is False]
    assert ["swapped" in one.mend for one in found[:2]] == [True, True]


def damage(firm: Firm) -> None:
    file = firm.folder / "fabric.db"
    content = bytearray(file.read_bytes())
    content[4096 * 3 : 4096 * 6] = b"\x99" * (4096 * 3)
    file.write_bytes(bytes(content))


def no_database(firm: Firm) -> None:
    (firm.folder / "fabric.db").write_text("Arvoisa asiakas, tämä ei ole tietokanta." * 200)


def newer_version(firm: Firm) -> None:
    with sqlite3.connect(firm.folder / "fabric.db") as connection:
        connection.execute("insert into _sqlite_migrations (migration_set, name, applied_at) values ('fabric','x','')")
    connection.close()


def lose_keys(firm: Firm) -> None:
    (firm.folder / "secret.keys").unlink()


def open_keys(firm: Firm) -> None:
    (firm.folder / "secret.keys").chmod(0o644)


def move_value(firm: Firm) -> None:
    with sqlite3.connect(firm.folder / "fabric.db") as connection:
        connection.execute("update credentials set sealed_customer_id = sealed_customer_key")
    connection.close()


@pytest.mark.parametrize(
    ("break_it", "name", "seen"),
    [
        (damage, "database", ""),
        (no_database, "database", "not a database"),
        (newer_version, "migrations", "newer version"),
        (lose_keys, "sealing keys", "is not there"),
        (open_keys, "sealing keys", "read by others"),
        (move_value, "sealing keys", "do not open"),
    ],
)
async def test_a_broken_file_is_named_and_left_as_it_is(
    firm: Firm, break_it: Callable[[Firm], None], name: str, seen: str
) -> None:
    break_it(firm)
    before = {file.name: file.read_bytes() for file in firm.folder.iterdir()}
    found = await wrong(firm)
    assert found.name == name
    assert seen in found.seen
    assert {file.name: file.read_bytes() for file in firm.folder.iterdir()} == before


async def test_a_clock_that_is_off_is_named_beside_both(firm: Firm) -> None:
    def ahead() -> datetime:
        return datetime.now(UTC) + timedelta(minutes=20)

    found = [one async for one in examine(firm.settings, ahead) if one.well is False]
    assert [one.name for one in found] == ["clock beside Slack's", "clock beside Netvisor's"]
    # A Date header has whole seconds, and a busy machine takes some to look at it.
    assert all(1195 <= int(one.seen.removesuffix(" s ahead")) <= 1260 for one in found)
    assert all("NTP" in one.mend for one in found)


async def test_missing_scopes_are_named_and_optional_ones_told_what_they_give(firm: Firm) -> None:
    firm.workspace.scopes -= {"users:read", "groups:history"}
    found = await look(firm)
    (missing,) = [one for one in found if one.well is False]
    assert "users:read (names, and who is a guest)" in missing.seen
    assert "install it again" in missing.mend
    (optional,) = [one for one in found if one.well is None]
    assert "groups:history" in optional.seen


def command(settings: Settings, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    """Run a command as an operator does."""
    told = settings.model_dump(exclude_none=True)
    for name, value in told.items():
        text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        monkeypatch.setenv(name.upper(), text)
    result = CliRunner().invoke(main, words)
    return result.exit_code, result.output


async def test_a_backup_can_be_restored_and_is_never_written_over(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    await firm.start_bot()
    target = firm.folder / "copy.db"
    code, said = command(firm.settings, monkeypatch, "backup", str(target))
    assert (code, target.stat().st_mode & 0o777) == (0, 0o600), said
    store = open_store(target)
    assert len(store.run_now(lambda unit: unit[Credential].find(None))) == 1
    store.close()
    code, said = command(firm.settings, monkeypatch, "backup", str(target))
    assert code == 2
    assert "nothing was written" in said


async def test_keys_are_rotated_while_the_bot_runs(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    old = (firm.folder / "secret.keys").read_text().strip()
    new = generate_key()
    both = firm.settings.model_copy(update={"fabric_secret_keys": SecretStr(f"{new},{old}")})
    await firm.start_bot()
    assert command(both, monkeypatch, "rotate-keys") == (
        0,
        "1 credentials and installations sealed with the first key\n",
    )
    assert command(both, monkeypatch, "rotate-keys") == (
        0,
        "0 credentials and installations sealed with the first key\n",
    )
    await firm.stop_bot()
    found = await look(firm, fabric_secret_keys=SecretStr(new))
    assert [one for one in found if one.well is False] == []
    code, said = command(
        firm.settings.model_copy(update={"fabric_secret_keys": SecretStr(old)}), monkeypatch, "rotate-keys"
    )
    assert code == 2
    assert "nothing was changed" in said
    assert old not in said
