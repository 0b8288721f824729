"""How a delivery finds its listener: by its name, at once.

Bolt asks one listener after another whether a delivery is theirs, which takes a hundred and fifty of them ten
milliseconds of the processor for one click. Here a middleware looks the name up; Bolt does all that comes before
(authorization) and what has no name of ours (events).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

Listener = Callable[..., Awaitable[BoltResponse]]
Decorator = Callable[[Listener], Listener]

NAMES: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "block_actions": ("action", lambda body: body["actions"][0]["action_id"]),
    "block_suggestion": ("options", lambda body: body["action_id"]),
    "view_submission": ("view", lambda body: body["view"]["callback_id"]),
    "view_closed": ("view_closed", lambda body: body["view"]["callback_id"]),
    "shortcut": ("global_shortcut", lambda body: body["callback_id"]),
    "message_action": ("message_shortcut", lambda body: body["callback_id"]),
}
"""Of each type of Slack's payloads what takes its listeners, called as Bolt calls it, and where its name stands."""


ANSWERED = ("action", "view", "global_shortcut", "message_shortcut")
"""What a person does and waits for an answer to, also where an earlier version of the program offered it."""


class Listeners:
    """What listens in a Bolt app. An action or a select may carry more than its name, behind a colon."""

    def __init__(self, app: AsyncApp) -> None:
        self._app = app
        self._listeners: dict[tuple[str, str], Listener] = {}
        self._otherwise: Listener | None = None

        async def dispatch(
            ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, next_: Callable[[], Awaitable[BoltResponse]]
        ) -> BoltResponse:
            address = address_of(body)
            listener = self._listeners.get(address) or (self._otherwise if address[0] in ANSWERED else None)
            return await (listener(ack=ack, body=body, client=client) if listener else next_())

        app.middleware(dispatch)

    def command(self, name: str) -> Decorator:
        """Listen to a slash command."""
        return self._at("command", name)

    def action(self, name: str) -> Decorator:
        """Listen to a button, or to a choice that acts at once."""
        return self._at("action", name)

    def options(self, name: str) -> Decorator:
        """Listen to what is typed into a select."""
        return self._at("options", name)

    def view(self, name: str) -> Decorator:
        """Listen to a modal that is submitted."""
        return self._at("view", name)

    def view_closed(self, name: str) -> Decorator:
        """Listen to a modal that is closed."""
        return self._at("view_closed", name)

    def global_shortcut(self, name: str) -> Decorator:
        """Listen to a shortcut that is offered anywhere."""
        return self._at("global_shortcut", name)

    def message_shortcut(self, name: str) -> Decorator:
        """Listen to a shortcut in the menu of a message."""
        return self._at("message_shortcut", name)

    def otherwise(self, listener: Listener) -> None:
        """Listen to what has no listener of its own any more: a message lives longer than a version of the program."""
        self._otherwise = listener

    def event(self, name: str, listener: Callable[..., Awaitable[None]]) -> None:
        """Have Bolt call a listener of an event."""
        self._app.event(name)(listener)

    def middleware(self, function: Callable[..., Awaitable[BoltResponse]]) -> None:
        """Have Bolt call a function with every delivery, before the listeners."""
        self._app.middleware(function)

    def _at(self, kind: str, name: str) -> Decorator:
        def keep(listener: Listener) -> Listener:
            assert (kind, name) not in self._listeners, f"two listeners: {kind} {name}"
            self._listeners[kind, str(name)] = listener
            return listener

        return keep


def address_of(body: Mapping[str, Any]) -> tuple[str, str]:
    """Return the kind and the name of what a delivery is about; nothing of both for an event."""
    if "command" in body:
        return "command", str(body["command"])
    kind, name = NAMES.get(str(body.get("type")), ("", lambda _: ""))
    return kind, str(name(body)).partition(":")[0]
