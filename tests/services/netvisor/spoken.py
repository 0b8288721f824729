"""A Netvisor that says what it is told to, without a network between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import httpx

from services.netvisor import Company, InvoiceListItem, Netvisor, NetvisorError, Transport
from tests.services.netvisor.conftest import BUSINESS_ID, CREDENTIAL, PARTNER
from tests.services.netvisor.loopback import document

T = TypeVar("T")


class Spoken:
    """A Netvisor that says what it is told to, without a network between."""

    def __init__(self) -> None:
        self.body = b""
        transport = httpx.MockTransport(lambda _: httpx.Response(200, content=self.body))
        self.company = Netvisor(Transport("http://x", PARTNER, transport=transport)).company(BUSINESS_ID, CREDENTIAL)

    def hears(self, content: str, ask: Callable[[Company], Coroutine[Any, Any, T]]) -> T:
        """Return what the client makes of a document."""
        self.body = document(content)
        return run(ask(self.company))

    def invoice(self, elements: str, invoice: str = "PurchaseInvoice") -> InvoiceListItem:
        content = f"<PurchaseInvoiceList><{invoice}>{elements}</{invoice}></PurchaseInvoiceList>"
        (item,) = self.hears(content, lambda company: company.purchase_invoices())
        return item

    def amount(self, text: str) -> Decimal | None:
        return self.invoice(f"<NetvisorKey>1</NetvisorKey><Sum>{text}</Sum>").amount

    def day(self, text: str) -> date | None:
        return self.invoice(f'<NetvisorKey>1</NetvisorKey><InvoiceDate format="ansi">{text}</InvoiceDate>').invoice_date


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine comes to, for tests whose examples hypothesis makes."""
    with asyncio.Runner() as runner:
        return runner.run(coroutine)


def raised(act: Callable[[], object]) -> NetvisorError | None:
    """Return the NetvisorError that an act raises, None when it raises none; any other error is the test's."""
    try:
        act()
    except NetvisorError as error:
        return error
    return None
