"""What a person can bring about on the page beyond rights: locks, clocks, environments, an empty history.

Each is flipped by the page's own action and seen by a caller.
"""

from datetime import date

import aiohttp
import pytest

from sandbox.netvisor import ACCOUNTANT, ADMINISTRATOR, Credential, NetvisorServer

from .conftest import Caller
from .test_netvisor_page import act


async def test_a_clock_that_is_twenty_minutes_off(
    session: aiohttp.ClientSession, server: NetvisorServer, caller: Caller
) -> None:
    assert (await act(session, server, "set-clock", minutes=10))[0] == 200
    assert (await caller.get("accountlist")).code == "OK"
    await act(session, server, "set-clock", minutes=20)
    refused = await caller.get("accountlist")
    assert refused.code == "AUTHENTICATION_FAILED"
    assert "Aikaleima" in refused.statuses[1]
    await act(session, server, "set-clock", minutes=0)
    assert (await caller.get("accountlist")).code == "OK"


async def test_a_partner_that_is_not_known(
    session: aiohttp.ClientSession, server: NetvisorServer, caller: Caller
) -> None:
    await act(session, server, "set-partner", known=False)
    refused = await caller.get("accountlist")
    assert refused.statuses[1] == "AUTHENTICATION_FAILED :: Integraatiokumppania ei löydy, katso dokumentaatio"
    await act(session, server, "set-partner", known=True)
    assert (await caller.get("accountlist")).code == "OK"


async def test_credentials_of_the_training_environment(
    session: aiohttp.ClientSession, server: NetvisorServer, ids: dict[str, str]
) -> None:
    made = server.netvisor.create_credential(ACCOUNTANT)
    known = len(server.netvisor.credentials)
    async with session.post(f"{server.url}/page/create-training-credential", json={"as_user": ACCOUNTANT}) as response:
        pair = (await response.json())["result"]
    assert len(server.netvisor.credentials) == known
    assert len(pair["customer_key"]) == len(made.customer_key)
    stranger = Credential(pair["customer_id"], pair["customer_key"], made.user_key, made.created)
    refused = await Caller(server, session, stranger, ids["kataja"]).get("accountlist")
    assert "Integraatioavaimet eivät kelpaa" in refused.statuses[1]


@pytest.mark.parametrize(
    ("lock", "element"),
    [
        ("purchase_lock", "PurchaseLockDate"),
        ("period_lock", "AccountingPeriodLockDate"),
        ("vat_lock", "VatPeriodLockDate"),
    ],
)
async def test_each_lock_is_read_and_refuses_a_posting(
    session: aiohttp.ClientSession, server: NetvisorServer, caller: Caller, lock: str, element: str
) -> None:
    company = server.netvisor.company(caller.business_id)
    invoice = server.netvisor.receive_invoice(company.business_id)
    fields = {"company": company.business_id, "as_user": ADMINISTRATOR, "package": "Payroll", lock: "2099-12-31"}
    assert (await act(session, server, "set-company", **fields))[0] == 200
    assert company.package.has_api
    read = await caller.get("accountingperiodlist")
    assert read.texts(f"AccountingPeriodList/PeriodLockInformation/{element}") == ["31.12.2099"]
    body = (
        f"<root><PurchaseInvoicePostingData><PurchaseInvoiceNetvisorKey>{invoice.key}</PurchaseInvoiceNetvisorKey>"
        f'<EventDate format="ansi">{date(2026, 1, 1).isoformat()}</EventDate>'
        "<IsReadyForAccounting>0</IsReadyForAccounting>"
        "<PurchaseInvoicePostingLine><ProductName>Ostos</ProductName><DeliveredAmount>1</DeliveredAmount>"
        f"<UnitPrice>1</UnitPrice><VatPercent vatcode='NONE'>0</VatPercent>"
        f"<LineSum type='gross'>{invoice.amount // 100},{invoice.amount % 100:02d}</LineSum>"
        "</PurchaseInvoicePostingLine></PurchaseInvoicePostingData></root>"
    )
    assert (await caller.post("purchaseinvoicepostingdata", body)).code == "PERIOD_LOCK"
    await act(session, server, "set-company", **{**fields, lock: ""})
    assert (await caller.post("purchaseinvoicepostingdata", body)).code == "OK"


async def test_a_history_set_aside_and_brought_back(
    session: aiohttp.ClientSession, server: NetvisorServer, caller: Caller
) -> None:
    company = server.netvisor.company(caller.business_id)
    invoices, vouchers = len(company.invoices), len(company.vouchers)

    async def listed() -> int:
        return len((await caller.get("purchaseinvoicelist")).root.findall("PurchaseInvoiceList/PurchaseInvoice"))

    assert await listed() == invoices
    for _ in range(2):
        await act(session, server, "set-history", company=company.business_id, shown=False)
        assert await listed() == 0
    for _ in range(2):
        await act(session, server, "set-history", company=company.business_id, shown=True)
        assert (await listed(), len(company.vouchers)) == (invoices, vouchers)


async def test_fifty_companies_to_add_at_once(session: aiohttp.ClientSession, server: NetvisorServer) -> None:
    ready = len(server.netvisor.companies)
    assert await act(session, server, "add-many-companies") == (200, '{"result": 50}')
    companies = server.netvisor.companies
    assert len({company.business_id for company in companies}) == len(companies) == ready + 50
    assert len({company.name for company in companies}) == ready + 50
    assert sum(not company.allowed_resources for company in companies[ready:]) == 5
    assert sum(not company.package.has_api for company in companies[ready:]) == 5
    last = Caller(server, session, server.netvisor.create_credential(ACCOUNTANT), companies[-1].business_id)
    assert (await last.get("purchaseinvoicelist")).root.findall("PurchaseInvoiceList/PurchaseInvoice")
    assert (await act(session, server, "add-many-companies"))[0] == 400
