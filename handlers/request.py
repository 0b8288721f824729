"""What a handler is given and what it returns: a delivery of Slack's and the answer to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from handlers.locale import Locale, supported
from handlers.views.elements import View
from services.clock import Clock
from services.exclusive import Exclusive
from services.help_ai.library import Library
from services.installations import workspace_id
from services.netvisor import CirculationTemplate
from services.notifier import Rendered
from services.precedence import Precedence
from services.records import Person, Role
from services.store import Store, Unit
from services.vault import Vault


@dataclass(frozen=True)
class Services:
    """What handlers need."""

    store: Store
    clock: Clock
    vault: Vault
    access_key: str
    wake: Callable[[], None]
    forget: Callable[[str], None]
    """Called with a workspace that removed the app: what is kept of its tokens in memory goes."""
    library: Library
    precedence: Precedence
    exclusive: Exclusive
    public_url: str = ""
    """Where browsers reach us; empty where they do not."""
    circulation: CirculationTemplate | None = None
    """The message that sets an invoice's circulation list; None where nothing is ever sent."""


@dataclass(frozen=True)
class Request:
    """A delivery as a handler sees it; `body` is Slack's payload."""

    workspace: str
    person: Person
    locale: Locale
    body: Mapping[str, Any]
    services: Services

    @property
    def action(self) -> Mapping[str, Any]:
        """The action of a block_actions delivery."""
        return self.body["actions"][0]

    @property
    def number(self) -> int:
        """The page or place that a button carries behind its last colon; 0 where it carries none."""
        value = str(self.action.get("value") or "").rpartition(":")[2]
        return int(value) if value.isdecimal() else 0

    @property
    def view(self) -> Mapping[str, Any]:
        """The view of a submission, or the modal in which an action took place (empty in messages)."""
        return self.body.get("view") or {}

    @property
    def channel(self) -> str:
        """The conversation in which the delivery began; empty in modals and on the Home tab."""
        conversation: Any = self.body.get("channel") or {}
        return str(self.body.get("channel_id") or conversation.get("id") or "")

    def value(self, name: str) -> Any:
        """Return what was typed or chosen in an input: a text, an option's value, an id, a day, a time, files, None."""
        state = self.view.get("state", {}).get("values", {}).get(name, {}).get(name, {})
        option = state.get("selected_option")
        if option:
            return option["value"]
        picked = state.get("selected_conversation") or state.get("selected_user")
        picked = picked or state.get("selected_date") or state.get("selected_time")
        return picked or state.get("files") or state.get("value")

    def values(self, name: str) -> list[str]:
        """Return everything that was chosen in an input for several: options' values, people, conversations."""
        state = self.view.get("state", {}).get("values", {}).get(name, {}).get(name, {})
        options = [str(option["value"]) for option in state.get("selected_options") or ()]
        return options or list(state.get("selected_users") or state.get("selected_conversations") or ())


@dataclass(frozen=True)
class Answer:
    """What a handler decided. `message`, `errors`, `update` and `push` go into the acknowledgement.

    `open` opens a modal (one that takes much reading is a function, called after the acknowledgement, when nobody else
    waits for theirs either), `put` replaces the one that was clicked in and `put_below` the one under it, `replace` the
    message that was clicked in, all after it.
    `options`, or `option_groups`, answer what somebody types into a select: nothing of that is kept. An answer with
    `errors` or `push` leaves no dedupe key, so the person can submit the same view again.
    """

    message: Rendered | None = None
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    update: View | None = None
    push: View | None = None
    open: View | Callable[[Unit], View] | None = None
    put: View | None = None
    put_below: View | None = None
    replace: Rendered | None = None
    options: Sequence[Mapping[str, Any]] | None = None
    option_groups: Sequence[Mapping[str, Any]] | None = None
    opened: Callable[[Unit, str], None] | None = None
    """Called with the id of the view that was opened, pushed or updated."""


class Refusal(Exception):
    """Raised by a handler that does nothing: its sentence says why, and is shown where the person can read it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


Handler = Callable[[Request, Unit], Answer]


def workspace_of(body: Mapping[str, Any]) -> str:
    """Return our id of the workspace that a delivery belongs to: the organisation's and the team's Slack ids.

    Of what happens in a channel shared with another organisation that is the workspace which has the app.
    """
    served = _served(body)
    view: Any = body.get("view") or {}
    team_id = view.get("app_installed_team_id") or _id(served.get("team")) or served.get("team_id")
    if not team_id:
        # An organisation's installation: an event's own body names the team, a payload of people's only beside them.
        team_id = body.get("context_team_id") or body.get("team_id")
        team_id = team_id or view.get("team_id") or cast("Any", body.get("user") or {}).get("team_id")
    # A modal's payload may name the organisation with the team only.
    enterprise_id = _id(served.get("enterprise")) or served.get("enterprise_id")
    return workspace_id(enterprise_id or _id(served.get("team"), "enterprise_id"), team_id)


def is_organisations(body: Mapping[str, Any]) -> bool:
    """Tell whether a delivery comes by the installation of a whole organisation."""
    flag = _served(body).get("is_enterprise_install") or body.get("is_enterprise_install")
    return flag in (True, "true")


def _served(body: Mapping[str, Any]) -> Mapping[str, Any]:
    authorizations: Any = body.get("authorizations")
    return authorizations[0] if authorizations else body


def _id(value: Any, name: str = "id") -> str:
    if isinstance(value, str):
        return value if name == "id" else ""
    return str(cast("Any", value or {}).get(name) or "")


def dedupe_key(body: Mapping[str, Any]) -> str:
    """Return what tells a delivery from every other; one that Slack sends again has the same."""
    match body.get("type"):
        case "event_callback":
            return f"event:{body['event_id']}"
        case "view_submission" | "view_closed":
            return f"{body['type']}:{body['view']['id']}:{body['view'].get('hash')}"
        case _:
            return f"trigger:{body.get('trigger_id')}"


def user_id(body: Mapping[str, Any]) -> str:
    """Return the Slack id of the person who acted."""
    user: Any = body.get("user") or {}
    return str(body.get("user_id") or user.get("id"))


def person_of(workspace: str, user: Mapping[str, Any], now: datetime) -> Person:
    """Return what Slack's user object says of a person."""
    # A member of several of an organisation's workspaces has one of them as home, which need not be this one.
    of_organisation: Any = user.get("enterprise_user") or {}
    teams = {user.get("team_id"), *(of_organisation.get("teams") or ())}
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        role = Role.GUEST
    elif user.get("is_stranger") or teams.isdisjoint({None, *workspace.split(".")}):
        role = Role.EXTERNAL
    else:
        role = Role.ADMIN if user.get("is_admin") else Role.MEMBER
    name = user.get("real_name") or user.get("name") or user["id"]
    # Slack offers no Finnish, so an English locale says nothing of a Finn; any other that we speak is a choice.
    spoken = supported(user.get("locale"))
    return Person(workspace, user["id"], name, role, now, spoken if spoken != "en" else None)
