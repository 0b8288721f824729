"""A public client library, unchanged, reads this Netvisor: a peer's understanding of the API agrees with ours.

The peer is netvisor-api-client. It takes invoice numbers for whole numbers, which real ones need not be, so it is shown
a company whose suppliers number so; and its model of the ledger cannot hold a VAT percent of 25.5, so vouchers are not
read with it.
"""

import asyncio
import warnings
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sandbox.netvisor import ACCOUNTANT, Company, NetvisorServer

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # its marshmallow 2 imports distutils
    from netvisor_api_client import Netvisor as Peer  # pyright: ignore[reportMissingTypeStubs]
    from netvisor_api_client.exc import (  # pyright: ignore[reportMissingTypeStubs]
        AuthenticationFailed,
        ServiceAccessError,
        SystemMaintenance,
    )


def peer(server: NetvisorServer, company: Company, **changes: str) -> Any:
    netvisor = server.netvisor
    credential = netvisor.create_credential(ACCOUNTANT)
    told = {
        "sender": "peer",
        "partner_id": netvisor.partner_id,
        "partner_key": netvisor.partner_key,
        "customer_id": credential.customer_id,
        "customer_key": credential.customer_key,
        "organization_id": company.business_id,
    }
    return Peer(host=server.api_url, **{**told, **changes})


async def answer(call: Callable[..., Any], *values: Any, **named: Any) -> Any:
    """The library is synchronous; the server lives in this loop."""
    return await asyncio.to_thread(call, *values, **named)


@pytest.fixture
def kataja(server: NetvisorServer, ids: dict[str, str]) -> Company:
    return server.netvisor.company(ids["kataja"])


async def test_accounts_and_periods(server: NetvisorServer, kataja: Company) -> None:
    client = peer(server, kataja)
    read = await answer(client.accounting.account_list)
    accounts = {each["number"]: each for each in read["accounts"] if each["account_type"] == "account"}
    assert {number: each["name"] for number, each in accounts.items()} == {
        number: account.name for number, account in kataja.accounts.items()
    }
    assert read["company_default_accounts"]["trade_payables"] in accounts
    periods = await answer(client.accounting.period_list)
    assert [(each["begin_date"], each["end_date"]) for each in periods["periods"]] == [
        (period.begin, period.end) for period in kataja.periods
    ]
    assert periods["period_lock_information"]["purchase_lock_date"] == kataja.purchase_lock


async def test_dimensions(server: NetvisorServer, kataja: Company) -> None:
    read = await answer(peer(server, kataja).dimensions.list, showhidden=True)
    assert [(each["name"], [item["name"] for item in each["dimension_details"]]) for each in read] == [
        (dimension.name, [item.name for item in dimension.items]) for dimension in kataja.dimensions
    ]


async def test_the_list_of_invoices(server: NetvisorServer, kataja: Company) -> None:
    client = peer(server, kataja)
    read = await answer(client.purchase_invoices.list)
    assert [(each["netvisor_key"], each["number"], each["date"], each["vendor"]) for each in read] == [
        (invoice.key, int(invoice.number), invoice.day, invoice.vendor.name) for invoice in kataja.invoices.values()
    ]
    open_ones = await answer(client.purchase_invoices.list, status="open", start_date=date(2020, 1, 1).isoformat())
    assert {each["netvisor_key"] for each in open_ones} == {
        invoice.key for invoice in kataja.invoices.values() if invoice.status == "open"
    }


async def test_invoices_in_detail(server: NetvisorServer, kataja: Company) -> None:
    client = peer(server, kataja)
    invoices = list(kataja.invoices.values())
    with_dimensions = next(each for each in invoices if any(line.dimensions for line in each.lines))
    for invoice in (invoices[0], invoices[-1], with_dimensions):
        read = await answer(client.purchase_invoices.get, invoice.key, include="actions")
        assert (read["netvisor_key"], read["vendor_name"]) == (invoice.key, invoice.vendor.name)
        assert (read["amount"], read["approval_status"]) == (Decimal(invoice.amount) / 100, invoice.status)
        assert read["accounted"] is (invoice.voucher_key is not None)
        lines = read["lines"]["items"]
        assert [line["line_sum"] for line in lines] == [Decimal(line.sum) / 100 for line in invoice.lines]
        assert [line["vat_percent"] for line in lines] == [Decimal(line.vat_tenths) / 10 for line in invoice.lines]
        accounts = [str(line["bookkeeping_account"]).split()[0] for line in lines]
        assert accounts == [str(line.account_number) for line in invoice.lines]


async def test_refusals_are_the_peers_own_errors(server: NetvisorServer, kataja: Company, ids: dict[str, str]) -> None:
    tuomi = server.netvisor.company(ids["tuomi"])
    with pytest.raises(ServiceAccessError):
        await answer(peer(server, tuomi).accounting.account_list)
    with pytest.raises(AuthenticationFailed):
        await answer(peer(server, kataja, customer_key="0" * 32).accounting.account_list)
    # The library knows maintenance by the other of the two spellings.
    server.netvisor.switches["maintenance_spelling"] = "SYSTEM_MAINTANANCE"
    server.netvisor.faults.add("maintenance")
    with pytest.raises(SystemMaintenance):
        await answer(peer(server, kataja).accounting.account_list)
