"""Lists of invoices that wait without one, when a rule is made, changed or resumed that has one for them."""

from __future__ import annotations

from dataclasses import replace

from services.audit import note
from services.circulation import apply_rules, rules_of
from services.clock import Clock
from services.deciding import doubt
from services.netvisor import PurchaseInvoice
from services.proposals import Origin, Proposal
from services.records import Client, InvoiceState, Job, Process, ProductionInvoice, Registers
from services.review import queued, show_review
from services.store import Store, Unit

IN_ONE_UNIT = 20
"""Invoices that are looked at in one unit of work, so that nobody who presses a button waits for more."""


class WaitingLists:
    """The handler of the job that has a client's rules choose lists for what waits."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def choose(self, job: Job) -> None:
        """Let the rules choose for every invoice that waits without a list; `key` is the client."""
        client = await self._store.run(lambda unit: unit[Client].get(job.workspace, job.key))
        if client is None or client.process is not Process.ALTERNATIVE_WITH_CIRCULATION:
            return
        ids: list[str] = await self._store.run(lambda unit: queued(unit, client, "id"))
        for start in range(0, len(ids), IN_ONE_UNIT):
            part = ids[start : start + IN_ONE_UNIT]
            await self._store.run(lambda unit, part=part: self._choose(unit, client, part))

    def _choose(self, unit: Unit, client: Client, ids: list[str]) -> None:
        now, rules = self._clock(), rules_of(unit, client)
        registers = unit[Registers].get(client.workspace, client.id)
        for row in unit[ProductionInvoice].find(client.workspace, id__in=ids, state=InvoiceState.WAITING):
            proposal = Proposal.from_json(row.proposal)
            if proposal.circulation.origin is not Origin.EMPTY:
                continue
            invoice = PurchaseInvoice.model_validate_json(row.content)
            chosen = apply_rules(rules, registers, client.process, invoice, proposal).circulation
            if chosen.origin is not Origin.RULE or registers is None:
                continue
            # Only the list: lines may be as somebody has just changed them.
            listed = replace(proposal, circulation=chosen)
            reason = (doubt(client.process, invoice, listed) or "review") if row.reason == "no_list" else row.reason
            # Another version than the one that a reviewer may be looking at: they are shown the list before it counts.
            unit[ProductionInvoice].put(replace(row, proposal=listed.to_json(), reason=reason, changed_at=now))
            note(unit, row, "list_by_rule", now, list=registers.lists[chosen.label], rule=chosen.reason["place"])
            show_review(unit, client.workspace, client.id, now)
