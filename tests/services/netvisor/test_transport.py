"""Tries, waits, time-outs and the one turn that a company has."""

from __future__ import annotations

import asyncio
import gzip
import itertools
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from services.netvisor import (
    ApiCredential,
    AuthenticationFailed,
    BadReply,
    Company,
    Maintenance,
    Netvisor,
    NetvisorError,
    Partner,
    RequestNotUnique,
    TechnicalError,
    TimedOut,
    TooManyRequests,
    Transport,
    Unreachable,
)
from services.netvisor.client import LONGEST_ADDRESS, MOST_KEYS
from tests.services.netvisor.conftest import BUSINESS_ID, CREDENTIAL, PARTNER
from tests.services.netvisor.loopback import Loopback, document, failed, http

EMPTY = http(document("<PurchaseInvoiceList/>"))


async def test_a_reset_is_tried_three_times_with_growing_waits(
    loopback: Loopback, company: Company, waits: list[float]
) -> None:
    loopback.replies(None)
    with pytest.raises(Unreachable) as caught:
        await company.purchase_invoices()
    assert caught.value.code == "UNREACHABLE"
    assert len(loopback.requests) == 3
    assert waits == [1.0, 2.0]


async def test_a_reset_in_the_middle_is_tried_again(loopback: Loopback, company: Company) -> None:
    loopback.replies(EMPTY[:-5], EMPTY)
    assert await company.purchase_invoices() == []
    assert len(loopback.requests) == 2


async def test_nobody_listens(company: Company, loopback: Loopback) -> None:
    await loopback.close()
    with pytest.raises(Unreachable):
        await company.purchase_invoices()
    await loopback.open()


@pytest.mark.parametrize(
    ("reply", "kind", "tries"),
    [
        (http(b"", 429), TooManyRequests, 3),
        (http(b"", 429, "Retry-After: 31"), TooManyRequests, 1),
        (http(failed("SYSTEM_MAINTENANCE :: x"), 503, "Retry-After: 5"), Maintenance, 1),
        (http(failed("TECHNICAL_ERROR :: x"), 500), TechnicalError, 1),
        (http(failed("REQUEST_NOT_UNIQUE :: x"), 409), RequestNotUnique, 2),
        (http(b"<html>", 200), BadReply, 1),
    ],
)
async def test_only_what_repeating_may_help_is_repeated(
    loopback: Loopback, company: Company, reply: bytes, kind: type[NetvisorError], tries: int
) -> None:
    loopback.replies(reply)
    with pytest.raises(kind):
        await company.purchase_invoices()
    assert len(loopback.requests) == tries


@pytest.mark.parametrize("errors", list(itertools.permutations(["reset", "429", "REQUEST_NOT_UNIQUE", "slow"], 3)))
async def test_a_call_ends_after_three_tries_whatever_comes_in_which_order(errors: tuple[str, ...]) -> None:
    coming = itertools.cycle(errors)
    sent = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal sent
        sent += 1
        match next(coming):
            case "reset":
                raise httpx.ReadError("", request=request)
            case "slow":
                raise httpx.ReadTimeout("", request=request)
            case "429":
                return httpx.Response(429)
            case code:
                return httpx.Response(200, content=failed(f"{code} :: x"))

    async def sleep(_seconds: float) -> None:
        assert sent <= 3

    netvisor = Netvisor(Transport("http://x", PARTNER, sleep=sleep, transport=httpx.MockTransport(answer)))
    with pytest.raises(NetvisorError):
        await netvisor.company(BUSINESS_ID, CREDENTIAL).purchase_invoices()
    assert sent <= 3
    await netvisor.close()


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("30", 30.0), ("0", 0.0), ("Mon, 23 Nov 2026 12:00:20 GMT", 20.0), ("Mon, 23 Nov 2026 11:59:00 GMT", 0.0)],
)
async def test_retry_after_is_waited_for(
    loopback: Loopback, connect: Callable[..., Company], waits: list[float], retry_after: str, seconds: float
) -> None:
    loopback.replies(http(b"", 429, f"Retry-After: {retry_after}"), EMPTY)
    await connect(clock=lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC)).purchase_invoices()
    assert waits == [seconds]


@pytest.mark.parametrize(
    "retry_after", ["soon", "-5", "1e9", "99999999999", "nan", "²", "Mon, 99 Nov 2026 12:00:00 GMT"]
)
async def test_a_retry_after_that_makes_no_sense_is_none(
    loopback: Loopback, company: Company, waits: list[float], retry_after: str
) -> None:
    loopback.replies(http(b"", 429, f"Retry-After: {retry_after}"), EMPTY)
    await company.purchase_invoices()
    assert waits == [1.0]


async def test_maintenance_says_how_long(loopback: Loopback, company: Company) -> None:
    loopback.replies(http(failed("SYSTEM_MAINTANANCE :: Huolto"), 200, "Retry-After: 3600"))
    with pytest.raises(Maintenance) as caught:
        await company.purchase_invoices()
    assert caught.value.code == "SYSTEM_MAINTENANCE"
    assert caught.value.retry_after == 3600.0


async def test_a_silent_server_is_a_time_out_and_not_tried_again(connect: Callable[..., Company]) -> None:
    calls = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with pytest.raises(TimedOut) as caught:
            await connect(url=url, timeout=1.0).purchase_invoices()
    assert caught.value.code == "TIMEOUT"
    assert calls == 1


async def test_a_reply_that_trickles_is_a_time_out_too(connect: Callable[..., Company]) -> None:
    """Each byte comes in time; without a limit of the whole, the company's lease would run out meanwhile."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not writer.is_closing():
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.02)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with pytest.raises(TimedOut):
            await connect(url=url, timeout=1.0).purchase_invoices()


async def test_a_reply_that_does_not_unpack_is_a_bad_reply(loopback: Loopback, company: Company) -> None:
    loopback.replies(http(b"not gzip at all", 200, "Content-Encoding: gzip"))
    with pytest.raises(BadReply):
        await company.purchase_invoices()


async def test_a_packed_reply_is_unpacked(loopback: Loopback, company: Company) -> None:
    loopback.replies(http(gzip.compress(document("<PurchaseInvoiceList/>")), 200, "Content-Encoding: gzip"))
    assert await company.purchase_invoices() == []


@pytest.mark.parametrize("packed", [False, True])
async def test_a_reply_that_is_too_large_is_a_bad_reply(
    loopback: Loopback, company: Company, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    """Also one that is small until it is unpacked."""
    monkeypatch.setattr("services.netvisor.transport.LARGEST_REPLY", 100_000)
    body = document("<PurchaseInvoiceList/>" + " " * 1_000_000)
    loopback.replies(http(gzip.compress(body), 200, "Content-Encoding: gzip") if packed else http(body))
    with pytest.raises(BadReply) as caught:
        await company.purchase_invoices()
    assert caught.value.detail == "too large"
    assert len(loopback.requests) == 1


async def test_a_large_reply_is_refused_before_all_of_it_has_come(
    connect: Callable[..., Company], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.netvisor.transport.LARGEST_REPLY", 100_000)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 10_000

    company = connect(transport=httpx.MockTransport(lambda _: httpx.Response(200, content=endless())))
    with pytest.raises(BadReply):
        await company.purchase_invoices()
    assert sent <= 12


async def test_after_a_time_out_nobody_calls_the_company_while_netvisor_may_be_at_work(
    connect: Callable[..., Company],
) -> None:
    calls: list[str] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        calls.append(request.url.path)
        if len(calls) == 1:
            raise httpx.ReadTimeout("", request=request)
        return httpx.Response(200, content=document("<PurchaseInvoiceList/>"))

    company = connect(transport=httpx.MockTransport(answer), timeout=1.0)
    with pytest.raises(TimedOut) as caught:
        await company.purchase_invoices()
    assert caught.value.retry_after == 2.0
    waiting = asyncio.create_task(company.purchase_invoices())
    await asyncio.sleep(0.05)
    assert len(calls) == 1
    assert await waiting == []


async def test_a_connection_that_was_never_made_keeps_nobody_waiting(connect: Callable[..., Company]) -> None:
    tries = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise httpx.ConnectTimeout("", request=request)
        return httpx.Response(200, content=document("<PurchaseInvoiceList/>"))

    assert await connect(transport=httpx.MockTransport(answer), timeout=120.0).purchase_invoices() == []


async def test_no_proxy_or_redirect_takes_the_keys_elsewhere(
    loopback: Loopback, connect: Callable[..., Company], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    loopback.replies(http(b"", 302, "Location: http://127.0.0.1:9/"))
    with pytest.raises(BadReply):
        await connect(transport=None).purchase_invoices()
    assert len(loopback.requests) == 1


@pytest.mark.parametrize("value", ["", "kumppani\n", "avain ä", "🔑"])
@pytest.mark.parametrize("field", ["partner_id", "partner_key"])
async def test_an_impossible_partner_identity_is_named_and_never_sent(
    loopback: Loopback, value: str, field: str
) -> None:
    identity = {"partner_id": "p", "partner_key": "k", field: value}
    partner = Partner(identity["partner_id"], SecretStr(identity["partner_key"]), "")
    netvisor = Netvisor(Transport(loopback.url, partner))
    with pytest.raises(AuthenticationFailed) as caught:
        await netvisor.company(BUSINESS_ID, CREDENTIAL).purchase_invoices()
    assert caught.value.partner_unknown
    assert loopback.requests == []
    await netvisor.close()


@pytest.mark.parametrize("value", ["", " ", "käyttäjä", "two words", "line\nbreak", "🔑", "\x00"])
@pytest.mark.parametrize("field", ["customer_id", "customer_key"])
async def test_impossible_credentials_are_refused_and_never_sent(loopback: Loopback, value: str, field: str) -> None:
    values = {"customer_id": SecretStr("AA_1"), "customer_key": SecretStr("key"), field: SecretStr(value)}
    netvisor = Netvisor(Transport(loopback.url, PARTNER))
    with pytest.raises(AuthenticationFailed):
        await netvisor.company(BUSINESS_ID, ApiCredential(**values)).purchase_invoices()
    assert loopback.requests == []
    await netvisor.close()


async def test_calls_of_a_company_go_one_after_another_and_of_two_at_once(loopback: Loopback) -> None:
    under_way: dict[str, int] = {}
    most_at_once: list[int] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        business_id = request.headers["X-Netvisor-Organisation-ID"]
        under_way[business_id] = under_way.get(business_id, 0) + 1
        assert under_way[business_id] == 1
        most_at_once.append(sum(under_way.values()))
        await asyncio.sleep(0.005)
        under_way[business_id] -= 1
        return httpx.Response(200, content=document("<PurchaseInvoiceList/>"))

    netvisor = Netvisor(Transport("http://x", PARTNER, transport=httpx.MockTransport(answer)))
    companies = [netvisor.company(business_id, CREDENTIAL) for business_id in ("1234567-1", "0737546-2")]
    await asyncio.gather(*(each.purchase_invoices() for each in companies * 10))
    assert max(most_at_once) == 2
    await netvisor.close()


async def test_a_call_that_is_given_up_gives_its_turn_to_the_next(connect: Callable[..., Company]) -> None:
    release = asyncio.Event()

    async def answer(_request: httpx.Request) -> httpx.Response:
        await release.wait()
        return httpx.Response(200, content=document("<PurchaseInvoiceList/>"))

    company = connect(transport=httpx.MockTransport(answer))
    given_up = asyncio.create_task(company.purchase_invoices())
    await asyncio.sleep(0.01)
    given_up.cancel()
    release.set()
    assert await company.purchase_invoices() == []


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 10**18), max_size=1200),
    st.sampled_from(["http://x", "https://integration.netvisor.fi", "https://" + "long" * 20]),
)
@example([1] * 1001, "http://x")
@example([1_200_000 + number for number in range(600)], "https://integration.netvisor.fi")
def test_batches_hold_every_key_once_in_order_and_as_many_as_fit(keys: list[int], url: str) -> None:
    transport = Transport(url, PARTNER, transport=httpx.MockTransport(lambda _: httpx.Response(200)))
    company = Netvisor(transport).company(BUSINESS_ID, CREDENTIAL)
    batches = company.batches(keys)

    def fits(part: list[int]) -> bool:
        parameters = {"version": "2", "omitattachments": "true", "netvisorkeylist": ",".join(map(str, part))}
        return len(part) <= MOST_KEYS and len(transport.address("getpurchaseinvoice", parameters)) <= LONGEST_ADDRESS

    assert [key for part in batches for key in part] == keys
    assert all(part and fits(part) for part in batches)
    assert not any(fits([*part, following[0]]) for part, following in itertools.pairwise(batches))


async def test_keys_that_do_not_fit_one_call_are_not_sent(loopback: Loopback, company: Company) -> None:
    with pytest.raises(ValueError, match="501 keys"):
        await company.purchase_invoice_batch(range(501))
    with pytest.raises(ValueError, match="400 keys"):
        await company.purchase_invoice_batch(range(10_000_000, 10_000_400))
    assert loopback.requests == []


async def test_about_250_keys_of_seven_digits_fit(connect: Callable[..., Company]) -> None:
    company = connect(url="https://integration.netvisor.fi")
    assert 240 <= len(company.batches(range(1_200_000, 1_201_000))[0]) <= 260


async def test_an_unknown_business_id_never_leaves(connect: Callable[..., Company]) -> None:
    assert connect()
    netvisor = Netvisor(Transport("http://x", PARTNER))
    with pytest.raises(ValueError, match="no business id"):
        netvisor.company("1234567-1\r\nX-Evil: 1", CREDENTIAL)
    await netvisor.close()


async def test_a_day_is_asked_for_as_netvisor_writes_it(loopback: Loopback, company: Company) -> None:
    loopback.replies(http(document("<Vouchers/>")))
    await company.vouchers(start=date(2026, 2, 1), end=date(2026, 2, 28))
    assert loopback.requests[0].target.endswith("accountingledger.nv?startdate=2026-02-01&enddate=2026-02-28")
