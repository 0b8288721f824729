"""Carries out trainings: the history is fetched, learnt in a child process, compared, and put into use.

Every step stores what it did before the next begins: a process that dies continues after the last stored batch.
Progress is counted work; storing it is also how a training notices that people have cancelled it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from services import jobs
from services.clock import FIRM_TIMEZONE, Clock
from services.fetching import Fetcher, pages
from services.learning import Learnt, Task, renewed
from services.measuring import measure_soon
from services.netvisor import NetvisorError, Refused
from services.onboarding import request_check, set_state
from services.prediction import ArtifactError, Model
from services.prediction.wire import Progress
from services.records import (
    Artifact,
    Chart,
    Client,
    ClientState,
    Fetched,
    InvoiceState,
    Job,
    ProductionInvoice,
    Run,
    RunState,
    StoredInvoice,
    StoredVoucher,
)
from services.reports import reports_of
from services.rights import next_try
from services.store import Store, Unit
from services.training import CompanyOf, change_runs, ended, show_training, show_views, start_training, unfinished_runs
from services.training_child import Child, training_child

TRAINED_EVERY = timedelta(days=7)
"""How long a night's postings are only learnt, before a change leads to a training again."""

AGAIN = timedelta(seconds=5)
"""How long a training waits for a processor."""

FRESH = timedelta(hours=6)
"""A training that nobody asked for makes do with a history that was fetched so shortly before it began."""

NIGHT_ENDS = 6
"""The hour, in the firm's time, from which a Netvisor that does not answer is left for the next night."""

LOOK_EVERY = 0.5
"""Seconds between looks whether a training that learns has been cancelled."""

PROPOSED_AFTER = timedelta(minutes=15)
"""When the dimensions of a client that went live are proposed: within a day, but not in the same breath."""

WORSE = "worse"
RIGHT_LOST = "right_lost"

log = structlog.get_logger(__name__)


class _Cancelled(Exception):
    """The training has no unfinished run any more."""


class _Places:
    """So many at once; who finds none free comes again."""

    def __init__(self, number: int) -> None:
        self._free = number

    @contextmanager
    def one(self) -> Generator[None]:
        if not self._free:
            raise jobs.RunLater(AGAIN)
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1


class Trainer:
    """The handlers of the jobs that train."""

    def __init__(
        self, store: Store, clock: Clock, company_of: CompanyOf, fetcher: Fetcher, test_environment: str = ""
    ) -> None:
        """Carry out trainings; `test_environment` names the Netvisor that is not the real one, for the report."""
        self._store = store
        self._clock = clock
        self._company_of = company_of
        self._fetcher = fetcher
        self._test_environment = test_environment
        # The bot keeps one processor to itself, however many companies train.
        self._learning = _Places(max(1, (os.cpu_count() or 1) - 1))

    async def train(self, job: Job) -> None:
        """Take a client's training from wherever it stopped to its end."""
        found = await self._store.run(lambda unit: _client_and_run(unit, job))
        if found is None:
            return
        client, run = found
        try:
            await self._carry_out(client, run)
        except _Cancelled:
            log.info("training.cancelled", client=client.id)

    async def _carry_out(self, client: Client, run: Run) -> None:
        try:
            await self._fetch(client, run)
            learnt, changes = await self._learn(client, run)
            await self._store.run(lambda unit: self._end(unit, client, run, learnt, changes))
        except Refused as refused:
            # A right was lost while we fetched: the check says which, and training goes on when it is mended.
            log.warning("training.refused", client=client.id, code=refused.code, resource=refused.resource)
            await self._store.run(lambda unit: self._refused(unit, client, run))
        except NetvisorError as error:
            code = error.code
            log.info("training.waits", client=client.id, code=code)
            await self._progress(client, run, failure=code, state=RunState.FETCHING)
            raise jobs.RunLater(max(next_try(3), timedelta(seconds=error.retry_after or 0))) from error

    async def refresh(self, job: Job) -> None:
        """Fetch what changed of a client, and have its models learn it.

        That is a training if the last one was long ago, if much has changed, or if the models cannot be read.
        """
        client, artifact = await self._store.run(
            lambda unit: (unit[Client].get(job.workspace, job.key), unit[Artifact].get(job.workspace, job.key))
        )
        states = (ClientState.PRODUCTION, ClientState.BLOCKED)
        if client is None or artifact is None or client.state not in states:
            return
        is_readable = await asyncio.to_thread(_is_readable, artifact.content)
        try:
            await self._fetcher.fetch(client, await self._company_of(client), _tell_nobody)
        except Refused as refused:
            log.info("refresh.refused", client=client.id, code=refused.code)
            return
        except NetvisorError as error:
            log.info("refresh.waits", client=client.id, code=error.code)
            if self._clock().astimezone(FIRM_TIMEZONE).hour < NIGHT_ENDS:
                raise jobs.RunLater(next_try(5)) from error
            return

        def begin(unit: Unit) -> int:
            measure_soon(unit, client, self._clock())
            fetched = unit[Fetched].get(client.workspace, client.id)
            return fetched.changes if fetched else 0

        changes = await self._store.run(begin)
        is_recent = is_readable and self._clock() - artifact.deployed_at < TRAINED_EVERY
        if (not changes and is_readable) or (is_recent and await self._renew(client, artifact, changes)):
            return
        await self._store.run(lambda unit: start_training(unit, client, "", self._clock()))

    async def _renew(self, client: Client, artifact: Artifact, changes: int) -> bool:
        """Have the models in use learn what is kept by now; tell whether that was enough, or another training was."""
        chart = await self._store.run(lambda unit: unit[Chart].get(client.workspace, client.id))
        invoices = [row.content async for rows in pages(self._store, StoredInvoice, client) for row in rows]
        vouchers = [row.content async for rows in pages(self._store, StoredVoucher, client) for row in rows]
        closing = chart.closing if chart else ()
        content = await asyncio.to_thread(renewed, artifact.content, invoices, vouchers, closing)
        if content is None:
            return False

        def put(unit: Unit) -> None:
            running = unit[Artifact].get(client.workspace, client.id)
            fetched = unit[Fetched].get(client.workspace, client.id)
            if running and fetched and running.batch == artifact.batch:
                unit[Artifact].put(replace(running, content=content))
                unit[Fetched].change(client.workspace, client.id, changes=fetched.changes - changes)

        await self._store.run(put)
        return True

    async def registers(self, job: Job) -> None:
        """Read a client's chart of accounts and dimensions, for somebody who looks at them."""
        client = await self._store.run(lambda unit: unit[Client].get(job.workspace, job.key))
        if client is None or client.state is ClientState.REMOVED:
            return
        try:
            await self._fetcher.read_registers(client, await self._company_of(client))
        except Refused as refused:
            log.info("registers.refused", client=client.id, code=refused.code)
        except NetvisorError as error:
            raise jobs.RunLater(next_try(1)) from error
        await self._store.run(lambda unit: show_views(unit, client, self._clock()))

    async def running_model(self, client: Client) -> Model | None:
        """Return the models in use. What cannot be read, or is an older version's, is trained anew by itself."""
        artifact = await self._store.run(lambda unit: unit[Artifact].get(client.workspace, client.id))
        if artifact is None:
            return None
        try:
            return await asyncio.to_thread(Model.from_bytes, artifact.content)
        except ArtifactError as error:
            log.warning("model.unreadable", client=client.id, cause=str(error))
            await self._store.run(lambda unit: start_training(unit, client, "", self._clock()))
            return None

    async def give_up(self, job: Job, reference: str) -> None:
        """Say that a training failed for a reason of our own; the operator finds it under the reference."""

        def fail(unit: Unit) -> None:
            found = _client_and_run(unit, job)
            if found:
                client, run = found
                self._fail(unit, client, run, reference)

        await self._store.run(fail)

    async def _progress(self, client: Client, run: Run, **changes: Any) -> None:
        """Store how far the runs of a training are; raise _Cancelled when none is left."""

        def store(unit: Unit) -> None:
            if not change_runs(unit, client, run.batch, **changes):
                raise _Cancelled
            show_training(unit, client, self._clock(), quietly=not run.requested_by)

        await self._store.run(store)

    async def _fetch(self, client: Client, run: Run) -> None:
        """Fetch what is not stored yet, unless this training, or shortly before it the night, has done so."""
        fetched = await self._store.run(lambda unit: unit[Fetched].get(client.workspace, client.id))
        wanted = run.started_at if run.requested_by else run.started_at - FRESH
        if fetched and fetched.fetched_at and fetched.fetched_at >= wanted:
            return

        async def tell(step: str, done: int, total: int) -> None:
            await self._progress(client, run, state=RunState.FETCHING, step=step, done=done, total=total, failure=None)

        await self._fetcher.fetch(client, await self._company_of(client), tell)

    async def _learn(self, client: Client, run: Run) -> tuple[Learnt, int]:
        """Have a child process learn what is stored; return that, and how many changes it has seen."""
        await self._progress(client, run, state=RunState.TRAINING, step="lines", done=0, total=0, failure=None)

        async def tell(progress: Progress) -> None:
            state = RunState.EVALUATING if progress.phase == "evaluating" else RunState.TRAINING
            await self._progress(client, run, state=state, step="lines", done=progress.done, total=progress.total)

        with self._learning.one():
            task, changes = await self._store.run(lambda unit: _task(unit, client, run))
            async with training_child() as child:
                watch = asyncio.create_task(self._watch(client, run, child))
                try:
                    learnt = await child.learn(task, self._kept(client), tell)
                finally:
                    watch.cancel()
        if learnt is None:
            if await self._store.run(lambda unit: _is_wanted(unit, client, run)):
                raise RuntimeError(f"training process ended with {child.exit_code}")
            raise _Cancelled
        return learnt, changes

    async def _kept(self, client: Client) -> AsyncIterator[list[str]]:
        """Yield what is kept of the client's invoices, then of its vouchers."""
        async for invoices in pages(self._store, StoredInvoice, client):
            yield [row.content for row in invoices]
        async for vouchers in pages(self._store, StoredVoucher, client):
            yield [row.content for row in vouchers]

    async def _watch(self, client: Client, run: Run, child: Child) -> None:
        """End the child process when its training has been cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if not await self._store.run(lambda unit: _is_wanted(unit, client, run)):
                child.end()
                return

    def _end(self, unit: Unit, client: Client, run: Run, learnt: Learnt, changes: int) -> None:
        """Put the models into use unless those in use are better, and have people told: one unit of work."""
        now = self._clock()
        if not _is_wanted(unit, client, run):
            raise _Cancelled
        registers = unit[Chart].get(client.workspace, client.id)
        reports = reports_of(learnt, registers.accounts if registers else {}, self._test_environment)
        state, failure = (RunState.FAILED, WORSE) if learnt.is_worse else (RunState.DEPLOYED, None)
        for target, report in reports.items():
            unit[Run].change(
                client.workspace,
                f"{run.batch}:{target}",
                state=state,
                finished_at=now,
                report=report,
                failure=failure,
            )
        fetched = unit[Fetched].get(client.workspace, client.id)
        if fetched:
            unit[Fetched].change(client.workspace, client.id, changes=fetched.changes - changes)
        if not learnt.is_worse:
            unit[Artifact].put(Artifact(client.workspace, client.id, run.batch, now, learnt.artifact))
        self._go_on(unit, client, run)
        predict_what_waits(unit, client, now)
        ended(unit, client, now, quietly=not run.requested_by)

    def _go_on(self, unit: Unit, client: Client, run: Run) -> None:
        """Take a client that is trained for the first time into production; tell who asked for another training."""
        now = self._clock()
        current = unit[Client].get(client.workspace, client.id)
        if current and current.state is ClientState.TRAINING:
            set_state(unit, current, ClientState.PRODUCTION, now)
            if not current.is_told_by_batch:
                jobs.enqueue(unit, client.workspace, "went_live", client.id, now, batch=run.batch)
                jobs.enqueue(unit, client.workspace, "propose_dimensions", client.id, now + PROPOSED_AFTER)
        elif run.requested_by:
            jobs.enqueue(unit, client.workspace, "trained", run.batch, now, client=client.id)

    def _refused(self, unit: Unit, client: Client, run: Run) -> None:
        if run.requested_by:
            request_check(unit, client, client.added_by, self._clock())
        self._fail(unit, client, run, RIGHT_LOST)

    def _fail(self, unit: Unit, client: Client, run: Run, failure: str) -> None:
        now = self._clock()
        change_runs(unit, client, run.batch, state=RunState.FAILED, failure=failure, finished_at=now)
        predict_what_waits(unit, client, now)
        ended(unit, client, now, quietly=not run.requested_by)


def predict_what_waits(unit: Unit, client: Client, now: datetime) -> None:
    """Have what has arrived while there was no model that opens predicted now."""
    if unit[ProductionInvoice].count(client.workspace, client_id=client.id, state=InvoiceState.ARRIVED):
        jobs.enqueue(unit, client.workspace, "fetch", client.id, now)


def _client_and_run(unit: Unit, job: Job) -> tuple[Client, Run] | None:
    """Return a client and the first of its unfinished runs."""
    client = unit[Client].get(job.workspace, job.key)
    if client is None or client.state in (ClientState.REMOVED, ClientState.PAUSED):
        return None
    runs = unfinished_runs(unit, client)
    return (client, runs[0]) if runs else None


def _is_wanted(unit: Unit, client: Client, run: Run) -> bool:
    return any(one.batch == run.batch for one in unfinished_runs(unit, client))


def _task(unit: Unit, client: Client, run: Run) -> tuple[Task, int]:
    artifact = unit[Artifact].get(client.workspace, client.id)
    registers = unit[Chart].get(client.workspace, client.id)
    fetched = unit[Fetched].get(client.workspace, client.id)
    task = Task(
        unit[StoredInvoice].count(client.workspace, client_id=client.id),
        unit[StoredVoucher].count(client.workspace, client_id=client.id),
        tuple(one.target for one in unfinished_runs(unit, client) if one.batch == run.batch),
        registers.closing if registers else (),
        artifact.content if artifact else b"",
    )
    return task, fetched.changes if fetched else 0


def _is_readable(artifact: bytes) -> bool:
    try:
        Model.from_bytes(artifact)
    except ArtifactError:
        return False
    return True


async def _tell_nobody(_step: str, _done: int, _total: int) -> None:
    return
