"""The sandbox's Netvisor, asked through the product's client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from sandbox.netvisor import ACCOUNTANT, Company, Credential, Netvisor, NetvisorServer, start_server
from services.netvisor import ApiCredential, Partner, Transport
from services.netvisor import Company as Client
from services.netvisor import Netvisor as Clients
from services.records import Process, Verdict
from services.rights import CHECK_IDS, Finding, RightsCheck

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass
class Checked:
    """What a rights check found."""

    findings: list[Finding]
    check: RightsCheck

    def __getitem__(self, check_id: str) -> Finding:
        (finding,) = [finding for finding in self.findings if finding.id == check_id]
        return finding

    def of(self, verdict: Verdict) -> set[str]:
        """The ids of the checks with a verdict."""
        return {finding.id for finding in self.findings if finding.verdict is verdict}

    @property
    def denied(self) -> set[str]:
        return self.of(Verdict.DENIED)

    @property
    def confirmed(self) -> set[str]:
        return self.of(Verdict.CONFIRMED)

    @property
    def unreadable(self) -> set[str]:
        return self.of(Verdict.UNREADABLE)


class Firm:
    """An accounting firm's Netvisor, with a clock that stands still."""

    def __init__(self, server: NetvisorServer) -> None:
        self.server = server
        self.netvisor = server.netvisor
        self._clients: list[Clients] = []

    def company(self, name: str) -> Company:
        """The ready company whose name begins so."""
        return next(company for company in self.netvisor.companies if company.name.startswith(name))

    def client(self, business_id: str, credential: Credential | ApiCredential, **options: Any) -> Client:
        """The product's client of a company; `options` are its transport's, or the `partner`."""
        partner = Partner(self.netvisor.partner_id, SecretStr(self.netvisor.partner_key), self.netvisor.access_key)
        # Certificates are not needed on loopback, and take long to load.
        plain = httpx.AsyncHTTPTransport(verify=False)
        given: dict[str, Any] = {
            "clock": lambda: NOW,
            "sleep": no_wait,
            "partner": partner,
            "transport": plain,
            **options,
        }
        clients = Clients(Transport(self.server.api_url, **given))
        self._clients.append(clients)
        if isinstance(credential, Credential):
            credential = ApiCredential(SecretStr(credential.customer_id), SecretStr(credential.customer_key))
        return clients.company(business_id, credential)

    async def check(
        self,
        name: str = "Pihlaja",
        *,
        user: str = ACCOUNTANT,
        credential: Credential | ApiCredential | None = None,
        business_id: str | None = None,
        process: Process = Process.STANDARD,
        patient: bool = True,
        history: Finding | None = None,
        **options: Any,
    ) -> Checked:
        """Check a company's rights with a new credential of a user, or with a given one."""
        wanted = business_id or self.company(name).business_id
        client = self.client(wanted, credential or self.netvisor.create_credential(user), **options)
        told: list[Finding] = []

        async def found(finding: Finding) -> None:
            told.append(finding)

        check = RightsCheck(client, process, NOW.date(), found, patient=patient, history=history)
        findings = await check.run()
        assert told == findings
        expected = CHECK_IDS
        assert sorted(finding.id for finding in findings) == sorted(expected)
        assert [Finding.from_data(finding.to_data()) for finding in findings] == findings
        return Checked(findings, check)

    async def close(self) -> None:
        for clients in self._clients:
            await clients.close()
        await self.server.close()


async def no_wait(_seconds: float) -> None:
    return


@pytest.fixture(scope="session")
def ready() -> Netvisor:
    """The ready companies; writing their histories takes long, so it is done once."""
    return Netvisor(clock=NOW.timestamp)


def fresh(company: Company) -> Company:
    """Return a company that a test may change, down to the state of its invoices."""
    return replace(
        company,
        access=dict(company.access),
        allowed_resources=set(company.allowed_resources),
        circulation_lists=list(company.circulation_lists),
        invoices={key: copy(invoice) for key, invoice in company.invoices.items()},
        vouchers=dict(company.vouchers),
    )


@pytest.fixture
async def firm(ready: Netvisor) -> AsyncIterator[Firm]:
    netvisor = Netvisor(clock=NOW.timestamp, seed_companies=False)
    for company in ready.companies:
        netvisor.add_company(fresh(company))
    opened = Firm(await start_server(netvisor))
    yield opened
    await opened.close()
    assert netvisor.overlaps == []
