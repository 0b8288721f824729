"""What a click, a choice or a search sends to the app."""

from sandbox.slack.blocks import elements_of
from sandbox.slack.forms import VALUE_KEYS, Field, state_values
from sandbox.slack.model import Message, Person, View
from sandbox.slack.payloads import channel_name_json, interaction_json, message_json, view_json
from sandbox.slack.schema import text_of
from sandbox.slack.state import State
from sandbox.slack.targets import Target
from sandbox.slack.values import Json, is_object, objects


def action_json(state: State, field: Field, value: Json | None, chosen: object = None) -> Json:
    """One entry of a payload's `actions`: for elements that keep a value with it, for others with what was chosen."""
    element = field.element
    action: Json = {
        "type": field.kind,
        "action_id": field.action_id,
        "block_id": field.block_id,
        "action_ts": state.now_text(),
    }
    if value is not None:
        action |= {key: content for key, content in value.items() if key != "type"}
    elif field.kind == "button":
        action["text"] = {**element["text"], "emoji": True}
        action |= {key: element[key] for key in ("value", "style", "url") if key in element}
    elif field.kind == "overflow":
        action["selected_option"] = _overflow_choice(element, chosen)
    elif field.kind == "feedback_buttons":
        button = next(
            (b for key in ("positive_button", "negative_button") if (b := element[key]).get("value") == chosen), None
        )
        if button is None:
            raise ValueError(f"{field.action_id} has no feedback button with the value {chosen!r}")
        action |= {"text": button["text"], "value": button["value"]}
    if "placeholder" in element:
        action["placeholder"] = element["placeholder"]
    return action


def _overflow_choice(element: Json, chosen: object) -> Json:
    wanted = chosen.get("value") if is_object(chosen) else chosen
    for option in objects(element["options"]):
        if option.get("value") == wanted or text_of(option.get("text")) == wanted:
            return option
    raise ValueError(f"{element.get('action_id')} offers no {wanted!r}")


def place_json(state: State, person: Person, target: Target, entered: dict[str, dict[str, Json]]) -> Json:
    """The part of a payload that tells where an interaction happened."""
    if target.view is not None:
        return {"container": {"type": "view", "view_id": target.view.id}, "view": view_json(state, target.view)}
    message = target.message
    if message is None:
        raise ValueError("an interaction happens in a message or in a view")
    channel = state.channels[message.channel]
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    return {
        "container": container,
        "channel": {"id": channel.id, "name": "directmessage" if channel.kind == "im" else channel.name},
        "message": message_json(state, message),
        "state": {"values": state_values(message.blocks, entered, state.current(channel.id))},
    }


def block_actions_json(
    state: State, person: Person, target: Target, action: Json, entered: dict[str, dict[str, Json]]
) -> Json:
    """The block_actions payload, with a fresh trigger id and, in messages, a response_url."""
    payload = interaction_json(state, "block_actions", person) | place_json(state, person, target, entered)
    if target.view is not None:
        payload["trigger_id"] = state.issue_trigger(person.id, target.view.channel, target.view.id)
    elif target.message is not None:
        message = target.message
        payload["trigger_id"] = state.issue_trigger(person.id, message.channel)
        payload["response_url"] = state.issue_response_url(person.id, message.channel, message.ts, message.thread_ts)
    return {**payload, "actions": [action]}


def shortcut_json(state: State, person: Person, callback_id: str, message: Message | None) -> Json:
    """The payload of a global shortcut (`shortcut`), or of one in the menu of a message (`message_action`)."""
    payload = interaction_json(state, "message_action" if message is not None else "shortcut", person)
    payload |= {"callback_id": callback_id, "action_ts": state.now_text()}
    if message is None:
        return {**payload, "trigger_id": state.issue_trigger(person.id)}
    channel = state.channels[message.channel]
    return {
        **payload,
        "trigger_id": state.issue_trigger(person.id, channel.id),
        "response_url": state.issue_response_url(person.id, channel.id, message.ts, message.thread_ts),
        "channel": {"id": channel.id, "name": channel_name_json(channel)},
        "message_ts": message.ts,
        "message": message_json(state, message),
    }


def suggestion_json(state: State, person: Person, target: Target, field: Field, text: str) -> Json:
    """The block_suggestion payload of an external select."""
    place = place_json(state, person, target, {})
    place.pop("state", None)
    return {
        **interaction_json(state, "block_suggestion", person),
        **place,
        "action_id": field.action_id,
        "block_id": field.block_id,
        "value": text,
    }


def submission_json(state: State, person: Person, view: View) -> Json:
    """The view_submission payload; response_urls for the selects that ask for one."""
    values = state_values(view.blocks, view.entered, state.current(view.channel))
    urls: list[Json] = []
    for block in view.blocks:
        for element in elements_of(block):
            if element.get("response_url_enabled") is not True:
                continue
            value = values[str(block["block_id"])][str(element["action_id"])]
            channel = value.get(VALUE_KEYS[str(element["type"])])
            if isinstance(channel, str):
                urls.append(
                    {
                        "response_url": state.issue_response_url(person.id, channel),
                        "action_id": element["action_id"],
                        "block_id": block["block_id"],
                        "channel_id": channel,
                    }
                )
    return {
        **interaction_json(state, "view_submission", person),
        "trigger_id": state.issue_trigger(person.id, view.channel, view.id),
        "view": view_json(state, view),
        "response_urls": urls,
    }


def closing_json(state: State, person: Person, view: View, *, is_cleared: bool) -> Json:
    """The view_closed payload."""
    return {
        **interaction_json(state, "view_closed", person),
        "view": view_json(state, view),
        "is_cleared": is_cleared,
    }
