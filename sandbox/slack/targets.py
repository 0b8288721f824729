"""Where people do something, which element they mean, and what they enter there."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.slack.blocks import elements_of
from sandbox.slack.errors import SlackError
from sandbox.slack.files import file_json
from sandbox.slack.forms import Field, client_error, fields_of, shaped, state_values
from sandbox.slack.model import Channel, Message, Person, View
from sandbox.slack.state import State
from sandbox.slack.values import Json

MessagePlace = tuple[Channel | str, str]
"""A message's conversation and timestamp."""


@dataclass(frozen=True)
class Target:
    """Where an interaction happens: in a message, or in a view (a modal or the Home tab)."""

    message: Message | None = None
    view: View | None = None

    @property
    def blocks(self) -> list[Json]:
        """The blocks that are shown there."""
        if self.view is not None:
            return self.view.blocks
        return self.message.blocks if self.message is not None else []

    @property
    def key(self) -> str:
        """Names the place, for remembering what was suggested there."""
        if self.view is not None:
            return self.view.id
        return f"{self.message.channel}:{self.message.ts}" if self.message is not None else ""


def find_element(target: Target, action_id: str, block_id: str | None, value: object) -> Field:
    """The element with that action_id; where several have it, the one in the block or with the value.

    Raises ValueError when there is none, or more than one that fits.
    """
    found = [
        Field(block, element)
        for block in target.blocks
        for element in elements_of(block)
        if element.get("action_id") == action_id and block_id in (None, block["block_id"])
    ]
    if len(found) > 1 and value is not None:
        found = [field for field in found if field.element.get("value") == value] or found
    if len(found) != 1:
        raise ValueError(f"{len(found)} elements with action_id {action_id!r}: name the block_id or value")
    return found[0]


def target_of(state: State, user: Person | str, message: MessagePlace | None, view: str | None, home: bool) -> Target:
    """The message, modal or Home tab that is meant; SlackError when the person does not see it."""
    if message is not None:
        channel = state.channel(message[0])
        found = channel.messages.get(message[1])
        if found is None or found.ephemeral_to not in (None, state.person(user).id):
            raise SlackError("message_not_found")
        return Target(message=found)
    shown = state.home(user) if home else own_view(state, user, view or "")
    if shown is None:
        raise SlackError("not_found")
    return Target(view=shown)


def own_view(state: State, user: Person | str, view_id: str) -> View:
    """A person's open modal; SlackError not_found when it is another's or closed."""
    view = state.view(view_id)
    if view.user != state.person(user).id:
        raise SlackError("not_found")
    return view


def shaped_at(state: State, target: Target, element: Field, plain: object) -> Json:
    """A plain value for an element in the shape of payloads, suggested options and uploaded files included."""
    if element.kind == "file_input":
        return shaped(element, plain, lambda name: file_json(state, f) if (f := state.files.get(name)) else None)
    known = state.suggestions.get(target.key, [])
    return shaped(element, plain, lambda value: next((o for o in known if o.get("value") == value), None))


def fill(state: State, target: Target, values: Mapping[str, Mapping[str, object]]) -> dict[str, dict[str, Json]]:
    """Enters plain values; a view keeps them. Returns everything entered in the place."""
    entered: dict[str, dict[str, Json]] = target.view.entered if target.view is not None else {}
    fields = {(each.block_id, each.action_id): each for each in fields_of(target.blocks)}
    for block_id, actions in values.items():
        for action_id, plain in actions.items():
            element = fields.get((block_id, action_id))
            if element is None:
                raise ValueError(f"no field {action_id!r} in block {block_id!r}")
            entered.setdefault(block_id, {})[action_id] = shaped_at(state, target, element, plain)
    return entered


def client_errors(state: State, view: View) -> dict[str, str]:
    """What Slack's client itself shows at a modal's fields before it sends it, by block_id."""
    values = state_values(view.blocks, view.entered, state.current(view.channel))
    found: dict[str, str] = {}
    for element in fields_of(view.blocks):
        if element.block["type"] == "input":
            error = client_error(element, values[element.block_id][element.action_id])
            if error is not None:
                found[element.block_id] = error
    return found
