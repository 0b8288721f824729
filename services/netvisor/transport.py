"""Calls of Netvisor: signed, one at a time per company, repeated only where repeating is safe.

A GET that met no answer is tried three times; a write is never repeated here, because nobody knows whether it
happened. Maintenance and faults of Netvisor's own are for the caller to wait out: they last longer than a call should.
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
from services.netvisor.signing import ApiCredential, Partner, signed_headers
from services.netvisor.xml import Node, XmlProblem, parse

T = TypeVar("T")

TIMEOUT = 120.0
"""Seconds; Netvisor asks for at least so many."""

TRIES = 3
LONGEST_WAIT = 30.0
LONGEST_ADDRESS = 2115
"""Characters that Netvisor accepts in an address (Swedish article on getpurchaseinvoice)."""

LONGEST_DETAIL = 300
IN_THREAD_FROM = 64 * 1024
"""Bytes from which a reply is read in a thread, so that the event loop goes on."""


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
        language: str = "EN",
        timeout: float = TIMEOUT,
        leases: CompanyLease | None = None,
        clock: Clock = system_clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self._partner = partner
        self._sender = sender
        self._language = language
        self._leases = leases or LocalLeases()
        self._clock = clock
        self._sleep = sleep
        self._client = httpx.AsyncClient(timeout=timeout, transport=transport, trust_env=False)

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
        read: Callable[[Node], T],
    ) -> T:
        """Return what a resource answers, read by `read`; raise a NetvisorError."""
        url = self.address(resource, parameters)
        tries = 0
        while True:
            tries += 1
            try:
                return await self._call("GET", url, resource, business_id, credential, None, read)
            except (errors.Unreachable, errors.RequestNotUnique, errors.TooManyRequests) as error:
                wait = error.retry_after or 2.0 ** (tries - 1)
                if tries == TRIES or wait > LONGEST_WAIT or isinstance(error, errors.TimedOut):
                    raise
                await self._sleep(wait)

    async def post(
        self, resource: str, parameters: Mapping[str, str], business_id: str, credential: ApiCredential, body: bytes
    ) -> None:
        """Send a write once; raise a NetvisorError, whose `outcome_unknown` says when nobody knows."""
        url = self.address(resource, parameters)
        await self._call("POST", url, resource, business_id, credential, body, lambda root: None)

    async def _call(
        self,
        method: str,
        url: str,
        resource: str,
        business_id: str,
        credential: ApiCredential,
        body: bytes | None,
        read: Callable[[Node], T],
    ) -> T:
        host = httpx.URL(self.url).netloc.decode()
        async with self._leases.hold(host, business_id):
            headers = signed_headers(
                url,
                business_id,
                self._partner,
                credential,
                sender=self._sender,
                language=self._language,
                now=self._clock(),
            )
            writing = method == "POST"
            try:
                response = await self._client.request(method, url, headers=headers, content=body)
            except httpx.ConnectError as error:
                raise errors.Unreachable(resource, detail=type(error).__name__) from None
            except httpx.TimeoutException as error:
                raise errors.TimedOut(resource, detail=type(error).__name__, outcome_unknown=writing) from None
            except httpx.HTTPError as error:
                raise errors.Unreachable(resource, detail=type(error).__name__, outcome_unknown=writing) from None
        secrets = (
            credential.customer_id.get_secret_value(),
            credential.customer_key.get_secret_value(),
            self._partner.partner_id,
            self._partner.partner_key.get_secret_value(),
            headers["X-Netvisor-Authentication-MAC"],
            self._sender,
        )

        def read_reply() -> T:
            return _read(response, resource, secrets, read, writing=writing)

        if len(response.content) < IN_THREAD_FROM:
            return read_reply()
        return await asyncio.to_thread(read_reply)


def _read(
    response: httpx.Response, resource: str, secrets: tuple[str, ...], read: Callable[[Node], T], *, writing: bool
) -> T:
    """Return what a reply holds, or raise what it says is wrong."""
    status = response.status_code
    try:
        root = parse(response.content)
    except XmlProblem as problem:
        raise _without_xml(response, resource, str(problem), writing=writing) from None
    statuses = [node.element.text or "" for node in root.items("ResponseStatus", "Status")]
    words = statuses[0].strip().upper() if statuses else ""
    if words == "FAILED" or (status >= 400 and words != "OK"):
        raise _refusal(resource, statuses[1] if len(statuses) > 1 else "", status, secrets, _retry_after(response))
    if root.name != "root" or (not statuses and not len(root.element)):
        raise errors.BadReply(resource, http_status=status, outcome_unknown=writing)
    try:
        return read(root)
    except XmlProblem as problem:
        raise errors.BadReply(resource, detail=str(problem), http_status=status) from None


def _without_xml(response: httpx.Response, resource: str, problem: str, *, writing: bool) -> errors.NetvisorError:
    status = response.status_code
    if status == 429:
        return errors.TooManyRequests(resource, http_status=status, retry_after=_retry_after(response))
    if status == 503:
        return errors.Maintenance(resource, http_status=status, retry_after=_retry_after(response))
    if status >= 500:
        return errors.TechnicalError(resource, f"HTTP_{status}", http_status=status, outcome_unknown=writing)
    if status in (401, 403):
        # Something before Netvisor's own service said no, for it gives no reason.
        return errors.ServiceAccessError(resource, f"HTTP_{status}", http_status=status)
    return errors.BadReply(resource, detail=problem, http_status=status, outcome_unknown=writing)


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if re.fullmatch(r"\d{1,6}", value) else None


def _refusal(
    resource: str, words: str, status: int, secrets: tuple[str, ...], retry_after: float | None
) -> errors.NetvisorError:
    """Return the error that a `CODE :: text` stands for."""
    code, _, text = words.partition("::")
    code = code.strip().upper()
    kind = errors.BY_CODE.get(code, errors.UnknownCode)
    if not re.fullmatch(r"[A-Z_]{3,40}", code):
        kind, code, text = errors.UnknownCode, f"HTTP_{status}" if status >= 400 else "FAILED", words
    error = kind(resource, _spelling(code), http_status=status, retry_after=retry_after)
    if isinstance(error, errors.AuthenticationFailed):
        # A mismatch echoes the whole string that was signed, with the identifier in it: none of it is kept.
        error.mac_mismatch = "&" in text or "YOUR_PRIVATE_KEY_HERE" in text
        folded = text.casefold()
        error.partner_unknown = "integraatiokumppania ei" in folded or "partner not found" in folded
    if not getattr(error, "mac_mismatch", False):
        error.detail = mask(text, secrets)
    return error


def _spelling(code: str) -> str:
    return "SYSTEM_MAINTENANCE" if code == "SYSTEM_MAINTANANCE" else code


def mask(text: str, secrets: tuple[str, ...]) -> str:
    """Return Netvisor's words without anything secret: our own identifiers, and whatever looks like a key."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "••••")
    text = re.sub(r"[0-9A-Fa-f]{16,}", "••••", text)
    return " ".join(text.split())[:LONGEST_DETAIL]
