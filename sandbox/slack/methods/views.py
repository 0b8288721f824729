"""views.open, views.push, views.update, views.publish."""

from sandbox.slack.errors import SlackError
from sandbox.slack.files import check_file_scope, check_pictures
from sandbox.slack.methods.registry import Arguments, Method
from sandbox.slack.model import View
from sandbox.slack.payloads import view_json
from sandbox.slack.rate_limits import TIER_4
from sandbox.slack.state import State
from sandbox.slack.surfaces import checked_view
from sandbox.slack.values import Json, objects
from sandbox.slack.view_stack import check_hash, find_view, open_view, publish_home, push_view, update_view


def _answer(state: State, view: View) -> Json:
    return {"view": view_json(state, view)}


def _modal(state: State, arguments: Arguments) -> Json:
    content = checked_view(arguments.structure("view"), "modal")
    check_file_scope(state, content)
    check_pictures(state, objects(content["blocks"]))
    return content


def _open(state: State, arguments: Arguments) -> Json:
    content = _modal(state, arguments)
    trigger = state.take_trigger(arguments.values.get("trigger_id"))
    return _answer(state, open_view(state, trigger.user, content, trigger.channel))


def _push(state: State, arguments: Arguments) -> Json:
    content = _modal(state, arguments)
    trigger = state.take_trigger(arguments.values.get("trigger_id"))
    return _answer(state, push_view(state, trigger.user, content, trigger.channel))


def _update(state: State, arguments: Arguments) -> Json:
    view = find_view(state, arguments.values.get("view_id"), arguments.values.get("external_id"))
    surface = "home" if view.content["type"] == "home" else "modal"
    content = _modal(state, arguments) if surface == "modal" else checked_view(arguments.structure("view"), "home")
    check_hash(view, arguments.values.get("hash"))
    return _answer(state, update_view(state, view, content))


def _publish(state: State, arguments: Arguments) -> Json:
    person = state.person(arguments.required("user_id"))
    if person.is_bot:
        raise SlackError("user_not_found")
    if not state.manifest.home_tab:
        raise SlackError("not_enabled")
    content = checked_view(arguments.structure("view"), "home")
    existing = state.home(person)
    if existing is not None:
        check_hash(existing, arguments.values.get("hash"))
    return _answer(state, publish_home(state, person.id, content))


METHODS = (
    Method("views.open", _open, TIER_4),
    Method("views.push", _push, TIER_4),
    Method("views.update", _update, TIER_4),
    Method("views.publish", _publish, TIER_4),
)
