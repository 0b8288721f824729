"""usergroups.list."""

from sandbox.slack.methods.registry import Arguments, Method
from sandbox.slack.model import UserGroup
from sandbox.slack.rate_limits import TIER_2
from sandbox.slack.state import State
from sandbox.slack.values import Json


def _list(state: State, arguments: Arguments) -> Json:
    with_users = arguments.flag("include_users")
    return {"usergroups": [_group_json(state, group, with_users) for group in state.user_groups.values()]}


def _group_json(state: State, group: UserGroup, with_users: bool) -> Json:
    value: Json = {
        "id": group.id,
        "team_id": state.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": int(state.clock()),
        "date_update": int(state.clock()),
        "date_delete": 0,
        "auto_type": None,
    }
    return value | ({"users": sorted(group.users)} if with_users else {})


METHODS = (Method("usergroups.list", _list, TIER_2, scopes=("usergroups:read",)),)
