"""Production: new invoices arrive, are predicted, and wait for a person or are written, as the client's process says.

Each client has one durable job that fetches what has changed, again and again: every quarter of an hour in office
hours, hourly otherwise. Reading overlaps a day and is deduplicated by content, so that nothing is missed or handled
twice. A blocked client goes on reading and learning; nothing of it is written.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import structlog

from services import jobs
from services.audit import note
from services.automation import Answer, judge, settings_of
from services.circulation import (
    apply_rules,
    chosen_before,
    predict_lists,
    rules_of,
    with_standing,
)
from services.clock import FIRM_TIMEZONE, Clock
from services.deciding import decide, keep_arrival, with_automation
from services.history import examples_to_predict
from services.locks import locks_over
from services.measuring import predicted_values
from services.netvisor import Company, NetvisorError, PurchaseInvoice, Refused
from services.onboarding import request_check
from services.prediction import ArtifactError, Example, Model
from services.proposals import (
    Proposal,
    propose,
    was_auto_suggested,
)
from services.records import (
    Arrivals,
    Artifact,
    Client,
    ClientState,
    InvoiceState,
    Job,
    Process,
    ProductionInvoice,
    Registers,
    RunState,
)
from services.registers import refresh_registers
from services.review import show_review
from services.rights import next_try
from services.store import Store, Unit
from services.training import CompanyOf, newest_runs, start_training

IN_OFFICE_HOURS = timedelta(minutes=15)
OTHERWISE = timedelta(hours=1)
OFFICE_DAY = (time(7), time(18))
A_MOMENT = timedelta(seconds=1)
"""A turn that comes within this is the one that has just been."""

SATURDAY = 5
"""`weekday()` of the first day without office hours."""

OVERLAP = timedelta(days=1)
"""How far reading goes back behind the last one: in which timezone Netvisor reads a time is not documented."""

FIRST_LOOK_BACK = timedelta(days=60)
"""How old the approved invoices may be that a client's first fetch looks at; open and verified ones all count."""

PREDICTED_AT_ONCE = 100

IN_ONE_UNIT = 20
"""How many invoices a unit of work keeps or decides about: nobody who presses a button waits for more."""

TRAIN_AGAIN_AFTER = timedelta(hours=12)
"""How long after a training came to nothing a model that does not open is not trained for again by itself."""

log = structlog.get_logger(__name__)


def until_next(now: datetime, client_id: str) -> timedelta:
    """Return how long until a client is fetched again; clients are spread over the time by their ids."""
    local = now.astimezone(FIRM_TIMEZONE)
    if _in_office(local):
        return _until_turn(now, client_id, IN_OFFICE_HOURS)
    opening = datetime.combine(local.date(), OFFICE_DAY[0], FIRM_TIMEZONE)
    if local >= opening:
        opening += timedelta(days=1)
    until_opening = opening.astimezone(UTC) - now
    turn = _until_turn(now, client_id, OTHERWISE)
    if turn >= until_opening and opening.weekday() < SATURDAY:
        # The quarters of an hour begin with the office, not with the hourly turn that would come after.
        return _until_turn(now, client_id, IN_OFFICE_HOURS, not_within=until_opening)
    return turn


def _in_office(local: datetime) -> bool:
    return local.weekday() < SATURDAY and OFFICE_DAY[0] <= local.time() < OFFICE_DAY[1]


def _until_turn(now: datetime, client_id: str, every: timedelta, not_within: timedelta = timedelta()) -> timedelta:
    share = zlib.crc32(client_id.encode()) / 2**32
    since_turn = ((now + not_within).timestamp() / every.total_seconds() - share) % 1.0
    wait = not_within + every * (1.0 - since_turn)
    return wait if wait >= A_MOMENT else wait + every


class Production:
    """The handler of the job that fetches a client's new invoices and decides what becomes of them."""

    def __init__(self, store: Store, clock: Clock, company_of: CompanyOf) -> None:
        self._store = store
        self._clock = clock
        self._company_of = company_of
        # One client at a time, so that a morning's many leave processor and database to whoever presses a button.
        self._busy = asyncio.Semaphore(1)

    async def fetch(self, job: Job) -> None:
        """Fetch what has changed, predict it, and come again."""
        client = await self._store.run(lambda unit: unit[Client].get(job.workspace, job.key))
        if client is None or client.state is ClientState.REMOVED:
            return
        if client.state not in (ClientState.PRODUCTION, ClientState.BLOCKED):
            raise jobs.RunLater(OTHERWISE)
        started = self._clock()
        try:
            await self._fetch(client, started)
            await self._predict(client)
        except Refused as refused:
            log.warning("production.refused", client=client.id, code=refused.code, resource=refused.resource)
            if client.state is ClientState.PRODUCTION:
                await self._store.run(lambda unit: request_check(unit, client, client.added_by, self._clock()))
            raise jobs.RunLater(OTHERWISE) from None
        except NetvisorError as error:
            log.info("production.waits", client=client.id, code=error.code)
            await self._store.run(lambda unit: self._silent(unit, client))
            raise jobs.RunLater(next_try(3)) from None
        raise jobs.RunLater(until_next(self._clock(), client.id))

    async def _fetch(self, client: Client, started: datetime) -> None:
        company = await self._company_of(client)
        await refresh_registers(self._store, client, company, started)
        earlier = await self._store.run(lambda unit: unit[Arrivals].get(client.workspace, client.id))
        keys = await (self._changed(company, earlier.since) if earlier else self._first(company, started))
        for batch in company.batches(keys):
            invoices = await company.purchase_invoice_batch(batch)
            async with self._busy:
                for start in range(0, len(invoices), IN_ONE_UNIT):
                    part = invoices[start : start + IN_ONE_UNIT]
                    await self._store.run(lambda unit, part=part: self._keep(unit, client, part))
        await self._store.run(lambda unit: self._arrived(unit, client, started))

    def _arrived(self, unit: Unit, client: Client, started: datetime) -> None:
        """Keep how far was read, unless it was for another process than the client has now."""
        current = unit[Client].get(client.workspace, client.id)
        earlier = unit[Arrivals].get(client.workspace, client.id)
        if earlier and earlier.silent_since:
            unit[Arrivals].change(client.workspace, client.id, silent_since=None)
            show_review(unit, client.workspace, client.id, self._clock())
        if current and current.process is client.process:
            unit[Arrivals].put(Arrivals(client.workspace, client.id, started))

    def _silent(self, unit: Unit, client: Client) -> None:
        """Keep since when Netvisor does not answer, for the channel's review card."""
        unit[Arrivals].change(client.workspace, client.id, {"silent_since": None}, silent_since=self._clock())
        show_review(unit, client.workspace, client.id, self._clock())

    async def _changed(self, company: Company, since: datetime) -> list[int]:
        listed = await company.purchase_invoices(modified_since=since - OVERLAP)
        return sorted({item.key for item in listed})

    async def _first(self, company: Company, now: datetime) -> list[int]:
        begin = (now - FIRST_LOOK_BACK).astimezone(FIRM_TIMEZONE).date()
        listed = [
            *await company.purchase_invoices(status="open"),
            *await company.purchase_invoices(status="approved"),
            *await company.purchase_invoices(status="accepted", begin=begin),
        ]
        return sorted({item.key for item in listed})

    def _keep(self, unit: Unit, client: Client, invoices: Sequence[PurchaseInvoice]) -> None:
        now, current = self._clock(), unit[Client].get(client.workspace, client.id) or client
        for invoice in invoices:
            keep_arrival(unit, current, invoice, now)

    async def _predict(self, client: Client) -> None:
        """Decide about everything that has arrived, some at a time; the model is loaded only if there is any."""
        company = await self._company_of(client)
        model: Model | None = None
        defaults: dict[int, str] | None = None
        batch = ""
        while True:
            arrived = await self._store.run(
                lambda unit: unit[ProductionInvoice].find(
                    client.workspace,
                    client_id=client.id,
                    state=InvoiceState.ARRIVED,
                    order="netvisor_key",
                    limit=PREDICTED_AT_ONCE,
                )
            )
            if not arrived:
                return
            if model is None:
                found = await self._model(client)
                if found is None:
                    return  # the training that has begun asks for this again when it ends
                model, batch = found
            invoices = [PurchaseInvoice.model_validate_json(one.content) for one in arrived]
            if defaults is None and any(line.suggested_account for one in invoices for line in one.lines):
                defaults = await self._default_accounts(company)
            defaults = defaults or {}
            invoices = [await _with_history(company, one, defaults) for one in invoices]
            if client.process is Process.ALTERNATIVE_WITH_CIRCULATION:
                invoices = [await _with_circulation(company, one) for one in invoices]
            async with self._busy:
                proposals = await asyncio.to_thread(propose_all, model, invoices, defaults)
                if client.process is Process.ALTERNATIVE_WITH_CIRCULATION:
                    chosen = await self._store.run(lambda unit: chosen_before(unit, client))
                    proposals = await asyncio.to_thread(predict_lists, chosen, invoices, proposals)
                whole = list(zip(arrived, invoices, proposals, strict=True))
                for start in range(0, len(whole), IN_ONE_UNIT):
                    part = whole[start : start + IN_ONE_UNIT]
                    await self._store.run(lambda unit, part=part, batch=batch: self._decide(unit, client, part, batch))

    async def learn(self, job: Job) -> None:
        """Have the model learn what was written since it last did: an update, not a training."""
        found = await self._store.run(
            lambda unit: (
                unit[Artifact].get(job.workspace, job.key),
                unit[ProductionInvoice].find(
                    job.workspace, client_id=job.key, state=InvoiceState.WRITTEN, learned_at=None, order="decided_at"
                ),
            )
        )
        artifact, written = found
        if artifact is None or not written:
            return
        content = await asyncio.to_thread(_learned, artifact.content, written)

        def keep(unit: Unit) -> None:
            # A training that ended meanwhile has read the same postings from Netvisor, or will.
            unit[Artifact].change(artifact.workspace, artifact.id, {"batch": artifact.batch}, content=content)
            for one in written:
                unit[ProductionInvoice].change(one.workspace, one.id, learned_at=self._clock())

        await self._store.run(keep)

    async def _model(self, client: Client) -> tuple[Model, str] | None:
        """Return the client's model and which training it came of, an empty one where there is none.

        One that does not open, as after an update of this program, is trained anew: None, what has arrived waits. Where
        that has just failed it is an empty one after all, so that people see the invoices.
        """
        artifact = await self._store.run(lambda unit: unit[Artifact].get(client.workspace, client.id))
        if artifact is None:
            return Model(), ""
        try:
            return await asyncio.to_thread(Model.from_bytes, artifact.content), artifact.batch
        except ArtifactError as error:
            log.warning("production.artifact", client=client.id, cause=str(error))
            trains = await self._store.run(lambda unit: self._train_anew(unit, client))
            return None if trains else (Model(), "")

    def _train_anew(self, unit: Unit, client: Client) -> bool:
        """Have a client trained because its model does not open; False when that has just come to nothing."""
        now = self._clock()
        for run in newest_runs(unit, client)[:1]:
            failed = run.state in (RunState.FAILED, RunState.CANCELLED)
            if failed and run.finished_at and now - run.finished_at < TRAIN_AGAIN_AFTER:
                return False
        start_training(unit, client, "", now)
        return True

    async def _default_accounts(self, company: Company) -> dict[int, str]:
        """Return the default account of every vendor that has one."""
        vendors = await company.vendors()
        return {
            vendor.key: account.number
            for vendor in vendors
            for account in vendor.accounts
            if vendor.key is not None and account.number is not None and account.is_default
        }

    def _decide(
        self,
        unit: Unit,
        client: Client,
        decided_about: Sequence[tuple[ProductionInvoice, PurchaseInvoice, Proposal]],
        batch: str,
    ) -> None:
        now = self._clock()
        current = unit[Client].get(client.workspace, client.id) or client
        rules, registers = rules_of(unit, client), unit[Registers].get(client.workspace, client.id)
        for row, invoice, predicted in decided_about:
            standing = with_standing(predicted, invoice, registers)
            proposal = apply_rules(rules, registers, current.process, invoice, standing)
            if row.proposal:
                # The process was changed while it waited: lines that a person had changed stay as they are.
                proposal = replace(Proposal.from_json(row.proposal), circulation=proposal.circulation)
            locked = bool(locks_over(registers, invoice))
            decision = decide(current.process, invoice, proposal, locked=locked)
            answer = Answer.OFF
            if decision.reason == "review":
                answer = judge(unit, current, row, proposal, now)
                decision = with_automation(decision, answer)
            decided = replace(
                row,
                state=decision.state,
                proposal=decision.proposal.to_json(),
                confidence=decision.proposal.confidence,
                reason=decision.reason,
                model=batch,
                decided_at=now if answer is Answer.YES else None,
            )
            if unit[ProductionInvoice].get(row.workspace, row.id) == row:
                unit[ProductionInvoice].put(decided)
                note(
                    unit,
                    decided,
                    "predicted",
                    now,
                    state=decision.state.value,
                    reason=decision.reason,
                    model=batch,
                    confidence=decided.confidence,
                    lines=predicted_values(proposal),
                )
                if answer is not Answer.OFF:
                    event = {Answer.YES: "automated", Answer.SAMPLE: "to_sample"}.get(answer, "not_automated")
                    version = settings_of(unit, current).version
                    note(unit, decided, event, now, version=version, answer=answer.value)
        jobs.enqueue(unit, client.workspace, "write", client.id, now)
        show_review(unit, client.workspace, client.id, now)


async def _with_history(company: Company, invoice: PurchaseInvoice, defaults: dict[int, str]) -> PurchaseInvoice:
    """Return an invoice with its handling history, where that decides whose a standing posting is."""
    standing = {line.suggested_account_number for line in invoice.lines} - {None, defaults.get(invoice.vendor_key or 0)}
    if not standing or was_auto_suggested(invoice):
        return invoice
    found = await company.purchase_invoice(invoice.key, include=("handlinghistory",))
    return replace_history(invoice, found) if found else invoice


async def _with_circulation(company: Company, invoice: PurchaseInvoice) -> PurchaseInvoice:
    """Return an invoice with the circulation that it has in Netvisor, as far as the reply says."""
    found = await company.purchase_invoice(invoice.key, include=("circulationlist",))
    known = {"has_circulation": found.has_circulation, "circulation": found.circulation} if found else {}
    return invoice.model_copy(update=known)


def replace_history(invoice: PurchaseInvoice, found: PurchaseInvoice) -> PurchaseInvoice:
    """Return the invoice with the handling history that another reading of it brought."""
    return invoice.model_copy(update={"handling_history": found.handling_history})


def propose_all(model: Model, invoices: Sequence[PurchaseInvoice], defaults: Mapping[int, str]) -> list[Proposal]:
    """Predict invoices and propose how to post them: processor work, for a thread."""
    predicted = model.predict_invoices([examples_to_predict(invoice) for invoice in invoices])
    return [
        propose(invoice, found, defaults.get(invoice.vendor_key or 0))
        for invoice, found in zip(invoices, predicted, strict=True)
    ]


def _learned(content: bytes, written: Sequence[ProductionInvoice]) -> bytes:
    """Return a model that has also learned how invoices were written: processor work, for a thread."""
    model = Model.from_bytes(content)
    for one in written:
        invoice = PurchaseInvoice.model_validate_json(one.content)
        model.learn(*posted_examples(invoice, Proposal.from_json(one.proposal)))
    return model.to_bytes()


def posted_examples(invoice: PurchaseInvoice, proposal: Proposal) -> list[Example]:
    """Return an invoice's lines as examples of how a proposal posts them; a split line is one for each part."""
    lines = dict(zip([line.key for line in invoice.lines], examples_to_predict(invoice), strict=True))
    return [
        replace(
            lines[line.source],
            amount=line.sum,
            account=line.account.label or None,
            vat_code=line.vat.label or None,
            dimensions={name: choice.label for name, choice in line.dimensions.items() if choice.label},
        )
        for line in proposal.lines
    ]
