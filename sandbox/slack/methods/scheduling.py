"""Scheduled messages: Slack posts them itself at their time, whether the app runs or not."""

from sandbox.slack.errors import SlackError
from sandbox.slack.methods.chat import drafted_message
from sandbox.slack.methods.registry import Arguments, Method, page_of, writable_channel
from sandbox.slack.model import ScheduledMessage
from sandbox.slack.rate_limits import TIER_3
from sandbox.slack.state import State
from sandbox.slack.values import Json, new_id

DAYS_AHEAD = 120
PER_FIVE_MINUTES = 30
DELETE_SECONDS = 60


def _schedule(state: State, arguments: Arguments) -> Json:
    post_at = arguments.whole("post_at", 0)
    channel = writable_channel(state, arguments.required("channel"))
    message = drafted_message(state, arguments, channel)
    now = state.clock()
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + DAYS_AHEAD * 86_400:
        raise SlackError("time_too_far")
    near = [s for s in state.scheduled.values() if s.channel == channel.id and s.post_at // 300 == post_at // 300]
    if len(near) >= PER_FIVE_MINUTES:
        raise SlackError("restricted_too_many")
    item = ScheduledMessage(
        id=new_id("Q"),
        channel=channel.id,
        post_at=post_at,
        created=int(now),
        text=message.text,
        blocks=message.blocks,
        thread_ts=message.thread_ts,
        metadata=message.metadata,
    )
    state.scheduled[item.id] = item
    state.changed()
    answer: Json = {
        "type": "delayed_message",
        "text": item.text,
        "user": state.bot.id,
        "bot_id": state.bot_id,
        "app_id": state.app_id,
        "team": state.team_id,
        **({"blocks": item.blocks} if item.blocks else {}),
    }
    return {"channel": channel.id, "scheduled_message_id": item.id, "post_at": post_at, "message": answer}


def _delete(state: State, arguments: Arguments) -> Json:
    channel_id = arguments.required("channel")
    if channel_id not in state.channels:
        raise SlackError("channel_not_found")
    item = state.scheduled.get(arguments.required("scheduled_message_id"))
    if item is None or item.channel != channel_id or item.post_at - state.clock() < DELETE_SECONDS:
        raise SlackError("invalid_scheduled_message_id")
    del state.scheduled[item.id]
    state.changed()
    return {}


def _list(state: State, arguments: Arguments) -> Json:
    wanted = arguments.text("channel")
    if wanted and wanted not in state.channels:
        raise SlackError("invalid_channel")
    oldest, latest = float(arguments.text("oldest", "0")), float(arguments.text("latest", "inf"))
    items: list[Json] = [
        {
            "id": item.id,
            "channel_id": item.channel,
            "post_at": item.post_at,
            "date_created": item.created,
            "text": item.text,
        }
        for item in sorted(state.scheduled.values(), key=lambda scheduled: scheduled.post_at)
        if wanted in ("", item.channel) and oldest <= item.post_at <= latest
    ]
    return page_of(items, arguments, "scheduled_messages")


METHODS = (
    Method("chat.scheduleMessage", _schedule, TIER_3, scopes=("chat:write",)),
    Method("chat.deleteScheduledMessage", _delete, TIER_3, scopes=("chat:write",)),
    Method("chat.scheduledMessages.list", _list, TIER_3),
)
