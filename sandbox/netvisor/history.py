"""Months of purchase invoices for a ready company, the same ones for the same company and day every time."""

import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sandbox.netvisor.business_id import business_ids
from sandbox.netvisor.company import ApprovalStatus, Company, Handling, Invoice, InvoiceLine, Vendor
from sandbox.netvisor.ledger import settle
from sandbox.netvisor.suppliers import Item, Supplier
from sandbox.netvisor.vat import vat_on

_CITIES = (("00100", "Helsinki"), ("33100", "Tampere"), ("20100", "Turku"), ("90100", "Oulu"), ("70100", "Kuopio"))
_STREETS = ("Pajukuja", "Koivutie", "Satamakatu", "Myllypolku", "Asemakatu", "Kangastie")
_CREDIT_NOTE_SHARE = 0.02
_OTHER_ACCOUNT_SHARE = 0.03
_OPEN_NEWEST = 6
_SUPPLIER_SERIAL = 9_500_000
_DAYS_IN_MONTH = 30.4


@dataclass(slots=True)
class _Numbering:
    """Each supplier's own running invoice number."""

    next_number: int

    def take(self) -> str:
        self.next_number += 1
        return str(self.next_number)


def write_history(company: Company, suppliers: tuple[Supplier, ...], months: int, now: datetime) -> None:
    """Give a company this many months of invoices that end yesterday.

    All but the newest few are accepted and posted, the newest are left open, one of them verified already. Recurring
    suppliers bill on the same day each month; one line in thirty goes to another account than usual, two invoices in a
    hundred are credit notes.
    """
    dice = random.Random(company.business_id)
    yesterday = now.date() - timedelta(days=1)
    first = yesterday - timedelta(days=round(months * _DAYS_IN_MONTH))
    company_vendors = {supplier.name: make_vendor(company, supplier, dice, first) for supplier in suppliers}
    numbering = {supplier.name: _Numbering(dice.randrange(1000, 90_000)) for supplier in suppliers}
    days = sorted(
        ((day, supplier) for supplier in suppliers for day in _days(supplier, first, yesterday, dice)),
        key=lambda pair: (pair[0], pair[1].name),
    )
    for day, supplier in days:
        lines = [_line(company, supplier, item, day, dice) for item in _items(supplier, dice)]
        if dice.random() < _CREDIT_NOTE_SHARE:
            for line in lines:
                line.sum, line.description = -line.sum, f"Hyvitys: {line.description}"
        add_invoice(company, company_vendors[supplier.name], numbering[supplier.name].take(), day, lines)
    invoices = list(company.invoices.values())
    for invoice in invoices[:-_OPEN_NEWEST]:
        settle(company, invoice, now)
    for invoice in invoices[-_OPEN_NEWEST:]:
        forget_posting(invoice)
    if invoices:
        invoices[-_OPEN_NEWEST:][0].status = ApprovalStatus.APPROVED


def receive_invoice(company: Company, now: datetime, like: Invoice | None = None) -> Invoice:
    """A new open invoice, like a given one, or like the latest one of a supplier that lot chooses.

    Raises ValueError when the company has no invoice to take after.
    """
    if not company.invoices:
        raise ValueError("the company has no earlier invoice to take after")
    dice = random.Random(f"{company.business_id} {len(company.invoices)}")
    latest = {invoice.vendor.key: invoice for invoice in company.invoices.values()}
    model = like or latest[dice.choice(sorted(latest))]
    lines = [
        InvoiceLine(
            company.next_key(),
            round(line.sum * dice.uniform(0.9, 1.1)),
            line.vat_tenths,
            line.vat_code,
            line.description,
            line.product_name,
        )
        for line in model.lines
    ]
    number = str(int(model.number) + 1) if model.number.isdigit() else f"{model.number}-{len(company.invoices)}"
    invoice = add_invoice(company, model.vendor, number, now.date(), lines)
    invoice.modified = now
    return invoice


def add_invoice(
    company: Company, vendor: Vendor, number: str, day: date, lines: list[InvoiceLine], *, key: int | None = None
) -> Invoice:
    """Put an open invoice that arrived on a day into a company's ledger."""
    invoice_key = company.next_key() if key is None else key
    arrived = datetime.combine(day, time(9, 30))
    invoice = Invoice(
        invoice_key,
        number,
        vendor,
        day,
        day + timedelta(days=14),
        sum(line.sum for line in lines),
        lines,
        reference=reference_number(invoice_key),
        modified=arrived,
        history=[Handling("received", "Vastaanotettu", "Verkkolasku vastaanotettu", arrived, "Netvisor", "")],
    )
    company.invoices[invoice_key] = invoice
    return invoice


def forget_posting(invoice: Invoice) -> None:
    """Leave an invoice as it arrives from its supplier: no accounts, no dimensions."""
    for line in invoice.lines:
        line.account_number, line.dimensions = None, ()


def reference_number(base: int) -> str:
    """A Finnish reference number: the base and its check digit (weights 7, 3, 1 from the right)."""
    digits = str(base)
    weighted = sum(int(digit) * (7, 3, 1)[place % 3] for place, digit in enumerate(reversed(digits)))
    return f"{digits}{-weighted % 10}"


def iban(base: int) -> str:
    """A Finnish account number with right IBAN check digits; the bank part is one that no bank uses."""
    account = f"99{base:012d}"[:14]
    return f"FI{98 - int(account + '151800') % 97:02d}{account}"


def make_vendor(company: Company, supplier: Supplier, dice: random.Random, changed: date) -> Vendor:
    """Put a supplier into a company's vendor register."""
    seed = zlib.crc32(supplier.name.encode())
    post_code, city = _CITIES[seed % len(_CITIES)]
    domestic = not supplier.name.endswith("Ltd")
    main = supplier.items[0]
    vendor = Vendor(
        company.next_key(),
        str(100 + len(company.vendors)),
        supplier.name,
        business_ids(_SUPPLIER_SERIAL + seed % 100_000, 1)[0] if domestic else "",
        iban(seed) if domestic else "",
        f"{_STREETS[seed % len(_STREETS)]} {1 + seed % 40}",
        post_code,
        city,
        main.account if dice.random() < 0.4 else None,
        vat_on(main.vat, changed)[0],
        datetime.combine(changed, time(8)),
    )
    company.vendors[vendor.key] = vendor
    return vendor


def _days(supplier: Supplier, first: date, last: date, dice: random.Random) -> Iterator[date]:
    if supplier.monthly <= 1.0:
        gap = _DAYS_IN_MONTH / supplier.monthly
        offset = dice.uniform(0, gap)
        jitter = 0
    else:
        gap, offset, jitter = _DAYS_IN_MONTH / supplier.monthly, dice.uniform(0, 5), 3
    place = offset
    while True:
        day = first + timedelta(days=round(place) + dice.randint(0, jitter))
        if day > last:
            return
        yield day
        place += gap


def _items(supplier: Supplier, dice: random.Random) -> list[Item]:
    if supplier.every_item or len(supplier.items) == 1:
        return list(supplier.items)
    return dice.sample(supplier.items, 2 if dice.random() < 0.25 else 1)


def _line(company: Company, supplier: Supplier, item: Item, day: date, dice: random.Random) -> InvoiceLine:
    vat_tenths, vat_code = vat_on(item.vat, day)
    text = item.text.replace("{month}", f"{day.month}/{day.year}")
    account = item.account
    if dice.random() < _OTHER_ACCOUNT_SHARE:
        account = dice.choice((4000, 7850, 7420, 7450))
    return InvoiceLine(
        company.next_key(),
        max(1, round(item.euros * 100 * (1 + dice.uniform(-supplier.spread, supplier.spread)))),
        vat_tenths,
        vat_code,
        text,
        item.text.replace(" {month}", ""),
        account_number=account,
        dimensions=_dimensions(company, supplier, dice),
    )


def _dimensions(company: Company, supplier: Supplier, dice: random.Random) -> tuple[tuple[str, str], ...]:
    chosen: list[tuple[str, str]] = []
    for place, dimension in enumerate(company.dimensions):
        if place == 0:
            usual = supplier.centre if supplier.centre is not None else zlib.crc32(supplier.name.encode())
            index = usual if dice.random() < 0.9 else dice.randrange(len(dimension.items))
            chosen.append((dimension.name, dimension.items[index % len(dimension.items)].name))
        elif dice.random() < 0.3:
            chosen.append((dimension.name, dice.choice(dimension.items).name))
    return tuple(chosen)
