"""Calls of Netvisor: signed, one at a time per company, repeated only where repeating is safe.

A GET that met no answer is tried three times, one whose transaction id was taken twice. A write is never repeated
here, because nobody knows whether it happened. Maintenance, time-outs and faults of Netvisor's own are for the caller
to wait out: they last longer than a call should.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol, TypeVar
from urllib.parse import quote

import httpx

from services.clock import Clock, system_clock
from services.netvisor import errors
from services.netvisor.replies import RawReply, Reply, mask, understand
from services.netvisor.signing import ApiCredential, Partner, signed_headers
from services.netvisor.xml import XmlProblem

T = TypeVar("T")

TIMEOUT = 120.0
"""Seconds from the first byte sent to the last one received; Netvisor asks for at least so many."""

CONNECT_TIMEOUT = 30.0
TRIES = 3
FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
"""Seconds between tries: doubled each time, or as many as Netvisor asks for. For longer than this nobody waits here."""

IN_THREAD_FROM = 32 * 1024
"""Bytes from which a reply is read in a thread, so that the event loop goes on."""

SENDABLE = re.compile(r"[!-~]+")
"""What identifiers and keys consist of: anything else cannot be theirs, and HTTP headers could not carry it."""


class CompanyLease(Protocol):
    """Keeps calls of one company apart."""

    def hold(self, host: str, business_id: str) -> AbstractAsyncContextManager[None]:
        """Wait for the company's turn and keep it for the block."""
        ...


class LocalLeases:
    """Keeps calls of one company apart within this process."""

    def __init__(self) -> None:
        self._turns: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def hold(self, host: str, business_id: str) -> AsyncGenerator[None]:
        """Wait for the company's turn and keep it for the block."""
        async with self._turns[host, business_id]:
            yield


class Transport:
    """One Netvisor installation, as one software partner."""

    def __init__(
        self,
        url: str,
        partner: Partner,
        *,
        sender: str = "FabricForSlack",
        language: str = "FI",
        timeout: float = TIMEOUT,
        leases: CompanyLease | None = None,
        clock: Clock = system_clock,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Prepare calls of the resources under `url`.

        `language` (FI, EN or SE) is that of Netvisor's error texts and status words: Finnish is what its own support
        reads, and the only one in which public clients quote them. `timeout` is in seconds.
        """
        # In httpx's own spelling of the address, so that what is signed is what it sends.
        address = httpx.URL(url.rstrip("/"))
        self.url = str(address)
        self._host = address.netloc.decode()
        self._partner = partner
        self._sender = sender
        self._language = language
        self._timeout = timeout
        self._leases = leases or LocalLeases()
        self._clock = clock
        self._sleep = sleep
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT)),
            transport=transport,
            trust_env=False,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def address(self, resource: str, parameters: Mapping[str, str]) -> str:
        """Return the address of a resource. Commas stay as they are: they are signed as they are sent."""
        query = "&".join(f"{name}={quote(value, safe=',:-')}" for name, value in parameters.items())
        return f"{self.url}/{resource}.nv" + (f"?{query}" if query else "")

    async def get(
        self,
        resource: str,
        parameters: Mapping[str, str],
        business_id: str,
        credential: ApiCredential,
        read: Callable[[Reply], T],
    ) -> T:
        """Return what `read` makes of a resource's reply; raise a NetvisorError."""
        url = self.address(resource, parameters)
        tries = 0
        while True:
            tries += 1
            try:
                return await self._call("GET", url, resource, business_id, credential, b"", read)
            except (errors.Unreachable, errors.RequestNotUnique, errors.TooManyRequests) as error:
                wait = FIRST_WAIT * 2 ** (tries - 1) if error.retry_after is None else error.retry_after
                if tries >= _tries(error) or wait > LONGEST_WAIT:
                    raise
            await self._sleep(wait)

    async def post(self, resource: str, business_id: str, credential: ApiCredential, body: bytes) -> None:
        """Send a write, once; raise a NetvisorError, whose `outcome_unknown` says when nobody knows."""
        url = self.address(resource, {})
        await self._call("POST", url, resource, business_id, credential, body, lambda _: None)

    async def _call(
        self,
        method: str,
        url: str,
        resource: str,
        business_id: str,
        credential: ApiCredential,
        body: bytes,
        read: Callable[[Reply], T],
    ) -> T:
        customer_id = credential.customer_id.get_secret_value()
        customer_key = credential.customer_key.get_secret_value()
        if not (SENDABLE.fullmatch(customer_id) and SENDABLE.fullmatch(customer_key)):
            raise errors.AuthenticationFailed(resource, detail="The identifier or key holds impossible characters.")
        async with self._leases.hold(self._host, business_id):
            headers = signed_headers(
                url,
                business_id,
                self._partner,
                credential,
                sender=self._sender,
                language=self._language,
                now=self._clock(),
            )
            raw = await self._send(method, url, resource, headers, body)
        partner_key = self._partner.partner_key.get_secret_value()
        mac = headers["X-Netvisor-Authentication-MAC"]
        secrets = (customer_id, customer_key, self._partner.partner_id, partner_key, mac, self._sender)

        def read_reply() -> T:
            reply = understand(raw, secrets)
            try:
                return read(reply)
            except XmlProblem as problem:
                detail = mask(str(problem), secrets)
                raise errors.BadReply(resource, detail=detail, http_status=raw.http_status) from None

        if len(raw.content) < IN_THREAD_FROM:
            return read_reply()
        return await asyncio.to_thread(read_reply)

    async def _send(self, method: str, url: str, resource: str, headers: Mapping[str, str], body: bytes) -> RawReply:
        is_write = method == "POST"
        try:
            # httpx limits each wait for bytes: a reply that trickles would outlive the company's lease.
            async with asyncio.timeout(self._timeout):
                response = await self._client.request(method, url, headers=headers, content=body or None)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            # Nothing has been sent.
            raise errors.Unreachable(resource, detail=type(error).__name__) from None
        except (httpx.TimeoutException, TimeoutError) as error:
            raise errors.TimedOut(resource, detail=type(error).__name__, outcome_unknown=is_write) from None
        except httpx.DecodingError as error:
            raise errors.BadReply(resource, detail=type(error).__name__, outcome_unknown=is_write) from None
        except httpx.HTTPError as error:
            raise errors.Unreachable(resource, detail=type(error).__name__, outcome_unknown=is_write) from None
        by_name = {name.lower(): value for name, value in response.headers.items()}
        return RawReply(resource, is_write, response.status_code, by_name, response.content, self._clock())


def _tries(error: errors.NetvisorError) -> int:
    match error:
        case errors.TimedOut():
            return 1
        case errors.RequestNotUnique():
            return 2
        case _:
            return TRIES
