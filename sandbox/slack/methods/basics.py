"""api.test, auth.test, apps.connections.open, team.info, bots.info."""

from sandbox.slack.errors import SlackError
from sandbox.slack.methods.registry import Arguments, Method
from sandbox.slack.payloads import bot_profile
from sandbox.slack.rate_limits import SPECIAL, TIER_1, TIER_3, TIER_4
from sandbox.slack.state import State
from sandbox.slack.values import Json


def _api_test(state: State, arguments: Arguments) -> Json:
    if "error" in arguments:
        raise SlackError(arguments.text("error"), args=arguments.values)
    return {"args": arguments.values}


def _auth_test(state: State, arguments: Arguments) -> Json:
    return {
        "url": f"https://{state.team_domain}.slack.com/",
        "team": state.team_name,
        "user": state.bot.name,
        "team_id": state.team_id,
        "user_id": state.bot.id,
        "bot_id": state.bot_id,
        "is_enterprise_install": state.is_org_install,
        **({"enterprise_id": state.enterprise_id} if state.enterprise_id else {}),
    }


def _open_connection(state: State, arguments: Arguments) -> Json:
    address = state.base_url.replace("http", "ws", 1)
    return {"url": f"{address}/socket?ticket={state.sockets.new_ticket()}&app_id={state.app_id}"}


def _team_info(state: State, arguments: Arguments) -> Json:
    team = {"id": state.team_id, "name": state.team_name, "domain": state.team_domain, "email_domain": ""}
    return {"team": {**team, "icon": {"image_default": True}}}


def _bots_info(state: State, arguments: Arguments) -> Json:
    if arguments.text("bot", state.bot_id) != state.bot_id:
        raise SlackError("bot_not_found")
    return {"bot": bot_profile(state)}


METHODS = (
    Method("api.test", _api_test, TIER_4, token="none"),
    Method("auth.test", _auth_test, SPECIAL),
    Method("apps.connections.open", _open_connection, TIER_1, token="app"),
    Method("team.info", _team_info, TIER_3, scopes=("team:read",)),
    Method("bots.info", _bots_info, TIER_3, scopes=("users:read",)),
)
