"""What is signed, and that it is what goes over the network."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from urllib.parse import parse_qsl

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.netvisor import Company, Netvisor, Transport
from services.netvisor.signing import signature, signed_headers
from tests.services.netvisor.conftest import BUSINESS_ID, CREDENTIAL, CUSTOMER_ID, CUSTOMER_KEY, PARTNER, PARTNER_KEY
from tests.services.netvisor.loopback import Loopback, RawRequest, document, failed, http
from tests.services.netvisor.spoken import run

A = "X-Netvisor-Authentication-"
NOW = datetime(2026, 11, 23, 6, 7, 8, 9_999, tzinfo=UTC)


def test_the_digest_is_that_of_the_public_test_inputs() -> None:
    """Inputs of the RequestAuthTest of a public fork of xi-netvisor; its digest follows from the documented string."""
    assert (
        signature(
            "https://integration.netvisor.fi/customerlist.nv",
            "TestSender",
            "TestCustomerId",
            "2024-01-15 12:00:00.000",
            "FI",
            "TestOrganizationId",
            "transaction123",
            "1705312800",
            "TestUserKey",
            "TestPartnerKey",
        )
        == "14f2ec30263493fe0eb99b924d0b172addd4d3038140ea4f65469a51cbfbf072"
    )


plain = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)


@given(st.lists(plain, min_size=10, max_size=10))
def test_the_digest_is_hmac_of_the_documented_parts_in_their_order(parts: list[str]) -> None:
    key = f"{parts[8]}&{parts[9]}".encode()
    assert signature(*parts) == hmac.new(key, "&".join(parts).encode(), hashlib.sha256).hexdigest()


@given(st.datetimes(), st.integers(-12, 14))
def test_both_times_are_of_one_instant_in_gmt(moment: datetime, hours: int) -> None:
    now = moment.replace(year=2020 + moment.year % 80, tzinfo=timezone(timedelta(hours=hours)))
    headers = signed_headers("http://x", BUSINESS_ID, PARTNER, CREDENTIAL, sender="s", language="FI", now=now)
    in_words = datetime.strptime(headers[f"{A}Timestamp"] + "000", "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
    assert timedelta(0) <= now - in_words < timedelta(milliseconds=1)
    assert int(headers[f"{A}TimestampUnix"]) == int(in_words.timestamp())


def digest_of(request: RawRequest, url: str) -> str:
    """Sign what came over the network, as Netvisor does."""
    names = (f"{A}Sender", f"{A}CustomerId", f"{A}Timestamp", "X-Netvisor-Interface-Language")
    more = ("X-Netvisor-Organisation-ID", f"{A}TransactionId", f"{A}TimestampUnix")
    parts = [url, *(request.header(name) for name in (*names, *more)), CUSTOMER_KEY, PARTNER_KEY]
    key = f"{CUSTOMER_KEY}&{PARTNER_KEY}".encode()
    return hmac.new(key, "&".join(parts).encode(), hashlib.sha256).hexdigest()


def address(loopback: Loopback, request: RawRequest) -> str:
    return f"http://{request.header('Host')}{request.target}"


async def test_every_header_is_there_and_what_is_sent_is_what_is_signed(
    loopback: Loopback, connect: Callable[..., Company]
) -> None:
    await connect(clock=lambda: NOW).purchase_invoices(begin=date(2026, 1, 1), end=date(2026, 2, 28), status="open")
    (request,) = loopback.requests
    assert request.line == (
        "GET /api/purchaseinvoicelist.nv?begininvoicedate=2026-01-01&endinvoicedate=2026-02-28&invoicestatus=open"
        " HTTP/1.1"
    )
    assert request.header(f"{A}CustomerId") == CUSTOMER_ID
    assert request.header(f"{A}PartnerId") == PARTNER.partner_id
    assert request.header(f"{A}Timestamp") == "2026-11-23 06:07:08.009"
    assert request.header(f"{A}TimestampUnix") == "1795414028"
    assert request.header(f"{A}MACHashCalculationAlgorithm") == "HMACSHA256"
    assert request.header(f"{A}UseHTTPResponseStatusCodes") == "1"
    assert request.header("X-Netvisor-Organisation-ID") == BUSINESS_ID
    assert request.header("X-Netvisor-Interface-Language") in ("FI", "EN", "SE")
    assert request.header(f"{A}Sender").isascii()
    assert request.header(f"{A}MAC") == digest_of(request, address(loopback, request))


async def test_commas_go_out_as_they_are_signed(loopback: Loopback, company: Company) -> None:
    loopback.replies(http(document("<PurchaseInvoices/>")))
    await company.purchase_invoice_batch([1200001, 1200002, 1200003])
    (request,) = loopback.requests
    assert request.target.endswith("netvisorkeylist=1200001,1200002,1200003")
    assert request.header(f"{A}MAC") == digest_of(request, address(loopback, request))


async def test_a_time_goes_out_as_it_is_signed(loopback: Loopback, company: Company) -> None:
    await company.purchase_invoices(modified_since=NOW)
    (request,) = loopback.requests
    assert "lastmodifiedstart=2026-11-23" in request.target
    assert request.header(f"{A}MAC") == digest_of(request, address(loopback, request))


@settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
@example("Lasku 12/ä€, 3 & 4 = 5?#%41+~'()*!;:@$[]{}|\\^`\"<>")
def test_whatever_a_parameter_holds_goes_out_as_it_is_signed_and_arrives_as_it_was_meant(number: str) -> None:
    async def call() -> RawRequest:
        server = Loopback()
        await server.open()
        transport = Transport(server.url, PARTNER, transport=httpx.AsyncHTTPTransport(verify=False))
        await Netvisor(transport).company(BUSINESS_ID, CREDENTIAL).purchase_invoices(number=number)
        await transport.close()
        await server.close()
        (request,) = server.requests
        assert request.header(f"{A}MAC") == digest_of(request, address(server, request))
        return request

    request = run(call())
    assert parse_qsl(request.target.partition("?")[2], keep_blank_values=True) == [("invoicenumber", number)]


@pytest.mark.parametrize("ending", ["", "/", "//"])
async def test_the_address_is_signed_in_the_spelling_in_which_it_is_sent(
    loopback: Loopback, connect: Callable[..., Company], ending: str
) -> None:
    spelt = loopback.url.replace("http://127.0.0.1", "HTTP://127.0.0.1") + ending
    await connect(url=spelt).purchase_invoices()
    (request,) = loopback.requests
    assert request.target == "/api/purchaseinvoicelist.nv"
    assert request.header(f"{A}MAC") == digest_of(request, address(loopback, request))


async def test_no_key_goes_over_the_network(loopback: Loopback, company: Company) -> None:
    await company.purchase_invoices()
    (request,) = loopback.requests
    sent = request.line + str(request.headers)
    assert CUSTOMER_KEY not in sent
    assert PARTNER_KEY not in sent


async def test_a_repeated_try_has_a_transaction_id_and_a_signature_of_its_own(
    loopback: Loopback, company: Company
) -> None:
    loopback.replies(http(failed("REQUEST_NOT_UNIQUE :: x")), None, http(document("<PurchaseInvoiceList/>")))
    await company.purchase_invoices()
    ids = {request.header(f"{A}TransactionId") for request in loopback.requests}
    macs = {request.header(f"{A}MAC") for request in loopback.requests}
    assert len(loopback.requests) == len(ids) == len(macs) == 3


def test_transaction_ids_never_repeat() -> None:
    ids = {
        signed_headers("http://x", BUSINESS_ID, PARTNER, CREDENTIAL, sender="s", language="FI", now=NOW)[
            f"{A}TransactionId"
        ]
        for _ in range(5_000)
    }
    assert len(ids) == 5_000
