"""A Netvisor that answers with given bytes and a given status, what is asked of it, and the codes it knows."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any

import httpx
import pytest

from services.netvisor import (
    AuthenticationFailed,
    Company,
    DuplicateData,
    InvalidData,
    Maintenance,
    Netvisor,
    NetvisorError,
    PeriodLocked,
    RequestNotUnique,
    ServiceAccessError,
    TechnicalError,
    Transport,
    UnknownCode,
)
from tests.services.netvisor.conftest import BUSINESS_ID, CANARIES, CREDENTIAL, PARTNER
from tests.services.netvisor.spoken import run

DAY = date(2026, 11, 23)
READS: dict[str, Callable[[Company], Coroutine[Any, Any, Any]]] = {
    "purchaseinvoicelist": lambda company: company.purchase_invoices(),
    "getpurchaseinvoice": lambda company: company.purchase_invoice(1, include=("actions",)),
    "getpurchaseinvoice, several": lambda company: company.purchase_invoice_batch([1, 2]),
    "accountingledger": lambda company: company.vouchers(start=DAY, end=DAY),
    "accountlist": lambda company: company.accounts(),
    "accountingperiodlist": lambda company: company.accounting_periods(),
    "vouchertypelist": lambda company: company.voucher_types(),
    "getvendor": lambda company: company.vendors(changed_since=DAY),
    "dimensionlist": lambda company: company.dimensions(),
    "getcirculationlists": lambda company: company.circulation_lists(),
    "getuseraccessrightssummary": lambda company: company.access_rights_summary(),
}
CONTAINERS = {
    "purchaseinvoicelist": "<PurchaseInvoiceList/>",
    "getpurchaseinvoice": "<PurchaseInvoice/>",
    "getpurchaseinvoice, several": "<PurchaseInvoices/>",
    "accountingledger": "<Vouchers/>",
    "accountlist": "<AccountList/>",
    "accountingperiodlist": "<AccountingPeriodList/>",
    "vouchertypelist": "<VoucherTypeList/>",
    "getvendor": "<Vendors/>",
    "dimensionlist": "<DimensionNameList/>",
    "getcirculationlists": "<CirculationLists/>",
    "getuseraccessrightssummary": "<Company/>",
}


class Said:
    """A client whose Netvisor answers with given bytes and a given status."""

    def __init__(self) -> None:
        self.reply = httpx.Response(200)
        transport = httpx.MockTransport(lambda _: self.reply)
        netvisor = Netvisor(Transport("http://x", PARTNER, transport=transport, sleep=lambda _: _nothing()))
        self.company = netvisor.company(BUSINESS_ID, CREDENTIAL)

    def ask(self, body: bytes, status: int = 200, resource: str = "purchaseinvoicelist", **headers: str) -> Any:
        self.reply = httpx.Response(status, content=body, headers=headers)
        return run(READS[resource](self.company))

    def error(self, body: bytes, status: int = 200, resource: str = "purchaseinvoicelist") -> NetvisorError:
        with pytest.raises(NetvisorError) as caught:
            self.ask(body, status, resource)
        return caught.value


async def _nothing() -> None:
    return


KINDS: dict[str, type[NetvisorError]] = {
    "AUTHENTICATION_FAILED": AuthenticationFailed,
    "SERVICE_ACCESS_ERROR": ServiceAccessError,
    "INVALID_DATA": InvalidData,
    "INVALID_DATA_SIZE": InvalidData,
    "DUPLICATE_DATA": DuplicateData,
    "REQUEST_NOT_UNIQUE": RequestNotUnique,
    "PERIOD_LOCK": PeriodLocked,
    "SYSTEM_MAINTENANCE": Maintenance,
    "SYSTEM_MAINTANANCE": Maintenance,
    "TECHNICAL_ERROR": TechnicalError,
    "INSUFFICIENT_RIGHTS": UnknownCode,
}
STATUSES = (200, 400, 401, 403, 404, 409, 429, 500, 503)


def leaks(error: NetvisorError) -> list[str]:
    shown = f"{error} {error!r} {error.args} {error.code} {error.detail}".casefold()
    return [canary for canary in CANARIES if canary.casefold() in shown]
