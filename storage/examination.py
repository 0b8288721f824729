"""Looking at a database file without changing it: also while a bot of another version runs on it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from storage.migrations import migrations

MOST_TOLD = 3
"""Faults of a damaged file that are told; there can be thousands."""


@dataclass(frozen=True)
class SealedPair:
    """A credential as it is stored."""

    workspace: str
    id: str
    customer_id: str
    customer_key: str


@dataclass(frozen=True)
class SealedToken:
    """A token of a workspace that installed the app, as it is stored."""

    workspace: str
    token: str


@dataclass(frozen=True)
class Examination:
    """What a database file is like. `faults` is empty when it is sound; `unknown` are a newer program's migrations."""

    faults: tuple[str, ...]
    writable: bool
    pending: tuple[str, ...]
    unknown: tuple[str, ...]
    credentials: tuple[SealedPair, ...]
    tokens: tuple[SealedToken, ...] = ()


def examine_file(path: Path) -> Examination:
    """Look at a database file; raise sqlite3.Error when it is none, or cannot be read."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        rows = [str(row[0]) for row in connection.execute("pragma integrity_check")]
        applied = _column(connection, "select name from _sqlite_migrations where migration_set = 'fabric'")
        credentials = connection.execute(
            "select workspace, id, sealed_customer_id, sealed_customer_key from credentials"
        ).fetchall()
        tokens: list[tuple[str, str]] = []
        if "installations" in applied:
            tokens = connection.execute(
                "select workspace, sealed_bot_token from installations where removed_at is null"
            ).fetchall()
    finally:
        connection.close()
    known = _known()
    return Examination(
        faults=tuple(rows[:MOST_TOLD]) if rows != ["ok"] else (),
        writable=_can_write(path),
        pending=tuple(name for name in known if name not in applied),
        unknown=tuple(name for name in applied if name not in known),
        credentials=tuple(SealedPair(*row) for row in credentials),
        tokens=tuple(SealedToken(*row) for row in tokens),
    )


def _known() -> list[str]:
    return [migration.name for migration in migrations.pending(Database(memory=True))]


def unknown_migrations(connection: sqlite3.Connection) -> list[str]:
    """Return the migrations that a newer program has applied: this one does not know what its tables are like."""
    there = _column(connection, "select name from sqlite_master where name = '_sqlite_migrations'")
    if not there:
        return []
    applied = _column(connection, "select name from _sqlite_migrations where migration_set = 'fabric'")
    known = _known()
    return [name for name in applied if name not in known]


def _column(connection: sqlite3.Connection, sql: str) -> list[str]:
    return [str(row[0]) for row in connection.execute(sql)]


def _can_write(path: Path) -> bool:
    """Tell whether a transaction can be begun; it writes nothing and is taken back."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=10)
    try:
        connection.execute("begin immediate")
        connection.execute("create table _examined (x)")
        connection.execute("rollback")
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True
