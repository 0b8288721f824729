"""Training: the history is fetched, learnt in a child process, evaluated, and the client goes into production unasked.

Every step stores what it did before the next begins: a process that dies continues after the last stored batch. One
run a target; the runs of one training share their fetching and their batch id. Progress is counted work.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import structlog

from services import jobs
from services.clock import FIRM_TIMEZONE, Clock
from services.history import keep_invoice, keep_voucher
from services.netvisor import Company, NetvisorError, Refused
from services.onboarding import request_check, set_state, show_card
from services.prediction.wire import Progress, Trained, decode_line
from services.records import (
    UNFINISHED_RUN_STATES,
    Artifact,
    Client,
    ClientState,
    Job,
    Run,
    RunState,
    StoredInvoice,
    StoredVoucher,
    new_id,
)
from services.rights import HISTORY_MONTHS, months_before, next_try
from services.store import Store, Unit

TARGETS = ("account", "vat")
OVERDUE_AFTER = timedelta(days=1)
"""The article: training usually takes a maximum of one day."""

PAGE = 500
"""Rows that are read in one unit of work, so that no other waits long."""

PROCESS_LIMIT = 16 * 1024 * 1024
"""Longest line, in bytes, that the child process may write: its artifact."""

log = structlog.get_logger(__name__)

CompanyOf = Callable[[Client], Awaitable[Company]]
"""Returns the Netvisor company of a client, its credential opened."""


def start_training(unit: Unit, client: Client, person: str, now: datetime) -> str:
    """Store the runs of a new training, ask for its work, and return its batch id; one that is under way is joined."""
    for run in unit[Run].find(client.workspace, client_id=client.id, state__in=UNFINISHED_RUN_STATES):
        return run.batch
    batch = new_id()
    for target in TARGETS:
        unit[Run].put(
            Run(
                workspace=client.workspace,
                id=f"{batch}:{target}",
                client_id=client.id,
                batch=batch,
                target=target,
                state=RunState.QUEUED,
                started_at=now,
                requested_by=person,
            )
        )
    jobs.enqueue(unit, client.workspace, "train", client.id, now, batch=batch)
    if not client.is_told_by_batch:
        jobs.enqueue(unit, client.workspace, "overdue", client.id, now)
        jobs.enqueue(unit, client.workspace, "hourly", client.id, now + timedelta(hours=1), batch=batch)
    show_card(unit, client, now)
    return batch


def newest_runs(unit: Unit, client: Client) -> tuple[Run, ...]:
    """Return the runs of a client's newest training, in the order of the targets."""
    runs = unit[Run].find(client.workspace, client_id=client.id, order="-started_at")
    return tuple(sorted((run for run in runs if run.batch == runs[0].batch), key=lambda run: run.target))


def change_runs(unit: Unit, client: Client, batch: str, **changes: Any) -> None:
    """Change every unfinished run of a batch."""
    for run in unit[Run].find(client.workspace, batch=batch, state__in=UNFINISHED_RUN_STATES):
        unit[Run].change(client.workspace, run.id, **changes)


class Training:
    """Carries out trainings."""

    def __init__(self, store: Store, clock: Clock, company_of: CompanyOf, test_environment: str = "") -> None:
        """Carry out trainings; `test_environment` names the Netvisor that is not the real one, for the report."""
        self._store = store
        self._clock = clock
        self._company_of = company_of
        self._test_environment = test_environment
        # The bot keeps one processor to itself, however many companies train.
        self._processors = asyncio.Semaphore(max(1, (os.cpu_count() or 1) - 1))

    async def train(self, job: Job) -> None:
        """Take a client's training from wherever it stopped to its end."""
        client, batch = (
            await self._store.run(lambda unit: unit[Client].get(job.workspace, job.key)),
            job.payload["batch"],
        )
        if client is None or client.state in (ClientState.REMOVED, ClientState.PAUSED):
            return
        if not await self._store.run(
            lambda unit: unit[Run].count(client.workspace, batch=batch, state__in=UNFINISHED_RUN_STATES)
        ):
            return
        try:
            await self._fetch(client, batch)
        except Refused as refused:
            # A right was lost while we fetched: the check says which, and training goes on when it is mended.
            log.warning("training.refused", client=client.id, code=refused.code, resource=refused.resource)
            await self._store.run(lambda unit: request_check(unit, client, client.added_by, self._clock()))
            await self._store.run(lambda unit: self._fail(unit, client, batch, "right_lost"))
            return
        except NetvisorError as error:
            code = error.code
            log.info("training.waits", client=client.id, code=code)
            await self._store.run(
                lambda unit: self._progress(unit, client, batch, failure=code, state=RunState.FETCHING)
            )
            raise jobs.RunLater(max(next_try(3), timedelta(seconds=error.retry_after or 0))) from error
        trained = await self._learn(client, batch)
        await self._store.run(lambda unit: self._deploy(unit, client, batch, trained))

    def _progress(self, unit: Unit, client: Client, batch: str, **changes: Any) -> None:
        change_runs(unit, client, batch, **changes)
        show_card(unit, client, self._clock())

    async def _fetch(self, client: Client, batch: str) -> None:
        """Fetch what is not stored yet: the invoices, then the vouchers month by month."""
        company = await self._company_of(client)
        today = self._clock().astimezone(FIRM_TIMEZONE).date()
        listed = await company.purchase_invoices(begin=months_before(today, HISTORY_MONTHS))
        stored = {invoice.netvisor_key async for page in self._pages(StoredInvoice, client) for invoice in page}
        missing = [item.key for item in listed if item.key not in stored]
        done = len(listed) - len(missing)
        await self._store.run(
            lambda unit: self._progress(
                unit,
                client,
                batch,
                state=RunState.FETCHING,
                step="invoices",
                done=done,
                total=len(listed),
                failure=None,
            )
        )
        for keys in company.batches(missing):
            invoices = await company.purchase_invoice_batch(keys)
            done += len(keys)
            kept = [
                StoredInvoice(
                    client.workspace,
                    f"{client.id}:{invoice.key}",
                    client.id,
                    invoice.key,
                    invoice.invoice_date,
                    keep_invoice(invoice),
                )
                for invoice in invoices
            ]

            def keep(unit: Unit, kept: Sequence[StoredInvoice] = kept, done: int = done) -> None:
                unit[StoredInvoice].put(*kept)
                self._progress(unit, client, batch, done=done)

            await self._store.run(keep)
        days = [item.invoice_date for item in listed if item.invoice_date]
        if days:
            await self._fetch_vouchers(client, batch, company, min(days), today)

    async def _fetch_vouchers(self, client: Client, batch: str, company: Company, first: date, today: date) -> None:
        months = [date(index // 12, index % 12 + 1, 1) for index in range(_month(first), _month(today) + 2)]
        for number, (start, following) in enumerate(pairwise(months), start=1):
            vouchers = await company.vouchers(start=start, end=following - timedelta(days=1))
            kept = [
                StoredVoucher(
                    client.workspace, f"{client.id}:{voucher.key}", client.id, voucher.key, keep_voucher(voucher)
                )
                for voucher in vouchers
                if voucher.source_type == "purchaseinvoice" and voucher.source_key is not None
            ]

            def keep(unit: Unit, kept: Sequence[StoredVoucher] = kept, number: int = number) -> None:
                unit[StoredVoucher].put(*kept)
                self._progress(unit, client, batch, step="vouchers", done=number, total=len(months) - 1)

            await self._store.run(keep)

    async def _pages(self, kind: type[StoredInvoice] | type[StoredVoucher], client: Client):
        after = -1
        while True:
            page = await self._store.run(
                lambda unit, after=after: unit[kind].find(
                    client.workspace, client_id=client.id, netvisor_key__gt=after, order="netvisor_key", limit=PAGE
                )
            )
            if not page:
                return
            yield page
            after = page[-1].netvisor_key

    async def _learn(self, client: Client, batch: str) -> Trained:
        """Have the child process learn what is stored, and return the artifact with its report."""
        invoices, vouchers = await self._store.run(
            lambda unit: (
                unit[StoredInvoice].count(client.workspace, client_id=client.id),
                unit[StoredVoucher].count(client.workspace, client_id=client.id),
            )
        )
        await self._store.run(
            lambda unit: self._progress(unit, client, batch, state=RunState.TRAINING, step="lines", done=0, total=0)
        )
        async with self._processors:
            return await self._learn_in_child(client, batch, invoices, vouchers)

    async def _learn_in_child(self, client: Client, batch: str, invoices: int, vouchers: int) -> Trained:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.training_process",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=PROCESS_LIMIT,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(f"{invoices} {vouchers}\n".encode())
            for kind in (StoredInvoice, StoredVoucher):
                async for page in self._pages(kind, client):
                    process.stdin.write("".join(f"{row.content}\n" for row in page).encode())
                    await process.stdin.drain()
            process.stdin.close()
            async for line in process.stdout:
                message = decode_line(line)
                if isinstance(message, Trained):
                    return message
                await self._learning(client, batch, message)
            raise RuntimeError(f"training process ended with {await process.wait()}")
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _learning(self, client: Client, batch: str, progress: Progress) -> None:
        state = RunState.EVALUATING if progress.phase == "evaluating" else RunState.TRAINING
        await self._store.run(
            lambda unit: self._progress(
                unit, client, batch, state=state, step="lines", done=progress.done, total=progress.total
            )
        )

    def _deploy(self, unit: Unit, client: Client, batch: str, trained: Trained) -> None:
        """Put the models into use, the client into production, and have people told: one unit of work."""
        now = self._clock()
        unit[Artifact].put(Artifact(client.workspace, client.id, batch, now, trained.artifact))
        whole = {key: value for key, value in asdict(trained.report).items() if key != "targets"}
        whole["test_environment"] = self._test_environment
        whole |= {"first_day": str(whole["first_day"]), "last_day": str(whole["last_day"])}
        for target in trained.report.targets:
            unit[Run].change(
                client.workspace,
                f"{batch}:{target.target}",
                state=RunState.DEPLOYED,
                finished_at=now,
                report={**whole, **asdict(target)},
                failure=None,
            )
        current = unit[Client].get(client.workspace, client.id)
        if current and current.state is ClientState.TRAINING:
            set_state(unit, current, ClientState.PRODUCTION, now)
            if not current.is_told_by_batch:
                jobs.enqueue(unit, client.workspace, "went_live", client.id, now, batch=batch)
        jobs.enqueue(unit, client.workspace, "overdue", client.id, now)
        show_card(unit, client, now)

    def _fail(self, unit: Unit, client: Client, batch: str, failure: str) -> None:
        now = self._clock()
        change_runs(unit, client, batch, state=RunState.FAILED, failure=failure, finished_at=now)
        jobs.enqueue(unit, client.workspace, "overdue", client.id, now)
        show_card(unit, client, now)

    async def give_up(self, job: Job, reference: str) -> None:
        """Say that a training failed for a reason of our own; the operator finds it under the reference."""

        def fail(unit: Unit) -> None:
            client = unit[Client].get(job.workspace, job.key)
            if client:
                self._fail(unit, client, job.payload["batch"], reference)

        await self._store.run(fail)


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1
