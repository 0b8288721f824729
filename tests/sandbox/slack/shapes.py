"""The manifest of a tiny app, and short ways of writing views and blocks, of calling and of typing."""

from typing import Any, cast

import pytest
from playwright.async_api import Page
from slack_sdk.errors import SlackApiError

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Fabric", "background_color": "#1f4d3a", "description": "Posts invoices"},
    "features": {
        "bot_user": {"display_name": "Fabric"},
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "shortcuts": [
            {"name": "Add a client", "type": "global", "callback_id": "add", "description": "A company"},
            {"name": "Ask about this", "type": "message", "callback_id": "ask", "description": "A question"},
        ],
        "slash_commands": [
            {"command": "/fabric", "description": "Netvisor clients", "usage_hint": "add-client | clients"}
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "commands",
                "chat:write",
                "im:history",
                "im:write",
                "im:read",
                "users:read",
                "app_mentions:read",
                "channels:history",
                "reactions:write",
                "assistant:write",
                "team:read",
                "files:read",
                "files:write",
            ],
            "bot_optional": ["channels:read"],
        }
    },
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened", "app_mention", "message.im"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


class Clock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A modal with these blocks, or with one line of text."""
    line = {"type": "section", "text": plain("Hello")}
    shape: dict[str, Any] = {"type": "modal", "title": plain("Title"), "blocks": list(blocks) or [line]}
    return {**shape, **more}


def text_input(block_id: str = "name", **element: Any) -> dict[str, Any]:
    kind: dict[str, Any] = {"type": "plain_text_input", "action_id": "typed", **element}
    return {"type": "input", "block_id": block_id, "label": plain("Name"), "element": kind}


def button(action_id: str = "press", **more: Any) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "button", "action_id": action_id, "text": plain("Press"), **more}
    return {"type": "actions", "block_id": "buttons", "elements": [element]}


async def refusal(call: Any) -> Any:
    """The answer to a call that Slack refuses."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return cast(Any, refused.value).response


async def code_of(call: Any) -> str:
    return str((await refusal(call))["error"])


async def type_message(page: Page, text: str) -> None:
    composer = page.get_by_role("textbox", name="Message")
    await composer.fill(text)
    await composer.press("Enter")
