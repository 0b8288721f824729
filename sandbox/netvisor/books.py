"""A company whose history is a file of real postings, for measuring (`fabric-bot sandbox --books FILE.csv.gz`)."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from sandbox.netvisor.business_id import business_ids
from sandbox.netvisor.catalogue import ARTICLE_GROUPS, resources_of
from sandbox.netvisor.chart import open_books
from sandbox.netvisor.company import (
    Account,
    CirculationList,
    Company,
    Dimension,
    DimensionItem,
    InvoiceLine,
    Vendor,
)
from sandbox.netvisor.history import add_invoice, forget_posting, iban
from sandbox.netvisor.ledger import settle
from sandbox.netvisor.vat import VatClass, vat_on

_FIRST_ACCOUNT = 4000
_DIMENSION = "Kustannuspaikka"
_VENDOR_SERIAL = 9_600_000
_VAT_SHARES = ((65, VatClass.STANDARD), (75, VatClass.REDUCED), (80, VatClass.LOW), (100, VatClass.ZERO))


@dataclass(frozen=True, slots=True)
class _Posting:
    day: date
    document: str
    vendor: str
    cents: int
    text: str
    account: str
    dimension: str


def load_books(path: Path, now: datetime, *, name: str | None, business_id: str, open_newest: int = 5) -> Company:
    """A company from a CSV of postings: date, document, vendor, amount, text, account, dimension.

    Lines of one document and vendor are one invoice. Dates are shifted so that the newest is yesterday. Each account
    text becomes an account, numbered from 4000 on in the order of the texts, and always has one VAT class, chosen from
    its name. Every invoice is posted but the newest `open_newest`. Raises OSError when the file cannot be read and
    ValueError, with the line, when it is not such a file or holds no postings.
    """
    postings = list(_read(path))
    if not postings:
        raise ValueError(f"{path.name} holds no postings")
    shift = now.date() - timedelta(days=1) - max(posting.day for posting in postings)
    company = Company(
        90,
        business_id,
        name or path.name.split(".")[0],
        about=f"{len(postings)} postings from {path.name}",
        integration_added=True,
        allowed_resources=resources_of(ARTICLE_GROUPS),
    )
    open_books(company, (min(posting.day for posting in postings) + shift).year, now.date())
    numbers = _accounts(company, postings)
    vendors = _vendors(company, postings, now)
    _dimension(company, postings)
    approver = ("Kirsi Kirja",)
    company.circulation_lists.append(
        CirculationList(company.next_key(), "Kaikki laskut", approver, approver[0], is_default=True)
    )
    for lines in _invoices(postings):
        first = lines[0]
        add_invoice(
            company,
            vendors[first.vendor],
            first.document,
            first.day + shift,
            [_line(company, posting, numbers, shift) for posting in lines],
        )
    invoices = list(company.invoices.values())
    posted = len(invoices) - open_newest
    for invoice in invoices[: max(0, posted)]:
        settle(company, invoice, now)
    for invoice in invoices[max(0, posted) :]:
        forget_posting(invoice)
    return company


def _read(path: Path) -> Iterator[_Posting]:
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    rows = csv.DictReader(io.StringIO(content.decode()))
    for number, row in enumerate(rows, start=2):
        try:
            if not row["account"] or not row["vendor"]:
                continue
            yield _Posting(
                date.fromisoformat(row["date"]),
                row["document"],
                row["vendor"],
                int((Decimal(row["amount"]) * 100).to_integral_value()),
                row["text"],
                row["account"],
                row["dimension"],
            )
        except (KeyError, ValueError, TypeError, InvalidOperation) as error:
            raise ValueError(f"{path.name}, line {number}: {error!r}") from error


def _invoices(postings: list[_Posting]) -> list[list[_Posting]]:
    grouped: dict[tuple[str, str], list[_Posting]] = {}
    for place, posting in enumerate(postings):
        document = posting.document or f"no number {place}"
        grouped.setdefault((document, posting.vendor), []).append(posting)
    return sorted(grouped.values(), key=lambda lines: lines[0].day)


def _accounts(company: Company, postings: list[_Posting]) -> dict[str, int]:
    group = Account(company.next_key(), None, "Tilit tiedostosta", 0)
    company.account_groups.append(group)
    company.accounts = {number: account for number, account in company.accounts.items() if number < _FIRST_ACCOUNT}
    numbers: dict[str, int] = {}
    number = _FIRST_ACCOUNT
    for name in sorted({posting.account for posting in postings}):
        numbers[name] = number
        company.accounts[number] = Account(company.next_key(), number, name, group.key)
        number += 1
    return numbers


def _vendors(company: Company, postings: list[_Posting], now: datetime) -> dict[str, Vendor]:
    names = list(dict.fromkeys(posting.vendor for posting in postings))
    vendors: dict[str, Vendor] = {}
    for place, (name, vendor_id) in enumerate(zip(names, business_ids(_VENDOR_SERIAL, len(names)), strict=True)):
        vendors[name] = Vendor(
            company.next_key(),
            str(1000 + place),
            name,
            vendor_id,
            iban(place),
            "",
            "",
            "",
            None,
            255,
            now - timedelta(days=400),
        )
        company.vendors[vendors[name].key] = vendors[name]
    return vendors


def _dimension(company: Company, postings: list[_Posting]) -> None:
    items = sorted({posting.dimension for posting in postings if posting.dimension})
    if items:
        company.dimensions.append(
            Dimension(
                company.next_key(),
                _DIMENSION,
                tuple(DimensionItem(company.next_key(), item) for item in items),
            )
        )


def _vat_class(account: str) -> VatClass:
    place = zlib.crc32(account.encode()) % 100
    return next(vat_class for limit, vat_class in _VAT_SHARES if place < limit)


def _line(company: Company, posting: _Posting, numbers: dict[str, int], shift: timedelta) -> InvoiceLine:
    vat_tenths, vat_code = vat_on(_vat_class(posting.account), posting.day + shift)
    return InvoiceLine(
        company.next_key(),
        posting.cents,
        vat_tenths,
        vat_code,
        posting.text,
        posting.text[:100],
        account_number=numbers[posting.account],
        dimensions=((_DIMENSION, posting.dimension),) if posting.dimension else (),
    )
