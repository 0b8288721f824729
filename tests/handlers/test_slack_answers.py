"""What Slack, or whatever stands between it and us, can answer to a call, and what is made of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.faults import fault
from handlers.locale import Locale
from handlers.notifier import answer_of
from services.notifier import OutcomeUnknown, SlackBusy, SlackRefused
from tests.conftest import Log


class Answering:
    """A server that gives one answer to everything."""

    def __init__(self) -> None:
        self.status, self.kind, self.text = 200, "application/json", ""
        self.headers: dict[str, str] = {}

    async def answer(self, _request: web.Request) -> web.Response:
        return web.Response(status=self.status, content_type=self.kind, text=self.text, headers=self.headers)


@pytest.fixture
async def slack(unused_tcp_port: int) -> AsyncIterator[tuple[Answering, AsyncWebClient]]:
    answering, application = Answering(), web.Application()
    application.router.add_route("*", "/{path:.*}", answering.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", unused_tcp_port).start()
    yield answering, AsyncWebClient(base_url=f"http://127.0.0.1:{unused_tcp_port}/api/", retry_handlers=[])
    await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "kind", "text"),
    [
        (503, "text/plain", "upstream connect error or disconnect/reset before headers"),
        (502, "text/html", "<html>Bad gateway</html>"),
        (503, "application/json", ""),
        (200, "text/plain", "Please log in to the network"),
        (200, "text/html", "<html>We are down for maintenance</html>"),
        (404, "text/html", "<html>Not found</html>"),
        (200, "application/json", "<html>"),
        (200, "application/json", "[]"),
        (200, "application/json", "{}"),
        (200, "application/json", '{"ok": false, "error": "internal_error"}'),
    ],
)
async def test_what_is_no_answer_of_slacks_leaves_the_outcome_unknown(
    slack: tuple[Answering, AsyncWebClient], log: Log, status: int, kind: str, text: str
) -> None:
    answering, client = slack
    answering.status, answering.kind, answering.text = status, kind, text
    with pytest.raises(OutcomeUnknown):
        await answer_of(client.chat_postMessage(channel="C1", text="x"))
    try:
        await client.views_open(trigger_id="1", view={})
    except SlackApiError as error:
        answer = fault(Locale("fi"), {"type": "block_actions"}, error)
        assert answer.message
        assert "Slackissa on juuri nyt ruuhkaa" in answer.message.text
    except AttributeError:
        assert status == 200


@pytest.mark.parametrize("kind", ["text/plain", "text/html", "application/json"])
@pytest.mark.parametrize(("after", "seconds"), [("7", 7), ("", 30), ("Wed, 21 Oct 2026 07:28:00 GMT", 30)])
async def test_too_many_requests_say_how_long_to_wait(
    slack: tuple[Answering, AsyncWebClient], kind: str, after: str, seconds: int
) -> None:
    answering, client = slack
    answering.status, answering.kind = 429, kind
    answering.text = '{"ok": false, "error": "ratelimited"}'
    answering.headers = {"Retry-After": after} if after else {}
    with pytest.raises(SlackBusy) as busy:
        await answer_of(client.chat_postMessage(channel="C1", text="x"))
    assert busy.value.delay == timedelta(seconds=seconds)


async def test_what_slack_refuses_is_refused(slack: tuple[Answering, AsyncWebClient]) -> None:
    answering, client = slack
    answering.text = '{"ok": false, "error": "is_archived"}'
    with pytest.raises(SlackRefused) as refused:
        await answer_of(client.chat_postMessage(channel="C1", text="x"))
    assert refused.value.code == "is_archived"


async def test_a_fault_of_our_own_is_not_taken_for_a_silent_slack() -> None:
    async def wrong() -> Any:
        return object().nothing  # type: ignore[attr-defined]

    with pytest.raises(AttributeError):
        await answer_of(wrong())
