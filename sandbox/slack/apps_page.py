"""The page on which a workspace's apps are managed: how the app is connected, what it may do, what it was told."""

from collections.abc import Awaitable, Callable

from sandbox.slack.distribution import Distribution
from sandbox.slack.values import Json
from sandbox.slack.workspace import SlackWorkspace

LATEST = 40
"""How many of the latest deliveries and calls are shown."""

ManagingAction = Callable[[Distribution, SlackWorkspace], Awaitable[None]]


def apps_json(workspace: SlackWorkspace, distribution: Distribution | None) -> Json:
    """What the page shows of the app; it never shows a token."""
    tokens = workspace.bot_tokens.values()
    return {
        "mode": "http" if distribution else "socket",
        "connections": workspace.sockets.connections,
        "request_url": distribution.request_url if distribution else "",
        "install_url": distribution.install_url if distribution else "",
        "state": "absent" if not workspace.is_installed else "installed" if tokens else "revoked",
        "installer": workspace.people[workspace.installer].real_name,
        "token_ends": max((end for end in tokens if end), default=None),
        "scopes": [{"name": name, "granted": name in workspace.scopes} for name in sorted(workspace.manifest.scopes)],
        "log": _log(workspace),
    }


def workspaces_json(workspace: SlackWorkspace, distribution: Distribution | None) -> list[Json]:
    """The workspaces between which a person switches: each is a page of its own."""
    shown = distribution.workspaces if distribution else [workspace]
    return [{"name": each.team_name, "url": each.base_url, "here": each is workspace} for each in shown]


def _log(workspace: SlackWorkspace) -> list[Json]:
    """What went to the app and what it called, the latest first."""
    sent = [
        {"time": one.time, "way": "to", "name": one.name, "answer": "taken" if one.is_acknowledged else "no answer"}
        for one in workspace.delivered[-LATEST:]
    ]
    called = [
        {"time": one.time, "way": "from", "name": one.method, "answer": str(one.response.get("error") or "ok")}
        for one in workspace.calls[-LATEST:]
    ]
    return sorted([*sent, *called], key=lambda one: one["time"], reverse=True)[:LATEST]


MANAGING: dict[str, ManagingAction] = {"uninstall": Distribution.uninstall, "revoke": Distribution.revoke}
"""What an administrator does to an app that was installed from a link."""
