"""Fetching a client's history: everything once, then what changed, and forgetting what is too old.

Each batch is stored before the next is asked for, so a fetch that was cut off goes on where it was. What Netvisor
tells again is compared with what is stored: only other contents count as a change. Reads by time overlap a day.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from services.clock import FIRM_TIMEZONE, Clock
from services.history import keep_invoice, keep_voucher
from services.netvisor import AccountList, Company, Voucher
from services.records import (
    Chart,
    Client,
    Fetched,
    StoredInvoice,
    StoredVoucher,
)
from services.rights import months_before
from services.store import Store, Unit

OVERLAP = timedelta(days=1)
"""Reads of what changed begin so much earlier: in which timezone Netvisor reads a time is not documented."""

REMEMBERED = timedelta(days=6)
"""After a longer pause the vouchers are read anew: Netvisor remembers for a week what was deleted."""

AHEAD = timedelta(days=366)
"""Vouchers may be dated ahead, when a cost belongs to a later period."""

PAGE = 500
"""Rows that are read or deleted in one unit of work, so that no other waits long."""

T = TypeVar("T")
Stored = TypeVar("Stored", StoredInvoice, StoredVoucher)

VALID = ("valid", None)
"""What Netvisor says of a voucher that stands; a reply may leave it out."""

INVOICES, VOUCHERS = "invoices", "vouchers"

Tell = Callable[[str, int, int], Awaitable[None]]
"""Told after each step: of which things, how many are done of how many. What it raises ends the fetch."""


class Fetcher:
    """Fetches the histories of clients; `months` is how far they are kept."""

    def __init__(self, store: Store, clock: Clock, months: int) -> None:
        self._store = store
        self._clock = clock
        self._months = months

    async def fetch(self, client: Client, company: Company, tell: Tell) -> None:
        """Bring what is stored up to date, and count what is other than before.

        Raises a NetvisorError when Netvisor does not answer; what was stored until then stays.
        """
        now = self._clock()
        today = now.astimezone(FIRM_TIMEZONE).date()
        first = months_before(today, self._months)
        fetched = await self._store.run(lambda unit: self._begin(unit, client, first, now))
        await self._store.run(lambda unit: self._forget_old(unit, client, first))
        await self.read_registers(client, company)
        await self._invoices(client, company, fetched, tell)
        await self._vouchers(client, company, fetched, today, tell)
        since = fetched.begun_at or now
        await self._store.run(
            lambda unit: unit[Fetched].change(
                client.workspace, client.id, first_day=first, fetched_at=since, begun_at=None, vouchers_until=None
            )
        )

    def _begin(self, unit: Unit, client: Client, first: date, now: datetime) -> Fetched:
        """Return how far the history is; where more is wanted than was fetched, all is read again."""
        known = unit[Fetched].get(client.workspace, client.id)
        if known and known.first_day <= first:
            return replace(known, first_day=first)
        fetched = Fetched(client.workspace, client.id, first, begun_at=now, changes=known.changes if known else 0)
        unit[Fetched].put(fetched)
        return fetched

    def _forget_old(self, unit: Unit, client: Client, first: date) -> None:
        invoices = unit[StoredInvoice].delete(client.workspace, client_id=client.id, invoice_date__lt=first)
        # A voucher may be dated before its invoice.
        before = months_before(first, 1)
        vouchers = unit[StoredVoucher].delete(client.workspace, client_id=client.id, voucher_date__lt=before)
        _count(unit, client, invoices + vouchers)

    async def read_registers(self, client: Client, company: Company) -> None:
        """Read the chart of accounts and the dimensions."""
        chart = await company.accounts()
        dimensions = await company.dimensions()
        registers = Chart(
            client.workspace,
            client.id,
            self._clock(),
            {account.number: account.name for account in chart.accounts if account.number and not account.is_heading},
            _closing(chart),
            {
                dimension.name: [item.name for item in dimension.items if not item.is_hidden]
                for dimension in dimensions
                if dimension.name and not dimension.is_hidden
            },
        )
        await self._store.run(lambda unit: unit[Chart].put(registers))

    async def _invoices(self, client: Client, company: Company, fetched: Fetched, tell: Tell) -> None:
        """Fetch new and changed invoices; forget those that Netvisor does not list any more."""
        listed = [item.key for item in await company.purchase_invoices(begin=fetched.first_day)]
        stored = {row.netvisor_key async for page in pages(self._store, StoredInvoice, client) for row in page}
        await self._forget(StoredInvoice, client, sorted(stored.difference(listed)))
        since = fetched.fetched_at
        modified = await company.purchase_invoices(modified_since=since - OVERLAP) if since else []
        modified_keys = {item.key for item in modified}
        wanted = [key for key in listed if key not in stored or key in modified_keys]
        done = len(listed) - len(wanted)
        await tell(INVOICES, done, len(listed))
        for keys in company.batches(wanted):
            rows = [
                StoredInvoice(
                    client.workspace,
                    f"{client.id}:{invoice.key}",
                    client.id,
                    invoice.key,
                    invoice.invoice_date,
                    keep_invoice(invoice),
                )
                for invoice in await company.purchase_invoice_batch(keys)
            ]
            await self._keep(StoredInvoice, client, rows)
            done += len(keys)
            await tell(INVOICES, done, len(listed))

    async def _vouchers(self, client: Client, company: Company, fetched: Fetched, today: date, tell: Tell) -> None:
        if fetched.fetched_at and self._clock() - fetched.fetched_at < REMEMBERED:
            since = (fetched.fetched_at - OVERLAP).astimezone(FIRM_TIMEZONE).date()
            await self._keep_vouchers(client, await company.vouchers(changed_since=since, with_invalidated=True))
            await tell(VOUCHERS, 1, 1)
            return
        oldest = await self._store.run(lambda unit: _oldest_day(unit, client))
        if oldest is None:
            return
        months = list(_months(months_before(oldest, 1), today))
        read_until = fetched.vouchers_until or date.min
        for number, (start, end) in enumerate(months, start=1):
            if fetched.fetched_at or end > read_until:
                vouchers = await company.vouchers(start=start, end=end)
                await self._forget_others(client, start, end, vouchers)
                await self._keep_vouchers(client, vouchers)
                await self._store.run(
                    lambda unit, end=end: unit[Fetched].change(client.workspace, client.id, vouchers_until=end)
                )
            await tell(VOUCHERS, number, len(months))

    async def _forget_others(self, client: Client, start: date, end: date, vouchers: Sequence[Voucher]) -> None:
        """Forget the vouchers of a time that Netvisor does not have any more."""
        stored = await self._store.run(
            lambda unit: unit[StoredVoucher].find(
                client.workspace, client_id=client.id, voucher_date__ge=start, voucher_date__le=end
            )
        )
        gone = {row.netvisor_key for row in stored}.difference(voucher.key for voucher in vouchers)
        await self._forget(StoredVoucher, client, sorted(gone))

    async def _keep_vouchers(self, client: Client, vouchers: Sequence[Voucher]) -> None:
        """Keep the vouchers of purchase invoices; those that are not valid any more are forgotten."""
        ours = [voucher for voucher in vouchers if voucher.source_type == "purchaseinvoice" and voucher.source_key]
        void = [voucher.key for voucher in ours if voucher.status not in VALID]
        await self._forget(StoredVoucher, client, void)
        rows = [
            StoredVoucher(
                client.workspace,
                f"{client.id}:{voucher.key}",
                client.id,
                voucher.key,
                keep_voucher(voucher),
                voucher.day,
            )
            for voucher in ours
            if voucher.status in VALID
        ]
        await self._keep(StoredVoucher, client, rows)

    async def _keep(self, kind: type[Stored], client: Client, rows: Sequence[Stored]) -> None:
        """Store what is other than what is stored."""

        def keep(unit: Unit, part: Sequence[Stored]) -> None:
            table = unit[kind]
            known = {row.id: row.content for row in table.find(client.workspace, id__in=[row.id for row in part])}
            changed = [row for row in part if known.get(row.id) != row.content]
            table.put(*changed)
            _count(unit, client, len(changed))

        for part in _parts(rows):
            await self._store.run(lambda unit, part=part: keep(unit, part))

    async def _forget(self, kind: type[Stored], client: Client, keys: Sequence[int]) -> None:
        def forget(unit: Unit, part: Sequence[int]) -> None:
            _count(unit, client, unit[kind].delete(client.workspace, client_id=client.id, netvisor_key__in=part))

        for part in _parts(keys):
            await self._store.run(lambda unit, part=part: forget(unit, part))


def _count(unit: Unit, client: Client, changes: int) -> None:
    """Count changes, in the unit of work that stores them."""
    fetched = unit[Fetched].get(client.workspace, client.id)
    if fetched and changes:
        unit[Fetched].change(client.workspace, client.id, changes=fetched.changes + changes)


async def pages(store: Store, kind: type[Stored], client: Client) -> AsyncIterator[list[Stored]]:
    """Yield what is stored of a client, page by page."""
    after = -1
    while True:
        page = await store.run(
            lambda unit, after=after: unit[kind].find(
                client.workspace, client_id=client.id, netvisor_key__gt=after, order="netvisor_key", limit=PAGE
            )
        )
        if not page:
            return
        yield page
        after = page[-1].netvisor_key


def _closing(chart: AccountList) -> tuple[str, ...]:
    defaults = chart.defaults
    if defaults is None:
        return ()
    numbers = (defaults.trade_payables, defaults.purchase_vat_receivable, defaults.vat_payable)
    return tuple(number for number in numbers if number)


def _oldest_day(unit: Unit, client: Client) -> date | None:
    days = [
        row.invoice_date
        for row in unit[StoredInvoice].find(
            client.workspace, client_id=client.id, invoice_date__gt=date.min, order="invoice_date", limit=1
        )
    ]
    return days[0] if days else None


def _months(first: date, today: date) -> Iterator[tuple[date, date]]:
    """Yield the first and last days of months until a day's, the last one long enough for what is dated ahead."""
    begin = first
    while begin <= today:
        following = months_before(begin, -1)
        yield begin, following - timedelta(days=1) if following <= today else today + AHEAD
        begin = following


def _parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + PAGE] for start in range(0, len(items), PAGE))
