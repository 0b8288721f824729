"""Whole replies: each is read or raises one of the errors, whatever its bytes are."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.netvisor import (
    BadReply,
    Company,
    Maintenance,
    Netvisor,
    NetvisorError,
    ServiceAccessError,
    TechnicalError,
    TooManyRequests,
    Transport,
    UnknownCode,
)
from tests.services.netvisor.conftest import BUSINESS_ID, CREDENTIAL, PARTNER
from tests.services.netvisor.loopback import OK, Loopback, document, http
from tests.services.netvisor.said import CONTAINERS, READS, STATUSES, Said, leaks
from tests.services.netvisor.spoken import raised, run


@pytest.fixture(scope="module")
def netvisor() -> Said:
    return Said()


@pytest.mark.parametrize("resource", READS)
def test_an_empty_list_is_empty(netvisor: Said, resource: str) -> None:
    answer = netvisor.ask(document(CONTAINERS[resource]), resource=resource)
    assert not answer or answer == type(answer)()


BROKEN = {
    "nothing": b"",
    "space": b" \r\n ",
    "a word": b"OK",
    "html": b"<!DOCTYPE html><html><head><title>Netvisor</title></head><body>Palvelu ei vastaa</body></html>",
    "html that is no xml": b"<html><br><p>Error</html>",
    "json": b'{"error": "no"}',
    "truncated": document("<PurchaseInvoiceList><PurchaseInvoice>")[:60],
    "an empty root": b"<Root/>",
    "another root": b"<Error>" + OK.encode() + b"<PurchaseInvoiceList/></Error>",
    "another root only": b"<PurchaseInvoiceList/>",
    "an unknown encoding": b'<?xml version="1.0" encoding="klingon"?><Root/>',
    "bytes of another encoding": b'<?xml version="1.0" encoding="utf-8"?><Root>\xe4</Root>',
    "an entity": b'<!DOCTYPE Root [<!ENTITY a "b">]><Root>&a;</Root>',
    "a file": b'<!DOCTYPE Root [<!ENTITY a SYSTEM "file:///etc/passwd">]><Root>&a;</Root>',
    "a billion laughs": b'<!DOCTYPE Root [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><Root>&j;</Root>",
    "a document type elsewhere": b'<!DOCTYPE Root SYSTEM "http://127.0.0.1:9/x.dtd"><Root/>',
    "a document type in utf-16": f"<!DOCTYPE Root><Root>{OK}</Root>".encode("utf-16"),
    "two roots": document("") * 2,
    "binary": bytes(range(256)),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_no_reply_is_an_error_and_never_an_empty_list(netvisor: Said, broken: str) -> None:
    for resource in READS:
        error = netvisor.error(BROKEN[broken], resource=resource)
        assert isinstance(error, BadReply)
        assert error.resource == resource.partition(",")[0]


def test_an_unknown_status_is_no_answer_of_any_resource(netvisor: Said) -> None:
    for status in ("<Status/>", "<Status>MAYBE</Status>", "<Status>OKAY</Status>"):
        for resource in READS:
            body = document(CONTAINERS[resource], f"<ResponseStatus>{status}</ResponseStatus>")
            assert isinstance(netvisor.error(body, resource=resource), (BadReply, UnknownCode))


@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_no_reply_with_an_http_status_is_named_by_the_status(netvisor: Said, broken: str) -> None:
    kinds = {401: ServiceAccessError, 403: ServiceAccessError, 429: TooManyRequests, 503: Maintenance}
    for status in (400, 401, 403, 404, 429, 500, 502, 503, 504):
        error = netvisor.error(BROKEN[broken], status)
        assert type(error) is kinds.get(status, TechnicalError if status >= 500 else BadReply)
        assert error.http_status == status


def test_deep_nesting_is_read_or_refused_and_nothing_worse(netvisor: Said) -> None:
    error = netvisor.error(b"<a>" * 200_000 + b"</a>" * 200_000)
    assert isinstance(error, BadReply)
    deep = "<a>" * 200_000 + "</a>" * 200_000
    assert netvisor.ask(document(f"<PurchaseInvoiceList/>{deep}")) == []


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/json", "image/png", "text/xml", "?"])
def test_the_content_type_says_nothing(netvisor: Said, content_type: str) -> None:
    """Netvisor's XML comes as text/html."""
    netvisor.reply = httpx.Response(200, content=document("<PurchaseInvoiceList/>"))
    netvisor.reply.headers["Content-Type"] = content_type
    assert run(netvisor.company.purchase_invoices()) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-15"])
def test_umlauts_are_read_where_no_encoding_is_declared(netvisor: Said, encoding: str) -> None:
    row = "<PurchaseInvoice><NetvisorKey>1</NetvisorKey><Vendor>Åke Öljy ja Äijä Oy</Vendor></PurchaseInvoice>"
    text = document(f"<PurchaseInvoiceList>{row}</PurchaseInvoiceList>").decode()
    (item,) = netvisor.ask(text.encode(encoding))
    assert item.vendor_name == "Åke Öljy ja Äijä Oy"


@pytest.mark.parametrize("encoding", ["utf-7", "zip", "idna", "rot13", "utf-16", "us-ascii"])
def test_a_declared_encoding_that_is_not_the_replys_is_a_bad_reply(netvisor: Said, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + document("<PurchaseInvoiceList>ä")
    assert isinstance(netvisor.error(text), BadReply)


def test_vendors_come_from_a_list_and_alone(netvisor: Said) -> None:
    one = "<Vendor><NetvisorKey>5</NetvisorKey></Vendor>"
    for content in (one, f"<Vendors>{one}</Vendors>"):
        (vendor,) = netvisor.ask(document(content), resource="getvendor")
        assert vendor.key == 5


def test_pages_are_turned_until_the_last(netvisor: Said) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("page", "1"))
        asked.append(str(page))
        content = f"<Vendors><Vendor><NetvisorKey>{page}</NetvisorKey></Vendor></Vendors>"
        following = {"X-Netvisor-Pagination-Next-Page": str(page + 1) if page < 3 else ""}
        return httpx.Response(200, content=document(content), headers=following)

    transport = Transport("http://x", PARTNER, transport=httpx.MockTransport(answer))
    vendors = run(Netvisor(transport).company(BUSINESS_ID, CREDENTIAL).vendors())
    assert [vendor.key for vendor in vendors] == [1, 2, 3]
    assert asked == ["1", "2", "3"]


def bytes_like_a_reply() -> st.SearchStrategy[bytes]:
    """Replies with pieces cut out, doubled and put elsewhere."""
    tokens = [
        *("<Root>", "</Root>", OK, "<ResponseStatus>", "<Status>OK</Status>", "<Status>FAILED</Status>"),
        *("<PurchaseInvoiceList>", "</PurchaseInvoiceList>", "<PurchaseInvoice>", "</PurchaseInvoice>"),
        *("<NetvisorKey>1</NetvisorKey>", "<NetvisorKey/>", "<Sum>NaN</Sum>", "<Sum>1e99</Sum>", "<PurchaseInvoice/>"),
        *(
            "<InvoiceLines><PurchaseInvoiceLine>",
            "<Vouchers><Voucher>",
            "<Users><User Netvisorkey='x'>",
            "<![CDATA[",
            "]]>",
        ),
        *(
            "<!DOCTYPE a>",
            "<?xml version='1.0'?>",
            "&amp;",
            "&#0;",
            "\x00",
            "ä",
            " ",
            "<Company Name='a'/>",
            "<!-- c -->",
        ),
        *(
            "<PurchaseInvoiceNetvisorKey>1</PurchaseInvoiceNetvisorKey>",
            "<Actions><Action/></Actions>",
            "</ResponseStatus>",
        ),
    ]
    return st.lists(st.sampled_from(tokens), max_size=14).map(lambda parts: "".join(parts).encode())


@settings(max_examples=300)
@given(
    st.one_of(
        bytes_like_a_reply(),
        bytes_like_a_reply().map(lambda body: b"<Root>" + OK.encode() + body + b"</Root>"),
        st.binary(),
    ),
    st.sampled_from(STATUSES),
    st.sampled_from(list(READS)),
)
def test_any_bytes_are_read_or_raise_one_of_the_errors(netvisor: Said, body: bytes, status: int, resource: str) -> None:
    error = raised(lambda: netvisor.ask(body, status, resource))
    assert error is None or (error.http_status == status and error.code and leaks(error) == [])


@settings(max_examples=100)
@given(st.data(), st.sampled_from(list(READS)))
def test_a_reply_that_is_cut_or_flipped_anywhere_is_read_or_an_error(
    netvisor: Said, data: st.DataObject, resource: str
) -> None:
    whole = bytearray(document(SAMPLES[resource]))
    place = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        body = bytes(whole[:place])
        with pytest.raises(NetvisorError):
            netvisor.ask(body, resource=resource)
        return
    whole[place] = data.draw(st.integers(0, 255))
    error = raised(lambda: netvisor.ask(bytes(whole), resource=resource))
    assert error is None or error.code


SAMPLES = {
    **CONTAINERS,
    "purchaseinvoicelist": "<PurchaseInvoiceList><PurchaseInvoice><NetvisorKey>1</NetvisorKey><Sum>1,50</Sum>"
    "</PurchaseInvoice></PurchaseInvoiceList>",
    "getpurchaseinvoice": "<PurchaseInvoice><PurchaseInvoiceNetvisorKey>1</PurchaseInvoiceNetvisorKey><InvoiceLines>"
    "<PurchaseInvoiceLine><LineSum>12,40</LineSum></PurchaseInvoiceLine></InvoiceLines><Actions><Action><Type>approve"
    "</Type></Action></Actions></PurchaseInvoice>",
    "accountingledger": "<Vouchers><Voucher Status='valid'><NetvisorKey>1</NetvisorKey><VoucherDate>1.2.2026"
    "</VoucherDate><LinkedSourceNetvisorKey type='purchaseinvoice'>7</LinkedSourceNetvisorKey></Voucher></Vouchers>",
}


async def test_a_long_reply_is_read_while_the_loop_goes_on(loopback: Loopback, company: Company) -> None:
    row = "<PurchaseInvoice><NetvisorKey>1</NetvisorKey><Sum>1,50</Sum></PurchaseInvoice>"
    loopback.replies(http(document(f"<PurchaseInvoiceList>{row * 20_000}</PurchaseInvoiceList>")))
    assert len(await company.purchase_invoices()) == 20_000
