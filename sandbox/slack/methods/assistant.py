"""What an agent tells about its work in a thread. The sandbox keeps it and shows it; sessions come later."""

from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.methods.registry import Arguments, Method, known_channel
from sandbox.slack.rate_limits import SPECIAL, TIER_3
from sandbox.slack.schema import array, faults_of, record, string
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


METHODS = (
    Method("assistant.threads.setStatus", _set_status, SPECIAL, scopes=("assistant:write", "chat:write")),
    Method("assistant.threads.setSuggestedPrompts", _set_prompts, TIER_3, scopes=("assistant:write",)),
)
