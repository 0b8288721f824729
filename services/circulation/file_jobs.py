"""The job that reads a file of rules and shows in the person's modal which of its rows can be rules."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from services import jobs
from services.access import Right, may
from services.checks import OUR_FAULT
from services.circulation.files import RulesFile, checked, keep_file, kept_file, rows_of
from services.clock import Clock
from services.facts import RulesOfFile
from services.outbox import LOOK_AGAIN, VIEW_COMES_WITHIN, Outbox
from services.records import Client, Job, Person, Registers
from services.spreadsheets import MOST_BYTES, Unreadable, read_file
from services.store import Store, Unit
from services.uploads import Files, reading

log = structlog.get_logger(__name__)


def begin_reading(unit: Unit, file: RulesFile, now: datetime) -> None:
    """Keep a file and have it read."""
    keep_file(unit, file)
    jobs.enqueue(unit, file.workspace, "read_rules", file.id, now, person=file.person)


def rules_of_file(unit: Unit, file: RulesFile, now: datetime) -> RulesOfFile | None:
    """Return what there is to show of a file; None when its client is gone or not this person's any more."""
    client, person = unit[Client].get(file.workspace, file.client_id), unit[Person].get(file.workspace, file.person)
    if client is None or person is None or not may(unit, person, Right.RULES, client):
        return None
    good, left = checked(unit, client, file, now)
    return RulesOfFile(
        client,
        file.id,
        file.file_name,
        unit[Registers].get(file.workspace, client.id),
        tuple(good),
        tuple((one.number, one.problem.value, one.rule) for one in left),
        is_read=file.rows is not None,
        unreadable=file.unreadable,
    )


class RulesFileJobs:
    """The handler of the job; `key` is the file's id in our database, `headings` the fields by their columns' names."""

    def __init__(self, store: Store, outbox: Outbox, files: Files, clock: Clock, headings: Mapping[str, str]) -> None:
        self._store = store
        self._outbox = outbox
        self._files = files
        self._clock = clock
        self._headings = headings

    async def _file(self, job: Job) -> RulesFile | None:
        return await self._store.run(lambda unit: kept_file(unit, job.workspace, job.key, job.payload["person"]))

    async def read(self, job: Job) -> None:
        """Read the file, unless that is done, and show what it holds, or what is wrong with it."""
        file = await self._file(job)
        if file is None:
            return
        if file.rows is None and not file.unreadable:
            file = await self._read(file)
            await self._keep(file)
        await self._show(file)

    async def _read(self, file: RulesFile) -> RulesFile:
        try:
            with reading(file.asked_at, self._clock):
                content = await self._files.read(file.workspace, file.file_id, MOST_BYTES)
                rows = rows_of(await asyncio.to_thread(read_file, content), self._headings)
        except Unreadable as unreadable:
            return replace(file, unreadable=unreadable.code)
        return replace(file, rows=rows)

    async def _keep(self, file: RulesFile) -> None:
        await self._store.run(lambda unit: keep_file(unit, file))

    async def _show(self, file: RulesFile) -> None:
        now: datetime = self._clock()
        closed = await self._outbox.show(
            file.workspace, {file.id: file.person}, lambda unit, _view, _person: rules_of_file(unit, file, now)
        )
        if closed and now - file.asked_at < VIEW_COMES_WITHIN:
            raise jobs.RunLater(LOOK_AGAIN)

    async def give_up(self, job: Job, reference: str) -> None:
        """Say that a file could not be read for a reason of our own; the operator finds it under the reference."""
        file = await self._file(job)
        if file and file.rows is None:
            file = replace(file, unreadable=f"{OUR_FAULT}{reference}")
            await self._keep(file)
            try:
                await self._show(file)
            except jobs.RunLater:
                log.info("rules.file_not_shown", file=file.id)
