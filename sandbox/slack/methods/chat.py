"""Posting, changing and deleting messages; reactions and permalinks."""

from sandbox.slack.errors import SlackError
from sandbox.slack.methods.registry import (
    Arguments,
    Method,
    known_channel,
    require_scope,
    threaded,
    writable_channel,
)
from sandbox.slack.model import Channel, Message
from sandbox.slack.payloads import message_json
from sandbox.slack.posting import change_message, delete_message, post_message
from sandbox.slack.rate_limits import MESSAGES_PER_CHANNEL, SPECIAL, TIER_3, TIER_4
from sandbox.slack.state import State
from sandbox.slack.surfaces import checked_blocks, checked_metadata, checked_text
from sandbox.slack.values import Json

UPDATED_TEXT_MAXIMUM = 4000


def drafted_message(state: State, arguments: Arguments, channel: Channel) -> Message:
    """The message that the arguments describe, not posted yet.

    Raises SlackError no_text, invalid_blocks and its kin, invalid_attachments (the sandbox shows none) or
    thread_not_found.
    """
    if "attachments" in arguments and arguments.structure("attachments"):
        raise SlackError("invalid_attachments")
    if {"username", "icon_url", "icon_emoji"} & arguments.values.keys():
        require_scope(state, "chat:write.customize")
    text = checked_text(arguments.values.get("text"))
    blocks = checked_blocks(arguments.structure("blocks")) if "blocks" in arguments else []
    if not text and not blocks:
        raise SlackError("no_text")
    return Message(
        ts=state.next_ts(),
        channel=channel.id,
        user=state.bot.id,
        text=text,
        blocks=blocks,
        thread_ts=threaded(arguments, channel),
        metadata=checked_metadata(arguments.structure("metadata")),
    )


def _post(state: State, arguments: Arguments) -> Json:
    channel = writable_channel(state, arguments.required("channel"))
    message = post_message(state, drafted_message(state, arguments, channel))
    answer = message_json(state, message, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": answer}


def _post_ephemeral(state: State, arguments: Arguments) -> Json:
    channel = writable_channel(state, arguments.required("channel"))
    person = state.people.get(arguments.required("user"))
    if person is None or person.id not in channel.members:
        raise SlackError("user_not_in_channel")
    message = drafted_message(state, arguments, channel)
    message.ephemeral_to = person.id
    post_message(state, message)
    return {"message_ts": message.ts}


def own_message(state: State, arguments: Arguments, refusal: str) -> Message:
    """The app's own message that is meant; another's is refused with the code. Raises SlackError."""
    channel = known_channel(state, arguments)
    if channel.is_archived:
        raise SlackError("is_inactive")
    message = channel.messages.get(arguments.required("ts"))
    if message is None or message.ephemeral_to is not None:
        raise SlackError("message_not_found")
    if message.user != state.bot.id:
        raise SlackError(refusal)
    return message


def _update(state: State, arguments: Arguments) -> Json:
    message = own_message(state, arguments, "cant_update_message")
    if message.stream is not None and message.stream.is_open(state.clock()):
        raise SlackError("streaming_state_conflict")
    if not {"text", "blocks", "metadata"} & arguments.values.keys():
        raise SlackError("no_text")
    text = checked_text(arguments.values.get("text"), UPDATED_TEXT_MAXIMUM) if "text" in arguments else None
    blocks = checked_blocks(arguments.structure("blocks")) if "blocks" in arguments else None
    remaining = message.text if text is None else text
    if not remaining and not (message.blocks if blocks is None else blocks):
        raise SlackError("no_text")
    change_message(state, message, text=text, blocks=blocks, metadata=checked_metadata(arguments.structure("metadata")))
    answer = message_json(state, message, with_metadata=True)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": answer}


def _delete(state: State, arguments: Arguments) -> Json:
    message = own_message(state, arguments, "cant_delete_message")
    delete_message(state, message)
    return {"channel": message.channel, "ts": message.ts}


def _permalink(state: State, arguments: Arguments) -> Json:
    channel = known_channel(state, arguments)
    ts = arguments.required("message_ts")
    if ts not in channel.messages:
        raise SlackError("message_not_found")
    return {"channel": channel.id, "permalink": f"{state.base_url}/archives/{channel.id}/p{ts.replace('.', '')}"}


def _react(state: State, arguments: Arguments) -> Json:
    channel = known_channel(state, arguments)
    message = channel.messages.get(arguments.required("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    users = message.reactions.setdefault(arguments.required("name"), [])
    if state.bot.id in users:
        raise SlackError("already_reacted")
    users.append(state.bot.id)
    state.changed()
    return {}


_WRITE = ("chat:write",)
METHODS = (
    Method("chat.postMessage", _post, MESSAGES_PER_CHANNEL, scopes=_WRITE, rate_key="channel"),
    Method("chat.postEphemeral", _post_ephemeral, TIER_4, scopes=_WRITE),
    Method("chat.update", _update, TIER_3, scopes=_WRITE),
    Method("chat.delete", _delete, TIER_3, scopes=_WRITE),
    Method("chat.getPermalink", _permalink, SPECIAL),
    Method("reactions.add", _react, TIER_3, scopes=("reactions:write",)),
)
