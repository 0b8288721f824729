"""Help ai with a language model: the answer grows in one message, whatever happens on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr
from pydantic_ai import models

from benchmarks.program import Program
from bot.settings import Settings
from sandbox.slack.faults import CallFaultKind
from sandbox.slack.model import Message
from services.records import Asked, Job
from tests.conftest import Log, running
from tests.journeys.firm import CHANNEL, Firm, FirmClock
from tests.services.help_ai.test_llm import QUESTION, RIGHT, served, wire

ANSWER = str(RIGHT["answer"])


class TalkingFirm(Firm):
    """A firm whose bot has a language model, which answers when the gate is open."""

    gate: asyncio.Event
    model: str = ""
    asked: list[str]

    @property
    def settings(self) -> Settings:
        more = {"fabric_llm": "openai:a-model", "fabric_llm_url": f"{self.model}/v1", "fabric_llm_key": SecretStr("k")}
        return super().settings.model_copy(update={**more, "fabric_language": "fi"})

    async def ask(self, channel: str = "") -> Message:
        """Ask, directly or in a channel, and return the question."""
        aku = self.workspace.accountant
        if not channel:
            return await self.workspace.say(aku, self.workspace.direct(aku.id, self.workspace.bot.id), QUESTION)
        self.workspace.channel(channel).members.add(self.workspace.bot.id)
        return await self.workspace.say(aku, channel, f"@Fabric {QUESTION}")

    def answers(self, said: Message) -> list[Message]:
        """Return what the bot has written below a question."""
        return [one for one in self.posted(said.channel) if one.thread_ts == said.ts]

    async def stream(self, said: Message) -> Message:
        """Wait until an answer is on its way, and return its message."""
        (message,) = await self.until(lambda: self.answers(said))
        assert message.stream
        return message

    async def whole(self, said: Message) -> Message:
        """Wait until a question is answered, and see that it is once."""
        await self.until(lambda: any(ANSWER in one.visible_text for one in self.answers(said)))
        await self.until(lambda: self.find(Asked) == [] and self.find(Job, kind="help", failed=None) == [])
        (message,) = self.answers(said)
        assert message.visible_text.count(ANSWER) == 1
        assert "feedback_buttons" in str(message.blocks)
        assert "Lähde" in message.visible_text
        assert message.stream is None or not message.stream.is_open(self.clock.seconds())
        assert self.workspace.sessions == set()
        return message


async def talking(firm: TalkingFirm, log: Log, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TalkingFirm]:
    """Run a firm with its language model."""
    monkeypatch.setattr(models, "ALLOW_MODEL_REQUESTS", True)
    firm.gate = asyncio.Event()
    firm.gate.set()
    firm.asked = []

    async def reply(request: web.Request) -> web.Response:
        body: dict[str, Any] = await request.json()
        firm.asked.append(str(body))
        await firm.gate.wait()
        return web.json_response(wire(request.path, body["tools"][0]["function"]["name"], RIGHT))

    async with served(reply) as address:
        firm.model = address
        async for _ in running(firm, log):
            yield firm
            firm.gate.set()


@pytest.fixture
async def firm(tmp_path: Path, log: Log, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TalkingFirm]:
    """A firm whose bot runs."""
    async for firm in talking(TalkingFirm(tmp_path), log, monkeypatch):
        await firm.start_bot()
        yield firm


@pytest.fixture
async def apart(tmp_path: Path, log: Log, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TalkingFirm]:
    """A firm whose bot is a process of its own, not started yet."""
    async for firm in talking(TalkingFirm(tmp_path, clock=FirmClock.of_the_machine()), log, monkeypatch):
        yield firm


def calls(firm: Firm, method: str) -> list[dict[str, Any]]:
    return [call.arguments for call in firm.workspace.calls if call.method == method]


async def test_an_answer_grows_after_it_is_checked_and_ends_with_its_source(firm: TalkingFirm) -> None:
    firm.gate.clear()
    said = await firm.ask()
    message = await firm.stream(said)
    assert message.visible_text == "Luen ohjeita", "nothing of an answer before it is checked"
    firm.gate.set()
    whole = await firm.whole(said)
    assert whole is message
    (task,) = [block for block in message.blocks if block["type"] == "task_card"]
    assert (task["title"], task["status"]) == ("Ohjeet luettu", "complete")
    appended = [chunk for call in calls(firm, "chat.appendStream") for chunk in call["chunks"]]
    assert "".join(chunk.get("text", "") for chunk in appended) == ANSWER
    assert "recipient_user_id" not in calls(firm, "chat.startStream")[0]


KEY = "7C2E9A41B6D84F0F9E13AA55C7D02B68"


@pytest.mark.parametrize(
    "words", [f"miksi avain {KEY} ei kelpaa", f"Elisan laskut listalle Johto, avain {KEY}", "🧾🦊", "moi"]
)
async def test_what_is_no_question_never_reaches_the_model(firm: TalkingFirm, words: str) -> None:
    aku = firm.workspace.accountant
    said = await firm.workspace.say(aku, firm.workspace.direct(aku.id, firm.workspace.bot.id), words)
    (answer,) = await firm.until(lambda: firm.answers(said))
    await firm.quiet()
    assert answer.stream is None
    assert KEY not in answer.visible_text
    assert firm.asked == []


async def test_in_a_channel_slack_is_told_whom_the_answer_is_for(firm: TalkingFirm) -> None:
    said = await firm.ask(CHANNEL)
    assert (await firm.whole(said)).stream
    (call,) = calls(firm, "chat.startStream")
    asking, team = firm.workspace.accountant.id, firm.workspace.team_id
    assert (call["recipient_user_id"], call["recipient_team_id"]) == (asking, team)


FAULTS: list[tuple[str, CallFaultKind, dict[str, Any]]] = [
    ("chat.startStream", "error", {"error": "unknown_method"}),
    ("chat.startStream", "error", {"error": "channel_type_not_supported"}),
    ("chat.startStream", "rate_limited", {"seconds": 20}),
    ("chat.startStream", "server_error", {}),
    ("chat.startStream", "reset_before", {}),
    ("chat.startStream", "reset_after", {}),
    ("chat.appendStream", "error", {"error": "message_not_in_streaming_state"}),
    ("chat.appendStream", "rate_limited", {"seconds": 20}),
    ("chat.appendStream", "reset_after", {}),
    ("chat.appendStream", "server_error", {}),
    ("chat.stopStream", "rate_limited", {"seconds": 2}),
    ("chat.stopStream", "reset_before", {}),
    ("chat.stopStream", "reset_after", {}),
]


@pytest.mark.parametrize(("method", "kind", "more"), FAULTS, ids=[f"{one[0]} {one[1]}" for one in FAULTS])
async def test_whatever_slack_does_one_answer_is_seen(
    firm: TalkingFirm, method: str, kind: CallFaultKind, more: dict[str, Any]
) -> None:
    firm.workspace.faults.call(method, kind, **more)
    said = await firm.ask()
    await firm.whole(said)
    assert firm.workspace.faults.calls == [], "the fault was met"
    assert len(firm.asked) == 1, "the model is asked once, however long Slack asks to wait"


async def test_an_answer_that_comes_after_slack_closed_the_stream_takes_its_place(firm: TalkingFirm) -> None:
    firm.gate.clear()
    said = await firm.ask()
    message = await firm.stream(said)
    firm.clock.forward(minutes=6)
    firm.gate.set()
    assert await firm.whole(said) is message


@pytest.mark.parametrize("moment", ["while it is thought about", "while it is written", "before it is known to Slack"])
async def test_the_stop_button_is_heeded_at_any_moment(firm: TalkingFirm, moment: str) -> None:
    aku = firm.workspace.accountant
    if moment == "before it is known to Slack":
        firm.workspace.faults.call("chat.startStream", "reset_after")
    if moment == "while it is written":
        firm.workspace.faults.call("chat.appendStream", "delay", seconds=1.0)
    else:
        firm.gate.clear()
    said = await firm.ask()
    await firm.until(lambda: firm.answers(said) and firm.workspace.sessions)
    if moment == "while it is written":
        await firm.until(lambda: firm.workspace.faults.calls == [])
    await firm.workspace.stop_agent(aku, said.channel, said.ts)
    await firm.until(lambda: [one for one in firm.answers(said) if "Lopetin" in one.visible_text])
    await firm.quiet()
    (message,) = firm.answers(said)
    assert ANSWER not in message.visible_text
    assert message.stream
    assert not message.stream.is_open(firm.clock.seconds())
    assert firm.workspace.sessions == set()
    assert firm.find(Asked) == []


async def test_a_question_that_fails_on_our_side_is_told_and_nothing_stays_open(
    firm: TalkingFirm, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("broken")

    firm.gate.clear()
    said = await firm.ask()
    message = await firm.stream(said)
    monkeypatch.setattr("services.help_ai.conversation.keep_open", broken)
    firm.gate.set()
    await firm.until(lambda: "vika on meidän" in message.visible_text or "the fault is ours" in message.visible_text)
    await firm.quiet()
    assert firm.answers(said) == [message]
    assert firm.workspace.sessions == set()
    assert firm.find(Asked) == []
    log.lines[:] = [line for line in log.lines if '"job.failed"' not in line]


@pytest.mark.parametrize("moment", ["thinking", "writing"])
async def test_a_bot_that_is_killed_in_mid_stream_leaves_one_whole_answer(apart: TalkingFirm, moment: str) -> None:
    program = Program(apart.folder, apart.environment)
    try:
        program.start()
        await apart.until(lambda: apart.workspace.is_connected)
        if moment == "thinking":
            apart.gate.clear()
        else:
            apart.workspace.faults.call("chat.appendStream", "delay", seconds=3.0)
        said = await apart.ask()
        message = await apart.stream(said)
        await apart.until(lambda: apart.workspace.faults.calls == [])
        program.kill()
        assert message.stream
        assert message.stream.is_open(apart.clock.seconds())
        apart.gate.set()
        program.start()
        assert await apart.whole(said) is message
    finally:
        program.stop()
