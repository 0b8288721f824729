"""Deliveries to the app: patience for acknowledgements, events with Slack's retries, faults on request."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from sandbox.slack.faults import EnvelopeType, Faults
from sandbox.slack.model import Delivered
from sandbox.slack.payloads import event_json
from sandbox.slack.state import State
from sandbox.slack.values import Json, is_object

ACKNOWLEDGE_SECONDS = 3.0
RETRY_AFTER_SECONDS = (0.0, 60.0, 300.0)
"""An event that nobody acknowledged comes again at once, after a minute and after five more (slack.md 1.3)."""

_EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "member_joined_channel": "channels:read",
}
_FAREWELLS = ("app_uninstalled", "tokens_revoked")
_MESSAGE_EVENTS = {"im": "message.im", "channel": "message.channels", "group": "message.groups"}


@dataclass(frozen=True)
class _Retry:
    body: Json
    attempt: int
    due: float


class Deliveries:
    """Sends envelopes to the app. `patience` is how many seconds an acknowledgement may take."""

    def __init__(self, state: State, faults: Faults) -> None:
        self.patience = ACKNOWLEDGE_SECONDS
        self._state = state
        self._faults = faults
        self._retries: list[_Retry] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    async def deliver(self, envelope: EnvelopeType, payload: Json) -> Json | None:
        """Delivers a payload. Returns the acknowledgement's payload, or None when none came in time.

        An app that was removed hears of nothing.
        """
        return await self._deliver(envelope, payload, 0) if self._state.is_installed else None

    async def _deliver(self, envelope: EnvelopeType, payload: Json, attempt: int) -> Json | None:
        fault = self._faults.take_delivery(envelope)
        kind = fault.kind if fault else ""
        if kind == "drop":
            await asyncio.sleep(self.patience)
            return None
        if fault is not None and kind == "delay":
            await asyncio.sleep(fault.seconds)
        first = self._send(envelope, payload, attempt)
        if kind == "duplicate":
            answers = await asyncio.gather(first, self._send(envelope, payload, attempt))
            return next((answer for answer in answers if answer is not None), None)
        answer = await first
        if kind == "redeliver":
            await self._send(envelope, payload, attempt + 1)
        return answer

    async def _send(self, envelope: EnvelopeType, payload: Json, attempt: int) -> Json | None:
        reason = "timeout" if attempt else ""
        transport = self._state.http or self._state.sockets
        answer = await transport.send(envelope, payload, self.patience, attempt, reason)
        self._state.delivered.append(Delivered(_name(envelope, payload), answer is not None, self._state.clock()))
        self._state.changed()
        return answer

    async def send_event(self, event: Json) -> bool:
        """Delivers an event if the app asked for its kind. Returns whether it was acknowledged (or not wanted)."""
        if not self._wanted(event):
            return True
        return await self._send_event_body(event_json(self._state, event), 0)

    async def _send_event_body(self, body: Json, attempt: int) -> bool:
        if await self._deliver("events_api", body, attempt) is not None:
            return True
        if attempt < len(RETRY_AFTER_SECONDS):
            due = self._state.clock() + RETRY_AFTER_SECONDS[attempt]
            self._retries.append(_Retry(body, attempt + 1, due))
        return False

    def _wanted(self, event: Json) -> bool:
        name = str(event["type"])
        if not self._state.is_installed and name not in _FAREWELLS:
            return False
        if name == "message":
            name = _MESSAGE_EVENTS[str(event["channel_type"])]
        channel = self._state.channels.get(str(event.get("channel")))
        if channel is not None and self._state.bot.id not in channel.members:
            return False
        scope = _EVENT_SCOPES.get(name)
        return name in self._state.manifest.bot_events and (scope is None or scope in self._state.scopes)

    def run_retries(self) -> None:
        """Starts the retries of events whose time has come."""
        now = self._state.clock()
        due = [retry for retry in self._retries if retry.due <= now]
        self._retries = [retry for retry in self._retries if retry.due > now]
        for retry in due:
            self.in_background(self._send_event_body(retry.body, retry.attempt))

    def in_background(self, work: Coroutine[Any, Any, object]) -> None:
        """Runs a delivery that nobody waits for."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stops the deliveries that are under way and forgets the retries."""
        self._retries.clear()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _name(envelope: EnvelopeType, payload: Json) -> str:
    """What a delivery is called in the list of them: never what it holds."""
    if envelope == "slash_commands":
        return str(payload["command"])
    event = payload.get("event")
    return str((event if is_object(event) else payload)["type"])
