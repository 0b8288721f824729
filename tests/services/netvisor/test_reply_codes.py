"""Refusals: each code and status is its error, and what was not found is told from what was not understood."""

from __future__ import annotations

import httpx
import pytest
from pydantic import SecretStr

from services.netvisor import (
    ApiCredential,
    AuthenticationFailed,
    InvalidData,
    Maintenance,
    Netvisor,
    NetvisorError,
    Refused,
    ServiceAccessError,
    TechnicalError,
    TooManyRequests,
    Transport,
    UnknownCode,
)
from tests.services.netvisor.conftest import BUSINESS_ID, PARTNER
from tests.services.netvisor.loopback import document, failed
from tests.services.netvisor.said import KINDS, STATUSES, Said
from tests.services.netvisor.spoken import run


@pytest.fixture(scope="module")
def netvisor() -> Said:
    return Said()


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


@pytest.mark.parametrize("customer_id", ["ACCESS_1", "SERVICE_ACCESS_ERROR", "error", "a.b*c"])
def test_an_identifier_that_reads_like_a_code_does_not_change_the_error(customer_id: str) -> None:
    reply = httpx.Response(200, content=failed("SERVICE_ACCESS_ERROR :: Ei oikeutta"))
    transport = Transport("http://x", PARTNER, transport=httpx.MockTransport(lambda _: reply))
    company = Netvisor(transport).company(BUSINESS_ID, ApiCredential(SecretStr(customer_id), SecretStr("k")))
    with pytest.raises(ServiceAccessError):
        run(company.accounts())


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
