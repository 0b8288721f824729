"""Opening, pushing, updating and closing views, with Slack's rules of hashes, stacks and external ids."""

from sandbox.slack.errors import SlackError
from sandbox.slack.forms import fields_of
from sandbox.slack.model import View
from sandbox.slack.state import State
from sandbox.slack.values import Json, new_id

STACK_MAXIMUM = 3


def open_view(state: State, user: str, content: Json, channel: str | None) -> View:
    """Opens a modal on top of whatever the person has open.

    Raises SlackError push_limit_reached (three are open) or duplicate_external_id.
    """
    return _put_on_top(state, user, content, channel, root_id=None)


def push_view(state: State, user: str, content: Json, channel: str | None) -> View:
    """Pushes a modal onto the stack of the one that is open.

    Raises SlackError not_found (none is open), push_limit_reached or duplicate_external_id.
    """
    stack = state.open_views(user)
    if not stack:
        raise SlackError("not_found")
    return _put_on_top(state, user, content, channel, root_id=stack[-1].root_id)


def _put_on_top(state: State, user: str, content: Json, channel: str | None, root_id: str | None) -> View:
    stack = state.stacks.setdefault(user, [])
    if len(stack) >= STACK_MAXIMUM:
        raise SlackError("push_limit_reached")
    _external_id_is_free(state, content, None)
    view_id = new_id("V")
    view = View(
        id=view_id,
        user=user,
        content=content,
        hash=new_hash(state),
        root_id=root_id or view_id,
        previous_id=stack[-1] if stack and root_id else None,
        channel=channel,
    )
    state.views[view_id] = view
    stack.append(view_id)
    state.changed()
    return view


def update_view(state: State, view: View, content: Json) -> View:
    """Replaces what a view shows. What was typed stays where block_id, action_id and type stay.

    Raises SlackError duplicate_external_id.
    """
    _external_id_is_free(state, content, view)
    view.content = content
    view.hash = new_hash(state)
    view.status = ""
    kinds = {(field.block_id, field.action_id): field.kind for field in fields_of(view.blocks)}
    view.entered = {
        block_id: kept
        for block_id, actions in view.entered.items()
        if (kept := {a: v for a, v in actions.items() if kinds.get((block_id, a)) == v.get("type")})
    }
    state.changed()
    return view


def publish_home(state: State, user: str, content: Json) -> View:
    """Puts a view on a person's Home tab. Raises SlackError duplicate_external_id."""
    existing = state.home(user)
    if existing is not None:
        return update_view(state, existing, content)
    _external_id_is_free(state, content, None)
    view_id = new_id("V")
    view = View(id=view_id, user=user, content=content, hash=new_hash(state), root_id=view_id)
    state.views[view_id] = view
    state.homes[user] = view_id
    state.changed()
    return view


def close_view(state: State, view: View, *, alone: bool = False) -> list[View]:
    """Closes a modal as its close button does: the whole stack when it says clear_on_close, unless `alone`.

    Returns what closed.
    """
    stack = state.stacks.get(view.user, [])
    if view.content.get("clear_on_close") is True and not alone:
        return clear_views(state, view.user)
    if view.id in stack:
        stack.remove(view.id)
    state.views.pop(view.id, None)
    state.changed()
    return [view]


def clear_views(state: State, user: str) -> list[View]:
    """Closes all modals of a person. Returns what closed, the top one first."""
    closed = list(reversed(state.open_views(user)))
    for view in closed:
        state.views.pop(view.id, None)
    state.stacks[user] = []
    state.changed()
    return closed


def find_view(state: State, view_id: object, external_id: object) -> View:
    """A view by its id or by the id that the app gave it. Raises SlackError not_found."""
    if isinstance(view_id, str) and view_id:
        return state.view(view_id)
    for view in state.views.values():
        if external_id and view.content.get("external_id") == external_id:
            return view
    raise SlackError("not_found")


def check_hash(view: View, expected: object) -> None:
    """Raises SlackError hash_conflict when a hash was given and the view has changed since."""
    if expected and expected != view.hash:
        raise SlackError("hash_conflict")


def new_hash(state: State) -> str:
    """A fresh hash of a view's present contents."""
    return f"{int(state.clock())}.{new_id('', 8)}"


def _external_id_is_free(state: State, content: Json, own: View | None) -> None:
    wanted = content.get("external_id")
    if wanted and any(v is not own and v.content.get("external_id") == wanted for v in state.views.values()):
        raise SlackError("duplicate_external_id")
