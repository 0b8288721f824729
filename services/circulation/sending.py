"""The circulation list of an invoice on its way into Netvisor, once its posting is written.

Sending rests on a trial that a person has confirmed (`services.circulation.trial`); until then, and for whatever cannot
be sent for sure, a person sets the list in Netvisor: the review card says how many wait for that. A list is sent only
for an invoice that has no circulation and that nobody has verified: an attempt is stored before it is sent, the
invoice is read back where Netvisor's replies allow it, and an unknown outcome is read back before anything is repeated.
Whatever nobody expected stops sending for that client, and the person who switched it on is told once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from services import jobs
from services.audit import note, note_client
from services.circulation.applying import NOWHERE
from services.clock import Clock
from services.netvisor import (
    AuthenticationFailed,
    CirculationTemplate,
    Company,
    NetvisorError,
    PurchaseInvoice,
    Refused,
    ServiceAccessError,
)
from services.prediction.lines import normal
from services.proposals import Origin, Proposal
from services.records import (
    CirculationState,
    Client,
    InvoiceCirculation,
    Job,
    ProductionInvoice,
    Registers,
    SendingStopped,
    TrialOfList,
    TrialOfListState,
)
from services.rights import next_try
from services.store import Store, Unit
from services.ticks import Write, prove, reopen
from services.training import CompanyOf
from services.writes import let_rest, next_write, resting

log = structlog.get_logger(__name__)


def confirmed_trial(unit: Unit, workspace: str, mark: str | None = None) -> TrialOfList | None:
    """Return the trial that sending rests on; with a template's mark, only if it was of that template."""
    found = unit[TrialOfList].find(workspace, state=TrialOfListState.CONFIRMED, order="-changed_at")
    return next((trial for trial in found if mark is None or trial.mark == mark), None)


def sends_lists(unit: Unit, client: Client) -> bool:
    """Tell whether a client's lists are sent to Netvisor as things stand."""
    is_stopped = unit[SendingStopped].get(client.workspace, client.id) is not None
    return not is_stopped and confirmed_trial(unit, client.workspace) is not None


def circulate(unit: Unit, invoice: ProductionInvoice, now: datetime) -> None:
    """See to the list that was chosen for an invoice whose posting has just been written; nothing where none was."""
    chosen = Proposal.from_json(invoice.proposal).circulation if invoice.proposal else None
    if chosen is None or chosen.label in ("", NOWHERE) or chosen.origin is Origin.PERSON:
        return
    registers = unit[Registers].get(invoice.workspace, invoice.client_id)
    by_hand_because = "off" if confirmed_trial(unit, invoice.workspace) is None else ""
    if unit[SendingStopped].get(invoice.workspace, invoice.client_id):
        by_hand_because = "stopped"
    circulation = InvoiceCirculation(
        workspace=invoice.workspace,
        id=invoice.id,
        client_id=invoice.client_id,
        netvisor_key=invoice.netvisor_key,
        vendor=invoice.vendor,
        number=invoice.number,
        amount=invoice.amount,
        list_key=chosen.label,
        list_name=registers.lists.get(chosen.label, "") if registers else "",
        state=CirculationState.BY_HAND if by_hand_because else CirculationState.READY,
        reason=by_hand_because,
        created_at=now,
        changed_at=now,
        chosen_by=invoice.decided_by,
    )
    if not unit[InvoiceCirculation].add(circulation):
        return
    if by_hand_because:
        note(unit, invoice, "list_by_hand", now, person=invoice.decided_by, list=circulation.list_name)
    else:
        jobs.enqueue(unit, invoice.workspace, "circulate", invoice.client_id, now)


def by_hand(unit: Unit, client: Client) -> list[InvoiceCirculation]:
    """Return the invoices whose list a person is to set in Netvisor, oldest first."""
    return unit[InvoiceCirculation].find(
        client.workspace, client_id=client.id, state=CirculationState.BY_HAND, order="created_at"
    )


def count_by_hand(unit: Unit, client: Client) -> int:
    """Count the invoices whose list a person is to set in Netvisor."""
    return unit[InvoiceCirculation].count(client.workspace, client_id=client.id, state=CirculationState.BY_HAND)


def set_by_hand(unit: Unit, client: Client, ids: list[str], person: str, now: datetime) -> int:
    """Keep that a person has set lists in Netvisor; return how many that was news of."""
    done = 0
    for circulation in by_hand(unit, client):
        if circulation.id in ids:
            unit[InvoiceCirculation].put(
                replace(circulation, state=CirculationState.DONE, done_by=person, changed_at=now)
            )
            _note(unit, circulation, "list_set_by_hand", now, person=person)
            done += 1
    return done


def resume_sending(unit: Unit, workspace: str, client_id: str, person: str, now: datetime) -> bool:
    """Have lists sent for a client again; what a person was asked to set stays theirs."""
    resumed = unit[SendingStopped].delete(workspace, id=client_id) == 1
    if resumed:
        note_client(unit, workspace, client_id, "list_sending_resumed", now, person=person)
    return resumed


def _note(unit: Unit, circulation: InvoiceCirculation, event: str, now: datetime, **details: str | None) -> None:
    invoice = unit[ProductionInvoice].get(circulation.workspace, circulation.id)
    if invoice:
        person = details.pop("person", None)
        note(unit, invoice, event, now, person=person, list=circulation.list_name, **details)


def standing_of(invoice: PurchaseInvoice, list_key: int, *, absent_is_none: bool) -> str:
    """Return what a reading says of an invoice's circulation: `none`, `some`, `same` as a list, or `unknown`.

    `absent_is_none`: a reply that names no circulation stands for none, which only a trial can show.
    """
    if invoice.has_circulation is None:
        return "none" if absent_is_none else "unknown"
    if not invoice.has_circulation:
        return "none"
    return "same" if invoice.circulation and invoice.circulation.key == list_key else "some"


class Circulating:
    """The handler of the job that sends a client's lists, one invoice after another."""

    def __init__(self, store: Store, clock: Clock, company_of: CompanyOf, template: CirculationTemplate | None) -> None:
        self._store = store
        self._clock = clock
        self._company_of = company_of
        self._template = template

    async def circulate(self, job: Job) -> None:
        """Send what is ready, in the order in which it was written; come again when Netvisor cannot take it now."""
        while found := await self._store.run(lambda unit: self._next(unit, job)):
            await self._take(*found)

    def _next(self, unit: Unit, job: Job) -> tuple[Client, InvoiceCirculation, TrialOfList | None] | None:
        found = next_write(
            unit, job, InvoiceCirculation, CirculationState.SENDING, CirculationState.READY, "created_at"
        )
        mark = self._template.mark if self._template else ""
        return (*found, confirmed_trial(unit, job.workspace, mark)) if found else None

    async def _take(self, client: Client, circulation: InvoiceCirculation, trial: TrialOfList | None) -> None:
        if trial is None and circulation.state is CirculationState.READY:
            await self._end(circulation, CirculationState.BY_HAND, "off")
            return
        # Before the list was sent the trial's invoice had none: where reading named none, that is what it means.
        absent_is_none = bool(trial and trial.before == "unknown" and trial.after in ("some", "same"))
        company = await self._company_of(client)
        try:
            if circulation.state is CirculationState.SENDING:
                await self._settle(company, client, circulation, absent_is_none)
            else:
                await self._send(company, client, circulation, absent_is_none)
        except Refused as refused:
            log.warning("circulation.refused", client=client.id, code=refused.code, resource=refused.resource)
            raise jobs.RunLater(timedelta(hours=1)) from None
        except NetvisorError as error:
            log.info("circulation.waits", client=client.id, code=error.code)
            raise jobs.RunLater(next_try(2)) from None

    async def _send(
        self, company: Company, client: Client, circulation: InvoiceCirculation, absent_is_none: bool
    ) -> None:
        reason = await self._obstacle(company, circulation, absent_is_none)
        if reason == "same":
            await self._end(circulation, CirculationState.SET, "stood_already")
            return
        if reason:
            await self._end(circulation, CirculationState.BY_HAND, reason)
            return
        attempt = await self._store.run(lambda unit: self._attempt(unit, client, circulation))
        if attempt is None:
            return
        try:
            await company.set_circulation(circulation.netvisor_key, int(circulation.list_key))
        except AuthenticationFailed:
            await self._end(attempt, CirculationState.READY, "")
            raise
        except Refused as refused:
            await self._end(
                attempt,
                CirculationState.BY_HAND,
                "refused",
                said=f"{refused.code} {refused.detail}",
                also=lambda unit, error=refused: self._refused(unit, client, attempt, error),
            )
        except NetvisorError as error:
            if error.outcome_unknown:
                raise resting() from None
            await self._end(attempt, CirculationState.READY, "")
            raise
        else:
            await self._look(company, client, attempt, absent_is_none)

    async def _obstacle(self, company: Company, circulation: InvoiceCirculation, absent_is_none: bool) -> str:
        """Return why a list must not be sent, or nothing: `same` where it stands already."""
        if not circulation.list_key.isdecimal():
            return "list_gone"
        invoice = await company.purchase_invoice(circulation.netvisor_key, include=("circulationlist",))
        if invoice is None:
            return "gone"
        standing = standing_of(invoice, int(circulation.list_key), absent_is_none=absent_is_none)
        if standing == "same":
            return "same"
        if standing != "none":
            return "has_circulation" if standing == "some" else "unreadable"
        if (invoice.approval_status or "").casefold() != "open":
            return "handled"
        lists = {str(one.key): one.name for one in await company.circulation_lists()}
        name = lists.get(circulation.list_key)
        return "" if name is not None and normal(name) == normal(circulation.list_name) else "list_gone"

    def _attempt(self, unit: Unit, client: Client, circulation: InvoiceCirculation) -> InvoiceCirculation | None:
        """Store that a list is about to be sent; None when sending was stopped or switched off meanwhile."""
        now, mark = self._clock(), self._template.mark if self._template else ""
        if unit[SendingStopped].get(client.workspace, client.id) or not confirmed_trial(unit, client.workspace, mark):
            unit[InvoiceCirculation].change(
                circulation.workspace,
                circulation.id,
                {"state": CirculationState.READY},
                state=CirculationState.BY_HAND,
                reason="stopped",
                changed_at=now,
            )
            return None
        changes = {"state": CirculationState.SENDING, "attempted_at": now, "changed_at": now}
        expected = {"state": CirculationState.READY}
        if not unit[InvoiceCirculation].change(circulation.workspace, circulation.id, expected, **changes):
            return None
        _note(unit, circulation, "list_sending", now, person=circulation.chosen_by)
        return unit[InvoiceCirculation].get(circulation.workspace, circulation.id)

    async def _look(
        self, company: Company, client: Client, circulation: InvoiceCirculation, absent_is_none: bool
    ) -> None:
        """Read back what Netvisor says that it has taken."""
        invoice = await company.purchase_invoice(circulation.netvisor_key, include=("circulationlist",))
        key = int(circulation.list_key)
        standing = standing_of(invoice, key, absent_is_none=absent_is_none) if invoice else "none"
        named = invoice.circulation if invoice else None
        if standing == "none" or (standing == "some" and named is not None):
            await self._end(
                circulation,
                CirculationState.BY_HAND,
                "unclear",
                also=lambda unit: self._stop(unit, client, circulation, "other_than_sent"),
            )
            return
        await self._end(circulation, CirculationState.SET, "sent", proven_by=client)

    async def _settle(
        self, company: Company, client: Client, circulation: InvoiceCirculation, absent_is_none: bool
    ) -> None:
        """Find out what came of a list that nobody heard the end of."""
        let_rest(circulation.attempted_at, self._clock())
        invoice = await company.purchase_invoice(circulation.netvisor_key, include=("circulationlist",))
        if invoice is None:
            await self._end(circulation, CirculationState.BY_HAND, "gone")
            return
        match standing_of(invoice, int(circulation.list_key), absent_is_none=absent_is_none):
            case "same":
                await self._end(circulation, CirculationState.SET, "read_back")
            case "none":
                await self._end(circulation, CirculationState.READY, "")
            case _:
                await self._end(circulation, CirculationState.BY_HAND, "unclear")

    async def _end(
        self,
        circulation: InvoiceCirculation,
        state: CirculationState,
        reason: str,
        *,
        proven_by: Client | None = None,
        said: str = "",
        also: Callable[[Unit], None] | None = None,
    ) -> None:
        """Store what came of a list, and what else follows from it."""
        now = self._clock()
        event = {CirculationState.SET: "list_set", CirculationState.READY: "list_not_sent"}.get(state, "list_by_hand")

        def store(unit: Unit) -> None:
            if not unit[InvoiceCirculation].change(
                circulation.workspace,
                circulation.id,
                {"state": circulation.state},
                state=state,
                reason=reason,
                changed_at=now,
            ):
                return
            _note(unit, circulation, event, now, why=reason, said=said)
            if also:
                also(unit)
            client = unit[Client].get(circulation.workspace, circulation.client_id)
            if client:
                jobs.enqueue(unit, client.workspace, "review_card", client.channel, now)
            if client and proven_by and client.credential_id == proven_by.credential_id:
                prove(unit, client, Write.CIRCULATION, now)

        await self._store.run(store)

    def _refused(self, unit: Unit, client: Client, circulation: InvoiceCirculation, refused: Refused) -> None:
        """Take in that Netvisor refused a list: for want of a right, or for a reason that nobody expected."""
        current = unit[Client].get(client.workspace, client.id)
        if isinstance(refused, ServiceAccessError) and current and current.credential_id == client.credential_id:
            reopen(unit, current, Write.CIRCULATION, refused, self._clock())
        self._stop(unit, client, circulation, "refused")

    def _stop(self, unit: Unit, client: Client, circulation: InvoiceCirculation, reason: str) -> None:
        """Stop sending for a client; its lists are set by hand from now on, and the operator is told once."""
        now = self._clock()
        stopped = SendingStopped(client.workspace, client.id, now, reason, circulation.number)
        if not unit[SendingStopped].add(stopped):
            return
        log.error("circulation.stopped", client=client.id, reason=reason)
        for waiting in unit[InvoiceCirculation].find(
            client.workspace, client_id=client.id, state=CirculationState.READY
        ):
            unit[InvoiceCirculation].put(
                replace(waiting, state=CirculationState.BY_HAND, reason="stopped", changed_at=now)
            )
        jobs.enqueue(unit, client.workspace, "sending_stopped", client.id, now, at=now.isoformat())
