"""A client of a loopback server, and one of the sandbox's Netvisor."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from services.netvisor import ApiCredential, Company, Netvisor, Partner, Transport
from tests.services.netvisor.loopback import Loopback

BUSINESS_ID = "1234567-1"
CUSTOMER_ID, CUSTOMER_KEY = "AA_CANARY1A", "c0ffee00c0ffee00c0ffee00c0ffee00"
PARTNER_ID, PARTNER_KEY = "FFS_canary2b", "deadbeefdeadbeefdeadbeefdeadbeef"
PARTNER = Partner(PARTNER_ID, SecretStr(PARTNER_KEY), "E2DCB2FF20700782F1EA878EDC19DC27")
CREDENTIAL = ApiCredential(SecretStr(CUSTOMER_ID), SecretStr(CUSTOMER_KEY))
CANARIES = (CUSTOMER_ID, CUSTOMER_KEY, PARTNER_ID, PARTNER_KEY)


@pytest.fixture
async def loopback() -> AsyncIterator[Loopback]:
    server = Loopback()
    await server.open()
    yield server
    await server.close()


@pytest.fixture
def waits() -> list[float]:
    """The seconds that a client waited between its tries, without waiting."""
    return []


@pytest.fixture
async def connect(loopback: Loopback, waits: list[float]) -> AsyncIterator[Callable[..., Company]]:
    """Makes clients of the loopback server; what they are given goes to their transport."""
    opened: list[Netvisor] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    def open_company(**options: Any) -> Company:
        # Certificates are not needed on loopback, and take long to load.
        given: dict[str, Any] = {"sleep": sleep, "transport": httpx.AsyncHTTPTransport(verify=False), **options}
        netvisor = Netvisor(Transport(given.pop("url", loopback.url), PARTNER, **given))
        opened.append(netvisor)
        return netvisor.company(BUSINESS_ID, CREDENTIAL)

    yield open_company
    for netvisor in opened:
        await netvisor.close()


@pytest.fixture
def company(connect: Callable[..., Company]) -> Company:
    return connect()
