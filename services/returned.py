"""What a person confirmed and Netvisor did not take: they are told once a client and day, for they have moved on."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from services import jobs
from services.clock import FIRM_TIMEZONE, Clock
from services.facts import Returned
from services.outbox import Outbox
from services.records import AuditEntry, Client, InvoiceState, Job, ProductionInvoice
from services.store import Store, Unit
from services.telling import Telling

GATHERED_FOR = timedelta(minutes=1)


def note_returned(unit: Unit, invoice: ProductionInvoice, now: datetime) -> None:
    """Have the person who confirmed an invoice told that it waits again."""
    if invoice.decided_by:
        key = f"{invoice.client_id}:{invoice.decided_by}:{now.astimezone(FIRM_TIMEZONE).date()}"
        jobs.enqueue(unit, invoice.workspace, "returned", key, now + GATHERED_FOR)


class Returns:
    """The handler of the job that tells a person what came back."""

    def __init__(self, store: Store, outbox: Outbox, clock: Clock) -> None:
        self._store = store
        self._telling = Telling(store, outbox, clock)

    async def tell(self, job: Job) -> None:
        """Tell what came back on a day in one message, which is edited as more does; `key` is client, person, day."""
        client_id, person, day = job.key.split(":")
        fact = await self._store.run(lambda unit: _returned(unit, job.workspace, client_id, person, day))
        if fact:
            await self._telling.tell(job.workspace, f"returned:{job.key}", person, fact, "returned", client_id)


def _returned(unit: Unit, workspace: str, client_id: str, person: str, day: str) -> Returned | None:
    client = unit[Client].get(workspace, client_id)
    begin = datetime.combine(date.fromisoformat(day), time(), FIRM_TIMEZONE)
    entries = unit[AuditEntry].find(
        workspace,
        client_id=client_id,
        person=person,
        event=InvoiceState.WAITING.value,
        at__ge=begin,
        at__lt=begin + timedelta(days=1),
    )
    reasons = {entry.netvisor_key: str(entry.details.get("reason", "")) for entry in entries}
    found = [
        (invoice, reason)
        for key, reason in reasons.items()
        if (invoice := unit[ProductionInvoice].get(workspace, f"{client_id}:{key}"))
    ]
    return Returned(client, tuple(found)) if client and found else None
