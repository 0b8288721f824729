"""Every read of the client against the sandbox's own books: what stands there is what is read, nothing lost."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from pydantic import SecretStr

from sandbox.netvisor import ADMINISTRATOR, NetvisorServer, start_server
from sandbox.netvisor import Company as Books
from sandbox.netvisor import Netvisor as SandboxNetvisor
from services.clock import FIRM_TIMEZONE
from services.netvisor import ApiCredential, Company, InvalidData, Netvisor, Partner, Transport


@pytest.fixture
async def server() -> AsyncIterator[NetvisorServer]:
    running = await start_server(SandboxNetvisor())
    yield running
    assert running.netvisor.overlaps == []
    await running.close()


@pytest.fixture
def books(server: NetvisorServer) -> Books:
    """The company where everything is right: 30 months, dimensions, circulation lists."""
    return server.netvisor.companies[0]


@pytest.fixture
async def company(server: NetvisorServer, books: Books) -> AsyncIterator[Company]:
    made = server.netvisor.create_credential(ADMINISTRATOR)
    partner = Partner(server.netvisor.partner_id, SecretStr(server.netvisor.partner_key), server.netvisor.access_key)
    netvisor = Netvisor(Transport(server.api_url, partner))
    credential = ApiCredential(SecretStr(made.customer_id), SecretStr(made.customer_key))
    yield netvisor.company(books.business_id, credential)
    await netvisor.close()


def euros(cents: int) -> Decimal:
    return Decimal(cents) / 100


async def test_the_list_holds_every_invoice(company: Company, books: Books) -> None:
    listed = await company.purchase_invoices()
    assert [
        (
            row.key,
            row.number,
            row.invoice_date,
            row.vendor_name,
            row.vendor_business_id or "",
            row.amount,
            row.open_amount,
        )
        for row in listed
    ] == [
        (
            each.key,
            each.number,
            each.day,
            each.vendor.name,
            each.vendor.business_id,
            *map(euros, (each.amount, each.amount - each.paid)),
        )
        for each in books.invoices.values()
    ]


async def test_the_list_is_narrowed_by_day_status_and_change(company: Company, books: Books) -> None:
    middle = list(books.invoices.values())[len(books.invoices) // 2]
    of_the_day = await company.purchase_invoices(begin=middle.day, end=middle.day)
    assert {row.key for row in of_the_day} == {each.key for each in books.invoices.values() if each.day == middle.day}
    opened = await company.purchase_invoices(status="open")
    assert {row.key for row in opened} == {each.key for each in books.invoices.values() if each.status == "open"}
    changed_at = datetime(2100, 1, 1, 12, 0, 0, tzinfo=FIRM_TIMEZONE)
    middle.modified = changed_at.replace(tzinfo=None)
    for seconds, expected in ((0, [middle.key]), (1, [])):
        changed = await company.purchase_invoices(modified_since=changed_at + timedelta(seconds=seconds))
        assert [row.key for row in changed] == expected


async def test_the_list_is_narrowed_by_number_payment_and_the_end_of_a_change(company: Company, books: Books) -> None:
    own = list(books.invoices.values())
    own[0].number = "Lasku 12/ä€, 3 & 4?#%"
    found = await company.purchase_invoices(number=own[0].number)
    assert [row.key for row in found] == [own[0].key]
    paid = {each.key for each in own if each.paid == each.amount}
    assert {row.key for row in await company.purchase_invoices(payment="paid")} == paid
    assert {row.key for row in await company.purchase_invoices(payment="unpaid")} == set(books.invoices) - paid
    for each in own:
        each.modified = datetime(2026, 1, 2, 12, 0, 0)  # noqa: DTZ001 - Netvisor's own time
    own[0].modified = datetime(2026, 1, 1, 12, 0, 0)  # noqa: DTZ001
    until = datetime(2026, 1, 1, 12, 0, 0, tzinfo=FIRM_TIMEZONE)
    assert [row.key for row in await company.purchase_invoices(modified_until=until)] == [own[0].key]


async def test_what_was_deleted_in_the_last_week(company: Company, books: Books, server: NetvisorServer) -> None:
    now = server.netvisor.now()
    books.deleted_invoices |= {1: now - timedelta(days=1), 2: now - timedelta(days=3), 3: now - timedelta(days=9)}
    books.deleted_vouchers[4] = now - timedelta(days=1)
    assert [each.key for each in await company.deleted_purchase_invoices(now.date() - timedelta(days=2))] == [1]
    assert [each.key for each in await company.deleted_purchase_invoices(now.date() - timedelta(days=30))] == [1, 2]
    (voucher,) = await company.deleted_vouchers(now.date() - timedelta(days=2))
    assert (voucher.key, voucher.deleted_at) == (4, (now - timedelta(days=1)).replace(second=0, microsecond=0))


async def test_a_picture_and_the_circulation_come_along_when_asked_for(company: Company, books: Books) -> None:
    own = list(books.invoices.values())[-1]
    pictured = await company.purchase_invoice(own.key, include=("previewimage",))
    assert pictured
    assert pictured.preview
    assert pictured.preview.media_type == "image/png"
    assert pictured.has_circulation is None
    own.circulation = None
    without = await company.purchase_invoice(own.key, include=("circulationlist",))
    assert without
    assert (without.has_circulation, without.circulation, without.preview) == (False, None, None)
    own.circulation = books.circulation_lists[0]
    circulating = await company.purchase_invoice(own.key, include=("circulationlist",))
    assert circulating
    assert circulating.has_circulation is True
    assert circulating.circulation
    assert circulating.circulation.key == books.circulation_lists[0].key


async def test_one_voucher_and_one_vendor_by_their_keys(company: Company, books: Books) -> None:
    own = next(iter(books.vouchers.values()))
    own.status = "invalidated"
    voucher = await company.voucher(own.key)
    assert voucher
    assert (voucher.key, voucher.status) == (own.key, "invalidated")
    assert await company.voucher(1) is None
    vendor = await company.vendor(next(iter(books.vendors)))
    assert vendor
    assert vendor.name == next(iter(books.vendors.values())).name
    assert await company.vendor(1) is None


async def test_invalidated_vouchers_and_hidden_dimensions_come_when_asked_for(company: Company, books: Books) -> None:
    own = next(iter(books.vouchers.values()))
    own.status = "invalidated"
    assert own.key not in {each.key for each in await company.vouchers(start=own.day, end=own.day)}
    everything = await company.vouchers(start=own.day, end=own.day, with_invalidated=True)
    assert {each.key: each.status for each in everything}[own.key] == "invalidated"
    books.dimensions[0] = dataclasses.replace(books.dimensions[0], hidden=True)
    hidden = books.dimensions[0].name
    assert hidden not in [each.name for each in await company.dimensions()]
    assert hidden in [each.name for each in await company.dimensions(with_hidden=True) if each.is_hidden]


async def test_batches_hold_every_invoice_with_its_lines(
    company: Company, books: Books, server: NetvisorServer
) -> None:
    batches = company.batches(list(books.invoices))
    invoices = [invoice for keys in batches for invoice in await company.purchase_invoice_batch(keys)]
    assert [call.outcome for call in server.netvisor.calls] == ["OK"] * len(batches)
    assert [invoice.key for invoice in invoices] == list(books.invoices)
    for invoice in invoices:
        own = books.invoices[invoice.key]
        assert (invoice.number, invoice.invoice_date, invoice.due_date) == (own.number, own.day, own.due)
        assert (invoice.amount, invoice.paid_amount) == (euros(own.amount), euros(own.paid))
        assert (invoice.vendor_key, invoice.vendor_name) == (own.vendor.key, own.vendor.name)
        assert (invoice.vendor_code, invoice.vendor_city) == (own.vendor.code, own.vendor.city)
        assert (invoice.vendor_bank_account or "", invoice.vendor_post_code) == (own.vendor.iban, own.vendor.post_code)
        assert (invoice.reference_number, invoice.approval_status) == (own.reference, own.status)
        assert invoice.is_accounted is (own.voucher_key is not None)
        assert [
            (line.key, line.sum, line.vat_percent, line.vat_code, line.description, line.product_name, line.unit)
            for line in invoice.lines
        ] == [
            (
                each.key,
                euros(each.sum),
                Decimal(each.vat_tenths) / 10,
                each.vat_code,
                each.description,
                each.product_name,
                each.unit,
            )
            for each in own.lines
        ]
        assert [dict(line.dimensions) for line in invoice.lines] == [dict(each.dimensions) for each in own.lines]
        accounts = [each.account_number and str(each.account_number) for each in own.lines]
        assert [line.suggested_account_number for line in invoice.lines] == accounts


async def test_one_invoice_comes_with_what_is_included(company: Company, books: Books) -> None:
    own = list(books.invoices.values())[-1]
    plain = await company.purchase_invoice(own.key)
    assert plain
    assert plain.posting_access
    assert plain.posting_access.can_user_post_invoice is True
    assert plain.actions == plain.handling_history == ()
    acting = await company.purchase_invoice(own.key, include=("actions",))
    assert acting
    assert [action.type for action in acting.actions] == ["approve", "accept", "reject"]
    handled = await company.purchase_invoice(own.key, include=("handlinghistory",))
    assert handled
    assert [(event.type, event.time, event.user_name) for event in handled.handling_history] == [
        (each.type, each.time, each.user_name) for each in own.history
    ]
    assert await company.purchase_invoice(1) is None


async def test_vouchers_are_those_of_their_invoices(company: Company, books: Books) -> None:
    vouchers = await company.vouchers(start=date(2000, 1, 1), end=date(2100, 1, 1))
    own = [each for each in books.vouchers.values() if each.status == "valid"]
    assert [(each.key, each.day, each.number, each.source_key, each.source_type) for each in vouchers] == [
        (each.key, each.day, str(each.number), each.invoice_key, "purchaseinvoice") for each in own
    ]
    for voucher, its_own in zip(vouchers, own, strict=True):
        assert [
            (line.sum, line.account_number, line.vat_percent, line.vat_code, line.description, dict(line.dimensions))
            for line in voucher.lines
        ] == [
            (
                euros(each.sum),
                str(each.account_number),
                Decimal(each.vat_tenths) / 10,
                each.vat_code,
                each.description,
                dict(each.dimensions),
            )
            for each in its_own.lines
        ]
    assert await company.vouchers(changed_since=date(2100, 1, 1)) == []


async def test_a_time_of_vouchers_must_be_whole(company: Company, server: NetvisorServer) -> None:
    with pytest.raises(ValueError, match="start and end"):
        await company.vouchers(start=date(2026, 1, 1))
    assert server.netvisor.calls == []


async def test_registers(company: Company, books: Books) -> None:
    chart = await company.accounts()
    assert {account.number: account.name for account in chart.accounts if not account.is_heading} == {
        str(number): account.name for number, account in books.accounts.items()
    }
    assert [account.name for account in chart.accounts if account.is_heading] == [
        group.name for group in books.account_groups
    ]
    assert chart.defaults
    assert (chart.defaults.trade_payables, chart.defaults.purchase_vat_receivable) == ("2871", "1763")
    assert ("OL", "Ostolasku") in [(each.abbreviation, each.name) for each in await company.voucher_types()]
    assert [(each.name, [item.name for item in each.items]) for each in await company.dimensions()] == [
        (each.name, [item.name for item in each.items if not item.hidden])
        for each in books.dimensions
        if not each.hidden
    ]
    assert [
        (each.key, each.name, [one.name for one in each.verifiers], each.approver, each.is_default)
        for each in await company.circulation_lists()
    ] == [
        (each.key, each.name, list(each.verifiers), each.approver, each.is_default) for each in books.circulation_lists
    ]


async def test_periods_and_locks(company: Company, books: Books) -> None:
    before = await company.accounting_periods()
    assert (before.accounting_lock, before.vat_lock, before.purchase_lock) == (
        books.period_lock,
        books.vat_lock,
        books.purchase_lock,
    )
    books.purchase_lock = date(2026, 1, 31)
    after = await company.accounting_periods()
    assert after.purchase_lock == date(2026, 1, 31)
    assert [(each.key, each.name, each.begin, each.end) for each in after.periods] == [
        (each.key, each.name, each.begin, each.end) for each in books.periods
    ]


async def test_vendors_come_in_pages_until_there_are_no_more(
    company: Company, books: Books, server: NetvisorServer
) -> None:
    model = next(each for each in books.vendors.values() if each.iban)
    for _ in range(1100 - len(books.vendors)):
        key = books.next_key()
        books.vendors[key] = dataclasses.replace(model, key=key, account_number=4000)
    vendors = await company.vendors()
    assert [vendor.key for vendor in vendors] == list(books.vendors)
    assert len(server.netvisor.calls) == 3
    last = vendors[-1]
    assert (last.name, last.code, last.business_id) == (model.name, model.code, model.business_id)
    assert [(each.iban, each.is_default) for each in last.bank_accounts] == [(model.iban, True)]
    assert [(each.number, each.is_default) for each in last.accounts] == [("4000", True)]
    assert await company.vendors(changed_since=date(2100, 1, 1)) == []


async def test_the_rights_summary_is_of_the_caller(company: Company, books: Books, server: NetvisorServer) -> None:
    server.netvisor.allow_resources(books.business_id, resources=["getuseraccessrightssummary"])
    summary = await company.access_rights_summary()
    assert (summary.company_key, summary.company_name) == (books.key, books.name)
    (user,) = summary.users
    own = server.netvisor.user(ADMINISTRATOR)
    assert (user.key, f"{user.first_name} {user.last_name}") == (own.key, ADMINISTRATOR)
    assert user.is_user_administrator is True
    assert user.is_auditor is False
    assert user.valid_to is None


async def test_several_includes_are_refused_where_netvisor_takes_one(
    company: Company, books: Books, server: NetvisorServer
) -> None:
    key = next(iter(books.invoices))
    include = ("actions", "handlinghistory")
    with pytest.raises(InvalidData):
        await company.purchase_invoice(key, include=include)
    server.netvisor.switches["several_includes"] = "taken"
    invoice = await company.purchase_invoice(key, include=include)
    assert invoice
    assert invoice.handling_history
