"""One wrapper around every listener: deduplicate, decide, acknowledge, never raise after.

A handler is a plain function of a `Request` and a unit of work, and returns an `Answer`. It runs in the one
transaction that also stores the dedupe key and the jobs that follow, and only then is Slack acknowledged: so a
delivery that was acknowledged is never lost, and one that comes twice is decided once. Handlers see our own database
and nothing else, which keeps every acknowledgement far within Slack's three seconds.

What must use the delivery's trigger (opening a modal) follows the acknowledgement. Bolt loses an acknowledgement
when a listener raises right after it, and logs errors of background work without a traceback: nothing leaves here.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, cast

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from handlers.dispatch import Listener
from handlers.locale import Locale, supported
from handlers.views.access import notice
from handlers.views.elements import View, actions, ask_help_ai, section
from handlers.views.home import no_access
from services.access import may_use
from services.clock import Clock
from services.help_ai.library import Library
from services.installations import workspace_id
from services.netvisor import CirculationTemplate
from services.notifier import Rendered, language_of
from services.precedence import Precedence
from services.records import Delivery, Person, Role
from services.store import Store, Unit
from services.vault import Vault

log = structlog.get_logger(__name__)

ANSWER_WITHIN = 2.5
"""Seconds after which the person is told that we are busy: Slack's own limit is three."""

ASK_WITHIN = 1.0
"""Seconds that Slack has to say who a person is whom we do not know yet."""


@dataclass(frozen=True)
class Services:
    """What handlers need."""

    store: Store
    clock: Clock
    vault: Vault
    access_key: str
    wake: Callable[[], None]
    forget: Callable[[str], None]
    """Called with a workspace that removed the app: what is kept of its tokens in memory goes."""
    library: Library
    precedence: Precedence
    public_url: str = ""
    """Where browsers reach us; empty where they do not."""
    circulation: CirculationTemplate | None = None
    """The message that sets an invoice's circulation list; None where nothing is ever sent."""


@dataclass(frozen=True)
class Request:
    """A delivery as a handler sees it; `body` is Slack's payload."""

    workspace: str
    person: Person
    locale: Locale
    body: Mapping[str, Any]
    services: Services

    @property
    def action(self) -> Mapping[str, Any]:
        """The action of a block_actions delivery."""
        return self.body["actions"][0]

    @property
    def number(self) -> int:
        """The page or place that a button carries behind its last colon; 0 where it carries none."""
        value = str(self.action.get("value") or "").rpartition(":")[2]
        return int(value) if value.isdecimal() else 0

    @property
    def view(self) -> Mapping[str, Any]:
        """The view of a submission, or the modal in which an action took place (empty in messages)."""
        return self.body.get("view") or {}

    @property
    def channel(self) -> str:
        """The conversation in which the delivery began; empty in modals and on the Home tab."""
        conversation: Any = self.body.get("channel") or {}
        return str(self.body.get("channel_id") or conversation.get("id") or "")

    def value(self, name: str) -> Any:
        """Return what was typed or chosen in an input: a text, an option's value, an id, a day, a time, files, None."""
        state = self.view.get("state", {}).get("values", {}).get(name, {}).get(name, {})
        option = state.get("selected_option")
        if option:
            return option["value"]
        picked = state.get("selected_conversation") or state.get("selected_user")
        picked = picked or state.get("selected_date") or state.get("selected_time")
        return picked or state.get("files") or state.get("value")

    def values(self, name: str) -> list[str]:
        """Return everything that was chosen in an input for several: options' values, people, conversations."""
        state = self.view.get("state", {}).get("values", {}).get(name, {}).get(name, {})
        options = [str(option["value"]) for option in state.get("selected_options") or ()]
        return options or list(state.get("selected_users") or state.get("selected_conversations") or ())


@dataclass(frozen=True)
class Answer:
    """What a handler decided. `message`, `errors`, `update` and `push` go into the acknowledgement.

    `open` opens a modal, `put` replaces the one that was clicked in and `put_below` the one under it, `replace` the
    message that was clicked in, all after it.
    `options`, or `option_groups`, answer what somebody types into a select: nothing of that is kept. An answer with
    `errors` or `push` leaves no dedupe key, so the person can submit the same view again.
    """

    message: Rendered | None = None
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    update: View | None = None
    push: View | None = None
    open: View | None = None
    put: View | None = None
    put_below: View | None = None
    replace: Rendered | None = None
    options: Sequence[Mapping[str, Any]] | None = None
    option_groups: Sequence[Mapping[str, Any]] | None = None
    opened: Callable[[Unit, str], None] | None = None
    """Called with the id of the view that was opened, pushed or updated."""


class Refusal(Exception):
    """Raised by a handler that does nothing: its sentence says why, and is shown where the person can read it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


Handler = Callable[[Request, Unit], Answer]


def workspace_of(body: Mapping[str, Any]) -> str:
    """Return our id of the workspace that a delivery belongs to: the organisation's and the team's Slack ids.

    Of what happens in a channel shared with another organisation that is the workspace which has the app.
    """
    served = _served(body)
    view: Any = body.get("view") or {}
    team_id = view.get("app_installed_team_id") or _id(served.get("team")) or served.get("team_id")
    if not team_id:
        # An organisation's installation: payloads of modals name the team beside the person only.
        team_id = view.get("team_id") or cast("Any", body.get("user") or {}).get("team_id")
    return workspace_id(_id(served.get("enterprise")) or served.get("enterprise_id"), team_id)


def is_organisations(body: Mapping[str, Any]) -> bool:
    """Tell whether a delivery comes by the installation of a whole organisation."""
    flag = _served(body).get("is_enterprise_install") or body.get("is_enterprise_install")
    return flag in (True, "true")


def _served(body: Mapping[str, Any]) -> Mapping[str, Any]:
    authorizations: Any = body.get("authorizations")
    return authorizations[0] if authorizations else body


def _id(value: Any) -> str:
    return value if isinstance(value, str) else str(cast("Any", value or {}).get("id") or "")


def dedupe_key(body: Mapping[str, Any]) -> str:
    """Return what tells a delivery from every other; one that Slack sends again has the same."""
    match body.get("type"):
        case "event_callback":
            return f"event:{body['event_id']}"
        case "view_submission" | "view_closed":
            return f"{body['type']}:{body['view']['id']}:{body['view'].get('hash')}"
        case _:
            return f"trigger:{body.get('trigger_id')}"


def new_reference() -> str:
    """Return a reference that a person can read out to the operator, who finds it in the log."""
    return secrets.token_hex(4).upper()


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
            answer = _fault(locale, body, error)
            acknowledgement = await _acknowledge(ack, body, answer)
        else:
            services.wake()
        _in_background(_follow_up(services, client, body, answer, locale))
        return acknowledgement

    listen.__doc__ = handler.__doc__
    return listen


_background: set[asyncio.Task[None]] = set()
"""asyncio itself keeps no hold of its tasks."""


def _in_background(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(work)
    _background.add(task)
    task.add_done_callback(_background.discard)


async def _follow_up(
    services: Services, client: AsyncWebClient, body: Mapping[str, Any], answer: Answer, locale: Locale
) -> None:
    """Do what comes after the acknowledgement; nothing is raised, because nobody would hear it."""
    await services.precedence.give_way()
    try:
        await _follow(services, client, body, answer)
    except Exception as error:
        await _tell(client, body, _fault(locale, body, error))
        return
    if not body.get("command"):
        await _tell(client, body, answer)


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
    workspace, user_id = workspace_of(body), _user_id(body)
    user: Any = body.get("user") or {}
    if met:
        unit[Person].add(met)
    person = unit[Person].get(workspace, user_id)
    if user.get("team_id") and user["team_id"] not in workspace.split("."):
        person = Person(workspace, user_id, "", Role.EXTERNAL, services.clock())
    if person is None:
        return None
    language = language_of(unit, workspace, user_id)
    return Request(workspace, person, Locale(supported(language) or "en"), body, services)


async def _meet(services: Services, body: Mapping[str, Any], client: AsyncWebClient) -> Person:
    """Ask Slack who a person is."""
    async with asyncio.timeout(ASK_WITHIN):
        answer: Any = await client.users_info(user=_user_id(body), include_locale=True)
    return person_of(workspace_of(body), answer["user"], services.clock())


def _user_id(body: Mapping[str, Any]) -> str:
    user: Any = body.get("user") or {}
    return str(body.get("user_id") or user.get("id"))


def person_of(workspace: str, user: Mapping[str, Any], now: datetime) -> Person:
    """Return what Slack's user object says of a person."""
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        role = Role.GUEST
    elif user.get("is_stranger") or user.get("team_id") not in (None, *workspace.split(".")):
        role = Role.EXTERNAL
    else:
        role = Role.ADMIN if user.get("is_admin") else Role.MEMBER
    name = user.get("real_name") or user.get("name") or user["id"]
    # Slack offers no Finnish, so an English locale says nothing of a Finn; any other that we speak is a choice.
    spoken = supported(user.get("locale"))
    return Person(workspace, user["id"], name, role, now, spoken if spoken != "en" else None)


def _words(text: str) -> Rendered:
    return Rendered(text, (section(text),))


def _fault(locale: Locale, body: Mapping[str, Any], error: Exception) -> Answer:
    """Log what went wrong under a reference, and return the sentence that shows it."""
    reference = new_reference()
    if isinstance(error, TimeoutError):
        log.warning("listener.slow", reference=reference, kind=body.get("type") or body.get("command"))
        text = locale.gettext(
            "I am busy just now. Please try again in a moment. (Reference {reference})", reference=reference
        )
    else:
        # A Slack error's text may quote what we sent: the log gets its code, and the traceback only of our own.
        code = str(cast("Any", error.response)["error"]) if isinstance(error, SlackApiError) else None
        log.error("listener.failed", reference=reference, code=code, exc_info=None if code else error)
        text = locale.gettext(
            "Something went wrong, and the fault is ours. Please try again; if it happens again, give the operator the "
            "reference {reference}.",
            reference=reference,
        )
    if body.get("type") == "view_submission":
        inputs = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
        return Answer(errors={inputs[0]: text} if inputs else {})
    help_ai = actions(ask_help_ai(locale, "product.reference", "product.operator"))
    return Answer(message=Rendered(text, (section(text), help_ai)))


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
        return await ack(response_action="push", view=answer.push)
    return await ack()


async def _follow(services: Services, client: AsyncWebClient, body: Mapping[str, Any], answer: Answer) -> None:
    """Do what needs the delivery's trigger or its view; tell the services which view shows it."""
    view_id: str | None = None
    if answer.open and _is_third(body):
        # Slack stacks three modals at most: what the third one opens takes its place.
        view_id = str(body["view"]["id"])
        if not await _replace(client, view_id, answer.open):
            return
    elif answer.open:
        stacked = body.get("view") and body["view"]["type"] == "modal"
        trigger, view = body["trigger_id"], answer.open
        opening = (
            client.views_push(trigger_id=trigger, view=view)
            if stacked
            else client.views_open(trigger_id=trigger, view=view)
        )
        opened: Any = await opening
        view_id = opened["view"]["id"]
    if answer.put:
        view_id = str(body["view"]["id"])
        if not await _replace(client, view_id, answer.put):
            return
    if answer.put_below:
        below = body["view"].get("previous_view_id") or body["view"]["root_view_id"]
        await _replace(client, str(below), answer.put_below)
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


def _is_third(body: Mapping[str, Any]) -> bool:
    """Tell whether something was done in the uppermost of three modals."""
    view: Mapping[str, Any] = body.get("view") or {}
    below = view.get("previous_view_id")
    return bool(below) and below != view.get("root_view_id")


async def _replace(client: AsyncWebClient, view_id: str, view: View) -> bool:
    """Show another view in a modal; False when the person has closed it meanwhile: there is nothing to show it in."""
    try:
        await client.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        if cast("Any", error.response)["error"] != "not_found":
            raise
        return False
    return True


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


DELIVERIES_KEPT = timedelta(days=1)
"""How long a delivery's key is kept: Slack sends nothing again after that."""


def forget_old(unit: Unit, services: Services) -> None:
    """Forget the keys of deliveries that Slack will not send again."""
    unit[Delivery].delete(None, received_at__lt=services.clock() - DELIVERIES_KEPT)
