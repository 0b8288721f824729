"""The manifest says exactly what the code does: commands, events, and a scope for every method that it calls."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any, cast

import jsonschema
import pytest

from bot.slack import CONVERSATIONS
from handlers.dispatch import Listeners
from handlers.ids import Action, Callback, Shortcut
from handlers.request import Services
from handlers.views.home import COMMANDS
from tests.journeys.firm import ROOT, read_manifest

SCOPES: dict[str, set[str]] = {
    "agents.sessions.setStatus": {"chat:write"},
    "apps.connections.open": set(),
    "assistant.threads.setStatus": {"chat:write"},
    "assistant.threads.setSuggestedPrompts": {"assistant:write"},
    "auth.test": set(),
    "chat.deleteScheduledMessage": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write", "chat:write.public"},
    "chat.scheduleMessage": {"chat:write", "chat:write.public"},
    "chat.scheduledMessages.list": set(),
    "chat.update": {"chat:write"},
    "chat.startStream": {"chat:write"},
    "chat.appendStream": {"chat:write"},
    "chat.stopStream": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.list": {"channels:read", "groups:read"},
    "conversations.members": {"channels:read", "groups:read"},
    "conversations.open": {"im:write"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "files.completeUploadExternal": {"files:write"},
    "files.delete": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "files.info": {"files:read"},
    "usergroups.list": {"usergroups:read"},
    "users.info": {"users:read"},
    "users.list": {"users:read"},
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
    "views.update": set(),
}
"""The Web API methods that the code calls, with the bot scopes that they need for what it asks (docs.slack.dev)."""

BESIDES = {
    "commands": "a slash command is registered",
    "app_mentions:read": "the event app_mention",
}
"""Scopes that no method needs, and why they are there."""

EVENT_SCOPES = {
    "agent_session_stopped": None,
    "app_home_opened": None,
    "app_uninstalled": None,
    "tokens_revoked": None,
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
}


class Recorder:
    """Stands in for a Bolt app and keeps what is registered with it."""

    def __init__(self) -> None:
        self.registered: defaultdict[str, set[str]] = defaultdict(set)

    def middleware(self, function: object) -> object:
        return function

    def event(self, name: str, listener: object) -> None:
        self.registered["event"].add(name)

    def __getattr__(self, kind: str) -> Callable[[str], Callable[[Any], Any]]:
        def register(name: str) -> Callable[[Any], Any]:
            self.registered[kind].add(str(name))
            return lambda function: function

        return register


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return read_manifest()


@pytest.fixture(scope="module")
def registered() -> dict[str, set[str]]:
    recorder = Recorder()
    for conversation in CONVERSATIONS:
        conversation.register(cast("Listeners", recorder), cast("Services", None))
    return recorder.registered


def scopes(manifest: dict[str, Any]) -> set[str]:
    given = manifest["oauth_config"]["scopes"]
    return {*given["bot"], *given["bot_optional"]}


def test_slack_would_take_the_manifest(manifest: dict[str, Any]) -> None:
    schema = json.loads((ROOT / "tests/bot/slack-manifest.schema.json").read_text())
    validator: Any = jsonschema.Draft7Validator(schema)
    assert [error.message for error in validator.iter_errors(manifest)] == []
    assert "agent_view" in manifest["features"]
    assert "assistant_view" not in manifest["features"]


def test_commands_are_those_of_the_code(manifest: dict[str, Any], registered: dict[str, set[str]]) -> None:
    assert {command["command"] for command in manifest["features"]["slash_commands"]} == registered["command"]
    (hint,) = [command["usage_hint"] for command in manifest["features"]["slash_commands"]]
    assert {words.split()[0] for words in hint.split(" | ")} == set(COMMANDS)


def test_shortcuts_are_those_of_the_code_and_fit_slack(
    manifest: dict[str, Any], registered: dict[str, set[str]]
) -> None:
    shortcuts = manifest["features"]["shortcuts"]
    of_kind = {kind: {one["callback_id"] for one in shortcuts if one["type"] == kind} for kind in ("global", "message")}
    assert of_kind == {"global": registered["global_shortcut"], "message": registered["message_shortcut"]}
    assert of_kind["global"] | of_kind["message"] == set(Shortcut)
    # The schema has the shape of these, and says their lengths only in words.
    assert all(len(one["name"]) <= 24 and len(one["description"]) <= 150 for one in shortcuts)


def test_events_are_those_of_the_code_and_have_their_scopes(
    manifest: dict[str, Any], registered: dict[str, set[str]]
) -> None:
    events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    assert {event.partition(".")[0] for event in events} == registered["event"]
    assert events == set(EVENT_SCOPES)
    assert {scope for scope in EVENT_SCOPES.values() if scope} <= scopes(manifest)


def test_every_button_and_modal_has_its_listener(registered: dict[str, set[str]]) -> None:
    assert registered["action"] == set(Action)
    watched = {Callback.CHECK, Callback.TRIAL, Callback.TRAINING, Callback.DIMENSIONS, Callback.PICTURE}
    shown = {
        *watched,
        Callback.BATCH_ROWS,
        Callback.CREDENTIALS,
        Callback.CREDENTIAL,
        Callback.KEY_LINK,
        Callback.LEAVING,
        Callback.NOTICE,
        Callback.AUDIT,
        Callback.QUESTIONS,
        Callback.CLIENT,
        Callback.RULES,
        Callback.LISTS_BY_HAND,
    }
    assert registered["view"] == set(Callback) - shown, "these are looked at, not submitted"
    assert registered["view_closed"] == watched


def test_every_method_that_is_called_has_its_scopes(manifest: dict[str, Any]) -> None:
    sources = [file.read_text() for folder in ("bot", "handlers") for file in (ROOT / folder).rglob("*.py")]
    called = {
        name.replace("_", ".") for source in sources for name in re.findall(r"client\.([a-z]+_[A-Za-z0-9_]+)\(", source)
    }
    assert called == set(SCOPES)
    assert set[str]().union(*SCOPES.values()) | set(BESIDES) == scopes(manifest)
