"""Whole replies: each is read or raises one of the errors, with Netvisor's code and nothing secret in it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import date
from html import escape
from typing import Any
from urllib.parse import quote

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
    DuplicateData,
    InvalidData,
    Maintenance,
    Netvisor,
    NetvisorError,
    PeriodLocked,
    Refused,
    RequestNotUnique,
    ServiceAccessError,
    TechnicalError,
    TooManyRequests,
    Transport,
    UnknownCode,
)
from tests.services.netvisor.conftest import BUSINESS_ID, CANARIES, CREDENTIAL, PARTNER
from tests.services.netvisor.loopback import OK, Loopback, document, failed, http
from tests.services.netvisor.spoken import raised, run

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


@pytest.mark.parametrize("code", KINDS)
def test_every_code_is_its_error_whatever_the_http_status(netvisor: Said, code: str) -> None:
    for status in STATUSES:
        error = netvisor.error(failed(f"{code} :: Selitys :: jatkuu"), status)
        assert error.http_status == status
        assert error.detail == "Selitys :: jatkuu"
        if status == 429 and code in ("TECHNICAL_ERROR", "INSUFFICIENT_RIGHTS"):
            assert type(error) is TooManyRequests
        else:
            assert type(error) is KINDS[code]
            assert error.code == ("SYSTEM_MAINTENANCE" if KINDS[code] is Maintenance else code)


@pytest.mark.parametrize("words", ["", "Something went wrong", ":: text", "code with spaces :: text", "123 :: text"])
def test_a_failure_without_a_code_is_named_by_the_http_status(netvisor: Said, words: str) -> None:
    """A server's own fault is never taken for a refusal."""
    kinds: dict[int, type[NetvisorError]] = {429: TooManyRequests, 500: TechnicalError, 503: Maintenance}
    for status in STATUSES:
        error = netvisor.error(failed(words), status)
        assert type(error) is kinds.get(status, UnknownCode)


@pytest.mark.parametrize("status", [400, 404, 500])
def test_ok_with_an_http_error_is_no_answer(netvisor: Said, status: int) -> None:
    assert not isinstance(netvisor.error(document("<PurchaseInvoiceList/>"), status), Refused)


def test_not_found_in_both_forms(netvisor: Said) -> None:
    empty = document("<PurchaseInvoice/>")
    told = failed("INVALID_DATA :: Data form incorrect:. Invoice not found with Netvisor identifier: 1")
    assert netvisor.ask(empty, resource="getpurchaseinvoice") is None
    assert netvisor.ask(told, resource="getpurchaseinvoice") is None


def test_another_invalid_data_is_not_taken_for_not_found(netvisor: Said) -> None:
    for words in ("include=actions", "identifier: 12", "identifier: 21", "resource getpurchaseinvoice.nv"):
        error = netvisor.error(failed(f"INVALID_DATA :: {words}"), resource="getpurchaseinvoice")
        assert isinstance(error, InvalidData)


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


def secret_words() -> st.SearchStrategy[str]:
    """What Netvisor may say, with our identifiers and keys in it, in any case."""
    pieces = st.sampled_from(
        [
            *CANARIES,
            *(canary.upper() for canary in CANARIES),
            *(canary.lower() for canary in CANARIES),
            " ",
            "&",
            "ä",
            ":",
        ]
    )
    return st.lists(st.one_of(pieces, st.text(st.characters(codec="ascii"), max_size=6)), max_size=8).map("".join)


def leaks(error: NetvisorError) -> list[str]:
    shown = f"{error} {error!r} {error.args} {error.code} {error.detail}".casefold()
    return [canary for canary in CANARIES if canary.casefold() in shown]


@given(
    secret_words(),
    st.sampled_from([*KINDS, "OTHER_CODE", ""]),
    st.sampled_from(STATUSES),
)
@example(CANARIES[0], "", 200)
@example(f"{CANARIES[0]} :: x", "", 200)
def test_nothing_secret_is_in_an_error(netvisor: Said, words: str, code: str, status: int) -> None:
    said = words.translate({ord(letter): " " for letter in "<&" + "".join(map(chr, range(32)))})
    assert leaks(netvisor.error(failed(f"{code} :: {said}" if code else said), status)) == []


SIGNED = "http://x/a.nv&FabricForSlack&{0}&2026-11-23 10:00:00.000&FI&1234567-1&{1}&1795414028&{2}&{3}"
WORDINGS = (
    "Integraatioavaimet eivät kelpaa: {0}",
    "Käyttäjää '{0}' ei löydy (kumppani {1}).",
    "URI-metodi ei kelpaa, katso dokumentaatio. Käytä MAC-tiivisteen laskentaan merkkijonoa: " + SIGNED,
    "Wrong MAC. String: " + SIGNED + " Digest: " + "0123456789abcdef" * 4,
    "Sender: FabricForSlack, CustomerId={0};PartnerId={1}|Key:{2}/{3}",
    '<{0}>{1}</{2}> "{3}"',
    "customer{0}partner{1}",
    "https://x/?id={0}&partner={1}&key={2}",
)
SPELLINGS: tuple[Callable[[str], str], ...] = (str, str.upper, str.lower, lambda word: quote(word, safe=""), escape)


@given(
    st.sampled_from(WORDINGS),
    st.permutations((*CANARIES, "FabricForSlack")),
    st.sampled_from(SPELLINGS),
    st.integers(0, 400),
    st.sampled_from(STATUSES),
    st.sampled_from([*KINDS, "OTHER_CODE"]),
)
def test_no_part_of_an_identifier_is_shown_whatever_the_wording_and_wherever_it_is_cut(
    netvisor: Said, wording: str, words: list[str], spelling: Callable[[str], str], cut: int, status: int, code: str
) -> None:
    said = wording.format(*map(spelling, words))[: cut or None]
    error = netvisor.error(failed(escape(f"{code} :: {said}")), status)
    assert error.code != "FAILED"
    shown = f"{error} {error.args} {error.code} {error.detail}".casefold()
    secrets = (*CANARIES, "FabricForSlack")
    parts = {secret[at : at + 6].casefold() for secret in secrets for at in range(len(secret) - 5)}
    assert [part for part in parts if part in shown] == []


@pytest.mark.parametrize("customer_id", ["ACCESS_1", "SERVICE_ACCESS_ERROR", "error", "a.b*c"])
def test_an_identifier_that_reads_like_a_code_does_not_change_the_error(customer_id: str) -> None:
    reply = httpx.Response(200, content=failed("SERVICE_ACCESS_ERROR :: Ei oikeutta"))
    transport = Transport("http://x", PARTNER, transport=httpx.MockTransport(lambda _: reply))
    company = Netvisor(transport).company(BUSINESS_ID, ApiCredential(SecretStr(customer_id), SecretStr("k")))
    with pytest.raises(ServiceAccessError):
        run(company.accounts())


@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.parametrize("element", ["NetvisorKey", "Sum", "InvoiceDate"])
def test_nothing_secret_is_in_what_cannot_be_read(netvisor: Said, canary: str, element: str) -> None:
    filled = f"<{element}>{canary} {canary}</{element}>"
    key = "" if element == "NetvisorKey" else "<NetvisorKey>1</NetvisorKey>"
    content = f"<PurchaseInvoiceList><PurchaseInvoice>{key}{filled}</PurchaseInvoice></PurchaseInvoiceList>"
    error = netvisor.error(document(content))
    assert isinstance(error, BadReply)
    assert canary[:10] not in str(error)


def test_the_echo_of_a_signature_that_does_not_match_is_not_kept(netvisor: Said) -> None:
    echo = f"http://x/a.nv&amp;s&amp;{CANARIES[0]}&amp;t&amp;FI&amp;1&amp;2&amp;3&amp;YOUR_PRIVATE_KEY_HERE"
    error = netvisor.error(failed(f"AUTHENTICATION_FAILED :: URI-metodi ei kelpaa: {echo} MAC: {'ab' * 32}"), 401)
    assert isinstance(error, AuthenticationFailed)
    assert error.mac_mismatch
    assert error.detail == ""
    assert leaks(error) == []


@pytest.mark.parametrize(
    "text", ["Integraatiokumppania ei löydy, katso dokumentaatio", "INTEGRAATIOKUMPPANIA EI LÖYDY"]
)
def test_an_unknown_partner_is_told_from_unknown_keys(netvisor: Said, text: str) -> None:
    error = netvisor.error(failed(f"AUTHENTICATION_FAILED :: {text}"))
    assert isinstance(error, AuthenticationFailed)
    assert error.partner_unknown
    other = netvisor.error(failed("AUTHENTICATION_FAILED :: Integraatioavaimet eivät kelpaa."))
    assert isinstance(other, AuthenticationFailed)
    assert not other.partner_unknown


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
