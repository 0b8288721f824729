"""The rights check against every plausible code and HTTP status of each of its calls.

It comes to an honest verdict or to Netvisor's silence, never to a crash, and nothing secret is in either.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from services.netvisor import (
    BadReply,
    Maintenance,
    Netvisor,
    NetvisorError,
    RequestNotUnique,
    TechnicalError,
    TimedOut,
    TooManyRequests,
    Transport,
    Unreachable,
)
from services.records import Process, Verdict
from services.rights import Finding, NetvisorSilent, RightsCheck
from tests.services.conftest import NOW, no_wait
from tests.services.netvisor.conftest import BUSINESS_ID, CANARIES, CREDENTIAL, PARTNER
from tests.services.netvisor.loopback import document, failed

INVOICE = (
    "<PurchaseInvoice><PurchaseInvoiceNetvisorKey>1</PurchaseInvoiceNetvisorKey><PostingLinesAccess>"
    "<CanUserPostInvoice>True</CanUserPostInvoice></PostingLinesAccess><Actions><Action><Type>approve</Type></Action>"
    "<Action><Type>accept</Type></Action></Actions></PurchaseInvoice>"
)
WELL = {
    "purchaseinvoicelist": "<PurchaseInvoiceList><PurchaseInvoice><NetvisorKey>1</NetvisorKey></PurchaseInvoice>"
    "</PurchaseInvoiceList>",
    "getpurchaseinvoice": INVOICE,
    "getvendor": "<Vendors/>",
    "getcirculationlists": "<CirculationLists><CirculationList><NetvisorKey>1</NetvisorKey><Name>A</Name>"
    "</CirculationList></CirculationLists>",
    "accountlist": "<AccountList/>",
    "accountingperiodlist": "<AccountingPeriodList/>",
    "vouchertypelist": "<VoucherTypeList/>",
    "accountingledger": "<Vouchers/>",
    "dimensionlist": "<DimensionNameList/>",
    "getuseraccessrightssummary": "<Company><Users><User><Roles><IsAccountant>1</IsAccountant></Roles></User></Users>"
    "</Company>",
}
GROUP = {
    **dict.fromkeys(
        ("purchaseinvoicelist", "getpurchaseinvoice", "getvendor", "getcirculationlists"), "purchase_invoices"
    ),
    **dict.fromkeys(("accountlist", "accountingperiodlist", "vouchertypelist", "accountingledger"), "accounting"),
    "dimensionlist": "dimensions",
}
OPTIONAL = "getuseraccessrightssummary"
REFUSALS = ("AUTHENTICATION_FAILED", "SERVICE_ACCESS_ERROR", "INVALID_DATA", "INSUFFICIENT_RIGHTS")
SILENCES = ("SYSTEM_MAINTENANCE", "SYSTEM_MAINTANANCE", "TECHNICAL_ERROR", "REQUEST_NOT_UNIQUE")
STATUSES = (200, 400, 401, 403, 404, 429, 500, 503)
CANARY_WORDS = " ".join(CANARIES)
HTML = b"<!DOCTYPE html><html><body>" + CANARY_WORDS.encode() + b"</body></html>"

Refuse = Callable[[str], httpx.Response | None]


async def check_against(refuse: Refuse) -> list[Finding]:
    """Check a company where all is well but for what `refuse` answers to a resource."""

    def answer(request: httpx.Request) -> httpx.Response:
        resource = request.url.path.strip("/").removesuffix(".nv")
        return refuse(resource) or httpx.Response(200, content=document(WELL[resource]))

    async def found(_finding: Finding) -> None:
        return

    netvisor = Netvisor(Transport("http://x", PARTNER, transport=httpx.MockTransport(answer), sleep=no_wait))
    company = netvisor.company(BUSINESS_ID, CREDENTIAL)
    check = RightsCheck(company, Process.ALTERNATIVE_WITH_CIRCULATION, NOW.date(), found)
    findings = await check.run()
    shown = json.dumps([finding.to_data() for finding in findings])
    assert not [canary for canary in CANARIES if canary.casefold() in shown.casefold()]
    return findings


def verdicts(findings: list[Finding], verdict: Verdict) -> set[str]:
    return {finding.id for finding in findings if finding.verdict is verdict}


async def silence(refuse: Refuse) -> NetvisorError:
    """Return why a check could not be made."""
    with pytest.raises(NetvisorSilent) as caught:
        await check_against(refuse)
    shown = f"{caught.value} {caught.value.error} {caught.value.error.detail}".casefold()
    assert not [canary for canary in CANARIES if canary.casefold() in shown]
    return caught.value.error


def only(resource: str | None, body: bytes, status: int) -> Refuse:
    """Refuse one resource, or all of them when it is None."""
    return lambda asked: httpx.Response(status, content=body) if resource in (None, asked) else None


async def test_where_all_is_well_all_is_confirmed_that_can_be() -> None:
    findings = await check_against(lambda _: None)
    assert verdicts(findings, Verdict.DENIED) == set()
    assert verdicts(findings, Verdict.UNREADABLE) == {"circulation_setter"}


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.parametrize("resource", [*GROUP, OPTIONAL])
async def test_one_refused_resource_denies_its_group_and_nothing_else(resource: str, code: str) -> None:
    for status in STATUSES:
        body = failed(f"{code} :: Ei oikeutta {CANARY_WORDS}")
        if status == 429 and code == "INSUFFICIENT_RIGHTS":
            assert resource == OPTIONAL or isinstance(await silence(only(resource, body, status)), TooManyRequests)
            continue
        findings = await check_against(only(resource, body, status))
        denied = [finding for finding in findings if finding.verdict is Verdict.DENIED]
        assert [finding.id for finding in denied] == ([] if resource == OPTIONAL else [GROUP[resource]])
        for finding in denied:
            assert finding.details["refused"] == [resource]
            assert finding.details["code"] == code
            assert finding.details["detail"].startswith("Ei oikeutta")
            assert finding.repair == "allow_resources"
        assert {"credentials", "company"} <= verdicts(findings, Verdict.CONFIRMED)


@pytest.mark.parametrize("code", REFUSALS)
async def test_everything_refused_proves_no_more_than_that(code: str) -> None:
    for status in (200, 400, 401, 403, 404, 500, 503):
        findings = await check_against(only(None, failed(f"{code} :: Ei {CANARY_WORDS}"), status))
        assert findings[0].id == "credentials"
        assert findings[0].details["code"] == code
        if code == "AUTHENTICATION_FAILED":
            assert verdicts(findings, Verdict.DENIED) == {"credentials"}
            assert findings[0].evidence == "rejected"
        else:
            assert findings[0].verdict is Verdict.UNREADABLE
            assert verdicts(findings, Verdict.DENIED) == {"company", *GROUP.values()}
        assert verdicts(findings, Verdict.CONFIRMED) == set()


@pytest.mark.parametrize("resource", [None, "purchaseinvoicelist", "getpurchaseinvoice", "dimensionlist"])
@pytest.mark.parametrize("code", SILENCES)
async def test_a_fault_of_netvisors_own_is_no_verdict(code: str, resource: str | None) -> None:
    kinds = {"TECHNICAL_ERROR": TechnicalError, "REQUEST_NOT_UNIQUE": RequestNotUnique}
    for status in STATUSES:
        error = await silence(only(resource, failed(f"{code} :: {CANARY_WORDS}"), status))
        kind = TooManyRequests if (code, status) == ("TECHNICAL_ERROR", 429) else kinds.get(code, Maintenance)
        assert type(error) is kind


@pytest.mark.parametrize("resource", [None, "purchaseinvoicelist", "getpurchaseinvoice", "dimensionlist"])
@pytest.mark.parametrize(
    "body", [b"", HTML, b"<html><br>", b"{}", document(WELL["purchaseinvoicelist"])[:70], b"<Root/>", b"\xff\xfe\x00"]
)
async def test_what_is_no_reply_is_no_verdict_but_where_the_http_status_refuses(
    body: bytes, resource: str | None
) -> None:
    for status in (200, 302, 400, 404):
        assert isinstance(await silence(only(resource, body, status)), BadReply)
    for status, kind in ((429, TooManyRequests), (500, TechnicalError), (502, TechnicalError), (503, Maintenance)):
        assert isinstance(await silence(only(resource, body, status)), kind)
    for status in (401, 403):
        findings = await check_against(only(resource, body, status))
        denied = {GROUP[resource]} if resource else {"company", *GROUP.values()}
        assert verdicts(findings, Verdict.DENIED) == denied
        named = next(finding for finding in findings if finding.id in denied)
        assert named.details["code"] == f"HTTP_{status}"


@pytest.mark.parametrize("error", [httpx.ReadError, httpx.RemoteProtocolError, httpx.ConnectError, httpx.ReadTimeout])
@pytest.mark.parametrize("resource", [*GROUP, OPTIONAL])
async def test_no_connection_is_no_verdict(resource: str, error: type[httpx.RequestError]) -> None:
    def refuse(asked: str) -> httpx.Response | None:
        if asked == resource:
            raise error("gone")
        return None

    assert isinstance(await silence(refuse), TimedOut if error is httpx.ReadTimeout else Unreachable)


@pytest.mark.parametrize("status", [200, 404, 500])
@pytest.mark.parametrize("body", [HTML, b"<Root/>", failed("TECHNICAL_ERROR :: x"), failed("INVALID_DATA :: x")])
async def test_the_read_that_nobody_asks_a_right_for_holds_no_check_up(body: bytes, status: int) -> None:
    findings = await check_against(only(OPTIONAL, body, status))
    assert verdicts(findings, Verdict.DENIED) == set()
    assert "accountant_role" in verdicts(findings, Verdict.UNREADABLE)


async def test_a_role_that_the_summary_does_not_tell_is_not_denied() -> None:
    users = "<Company><Users><User><Roles/></User></Users></Company>"
    findings = await check_against(only(OPTIONAL, document(users), 200))
    assert verdicts(findings, Verdict.DENIED) == set()
