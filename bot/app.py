"""The whole program, started and stopped: store, vault, Netvisor, Slack, jobs and the clock."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import aiohttp
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.assistant import assistant_maker
from bot.http import WebServer
from bot.jobs import Companies, wire
from bot.runner import Runner
from bot.settings import CannotStart, Settings, check_slack, partner_of
from bot.slack import SlackClients, build_slack_app
from handlers.listener import forget_old
from handlers.notifier import answer_of
from handlers.request import Services
from services import jobs
from services.automation_news import SUMMARY, plan_offers, plan_summaries
from services.batches import forget_drafts
from services.circulation import forget_rule_drafts
from services.clock import FIRM_TIMEZONE, Clock, system_clock
from services.credentials import open_credential
from services.dimensions import plan_proposals
from services.exclusive import Exclusive
from services.help_ai.conversation import forget_old as forget_answered
from services.help_ai.knowledge import Passage, PassageError, load_passages
from services.help_ai.library import Library
from services.installations import forget_removed, is_removed, meet, park, reclaim, workspace_id
from services.netvisor import Company, Netvisor, Transport
from services.notice_choices import MORNING
from services.notifications import plan_morning
from services.notifier import NotServed, OutcomeUnknown, SlackBusy, SlackRefused
from services.precedence import Precedence
from services.recheck import plan_rechecks
from services.records import Client, Credential, Installation, Workspace
from services.store import Store, Unit
from services.teams import plan_teams
from services.training import NIGHT_BEGINS, plan_night
from services.vault import Vault
from services.weekly import plan_weekly
from storage import SQLiteStore, open_store
from storage.leases import DatabaseLeases

log = structlog.get_logger(__name__)

PRODUCTION_HOST = "integration.netvisor.fi"
TEAMS_EVERY = timedelta(hours=1)


def test_environment(netvisor_url: str) -> str:
    """Return the host of a Netvisor that is not the real one, else nothing: its figures are labelled so."""
    host = urlsplit(netvisor_url).hostname or ""
    return "" if host == PRODUCTION_HOST else host


def passages_of(settings: Settings) -> tuple[Passage, ...]:
    """Return what Help ai knows; raise CannotStart when a file of the operator's own passages is not right."""
    try:
        return load_passages(settings.fabric_help_folder)
    except PassageError as error:
        raise CannotStart(f"FABRIC_HELP_FOLDER: {error}") from None


def _has_sealed(unit: Unit) -> bool:
    return unit[Credential].count(None) > 0 or unit[Installation].count(None, removed_at=None) > 0


def _plan_people(unit: Unit, now: datetime) -> None:
    """Have it read who everybody is: who is no admin of a workspace any more, or a guest, loses what goes with it."""
    for workspace in unit[Workspace].find(None):
        jobs.enqueue(unit, workspace.id, "people", "all", now)


class Bot:
    """The embedded program: one process, one SQLite file.

    Slack comes over Socket Mode for the workspace of the settings' tokens, or over HTTP for all that install the app.
    """

    def __init__(self, settings: Settings, clock: Clock = system_clock) -> None:
        check_slack(settings)
        self._settings = settings
        self._clock = clock
        partner = partner_of(settings)
        boot = f"bot:{secrets.token_hex(4)}"
        self.store: SQLiteStore = open_store(settings.database_file)
        try:
            # A new key beside a database that a lost one has sealed would open nothing, and hide what is missing.
            keys, made = settings.sealing_keys(may_make=not self.store.run_now(_has_sealed))
            self._vault = Vault(keys)
        except BaseException:
            self.store.close()
            raise
        if made:
            log.warning("vault.key_made", file=str(made), advice="keep a copy: without it no credential opens")
        self._leases = DatabaseLeases(self.store, clock, boot)
        precedence = Precedence()
        self._transport = Transport(
            settings.netvisor_url, partner, leases=self._leases, clock=clock, precedence=precedence
        )
        self._netvisor = Netvisor(self._transport, circulation=settings.circulation)
        self._clients = SlackClients(self.store, self._vault, clock, settings)
        self._services = Services(
            self.store,
            clock,
            self._vault,
            partner.access_key,
            lambda: self.runner.wake(),
            self._clients.forget,
            Library(passages_of(settings), assistant_maker(settings)),
            precedence,
            Exclusive(),
            settings.fabric_public_url,
            settings.circulation,
        )
        work = wire(
            self._services,
            Companies(self._company_of, self._company_with),
            self._clients,
            settings.fabric_history_months,
            test_environment(settings.netvisor_url),
        )
        self.trainer = work.trainer
        self.runner = Runner(self.store, clock, boot, work.handlers, work.give_up)
        self._scheduler = AsyncIOScheduler(timezone=FIRM_TIMEZONE)
        self._socket: AsyncSocketModeHandler | None = None
        self._web: WebServer | None = None

    async def start(self) -> None:
        """Connect and begin; raise CannotStart when Slack does not accept the tokens, or our port is taken."""
        self._clients.open()
        try:
            await self._connect()
        except BaseException:
            await self._clients.close()
            raise
        await self._plan(plan_teams, _plan_people, plan_rechecks)
        await self._plan_clients(plan_summaries, plan_weekly)
        await self.runner.start()
        # The scheduler goes by the machine's time: who gives another clock also says when its hours strike.
        if self._clock is system_clock:
            self._schedule()

    async def _connect(self) -> None:
        """Take deliveries: over HTTP from every workspace, or over Socket Mode from the one of the settings."""
        settings, oauth_app = self._settings, self._settings.oauth_app
        if oauth_app is None:
            await self._meet_workspace()
        await self._leases.free_earlier("bot:")
        app = build_slack_app(self._clients, self._services, settings.fabric_language)
        if settings.fabric_public_url:
            self._web = WebServer(settings, self._services, self._clients)
            if oauth_app:
                self._web.serve_slack(app, oauth_app)
            try:
                await self._web.start()
            except OSError as error:
                raise CannotStart(f"FABRIC_LISTEN={settings.fabric_listen}: {error.strerror}") from None
            log.info("bot.listens", at=settings.fabric_listen, address=settings.fabric_public_url)
        if oauth_app is None and settings.slack_app_token:
            await self._connect_socket(app, settings.slack_app_token.get_secret_value())
            log.info("bot.connected")

    async def _connect_socket(self, app: AsyncApp, token: str) -> None:
        """Connect over Socket Mode. slack_sdk would try for ever with a token that Slack does not accept."""
        opening = self._clients.client().apps_connections_open(app_token=token)
        answer = await self._answer_of(
            opening,
            "SLACK_APP_TOKEN",
            "it is an app-level token (xapp-...) with the scope connections:write, and Socket Mode is switched on",
        )
        self._socket = AsyncSocketModeHandler(app, token)
        self._socket.client.wss_uri = str(answer["url"])
        await self._socket.connect_async()

    async def _answer_of(self, call: Awaitable[Any], setting: str, needed: str) -> Any:
        """Return what Slack answers to a call with a token of the settings; raise CannotStart when it does not."""
        try:
            return await answer_of(call)
        except (SlackRefused, NotServed) as refused:
            raise CannotStart(
                f"Slack does not accept {setting} ({refused.code or 'no error code'}): {needed}."
            ) from None
        except (SlackBusy, OutcomeUnknown) as error:
            cause = f": {error.__cause__}" if isinstance(error.__cause__, aiohttp.ClientConnectorError) else ""
            where = self._settings.slack_api_url
            raise CannotStart(f"Slack cannot be reached at {where}, or does not answer just now{cause}") from None

    async def _meet_workspace(self) -> None:
        """Learn whose token the settings give."""
        token = self._settings.slack_bot_token
        assert token is not None
        asking = self._clients.client(token.get_secret_value()).auth_test()
        needed = "it is the bot user's token (xoxb-...), which Slack shows once the app is installed"
        answer = await self._answer_of(asking, "SLACK_BOT_TOKEN", needed)
        identity: dict[str, Any] = answer.data
        workspace = workspace_id(identity.get("enterprise_id"), identity["team_id"])
        self._clients.keep(workspace, token, identity)
        name, language = identity.get("team") or "", self._settings.fabric_language
        await self.store.run(lambda unit: self._installed(unit, workspace, name, language))

    def _installed(self, unit: Unit, workspace: str, name: str, language: str) -> None:
        now = self._clock()
        if is_removed(unit, workspace):
            # It was installed from a link once, and removed: the token of the settings serves it now.
            reclaim(unit, workspace, now)
        meet(unit, workspace, name, language, now)
        unit[Workspace].change(workspace, workspace, name=name, language=language)
        jobs.enqueue(unit, workspace, "people", "all", now)

    def _schedule(self) -> None:
        add = cast("Any", self._scheduler).add_job
        often = {"coalesce": True, "misfire_grace_time": 3600, "max_instances": 1}
        add(self._morning, CronTrigger(minute="*/5", timezone=FIRM_TIMEZONE), **often)
        add(self.daily, CronTrigger(hour=MORNING.hour, minute=MORNING.minute, timezone=FIRM_TIMEZONE), **often)
        # A minute later, so that what was written at the hour itself is stored.
        add(self._afternoon, CronTrigger(hour=SUMMARY.hour, minute=1, timezone=FIRM_TIMEZONE), **often)
        add(self._night, CronTrigger(hour=NIGHT_BEGINS.hour, timezone=FIRM_TIMEZONE), **often)
        add(self._read_teams, IntervalTrigger(seconds=int(TEAMS_EVERY.total_seconds())), **often)
        # At hours, not so long after the start: a bot that is started anew every day tidies too.
        add(self._housekeeping, CronTrigger(hour="6,18", timezone=FIRM_TIMEZONE), **often)
        self._scheduler.start()

    async def _plan(self, *plans: Callable[[Unit, datetime], None]) -> None:
        """Have the clock ask for work, in one unit; not for those that removed the app."""

        def plan(unit: Unit) -> None:
            for one in (*plans, park):
                one(unit, self._clock())

        await self.store.run(plan)
        self.runner.wake()

    async def _plan_clients(self, *plans: Callable[[Store, datetime], Awaitable[None]]) -> None:
        """Have the clock ask for work in so many units that whoever clicks waits for none of them."""
        for one in plans:
            await one(self.store, self._clock())
        await self._plan()

    async def _morning(self) -> None:
        """Every firm has a morning of its own."""
        await self._plan(plan_morning)

    async def daily(self) -> None:
        """Do what is due at half past eight."""
        await self._plan_clients(plan_offers, plan_proposals, plan_weekly)

    async def _afternoon(self) -> None:
        await self._plan_clients(plan_summaries)

    async def _night(self) -> None:
        await self._plan(plan_night)

    async def _read_teams(self) -> None:
        await self._plan(plan_teams, _plan_people)

    async def _housekeeping(self) -> None:
        def tidy(unit: Unit, now: datetime) -> None:
            forget_old(unit, self._services)
            forget_drafts(unit, now)
            forget_rule_drafts(unit, now)
            forget_answered(unit, now)
            forget_removed(unit, now)

        await self._plan(tidy, plan_rechecks)
        await self._plan_clients(plan_summaries, plan_weekly)

    async def stop(self) -> None:
        """Stop taking deliveries, let running work end or give it back, and close everything."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if self._socket:
            await self._socket.close_async()
        if self._web:
            await self._web.close()
        await self.runner.stop()
        await self._clients.close()
        await self._transport.close()
        await asyncio.to_thread(self.store.close)

    async def _company_of(self, client: Client) -> Company:
        return await self._company_with(client, client.credential_id)

    async def _company_with(self, client: Client, credential_id: str) -> Company:
        credential = await self.store.run(
            lambda unit: open_credential(unit, self._vault, client.workspace, credential_id)
        )
        return self._netvisor.company(client.business_id, credential)
