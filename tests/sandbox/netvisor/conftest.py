"""A running local Netvisor and a caller that signs for itself, from the documented strings."""

import hashlib
import hmac
import itertools
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.etree import ElementTree

import aiohttp
import pytest
from yarl import URL

from sandbox.netvisor import ACCOUNTANT, Credential, Netvisor, NetvisorServer, start_server

PREFIX = "X-Netvisor-Authentication-"
_transaction_numbers = itertools.count()


@dataclass
class Answer:
    """A reply as it came, with its parts at hand."""

    http_status: int
    headers: dict[str, str]
    text: str

    @property
    def root(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.text)

    @property
    def statuses(self) -> list[str]:
        return [element.text or "" for element in self.root.findall("ResponseStatus/Status")]

    @property
    def code(self) -> str:
        return "OK" if self.statuses == ["OK"] else self.statuses[1].split(" :: ", 1)[0]

    def texts(self, path: str) -> list[str]:
        return [element.text or "" for element in self.root.findall(path)]


@dataclass
class Caller:
    """Calls one company with one credential; `changes` are put into the headers after signing."""

    server: NetvisorServer
    session: aiohttp.ClientSession
    credential: Credential
    business_id: str
    language: str = "FI"
    algorithm: str = "HMACSHA256"
    http_statuses: bool = True
    encoding: str = "iso8859-15"
    clock: Callable[[], float] = time.time
    changes: dict[str, str | None] = field(default_factory=dict)

    def headers(self, url: str) -> dict[str, str]:
        now = self.clock()
        stamp = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        transaction = f"test-{time.monotonic_ns()}-{next(_transaction_numbers)}"
        keys = f"{self.credential.customer_key}&{self.server.netvisor.partner_key}"
        start = f"{url}&tests&{self.credential.customer_id}&{stamp}&{self.language}&{self.business_id}&{transaction}"
        if self.algorithm == "HMACSHA256":
            message = f"{start}&{int(now)}&{keys}".encode(self.encoding)
            mac = hmac.new(keys.encode(), message, hashlib.sha256).hexdigest()
        else:
            mac = hashlib.sha256(f"{start}&{keys}".encode(self.encoding)).hexdigest()
        headers: dict[str, str | None] = {
            f"{PREFIX}Sender": "tests",
            f"{PREFIX}CustomerId": self.credential.customer_id,
            f"{PREFIX}PartnerId": self.server.netvisor.partner_id,
            f"{PREFIX}Timestamp": stamp,
            f"{PREFIX}TimestampUnix": str(int(now)),
            f"{PREFIX}TransactionId": transaction,
            f"{PREFIX}MAC": mac,
            f"{PREFIX}MACHashCalculationAlgorithm": self.algorithm,
            f"{PREFIX}UseHTTPResponseStatusCodes": "1" if self.http_statuses else None,
            "X-Netvisor-Interface-Language": self.language,
            "X-Netvisor-Organisation-ID": self.business_id,
            **self.changes,
        }
        return {name: value for name, value in headers.items() if value is not None}

    async def get(self, resource: str, query: str = "", *, signed_query: str | None = None) -> Answer:
        """GET `<resource>.nv`; the query goes out and is signed as it stands."""
        base = f"{self.server.api_url}/{resource}.nv"
        address = f"{base}?{query}" if query else base
        signed = address if signed_query is None else f"{base}?{signed_query}"
        async with self.session.get(URL(address, encoded=True), headers=self.headers(signed)) as response:
            return Answer(response.status, dict(response.headers), await response.text())

    async def post(self, resource: str, body: str | bytes) -> Answer:
        address = f"{self.server.api_url}/{resource}.nv"
        headers = self.headers(address) | {"Content-Type": "text/plain"}
        data = body.encode() if isinstance(body, str) else body
        async with self.session.post(URL(address, encoded=True), headers=headers, data=data) as response:
            return Answer(response.status, dict(response.headers), await response.text())


@pytest.fixture
def netvisor() -> Netvisor:
    return Netvisor()


@pytest.fixture
async def server(netvisor: Netvisor) -> AsyncIterator[NetvisorServer]:
    running = await start_server(netvisor)
    yield running
    await running.close()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def ids(netvisor: Netvisor) -> dict[str, str]:
    """Business ids of the ready companies by the first word of their names."""
    return {company.name.split()[0].lower(): company.business_id for company in netvisor.companies}


@pytest.fixture
def caller(server: NetvisorServer, session: aiohttp.ClientSession, ids: dict[str, str]) -> Caller:
    """The accountant's credential, calling Kataja, where everything is right."""
    return Caller(server, session, server.netvisor.create_credential(ACCOUNTANT), ids["kataja"])
