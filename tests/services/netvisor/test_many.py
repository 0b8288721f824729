"""Companies with very many invoices: memory stays bounded, and the event loop goes on while a reply is read."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc

import httpx
import pytest

from services.netvisor import Company, Netvisor, Transport
from tests.services.netvisor.conftest import BUSINESS_ID, CREDENTIAL, PARTNER
from tests.services.netvisor.loopback import document

MANY = 10_000
ROW = (
    "<PurchaseInvoice><NetvisorKey>{0}</NetvisorKey><InvoiceNumber>L{0}</InvoiceNumber>"
    '<InvoiceDate format="ansi">2026-01-02</InvoiceDate><Vendor>Toimittaja Oy</Vendor>'
    "<VendorOrganizationIdentifier>1234567-1</VendorOrganizationIdentifier><Sum>1255,00</Sum>"
    "<Payments>0,00</Payments><OpenSum>1255,00</OpenSum></PurchaseInvoice>"
)
LINE = (
    "<PurchaseInvoiceLine><NetvisorKey>{0}</NetvisorKey><LineSum>12,55</LineSum><VatPercent>25,5</VatPercent>"
    "<VatCode>KOOS</VatCode><ProductName>Tuote</ProductName></PurchaseInvoiceLine>"
)
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def listed() -> bytes:
    rows = "".join(ROW.format(key) for key in range(MANY))
    return document(f"<PurchaseInvoiceList>{rows}</PurchaseInvoiceList>")


def in_full(request: httpx.Request) -> httpx.Response:
    keys = request.url.params["netvisorkeylist"].split(",")
    invoices = "".join(
        f"<PurchaseInvoice><PurchaseInvoiceNetvisorKey>{key}</PurchaseInvoiceNetvisorKey><InvoiceLines>"
        f"{LINE.format(key) * 5}</InvoiceLines></PurchaseInvoice>"
        for key in keys
    )
    return httpx.Response(200, content=document(f"<PurchaseInvoices>{invoices}</PurchaseInvoices>"))


def company(transport: httpx.MockTransport) -> Company:
    return Netvisor(Transport("http://x", PARTNER, transport=transport)).company(BUSINESS_ID, CREDENTIAL)


async def test_a_list_of_ten_thousand_is_read_in_bounded_memory(listed: bytes) -> None:
    """A few times the reply itself; what a list of 32 MB, the largest that is read, takes follows from it."""
    client = company(httpx.MockTransport(lambda _: httpx.Response(200, content=listed)))
    tracemalloc.start()
    rows = await client.purchase_invoices()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(rows) == MANY
    assert peak < 16 * len(listed)


async def test_ten_thousand_in_full_take_the_memory_of_one_batch() -> None:
    client = company(httpx.MockTransport(in_full))
    batches = client.batches(range(1_200_000, 1_200_000 + MANY))
    tracemalloc.start()
    peaks: list[int] = []
    for keys in batches[:3]:
        tracemalloc.reset_peak()
        assert len(await client.purchase_invoice_batch(keys)) == len(keys)
        gc.collect()
        peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    assert max(peaks) < 10 * MEGABYTE


async def test_the_event_loop_goes_on_while_a_long_reply_is_read(listed: bytes) -> None:
    """Reading takes hundreds of milliseconds of work, in a thread that others interrupt every few of them."""
    client = company(httpx.MockTransport(lambda _: httpx.Response(200, content=listed)))
    turns = 0

    async def live() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    beside = asyncio.create_task(live())
    assert len(await client.purchase_invoices()) == MANY
    beside.cancel()
    assert turns > 100
