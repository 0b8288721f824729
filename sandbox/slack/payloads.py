"""The JSON that Slack sends and answers for people, channels, messages and views."""

from sandbox.slack.files import file_json
from sandbox.slack.forms import state_values
from sandbox.slack.model import Channel, Message, Person, View
from sandbox.slack.state import SLACKBOT, State
from sandbox.slack.values import Json, copy_of, new_id, objects


def person_json(state: State, person: Person) -> Json:
    """A member as users.info returns it; the address only with the scope users:read.email."""
    profile: Json = {
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "team": state.team_of(person),
    }
    if person.email and "users:read.email" in state.scopes:
        profile["email"] = person.email
    if person.is_bot:
        profile |= {"api_app_id": state.app_id, "bot_id": state.bot_id, "always_active": True}
    return {
        "id": person.id,
        "team_id": state.team_of(person),
        **({"is_stranger": True} if person.is_external else {}),
        "name": person.name,
        "deleted": person.is_deactivated,
        "color": person.color,
        "real_name": person.real_name,
        "tz": person.time_zone,
        "tz_label": "Eastern European Time",
        "tz_offset": 7200,
        "profile": profile,
        "is_admin": person.is_admin,
        "is_owner": person.is_admin,
        "is_primary_owner": person.is_admin,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": False,
        "is_bot": person.is_bot and person.id != SLACKBOT,
        "is_app_user": False,
        "updated": 1_700_000_000,
        "who_can_share_contact_card": "EVERYONE",
    }


def channel_json(state: State, channel: Channel) -> Json:
    """A conversation as conversations.info returns it."""
    shared: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": channel.kind == "im",
        "is_org_shared": False,
        "context_team_id": state.team_id,
        "updated": channel.created * 1000,
    }
    if channel.kind == "im":
        other = next((user for user in channel.members if user != state.bot.id), state.bot.id)
        return {**shared, "user": other, "is_user_deleted": False, "is_open": True, "priority": 0}
    return {
        **shared,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_mpim": False,
        "is_private": channel.kind == "private",
        "is_general": False,
        "is_shared": state.is_shared(channel),
        "is_ext_shared": state.is_shared(channel),
        "is_pending_ext_shared": False,
        "is_member": state.bot.id in channel.members,
        "unlinked": 0,
        "creator": channel.creator,
        "parent_conversation": None,
        "shared_team_ids": sorted({state.team_of(state.people[user]) for user in channel.members} | {state.team_id}),
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "previous_names": [],
        "num_members": len(channel.members),
        "topic": {"value": channel.topic, "creator": channel.creator, "last_set": channel.created},
        "purpose": {"value": channel.purpose, "creator": channel.creator, "last_set": channel.created},
    }


def bot_profile(state: State) -> Json:
    """The app's bot as it stands in its messages and in bots.info."""
    return {
        "id": state.bot_id,
        "app_id": state.app_id,
        "user_id": state.bot.id,
        "name": state.manifest.name,
        "icons": {"image_36": "", "image_48": "", "image_72": ""},
        "deleted": False,
        "updated": 1_700_000_000,
        "team_id": state.team_id,
    }


def message_json(state: State, message: Message, *, with_metadata: bool = False) -> Json:
    """A message as conversations.history and payloads carry it."""
    value: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": state.team_of(state.people[message.user]),
    }
    if message.user == state.bot.id:
        value |= {"bot_id": state.bot_id, "app_id": state.app_id, "bot_profile": bot_profile(state)}
    if message.blocks:
        value["blocks"] = [copy_of(block) for block in message.blocks]
    if message.files:
        value |= {"files": [file_json(state, file) for file in message.files], "upload": True, "display_as_bot": False}
    if message.ephemeral_to is not None:
        value["is_ephemeral"] = True
    if message.edited_at is not None:
        value["edited"] = {"user": message.user, "ts": f"{message.edited_at:.6f}"}
    if message.reactions:
        value["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()
        ]
    if message.stream is not None:
        value["streaming_state"] = "in_progress" if message.stream.is_open(state.clock()) else "completed"
    value |= _thread_json(state, message)
    if with_metadata and message.metadata is not None:
        value["metadata"] = copy_of(message.metadata)
    return value


def replies_of(state: State, message: Message) -> list[Message]:
    """The answers in a message's thread."""
    return [
        other
        for other in state.channels[message.channel].messages.values()
        if other.thread_ts == message.ts and other.ts != message.ts and other.ephemeral_to is None
    ]


def _thread_json(state: State, message: Message) -> Json:
    if message.thread_ts is not None:
        parent = state.channels[message.channel].messages.get(message.thread_ts)
        return {"thread_ts": message.thread_ts, **({"parent_user_id": parent.user} if parent else {})}
    replies = replies_of(state, message)
    if not replies:
        return {}
    people = sorted({reply.user for reply in replies})
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(people),
        "reply_users": people,
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }


def view_json(state: State, view: View) -> Json:
    """A view as payloads and answers carry it: everything that Bolt and apps look for is there."""
    content = view.content
    shared: Json = {
        "id": view.id,
        "team_id": state.team_id,
        "type": content["type"],
        "blocks": [copy_of(block) for block in objects(content["blocks"])],
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "external_id": content.get("external_id", ""),
        "state": {"values": state_values(view.blocks, view.entered, state.current(view.channel))},
        "hash": view.hash,
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "close": content.get("close"),
        "submit": content.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": state.app_id,
        "app_installed_team_id": state.team_id,
        "bot_id": state.bot_id,
    }
    home_title: Json = {"type": "plain_text", "text": "View Title", "emoji": True}
    return {**shared, "title": content.get("title", home_title)}


def interaction_json(state: State, kind: str, person: Person) -> Json:
    """What every interactive payload carries."""
    return {
        "type": kind,
        # Of an organisation's installation the team stands beside the person only.
        "team": None if state.is_org_install else {"id": state.team_id, "domain": state.team_domain},
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": state.team_of(person)},
        "api_app_id": state.app_id,
        "token": state.verification_token,
        "enterprise": {"id": state.enterprise_id, "name": "Organisation"} if state.enterprise_id else None,
        "is_enterprise_install": state.is_org_install,
    }


def channel_name_json(channel: Channel) -> str:
    """How a payload names a conversation."""
    return {"im": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)


def command_json(state: State, person: Person, channel: Channel, command: str, text: str) -> Json:
    """A slash command's payload; its values are strings, as they come from a form."""
    return {
        "token": state.verification_token,
        "team_id": state.team_id,
        "team_domain": state.team_domain,
        "channel_id": channel.id,
        "channel_name": channel_name_json(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": state.app_id,
        "is_enterprise_install": "true" if state.is_org_install else "false",
        **({"enterprise_id": state.enterprise_id} if state.enterprise_id else {}),
        "response_url": state.issue_response_url(person.id, channel.id),
        "trigger_id": state.issue_trigger(person.id, channel.id),
    }


def event_json(state: State, event: Json) -> Json:
    """The outer body of an event."""
    channel = state.channels.get(str(event.get("channel")))
    return {
        "token": state.verification_token,
        "team_id": state.team_id,
        "context_team_id": state.team_id,
        "context_enterprise_id": state.enterprise_id or None,
        "api_app_id": state.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": int(state.clock()),
        "authorizations": [
            {
                "enterprise_id": state.enterprise_id or None,
                "team_id": None if state.is_org_install else state.team_id,
                "user_id": state.bot.id,
                "is_bot": True,
                "is_enterprise_install": state.is_org_install,
            }
        ],
        "is_ext_shared_channel": channel is not None and state.is_shared(channel),
        "event_context": new_id("4-"),
    }


def message_event(state: State, channel: Channel, message: Message) -> Json:
    """The message event of a message somebody posted."""
    return {
        **message_json(state, message, with_metadata=True),
        **({"subtype": "file_share"} if message.files else {}),
        "channel": channel.id,
        "event_ts": message.ts,
        "channel_type": {"im": "im", "private": "group"}.get(channel.kind, "channel"),
        **_teams_json(state, channel, message),
    }


def _teams_json(state: State, channel: Channel, message: Message) -> Json:
    """Where the person is from who wrote in a channel shared with another organisation."""
    if not state.is_shared(channel):
        return {}
    team = state.team_of(state.people[message.user])
    return {"user_team": team, "source_team": team}
