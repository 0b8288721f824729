"""Writing postings: the message that goes out, what is known after a fault, and what a Netvisor makes of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from sandbox.netvisor import ADMINISTRATOR, NetvisorServer, PostingLevel, start_server
from sandbox.netvisor import Invoice as SandboxInvoice
from sandbox.netvisor import Netvisor as SandboxNetvisor
from sandbox.netvisor.company import ApprovalStatus
from services.netvisor import (
    ApiCredential,
    BadReply,
    Company,
    DuplicateData,
    InvalidData,
    Maintenance,
    Netvisor,
    NetvisorError,
    Partner,
    PeriodLocked,
    PostingData,
    PostingLine,
    PurchaseInvoice,
    RequestNotUnique,
    ServiceAccessError,
    TechnicalError,
    TimedOut,
    TooManyRequests,
    Transport,
    UnknownCode,
    Unreachable,
)
from services.netvisor.posting import LONGEST_COMMENT, message

PARTNER = Partner("FFS_tests", SecretStr("partner-key"), "")
CREDENTIAL = ApiCredential(SecretStr("AA_1"), SecretStr("customer-key"))

texts = st.text(st.characters() | st.sampled_from("\"'<>&\r\n\x00"), max_size=20)
amounts = st.decimals(-(10**9), 10**9, places=2)
quantities = st.decimals(-(10**6), 10**6, places=4)
lines = st.builds(
    PostingLine,
    key=st.none() | st.integers(1, 10**9),
    product_code=st.none() | texts,
    product_name=texts,
    ordered_amount=st.none() | quantities,
    delivered_amount=quantities,
    unit=st.none() | texts,
    unit_price=quantities,
    discount_percent=st.none() | quantities,
    vat_percent=st.sampled_from([Decimal(0), Decimal("13.5"), Decimal("25.50"), Decimal(24)]),
    vat_code=st.none() | st.sampled_from(["KOOS", "NONE", "100"]) | texts,
    sum=amounts,
    description=st.none() | texts,
    sort=st.none() | st.integers(0, 500),
    account_number=st.none() | st.integers(1000, 9999).map(str),
    dimensions=st.dictionaries(texts, texts, max_size=3),
)
postings = st.builds(
    PostingData,
    invoice_key=st.integers(1, 10**9),
    is_ready_for_accounting=st.booleans(),
    event_date=st.none() | st.dates(date(2000, 1, 1)),
    comment=st.none() | texts,
    lines=st.lists(lines, max_size=3).map(tuple),
)

DTD = {
    "PurchaseInvoicePostingData": (
        *("PurchaseInvoiceNetvisorKey", "EventDate", "IsReadyForAccounting", "Comment", "PurchaseInvoicePostingLine"),
    ),
    "PurchaseInvoicePostingLine": (
        *("PurchaseInvoiceLineNetvisorKey", "ProductCode", "ProductName", "OrderedAmount", "DeliveredAmount"),
        *("UnitName", "UnitPrice", "DiscountPercentage", "VatPercent", "LineSum", "Description", "Sort"),
        *("AccountingSuggestion", "Dimension"),
    ),
    "Dimension": ("DimensionName", "DimensionItem"),
}
"""The message's elements in the order of its public DTD, the status left out: nothing here approves."""


def as_xml_carries(text: str | None) -> str | None:
    """Return a text without what XML 1.0 cannot hold, with the line ends that every reader makes of it."""
    if text is None:
        return None
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in plain if letter >= " " or letter in "\t\n").translate(
        {**dict.fromkeys(range(0xD800, 0xE000)), 0xFFFE: None, 0xFFFF: None}
    )


@given(postings)
def test_a_message_holds_what_was_meant_in_the_order_of_its_dtd(data: PostingData) -> None:
    body = message(data)
    assert body.startswith(b"<root><")
    assert body.isascii()
    (content,) = ElementTree.fromstring(body)
    for element in content.iter():
        if order := DTD.get(element.tag):
            places = [order.index(child.tag) for child in element]
            assert places == sorted(places)
    assert content.findtext("PurchaseInvoiceNetvisorKey") == str(data.invoice_key)
    assert content.findtext("IsReadyForAccounting") == ("1" if data.is_ready_for_accounting else "0")
    assert content.findtext("EventDate") == (data.event_date.isoformat() if data.event_date else None)
    assert content.findtext("Comment") == as_xml_carries(data.comment)
    written = content.findall("PurchaseInvoicePostingLine")
    assert [_line_of(line) for line in written] == [_meant(line) for line in data.lines]


def _line_of(line: ElementTree.Element) -> list[str | None]:
    (percent,), (total,) = line.findall("VatPercent"), line.findall("LineSum")
    assert total.get("type") == "gross"
    names = [name for name in DTD["PurchaseInvoicePostingLine"] if name != "Dimension"]
    return [
        *(line.findtext(name) for name in names),
        percent.get("vatcode"),
        *(part.text or "" for dimension in line.findall("Dimension") for part in dimension),
    ]


def _meant(line: PostingLine) -> list[str | None]:
    def number(value: Decimal | None) -> str | None:
        return None if value is None else f"{value:f}".replace(".", ",")

    code = as_xml_carries(line.vat_code)
    return [
        str(line.key) if line.key is not None else None,
        as_xml_carries(line.product_code),
        as_xml_carries(line.product_name),
        number(line.ordered_amount),
        number(line.delivered_amount),
        as_xml_carries(line.unit),
        number(line.unit_price),
        number(line.discount_percent),
        number(line.vat_percent),
        number(line.sum),
        as_xml_carries(line.description),
        str(line.sort) if line.sort is not None else None,
        line.account_number,
        # In an attribute, a reader makes spaces of line ends and tabulators.
        re.sub("[\n\t]", " ", code) if code is not None else None,
        *(as_xml_carries(part) for pair in line.dimensions.items() for part in pair),
    ]


@given(postings)
def test_nothing_that_is_written_approves_or_rejects(data: PostingData) -> None:
    assert not {"status"} & {element.tag.lower() for element in ElementTree.fromstring(message(data)).iter()}


@pytest.mark.parametrize("amount", ["1.005", "NaN", "Infinity", "-Infinity", "sNaN"])
def test_money_is_finite_and_in_cents(amount: str) -> None:
    with pytest.raises(ValidationError):
        a_line(sum=Decimal(amount))


def test_a_comment_that_netvisor_would_refuse_is_not_sent() -> None:
    with pytest.raises(ValidationError):
        PostingData(invoice_key=1, is_ready_for_accounting=True, comment="x" * (LONGEST_COMMENT + 1))


def a_line(**changes: object) -> PostingLine:
    values: dict[str, object] = {
        "product_name": "Ostot",
        "delivered_amount": Decimal(1),
        "unit_price": Decimal(0),
        "vat_percent": Decimal("25.5"),
        "vat_code": "KOOS",
        "sum": Decimal("12.40"),
        "account_number": "4000",
    }
    return PostingLine.model_validate(values | changes)


OK = b"<Root><ResponseStatus><Status>OK</Status></ResponseStatus></Root>"


def told(code: str) -> bytes:
    words = f"<Status>FAILED</Status><Status>{code} :: Selitys</Status>"
    return f"<Root><ResponseStatus>{words}</ResponseStatus></Root>".encode()


Answer = Callable[[httpx.Request], httpx.Response]


def says(status: int, body: bytes) -> Answer:
    return lambda _: httpx.Response(status, content=body)


def breaks(kind: type[httpx.TransportError]) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        raise kind("", request=request)

    return answer


@pytest.mark.parametrize(
    ("answer", "kind", "outcome_unknown"),
    [
        # Nothing was sent.
        (breaks(httpx.ConnectError), Unreachable, False),
        (breaks(httpx.ConnectTimeout), Unreachable, False),
        (breaks(httpx.PoolTimeout), Unreachable, False),
        # Something was.
        (breaks(httpx.WriteError), Unreachable, True),
        (breaks(httpx.ReadError), Unreachable, True),
        (breaks(httpx.RemoteProtocolError), Unreachable, True),
        (breaks(httpx.WriteTimeout), TimedOut, True),
        (breaks(httpx.ReadTimeout), TimedOut, True),
        # Netvisor says no.
        (says(200, told("INVALID_DATA")), InvalidData, False),
        (says(403, told("SERVICE_ACCESS_ERROR")), ServiceAccessError, False),
        (says(409, told("DUPLICATE_DATA")), DuplicateData, False),
        (says(403, told("PERIOD_LOCK")), PeriodLocked, False),
        (says(503, told("SYSTEM_MAINTENANCE")), Maintenance, False),
        (says(429, b""), TooManyRequests, False),
        # Netvisor, or what stands before it, says something after which nobody knows.
        (says(500, told("TECHNICAL_ERROR")), TechnicalError, True),
        (says(200, told("SOMETHING_NEW")), UnknownCode, True),
        # Our ids are new: if this one has been seen, the message has been too.
        (says(409, told("REQUEST_NOT_UNIQUE")), RequestNotUnique, True),
        (says(502, b"<html>"), TechnicalError, True),
        (says(503, b"<html>"), Maintenance, True),
        (says(200, b"<html></html>"), BadReply, True),
        (says(200, OK[:40]), BadReply, True),
        (says(200, b""), BadReply, True),
        (says(500, OK), BadReply, True),
    ],
)
async def test_a_write_is_sent_once_and_says_when_nobody_knows_whether_it_happened(
    answer: Answer, kind: type[NetvisorError], outcome_unknown: bool
) -> None:
    sent: list[bytes] = []

    def record(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        return answer(request)

    data = PostingData(invoice_key=1, is_ready_for_accounting=True, lines=(a_line(),))
    netvisor = Netvisor(Transport("http://x", PARTNER, transport=httpx.MockTransport(record)))
    with pytest.raises(NetvisorError) as caught:
        await netvisor.company("1234567-1", CREDENTIAL).post(data)
    await netvisor.close()
    assert type(caught.value) is kind
    assert caught.value.outcome_unknown is outcome_unknown
    assert caught.value.resource == "purchaseinvoicepostingdata"
    assert sent == [message(data)]


@pytest.fixture
async def server() -> AsyncIterator[NetvisorServer]:
    running = await start_server(SandboxNetvisor())
    yield running
    await running.close()


@pytest.fixture
def books(server: NetvisorServer) -> SandboxInvoice:
    """The newest invoice of the first company, which is open and not posted."""
    return list(server.netvisor.companies[0].invoices.values())[-1]


@pytest.fixture
async def company(server: NetvisorServer) -> AsyncIterator[Company]:
    made = server.netvisor.create_credential(ADMINISTRATOR)
    partner = Partner(server.netvisor.partner_id, SecretStr(server.netvisor.partner_key), server.netvisor.access_key)
    netvisor = Netvisor(Transport(server.api_url, partner))
    credential = ApiCredential(SecretStr(made.customer_id), SecretStr(made.customer_key))
    yield netvisor.company(server.netvisor.companies[0].business_id, credential)
    await netvisor.close()


async def read(company: Company, books: SandboxInvoice) -> PurchaseInvoice:
    invoice = await company.purchase_invoice(books.key)
    assert invoice is not None
    return invoice


def posted(invoice: PurchaseInvoice, **changes: object) -> PostingData:
    """Return the postings that leave an invoice's lines as they are and put them all on one account."""
    lines = tuple(
        a_line(
            key=line.key,
            product_name=line.product_name or "",
            vat_percent=line.vat_percent,
            vat_code=line.vat_code,
            sum=line.sum,
            description=line.description,
            **changes,
        )
        for line in invoice.lines
    )
    return PostingData(invoice_key=invoice.key, is_ready_for_accounting=True, comment="Tiliöity: äö€🔑", lines=lines)


async def test_postings_come_back_as_they_were_written_and_make_a_voucher_once_people_approved(
    server: NetvisorServer, company: Company, books: SandboxInvoice
) -> None:
    netvisor, business_id = server.netvisor, server.netvisor.companies[0].business_id
    (centre, items), *_ = [(each.name, each.items) for each in await company.dimensions()]
    before = await read(company, books)
    await company.post(posted(before, account_number="7850", dimensions={centre: items[0].name}))

    after = await read(company, books)
    assert [line.suggested_account_number for line in after.lines] == ["7850"] * len(before.lines)
    assert [dict(line.dimensions) for line in after.lines] == [{centre: items[0].name}] * len(before.lines)
    assert [(line.key, line.sum, line.vat_code) for line in after.lines] == [
        (line.key, line.sum, line.vat_code) for line in before.lines
    ]
    assert after.approval_status == before.approval_status == "open"
    assert after.is_accounted is False

    netvisor.handle_invoice(business_id, books.key, ApprovalStatus.ACCEPTED, ADMINISTRATOR)
    (voucher,) = [
        each for each in await company.vouchers(start=books.day, end=books.day) if each.source_key == books.key
    ]
    assert voucher.source_type == "purchaseinvoice"
    assert "7850" in {line.account_number for line in voucher.lines}
    assert sum(line.sum or 0 for line in voucher.lines) == 0
    history = await company.purchase_invoice(books.key, include=("handlinghistory",))
    assert history is not None
    assert "Tiliöity: äö€🔑" in [event.description for event in history.handling_history]


async def test_a_write_that_happened_before_the_connection_broke_is_seen_by_reading_back(
    server: NetvisorServer, company: Company, books: SandboxInvoice
) -> None:
    data = posted(await read(company, books), account_number="7850")
    server.netvisor.faults.add("reset_after", resource="purchaseinvoicepostingdata")
    with pytest.raises(Unreachable) as caught:
        await company.post(data)
    assert caught.value.outcome_unknown
    assert {line.suggested_account_number for line in (await read(company, books)).lines} == {"7850"}
    assert [call.resource for call in server.netvisor.calls].count("purchaseinvoicepostingdata") == 1


async def test_sums_that_do_not_make_up_the_invoice_change_nothing(company: Company, books: SandboxInvoice) -> None:
    before = await read(company, books)
    data = posted(before)
    wrong = data.model_copy(update={"lines": (data.lines[0].model_copy(update={"sum": Decimal("0.01")}),)})
    with pytest.raises(InvalidData) as caught:
        await company.post(wrong)
    assert not caught.value.outcome_unknown
    assert await read(company, books) == before


async def test_a_locked_period_is_named(server: NetvisorServer, company: Company, books: SandboxInvoice) -> None:
    server.netvisor.companies[0].purchase_lock = books.day
    with pytest.raises(PeriodLocked):
        await company.post(posted(await read(company, books)))


async def test_a_right_that_is_missing_is_a_refusal(
    server: NetvisorServer, company: Company, books: SandboxInvoice
) -> None:
    sandbox = server.netvisor
    business_id = sandbox.companies[0].business_id
    sandbox.set_rights(ADMINISTRATOR, business_id, posting=PostingLevel.SUGGESTION)
    made = sandbox.create_credential(ADMINISTRATOR)
    partner = Partner(sandbox.partner_id, SecretStr(sandbox.partner_key), sandbox.access_key)
    netvisor = Netvisor(Transport(server.api_url, partner))
    lacking = netvisor.company(business_id, ApiCredential(SecretStr(made.customer_id), SecretStr(made.customer_key)))
    with pytest.raises(ServiceAccessError):
        await lacking.post(posted(await read(company, books)))
    await netvisor.close()
