"""Writing confirmed postings to Netvisor: each once, none that was not asked for.

Netvisor's writes carry no idempotency key. So an attempt is stored before it is sent, with a mark that its comment
carries; the invoice is read just before, and not written if it has changed since it was confirmed. After an unknown
outcome the invoice is read back: the mark, or the postings themselves, say that it was written; an invoice that
stands exactly as before says that it was not. Anything else goes to a person.

A write that Netvisor took proves the right to post; one that it refused for want of the right blocks the client, and
what is confirmed waits until the right is back (`services.ticks`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from services import jobs
from services.audit import note
from services.automation import BY_AUTOMATION, STOPPED, Answer, hand_over, handed_over_because, judge
from services.circulation import circulate
from services.clock import Clock
from services.deciding import BACKGROUND, works_on
from services.locks import PERIOD_LOCKED, is_locked
from services.measuring import note_handled, way_of
from services.netvisor import (
    AuthenticationFailed,
    Company,
    NetvisorError,
    PeriodLocked,
    PurchaseInvoice,
    Refused,
    ServiceAccessError,
)
from services.onboarding import request_check
from services.proposals import Proposal, fingerprint, posting_data, stands_as_proposed
from services.records import Client, InvoiceState, Job, ProductionInvoice, new_id
from services.returned import note_returned
from services.review import show_review
from services.rights import next_try
from services.store import Store, Unit
from services.ticks import Write, prove, reopen
from services.training import CompanyOf
from services.writes import let_rest, next_write, resting

COMMENT = "{words} (Fabric {token})"
"""The comment of a write, which people see in the invoice's handling history: the reviewer's words and our mark."""

log = structlog.get_logger(__name__)


class ReadBack(StrEnum):
    """What reading an invoice back says of a write whose outcome is unknown."""

    WRITTEN = "written"
    NOT_WRITTEN = "not_written"
    UNCLEAR = "unclear"
    GONE = "gone"


def read_back(invoice: PurchaseInvoice | None, sent: ProductionInvoice) -> ReadBack:
    """Return whether an invoice as it stands now has what was sent."""
    if invoice is None:
        return ReadBack.GONE
    marked = any(sent.token in (event.description or "") for event in invoice.handling_history)
    if marked or (sent.proposal and _changed_to(invoice, sent)):
        return ReadBack.WRITTEN
    return ReadBack.NOT_WRITTEN if fingerprint(invoice) == sent.fingerprint else ReadBack.UNCLEAR


def _changed_to(invoice: PurchaseInvoice, sent: ProductionInvoice) -> bool:
    return fingerprint(invoice) != sent.fingerprint and stands_as_proposed(invoice, Proposal.from_json(sent.proposal))


class WriteBack:
    """The handler of the job that writes a client's confirmed invoices, one after another."""

    def __init__(self, store: Store, clock: Clock, company_of: CompanyOf) -> None:
        self._store = store
        self._clock = clock
        self._company_of = company_of

    async def write(self, job: Job) -> None:
        """Write what is confirmed, in the order in which it was; come again when Netvisor cannot take it now."""
        while found := await self._store.run(lambda unit: self._next(unit, job)):
            await self._take(*found)

    async def _take(self, client: Client, invoice: ProductionInvoice) -> None:
        company = await self._company_of(client)
        try:
            if invoice.state is InvoiceState.WRITING:
                await self._settle(company, invoice)
            else:
                await self._write(client, company, invoice)
        except Refused as refused:
            # Reading was refused: the check finds out which right is gone, and nothing is written meanwhile.
            log.warning("write.refused", client=client.id, code=refused.code, resource=refused.resource)
            await self._store.run(lambda unit: request_check(unit, client, "", self._clock()))
            raise jobs.RunLater(timedelta(hours=1)) from None
        except NetvisorError as error:
            log.info("write.waits", client=client.id, code=error.code)
            raise jobs.RunLater(next_try(2)) from None

    def _next(self, unit: Unit, job: Job) -> tuple[Client, ProductionInvoice] | None:
        return next_write(unit, job, ProductionInvoice, InvoiceState.WRITING, InvoiceState.CONFIRMED, "decided_at")

    async def _write(self, client: Client, company: Company, invoice: ProductionInvoice) -> None:
        standing = await company.purchase_invoice(invoice.netvisor_key)
        if standing is None:
            await self._end(invoice, InvoiceState.LEFT, "gone")
            return
        if not works_on(client.process, standing):
            reason = "posted_in_netvisor" if standing.is_accounted else "not_of_process"
            await self._end(invoice, InvoiceState.LEFT, reason)
            return
        if fingerprint(standing) != invoice.fingerprint:
            await self._end(invoice, InvoiceState.WAITING, "changed")
            return
        attempt = await self._store.run(lambda unit: self._attempt(unit, invoice))
        if attempt is None:
            return
        data = posting_data(
            standing,
            Proposal.from_json(attempt.proposal),
            # What nobody was asked about is a suggestion; what a person confirmed is posted, or prepared to be where
            # the client has not approved yet. The client's process may have changed since, so it does not decide this.
            ready=attempt.reason != BACKGROUND,
            comment=COMMENT.format(words=attempt.comment, token=attempt.token).strip(),
        )
        try:
            await company.post(data)
        except PeriodLocked as error:
            await self._end(attempt, InvoiceState.WAITING, PERIOD_LOCKED, code=error.code)
        except ServiceAccessError as refused:
            # Confirmed it stays: it is written when somebody has repaired the right.
            await self._end(attempt, InvoiceState.CONFIRMED, attempt.reason, code=refused.code, said=refused.detail)
            await self._store.run(lambda unit, error=refused: self._lose_right(unit, client, error))
        except AuthenticationFailed:
            await self._end(attempt, InvoiceState.CONFIRMED, attempt.reason)
            raise
        except Refused as refused:
            await self._end(attempt, InvoiceState.WAITING, "refused", code=refused.code, said=refused.detail)
        except NetvisorError as error:
            if error.outcome_unknown:
                raise resting() from None
            await self._end(attempt, InvoiceState.CONFIRMED, attempt.reason)
            raise
        else:
            await self._end(attempt, InvoiceState.WRITTEN, "written", by=client)

    def _lose_right(self, unit: Unit, client: Client, refused: ServiceAccessError) -> None:
        """Block the client, unless it has had other credentials since; the check finds out what more is missing."""
        now, current = self._clock(), unit[Client].get(client.workspace, client.id)
        if current and current.credential_id == client.credential_id:
            reopen(unit, current, Write.POSTING, refused, now)
            request_check(unit, current, "", now)

    def _attempt(self, unit: Unit, invoice: ProductionInvoice) -> ProductionInvoice | None:
        """Store that an invoice is about to be written; None when somebody took it back meanwhile."""
        now, token = self._clock(), new_id()
        if obstacle := _obstacle(unit, invoice, now):
            hand_over(unit, invoice, now, obstacle)
            return None
        changes = {"state": InvoiceState.WRITING, "token": token, "attempted_at": now}
        expected = {"state": InvoiceState.CONFIRMED, "proposal": invoice.proposal}
        if not unit[ProductionInvoice].change(invoice.workspace, invoice.id, expected, **changes):
            return None
        note(unit, invoice, "writing", now, person=invoice.decided_by, token=token)
        return unit[ProductionInvoice].get(invoice.workspace, invoice.id)

    async def _settle(self, company: Company, invoice: ProductionInvoice) -> None:
        """Find out what came of a write that nobody heard the end of."""
        let_rest(invoice.attempted_at, self._clock())
        standing = await company.purchase_invoice(invoice.netvisor_key, include=("handlinghistory",))
        match read_back(standing, invoice):
            case ReadBack.WRITTEN:
                await self._end(invoice, InvoiceState.WRITTEN, "written_read_back")
            case ReadBack.NOT_WRITTEN:
                await self._end(invoice, InvoiceState.CONFIRMED, invoice.reason)
            case ReadBack.GONE:
                await self._end(invoice, InvoiceState.LEFT, "gone")
            case ReadBack.UNCLEAR:
                await self._end(invoice, InvoiceState.WAITING, "outcome_unknown")

    async def _end(
        self,
        invoice: ProductionInvoice,
        state: InvoiceState,
        reason: str,
        *,
        by: Client | None = None,
        **details: object,
    ) -> None:
        """Store what came of an invoice; `by` is the client whose credentials Netvisor took the write from."""
        now = self._clock()

        def store(unit: Unit) -> None:
            if state is InvoiceState.CONFIRMED and (obstacle := _obstacle(unit, invoice, now)):
                # It was not written, and is not to be any more.
                hand_over(unit, invoice, now, obstacle)
                return
            if not unit[ProductionInvoice].change(
                invoice.workspace, invoice.id, {"state": invoice.state}, state=state, reason=reason, changed_at=now
            ):
                return
            event = state.value if state is not InvoiceState.CONFIRMED else "not_written"
            note(unit, invoice, event, now, person=invoice.decided_by, reason=reason, **details)
            show_review(unit, invoice.workspace, invoice.client_id, now)
            if state is InvoiceState.WAITING:
                note_returned(unit, invoice, now)
            if state is InvoiceState.WRITTEN:
                note_handled(unit, invoice, way_of(invoice), now)
                circulate(unit, invoice, now)
                jobs.enqueue(unit, invoice.workspace, "learn", invoice.client_id, now + timedelta(minutes=1))
            current = by and unit[Client].get(by.workspace, by.id)
            # A suggestion, which is all that the background process writes, proves no right to post.
            if by and current and current.credential_id == by.credential_id and invoice.reason != BACKGROUND:
                prove(unit, current, Write.POSTING, now)
            if reason == PERIOD_LOCKED:
                # The locks are read again, so that what else is under one is not tried.
                jobs.enqueue(unit, invoice.workspace, "fetch", invoice.client_id, now)
            if reason == "changed":
                # It is fetched and predicted again as it stands now; the reviewer's own choices were of another one.
                unit[ProductionInvoice].change(invoice.workspace, invoice.id, fingerprint="")
                jobs.enqueue(unit, invoice.workspace, "fetch", invoice.client_id, now)

        await self._store.run(store)


def _obstacle(unit: Unit, invoice: ProductionInvoice, now: datetime) -> str:
    """Return why what nobody was asked about is not to be written any more, or nothing."""
    if invoice.reason == BACKGROUND:
        return PERIOD_LOCKED if is_locked(unit, invoice) else ""
    if invoice.reason != BY_AUTOMATION:
        return ""
    client = unit[Client].get(invoice.workspace, invoice.client_id)
    if client is None:
        return STOPPED
    answer = judge(unit, client, invoice, Proposal.from_json(invoice.proposal), now)
    return "" if answer is Answer.YES else handed_over_because(answer)
