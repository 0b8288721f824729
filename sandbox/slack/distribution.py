"""An app that several workspaces install: its credentials, OAuth, rotating tokens, signed deliveries over HTTP."""

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from sandbox.slack.errors import SlackError
from sandbox.slack.faults import EnvelopeType
from sandbox.slack.state import State
from sandbox.slack.values import Json, is_object, new_id
from sandbox.slack.workspace import SlackWorkspace

TOKEN_SECONDS = 12 * 60 * 60
CODE_SECONDS = 10 * 60


@dataclass(frozen=True)
class _Code:
    workspace: SlackWorkspace
    person: str
    redirect_uri: str
    scopes: frozenset[str]
    issued: float


class Distribution:
    """What Slack keeps of an app for all its workspaces. The first workspace's server answers the Web API.

    `request_url` is where the app wants deliveries, `install_url` its page from which people install it. With
    `rotation` tokens expire after twelve hours.
    """

    def __init__(self, *workspaces: SlackWorkspace, rotation: bool = False) -> None:
        self.workspaces = list(workspaces)
        self.rotation = rotation
        self.client_id = "1234567890.1234567890"
        self.client_secret = new_id("", 32).lower()
        self.signing_secret = new_id("", 32).lower()
        self.request_url = ""
        self.install_url = ""
        self.delivered: list[int] = []
        self._codes: dict[str, _Code] = {}
        self._refresh: dict[str, SlackWorkspace] = {}
        for workspace in workspaces:
            workspace.bot_tokens.clear()
            workspace.scopes.clear()
            workspace.http = HttpDeliveries(self, workspace)

    def workspace_of(self, token: str) -> SlackWorkspace | None:
        """The workspace whose app has, or had, a token."""
        return next((one for one in self.workspaces if token in one.bot_tokens or token in one.revoked_tokens), None)

    def workspace(self, team_id: str) -> SlackWorkspace:
        """A workspace by its team. Raises SlackError team_not_found."""
        found = next((one for one in self.workspaces if one.team_id == team_id), None)
        if found is None:
            raise SlackError("team_not_found")
        return found

    # Installing

    def allow(self, workspace: SlackWorkspace, person: str, query: Json) -> str:
        """A person allows the installation on Slack's page. The address of the app that their browser goes to."""
        if query.get("client_id") != self.client_id:
            raise SlackError("invalid_client_id")
        code = new_id("", 24)
        redirect_uri = str(query["redirect_uri"])
        scopes = frozenset(str(query.get("scope", "")).split(","))
        self._codes[code] = _Code(workspace, person, redirect_uri, scopes, workspace.clock())
        return f"{redirect_uri}?{urlencode({'code': code, 'state': query.get('state', '')})}"

    def refuse(self, query: Json) -> str:
        """A person cancels on Slack's page. The address of the app that their browser goes to."""
        return f"{query['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': query.get('state', '')})}"

    def access(self, client_id: str, client_secret: str, values: Json) -> Json:
        """oauth.v2.access: tokens for a code, or the next ones for a refresh token; both work once."""
        if client_id != self.client_id:
            raise SlackError("invalid_client_id")
        if not hmac.compare_digest(client_secret, self.client_secret):
            raise SlackError("bad_client_secret")
        if values.get("grant_type") == "refresh_token":
            workspace = self._refresh.pop(str(values.get("refresh_token")), None)
            if workspace is None:
                raise SlackError("invalid_refresh_token")
            return self._tokens(workspace, workspace.installer)
        code = self._codes.pop(str(values.get("code")), None)
        if code is None:
            raise SlackError("invalid_code")
        if code.workspace.clock() - code.issued > CODE_SECONDS:
            raise SlackError("code_expired")
        if values.get("redirect_uri") != code.redirect_uri:
            raise SlackError("bad_redirect_uri")
        code.workspace.scopes |= code.scopes & code.workspace.manifest.scopes
        code.workspace.installer = code.person
        return self._tokens(code.workspace, code.person)

    def _tokens(self, workspace: SlackWorkspace, person: str) -> Json:
        token = "xoxe.xoxb-sandbox-" + new_id("", 24) if self.rotation else "xoxb-sandbox-" + new_id("", 24)
        expires_at = workspace.clock() + TOKEN_SECONDS if self.rotation else None
        workspace.bot_tokens[token] = expires_at
        organisation: Json = {"id": workspace.enterprise_id, "name": "Organisation"}
        answer: Json = {
            "access_token": token,
            "token_type": "bot",
            "scope": ",".join(sorted(workspace.scopes)),
            "bot_user_id": workspace.bot.id,
            "app_id": workspace.app_id,
            "team": None if workspace.is_org_install else {"id": workspace.team_id, "name": workspace.team_name},
            "enterprise": organisation if workspace.enterprise_id else None,
            "authed_user": {"id": person},
            "is_enterprise_install": workspace.is_org_install,
        }
        if self.rotation:
            refresh = "xoxe-1-" + new_id("", 24)
            self._refresh[refresh] = workspace
            answer |= {"refresh_token": refresh, "expires_in": TOKEN_SECONDS}
        workspace.changed()
        return answer

    async def uninstall(self, workspace: SlackWorkspace) -> None:
        """Somebody removes the app: its tokens end, and it is told so by two events in no certain order."""
        event: Json = {"type": "app_uninstalled"}
        await asyncio.gather(self.revoke(workspace), workspace.deliveries.send_event(event))
        workspace.scopes.clear()
        workspace.homes.clear()
        workspace.changed()

    async def revoke(self, workspace: SlackWorkspace) -> None:
        """The app's tokens end, and it is told so."""
        workspace.revoked_tokens |= set(workspace.bot_tokens)
        workspace.bot_tokens.clear()
        self._refresh = {token: one for token, one in self._refresh.items() if one is not workspace}
        event: Json = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [workspace.bot.id]}}
        await workspace.deliveries.send_event(event)


class HttpDeliveries:
    """Sends a workspace's deliveries to the app's request address, signed."""

    def __init__(self, distribution: Distribution, state: State) -> None:
        self._distribution = distribution
        self._state = state

    async def send(
        self, envelope: EnvelopeType, payload: Json, seconds: float, retry: int = 0, reason: str = ""
    ) -> Json | None:
        """Posts a payload. Returns the acknowledgement's payload, or None when none came in time."""
        headers: dict[str, str] = {}
        if retry:
            headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": f"http_{reason}"}
        if envelope == "events_api":
            body, kind = json.dumps(payload), "application/json"
        elif envelope == "slash_commands":
            body, kind = urlencode(payload), "application/x-www-form-urlencoded"
        else:
            body, kind = urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded"
        headers |= self.signed(body) | {"Content-Type": kind}
        timeout = aiohttp.ClientTimeout(total=seconds)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(self._distribution.request_url, data=body.encode(), headers=headers) as answer,
            ):
                self._distribution.delivered.append(answer.status)
                if not 200 <= answer.status < 300:
                    return None
                return _acknowledgement(await answer.text())
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None

    def signed(self, body: str) -> dict[str, str]:
        """The headers by which the app knows that Slack sends a body."""
        timestamp = str(int(self._state.clock()))
        content = f"v0:{timestamp}:{body}".encode()
        digest = hmac.new(self._distribution.signing_secret.encode(), content, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def _acknowledgement(text: str) -> Json:
    try:
        value: Any = json.loads(text or "{}")
    except ValueError:
        return {"text": text}
    return value if is_object(value) else {}
