"""The whole program, wired: store, vault, Netvisor, Slack, conversations, jobs and the clock."""

from __future__ import annotations

import asyncio
import logging
import secrets
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import aiohttp
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.runner import Runner
from bot.settings import Settings
from handlers import (
    add_client,
    add_clients,
    clients,
    credentials,
    dimensions,
    home,
    processes,
    repair_messages,
    review,
    rights,
    training,
)
from handlers.listener import Services, forget_old, person_of, workspace_of
from handlers.notifier import SlackNotifier
from handlers.slack_files import SlackFiles
from handlers.views.batches import batch_file
from handlers.views.pictures import picture
from services import jobs
from services.batch_jobs import BatchJobs
from services.batches import forget_drafts
from services.checks import Checks
from services.clock import FIRM_TIMEZONE, Clock, system_clock
from services.credentials import open_credential
from services.dimensions import plan_proposals
from services.fetching import Fetcher
from services.netvisor import Company, Netvisor, Partner, Transport
from services.notifications import MORNING, Notices, plan_morning
from services.outbox import Outbox
from services.production import Production
from services.recheck import plan_rechecks
from services.records import Client, Job, Person, Workspace
from services.repair_messages import RepairMessages
from services.rights_news import RightsNewsTeller
from services.store import Unit
from services.trainer import Trainer
from services.training import NIGHT_BEGINS, plan_night
from services.trials import Trials
from services.uploads import Uploads
from services.vault import Vault
from services.watching import Watching
from services.write_back import WriteBack
from storage import SQLiteStore, open_store
from storage.leases import DatabaseLeases

log = structlog.get_logger(__name__)

CONVERSATIONS = (
    clients,
    add_client,
    add_clients,
    credentials,
    rights,
    repair_messages,
    review,
    processes,
    training,
    dimensions,
    home,
)
"""What people do in Slack: each registers its listeners."""

PRODUCTION_HOST = "integration.netvisor.fi"
PEOPLE_EVERY = timedelta(hours=12)


class CannotStart(Exception):
    """The program cannot run as it is set up; the message says what to mend."""


def partner_of(settings: Settings) -> Partner:
    """Return the software partner's identity; raise CannotStart when there is none."""
    key = settings.netvisor_partner_key
    if not (settings.netvisor_partner_id and key and settings.netvisor_access_key):
        raise CannotStart(
            "NETVISOR_PARTNER_ID, NETVISOR_PARTNER_KEY and NETVISOR_ACCESS_KEY are needed together: Visma gives them "
            "to software partners."
        )
    return Partner(settings.netvisor_partner_id, key, settings.netvisor_access_key)


def test_environment(netvisor_url: str) -> str:
    """Return the host of a Netvisor that is not the real one, else nothing: its figures are labelled so."""
    host = urlsplit(netvisor_url).hostname or ""
    return "" if host == PRODUCTION_HOST else host


def build_slack_app(client: AsyncWebClient, services: Services) -> AsyncApp:
    """Return the Bolt app with every conversation registered."""
    logger = logging.getLogger("slack_bolt")
    # Below WARNING slack_bolt and slack_sdk log frames and bodies, in which keys are. Bolt also reads
    # SLACK_BOT_TOKEN itself, and warns that it does not need it.
    for name in ("slack_bolt", "slack_sdk"):
        logging.getLogger(name).setLevel(logging.ERROR)
    app = AsyncApp(
        client=client,
        logger=logger,
        request_verification_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        # Listeners return their acknowledgement at once. Otherwise Bolt looks for it every ten milliseconds.
        process_before_response=True,
    )
    for conversation in CONVERSATIONS:
        conversation.register(app, services)
    for name in ("slack_bolt", "slack_sdk"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return app


class Bot:
    """The embedded program: one process, one SQLite file, Slack over Socket Mode."""

    def __init__(self, settings: Settings, clock: Clock = system_clock) -> None:
        if settings.slack_bot_token is None or settings.slack_app_token is None:
            raise CannotStart("SLACK_BOT_TOKEN and SLACK_APP_TOKEN are needed: see the README.")
        self._settings = settings
        self._clock = clock
        self._app_token = settings.slack_app_token.get_secret_value()
        partner = partner_of(settings)
        keys, made = settings.sealing_keys()
        if made:
            log.warning("vault.key_made", file=str(made), advice="keep a copy: without it no credential opens")
        self._vault = Vault(keys)
        boot = f"bot:{secrets.token_hex(4)}"
        self.store: SQLiteStore = open_store(settings.database_file)
        self._leases = DatabaseLeases(self.store, clock, boot)
        self._transport = Transport(settings.netvisor_url, partner, leases=self._leases, clock=clock)
        self._netvisor = Netvisor(self._transport)
        self._client = AsyncWebClient(
            token=settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url, retry_handlers=[]
        )
        notifier, files = SlackNotifier(self._client, partner.access_key), SlackFiles(self._client)
        outbox = Outbox(self.store, notifier, clock)
        checks = Checks(self.store, outbox, clock, self._company_of)
        fetcher = Fetcher(self.store, clock, settings.fabric_history_months)
        environment = test_environment(settings.netvisor_url)
        self.trainer = Trainer(self.store, clock, self._company_of, fetcher, environment)
        trials = Trials(self.store, outbox, clock, self._company_with)
        production = Production(self.store, clock, self._company_of)
        write_back = WriteBack(self.store, clock, self._company_of)
        watching = Watching(self.store, outbox, clock)
        uploads = Uploads(self.store, notifier, files, clock)
        notices = Notices(self.store, outbox, uploads, clock, picture)
        batches = BatchJobs(self.store, outbox, files, uploads, clock, batch_file)
        rights_news = RightsNewsTeller(self.store, outbox, clock)
        self.runner = Runner(
            self.store,
            clock,
            boot,
            {
                "check": checks.check,
                "show_check": checks.show,
                "recheck": checks.recheck,
                "rights_news": rights_news.tell,
                "repair_message": RepairMessages(self.store, outbox, clock).send,
                "trial": trials.run,
                "show_trial": trials.show,
                "switched": trials.switched,
                "train": self.trainer.train,
                "refresh": self.trainer.refresh,
                "registers": self.trainer.registers,
                "show_views": watching.show_views,
                "fetch": production.fetch,
                "learn": production.learn,
                "write": write_back.write,
                "card": notices.card,
                "review_card": notices.review_card,
                "went_live": notices.went_live,
                "trained": notices.trained,
                "propose_dimensions": notices.propose_dimensions,
                "hourly": notices.hourly,
                "overdue": notices.overdue,
                "morning": notices.morning,
                "home": notices.home,
                "reply": notices.reply,
                "read_batch": batches.read,
                "add_batch": batches.add,
                "batch": batches.tell,
                "batch_overdue": batches.overdue,
                "batch_recheck": batches.recheck,
                "batch_export": batches.export,
                "people": self._refresh_people,
            },
            {
                "check": checks.give_up,
                "train": self.trainer.give_up,
                "trial": trials.give_up,
                "read_batch": batches.give_up_reading,
            },
        )
        self._services = Services(self.store, clock, self._vault, partner.access_key, self.runner.wake)
        self._workspace = ""
        self._scheduler = AsyncIOScheduler(timezone=FIRM_TIMEZONE)
        self._socket: AsyncSocketModeHandler | None = None

    async def start(self) -> None:
        """Connect and begin; raise CannotStart when Slack does not accept the tokens."""
        try:
            identity: Any = await self._client.auth_test()
        except SlackApiError as error:
            raise CannotStart(f"Slack does not accept SLACK_BOT_TOKEN: {error.response['error']}") from None
        except aiohttp.ClientError as error:
            raise CannotStart(f"Slack cannot be reached at {self._settings.slack_api_url}: {error}") from None
        self._workspace = workspace_of(identity.data)
        await self.store.run(lambda unit: self._installed(unit, identity.data))
        await self._leases.free_earlier("bot:")
        self._client.session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=30), connector=aiohttp.TCPConnector(limit=64)
        )
        app = build_slack_app(self._client, self._services)
        self._socket = AsyncSocketModeHandler(app, self._app_token)
        await self._socket.connect_async()
        await self.runner.start()
        self._schedule()
        log.info("bot.connected", workspace=self._workspace)

    def _installed(self, unit: Unit, identity: dict[str, Any]) -> None:
        now = self._clock()
        unit[Workspace].put(
            Workspace(
                workspace=self._workspace,
                id=self._workspace,
                team_id=identity["team_id"],
                name=identity.get("team") or "",
                language=self._settings.fabric_language,
                created_at=now,
            )
        )
        jobs.enqueue(unit, self._workspace, "people", "all", now)
        plan_rechecks(unit, now)

    def _schedule(self) -> None:
        add = cast("Any", self._scheduler).add_job
        often = {"coalesce": True, "misfire_grace_time": 3600, "max_instances": 1}
        add(self._morning, CronTrigger(hour=MORNING.hour, minute=MORNING.minute, timezone=FIRM_TIMEZONE), **often)
        add(self._night, CronTrigger(hour=NIGHT_BEGINS.hour, timezone=FIRM_TIMEZONE), **often)
        add(self._housekeeping, IntervalTrigger(seconds=int(PEOPLE_EVERY.total_seconds())), **often)
        self._scheduler.start()

    async def _morning(self) -> None:
        def plan(unit: Unit) -> None:
            plan_morning(unit, self._clock())
            plan_proposals(unit, self._clock())

        await self.store.run(plan)
        self.runner.wake()

    async def _night(self) -> None:
        await self.store.run(lambda unit: plan_night(unit, self._clock()))
        self.runner.wake()

    async def _housekeeping(self) -> None:
        def tidy(unit: Unit) -> None:
            forget_old(unit, self._services)
            forget_drafts(unit, self._clock())
            jobs.enqueue(unit, self._workspace, "people", "all", self._clock())
            plan_rechecks(unit, self._clock())

        await self.store.run(tidy)

    async def stop(self) -> None:
        """Stop taking deliveries, let running work end or give it back, and close everything."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if self._socket:
            await self._socket.close_async()
        await self.runner.stop()
        if self._client.session:
            await self._client.session.close()
        await self._transport.close()
        await asyncio.to_thread(self.store.close)

    async def _company_of(self, client: Client) -> Company:
        return await self._company_with(client, client.credential_id)

    async def _company_with(self, client: Client, credential_id: str) -> Company:
        credential = await self.store.run(
            lambda unit: open_credential(unit, self._vault, client.workspace, credential_id)
        )
        return self._netvisor.company(client.business_id, credential)

    async def _refresh_people(self, job: Job) -> None:
        """Learn from Slack who the workspace's people are, so that no command has to wait for it."""
        cursor: str | None = None
        while True:
            try:
                answer: Any = await self._client.users_list(limit=200, cursor=cursor, include_locale=True)
            except SlackApiError as error:
                response = cast("Any", error.response)
                if response.status_code == 429:
                    seconds = float(response.headers.get("Retry-After", 30))
                    raise jobs.RunLater(timedelta(seconds=seconds)) from None
                raise
            people = [
                person_of(job.workspace, user, self._services)
                for user in answer["members"]
                if not user.get("deleted") and not user.get("is_bot")
            ]
            await self._keep_people(people)
            cursor = str(answer["response_metadata"]["next_cursor"])
            if not cursor:
                return

    async def _keep_people(self, people: list[Person]) -> None:
        def keep(unit: Unit) -> None:
            for person in people:
                if not unit[Person].add(person):
                    # Their own choice of language stays.
                    unit[Person].change(
                        person.workspace,
                        person.id,
                        name=person.name,
                        role=person.role,
                        refreshed_at=person.refreshed_at,
                    )

        await self.store.run(keep)
