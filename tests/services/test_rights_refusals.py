"""The rights check where the sandbox's Netvisor refuses, fails or is silent, under every value of its switches."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from sandbox.netvisor import ACCOUNTANT, Credential
from services.netvisor import ApiCredential as Pair
from services.netvisor import (
    BadReply,
    Maintenance,
    NetvisorError,
    Partner,
    TechnicalError,
    TimedOut,
    TooManyRequests,
    Unreachable,
)
from services.rights import NetvisorSilent
from tests.services.conftest import NOW, Firm

CODES = ("SERVICE_ACCESS_ERROR", "AUTHENTICATION_FAILED", "INVALID_DATA", "TECHNICAL_ERROR")
HTTP_STATUSES = ("by_code", "200", "404", "500")


async def outcome(firm: Firm, name: str = "Pihlaja", business_id: str | None = None) -> set[str] | NetvisorError:
    """Return what is denied, or why Netvisor does not answer."""
    try:
        checked = await firm.check(name, business_id=business_id)
    except NetvisorSilent as silent:
        return silent.error
    return checked.denied


@pytest.mark.parametrize("code", CODES)
async def test_a_group_that_is_not_allowed_under_every_code_and_status(firm: Firm, code: str) -> None:
    firm.netvisor.switches["resource_not_allowed"] = code
    firm.netvisor.disallow_resources(firm.company("Vaahtera").business_id, ["accounting"])
    for status in HTTP_STATUSES:
        firm.netvisor.switches["http_status"] = status
        found = await outcome(firm, "Vaahtera")
        assert isinstance(found, TechnicalError) if code == "TECHNICAL_ERROR" else found == {"accounting"}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("case", ["unknown_organisation", "user_without_company", "package_without_api"])
async def test_a_company_out_of_reach_under_every_code_and_status(firm: Firm, case: str, code: str) -> None:
    firm.netvisor.switches[case] = code
    company = firm.company("Saarni" if case == "package_without_api" else "Vaahtera")
    wanted = "0737546-2" if case == "unknown_organisation" else company.business_id
    if case == "user_without_company":
        firm.netvisor.remove_access(ACCOUNTANT, wanted)
    for status in HTTP_STATUSES:
        firm.netvisor.switches["http_status"] = status
        found = await outcome(firm, business_id=wanted)
        match code:
            case "TECHNICAL_ERROR":
                assert isinstance(found, TechnicalError)
            case "AUTHENTICATION_FAILED":
                assert found == {"credentials"}
            case _:
                assert found == {"company", "purchase_invoices", "accounting", "dimensions"}


def pair(customer_id: str, customer_key: str) -> Pair:
    return Pair(SecretStr(customer_id), SecretStr(customer_key))


SPOILT: dict[str, tuple[Callable[[Credential], Pair], str]] = {
    "another key": (lambda given: pair(given.customer_id, "0" * 32), "signature_rejected"),
    "swapped": (lambda given: pair(given.customer_key, given.customer_id), "rejected"),
    "another environment": (lambda given: pair("AA_OF_TRAINING", given.customer_key), "rejected"),
    "a space": (lambda given: pair(f"{given.customer_id} x", given.customer_key), "rejected"),
    "an umlaut": (lambda given: pair(given.customer_id, "avain ä"), "rejected"),
}


@pytest.mark.parametrize("how", SPOILT)
async def test_wrong_credentials_are_told_and_kept_to_themselves(firm: Firm, how: str) -> None:
    spoil, evidence = SPOILT[how]
    given = firm.netvisor.create_credential(ACCOUNTANT)
    checked = await firm.check(credential=spoil(given))
    assert checked.denied == {"credentials"}
    assert checked["credentials"].evidence == evidence
    assert checked["credentials"].repair == "credentials_again"
    shown = json.dumps([finding.to_data() for finding in checked.findings])
    assert given.customer_id not in shown
    assert given.customer_key not in shown
    assert len(firm.netvisor.calls) <= 3


async def test_credentials_of_a_user_who_left(firm: Firm) -> None:
    given = firm.netvisor.create_credential(ACCOUNTANT)
    firm.netvisor.revoke_user(ACCOUNTANT)
    assert (await firm.check(credential=given)).denied == {"credentials"}


async def test_an_unknown_partner_is_the_operators(firm: Firm) -> None:
    partner = Partner("FFS_of_production", SecretStr(firm.netvisor.partner_key), "")
    checked = await firm.check(partner=partner)
    assert checked["credentials"].evidence == "partner_unknown"
    assert checked["credentials"].repair == "operator_partner"


async def test_a_wrong_partner_key_is_among_the_candidates_of_a_signature(firm: Firm) -> None:
    checked = await firm.check(partner=Partner(firm.netvisor.partner_id, SecretStr("0" * 32), ""))
    assert checked["credentials"].evidence == "signature_rejected"


@pytest.mark.parametrize("minutes", [-20, 20])
async def test_a_clock_that_is_off_is_denied_with_netvisors_words(firm: Firm, minutes: int) -> None:
    checked = await firm.check(clock=lambda: NOW + timedelta(minutes=minutes))
    assert checked.denied == {"credentials"}
    assert checked["credentials"].details["code"] == "AUTHENTICATION_FAILED"
    assert "2026-11-23" in checked["credentials"].details["detail"]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"kind": "maintenance"}, Maintenance),
        ({"kind": "html_page"}, BadReply),
        ({"kind": "html_page", "http_status": 500}, TechnicalError),
        ({"kind": "html_page", "http_status": 503}, Maintenance),
        ({"kind": "truncated"}, BadReply),
        ({"kind": "invalid_xml"}, BadReply),
        ({"kind": "reset_before"}, Unreachable),
        ({"kind": "reset_middle"}, Unreachable),
        ({"kind": "reset_after"}, Unreachable),
        ({"kind": "too_many_requests", "retry_after": 60}, TooManyRequests),
        ({"kind": "delay", "seconds": 3.0}, TimedOut),
    ],
)
async def test_faults_are_silence(firm: Firm, fault: dict[str, Any], kind: type[NetvisorError]) -> None:
    resource = "dimensionlist"
    firm.netvisor.faults.add(**fault, resource=resource, times=None)
    with pytest.raises(NetvisorSilent) as caught:
        await firm.check("Vaahtera", timeout=2.0 if kind is TimedOut else 30.0)
    assert type(caught.value.error) is kind
    assert caught.value.error.resource == resource
    firm.netvisor.faults.clear()
    while firm.company("Vaahtera").calls_under_way:  # noqa: ASYNC110
        # Netvisor goes on with a call that we have given up, and nothing tells when it ends.
        await asyncio.sleep(0.02)
    assert (await firm.check("Vaahtera")).denied == set()


async def test_a_reset_that_happens_once_is_not_noticed(firm: Firm) -> None:
    firm.netvisor.faults.add("reset_middle", resource="accountlist")
    assert (await firm.check("Vaahtera")).denied == set()
