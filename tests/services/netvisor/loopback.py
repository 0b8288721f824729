"""A server on loopback that keeps every request byte by byte and answers with the bytes it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

OK = "<ResponseStatus><Status>OK</Status><TimeStamp>23.11.2026 12:00:00</TimeStamp></ResponseStatus>"


def document(content: str, status: str = OK) -> bytes:
    """A reply's document."""
    return f"<Root>{status}{content}</Root>".encode()


def failed(words: str) -> bytes:
    """The document of a refusal."""
    return document("", f"<ResponseStatus><Status>FAILED</Status><Status>{words}</Status></ResponseStatus>")


def http(body: bytes, status: int = 200, *headers: str) -> bytes:
    """A whole HTTP reply."""
    lines = (f"HTTP/1.1 {status} Status", "Content-Type: text/html; charset=utf-8", *headers)
    return "\r\n".join((*lines, f"Content-Length: {len(body)}", "Connection: close", "", "")).encode() + body


@dataclass(frozen=True)
class RawRequest:
    """A request as it came over the network."""

    line: str
    headers: dict[str, str]
    """By name as it was sent."""
    body: bytes

    @property
    def target(self) -> str:
        """What stands between the method and the version: path and query, never decoded."""
        return self.line.split(" ")[1]

    def header(self, name: str) -> str:
        """A header by its name in any case."""
        return {key.lower(): value for key, value in self.headers.items()}[name.lower()]


@dataclass
class Loopback:
    """Answers each request with `answer(request)`; None cuts the connection without a word."""

    answer: Callable[[RawRequest], bytes | None] = lambda _: http(document("<PurchaseInvoiceList/>"))
    requests: list[RawRequest] = field(default_factory=list[RawRequest])
    url: str = ""
    _server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/api"

    async def close(self) -> None:
        assert self._server
        self._server.close()
        await self._server.wait_closed()

    def replies(self, *replies: bytes | None) -> None:
        """Answer with each in turn, and then always with the last."""
        waiting = list(replies)
        self.answer = lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            line, *rest = head.rstrip("\r\n").split("\r\n")
            headers = dict(row.split(": ", 1) for row in rest)
            length = int({key.lower(): value for key, value in headers.items()}.get("content-length", "0"))
            request = RawRequest(line, headers, await reader.readexactly(length))
            self.requests.append(request)
            reply = self.answer(request)
            if reply is not None:
                writer.write(reply)
                await writer.drain()
        finally:
            writer.close()
