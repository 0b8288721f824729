import asyncio
from dataclasses import replace

import aiohttp
import pytest

from sandbox.netvisor import ACCOUNTANT, FaultKind, Netvisor
from sandbox.netvisor.refusals import HTTP_STATUSES
from sandbox.netvisor.switches import CHOICES

from .conftest import Caller


async def refused_for(reason: str, caller: Caller, netvisor: Netvisor, ids: dict[str, str]) -> Caller:
    """A caller that gets one of the refusals whose code the documentation leaves open."""
    match reason:
        case "resource_not_allowed":
            return replace(caller, business_id=ids["tuomi"])
        case "unknown_organisation":
            return replace(caller, business_id="9999999-7")
        case "user_without_company":
            netvisor.remove_access(ACCOUNTANT, ids["kataja"])
            return caller
        case "package_without_api":
            return replace(caller, business_id=ids["saarni"])
        case _:
            raise ValueError(reason)


REASONS = ("resource_not_allowed", "unknown_organisation", "user_without_company", "package_without_api")


@pytest.mark.parametrize(("reason", "code"), [(reason, code) for reason in REASONS for code in CHOICES[reason]])
async def test_refusals_have_the_code_that_their_switch_says(
    caller: Caller, netvisor: Netvisor, ids: dict[str, str], reason: str, code: str
):
    netvisor.switches[reason] = code
    refused = await refused_for(reason, caller, netvisor, ids)
    answer = await refused.get("accountlist")
    assert (answer.code, answer.http_status) == (code, HTTP_STATUSES[code])
    assert netvisor.calls[-1].outcome == code
    # without UseHTTPResponseStatusCodes a failure is HTTP 200 with the same XML
    quiet = await replace(refused, http_statuses=False).get("accountlist")
    assert (quiet.code, quiet.http_status) == (code, 200)


@pytest.mark.parametrize("status", [choice for choice in CHOICES["http_status"] if choice != "by_code"])
async def test_one_http_status_for_all_refusals(caller: Caller, netvisor: Netvisor, status: str):
    netvisor.switches["http_status"] = status
    answer = await caller.get("nosuchthing")
    assert (answer.code, answer.http_status) == ("TECHNICAL_ERROR", int(status))


async def test_error_texts_follow_the_interface_language(caller: Caller):
    texts = {
        language: (await replace(caller, language=language).get("nosuchthing")).statuses[1]
        for language in ("FI", "EN", "SE")
    }
    assert {text.split(" :: ")[0] for text in texts.values()} == {"TECHNICAL_ERROR"}
    assert len(set(texts.values())) == 3


async def test_a_resource_works_from_the_moment_it_is_allowed(caller: Caller, netvisor: Netvisor, ids: dict[str, str]):
    tuomi = replace(caller, business_id=ids["tuomi"])
    assert (await tuomi.get("dimensionlist")).code == "SERVICE_ACCESS_ERROR"
    netvisor.allow_resources(ids["tuomi"], ("dimensions",))
    assert (await tuomi.get("dimensionlist")).code == "OK"
    assert (await tuomi.get("accountlist")).code == "SERVICE_ACCESS_ERROR"
    netvisor.disallow_resources(ids["tuomi"], resources=["dimensionlist"])
    assert (await tuomi.get("dimensionlist")).code == "SERVICE_ACCESS_ERROR"


async def test_an_overlapping_call_fails_and_is_recorded(caller: Caller, netvisor: Netvisor, ids: dict[str, str]):
    netvisor.faults.add(FaultKind.DELAY, seconds=0.2, times=None)
    other_company = replace(caller, business_id=ids["pihlaja"])
    first, second, third = await asyncio.gather(
        caller.get("accountlist"), caller.get("accountlist"), other_company.get("accountlist")
    )
    assert sorted([first.code, second.code]) == ["OK", "TECHNICAL_ERROR"]
    assert third.code == "OK"
    (overlap,) = netvisor.overlaps
    assert overlap.business_id == caller.business_id
    netvisor.faults.clear()
    assert (await caller.get("accountlist")).code == "OK"


async def test_calls_one_after_another_never_overlap(caller: Caller, netvisor: Netvisor):
    for _ in range(20):
        assert (await caller.get("vouchertypelist")).code == "OK"
    assert netvisor.overlaps == []


async def test_an_address_over_2115_characters_is_refused(caller: Caller):
    room = 2115 - len(f"{caller.server.api_url}/getpurchaseinvoice.nv?netvisorkeylist=")
    fits = "1" * room
    assert (await caller.get("getpurchaseinvoice", f"netvisorkeylist={fits}")).code == "OK"
    assert (await caller.get("getpurchaseinvoice", f"netvisorkeylist={fits}1")).code == "INVALID_DATA_SIZE"


@pytest.mark.parametrize(
    ("resource", "query"),
    [
        ("getpurchaseinvoice", ""),
        ("getpurchaseinvoice", "netvisorkey=abc"),
        ("getpurchaseinvoice", "netvisorkeylist=1,,2"),
        ("getpurchaseinvoice", "netvisorkeylist=" + ",".join(["1"] * 501)),
        ("getpurchaseinvoice", "netvisorkey=1&include=everything"),
        ("getpurchaseinvoice", "netvisorkey=1&version=3"),
        ("purchaseinvoicelist", "begininvoicedate=1.1.2026"),
        ("purchaseinvoicelist", "invoicestatus=done"),
        ("accountingledger", ""),
        ("accountingledger", "startdate=2026-01-01"),
        ("accountingledger", "startdate=2026-01-01&enddate=2026-02-30"),
        ("accountingledger", "changedsince=2026-01-01&voucherstatus=4"),
        ("getvendor", "netvisorkey=1"),
        ("getvendor", "netvisorkeylist=1,2"),
    ],
)
async def test_bad_parameters_are_invalid_data(caller: Caller, resource: str, query: str):
    assert (await caller.get(resource, query)).code == "INVALID_DATA"


async def test_faults_strike_where_and_as_often_as_scripted(caller: Caller, netvisor: Netvisor, ids: dict[str, str]):
    netvisor.faults.add("error", resource="accountlist.nv", business_id=ids["kataja"], times=2, code="TECHNICAL_ERROR")
    assert (await caller.get("vouchertypelist")).code == "OK"
    assert (await replace(caller, business_id=ids["pihlaja"]).get("accountlist")).code == "OK"
    codes = [(await caller.get("accountlist")).code for _ in range(3)]
    assert codes == ["TECHNICAL_ERROR", "TECHNICAL_ERROR", "OK"]


@pytest.mark.parametrize("spelling", CHOICES["maintenance_spelling"])
async def test_maintenance_lasts_until_it_is_taken_away(caller: Caller, netvisor: Netvisor, spelling: str):
    netvisor.switches["maintenance_spelling"] = spelling
    fault = netvisor.faults.add(FaultKind.MAINTENANCE, times=None)
    for _ in range(2):
        answer = await caller.get("accountlist")
        assert (answer.code, answer.http_status) == (spelling, 503)
    netvisor.faults.remove(fault.id)
    assert (await caller.get("accountlist")).code == "OK"


async def test_replies_that_are_not_the_xml_they_should_be(caller: Caller, netvisor: Netvisor):
    netvisor.faults.add(FaultKind.TOO_MANY_REQUESTS, retry_after=7)
    answer = await caller.get("accountlist")
    assert (answer.http_status, answer.headers["Retry-After"]) == (429, "7")
    netvisor.faults.add(FaultKind.HTML_PAGE)
    answer = await caller.get("accountlist")
    assert answer.http_status == 200
    assert answer.text.startswith("<!DOCTYPE html>")
    netvisor.faults.add(FaultKind.ERROR, code="TECHNICAL_ERROR", http_status=500)
    assert (await caller.get("accountlist")).http_status == 500
    for kind in (FaultKind.TRUNCATED, FaultKind.INVALID_XML):
        netvisor.faults.add(kind)
        answer = await caller.get("accountlist")
        assert answer.http_status == 200
        with pytest.raises(SyntaxError):
            _ = answer.root


@pytest.mark.parametrize(
    ("kind", "performed"),
    [(FaultKind.RESET_BEFORE, False), (FaultKind.RESET_AFTER, True), (FaultKind.RESET_MIDDLE, True)],
)
async def test_a_reset_leaves_the_caller_without_knowing_whether_it_was_done(
    caller: Caller, netvisor: Netvisor, ids: dict[str, str], kind: FaultKind, performed: bool
):
    invoice = [each for each in netvisor.company(ids["kataja"]).invoices.values() if each.status == "open"][-1]
    netvisor.faults.add(kind)
    with pytest.raises(aiohttp.ClientError):
        await caller.post(
            "purchaseinvoicepostingdata",
            f"<root><PurchaseInvoicePostingData><PurchaseInvoiceNetvisorKey>{invoice.key}"
            "</PurchaseInvoiceNetvisorKey><Status>approved</Status><IsReadyForAccounting>0</IsReadyForAccounting>"
            "</PurchaseInvoicePostingData></root>",
        )
    assert (invoice.status == "approved") is performed
    assert (await caller.get("accountlist")).code == "OK"


async def test_faults_and_switches_that_make_no_sense_are_refused(netvisor: Netvisor):
    with pytest.raises(ValueError, match="times"):
        netvisor.faults.add("delay", times=0)
    with pytest.raises(ValueError, match="nonsense"):
        netvisor.faults.add("nonsense")
    with pytest.raises(ValueError, match="http_status"):
        netvisor.switches["http_status"] = "999"
    with pytest.raises(ValueError, match="nosuchthing"):
        netvisor.allow_resources(netvisor.companies[0].business_id, resources=["nosuchthing"])
