"""The command line: `fabric-bot`."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import os
import signal
import sqlite3
import sys
from collections.abc import Generator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import click
from pydantic import SecretStr, ValidationError

from bot.app import Bot
from bot.ask import ask
from bot.check_rights import check_rights
from bot.doctor import doctor
from bot.evaluate import evaluate_command
from bot.logs import set_up_logs
from bot.parse_rule import parse_rule
from bot.settings import CannotStart, Settings, is_for_slack, secret_folders
from services.records import Credential, Installation
from services.store import Unit
from services.vault import Vault, VaultError
from storage import open_store

SLACK_PORT = 8400


class Failed(click.ClickException):
    """Ends a command with a sentence."""

    exit_code = 2


def read_settings() -> Settings:
    """Return the settings; end the command when one is wrong, without showing any value."""
    try:
        # Values come from the environment, `.env` and files.
        return Settings(_secrets_dir=secret_folders())  # pyright: ignore[reportCallIssue]
    except ValidationError as error:
        names = (".".join(map(str, one["loc"])).upper() for one in error.errors())
        said = (one["msg"].removeprefix("Value error, ") for one in error.errors())
        raise Failed(
            "\n".join(f"{name}: {what}" if name else what for name, what in zip(names, said, strict=True))
        ) from None


@contextmanager
def told() -> Generator[None]:
    """End the command with a sentence when what it is set up with does not do, a file above all."""
    try:
        yield
    except (CannotStart, ValueError) as error:
        raise Failed(str(error)) from None
    except sqlite3.Error as error:
        raise Failed(
            f"the database: {error}. `fabric-bot doctor` says more, docs/operate.md how to restore it."
        ) from None
    except OSError as error:
        raise Failed(f"{error.filename}: {error.strerror}") from None


@contextmanager
def alone_on(database: Path) -> Generator[None]:
    """Have a database to ourselves; raise CannotStart when another process runs on it.

    A second bot would take the jobs that the first is doing for those of a dead one, and do them too. The lock goes
    with the process, however that ends.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    with database.with_name(f"{database.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(f"another process runs on {database}: end it first, or set DATABASE_URL") from None
        yield


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """Fabric for Slack: Netvisor clients added, checked, trained and taken into production from Slack."""
    context.obj = read_settings()


main.add_command(ask)
main.add_command(check_rights)
main.add_command(doctor)
main.add_command(evaluate_command)
main.add_command(parse_rule)


@main.command()
@click.pass_context
def run(context: click.Context) -> None:
    """Run the bot: in Slack when its tokens are set, else in the sandbox."""
    settings: Settings = context.obj
    if not is_for_slack(settings):
        context.invoke(sandbox)
        return
    set_up_logs()
    # Two waits less for an acknowledgement: a thread that reads a long reply hands over ten times as often, and the
    # collector passes over the hundreds of thousands of objects that modules hold for good (100 ms each time).
    sys.setswitchinterval(0.0005)
    gc.collect()
    gc.freeze()
    with ExitStack() as held:
        with told():
            held.enter_context(alone_on(settings.database_file))
        asyncio.run(run_until_stopped(settings))


async def run_until_stopped(settings: Settings) -> None:
    """Run the bot until the process is asked to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    with told():
        bot = Bot(settings)
        # Who stops the program while it waits for Slack is heard too.
        starting, stopping = asyncio.create_task(bot.start()), asyncio.create_task(stop.wait())
        await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
    await stopping
    if starting.cancel():
        await asyncio.gather(starting, return_exceptions=True)
    await bot.stop()


@main.command()
@click.option("--books", type=click.Path(exists=True, dir_okay=False), help="Add a company whose history is this file.")
@click.option("--port", default=SLACK_PORT, show_default=True, help="Port of the Slack page; Netvisor's is the next.")
@click.option("--data", default="data/sandbox", show_default=True, type=click.Path(file_okay=False))
@click.option("--http", is_flag=True, help="Two workspaces that install the app from a link; deliveries over HTTP.")
def sandbox(books: str | None, port: int, data: str, http: bool) -> None:
    """Try everything on this machine: a Slack-like workspace and a Netvisor, with no account anywhere."""
    from sandbox.supervisor import supervise

    bot = [sys.executable, "-m", "bot.commands", "run"]
    books_file = Path(books) if books else None
    raise SystemExit(supervise(bot, books=books_file, slack_port=port, data=Path(data), http=http))


@main.command("settings")
@click.pass_obj
def list_settings(values: Settings) -> None:
    """List every setting, what it means, and whether it is set; secrets are not shown."""
    for name, field in Settings.model_fields.items():
        value = getattr(values, name)
        shown = "not set" if value is None else "set" if isinstance(value, SecretStr) else value
        click.echo(f"{name.upper()} = {shown}\n    {field.description}")


@main.command()
@click.argument("target", type=click.Path(dir_okay=False))
@click.pass_obj
def backup(settings: Settings, target: str) -> None:
    """Copy the database to TARGET while the bot runs. The sealing keys are not in it: keep them apart."""
    with told():
        source = settings.database_file
    if not source.exists():
        raise Failed(f"there is no database at {source}")
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise Failed(f"{target}: {error.strerror}; nothing was written") from None
    try:
        with closing(sqlite3.connect(source)) as connection, closing(sqlite3.connect(target)) as copy:
            connection.backup(copy)
    except sqlite3.Error as error:
        Path(target).unlink()  # half a copy must not be taken for a backup
        raise Failed(f"{source} was not copied to {target}: {error}") from None
    click.echo(f"{target}: {Path(target).stat().st_size} bytes")


def _sealed_again(vault: Vault, record: Credential | Installation, sealed: Mapping[str, str | None]) -> dict[str, str]:
    """Return a record's sealed fields as the first key seals them; nothing when it has sealed them all."""
    values = {field: value for field, value in sealed.items() if value}
    if all(vault.is_current(value) for value in values.values()):
        return {}
    place = (record.workspace, record.id)
    return {
        f"sealed_{field}": vault.seal(vault.open(value, *place, field), *place, field)
        for field, value in values.items()
    }


@main.command("rotate-keys")
@click.pass_obj
def rotate_keys(settings: Settings) -> None:
    """Seal every credential with the first of FABRIC_SECRET_KEYS; the others may be removed afterwards.

    The bot may run meanwhile, if it was restarted with the new key: everything changes in one transaction.
    """
    with told():
        file = settings.database_file
        if not file.exists():
            raise Failed(f"there is no database at {file}")
        vault = Vault(settings.sealing_keys()[0])
        store = open_store(file)

    def rotate(unit: Unit) -> int:
        changed = 0
        for one in unit[Credential].find(None):
            fresh = _sealed_again(
                vault, one, {"customer_id": one.sealed_customer_id, "customer_key": one.sealed_customer_key}
            )
            changed += bool(fresh) and unit[Credential].change(one.workspace, one.id, None, **fresh)
        for one in unit[Installation].find(None, removed_at=None):
            fresh = _sealed_again(
                vault, one, {"bot_token": one.sealed_bot_token, "refresh_token": one.sealed_refresh_token}
            )
            changed += bool(fresh) and unit[Installation].change(one.workspace, one.id, None, **fresh)
        return changed

    try:
        click.echo(f"{store.run_now(rotate)} credentials and installations sealed with the first key")
    except VaultError as error:
        raise Failed(f"nothing was changed: {error}") from None
    finally:
        store.close()


if __name__ == "__main__":
    main()
