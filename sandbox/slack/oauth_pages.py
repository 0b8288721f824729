"""Slack's own pages around an installation: allowing an app, and going to it; and the method that gives tokens."""

import base64
import binascii
from html import escape
from urllib.parse import urlencode

from aiohttp import web

from sandbox.slack.api import meet_fault
from sandbox.slack.distribution import Distribution
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Call
from sandbox.slack.page import LAST_WORKSPACE
from sandbox.slack.values import Json

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Allow {name} | Slack</title>
<link rel="icon" href="data:,"><style>
body {{ font: 16px/1.5 system-ui, sans-serif; color: #1d1c1d; margin: 3rem auto; padding: 0 1.2rem; max-width: 32rem }}
h1 {{ font-size: 1.5rem }} code {{ font-size: .9rem }} li {{ margin: .1rem 0 }}
fieldset {{ border: 1px solid #ddd; border-radius: 6px }} fieldset label {{ display: block }}
select, button {{ font: inherit; padding: .5rem 1rem; border: 1px solid #868686; border-radius: 6px }}
button[value=yes] {{ background: #007a5a; border-color: #007a5a; color: #fff; font-weight: 600 }}
</style></head><body>
<h1>{name} is requesting permission to access a Slack workspace</h1>
<form method="post"><label>Workspace <select name="team">{teams}</select></label>
<p>It asks for:</p><ul>{scopes}</ul>
<fieldset><legend>Optional</legend><input type="hidden" name="chosen" value="yes">{optional}</fieldset>
<p>You allow it as {person}, an administrator of the workspace.</p>
<p><button name="allow" value="yes">Allow</button> <button name="allow" value="">Cancel</button></p></form>
</body></html>
"""


def add_oauth_routes(application: web.Application, distribution: Distribution) -> None:
    """Adds the pages and the method to a server."""

    async def ask(request: web.Request) -> web.StreamResponse:
        here = request.cookies.get(LAST_WORKSPACE)
        teams = "".join(
            f'<option value="{one.team_id}"{" selected" * (one.team_id == here)}>{escape(one.team_name)}</option>'
            for one in distribution.workspaces
        )
        first = distribution.workspaces[0]
        optional = first.manifest.optional_scopes
        asked = request.query.get("scope", "").split(",")
        text = _PAGE.format(
            name=escape(first.manifest.name),
            scopes="".join(f"<li><code>{escape(scope)}</code></li>" for scope in asked if scope not in optional),
            optional="".join(
                f'<label><input type="checkbox" name="optional" value="{scope}" checked> <code>{scope}</code></label>'
                for scope in asked
                if scope in optional
            ),
            teams=teams,
            person=escape(first.admin.real_name),
        )
        return web.Response(text=text, content_type="text/html")

    async def go(request: web.Request) -> web.StreamResponse:
        """Goes to the app in a workspace, as Slack's own links to apps do."""
        try:
            workspace = distribution.workspace(request.query.get("team", ""))
        except SlackError:
            workspace = distribution.workspaces[0]
        raise web.HTTPFound(f"{workspace.base_url}/?{urlencode({'app': workspace.app_id})}")

    async def answer(request: web.Request) -> web.StreamResponse:
        form, query = await request.post(), dict[str, object](request.query)
        try:
            if not form.get("allow"):
                raise web.HTTPSeeOther(distribution.refuse(query))
            workspace = distribution.workspace(str(form.get("team")))
            if form.get("chosen"):
                refused = workspace.manifest.optional_scopes - {str(scope) for scope in form.getall("optional", [])}
                asked = request.query.get("scope", "").split(",")
                query["scope"] = ",".join(scope for scope in asked if scope not in refused)
            raise web.HTTPSeeOther(distribution.allow(workspace, workspace.admin.id, query))
        except SlackError as error:
            return web.Response(text=error.code, status=400)

    async def access(request: web.Request) -> web.StreamResponse:
        form = await request.post()
        values: Json = {key: value for key, value in form.items() if isinstance(value, str)}
        header = request.headers.get("Authorization")
        who = _basic(header) if header else (str(values.get("client_id")), str(values.get("client_secret")))
        fault = distribution.workspaces[0].faults.take_call("oauth.v2.access")
        if fault is not None:
            refused = await meet_fault(distribution.workspaces[0], "oauth.v2.access", {}, fault, request)
            if refused is not None:
                return refused
        try:
            response: Json = {"ok": True, **distribution.access(*who, values)}
        except SlackError as error:
            response = error.response()
        where = distribution.workspace_of(str(response.get("access_token"))) or distribution.workspaces[0]
        # Tokens and codes are not kept: the list of calls is shown, and searched by tests for secrets.
        kept: Json = {"ok": response["ok"], "error": response.get("error")}
        grant: Json = {"grant_type": values.get("grant_type", "")}
        where.calls.append(Call("oauth.v2.access", grant, kept, 200, where.clock()))
        return web.json_response(response)

    application.router.add_get("/app_redirect", go)
    application.router.add_get("/oauth/v2/authorize", ask)
    application.router.add_post("/oauth/v2/authorize", answer)
    application.router.add_post("/api/oauth.v2.access", access)


def _basic(header: str) -> tuple[str, str]:
    try:
        name, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
    except (ValueError, binascii.Error):
        return "", ""
    return name, secret
