"""The Home tab, and events: what Bolt acknowledges by itself is stored as a job before that happens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt import BoltResponse

from handlers.clients import set_language
from handlers.dispatch import Listeners
from handlers.help_ai import keep_words
from handlers.ids import Action
from handlers.listener import listener
from handlers.locale import supported
from handlers.request import Answer, Request, Services, dedupe_key, workspace_of
from services import jobs
from services.help_ai.conversation import stop
from services.records import Delivery, Person
from services.store import Unit

log = structlog.get_logger(__name__)

EVENTS = ("app_home_opened", "app_mention", "message", "agent_session_stopped")
"""The events that are listened to; of messages only those written to the app itself."""


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners, and the middleware that keeps events."""
    app.action(Action.LANGUAGE)(listener(services, choose_language))

    async def keep(body: dict[str, Any], next_: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:
        if body.get("type") == "event_callback":
            try:
                await services.store.run(lambda unit: keep_event(unit, body, services), urgent=True)
            except Exception:
                # Not acknowledged, so Slack sends it again.
                log.exception("event.not_kept")
                return BoltResponse(status=500, body="")
            services.wake()
        return await next_()

    app.middleware(keep)
    for event in EVENTS:
        app.event(event, kept)


async def kept() -> None:
    """Do nothing more: the middleware has stored the event's job."""


def keep_event(unit: Unit, body: Mapping[str, Any], services: Services) -> None:
    """Store an event's work once."""
    workspace, now, event = workspace_of(body), services.clock(), body["event"]
    if not unit[Delivery].add(Delivery(workspace, dedupe_key(body), now)):
        return
    match event["type"]:
        case "app_home_opened" if event.get("tab") == "home":
            if unit[Person].get(workspace, event["user"]) is None:
                jobs.enqueue(unit, workspace, "people", "all", now)
            jobs.enqueue(unit, workspace, "home", event["user"], now)
        case "app_home_opened" if event.get("tab") == "messages":
            jobs.enqueue(unit, workspace, "help_prompts", event["user"], now, channel=event["channel"])
        case "app_mention" | "message" if not event.get("subtype") and not event.get("bot_id"):
            keep_words(unit, workspace, body, services)
        case "agent_session_stopped":
            stop(unit, workspace, event["user"], event["channel"], event["thread_ts"], body["event_id"], now)
        case _:
            pass


def choose_language(request: Request, unit: Unit) -> Answer:
    """Change the language of the person who chose one on the Home tab."""
    chosen = supported(request.action["selected_option"]["value"])
    if chosen:
        set_language(request, unit, chosen)
    return Answer()
