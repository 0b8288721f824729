"""Slack as the services see it: `services.notifier.Notifier` over the Web API.

Each method answers, or raises one of three exceptions: Slack said no (nothing was done), Slack asks to wait (nothing
was done), or no answer came (nobody knows). The outbox builds "once" on that difference.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, cast

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.faults import SERVER_FAULTS, code_of
from handlers.locale import Locale
from handlers.views.add_clients import draft_view
from handlers.views.circulation_file import rules_file_view
from handlers.views.dimensions import dimensions_view
from handlers.views.home import home
from handlers.views.invoice_pictures import picture_view
from handlers.views.render import render
from handlers.views.repair_messages import repair_sent
from handlers.views.rights import check_view
from handlers.views.streams import pieces, streamed
from handlers.views.training import training_view
from handlers.views.trials import trial_view
from services.facts import (
    BatchDraft,
    CheckResult,
    DimensionsView,
    Fact,
    HomePage,
    InvoicePicture,
    RepairAsked,
    RulesOfFile,
    TrainingView,
    TrialReport,
)
from services.notifier import STOPPED_BY_USER, NotServed, OutcomeUnknown, Rendered, SlackBusy, SlackRefused, is_person

EVENT_TYPE = "fabric_message"
NOT_SERVED = (
    "account_inactive",
    "invalid_auth",
    "not_authed",
    "org_login_required",
    "team_added_to_org",
    "token_expired",
    "token_revoked",
)
"""Slack does nothing for us now: the token is to be renewed, or the workspace is being moved. Work waits for that."""

SERVED_AGAIN = timedelta(minutes=5)

log = structlog.get_logger(__name__)


async def answer_of(call: Awaitable[Any]) -> Any:
    """Return what Slack answers to a call, or raise one of the three exceptions."""
    try:
        return await call
    except SlackApiError as error:
        response, code = cast("Any", error.response), code_of(error)
        # Of what it cannot read slack_sdk hands on aiohttp's own response.
        status = getattr(response, "status_code", None) or response.status
        if status == HTTPStatus.TOO_MANY_REQUESTS or code in ("ratelimited", "rate_limited"):
            raise SlackBusy(timedelta(seconds=_retry_after(response.headers))) from error
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in SERVER_FAULTS or not code:
            raise OutcomeUnknown from error
        if code in NOT_SERVED:
            log.warning("slack.serves_us_not", code=code)
            raise NotServed(code, SERVED_AGAIN) from error
        raise SlackRefused(code) from error
    except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
        raise OutcomeUnknown from error
    except AttributeError as error:
        if error.name != "get":
            raise
        # slack_sdk stumbles over a plain text, or a list, that a proxy answers in Slack's place.
        raise OutcomeUnknown from error


def _retry_after(headers: Mapping[str, str]) -> float:
    seconds = headers.get("Retry-After", "")
    return float(seconds) if seconds.isdecimal() else 30.0


ClientOf = Callable[[str], Awaitable[AsyncWebClient]]
"""Returns a workspace's Web API client, which must not retry by itself.

Raises SlackRefused where the app is not installed, SlackBusy while its token has ended and Slack gives no other.
"""


class SlackNotifier:
    """Sends through the Web API client of each workspace."""

    def __init__(self, client_of: ClientOf, access_key: str) -> None:
        self._client_of = client_of
        self._access_key = access_key

    def render(self, fact: Fact, language: str) -> Rendered:
        """Return the fact in a language."""
        return render(Locale(language), fact, self._access_key)

    async def channel_of(self, workspace: str, address: str) -> str:
        """Return the channel of an address: itself, or a person's direct messages."""
        client = await self._client_of(workspace)
        if not is_person(address):
            return address
        try:
            answer = await answer_of(client.conversations_open(users=address))
        except OutcomeUnknown:
            raise SlackBusy(timedelta(seconds=5)) from None  # opening twice does no harm
        return str(answer["channel"]["id"])

    async def post(self, workspace: str, channel: str, rendered: Rendered, token: str, thread: str | None) -> str:
        """Post a message that carries a mark, and return its timestamp."""
        client = await self._client_of(workspace)
        answer = await answer_of(
            client.chat_postMessage(
                channel=channel,
                text=rendered.text,
                blocks=list(rendered.blocks),
                thread_ts=thread,
                metadata=_mark(token),
                unfurl_links=False,
                unfurl_media=False,
            )
        )
        return str(answer["ts"])

    async def edit(self, workspace: str, channel: str, timestamp: str, rendered: Rendered, token: str) -> None:
        """Replace what a message shows."""
        client = await self._client_of(workspace)
        await answer_of(
            client.chat_update(
                channel=channel,
                ts=timestamp,
                text=rendered.text,
                blocks=list(rendered.blocks),
                metadata=_mark(token),
            )
        )

    async def start_stream(
        self, workspace: str, channel: str, token: str, thread: str, person: str, language: str
    ) -> str:
        """Open a message that grows; a channel wants to know whom it is for. The task carries the mark."""
        client = await self._client_of(workspace)
        whom = {} if channel[:1] == "D" else {"recipient_user_id": person, "recipient_team_id": team_of(workspace)}
        title = Locale(language).gettext("Reading the passages")
        answer = await answer_of(
            client.chat_startStream(
                channel=channel, thread_ts=thread, chunks=[_task(token, title, "in_progress")], **whom
            )
        )
        return str(answer["ts"])

    async def finish_stream(
        self, workspace: str, channel: str, timestamp: str, rendered: Rendered, token: str, language: str
    ) -> None:
        """Put a message into an open stream, bit by bit, and close it."""
        client = await self._client_of(workspace)
        words, blocks = streamed(rendered)
        chunks = [_task(token, Locale(language).gettext("Passages read"), "complete")]
        for piece in pieces(words):
            chunks.append({"type": "markdown_text", "text": piece})
            await answer_of(client.chat_appendStream(channel=channel, ts=timestamp, chunks=chunks))
            chunks = []
        await answer_of(
            client.chat_stopStream(
                channel=channel, ts=timestamp, chunks=chunks or None, blocks=blocks or None, metadata=_mark(token)
            )
        )

    async def stop_stream(self, workspace: str, channel: str, timestamp: str) -> None:
        """Close a stream as it is; one that is closed already is no error."""
        client = await self._client_of(workspace)
        try:
            await answer_of(client.chat_stopStream(channel=channel, ts=timestamp))
        except SlackRefused as refused:
            if refused.code not in ("message_not_in_streaming_state", STOPPED_BY_USER):
                raise

    async def find(self, workspace: str, channel: str, token: str, since: datetime, thread: str | None) -> str | None:
        """Return the timestamp of the message or stream that carries a mark, or None when there is surely none."""
        client = await self._client_of(workspace)
        # Slack's clock and ours may differ.
        oldest = f"{(since - timedelta(minutes=5)).timestamp():.6f}"
        cursor: Any = None
        while True:
            if thread:
                call = client.conversations_replies(
                    channel=channel, ts=thread, oldest=oldest, include_all_metadata=True, cursor=cursor, limit=200
                )
            else:
                call = client.conversations_history(
                    channel=channel, oldest=oldest, include_all_metadata=True, cursor=cursor, limit=200
                )
            answer = await answer_of(call)
            for message in answer["messages"]:
                payload = message.get("metadata", {}).get("event_payload", {})
                tasks = [block.get("task_id") for block in message.get("blocks", ())]
                if payload.get("id") == token or token in tasks:
                    return str(message["ts"])
            cursor = next_cursor(answer)
            if not cursor:
                return None

    async def schedule(self, workspace: str, channel: str, post_at: datetime, text: str) -> str:
        """Have Slack post a text at a time. Without metadata: scheduled messages that carry any never post."""
        client = await self._client_of(workspace)
        answer = await answer_of(
            client.chat_scheduleMessage(
                channel=channel, post_at=int(post_at.timestamp()), text=text, parse="none", link_names=False
            )
        )
        return str(answer["scheduled_message_id"])

    async def find_scheduled(self, workspace: str, channel: str, post_at: datetime, text: str) -> str | None:
        """Return the id of a scheduled message, or None when there is surely none."""
        client = await self._client_of(workspace)
        cursor: Any = None
        while True:
            answer = await answer_of(client.chat_scheduledMessages_list(channel=channel, cursor=cursor))
            for message in answer["scheduled_messages"]:
                moment = datetime.fromtimestamp(int(message["post_at"]), UTC)
                if moment == post_at and message.get("text") == text:
                    return str(message["id"])
            cursor = next_cursor(answer)
            if not cursor:
                return None

    async def unschedule(self, workspace: str, channel: str, scheduled_id: str) -> None:
        """Take a scheduled message back; one that is gone already is no error."""
        client = await self._client_of(workspace)
        try:
            await answer_of(client.chat_deleteScheduledMessage(channel=channel, scheduled_message_id=scheduled_id))
        except SlackRefused as refused:
            if refused.code not in ("invalid_scheduled_message_id", "channel_not_found", "not_in_channel"):
                raise

    async def show(self, workspace: str, view_id: str, fact: Fact, language: str) -> bool:
        """Update an open modal; False when the person has closed it, or it is not open yet."""
        client = await self._client_of(workspace)
        locale = Locale(language)
        match fact:
            case CheckResult():
                call = client.views_update(view_id=view_id, view=check_view(locale, fact, self._access_key))
            case BatchDraft():
                # Pushed by an acknowledgement, to which Slack answers no id: it is known by the one that we gave it.
                view = draft_view(locale, fact.batch, external_id=view_id)
                call = client.views_update(external_id=view_id, view=view)
            case RulesOfFile():
                view = rules_file_view(locale, fact)
                call = client.views_update(external_id=view_id, view=view)
            case RepairAsked():
                call = client.views_update(view_id=view_id, view=repair_sent(Locale(language), fact))
            case TrialReport():
                call = client.views_update(view_id=view_id, view=trial_view(locale, fact, self._access_key))
            case TrainingView():
                call = client.views_update(view_id=view_id, view=training_view(locale, fact))
            case DimensionsView():
                call = client.views_update(view_id=view_id, view=dimensions_view(locale, fact))
            case InvoicePicture():
                call = client.views_update(view_id=view_id, view=picture_view(locale, fact))
            case _:
                raise TypeError(f"no modal shows {type(fact).__name__}")
        try:
            await answer_of(call)
        except SlackRefused as refused:
            if refused.code in ("not_found", "view_not_found"):
                return False
            raise
        return True

    async def publish_home(self, workspace: str, person: str, fact: HomePage, language: str) -> None:
        """Replace a person's Home tab."""
        client = await self._client_of(workspace)
        try:
            await answer_of(client.views_publish(user_id=person, view=home(Locale(language), fact)))
        except OutcomeUnknown:
            raise SlackBusy(timedelta(seconds=5)) from None  # publishing twice does no harm


def next_cursor(answer: Any) -> str | None:
    """Return where the next page of an answer begins, None after the last."""
    return str(cast("Any", answer.get("response_metadata") or {}).get("next_cursor") or "") or None


def team_of(workspace: str) -> str:
    """Return the Slack id of a workspace's team, of our id."""
    return workspace.rpartition(".")[2]


def _task(token: str, title: str, status: str) -> dict[str, Any]:
    """Return a step that a stream shows; by its id a stream is found again."""
    return {"type": "task_update", "id": token, "title": title, "status": status}


def _mark(token: str) -> dict[str, Any]:
    """Return the metadata by which a message is found again; other apps can see it, so it is an id and no more."""
    return {"event_type": EVENT_TYPE, "event_payload": {"id": token}}
