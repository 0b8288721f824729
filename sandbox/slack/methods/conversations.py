"""Conversations: listing, reading, opening direct ones, joining."""

from sandbox.slack.errors import SlackError
from sandbox.slack.methods.registry import Arguments, Method, known_channel, page_of, require_scope, scope_for
from sandbox.slack.model import Channel, Message
from sandbox.slack.payloads import channel_json, message_json, replies_of
from sandbox.slack.rate_limits import TIER_2, TIER_3, TIER_4
from sandbox.slack.state import State
from sandbox.slack.values import Json

_TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
_TYPE_SCOPES = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}


def listed_channels(state: State, arguments: Arguments, member: str | None) -> list[Json]:
    """The conversations of the wanted types that the bot may know of, and that a member is in when one is given.

    Raises SlackError invalid_types or missing_scope.
    """
    wanted = [name.strip() for name in arguments.text("types", "public_channel").split(",")]
    if any(name not in _TYPES for name in wanted):
        raise SlackError("invalid_types")
    for name in wanted:
        require_scope(state, _TYPE_SCOPES[name])
    kinds = {_TYPES[name] for name in wanted}
    without_archived = arguments.flag("exclude_archived")
    return [
        channel_json(state, channel)
        for channel in state.channels.values()
        if channel.kind in kinds
        and (channel.kind == "public" or state.bot.id in channel.members)
        and (member is None or member in channel.members)
        and not (without_archived and channel.is_archived)
    ]


def _list(state: State, arguments: Arguments) -> Json:
    return page_of(listed_channels(state, arguments, None), arguments, "channels")


def _readable(state: State, arguments: Arguments, right: str) -> Channel:
    channel = known_channel(state, arguments)
    require_scope(state, scope_for(channel, right))
    return channel


def _info(state: State, arguments: Arguments) -> Json:
    channel = _readable(state, arguments, "read")
    value = channel_json(state, channel)
    if arguments.flag("include_locale"):
        value["locale"] = "en-GB"
    if not arguments.flag("include_num_members"):
        value.pop("num_members", None)
    return {"channel": value}


def _members(state: State, arguments: Arguments) -> Json:
    channel = _readable(state, arguments, "read")
    page = page_of([{"id": user} for user in sorted(channel.members)], arguments, "members")
    return {**page, "members": [member["id"] for member in page["members"]]}


def _open(state: State, arguments: Arguments) -> Json:
    if "channel" in arguments:
        channel = known_channel(state, arguments)
        return {"channel": _opened(state, arguments, channel), "no_op": True, "already_open": True}
    users = [user for user in arguments.text("users").split(",") if user]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("not_enough_users" if len(set(users)) == 1 else "method_not_supported_for_channel_type")
    person = state.person(users[0])
    if person.is_bot:
        raise SlackError("cannot_dm_bot")
    if person.is_deactivated:
        raise SlackError("user_disabled")
    known = set(state.channels)
    channel = state.direct(person.id, state.bot.id)
    already = channel.id in known
    return {"channel": _opened(state, arguments, channel), "no_op": already, "already_open": already}


def _opened(state: State, arguments: Arguments, channel: Channel) -> Json:
    return channel_json(state, channel) if arguments.flag("return_im") else {"id": channel.id}


def _join(state: State, arguments: Arguments) -> Json:
    channel = known_channel(state, arguments)
    if channel.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    channel.members.add(state.bot.id)
    state.changed()
    return {"channel": channel_json(state, channel)}


def _history(state: State, arguments: Arguments) -> Json:
    channel = _readable(state, arguments, "history")
    _require_membership(state, channel)
    messages = [m for m in channel.messages.values() if m.thread_ts in (None, m.ts) and m.ephemeral_to is None]
    found = [message for message in reversed(messages) if _within(message, arguments)]
    page = page_of(_with_metadata(state, arguments, found), arguments, "messages", 999)
    return {**page, "has_more": bool(page["response_metadata"]["next_cursor"]), "pin_count": 0}


def _replies(state: State, arguments: Arguments) -> Json:
    channel = _readable(state, arguments, "history")
    _require_membership(state, channel)
    parent = channel.messages.get(arguments.required("ts"))
    if parent is None or parent.ephemeral_to is not None:
        raise SlackError("thread_not_found")
    parent = channel.messages[parent.thread_ts] if parent.thread_ts else parent
    found = [m for m in (parent, *replies_of(state, parent)) if m is parent or _within(m, arguments)]
    page = page_of(_with_metadata(state, arguments, found), arguments, "messages")
    return {**page, "has_more": bool(page["response_metadata"]["next_cursor"])}


def _require_membership(state: State, channel: Channel) -> None:
    if state.bot.id not in channel.members:
        raise SlackError("not_in_channel")


def _within(message: Message, arguments: Arguments) -> bool:
    at, oldest, latest = float(message.ts), arguments.text("oldest", "0"), arguments.text("latest", "inf")
    if arguments.flag("inclusive"):
        return float(oldest) <= at <= float(latest)
    return float(oldest) < at < float(latest)


def _with_metadata(state: State, arguments: Arguments, messages: list[Message]) -> list[Json]:
    wanted = arguments.flag("include_all_metadata")
    return [message_json(state, message, with_metadata=wanted) for message in messages]


METHODS = (
    Method("conversations.list", _list, TIER_2),
    Method("conversations.info", _info, TIER_3),
    Method("conversations.members", _members, TIER_4),
    Method("conversations.open", _open, TIER_3, scopes=("im:write",)),
    Method("conversations.join", _join, TIER_3, scopes=("channels:join",)),
    Method("conversations.history", _history, TIER_3),
    Method("conversations.replies", _replies, TIER_3),
)
