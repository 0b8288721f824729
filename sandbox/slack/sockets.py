"""Socket Mode: the app's websocket connections, envelopes sent over them and the acknowledgements that come back."""

import asyncio
import json
from collections.abc import Callable
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.slack.faults import EnvelopeType
from sandbox.slack.values import Json, is_object, new_id

CONNECTIONS_MAXIMUM = 10


class SocketMode:
    """The open connections of one app. Each envelope goes to one of them, in turn."""

    def __init__(self, app_id: str, changed: Callable[[], None]) -> None:
        self._app_id = app_id
        self._changed = changed
        self._tickets: set[str] = set()
        self._connections: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._turn = count()

    @property
    def is_connected(self) -> bool:
        """Whether the app listens."""
        return bool(self._connections)

    @property
    def connections(self) -> int:
        """How many connections the app holds."""
        return len(self._connections)

    def new_ticket(self) -> str:
        """A ticket for one connection, part of the address that apps.connections.open returns."""
        ticket = new_id("", 24)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serves one websocket connection until it ends. Refuses tickets that are unknown or were used."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=403)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        if len(self._connections) >= CONNECTIONS_MAXIMUM:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}})
            await socket.close()
            return socket
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self._connections) + 1,
                "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
                "connection_info": {"app_id": self._app_id},
            }
        )
        self._connections.append(socket)
        self._changed()
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._acknowledged(frame.data)
        finally:
            self._drop(socket)
        return socket

    def _drop(self, socket: web.WebSocketResponse) -> None:
        if socket in self._connections:
            self._connections.remove(socket)
            self._changed()

    def _acknowledged(self, frame: str) -> None:
        try:
            value: Any = json.loads(frame)
        except ValueError:
            return
        if not is_object(value):
            return
        future = self._waiting.get(str(value.get("envelope_id")))
        if future is not None and not future.done():
            payload = value.get("payload")
            future.set_result(payload if is_object(payload) else {})

    async def send(
        self, envelope: EnvelopeType, payload: Json, seconds: float, retry: int = 0, reason: str = ""
    ) -> Json | None:
        """Sends a payload and waits so long for its acknowledgement.

        Returns the acknowledgement's payload (empty when it has none), or None when nobody is connected or nobody
        acknowledged in time.
        """
        if not self._connections:
            return None
        socket = self._connections[next(self._turn) % len(self._connections)]
        envelope_id = new_id("", 32).lower()
        frame: Json = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": envelope,
            "accepts_response_payload": envelope != "events_api",
        }
        if envelope == "events_api" or retry:
            frame |= {"retry_attempt": retry, "retry_reason": reason}
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = future
        try:
            await socket.send_json(frame)
            # Not `wait_for`: in Python 3.11 it swallows a cancellation that meets the answer.
            async with asyncio.timeout(seconds):
                return await future
        except (TimeoutError, ConnectionError):
            return None
        finally:
            self._waiting.pop(envelope_id, None)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Asks every connection to go and closes it, as Slack does every few hours (`warning` only announces it)."""
        for socket in list(self._connections):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
            if reason != "warning":
                self._drop(socket)
                await socket.close()

    async def close(self) -> None:
        """Closes every connection without a word, as when the network breaks."""
        for socket in list(self._connections):
            self._drop(socket)
            await socket.close()
