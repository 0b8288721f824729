"""Messages that grow while people read them: started, appended to and stopped.

What no page of Slack's tells but apps have met: an edit of a message that is still being streamed is refused
(streaming_state_conflict), a stream takes only what it was opened with (text, or chunks), and Slack closes one about
five minutes after its start (python-slack-sdk issue 1859), and at once when a person presses the stop button.
"""

from collections.abc import Mapping

from sandbox.slack.blocks import blocks_check
from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.methods.chat import own_message
from sandbox.slack.methods.registry import Arguments, Method, threaded, writable_channel
from sandbox.slack.model import Message, Stream
from sandbox.slack.payloads import message_json
from sandbox.slack.posting import post_message
from sandbox.slack.rate_limits import TIER_2, TIER_4
from sandbox.slack.schema import Check, array, constant, fault, faults_of, one_of, record, string, typed
from sandbox.slack.state import State
from sandbox.slack.surfaces import checked_blocks, checked_metadata
from sandbox.slack.values import Json, new_id, objects

TEXT_MAXIMUM = 12_000
BLOCKS_MAXIMUM = 50

_TASK: Mapping[str, Check] = {
    "id": string(None),
    "title": string(None),
    "status": one_of("pending", "in_progress", "complete", "error"),
}
_CHUNKS = array(
    typed(
        {
            "markdown_text": record({**constant("markdown_text"), "text": string(TEXT_MAXIMUM, 0)}),
            "task_update": record(
                {**constant("task_update"), **_TASK}, {"details": string(None), "output": string(None)}
            ),
            "plan_update": record({**constant("plan_update"), "title": string(None)}),
            "blocks": record({**constant("blocks"), "blocks": blocks_check("message")}),
        }
    ),
    None,
    0,
)


def _chunks(arguments: Arguments) -> list[Json]:
    """What a call appends. Raises SlackError for both kinds at once, for too much text and for faulty chunks."""
    if "markdown_text" in arguments and "chunks" in arguments:
        raise SlackError("cannot_provide_both_markdown_text_and_chunks")
    if "markdown_text" in arguments:
        text = arguments.text("markdown_text")
        if len(text) > TEXT_MAXIMUM:
            raise SlackError("msg_too_long")
        return [{"type": "markdown_text", "text": text}]
    chunks = arguments.structure("chunks")
    if chunks is not None and (faults := faults_of(_CHUNKS, chunks, "/chunks")):
        raise invalid_arguments(faults, "invalid_chunks")
    return objects(chunks)


def _append(message: Message, stream: Stream, chunks: list[Json]) -> None:
    """Puts chunks at the end of a message; a task that is known already is changed where it stands."""
    blocks = message.blocks
    for chunk in chunks:
        match chunk["type"]:
            case "markdown_text":
                message.text += chunk["text"]
                if blocks and blocks[-1]["type"] == "markdown":
                    blocks[-1]["text"] += chunk["text"]
                elif chunk["text"]:
                    blocks.append({"type": "markdown", "block_id": new_id("", 5), "text": chunk["text"]})
            case "task_update":
                _update_task(blocks, stream, chunk)
            case "plan_update":
                _plan(blocks)["title"] = chunk["title"]
            case _:
                blocks += checked_blocks(chunk["blocks"])
    if len(blocks) > BLOCKS_MAXIMUM:
        raise SlackError("invalid_blocks")


def _plan(blocks: list[Json]) -> Json:
    plan = next((block for block in blocks if block["type"] == "plan"), None)
    if plan is None:
        plan = Json(type="plan", block_id=new_id("", 5), title="", tasks=[])
        blocks.insert(0, plan)
    return plan


def _update_task(blocks: list[Json], stream: Stream, chunk: Json) -> None:
    tasks: list[Json] = _plan(blocks)["tasks"] if stream.is_plan else blocks
    known = next((one for one in tasks if one.get("task_id") == chunk["id"]), None)
    if known is None:
        known = Json(type="task_card", block_id=new_id("", 5), task_id=chunk["id"])
        tasks.append(known)
    known |= {"title": chunk["title"], "status": chunk["status"]}
    for name in ("details", "output"):
        if chunk.get(name):
            before = objects(known.get(name, {}).get("elements"))
            piece: Json = {"type": "text", "text": chunk[name]}
            known[name] = {
                "type": "rich_text",
                "elements": [*before, {"type": "rich_text_section", "elements": [piece]}],
            }


def _start(state: State, arguments: Arguments) -> Json:
    channel = writable_channel(state, arguments.required("channel"))
    if channel.kind == "im":
        if "thread_ts" not in arguments:
            raise invalid_arguments([fault("missing required field: thread_ts", "")])
    else:
        for name in ("recipient_user_id", "recipient_team_id"):
            if name not in arguments:
                raise SlackError(f"missing_{name}")
        if arguments.text("recipient_user_id") not in channel.members:
            raise SlackError("user_not_in_channel")
    mode = arguments.text("task_display_mode", "timeline")
    if mode not in ("timeline", "plan"):
        raise invalid_arguments([fault("must be a valid enum value: timeline, plan", "/task_display_mode")])
    chunks = _chunks(arguments)
    stream = Stream(state.clock(), takes_text="chunks" not in arguments, is_plan=mode == "plan")
    message = Message(state.next_ts(), channel.id, state.bot.id, thread_ts=threaded(arguments, channel), stream=stream)
    _append(message, stream, chunks)
    post_message(state, message)
    return {"channel": channel.id, "ts": message.ts}


def _open_stream(state: State, arguments: Arguments) -> tuple[Message, Stream]:
    """The message that a call goes on with. Raises SlackError where nothing can be appended to it."""
    message = own_message(state, arguments, "message_not_owned_by_app")
    stream = message.stream
    if stream is not None and stream.is_stopped_by_user:
        raise SlackError("stopped_by_user")
    if stream is None or not stream.is_open(state.clock()):
        raise SlackError("message_not_in_streaming_state")
    if {"markdown_text", "chunks"} & arguments.values.keys() and stream.takes_text != ("markdown_text" in arguments):
        raise SlackError("streaming_mode_mismatch")
    return message, stream


def _go_on(state: State, arguments: Arguments) -> Json:
    message, stream = _open_stream(state, arguments)
    if not {"markdown_text", "chunks"} & arguments.values.keys():
        raise SlackError("no_text")
    _append(message, stream, _chunks(arguments))
    state.changed()
    return {"channel": message.channel, "ts": message.ts}


def _stop(state: State, arguments: Arguments) -> Json:
    message, stream = _open_stream(state, arguments)
    metadata = checked_metadata(arguments.structure("metadata"))
    last = checked_blocks(arguments.structure("blocks")) if "blocks" in arguments else []
    _append(message, stream, _chunks(arguments))
    message.blocks += last
    message.metadata = metadata
    stream.is_closed = True
    if arguments.text("session_status") in ("active", "suspended", "closed"):
        state.sessions.discard(f"{message.channel}:{message.thread_ts}")
    state.changed()
    answer = message_json(state, message, with_metadata=True)
    return {"channel": message.channel, "ts": message.ts, "message": answer}


_WRITE = ("chat:write",)
METHODS = (
    Method("chat.startStream", _start, TIER_2, scopes=_WRITE),
    Method("chat.appendStream", _go_on, TIER_4, scopes=_WRITE),
    Method("chat.stopStream", _stop, TIER_2, scopes=_WRITE),
)
