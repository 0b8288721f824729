"""Posting, changing and deleting messages, and the events that follow from it."""

import re

from sandbox.slack.model import Channel, Message
from sandbox.slack.payloads import message_event, message_json
from sandbox.slack.state import State
from sandbox.slack.surfaces import named_blocks
from sandbox.slack.values import Json, objects


def post_message(state: State, message: Message) -> Message:
    """Puts a message into its conversation and announces it, unless only one person sees it."""
    state.post(message)
    state.statuses.pop(f"{message.channel}:{message.thread_ts}", None)
    if message.ephemeral_to is None:
        state.on_event(message_event(state, state.channels[message.channel], message))
    return message


def post_reply(state: State, channel: str, person: str, reply: Json, thread: object = None) -> Message:
    """Puts the app's reply to what a person did into a conversation: only that person sees it, unless it says so."""
    public = reply.get("response_type") == "in_channel"
    return post_message(
        state,
        Message(
            ts=state.next_ts(),
            channel=channel,
            user=state.bot.id,
            text=str(reply.get("text", "")),
            blocks=named_blocks(objects(reply.get("blocks"))),
            thread_ts=str(thread) if thread else None,
            ephemeral_to=None if public else person,
        ),
    )


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


def post_scheduled(state: State) -> None:
    """Posts the scheduled messages that are due, unless they carry metadata or the app has left."""
    for item in sorted(state.scheduled.values(), key=lambda scheduled: scheduled.post_at):
        if item.post_at > state.clock():
            break
        del state.scheduled[item.id]
        channel = state.channels[item.channel]
        if item.metadata is None and not channel.is_archived and state.bot.id in channel.members:
            post_message(
                state,
                Message(state.next_ts(), channel.id, state.bot.id, item.text, item.blocks, thread_ts=item.thread_ts),
            )


def escaped(state: State, text: str) -> str:
    """A person's text as the API carries it: escaped, addresses as links, people and channels as ids."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"https?://[^\s|]*[^\s|.,;:!?)'\"]", r"<\g<0>>", text)
    for person in state.people.values():
        for name in {person.real_name, person.name}:
            text = re.sub(rf"(?i)@{re.escape(name)}(?!\w)", f"<@{person.id}>", text)
    for channel in state.channels.values():
        if channel.name:
            text = re.sub(rf"#{re.escape(channel.name)}(?![\w-])", f"<#{channel.id}|{channel.name}>", text)
    return text
