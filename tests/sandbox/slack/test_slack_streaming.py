"""Messages that grow: started, appended to and stopped, with the refusals that apps have met."""

from __future__ import annotations

from typing import Any

import pytest_asyncio

from sandbox.slack import RunningServer, SlackWorkspace
from sandbox.slack.model import Channel, Message
from sandbox.slack.page_state import page_json

from .shapes import Clock, code_of, refusal

Client = Any
TASK = {"type": "task_update", "id": "read", "title": "Reading", "status": "in_progress"}


def text(words: str) -> dict[str, str]:
    return {"type": "markdown_text", "text": words}


@pytest_asyncio.fixture
async def asked(workspace: SlackWorkspace) -> Message:
    """A question in the app's direct conversation with the accountant."""
    aku = workspace.accountant
    return await workspace.say(aku, workspace.direct(aku.id, workspace.bot.id), "why?")


async def started(client: Client, asked: Message, **more: Any) -> str:
    answer = await client.chat_startStream(channel=asked.channel, thread_ts=asked.ts, **more)
    return str(answer["ts"])


async def test_a_stream_grows_on_the_page_and_is_a_message_when_it_stops(
    client: Client, workspace: SlackWorkspace, asked: Message
) -> None:
    ts = await started(client, asked, chunks=[TASK])
    place = {"channel": asked.channel, "ts": ts}
    message = workspace.channel(asked.channel).messages[ts]
    (block,) = message.blocks
    assert (block["type"], block["status"]) == ("task_card", "in_progress")
    await client.chat_appendStream(
        **place, chunks=[{**TASK, "title": "Read", "status": "complete"}, text("**Because**")]
    )
    await client.chat_appendStream(**place, chunks=[text(" it is.")])
    assert [one["type"] for one in message.blocks] == ["task_card", "markdown"]
    assert (message.blocks[0]["title"], message.blocks[0]["status"]) == ("Read", "complete")
    page = page_json(workspace, workspace.accountant, asked.channel, asked.ts)
    assert page["thread"]["messages"][-1]["streaming_state"] == "in_progress"
    mark = {"event_type": "answer", "event_payload": {"id": "1"}}
    await client.chat_stopStream(**place, blocks=[{"type": "divider"}], metadata=mark)
    assert message.visible_text.endswith("**Because** it is.")
    assert [one["type"] for one in message.blocks] == ["task_card", "markdown", "divider"]
    history = await client.conversations_replies(channel=asked.channel, ts=asked.ts, include_all_metadata=True)
    last = history["messages"][-1]
    assert (last["streaming_state"], last["metadata"]) == ("completed", mark)
    assert await code_of(client.chat_appendStream(**place, chunks=[text("more")])) == "message_not_in_streaming_state"
    await client.chat_update(**place, text="edited", blocks=[])


async def test_tasks_of_a_plan_stand_together(client: Client, workspace: SlackWorkspace, asked: Message) -> None:
    first = [{"type": "plan_update", "title": "Answering"}, TASK, {**TASK, "id": "check", "title": "Checking"}]
    ts = await started(client, asked, chunks=first, task_display_mode="plan")
    (plan,) = workspace.channel(asked.channel).messages[ts].blocks
    assert (plan["title"], [task["title"] for task in plan["tasks"]]) == ("Answering", ["Reading", "Checking"])


async def test_what_slack_refuses_of_a_stream(client: Client, workspace: SlackWorkspace, asked: Message) -> None:
    direct = {"channel": asked.channel, "thread_ts": asked.ts}
    both = client.chat_startStream(**direct, markdown_text="a", chunks=[TASK])
    assert await code_of(both) == "cannot_provide_both_markdown_text_and_chunks"
    assert await code_of(client.chat_startStream(**direct, markdown_text="a" * 12_001)) == "msg_too_long"
    faulty = await refusal(client.chat_startStream(**direct, chunks=[{**TASK, "status": "done"}]))
    assert faulty["error"] == "invalid_chunks"
    assert (await refusal(client.api_call("chat.startStream", json={"channel": asked.channel})))["error"]
    ts = await started(client, asked, chunks=[])
    assert await code_of(client.chat_update(channel=asked.channel, ts=ts, text="x")) == "streaming_state_conflict"
    wrong = client.chat_appendStream(channel=asked.channel, ts=ts, markdown_text="x")
    assert await code_of(wrong) == "streaming_mode_mismatch"
    own = client.chat_appendStream(channel=asked.channel, ts=asked.ts, chunks=[])
    assert await code_of(own) == "message_not_owned_by_app"
    plain = (await client.chat_postMessage(channel=asked.channel, text="plain"))["ts"]
    assert await code_of(client.chat_stopStream(channel=asked.channel, ts=plain)) == "message_not_in_streaming_state"


async def test_a_channel_wants_to_know_whom_a_stream_is_for(client: Client, workspace: SlackWorkspace) -> None:
    channel: Channel = workspace.channel("asiakkaat")
    said = await workspace.say(workspace.accountant, channel, "why?")
    place = {"channel": channel.id, "thread_ts": said.ts, "chunks": [TASK]}
    team, aku = workspace.team_id, workspace.accountant.id
    assert await code_of(client.chat_startStream(**place)) == "missing_recipient_user_id"
    assert await code_of(client.chat_startStream(**place, recipient_user_id=aku)) == "missing_recipient_team_id"
    assert (await client.chat_startStream(**place, recipient_user_id=aku, recipient_team_id=team))["ok"]


async def test_slack_closes_a_stream_after_five_minutes(
    still: RunningServer, still_client: Client, clock: Clock
) -> None:
    aku = still.workspace.accountant
    asked = await still.workspace.say(aku, still.workspace.direct(aku.id, still.workspace.bot.id), "why?")
    ts = await started(still_client, asked, chunks=[TASK])
    clock.now += 301
    late = still_client.chat_stopStream(channel=asked.channel, ts=ts)
    assert await code_of(late) == "message_not_in_streaming_state"
    await still_client.chat_update(channel=asked.channel, ts=ts, text="the answer", blocks=[])


async def test_the_stop_button_closes_streams_and_tells_which(
    client: Client, workspace: SlackWorkspace, asked: Message
) -> None:
    aku = workspace.accountant
    await client.agents_sessions_setStatus(channel_id=asked.channel, thread_ts=asked.ts, status="processing")
    ts = await started(client, asked, chunks=[TASK])
    await workspace.stop_agent(aku, asked.channel, asked.ts)
    assert await code_of(client.chat_appendStream(channel=asked.channel, ts=ts, chunks=[])) == "stopped_by_user"
    assert await code_of(client.chat_stopStream(channel=asked.channel, ts=ts)) == "stopped_by_user"
    await client.chat_update(channel=asked.channel, ts=ts, text="stopped", blocks=[])
