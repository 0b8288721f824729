"""The guided trial of sending a circulation list: on one invoice that a person chose, looked at by a person.

Nothing public says how the message spells its list (reference: netvisor.md 3.5), so the template is a guess until it
has been tried on the real installation: it is sent once, the invoice is read back, a person sees the request and the
reply and looks at the invoice in Netvisor. Only what they confirm switches sending on, in their workspace and for that
template.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from services import jobs
from services.audit import note_client
from services.circulation.rules import has_namesake
from services.circulation.sending import confirmed_trial, standing_of
from services.clock import Clock
from services.facts import SendingStoppedNews, TrialOfListNews
from services.netvisor import CirculationTemplate, Company, NetvisorError, PurchaseInvoice
from services.outbox import Outbox
from services.records import (
    Client,
    Job,
    ProductionInvoice,
    Registers,
    SendingStopped,
    TrialOfList,
    TrialOfListState,
    new_id,
)
from services.rights import next_try
from services.store import Store, Unit
from services.telling import Telling
from services.ticks import Write, prove
from services.training import CompanyOf
from services.writes import let_rest, resting


class Cannot(StrEnum):
    """Why a trial cannot be made."""

    NO_TEMPLATE = "no_template"
    NO_INVOICE = "no_invoice"
    NO_LIST = "no_list"
    GOES_ON = "goes_on"


def ask_for_trial(
    unit: Unit,
    client: Client,
    template: CirculationTemplate | None,
    invoice_id: str,
    list_key: str,
    person: str,
    now: datetime,
) -> TrialOfList | Cannot:
    """Have a list sent for one invoice, once."""
    invoice = unit[ProductionInvoice].get(client.workspace, invoice_id)
    registers = unit[Registers].get(client.workspace, client.id)
    if template is None:
        return Cannot.NO_TEMPLATE
    if invoice is None or invoice.client_id != client.id:
        return Cannot.NO_INVOICE
    if registers is None or list_key not in registers.lists or has_namesake(registers.lists, list_key):
        return Cannot.NO_LIST
    under_way = [TrialOfListState.ASKED, TrialOfListState.SENDING]
    if unit[TrialOfList].count(client.workspace, state__in=under_way):
        return Cannot.GOES_ON
    trial = TrialOfList(
        workspace=client.workspace,
        id=new_id(),
        client_id=client.id,
        netvisor_key=invoice.netvisor_key,
        number=invoice.number,
        list_key=list_key,
        list_name=registers.lists[list_key],
        mark=template.mark,
        state=TrialOfListState.ASKED,
        asked_by=person,
        asked_at=now,
        changed_at=now,
        request=template.message(invoice.netvisor_key, int(list_key)).decode("ascii"),
    )
    unit[TrialOfList].add(trial)
    _note(unit, trial, "list_trial_asked", person, now)
    jobs.enqueue(unit, client.workspace, "list_trial", trial.id, now)
    return trial


def answer_trial(unit: Unit, workspace: str, trial_id: str, person: str, now: datetime, *, is_right: bool) -> bool:
    """Keep what a person has seen in Netvisor: sending is switched on, or the trial has failed. False when too late."""
    trial = unit[TrialOfList].get(workspace, trial_id)
    if trial is None or trial.state is not TrialOfListState.SENT:
        return False
    state = TrialOfListState.CONFIRMED if is_right else TrialOfListState.FAILED
    answered = replace(trial, state=state, confirmed_by=person, changed_at=now, reason="" if is_right else "by_eye")
    unit[TrialOfList].put(answered)
    _note(unit, answered, "list_trial_confirmed" if is_right else "list_trial_failed", person, now)
    jobs.enqueue(unit, workspace, "list_trial_news", trial.id, now)
    return True


def switch_off(unit: Unit, workspace: str, person: str, now: datetime) -> bool:
    """Stop sending lists in a workspace; False when it is off already. What is under way is read back."""
    off = False
    while trial := confirmed_trial(unit, workspace):
        unit[TrialOfList].put(replace(trial, state=TrialOfListState.WITHDRAWN, changed_at=now))
        _note(unit, trial, "list_sending_off", person, now)
        off = True
    return off


def _note(unit: Unit, trial: TrialOfList, event: str, person: str | None, now: datetime) -> None:
    details = {"number": trial.number, "list": trial.list_name, "before": trial.before, "after": trial.after}
    note_client(unit, trial.workspace, trial.client_id, event, now, person=person, **details)


class ListTrials:
    """The handlers of the jobs that carry a trial out and tell of it, and of sending that was stopped."""

    def __init__(self, store: Store, outbox: Outbox, clock: Clock, company_of: CompanyOf) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock
        self._company_of = company_of
        self._telling = Telling(store, outbox, clock)

    async def run(self, job: Job) -> None:
        """Send a trial's message once and read the invoice back; `key` is the trial."""
        trial = await self._store.run(lambda unit: unit[TrialOfList].get(job.workspace, job.key))
        client = trial and await self._store.run(lambda unit: unit[Client].get(trial.workspace, trial.client_id))
        if trial is None or client is None:
            return
        company = await self._company_of(client)
        try:
            if trial.state is TrialOfListState.ASKED:
                await self._send(company, client, trial)
            elif trial.state is TrialOfListState.SENDING:
                # Nobody heard the end of it: it is read back, never sent again.
                let_rest(trial.attempted_at, self._clock())
                await self._look(company, client, trial, "")
        except NetvisorError as error:
            if trial.state is TrialOfListState.ASKED and not error.outcome_unknown:
                await self._end(replace(trial, reason=f"{error.code} {error.detail}".strip()[:300]), failed=True)
                return
            raise jobs.RunLater(next_try(2)) from None

    async def _send(self, company: Company, client: Client, trial: TrialOfList) -> None:
        invoice = await company.purchase_invoice(trial.netvisor_key, include=("circulationlist",))
        key = int(trial.list_key)
        before = standing_of(invoice, key, absent_is_none=False) if invoice else "gone"
        trial = replace(trial, before=before)
        obstacle = _obstacle(invoice, before)
        if obstacle or key not in {one.key for one in await company.circulation_lists()}:
            await self._end(replace(trial, reason=obstacle or "list_gone"), failed=True)
            return
        now = self._clock()
        sending = replace(trial, state=TrialOfListState.SENDING, attempted_at=now, changed_at=now)
        expected = {"state": TrialOfListState.ASKED}
        changes = {"state": sending.state, "attempted_at": now, "changed_at": now, "before": before}
        if not await self._store.run(
            lambda unit: unit[TrialOfList].change(trial.workspace, trial.id, expected, **changes)
        ):
            return
        try:
            reply = await company.set_circulation(trial.netvisor_key, key)
        except NetvisorError as error:
            if error.outcome_unknown:
                raise resting() from None
            await self._end(replace(sending, reason=f"{error.code} {error.detail}".strip()[:300]), failed=True)
            return
        await self._look(company, client, sending, reply)

    async def _look(self, company: Company, client: Client, trial: TrialOfList, reply: str) -> None:
        invoice = await company.purchase_invoice(trial.netvisor_key, include=("circulationlist",))
        after = standing_of(invoice, int(trial.list_key), absent_is_none=False) if invoice else "gone"
        read = replace(trial, reply=reply, after=after)
        named_other = after == "some" and invoice is not None and invoice.circulation is not None
        if after in ("none", "gone") or named_other:
            await self._end(replace(read, reason="not_as_sent"), failed=True)
        else:
            await self._end(read, failed=False, client=client if reply else None)

    async def _end(self, trial: TrialOfList, *, failed: bool, client: Client | None = None) -> None:
        now = self._clock()
        state = TrialOfListState.FAILED if failed else TrialOfListState.SENT

        def store(unit: Unit) -> None:
            ended = replace(trial, state=state, changed_at=now)
            unit[TrialOfList].put(ended)
            _note(unit, ended, "list_trial_failed" if failed else "list_trial_sent", None, now)
            current = client and unit[Client].get(client.workspace, client.id)
            if client and current and current.credential_id == client.credential_id:
                prove(unit, current, Write.CIRCULATION, now)
            jobs.enqueue(unit, trial.workspace, "list_trial_news", trial.id, now)

        await self._store.run(store)

    async def tell(self, job: Job) -> None:
        """Tell the person who asked for a trial what came of it, with what was sent and answered."""

        def read(unit: Unit) -> TrialOfListNews | None:
            trial = unit[TrialOfList].get(job.workspace, job.key)
            client = trial and unit[Client].get(job.workspace, trial.client_id)
            return TrialOfListNews(trial, client) if trial and client else None

        fact = await self._store.run(read)
        if fact:
            matter = f"list_trial:{fact.trial.id}"
            await self._outbox.tell(job.workspace, matter, fact.trial.asked_by, fact)

    async def stopped(self, job: Job) -> None:
        """Tell the person who switched sending on that it is stopped for a client."""

        def read(unit: Unit) -> tuple[SendingStoppedNews, str] | None:
            stopped = unit[SendingStopped].get(job.workspace, job.key)
            client, trial = unit[Client].get(job.workspace, job.key), confirmed_trial(unit, job.workspace)
            if stopped is None or client is None:
                return None
            person = (trial.confirmed_by if trial else None) or client.added_by
            return SendingStoppedNews(client, stopped), person

        found = await self._store.run(read)
        if found:
            fact, person = found
            matter = f"sending_stopped:{job.key}:{job.payload['at']}"
            await self._telling.tell(job.workspace, matter, person, fact, "sending_stopped", job.key)


def _obstacle(invoice: PurchaseInvoice | None, before: str) -> str:
    """Return why a trial's message must not be sent, or nothing."""
    if invoice is None:
        return "gone"
    if before in ("some", "same"):
        return "has_circulation"
    return "" if (invoice.approval_status or "").casefold() == "open" else "handled"
