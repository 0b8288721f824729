"""What a Web API method is, and how it reads its arguments."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.model import Channel
from sandbox.slack.rate_limits import Rate
from sandbox.slack.schema import fault
from sandbox.slack.state import State
from sandbox.slack.values import Json


class Arguments:
    """The arguments of a call, from a query, a form or a JSON body, which spell them differently."""

    def __init__(self, values: Json) -> None:
        self.values = values

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers are taken as their digits."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        """A string that must be there. Raises SlackError invalid_arguments."""
        value = self.text(name)
        if not value:
            raise invalid_arguments([fault(f"missing required field: {name}", "")])
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """True or false in any spelling."""
        value = self.values.get(name)
        return default if value is None else str(value).lower() in ("1", "true")

    def whole(self, name: str, default: int) -> int:
        """A whole number. Raises SlackError invalid_arguments."""
        value = self.text(name)
        try:
            return int(value) if value else default
        except ValueError:
            raise invalid_arguments([fault("must be a valid integer", f"/{name}")]) from None

    def structure(self, name: str) -> Any:
        """A structure, written as JSON where the body is a form. Raises SlackError invalid_arguments."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise invalid_arguments([fault("must be valid JSON", f"/{name}")]) from None


Handler = Callable[[State, Arguments], Json]
"""Does what a call asks for and returns the answer without `ok`. Raises SlackError."""


@dataclass(frozen=True)
class Method:
    """A Web API method: who may call it (one of the scopes suffices, none means any token) and how often."""

    name: str
    handler: Handler
    rate: Rate
    scopes: tuple[str, ...] = ()
    token: Literal["bot", "app", "none"] = "bot"
    rate_key: str = ""


def require_scope(state: State, *scopes: str) -> None:
    """Raises SlackError missing_scope unless one of the scopes was granted."""
    if scopes and not state.scopes.intersection(scopes):
        raise SlackError("missing_scope", needed=",".join(scopes), provided=",".join(sorted(state.scopes)))


def scope_for(channel: Channel, right: str) -> str:
    """The scope for a right (`read`, `history`) in a conversation of this kind."""
    return {"im": "im", "private": "groups"}.get(channel.kind, "channels") + ":" + right


def known_channel(state: State, arguments: Arguments, name: str = "channel") -> Channel:
    """The conversation that an argument names by id. Raises SlackError channel_not_found.

    A private or direct conversation without the bot does not exist for it.
    """
    channel = state.channels.get(arguments.required(name))
    if channel is None or (channel.kind != "public" and state.bot.id not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def writable_channel(state: State, wanted: str) -> Channel:
    """The conversation that a message goes to: by id, by #name, or a member's id for a direct message.

    Raises SlackError channel_not_found, is_archived, not_in_channel or messages_tab_disabled.
    """
    person = state.people.get(wanted)
    channel = (
        state.direct(person.id, state.bot.id) if person else state.channels.get(wanted) or state.channel_named(wanted)
    )
    if channel is None or (channel.kind != "public" and state.bot.id not in channel.members):
        raise SlackError("channel_not_found")
    if channel.is_archived:
        raise SlackError("is_archived")
    if state.bot.id not in channel.members and "chat:write.public" not in state.scopes:
        raise SlackError("not_in_channel")
    if channel.kind == "im" and not state.manifest.messages_tab:
        raise SlackError("messages_tab_disabled")
    return channel


def threaded(arguments: Arguments, channel: Channel) -> str | None:
    """The thread that a message goes to, if it goes to one. Raises SlackError thread_not_found."""
    thread_ts = arguments.text("thread_ts")
    if not thread_ts:
        return None
    parent = channel.messages.get(thread_ts)
    if parent is None or parent.ephemeral_to is not None:
        raise SlackError("thread_not_found")
    return parent.thread_ts or thread_ts


def page_of(items: list[Json], arguments: Arguments, key: str, maximum: int = 1000) -> Json:
    """One page of a listing under a key, with the cursor of the next in response_metadata.

    Raises SlackError invalid_limit or invalid_cursor.
    """
    limit = arguments.whole("limit", 100)
    if limit < 1 or limit > maximum:
        raise SlackError("invalid_limit")
    cursor = arguments.text("cursor")
    if cursor and not cursor.removeprefix("from").isdigit():
        raise SlackError("invalid_cursor")
    start = int(cursor.removeprefix("from")) if cursor else 0
    end = start + limit
    following = f"from{end}" if end < len(items) else ""
    return {key: items[start:end], "response_metadata": {"next_cursor": following}}
