"""What an agent tells about its work in a thread: its status, an older way and as a session, and suggested prompts."""

from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.methods.registry import Arguments, Method, known_channel
from sandbox.slack.rate_limits import SPECIAL, TIER_3
from sandbox.slack.schema import array, fault, faults_of, record, string
from sandbox.slack.state import State
from sandbox.slack.values import Json, objects

_PROMPTS = array(record({"title": string(None), "message": string(None)}), 4)


def _set_status(state: State, arguments: Arguments) -> Json:
    channel = known_channel(state, arguments, "channel_id")
    thread = arguments.required("thread_ts")
    if thread not in channel.messages:
        raise SlackError("thread_not_found")
    key = f"{channel.id}:{thread}"
    if status := arguments.text("status"):
        state.statuses[key] = status
    else:
        state.statuses.pop(key, None)
    state.changed()
    return {}


def _set_prompts(state: State, arguments: Arguments) -> Json:
    channel = known_channel(state, arguments, "channel_id")
    prompts = arguments.structure("prompts")
    if faults := faults_of(_PROMPTS, prompts, "/prompts"):
        raise invalid_arguments(faults)
    state.prompts[channel.id] = objects(prompts)
    state.changed()
    return {}


_SESSION_STATUSES = ("active", "processing", "suspended", "closed")


def _set_session_status(state: State, arguments: Arguments) -> Json:
    """A session's status. Slack ends none by itself: what is `processing` is shown as such until the app says more."""
    channel = known_channel(state, arguments, "channel_id")
    thread, status = arguments.required("thread_ts"), arguments.required("status")
    if status not in _SESSION_STATUSES:
        raise invalid_arguments([fault(f"must be a valid enum value: {', '.join(_SESSION_STATUSES)}", "/status")])
    if thread not in channel.messages:
        raise SlackError("thread_not_found")
    key = f"{channel.id}:{thread}"
    if status == "processing":
        state.sessions.add(key)
    else:
        state.sessions.discard(key)
    state.changed()
    answer: Json = {"status": status, "agent_status": status}
    if "agent_session_stopped" not in state.manifest.bot_events:
        answer["warning"] = "missing_agent_session_stopped_event_subscription"
    return answer


METHODS = (
    Method("agents.sessions.setStatus", _set_session_status, TIER_3, scopes=("chat:write",)),
    Method("assistant.threads.setStatus", _set_status, SPECIAL, scopes=("assistant:write", "chat:write")),
    Method("assistant.threads.setSuggestedPrompts", _set_prompts, TIER_3, scopes=("assistant:write",)),
)
