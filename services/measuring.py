"""How well production does: what was predicted, what people changed, and what finally stands in the books.

An invoice is noted when it has been handled. At night, when what changed in Netvisor has been fetched, every invoice
of the last weeks is compared with its vouchers, so that what people correct in Netvisor itself counts, too. The
figures are the product's own (reference: fabricai.md names no definition of FabricAI's analytics).
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from services import jobs
from services.clock import FIRM_TIMEZONE, Clock
from services.history import join, posted_as, postings_by_invoice
from services.matching import Kept
from services.netvisor import PurchaseInvoice
from services.prediction import ACCOUNT, DIMENSION_PREFIX, VAT
from services.proposals import Origin, Proposal
from services.records import (
    AuditEntry,
    Chart,
    Client,
    Drifts,
    Handled,
    Job,
    ProductionInvoice,
    StoredInvoice,
    StoredVoucher,
    Way,
)
from services.store import Store, Unit

COMPARED_FOR = timedelta(days=35)
"""How long after it was handled an invoice is compared with the books: people correct within a month's closing."""

DRIFT_LOOKS_BACK = timedelta(days=400)
DRIFT_IS_NEWS_FOR = timedelta(days=28)
WAIT_STEP = timedelta(minutes=5)

STEADY, CHANGED = 3, 2
"""A vendor's account has drifted when its newest invoices, at least CHANGED, are posted to another account than at
least STEADY invoices in a row before them."""


def predicted_values(proposal: Proposal) -> list[dict[str, Any]]:
    """Return what is predicted in a proposal, line by line: `source` is the key of the invoice's line."""
    found: list[dict[str, Any]] = []
    for line in proposal.lines:
        choices = {ACCOUNT: line.account, VAT: line.vat}
        choices |= {f"{DIMENSION_PREFIX}{name}": choice for name, choice in line.dimensions.items()}
        values = {target: choice.label for target, choice in choices.items() if choice.origin is Origin.PREDICTED}
        found.append({"source": line.source, **values})
    return found


def note_handled(unit: Unit, row: ProductionInvoice, way: Way, now: datetime) -> None:
    """Keep that an invoice has been handled, and what had been predicted of it."""
    made = unit[AuditEntry].find(
        row.workspace, client_id=row.client_id, netvisor_key=row.netvisor_key, event="predicted", order="-id", limit=1
    )
    if not made:
        return
    predicted = cast("list[dict[str, Any]]", made[0].details.get("lines") or [])
    touched = way is Way.NETVISOR or (way is Way.PERSON and _is_touched(Proposal.from_json(row.proposal), predicted))
    unit[Handled].put(
        Handled(
            row.workspace,
            row.id,
            row.client_id,
            row.netvisor_key,
            row.vendor,
            row.arrived_at,
            # What a person confirmed is done for them; what nobody was asked about is when it is written.
            (row.decided_at or now) if way in (Way.PERSON, Way.NETVISOR) else now,
            way,
            tuple(predicted),
            int(touched),
        )
    )


def _is_touched(final: Proposal, predicted: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a person made anything of a proposal other than what was predicted."""
    if any(line.key is None for line in final.lines):
        return True  # a line was split
    by_source = {values["source"]: values for values in predicted}
    for line in final.lines:
        values = by_source.get(line.source, {})
        named = {ACCOUNT: line.account, VAT: line.vat}
        named |= {f"{DIMENSION_PREFIX}{name}": choice for name, choice in line.dimensions.items()}
        if any(choice.origin is Origin.REVIEWER and choice.label != values.get(t) for t, choice in named.items()):
            return True
    return False


def way_of(row: ProductionInvoice) -> Way:
    """Return by whom an invoice that is being written was confirmed."""
    if row.reason == "background":
        return Way.BACKGROUND
    return Way.AUTOMATION if row.reason == "automation" else Way.PERSON


def compare(
    handled: Handled, invoice: PurchaseInvoice, postings: Sequence[Kept], closing: Sequence[str], now: datetime
) -> Handled:
    """Return a handled invoice compared with the postings of its vouchers, as they stand now.

    A line whose posting cannot be told for sure is not compared.
    """
    agreeing = compared = 0
    corrections: list[list[str]] = []
    for values, posted in zip(handled.predicted, posted_as(invoice, postings, closing), strict=False):
        for target, label in values.items():
            if target == "source" or not posted:
                continue
            seen = {_value(target, posting) for posting in posted}
            compared += 1
            if seen == {label}:
                agreeing += 1
            else:
                corrections.append([target, label, " / ".join(sorted(seen - {label}))])
    found = replace(handled, agreeing=agreeing, compared=compared, corrections=tuple(corrections))
    return handled if found == handled else replace(found, compared_at=now if compared else None)


def _value(target: str, posting: Mapping[str, Any]) -> str:
    if target == ACCOUNT:
        return str(posting["account"] or "")
    if target == VAT:
        return str(posting["vat_code"])
    return str(posting["dimensions"].get(target.removeprefix(DIMENSION_PREFIX), ""))


def drifts(invoices: Iterable[str], vouchers: Iterable[str], closing: Sequence[str], today: date) -> list[list[str]]:
    """Return the vendors whose account changed in the last four weeks: vendor, before, after, the day since when.

    Only invoices that were posted to a single account count.
    """
    accounts: defaultdict[tuple[str, str], defaultdict[tuple[date, str], set[str]]] = defaultdict(
        lambda: defaultdict(set)
    )
    for example in join(invoices, vouchers, closing).examples:
        if example.account:
            accounts[example.vendor, example.vendor_key][example.date, example.invoice].add(example.account)
    found: list[list[str]] = []
    for (vendor, _key), by_invoice in accounts.items():
        row = [(day, next(iter(used))) for (day, _invoice), used in sorted(by_invoice.items()) if len(used) == 1]
        changed = _drift(row)
        if changed and today - changed[2] <= DRIFT_IS_NEWS_FOR:
            before, after, since = changed
            found.append([vendor, before, after, since.isoformat()])
    return sorted(found, key=lambda each: each[3])


def _drift(row: Sequence[tuple[date, str]]) -> tuple[str, str, date] | None:
    if len(row) < STEADY + CHANGED:
        return None
    after = row[-1][1]
    newest = next((n for n, (_day, account) in enumerate(reversed(row)) if account != after), len(row))
    earlier = row[: len(row) - newest]
    if newest < CHANGED or len(earlier) < STEADY or len({account for _day, account in earlier[-STEADY:]}) != 1:
        return None
    return earlier[-1][1], after, row[len(row) - newest][0]


@dataclass(frozen=True)
class Figures:
    """How production did in a time; figures of several clients or times can be added.

    Of the `invoices` handled, `untouched` were left as predicted by people, in the review and, as far as the books
    show, in Netvisor. Of those whose final posting is known (`known`), `right` were predicted right in everything.
    `automated` were written without asking. `corrections` counts (target, predicted, posted), `waits` how long
    invoices waited from arrival to being handled, in minutes rounded to WAIT_STEP.
    """

    invoices: int = 0
    untouched: int = 0
    known: int = 0
    right: int = 0
    automated: int = 0
    waits: Counter[int] = field(default_factory=Counter[int])
    corrections: Counter[tuple[str, str, str]] = field(default_factory=Counter[tuple[str, str, str]])

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.invoices + other.invoices,
            self.untouched + other.untouched,
            self.known + other.known,
            self.right + other.right,
            self.automated + other.automated,
            self.waits + other.waits,
            self.corrections + other.corrections,
        )

    @property
    def share_untouched(self) -> float | None:
        """The share of invoices that nobody changed; None without any."""
        return self.untouched / self.invoices if self.invoices else None

    @property
    def share_right(self) -> float | None:
        """The share predicted right in everything, of those whose final posting is known."""
        return self.right / self.known if self.known else None

    @property
    def wait(self) -> timedelta | None:
        """The median time from arrival to being handled; None without any."""
        middle = (self.waits.total() + 1) // 2
        passed = 0
        for minutes in sorted(self.waits):
            passed += self.waits[minutes]
            if passed >= middle:
                return timedelta(minutes=minutes)
        return None


def figures(rows: Sequence[Handled]) -> Figures:
    """Return the figures of handled invoices."""
    known = [row for row in rows if row.compared_at]
    minutes = int(WAIT_STEP.total_seconds() // 60)
    return Figures(
        len(rows),
        sum(not row.touched and row.agreeing == row.compared for row in rows),
        len(known),
        sum(row.agreeing == row.compared for row in known),
        sum(row.way is Way.AUTOMATION for row in rows),
        Counter(round((row.handled_at - row.arrived_at) / WAIT_STEP) * minutes for row in rows),
        Counter((target, label, posted) for row in rows for target, label, posted in row.corrections),
    )


def handled_between(unit: Unit, client: Client, since: datetime, until: datetime) -> list[Handled]:
    """Return what was handled of a client's invoices in a time, its end not included."""
    return unit[Handled].find(
        client.workspace, client_id=client.id, handled_at__ge=since, handled_at__lt=until, order="handled_at"
    )


class Measuring:
    """The handler of the job that compares what was handled with the books."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def measure(self, job: Job) -> None:
        """Compare a client's last weeks with its vouchers, and look for vendors whose account changed."""
        now = self._clock()

        def read(unit: Unit) -> tuple[Client | None, list[tuple[Handled, str]], list[str], list[str], Chart | None]:
            client = unit[Client].get(job.workspace, job.key)
            if client is None:
                return None, [], [], [], None
            rows = handled_between(unit, client, now - COMPARED_FOR, now)
            ids = [row.id for row in rows]
            contents = {one.id: one.content for one in unit[ProductionInvoice].find(job.workspace, id__in=ids)}
            since = (now - DRIFT_LOOKS_BACK).date()
            invoices = unit[StoredInvoice].find(job.workspace, client_id=client.id, invoice_date__ge=since)
            vouchers = unit[StoredVoucher].find(job.workspace, client_id=client.id, voucher_date__ge=since)
            return (
                client,
                [(row, contents[row.id]) for row in rows if row.id in contents],
                [one.content for one in invoices],
                [one.content for one in vouchers],
                unit[Chart].get(job.workspace, client.id),
            )

        client, rows, invoices, vouchers, chart = await self._store.run(read)
        if client is None:
            return
        closing = chart.closing if chart else ()

        def work() -> tuple[list[Handled], list[list[str]]]:
            posted = postings_by_invoice(vouchers)
            compared = [
                compare(row, PurchaseInvoice.model_validate_json(content), posted[row.netvisor_key], closing, now)
                for row, content in rows
                if row.netvisor_key in posted
            ]
            return compared, drifts(invoices, vouchers, closing, now.astimezone(FIRM_TIMEZONE).date())

        compared, changed = await asyncio.to_thread(work)
        before = {row.id: row for row, _content in rows}

        def keep(unit: Unit) -> None:
            unit[Handled].put(*(row for row in compared if row != before[row.id]))
            unit[Drifts].put(Drifts(job.workspace, client.id, now, tuple(changed)))

        await self._store.run(keep)


def measure_soon(unit: Unit, client: Client, now: datetime) -> None:
    """Ask for a client's figures to be brought up to date."""
    jobs.enqueue(unit, client.workspace, "measure", client.id, now)
