"""SQLite: one connection on one thread, every unit of work in a transaction that is on disk when it returns.

Why so: `journal_mode=DELETE` with `synchronous=FULL` survives power loss and is free of the WAL-reset defect of
SQLite before 3.51.3; `BEGIN IMMEDIATE` never meets SQLITE_BUSY half way. A commit costs about a millisecond, so
units that wait at the same moment share one (group commit): each has its own savepoint, and none of them hears
back before the commit that holds it. What a person in Slack waits for goes before the work of jobs: it ends the commit
that holds such work, after the unit that is just running.
"""

# sqlite-utils leaves the types of rows and of its table class partly unknown.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import asyncio
import itertools
import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlite_utils import Database

from services.store import Unit
from storage.examination import unknown_migrations
from storage.migrations import KEY, migrations
from storage.repositories import TablesUnit
from storage.tables import Conditions, Row, where

T = TypeVar("T")

BUSY_TIMEOUT = 10.0
"""Seconds that a transaction waits for another process, the command line for instance, to end its own."""

MOST_IN_ONE_COMMIT = 64


URGENT, LATER, LAST = range(3)


@dataclass(order=True)
class _Waiting:
    """A unit of work that waits for its turn; the last one is the sign to end."""

    urgency: int
    turn: int
    work: Callable[[Unit], Any] = field(compare=False)
    future: Future[Any] = field(default_factory=Future[Any], compare=False)


class SQLiteTables:
    """`storage.tables.Tables` on SQLite. Belongs to the thread that made it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, table: str, workspace: str, row_id: str) -> Row | None:
        rows = self.find(table, {"workspace": workspace, "id": row_id}, "id", 1)
        return rows[0] if rows else None

    def find(self, table: str, conditions: Conditions, order: str, limit: int | None, offset: int = 0) -> list[Row]:
        return list(self._database.query(*_select("*", table, conditions, order, limit, offset)))

    def values(self, table: str, column: str, conditions: Conditions, order: str, limit: int | None) -> list[Any]:
        rows = self._database.conn.execute(*_select(f'"{column}"', table, conditions, order, limit))
        return [value for (value,) in rows]

    def count(self, table: str, conditions: Conditions) -> int:
        clause, parameters = where(conditions)
        return self._database.table(table).count_where(clause, parameters)

    def count_by(self, table: str, column: str, conditions: Conditions) -> dict[str, int]:
        clause, parameters = where(conditions)
        sql = f'select "{column}" as value, count(*) as number from "{table}" where {clause} group by "{column}"'  # noqa: S608
        return {row["value"]: row["number"] for row in self._database.query(sql, parameters)}

    def add(self, table: str, row: Row) -> bool:
        columns = ", ".join(f'"{name}"' for name in row)
        values = ", ".join(["?"] * len(row))
        sql = f'insert into "{table}" ({columns}) values ({values}) on conflict do nothing'  # noqa: S608
        return self._database.conn.execute(sql, list(row.values())).rowcount == 1

    def put(self, table: str, rows: Sequence[Row]) -> None:
        # Not sqlite-utils' upsert_all, which reads the table's columns anew each time: five times as long for a row.
        if not rows:
            return
        columns = ", ".join(f'"{name}"' for name in rows[0])
        values = ", ".join(["?"] * len(rows[0]))
        changes = ", ".join(f'"{name}" = excluded."{name}"' for name in rows[0] if name not in KEY)
        key = ", ".join(f'"{name}"' for name in KEY)
        sql = f'insert into "{table}" ({columns}) values ({values}) on conflict ({key}) do update set {changes}'  # noqa: S608
        self._database.conn.executemany(sql, [list(row.values()) for row in rows])

    def change(self, table: str, conditions: Conditions, changes: Row) -> int:
        clause, parameters = where(conditions)
        assignments = ", ".join(f'"{name}" = ?' for name in changes)
        sql = f'update "{table}" set {assignments} where {clause}'  # noqa: S608
        return self._database.conn.execute(sql, [*changes.values(), *parameters]).rowcount

    def delete(self, table: str, conditions: Conditions) -> int:
        clause, parameters = where(conditions)
        sql = f'delete from "{table}" where {clause}'  # noqa: S608
        return self._database.conn.execute(sql, parameters).rowcount

    def claim_jobs(self, now: str, boot: str, lease_until: str, limit: int, conditions: Conditions) -> list[Row]:
        # Of each lock the oldest due job, if none of that lock is running. Read in order and no further than needed:
        # thousands may be due at once.
        taken = {lock for (lock,) in self._database.conn.execute("select lock from jobs where boot > ''")}
        clause, parameters = where(conditions)
        due = self._database.conn.execute(
            f"""
            select workspace, id, lock from jobs
            where +boot is null and failed is null and run_at <= ? and {clause} order by run_at, rowid
            """,  # noqa: S608
            [now, *parameters],
        )
        claimed: list[Row] = []
        for workspace, row_id, lock in due:
            if lock not in taken:
                taken.add(lock)
                claimed.append({"workspace": workspace, "id": row_id})
                if len(claimed) == limit:
                    break
        for row in claimed:
            key = {"workspace": row["workspace"], "id": row["id"]}
            self.change("jobs", key, {"boot": boot, "lease_until": lease_until})
        return claimed

    @contextmanager
    def atomic(self) -> Generator[None]:
        with self._database.atomic():
            yield


def _select(
    what: str, table: str, conditions: Conditions, order: str, limit: int | None, offset: int = 0
) -> tuple[str, list[Any]]:
    clause, parameters = where(conditions)
    falling = " desc" if order.startswith("-") else ""
    sql = f'select {what} from "{table}" where {clause} order by "{order.lstrip("-")}"{falling}'  # noqa: S608
    return sql if limit is None else f"{sql} limit {limit:d} offset {offset:d}", parameters


def connect(path: Path | str) -> Database:
    """Open the file as this module's docstring says, with every migration applied."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT)
    for pragma in ("journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"pragma {pragma}")
    database = Database(connection)
    connection.execute("begin immediate")
    if newer := unknown_migrations(connection):
        connection.close()
        raise ValueError(
            f"{path} was used by a newer version ({', '.join(newer)}): run that version, or restore the backup made "
            "before it"
        )
    migrations.apply(database)
    connection.execute("commit")
    return database


class SQLiteStore:
    """`services.store.Store` on one SQLite file."""

    def __init__(self, path: Path | str) -> None:
        self._path = path
        self._waiting: queue.PriorityQueue[_Waiting] = queue.PriorityQueue()
        self._turn = itertools.count()
        self._opened: Future[None] = Future()
        self._thread = threading.Thread(target=self._work, name="database", daemon=True)
        self._thread.start()
        self._opened.result()

    async def run(self, work: Callable[[Unit], T], *, urgent: bool = False) -> T:
        """Run a unit of work in one transaction; what it raises undoes it and is raised here.

        An urgent one goes before all that are not.
        """
        return await asyncio.wrap_future(self._put(work, URGENT if urgent else LATER))

    def _put(self, work: Callable[[Unit], T], urgency: int) -> Future[T]:
        future: Future[T] = Future()
        self._waiting.put(_Waiting(urgency, next(self._turn), work, future))
        return future

    def run_now(self, work: Callable[[Unit], T]) -> T:
        """Run a unit of work from code that is not asynchronous, as the command line's is."""
        return self._put(work, LATER).result()

    def close(self) -> None:
        """Finish the units that wait, then close the file."""
        self._waiting.put(_Waiting(LAST, next(self._turn), lambda unit: None))
        self._thread.join()

    def _work(self) -> None:
        try:
            database = connect(self._path)
        except BaseException as error:
            self._opened.set_exception(error)
            return
        self._opened.set_result(None)
        tables = SQLiteTables(database)
        unit = TablesUnit(tables)
        while (first := self._waiting.get()).urgency < LAST:
            self._commit(database, tables, unit, first)
        database.close()

    def _together(self, first: _Waiting) -> Generator[_Waiting]:
        """Yield the units that share a commit: those that wait as each ends, until one of another urgency is next."""
        yield first
        for _ in range(MOST_IN_ONE_COMMIT - 1):
            # This thread alone takes from the queue, so what it sees first there it also gets, or something more
            # urgent: a unit of somebody in Slack, who then waits for one unit more.
            with self._waiting.mutex:
                if not self._waiting.queue or self._waiting.queue[0].urgency != first.urgency:
                    return
            yield self._waiting.get()

    def _commit(self, database: Database, tables: SQLiteTables, unit: Unit, first: _Waiting) -> None:
        if not first.future.set_running_or_notify_cancel():
            return  # whoever asked has been told that it is not done
        outcomes: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            database.conn.execute("begin immediate")
            for one in self._together(first):
                if one is not first and not one.future.set_running_or_notify_cancel():
                    continue
                try:
                    with tables.atomic():
                        outcomes.append((one.future, one.work(unit), None))
                except Exception as error:  # the unit's own, handed to whoever asked for it
                    outcomes.append((one.future, None, error))
            database.conn.execute("commit")
        except Exception as error:  # the transaction as a whole: nobody's work is on disk
            if database.conn.in_transaction:
                database.conn.execute("rollback")
            outcomes = [(future, None, error) for future, _, _ in outcomes] or [(first.future, None, error)]
        for future, result, error in outcomes:
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)


def open_store(path: Path | str) -> SQLiteStore:
    """Open, or make, the database file; readable by its owner only."""
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
    return SQLiteStore(file)
