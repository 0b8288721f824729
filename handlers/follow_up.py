"""What follows an acknowledgement: modals, which need the delivery's trigger, and sentences that it could not carry.

Bolt logs errors of background work without a traceback, and nobody waits for it: nothing is raised here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, cast

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from handlers.faults import code_of, fault
from handlers.locale import Locale
from handlers.request import Answer, Refusal, Services
from handlers.views.access import notice
from handlers.views.elements import View
from services.store import Unit

CLOSED = ("not_found", "view_not_found")
"""What Slack says of a modal that its person has closed."""

log = structlog.get_logger(__name__)


async def follow_up(
    services: Services, client: AsyncWebClient, body: Mapping[str, Any], answer: Answer, locale: Locale
) -> None:
    """Do what comes after the acknowledgement; nothing is raised, because nobody would hear it."""
    await services.precedence.give_way()
    try:
        await _follow(services, client, body, answer, locale)
    except Exception as error:
        await _tell(client, body, fault(locale, body, error, acknowledged=True))
        return
    if not body.get("command"):
        await _tell(client, body, answer)


async def _follow(
    services: Services, client: AsyncWebClient, body: Mapping[str, Any], answer: Answer, locale: Locale
) -> None:
    """Do what needs the delivery's trigger or its view; tell the services which view shows it."""
    view_id: str | None = None
    if answer.open:
        view_id = await _open(services, client, body, await _view(services, answer.open, locale))
        if view_id is None:
            return
    if answer.put:
        view_id = str(body["view"]["id"])
        if not await _replace(services, client, view_id, answer.put):
            return
    if answer.put_below:
        below = body["view"].get("previous_view_id") or body["view"]["root_view_id"]
        await _replace(services, client, str(below), answer.put_below)
    if answer.replace:
        # The one way that an ephemeral message can be changed, and good for the others.
        hook = AsyncWebhookClient(str(body["response_url"]))
        blocks = [dict(block) for block in answer.replace.blocks]
        response = await hook.send(text=answer.replace.text, blocks=blocks, replace_original=True)
        if response.status_code != HTTPStatus.OK:
            raise RuntimeError(f"Slack did not replace a message: {response.status_code}")
    if answer.opened and view_id:
        note, shown = answer.opened, view_id
        await services.store.run(lambda unit: note(unit, shown))
        services.wake()


async def _view(services: Services, asked: View | Callable[[Unit], View], locale: Locale) -> View:
    """Return the modal that is to be opened, or the reason why there is none."""
    if not callable(asked):
        return asked
    try:
        return await services.store.run(asked, urgent=True)
    except Refusal as refusal:
        return notice(locale, refusal.sentence)


async def _open(services: Services, client: AsyncWebClient, body: Mapping[str, Any], view: View) -> str | None:
    """Open a modal, above the one that was acted in; return its id, None when nobody can see it any more."""
    if is_third(body):
        # Slack stacks three modals at most: what the third one opens takes its place.
        third = str(body["view"]["id"])
        return third if await _replace(services, client, third, view) else None
    stacked = body.get("view") and body["view"]["type"] == "modal"
    trigger = body["trigger_id"]
    opening = (
        client.views_push(trigger_id=trigger, view=view)
        if stacked
        else client.views_open(trigger_id=trigger, view=view)
    )
    try:
        opened: Any = await opening
    except SlackApiError as error:
        if not stacked or code_of(error) not in CLOSED:
            raise
        return None  # the person has closed the modal that they acted in
    return opened["view"]["id"]


def is_third(body: Mapping[str, Any]) -> bool:
    """Tell whether something was done in the uppermost of three modals."""
    view: Mapping[str, Any] = body.get("view") or {}
    below = view.get("previous_view_id")
    return bool(below) and below != view.get("root_view_id")


async def _replace(services: Services, client: AsyncWebClient, view_id: str, view: View) -> bool:
    """Show another view in a modal; False when the person has closed it meanwhile: there is nothing to show it in."""
    try:
        async with services.exclusive.of(view_id):
            await client.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        if code_of(error) not in CLOSED:
            raise
        return False
    return True


def _thread(body: Mapping[str, Any]) -> str | None:
    """Return the thread of the reply that was acted on: whoever reads the thread does not see what is said beside it.

    What was done at a thread's first message is answered beside it, for it is read in the channel.
    """
    message: Mapping[str, Any] = body.get("message") or body.get("container") or {}
    thread = message.get("thread_ts")
    return str(thread) if thread and thread != (message.get("ts") or message.get("message_ts")) else None


async def _tell(client: AsyncWebClient, body: Mapping[str, Any], answer: Answer) -> None:
    """Show a sentence to the person who acted, where an acknowledgement could not carry it."""
    if answer.message is None:
        return
    user: Any = body.get("user_id") or body.get("user", {}).get("id")
    channel = str(body.get("channel_id") or cast("Any", body.get("channel") or {}).get("id") or user)
    try:
        await client.chat_postEphemeral(
            channel=channel,
            user=user,
            thread_ts=_thread(body),
            text=answer.message.text,
            blocks=[dict(block) for block in answer.message.blocks],
        )
    except Exception:
        try:
            await client.chat_postMessage(
                channel=user, text=answer.message.text, blocks=[dict(block) for block in answer.message.blocks]
            )
        except Exception as error:
            log.warning("listener.untold", error=type(error).__name__)
