"""What a rule would have done: shown before it is saved, from the invoices of the last twelve months."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from services.circulation.matching import (
    Subject,
    covers,
    kept_invoice,
    matching_lines,
    subject_of_kept,
    targets_of,
)
from services.circulation.rules import completed, rules_of
from services.clock import FIRM_TIMEZONE
from services.records import Chart, CirculationRule, Client, StoredInvoice, StoredVoucher
from services.store import Unit

LOOKED_BACK = timedelta(days=365)

MOST_INVOICES = 5_000
"""Invoices that a preview looks at, the newest: it is made while a person waits for their modal."""

EXAMPLES = 5


@dataclass(frozen=True)
class Caught:
    """An invoice that a rule would have caught; `amount` is in cents. `posted` is what people posted of its target."""

    vendor: str
    number: str
    day: date | None
    amount: int
    posted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preview:
    """What a rule would have done in the invoices that are known of the last twelve months.

    `looked_at` invoices; `matched` of them meet its conditions, and `caught` of those no earlier rule takes first.
    `taken_first` counts by earlier rule what it takes before this one, `taken_over` by later rule what this one takes
    from it. `shadowed_by` are earlier rules that leave this one nothing, `shadows` later ones that it leaves nothing,
    by their conditions alone. Of what it caught, `otherwise` was posted to another account or item than it says.
    `undecided` could not be told, because the history does not know the vendor's address.
    """

    rule: CirculationRule
    looked_at: int
    matched: int
    caught: int
    examples: tuple[Caught, ...] = ()
    taken_first: tuple[tuple[CirculationRule, int], ...] = ()
    taken_over: tuple[tuple[CirculationRule, int], ...] = ()
    shadowed_by: tuple[CirculationRule, ...] = ()
    shadows: tuple[CirculationRule, ...] = ()
    otherwise: int = 0
    undecided: int = 0


def preview(unit: Unit, client: Client, rule: CirculationRule, now: datetime | None = None) -> Preview:
    """Return what a rule would have done; `rule.position` is its place, a stored rule of its id is left out.

    The twelve months end `now`, by default when the rule was last changed.
    """
    rule = completed(unit, client, rule)
    targets = targets_of(rule)
    others = [
        other
        for other in rules_of(unit, client)
        if other.id != rule.id and not other.paused and targets & targets_of(other)
    ]
    earlier = [other for other in others if other.position < rule.position]
    later = [other for other in others if other.position >= rule.position]
    first: Counter[str] = Counter()
    over: Counter[str] = Counter()
    examples: list[Caught] = []
    looked_at = matched = caught = otherwise = undecided = 0
    for kept, subject in _past(unit, client, now or rule.changed_at):
        looked_at += 1
        undecided += rule.address is not None and subject.address is None
        if not matching_lines(rule, subject):
            continue
        matched += 1
        before = next((other for other in earlier if matching_lines(other, subject)), None)
        if before:
            first[before.id] += 1
            continue
        caught += 1
        behind = next((other for other in later if matching_lines(other, subject)), None)
        if behind:
            over[behind.id] += 1
        posted = _posted(rule, subject)
        otherwise += bool(posted) and set(posted) != {rule.account or rule.dimension}
        if len(examples) < EXAMPLES:
            day = date.fromisoformat(kept["date"]) if kept["date"] else None
            examples.append(Caught(kept["vendor"] or "", kept["number"] or "", day, kept["amount"] or 0, posted))
    by_id = {other.id: other for other in others}
    return Preview(
        rule=rule,
        looked_at=looked_at,
        matched=matched,
        caught=caught,
        examples=tuple(examples),
        taken_first=tuple((by_id[key], number) for key, number in first.most_common()),
        taken_over=tuple((by_id[key], number) for key, number in over.most_common()),
        shadowed_by=tuple(one for one in earlier if targets <= targets_of(one) and covers(one, rule)),
        shadows=tuple(one for one in later if targets_of(one) <= targets and covers(rule, one)),
        otherwise=otherwise,
        undecided=undecided,
    )


def _past(unit: Unit, client: Client, now: datetime) -> list[tuple[Any, Subject]]:
    """Return the invoices of the last twelve months, newest first, each as it was kept and as rules see it."""
    first = now.astimezone(FIRM_TIMEZONE).date() - LOOKED_BACK
    rows = unit[StoredInvoice].find(
        client.workspace, client_id=client.id, invoice_date__ge=first, order="-invoice_date", limit=MOST_INVOICES
    )
    chart = unit[Chart].get(client.workspace, client.id)
    closing = frozenset(chart.closing if chart else ())
    postings: defaultdict[int, list[Any]] = defaultdict(list)
    for row in unit[StoredVoucher].find(
        client.workspace, client_id=client.id, voucher_date__ge=first, order="-voucher_date", limit=2 * MOST_INVOICES
    ):
        voucher: Any = kept_invoice(row.content)
        postings[voucher["source"]] += [line for line in voucher["lines"] if str(line["account"]) not in closing]
    return [
        (kept, subject_of_kept(kept, postings[kept["key"]])) for kept in (kept_invoice(row.content) for row in rows)
    ]


def _posted(rule: CirculationRule, subject: Subject) -> tuple[str, ...]:
    """Return what people posted of a rule's account or dimension; nothing where the rule sets a list alone."""
    found: list[str] = []
    if rule.dimension:
        found = [line.dimensions.get(rule.dimension_name or "", "") for line in subject.lines]
    elif rule.account:
        found = [line.account for line in subject.lines]
    return tuple(sorted({label for label in found if label}))
