"""Rate limits, faults on request, and what Slack does when a delivery is not acknowledged."""

from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import RunningServer, SlackWorkspace
from sandbox.slack.rate_limits import TIER_1, Rate, RateLimits

from .shapes import Clock


def impatient(client: AsyncWebClient) -> AsyncWebClient:
    """A client that repeats nothing."""
    client.retry_handlers.clear()
    return client


async def test_too_many_messages_in_a_channel_are_told_to_wait(
    still: RunningServer, still_client: AsyncWebClient, clock: Clock
) -> None:
    for number in range(5):
        await still_client.chat_postMessage(channel="#asiakkaat", text=str(number))
    with pytest.raises(SlackApiError) as refused:
        await still_client.chat_postMessage(channel="#asiakkaat", text="6")
    assert refused.value.response.status_code == 429
    assert refused.value.response["error"] == "ratelimited"
    assert refused.value.response.headers["Retry-After"] == "1"
    await still_client.chat_postMessage(channel="#yleinen", text="another channel has its own limit")
    clock.now += 1
    await still_client.chat_postMessage(channel="#asiakkaat", text="6")
    still.workspace.rate_limits = False
    for number in range(10):
        await still_client.chat_postMessage(channel="#asiakkaat", text=str(number))


def test_a_bucket_refills_by_the_clock(clock: Clock) -> None:
    limits = RateLimits(clock)
    rate = Rate(60, 2)
    assert [limits.take("a", rate) for _ in range(3)] == [0, 0, 1]
    assert limits.take("b", rate) == 0
    clock.now += 1
    assert [limits.take("a", rate), limits.take("a", rate)] == [0, 1]
    for _ in range(TIER_1.burst):
        assert limits.take("slow", TIER_1) == 0
    assert limits.take("slow", TIER_1) == 60


async def test_a_fault_answers_so_often_as_asked(client: AsyncWebClient, workspace: SlackWorkspace) -> None:
    workspace.faults.call("chat.postMessage", "error", times=2, error="fatal_error")
    for _ in range(2):
        with pytest.raises(SlackApiError, match="fatal_error"):
            await client.chat_postMessage(channel="#asiakkaat", text="x")
    await client.chat_postMessage(channel="#asiakkaat", text="x")
    workspace.faults.call("*", "server_error", times=None)
    for _ in range(3):
        with pytest.raises(SlackApiError) as refused:
            await client.auth_test()
        assert refused.value.response.status_code == 500
    workspace.faults.clear()
    await client.auth_test()


async def test_a_rate_limit_on_request(client: AsyncWebClient, workspace: SlackWorkspace) -> None:
    workspace.faults.call("chat.update", "rate_limited", seconds=7)
    with pytest.raises(SlackApiError) as refused:
        await client.chat_update(channel="C1", ts="1.0", text="x")
    assert refused.value.response.headers["Retry-After"] == "7"


@pytest.mark.parametrize(("kind", "posted"), [("reset_before", 0), ("reset_after", 1)])
async def test_a_cut_connection_leaves_the_outcome_unknown(
    client: AsyncWebClient, workspace: SlackWorkspace, kind: Any, posted: int
) -> None:
    workspace.faults.call("chat.postMessage", kind)
    with pytest.raises(aiohttp.ClientConnectionError):
        await impatient(client).chat_postMessage(channel="#asiakkaat", text="once?")
    assert len(workspace.messages("#asiakkaat")) == posted


def test_unknown_faults_are_refused(workspace: SlackWorkspace) -> None:
    with pytest.raises(ValueError, match="explode"):
        workspace.faults.call("*", "explode")  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValueError, match="letters"):
        workspace.faults.delivery("drop", envelope="letters")  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("kind", "times", "timed_out"), [("duplicate", 2, False), ("redeliver", 2, False), ("drop", 0, True)]
)
async def test_deliveries_come_twice_or_never(
    connected: AsyncApp, workspace: SlackWorkspace, kind: Any, times: int, timed_out: bool
) -> None:
    triggers: list[str] = []

    @connected.command("/fabric")
    async def fabric(ack: Any, body: Any) -> None:
        triggers.append(body["trigger_id"])
        await ack("done")

    workspace.patience = 0.3 if timed_out else 3
    workspace.faults.delivery(kind, envelope="slash_commands")
    outcome = await workspace.command(workspace.admin, "#asiakkaat", "/fabric")
    assert outcome.timed_out == timed_out
    assert len(triggers) == times
    assert len(set(triggers)) <= 1, "the same payload is delivered again"
    assert len(workspace.messages("#asiakkaat", workspace.admin)) == 1


async def test_a_redelivery_says_so(connected: AsyncApp, workspace: SlackWorkspace) -> None:
    retries: list[str | None] = []

    @connected.middleware
    async def note(req: Any, next: Any) -> None:  # noqa: A002
        retries.append(req.headers.get("x-slack-retry-num", [None])[0])
        await next()

    @connected.command("/fabric")
    async def fabric(ack: Any) -> None:
        await ack()

    workspace.faults.delivery("redeliver")
    await workspace.command(workspace.admin, "#asiakkaat", "/fabric")
    assert retries == [None, "1"]


async def test_an_event_is_repeated_at_once_after_a_minute_and_after_five_more(
    still: RunningServer, clock: Clock
) -> None:
    workspace = still.workspace
    attempts: list[int] = []

    async def never_acknowledged(envelope: str, payload: Any, seconds: float, retry: int = 0, reason: str = "") -> None:
        attempts.append(retry)

    workspace.sockets.send = never_acknowledged
    own = workspace.direct(workspace.admin.id, workspace.bot.id)
    await workspace.say(workspace.admin, own, "hello")
    assert attempts == [0]
    for seconds, expected in (
        (0, [0, 1]),
        (59, [0, 1]),
        (1, [0, 1, 2]),
        (299, [0, 1, 2]),
        (1, [0, 1, 2, 3]),
        (9999, 4),
    ):
        clock.now += seconds
        await workspace.tick()
        await workspace.next_change(0.05)
        assert attempts == expected or len(attempts) == expected


async def test_events_that_were_not_asked_for_are_not_sent(connected: AsyncApp, workspace: SlackWorkspace) -> None:
    seen: list[str] = []

    @connected.event("message")
    async def message(event: Any) -> None:
        seen.append(event["text"])

    await workspace.say(workspace.admin, "#asiakkaat", "message.channels is not in the manifest")
    own = workspace.direct(workspace.admin.id, workspace.bot.id)
    await workspace.say(workspace.admin, own, "message.im is")
    workspace.scopes.discard("im:history")
    await workspace.say(workspace.admin, own, "but needs its scope")
    assert seen == ["message.im is"]
