"""Slack's own page on which a person allows an app, and the method that gives tokens for what they allowed."""

import base64
import binascii
from html import escape

from aiohttp import web

from sandbox.slack.distribution import Distribution
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Call
from sandbox.slack.values import Json

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Allow {name} | Slack</title>
<body style="font: 16px/1.5 system-ui; max-width: 32rem; margin: 3rem auto; padding: 0 1rem">
<h1>{name} is asking for permission</h1><p>It asks for: {scopes}</p>
<form method="post"><label>Workspace <select name="team">{teams}</select></label>
<p><button name="allow" value="yes">Allow</button> <button name="allow" value="">Cancel</button></p></form>
</body></html>
"""


def add_oauth_routes(application: web.Application, distribution: Distribution) -> None:
    """Adds the page and the method to a server."""

    async def ask(request: web.Request) -> web.StreamResponse:
        teams = "".join(
            f'<option value="{one.team_id}">{escape(one.team_name)}</option>' for one in distribution.workspaces
        )
        name = escape(distribution.workspaces[0].manifest.name)
        scopes = escape(request.query.get("scope", "").replace(",", ", "))
        return web.Response(text=_PAGE.format(name=name, scopes=scopes, teams=teams), content_type="text/html")

    async def answer(request: web.Request) -> web.StreamResponse:
        form, query = await request.post(), dict[str, object](request.query)
        try:
            if not form.get("allow"):
                raise web.HTTPSeeOther(distribution.refuse(query))
            workspace = distribution.workspace(str(form.get("team")))
            raise web.HTTPSeeOther(distribution.allow(workspace, workspace.admin.id, query))
        except SlackError as error:
            return web.Response(text=error.code, status=400)

    async def access(request: web.Request) -> web.StreamResponse:
        form = await request.post()
        values: Json = {key: value for key, value in form.items() if isinstance(value, str)}
        header = request.headers.get("Authorization")
        who = _basic(header) if header else (str(values.get("client_id")), str(values.get("client_secret")))
        try:
            response: Json = {"ok": True, **distribution.access(*who, values)}
        except SlackError as error:
            response = error.response()
        first = distribution.workspaces[0]
        # Tokens and codes are not kept: the list of calls is shown, and searched by tests for secrets.
        kept: Json = {"ok": response["ok"], "error": response.get("error")}
        grant: Json = {"grant_type": values.get("grant_type", "")}
        first.calls.append(Call("oauth.v2.access", grant, kept, 200, first.clock()))
        return web.json_response(response)

    application.router.add_get("/oauth/v2/authorize", ask)
    application.router.add_post("/oauth/v2/authorize", answer)
    application.router.add_post("/api/oauth.v2.access", access)


def _basic(header: str) -> tuple[str, str]:
    try:
        name, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
    except (ValueError, binascii.Error):
        return "", ""
    return name, secret
