"""What people do with the invoices that wait for them: choose, split, confirm, or leave to Netvisor.

Everything runs in a unit of work and names the version that the person saw, so several people in one queue never
confirm one invoice twice, and nobody confirms what somebody else has just changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from services import jobs
from services.audit import note
from services.circulation import NOWHERE, count_by_hand, needs_list, sends_lists
from services.clock import FIRM_TIMEZONE
from services.facts import Queue, ReviewCard, ReviewPage
from services.measuring import note_handled
from services.netvisor import PurchaseInvoice
from services.proposals import Choice, Origin, Proposal
from services.records import Arrivals, Client, ClientState, Handled, InvoiceState, ProductionInvoice, Registers, Way
from services.store import Unit

LONGEST_COMMENT = 1000
"""Characters; Netvisor takes 3,000 with our mark."""


SILENT_FOR = timedelta(minutes=10)
"""How long Netvisor does not answer before a channel is told."""


class Outcome(StrEnum):
    """What came of something that a person did to an invoice."""

    DONE = "done"
    TAKEN = "taken"
    INCOMPLETE = "incomplete"
    WRONG_SUM = "wrong_sum"
    NO_LIST = "no_list"


@dataclass(frozen=True)
class Act:
    """A person's act on an invoice. `seen` is the version that they saw."""

    workspace: str
    invoice_id: str
    seen: str
    person: str
    now: datetime


def queued(unit: Unit, client: Client, field: str) -> list[Any]:
    """Return one field of each invoice that waits for a person, in the order in which they arrived."""
    return unit[ProductionInvoice].values(
        field, client.workspace, client_id=client.id, state=InvoiceState.WAITING, order="arrived_at"
    )


def version(invoice: ProductionInvoice) -> str:
    """Return what a person saw: the invoice as it was read, and the proposal as it then stood."""
    return f"{invoice.fingerprint}:{invoice.changed_at.isoformat()}"


def _as_seen(unit: Unit, act: Act) -> ProductionInvoice | None:
    invoice = unit[ProductionInvoice].get(act.workspace, act.invoice_id)
    if invoice is None or invoice.state is not InvoiceState.WAITING or version(invoice) != act.seen:
        return None
    return invoice


def _store(unit: Unit, act: Act, invoice: ProductionInvoice, event: str, **details: object) -> None:
    unit[ProductionInvoice].put(replace(invoice, changed_at=act.now))
    note(unit, invoice, event, act.now, person=act.person, **details)
    show_review(unit, invoice.workspace, invoice.client_id, act.now)


def confirm(unit: Unit, act: Act, comment: str = "", circulation: str = "") -> Outcome:
    """Have an invoice written as it is proposed; the comment is shown in Netvisor.

    `circulation` is the key of the list that the person saw or chose, or `NOWHERE`.
    """
    invoice = _as_seen(unit, act)
    if invoice is None:
        return Outcome.TAKEN
    if invoice.reason == "sums_differ":
        return Outcome.WRONG_SUM
    proposal = Proposal.from_json(invoice.proposal)
    if not proposal.is_complete:
        return Outcome.INCOMPLETE
    listed = _with_list(unit, act, invoice, proposal, circulation)
    if listed is None:
        return Outcome.NO_LIST
    confirmed = replace(
        invoice,
        proposal=listed.to_json(),
        state=InvoiceState.CONFIRMED,
        reason="confirmed",
        decided_by=act.person,
        decided_at=act.now,
        comment=comment[:LONGEST_COMMENT],
    )
    _store(unit, act, confirmed, "confirmed")
    jobs.enqueue(unit, act.workspace, "write", invoice.client_id, act.now)
    return Outcome.DONE


def _with_list(unit: Unit, act: Act, invoice: ProductionInvoice, proposal: Proposal, chosen: str) -> Proposal | None:
    """Return the proposal with the circulation list that a person saw or chose; None where one has still to be.

    A list that is in Netvisor no more, which may have gone since it was proposed, is none.
    """
    client = unit[Client].get(act.workspace, invoice.client_id)
    registers = unit[Registers].get(act.workspace, invoice.client_id)
    lists: Mapping[str, str] = registers.lists if registers else {}
    before, proposal = proposal.circulation, _with_chosen(proposal, chosen)
    now = proposal.circulation
    if now.label and now.label not in lists and now.origin is not Origin.PERSON:
        return None
    if client and lists and needs_list(client.process, proposal):
        return None
    _note_list(unit, act, invoice, (before, now), lists)
    return proposal


def choose_list(unit: Unit, act: Act, key: str) -> Outcome:
    """Set the circulation list that an invoice is to go round; it is confirmed with the invoice."""
    invoice = _as_seen(unit, act)
    if invoice is None:
        return Outcome.TAKEN
    proposal = Proposal.from_json(invoice.proposal)
    registers = unit[Registers].get(act.workspace, invoice.client_id)
    if registers is None or key not in registers.lists or proposal.circulation.origin is Origin.PERSON:
        return Outcome.NO_LIST
    changed = _with_chosen(proposal, key)
    _note_list(unit, act, invoice, (proposal.circulation, changed.circulation), registers.lists)
    unit[ProductionInvoice].put(replace(invoice, proposal=changed.to_json(), changed_at=act.now))
    return Outcome.DONE


def _with_chosen(proposal: Proposal, chosen: str) -> Proposal:
    """Return the proposal with the list that a person chose, if it is another one."""
    if not chosen or chosen == proposal.circulation.label:
        return proposal
    label = "" if chosen == NOWHERE else chosen
    return replace(proposal, circulation=proposal.circulation.instead(label, Origin.REVIEWER))


def _note_list(
    unit: Unit, act: Act, invoice: ProductionInvoice, change: tuple[Choice, Choice], lists: Mapping[str, str]
) -> None:
    before, now = change
    if now != before:
        names = {"before": lists.get(before.label, before.label), "after": lists.get(now.label, now.label)}
        note(unit, invoice, "list_chosen", act.now, person=act.person, **names)


def leave(unit: Unit, act: Act) -> Outcome:
    """Leave an invoice to be handled in Netvisor."""
    invoice = _as_seen(unit, act)
    if invoice is None:
        return Outcome.TAKEN
    left = replace(invoice, state=InvoiceState.LEFT, reason="in_netvisor", decided_by=act.person, decided_at=act.now)
    _store(unit, act, left, "left", reason="in_netvisor")
    note_handled(unit, left, Way.NETVISOR, act.now)
    return Outcome.DONE


def change_line(unit: Unit, act: Act, place: int, labels: Mapping[str, str], part: int = 0) -> Outcome:
    """Set what a line is posted as; `place` counts lines from 0, `labels` are by target.

    With `part`, so many cents of the line become a line of their own, posted alike at first.
    """
    invoice = _as_seen(unit, act)
    if invoice is None:
        return Outcome.TAKEN
    proposal = Proposal.from_json(invoice.proposal)
    line = proposal.lines[place]
    for target, label in labels.items():
        if line.choice(target).label != label:
            note(
                unit,
                invoice,
                "changed_by_person",
                act.now,
                person=act.person,
                line=place,
                target=target,
                before=line.choice(target).label,
                after=label,
            )
            line = line.chosen(target, label)
    parts = (line,)
    if part:
        rest = line.sum - part
        if rest == 0 or (part > 0) != (line.sum > 0) or (rest > 0) != (line.sum > 0):
            return Outcome.WRONG_SUM
        parts = (replace(line, sum=rest), replace(line, key=None, sum=part))
        note(unit, invoice, "split", act.now, person=act.person, line=place, part=part)
    lines = (*proposal.lines[:place], *parts, *proposal.lines[place + 1 :])
    if lines != proposal.lines:
        changed = replace(proposal, lines=lines).to_json()
        unit[ProductionInvoice].put(replace(invoice, proposal=changed, changed_at=act.now))
    return Outcome.DONE


def page(unit: Unit, client: Client, after: str = "") -> ReviewPage | None:
    """Return what a reviewer sees next: the first invoice that waits behind the one of an id, else the first."""
    ids: list[str] = queued(unit, client, "id")
    if not ids:
        return None
    place = (ids.index(after) + 1 if after in ids else 0) % len(ids)
    row = unit[ProductionInvoice].get(client.workspace, ids[place])
    return _page(unit, client, row, place + 1, len(ids)) if row else None


def page_of(unit: Unit, client: Client, invoice_id: str) -> ReviewPage | None:
    """Return an invoice as a reviewer sees it; None when it does not wait any more."""
    ids: list[str] = queued(unit, client, "id")
    invoice = unit[ProductionInvoice].get(client.workspace, invoice_id)
    if invoice is None or invoice_id not in ids:
        return None
    return _page(unit, client, invoice, ids.index(invoice_id) + 1, len(ids))


def _page(unit: Unit, client: Client, row: ProductionInvoice, place: int, waiting: int) -> ReviewPage:
    return ReviewPage(
        client=client,
        row=row,
        invoice=PurchaseInvoice.model_validate_json(row.content),
        proposal=Proposal.from_json(row.proposal),
        registers=unit[Registers].get(client.workspace, client.id),
        place=place,
        waiting=waiting,
        sends_lists=sends_lists(unit, client),
    )


def show_review(unit: Unit, workspace: str, client_id: str, now: datetime) -> None:
    """Have the review card of a client's channel brought up to date."""
    client = unit[Client].get(workspace, client_id)
    if client:
        jobs.enqueue(unit, workspace, "review_card", client.channel, now)


def review_card(unit: Unit, workspace: str, channel: str, now: datetime) -> ReviewCard:
    """Return what waits for people in a channel."""
    today = datetime.combine(now.astimezone(FIRM_TIMEZONE).date(), time(), FIRM_TIMEZONE)
    count = unit[ProductionInvoice].count
    queues: list[Queue] = []
    silences: list[datetime] = []
    being_written = written = automated = 0
    for client in unit[Client].find(workspace, channel=channel, order="name"):
        if client.state in (ClientState.REMOVED, ClientState.PAUSED):
            continue
        being_written += count(workspace, client_id=client.id, state__in=[InvoiceState.CONFIRMED, InvoiceState.WRITING])
        written += count(workspace, client_id=client.id, state=InvoiceState.WRITTEN, changed_at__ge=today)
        automated += unit[Handled].count(workspace, client_id=client.id, way=Way.AUTOMATION, handled_at__ge=today)
        arrivals = unit[Arrivals].get(workspace, client.id)
        if arrivals and arrivals.silent_since and now - arrivals.silent_since >= SILENT_FOR:
            silences.append(arrivals.silent_since)
        reasons: Counter[str] = Counter(queued(unit, client, "reason"))
        lists = count_by_hand(unit, client)
        if reasons or lists:
            arrived: list[datetime] = queued(unit, client, "arrived_at")
            oldest = arrived[0].astimezone(FIRM_TIMEZONE).date() if arrived else None
            queues.append(Queue(client, reasons, oldest, lists))
    queues.sort(key=lambda one: -one.waiting)
    since = min(silences, default=None)
    return ReviewCard(tuple(queues), being_written, written, automated, len(silences), since)
