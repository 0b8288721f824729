"""What the web page shows one person, as JSON."""

from dataclasses import asdict

from sandbox.slack.model import Channel, Message, Person
from sandbox.slack.payloads import message_json, replies_of, view_json
from sandbox.slack.state import State
from sandbox.slack.values import Json, copy_of, objects
from sandbox.slack.workspace import Outcome, SlackWorkspace


def page_json(workspace: SlackWorkspace, person: Person, channel_id: str, thread_ts: str) -> Json:
    """Everything on the page of a person who looks at a conversation, and at a thread in it when one is open."""
    own_bot_channel = workspace.direct(person.id, workspace.bot.id)
    seen = {channel.id: channel for channel in workspace.visible_channels(person)}
    channel = seen.get(channel_id) or workspace.channel_named(channel_id or "asiakkaat")
    if channel is None or channel.id not in seen:
        channel = next(iter(seen.values()))
    home = workspace.home(person)
    return {
        "version": workspace.version,
        "team": workspace.team_name,
        "app": {
            "name": workspace.manifest.name,
            "bot": workspace.bot.id,
            "color": workspace.manifest.background_color,
            "description": workspace.manifest.description,
            # Another organisation's people have the app in shared channels only.
            "home_tab": workspace.manifest.home_tab and not person.is_external,
            "messages_tab": workspace.manifest.messages_tab and not person.is_external,
            "channel": own_bot_channel.id,
            "connected": workspace.is_connected or workspace.http is not None,
            "installed": workspace.is_installed,
            "prompts": workspace.prompts.get(own_bot_channel.id, []),
        },
        "person": person.id,
        "people": [_person_json(workspace, each) for each in workspace.people.values()],
        "commands": [asdict(command) for command in workspace.manifest.commands if not person.is_external],
        "shortcuts": [asdict(shortcut) for shortcut in workspace.manifest.shortcuts if not person.is_external],
        "channels": [_channel_json(workspace, person, each) for each in seen.values()],
        "channel": channel.id,
        "messages": [
            _message_json(workspace, message)
            for message in workspace.messages(channel, person)
            if message.thread_ts in (None, message.ts)
        ],
        "thread": _thread_json(workspace, person, channel, thread_ts),
        "home": view_json(workspace, home) if home else None,
        "views": [view_json(workspace, view) for view in workspace.open_views(person)],
        "faults": {
            "calls": [asdict(fault) for fault in workspace.faults.calls],
            "deliveries": [asdict(fault) for fault in workspace.faults.deliveries],
            "rate_limits": workspace.rate_limits,
            "connections": workspace.sockets.connections,
            "problems": workspace.problems[-20:],
        },
        "scheduled": [
            {"id": item.id, "channel": item.channel, "post_at": item.post_at, "text": item.text}
            for item in workspace.scheduled.values()
        ],
        "calls": [
            {"method": call.method, "status": call.status, "error": call.response.get("error"), "time": call.time}
            for call in workspace.calls[-40:]
        ],
    }


def _person_json(state: State, person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "color": person.color,
        "is_app": person.id == state.bot.id,
        "is_bot": person.is_bot,
        "role": _role(person),
    }


def _role(person: Person) -> str:
    if person.is_external:
        return "external"
    return "admin" if person.is_admin else "guest" if person.is_restricted else "member"


def _channel_json(state: State, person: Person, channel: Channel) -> Json:
    visible = [message.ts for message in state.messages(channel, person)]
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "members": sorted(channel.members),
        "is_member": person.id in channel.members,
        "is_archived": channel.is_archived,
        "is_shared": state.is_shared(channel),
        "topic": channel.topic,
        "latest": visible[-1] if visible else "",
    }


def _message_json(state: State, message: Message) -> Json:
    value = message_json(state, message)
    value["unresponsive"] = message.unresponsive
    key = f"{message.channel}:{message.ts}"
    value["status"] = state.statuses.get(key, "")
    value["processing"] = key in state.sessions
    return value


def _thread_json(state: State, person: Person, channel: Channel, thread_ts: str) -> Json | None:
    parent = channel.messages.get(thread_ts)
    if parent is None:
        return None
    hidden = [
        message
        for message in state.messages(channel, person)
        if message.thread_ts == thread_ts and message.ephemeral_to == person.id
    ]
    answers = sorted([*replies_of(state, parent), *hidden], key=lambda message: message.ts)
    return {
        "ts": thread_ts,
        "messages": [_message_json(state, message) for message in (parent, *answers)],
        "status": state.statuses.get(f"{channel.id}:{thread_ts}", ""),
    }


def outcome_json(outcome: Outcome) -> Json:
    """What the page needs of an outcome."""
    groups = [copy_of(group) for group in objects(outcome.payload.get("option_groups"))]
    return {
        "acknowledged": outcome.acknowledged,
        "timed_out": outcome.timed_out,
        "errors": dict(outcome.errors),
        "notice": outcome.notice,
        "options": list(outcome.options),
        "option_groups": groups,
    }
