"""The HTTP server: what Slack delivers where many workspaces have the app, its installation, and forms for keys.

It is meant to stand behind a proxy that ends TLS (docs/operate.md), listens only where a public address is set, and
keeps no log of addresses: those of forms open them.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from bot.oauth import Installing
from bot.settings import OAuthApp, Settings
from bot.slack import SlackClients
from handlers import key_form
from handlers.faults import new_reference
from handlers.locale import Locale, supported
from handlers.notifier import answer_of
from handlers.request import Services
from handlers.views.pages import STYLE, Page, fault
from services.clock import Clock
from services.notifier import OutcomeUnknown, SlackBusy, SlackRefused

log = structlog.get_logger(__name__)

MOST_BYTES = 2 * 1024 * 1024
"""Of one request: Slack's views are at most a quarter of a megabyte, and a payload holds little else."""

LONGEST_MOMENT = 12
"""Digits of Unix seconds: Python reads no number of thousands of digits."""

COOKIE = "fabric_install"
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebServer:
    """Listens as long as the program runs."""

    def __init__(self, settings: Settings, services: Services, clients: SlackClients) -> None:
        self._settings = settings
        self._services = services
        self._clients = clients
        self._secure = settings.fabric_public_url.startswith("https:")
        # As browsers see it: the public address may be a folder of its host.
        self._cookie_path = f"{urlsplit(settings.fabric_public_url).path}/slack"
        self._unsigned_told_at = datetime.min.replace(tzinfo=UTC)
        self._web = web.Application(client_max_size=MOST_BYTES, middlewares=[self._guarded])
        self._web.router.add_get("/key/{token}", self._show_key_form)
        self._web.router.add_post("/key/{token}", self._take_key)
        self._web.router.add_get("/health", self._health)
        self._runner = web.AppRunner(self._web, access_log=None, shutdown_timeout=5)

    def serve_slack(self, app: AsyncApp, oauth_app: OAuthApp) -> None:
        """Also take Slack's deliveries, and install the app in workspaces."""
        installing = Installing(self._settings, oauth_app, self._services, self._clients)
        verifier = SignatureVerifier(oauth_app.signing_secret.get_secret_value(), _SlackTime(self._services.clock))

        async def deliver(request: web.Request) -> web.StreamResponse:
            if not is_signed(verifier, await request.read(), request):
                self._tell_unsigned(request)
                return web.Response(status=401)
            return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

        async def show(request: web.Request) -> web.StreamResponse:
            return _answer(installing.page(_locale(request)))

        async def begin(request: web.Request) -> web.StreamResponse:
            address, state = await installing.begin()
            response = web.Response(status=303, headers={"Location": address})
            # Lax: it must come back when Slack sends the browser here.
            response.set_cookie(
                COOKIE, state, max_age=600, path=self._cookie_path, httponly=True, secure=self._secure, samesite="Lax"
            )
            return response

        async def end(request: web.Request) -> web.StreamResponse:
            page = await installing.end(request.query, request.cookies.get(COOKIE, ""), _locale(request))
            response = _answer(page)
            response.del_cookie(COOKIE, path=self._cookie_path)
            return response

        self._web.router.add_post("/slack/events", deliver)
        self._web.router.add_get("/slack/install", show)
        self._web.router.add_post("/slack/install", begin)
        self._web.router.add_get("/slack/oauth_redirect", end)

    async def start(self) -> None:
        """Listen; raise OSError when the port is taken."""
        host, _, port = self._settings.fabric_listen.rpartition(":")
        await self._runner.setup()
        await web.TCPSite(self._runner, host, int(port)).start()

    async def close(self) -> None:
        """Answer what is being asked, then listen no more."""
        await self._runner.cleanup()

    def _tell_unsigned(self, request: web.Request) -> None:
        """Log that a delivery was refused, at most once a minute: anybody may send what is none."""
        timestamp, now = request.headers.get("X-Slack-Request-Timestamp", ""), self._services.clock()
        if not _is_moment(timestamp) or now < self._unsigned_told_at + timedelta(minutes=1):
            return
        self._unsigned_told_at = now
        advice = "is SLACK_SIGNING_SECRET that of the app which delivers here, and this machine's clock right?"
        log.warning("http.not_signed", seconds_old=round(now.timestamp() - int(timestamp)), advice=advice)

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Answering) -> web.StreamResponse:
        """Answer a fault with its reference, and have no page kept, framed, passed on or given more than it needs."""
        try:
            response = await handler(request)
        except web.HTTPException as refusal:
            response = web.Response(status=refusal.status, text=refusal.reason)
        except Exception as error:
            if isinstance(error, ConnectionResetError) and request.transport is None:
                return web.Response(status=400)  # for nobody: who asked went away before the request was whole
            reference = new_reference()
            # The path is not told: it may open a form.
            log.exception("http.failed", reference=reference, kind=type(error).__name__)
            response = _answer(fault(_locale(request), reference))
        # Browsers hold every step of the way against it, and Slack sends people on to their workspace's own address.
        elsewhere = f"{self._settings.slack_api_url.split('/api')[0]} https://slack.com https://*.slack.com"
        response.headers.update(
            {
                "Cache-Control": "no-store",
                "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; "
                f"form-action 'self' {elsewhere}; frame-ancestors 'none'",
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
                "X-Robots-Tag": "noindex",
            }
        )
        if self._secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response

    async def _health(self, request: web.Request) -> web.StreamResponse:
        await self._services.store.run(lambda unit: None)
        return web.Response(text="ok")

    async def _show_key_form(self, request: web.Request) -> web.StreamResponse:
        token, locale = request.match_info["token"], _locale(request)
        return _answer(await self._services.store.run(lambda unit: key_form.show(unit, self._services, token, locale)))

    async def _take_key(self, request: web.Request) -> web.StreamResponse:
        token, locale, form = request.match_info["token"], _locale(request), await request.post()
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
        page, ticket, view = await self._services.store.run(
            lambda unit: key_form.submit(unit, self._services, token, typed, locale)
        )
        self._services.wake()
        if ticket and ticket.view_id and view:
            try:
                client = await self._clients(ticket.workspace)
                async with self._services.exclusive.of(ticket.view_id):
                    await answer_of(client.views_update(view_id=ticket.view_id, view=view))
            except (SlackRefused, SlackBusy, OutcomeUnknown) as error:
                # Closed meanwhile, most likely: what comes of the key is told by message. It is taken in any case.
                log.info("key_form.not_shown", error=type(error).__name__)
        return _answer(page)


class _SlackTime(SignatureClock):
    """The program's clock as slack_sdk asks it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        """Return Unix seconds."""
        return self._clock().timestamp()


def _is_moment(timestamp: str) -> bool:
    return timestamp.isdecimal() and timestamp.isascii() and len(timestamp) <= LONGEST_MOMENT


def is_signed(verifier: SignatureVerifier, body: bytes, request: web.Request) -> bool:
    """Tell whether Slack signed a request within the last five minutes; a malformed signature is none."""
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    # slack_sdk raises on a time that is no number, and on a signature that is not ASCII.
    if not (_is_moment(timestamp) and signature.isascii()):
        return False
    return verifier.is_valid(body, timestamp, signature)


def _answer(page: Page) -> web.Response:
    return web.Response(text=page.html, status=page.status, content_type="text/html")


def _locale(request: web.Request) -> Locale:
    """Return the language that a browser asks for: chosen on the page, else its first that we speak."""
    chosen = supported(request.query.get("language"))
    for part in request.headers.get("Accept-Language", "").split(","):
        chosen = chosen or supported(part.split(";")[0].strip())
    return Locale(chosen or "en")
