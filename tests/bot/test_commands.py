"""The command line as an operator meets it: what is set up wrongly is said in a sentence, never as a traceback."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr

from bot.app import Bot
from bot.commands import alone_on, main
from bot.settings import CannotStart
from sandbox import supervisor
from services.vault import generate_key
from storage import open_store
from tests.journeys.firm import Firm
from tests.journeys.many import give_credential

PARTNER = {"NETVISOR_PARTNER_ID": "a", "NETVISOR_PARTNER_KEY": "b", "NETVISOR_ACCESS_KEY": "c"}
SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": "http://127.0.0.1:9/api/"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the command's own, without a `.env`."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def command(*words: str, **environment: str) -> Result:
    """Run a command of `fabric-bot`; a fault of ours is raised."""
    answer = CliRunner().invoke(main, words, env=environment)
    if answer.exception and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return answer


@pytest.mark.parametrize("words", [("backup", "copy.db"), ("rotate-keys",), ("run",)])
@pytest.mark.parametrize(
    ("address", "said"),
    [("postgresql://x/y", "only sqlite:///FILE"), ("sqlite:///damaged.db", "file is not a database")],
)
def test_a_database_that_cannot_be_used_is_a_sentence(
    folder: Path, words: tuple[str, ...], address: str, said: str
) -> None:
    (folder / "damaged.db").write_bytes(b"no database " * 100)
    keys = {"FABRIC_SECRET_KEYS": generate_key()}
    answer = command(*words, **PARTNER, **SLACK, **keys, DATABASE_URL=address)
    assert answer.exit_code == 2
    assert said in answer.output
    assert not (folder / "copy.db").exists(), "nothing that looks like a backup is left"


def test_a_folder_that_cannot_be_written_is_a_sentence(folder: Path) -> None:
    (folder / "file").write_text("")
    answer = command("run", **PARTNER, **SLACK, DATABASE_URL="sqlite:///file/fabric.db")
    assert answer.exit_code == 2
    assert "file" in answer.output


def test_a_database_has_one_bot_at_a_time(folder: Path) -> None:
    settings = {**PARTNER, **SLACK, "FABRIC_SECRET_KEYS": generate_key(), "DATABASE_URL": "sqlite:///fabric.db"}
    with alone_on(folder / "fabric.db"):
        answer = command("run", **settings)
        assert answer.exit_code == 2
        assert "another process runs on fabric.db" in answer.output
    assert "Slack cannot be reached" in command("run", **settings).output, "its lock went with it"


def test_half_of_a_slack_app_starts_no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "supervise", lambda *_, **__: 0)
    answer = command("run", **PARTNER, SLACK_SIGNING_SECRET="s", SLACK_CLIENT_SECRET="c")
    assert answer.exit_code == 2
    assert "SLACK_CLIENT_ID is missing" in answer.output
    assert command("run").exit_code == 0, "without any, the sandbox"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("NETVISOR_URL", "integration.netvisor.fi", "NETVISOR_URL: an address that begins with https://"),
        ("SLACK_API_URL", "slack.com/api/", "SLACK_API_URL: an address that begins with https://"),
        ("FABRIC_LISTEN", "8080", "FABRIC_LISTEN: HOST:PORT is needed"),
        ("FABRIC_PUBLIC_URL", "http://fabric.firm.fi", "FABRIC_PUBLIC_URL: it begins with https://"),
        ("FABRIC_LANGUAGE", "fin", "FABRIC_LANGUAGE: Input should be 'en', 'fi' or 'sv'"),
        ("NETVISOR_PARTNER_ID", "a", "NETVISOR_PARTNER_KEY, NETVISOR_ACCESS_KEY is missing"),
        ("NETVISOR_CIRCULATION_TEMPLATE", "<x/>", "NETVISOR_CIRCULATION_TEMPLATE: the circulation message"),
    ],
)
def test_a_wrong_setting_is_named_and_what_it_should_be(name: str, value: str, said: str) -> None:
    answer = command("settings", **{name: value})
    assert answer.exit_code == 2
    assert answer.output.startswith("Error: ")
    assert said in answer.output
    assert "Value error" not in answer.output


def test_a_database_of_a_newer_version_is_left_alone(folder: Path) -> None:
    open_store(folder / "fabric.db").close()
    with sqlite3.connect(folder / "fabric.db") as database:
        database.execute("update _sqlite_migrations set name = 'of_tomorrow' where name = 'locks'")
    database.close()
    before = (folder / "fabric.db").read_bytes()
    keys = {"FABRIC_SECRET_KEYS": generate_key()}
    answer = command("run", **PARTNER, **SLACK, **keys, DATABASE_URL="sqlite:///fabric.db")
    assert answer.exit_code == 2
    assert "newer version (of_tomorrow)" in answer.output
    assert (folder / "fabric.db").read_bytes() == before


def test_a_secret_may_stand_in_a_file_of_its_own(folder: Path) -> None:
    (folder / "secrets").mkdir()
    (folder / "secrets" / "slack_signing_secret").write_text("of-the-file\n")
    answer = command("run", **PARTNER, CREDENTIALS_DIRECTORY=str(folder / "secrets"))
    assert "SLACK_CLIENT_ID, SLACK_CLIENT_SECRET is missing" in answer.output
    listed = command("settings", CREDENTIALS_DIRECTORY=str(folder / "secrets")).output
    assert "of-the-file" not in listed


def test_what_is_set_to_nothing_is_not_set(folder: Path) -> None:
    empty = dict.fromkeys(("FABRIC_HISTORY_MONTHS", "FABRIC_LANGUAGE", "FABRIC_SECRET_KEYS", "FABRIC_HELP_FOLDER"), "")
    assert command("settings", **empty).exit_code == 0
    command("doctor", **empty, SLACK_API_URL="http://127.0.0.1:9/api/", NETVISOR_URL="http://127.0.0.1:9")
    assert list(folder.iterdir()) == [], "the doctor makes no key"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"slack_bot_token": SecretStr("xoxb-of-another-app")}, "does not accept SLACK_BOT_TOKEN (invalid_auth)"),
        ({"slack_app_token": SecretStr("xapp-of-another")}, "does not accept SLACK_APP_TOKEN (invalid_auth)"),
        ({"slack_api_url": "http://127.0.0.1:9/api/"}, "Slack cannot be reached at http://127.0.0.1:9/api/"),
    ],
)
async def test_what_slack_does_not_accept_ends_the_start(sandbox: Firm, changes: Mapping[str, Any], said: str) -> None:
    bot = Bot(sandbox.settings.model_copy(update=dict(changes)), sandbox.clock)
    with pytest.raises(CannotStart) as raised:
        await bot.start()
    assert said in str(raised.value)
    await bot.stop()


async def test_a_database_whose_key_is_gone_gets_no_new_one(sandbox: Firm, folder: Path) -> None:
    settings = sandbox.settings
    await sandbox.start_bot()
    give_credential(sandbox)
    await sandbox.stop_bot()
    kept = settings.key_file.read_text()
    settings.key_file.unlink()
    with pytest.raises(CannotStart, match="bring it back from your copy"):
        await sandbox.start_bot()
    answer = command("rotate-keys", DATABASE_URL=settings.database_url)
    assert (answer.exit_code, "bring it back" in answer.output) == (2, True)
    assert not settings.key_file.exists()
    settings.key_file.write_text(kept)
    await sandbox.start_bot()


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_a_slack_that_fails_at_the_start_is_said_to(sandbox: Firm, method: str) -> None:
    sandbox.workspace.faults.call(method, "server_error")
    bot = Bot(sandbox.settings, sandbox.clock)
    with pytest.raises(CannotStart, match="does not answer just now"):
        await bot.start()
    await bot.stop()


def test_a_backup_is_whole(folder: Path) -> None:
    open_store(folder / "data" / "fabric.db").close()
    assert command("backup", "copy.db").exit_code == 0
    with sqlite3.connect(folder / "copy.db") as copy:
        assert copy.execute("pragma integrity_check").fetchone() == ("ok",)
    assert "nothing was written" in command("backup", "copy.db").output, "no earlier one is written over"
