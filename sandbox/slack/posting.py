"""Posting, changing and deleting messages, and the events that follow from it."""

from sandbox.slack.model import Channel, Message
from sandbox.slack.payloads import message_event, message_json
from sandbox.slack.state import State
from sandbox.slack.values import Json


def post_message(state: State, message: Message) -> Message:
    """Puts a message into its conversation and announces it, unless only one person sees it."""
    state.post(message)
    state.statuses.pop(f"{message.channel}:{message.thread_ts}", None)
    if message.ephemeral_to is None:
        state.on_event(message_event(state, state.channels[message.channel], message))
    return message


def change_message(
    state: State, message: Message, *, text: str | None, blocks: list[Json] | None, metadata: Json | None = None
) -> None:
    """Edits a message; what is None stays as it is."""
    before = message_json(state, message)
    if text is not None:
        message.text = text
    if blocks is not None:
        message.blocks = blocks
    if metadata is not None:
        message.metadata = metadata
    message.edited_at = state.clock()
    message.unresponsive = False
    state.changed()
    if message.ephemeral_to is None:
        _announce(
            state, message, "message_changed", {"message": message_json(state, message), "previous_message": before}
        )


def delete_message(state: State, message: Message) -> None:
    """Takes a message away."""
    before = message_json(state, message)
    del state.channels[message.channel].messages[message.ts]
    state.changed()
    if message.ephemeral_to is None:
        _announce(state, message, "message_deleted", {"deleted_ts": message.ts, "previous_message": before})


def _announce(state: State, message: Message, subtype: str, details: Json) -> None:
    channel: Channel = state.channels[message.channel]
    kind = message_event(state, channel, message)["channel_type"]
    now = state.now_text()
    state.on_event(
        {
            "type": "message",
            "subtype": subtype,
            "hidden": True,
            "channel": channel.id,
            "channel_type": kind,
            "ts": now,
            "event_ts": now,
            **details,
        }
    )
