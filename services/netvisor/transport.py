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
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import quote

import httpx

from services.clock import Clock, system_clock
from services.netvisor import errors
from services.netvisor.replies import RawReply, Reply, mask, understand
from services.netvisor.signing import ApiCredential, Partner, signed_headers
from services.netvisor.xml import XmlProblem, go_on
from services.precedence import Precedence

T = TypeVar("T")

TIMEOUT = 120.0
"""Seconds from the first byte sent to the last one received; Netvisor asks for at least so many."""

STILL_WORKING = 2
"""For how many more time-outs Netvisor may be at work on a call that we gave up, so that nobody calls meanwhile.

Its articles ask callers to wait 120 seconds, an older page for 360: it may take as long as the longest, which is two
more time-outs. When it really stops is not documented.
"""

LARGEST_REPLY = 32 * 1024 * 1024
"""Bytes of a reply, unpacked. 60,000 invoices in a list, or 250 in full with 100 lines each, are less."""

CONNECT_TIMEOUT = 30.0
TRIES = 3
FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
"""Seconds between tries: doubled each time, or as many as Netvisor asks for. For longer than this nobody waits here."""

IN_THREAD_FROM = 32 * 1024
"""Bytes from which a reply is read in a thread, so that the event loop goes on."""

SENDABLE = re.compile(r"[!-~]+")
"""What identifiers and keys consist of: anything else cannot be theirs, and HTTP headers could not carry it."""


@dataclass
class Turn:
    """A company's turn; `kept_for` are the seconds after it for which nobody else gets one."""

    kept_for: float = 0.0


class CompanyLease(Protocol):
    """Keeps calls of one company apart."""

    def hold(self, host: str, business_id: str) -> AbstractAsyncContextManager[Turn]:
        """Wait for the company's turn and keep it for the block, and for as long after it as the turn then says."""
        ...


class LocalLeases:
    """Keeps calls of one company apart within this process."""

    def __init__(self) -> None:
        self._turns: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._free_at: dict[tuple[str, str], float] = {}

    @asynccontextmanager
    async def hold(self, host: str, business_id: str) -> AsyncGenerator[Turn]:
        """Wait for the company's turn and keep it for the block, and for as long after it as the turn then says."""
        now, turn, company = asyncio.get_running_loop().time, Turn(), (host, business_id)
        async with self._turns[company]:
            await asyncio.sleep(self._free_at.get(company, 0.0) - now())
            try:
                yield turn
            finally:
                if turn.kept_for:
                    self._free_at[company] = now() + turn.kept_for


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
        precedence: Precedence | None = None,
    ) -> None:
        """Prepare calls of the resources under `url`.

        `language` (FI, EN or SE) is that of Netvisor's error texts and status words: Finnish is what its own support
        reads, and the only one in which public clients quote them. `timeout` is in seconds. Whom `precedence`
        knows of goes first: before each call, and while a long reply is read.
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
        self._precedence = precedence or Precedence()
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

    async def post(self, resource: str, business_id: str, credential: ApiCredential, body: bytes) -> str:
        """Send a write, once, and return the reply's words; raise a NetvisorError, whose `outcome_unknown` says when
        nobody knows what came of it.
        """
        url = self.address(resource, {})
        return await self._call("POST", url, resource, business_id, credential, body, lambda reply: reply.said)

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
        partner_key = self._partner.partner_key.get_secret_value()
        if not (SENDABLE.fullmatch(customer_id) and SENDABLE.fullmatch(customer_key)):
            raise errors.AuthenticationFailed(resource, detail="The identifier or key holds impossible characters.")
        if not (SENDABLE.fullmatch(self._partner.partner_id) and SENDABLE.fullmatch(partner_key)):
            detail = "The partner identity holds impossible characters."
            raise errors.AuthenticationFailed(resource, detail=detail, partner_unknown=True)
        await self._precedence.give_way()
        async with self._leases.hold(self._host, business_id) as turn:
            headers = signed_headers(
                url,
                business_id,
                self._partner,
                credential,
                sender=self._sender,
                language=self._language,
                now=self._clock(),
            )
            try:
                raw = await self._send(method, url, resource, headers, body)
            except errors.TimedOut as error:
                turn.kept_for = error.retry_after = STILL_WORKING * self._timeout
                raise
        mac = headers["X-Netvisor-Authentication-MAC"]
        secrets = (customer_id, customer_key, self._partner.partner_id, partner_key, mac, self._sender)

        def read_reply(pause: Callable[[], None] = go_on) -> T:
            reply = understand(raw, secrets, pause)
            try:
                return read(reply)
            except XmlProblem as problem:
                detail = mask(str(problem), secrets)
                raise errors.BadReply(resource, detail=detail, http_status=raw.http_status) from None

        if len(raw.content) < IN_THREAD_FROM:
            return read_reply()
        return await asyncio.to_thread(read_reply, self._precedence.pauses())

    async def _send(self, method: str, url: str, resource: str, headers: Mapping[str, str], body: bytes) -> RawReply:
        is_write = method == "POST"
        try:
            # httpx limits each wait for bytes: a reply that trickles would outlive the company's lease.
            async with (
                asyncio.timeout(self._timeout),
                self._client.stream(method, url, headers=headers, content=body or None) as response,
            ):
                content = await self._received(response, resource, is_write)
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
        return RawReply(resource, is_write, response.status_code, by_name, content, self._clock())

    async def _received(self, response: httpx.Response, resource: str, is_write: bool) -> bytes:
        """Return a reply's body, unpacked as it comes, so that one that unpacks to gigabytes is noticed before."""
        content = bytearray()
        async for part in response.aiter_bytes():
            content += part
            if len(content) > LARGEST_REPLY:
                status = response.status_code
                raise errors.BadReply(resource, detail="too large", http_status=status, outcome_unknown=is_write)
        return bytes(content)


def _tries(error: errors.NetvisorError) -> int:
    match error:
        case errors.TimedOut():
            return 1
        case errors.RequestNotUnique():
            return 2
        case _:
            return TRIES
