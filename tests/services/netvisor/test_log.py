"""Nothing secret is in what a call leaves behind: log lines at their most talkative, tracebacks, representations."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable

import pytest

from services.netvisor import Company, NetvisorError
from tests.services.netvisor.conftest import CANARIES, CREDENTIAL, PARTNER
from tests.services.netvisor.loopback import Loopback, document, failed, http

REPLIES: dict[str, bytes | None] = {
    "ok": http(document("<PurchaseInvoiceList/>")),
    "refused": http(failed(f"AUTHENTICATION_FAILED :: {' '.join(CANARIES)}"), 401),
    "unreadable": http(f"<html>{' '.join(CANARIES)}</html>".encode()),
    "reset": None,
}


@pytest.mark.parametrize("reply", REPLIES)
async def test_a_call_leaves_nothing_secret_behind(
    loopback: Loopback, company: Company, caplog: pytest.LogCaptureFixture, reply: str
) -> None:
    caplog.set_level(logging.DEBUG)
    loopback.replies(REPLIES[reply])
    left: list[str] = []
    try:
        await company.purchase_invoices()
    except NetvisorError as error:
        left = traceback.format_exception(error)
    assert caplog.records, "httpx and httpcore do log"
    left += [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]
    assert loopback.requests
    assert [canary for canary in CANARIES for line in left if canary in line] == []


def test_representations_hold_no_key(connect: Callable[..., Company]) -> None:
    company = connect()
    shown = repr((company, CREDENTIAL, str(CREDENTIAL), PARTNER, vars(company)))
    secrets = (CREDENTIAL.customer_key, CREDENTIAL.customer_id, PARTNER.partner_key)
    assert [secret for secret in secrets if secret.get_secret_value() in shown] == []
