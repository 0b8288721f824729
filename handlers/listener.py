"""One wrapper around every listener: deduplicate, decide, acknowledge, never raise after.

A handler is a plain function of a `Request` and a unit of work, and returns an `Answer`. It runs in the one
transaction that also stores the dedupe key and the jobs that follow, and only then is Slack acknowledged: so a
delivery that was acknowledged is never lost, and one that comes twice is decided once. Handlers see our own database
and nothing else, which keeps every acknowledgement far within Slack's three seconds.

What must use the delivery's trigger (opening a modal) follows the acknowledgement. Bolt loses an acknowledgement
when a listener raises right after it: nothing leaves here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from datetime import timedelta
from typing import Any, cast

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from handlers.dispatch import Listener
from handlers.faults import fault
from handlers.follow_up import follow_up, is_third
from handlers.locale import Locale, supported
from handlers.request import Answer, Handler, Refusal, Request, Services, dedupe_key, person_of, user_id, workspace_of
from handlers.views.access import notice
from handlers.views.elements import View, section
from handlers.views.home import no_access
from services.access import may_use
from services.notifier import Rendered, language_of
from services.records import Delivery, Person, Role
from services.store import Unit

ANSWER_WITHIN = 2.5
"""Seconds after which the person is told that we are busy: Slack's own limit is three."""

ASK_WITHIN = 1.0
"""Seconds that Slack has to say who a person is whom we do not know yet."""


def listener(services: Services, handler: Handler) -> Listener:
    """Return a Bolt listener around a handler. It returns what acknowledges; the rest follows in the background."""

    async def listen(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> BoltResponse:
        locale = Locale()

        def decide(unit: Unit, met: Person | None = None) -> Answer | None:
            nonlocal locale
            request = _request(unit, services, body, met)
            if request is None:
                return None
            locale = request.locale
            if not may_use(request.person):
                return Answer(message=_words(no_access(locale)))
            return _once(unit, request, handler)

        try:
            with services.precedence.one():
                async with asyncio.timeout(ANSWER_WITHIN):
                    answer = await services.store.run(decide, urgent=True)
                    if answer is None:
                        met = await _meet(services, body, client)
                        answer = await services.store.run(lambda unit: decide(unit, met), urgent=True) or Answer()
            acknowledgement = await _acknowledge(ack, body, answer)
        except Exception as error:
            answer = fault(locale, body, error)
            acknowledgement = await _acknowledge(ack, body, answer)
        else:
            services.wake()
        _in_background(follow_up(services, client, body, answer, locale))
        return acknowledgement

    listen.__doc__ = handler.__doc__
    return listen


_background: set[asyncio.Task[None]] = set()
"""asyncio itself keeps no hold of its tasks."""


def _in_background(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(work)
    _background.add(task)
    task.add_done_callback(_background.discard)


def _once(unit: Unit, request: Request, handler: Handler) -> Answer:
    if request.body.get("type") == "block_suggestion":
        try:
            return handler(request, unit)
        except Refusal:
            return Answer()
    key = dedupe_key(request.body)
    earlier = unit[Delivery].get(request.workspace, key)
    if earlier is not None:
        # A submission that comes again gets the same answer again; the modal it leads to must not be stale.
        return Answer(update=cast("View | None", (earlier.answer or {}).get("update")))
    try:
        answer = handler(request, unit)
    except Refusal as refusal:
        answer = _refused(request, refusal.sentence)
    # After errors, and below a view that was pushed, the same view can be submitted again with other words in it.
    if not answer.errors and not answer.push:
        kept = {"update": answer.update} if answer.update else None
        unit[Delivery].add(Delivery(request.workspace, key, request.services.clock(), kept))
    return answer


def _refused(request: Request, sentence: str) -> Answer:
    """Show a refusal: in the modal that was acted in, at its first input or above it, else beside the message."""
    if request.view.get("type") != "modal":
        return Answer(message=_words(sentence))
    shown = notice(request.locale, sentence)
    if request.body.get("type") == "view_submission":
        inputs = [block["block_id"] for block in request.view["blocks"] if block["type"] == "input"]
        # Field errors are plain text.
        return Answer(errors={inputs[0]: sentence.replace("`", "")}) if inputs else Answer(update=shown)
    return Answer(open=shown)


def _request(unit: Unit, services: Services, body: Mapping[str, Any], met: Person | None) -> Request | None:
    """Return the delivery as a handler sees it; None when the person who acted has to be met first."""
    workspace, person_id = workspace_of(body), user_id(body)
    user: Any = body.get("user") or {}
    if met:
        unit[Person].add(met)
    person = unit[Person].get(workspace, person_id)
    if user.get("team_id") and user["team_id"] not in workspace.split("."):
        person = Person(workspace, person_id, "", Role.EXTERNAL, services.clock())
    if person is None:
        return None
    language = language_of(unit, workspace, person_id)
    return Request(workspace, person, Locale(supported(language) or "en"), body, services)


async def _meet(services: Services, body: Mapping[str, Any], client: AsyncWebClient) -> Person:
    """Ask Slack who a person is."""
    async with asyncio.timeout(ASK_WITHIN):
        answer: Any = await client.users_info(user=user_id(body), include_locale=True)
    return person_of(workspace_of(body), answer["user"], services.clock())


def _words(text: str) -> Rendered:
    return Rendered(text, (section(text),))


async def _acknowledge(ack: AsyncAck, body: Mapping[str, Any], answer: Answer) -> BoltResponse:
    if body.get("command") and answer.message:
        return await ack(
            response_type="ephemeral", text=answer.message.text, blocks=[dict(block) for block in answer.message.blocks]
        )
    if body.get("type") == "block_suggestion" and answer.option_groups:
        return await ack(option_groups=[dict(group) for group in answer.option_groups])
    if body.get("type") == "block_suggestion":
        return await ack(options=[dict(option) for option in answer.options or ()])
    if body.get("type") != "view_submission":
        return await ack()
    if answer.errors:
        return await ack(response_action="errors", errors=dict(answer.errors))
    if answer.update:
        return await ack(response_action="update", view=answer.update)
    if answer.push:
        # Slack stacks three modals at most: what the third one leads to takes its place.
        action = "update" if is_third(body) else "push"
        return await ack(response_action=action, view=answer.push)
    return await ack()


DELIVERIES_KEPT = timedelta(days=1)
"""How long a delivery's key is kept: Slack sends nothing again after that."""


def forget_old(unit: Unit, services: Services) -> None:
    """Forget the keys of deliveries that Slack will not send again."""
    unit[Delivery].delete(None, received_at__lt=services.clock() - DELIVERIES_KEPT)
