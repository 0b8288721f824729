"""An accounting firm in the sandbox: its Slack, its Netvisor and the real bot, driven as people would.

Time is the firm's own: it stands still for nobody, but passes ten times as fast while somebody waits for something,
and jumps when told, so that hours of waiting take no time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import SecretStr

from bot.app import Bot
from bot.settings import Settings
from sandbox.netvisor import ACCOUNTANT, Company, Credential, Netvisor, NetvisorServer
from sandbox.netvisor import start_server as start_netvisor
from sandbox.slack import RunningServer, SlackWorkspace
from sandbox.slack import start_server as start_slack
from sandbox.slack.model import Channel, Message, Person, View
from sandbox.slack.workspace import Outcome
from services.records import Client, ClientState, Job
from storage import open_store

T = TypeVar("T")
R = TypeVar("R")

ROOT = Path(__file__).parents[2]
MORNING = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)
"""Nine o'clock on a Tuesday in Finland: when a firm's day in the tests begins."""

CHANNEL = "asiakkaat"
LOOK_EVERY = 0.03
FASTER = 10.0


@dataclass
class FirmClock:
    """The one clock of a firm's bot, Slack and Netvisor."""

    began: float = field(default_factory=time.monotonic)
    jumped: timedelta = timedelta()
    start: datetime = MORNING

    @classmethod
    def of_the_machine(cls) -> FirmClock:
        """Return the machine's own time, which a bot in a process of its own goes by."""
        return cls(start=datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.start + timedelta(seconds=time.monotonic() - self.began) + self.jumped

    def seconds(self) -> float:
        """Return Unix seconds, as the sandbox wants them."""
        return self().timestamp()

    def forward(self, **much: float) -> None:
        """Let so much time pass at once: `forward(hours=1)`."""
        self.jumped += timedelta(**much)


def read_manifest() -> dict[str, Any]:
    """Return the app's manifest."""
    return yaml.safe_load((ROOT / "manifest.yml").read_text())


class Firm:
    """A running firm. Everything that a test does to the product goes through Slack or Netvisor."""

    def __init__(
        self, folder: Path, *, rate_limits: bool = False, clock: FirmClock | None = None, public_port: int = 0
    ) -> None:
        self.clock = clock or FirmClock()
        self.folder = folder
        self.public_port = public_port
        self.workspace = SlackWorkspace(read_manifest(), clock=self.clock.seconds, rate_limits=rate_limits)
        self.netvisor = Netvisor(clock=self.clock.seconds)
        self.slack: RunningServer
        self.netvisor_server: NetvisorServer
        self.bot: Bot | None = None

    async def open(self) -> None:
        """Start Slack and Netvisor."""
        self.slack = await start_slack(self.workspace)
        self.netvisor_server = await start_netvisor(self.netvisor)

    @property
    def settings(self) -> Settings:
        """What the bot is told."""
        return Settings(
            _env_file=None,  # pyright: ignore[reportCallIssue] - pydantic-settings takes it
            slack_bot_token=SecretStr(self.workspace.bot_token),
            slack_app_token=SecretStr(self.workspace.app_token),
            slack_api_url=self.slack.api_url,
            netvisor_url=self.netvisor_server.api_url,
            netvisor_partner_id=self.netvisor.partner_id,
            netvisor_partner_key=SecretStr(self.netvisor.partner_key),
            netvisor_access_key=self.netvisor.access_key,
            netvisor_circulation_template="guess",
            database_url=f"sqlite:///{self.folder}/fabric.db",
            fabric_public_url=f"http://127.0.0.1:{self.public_port}" if self.public_port else "",
            fabric_listen=f"127.0.0.1:{self.public_port}",
        )

    @property
    def environment(self) -> dict[str, str]:
        """What the bot is told when it runs as a process of its own."""
        told = self.settings.model_dump(exclude_none=True)
        return {
            name.upper(): value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in told.items()
        }

    async def start_bot(self) -> None:
        """Start the bot in this event loop and wait until it listens."""
        self.bot = Bot(self.settings, self.clock)
        await self.bot.start()
        await self.workspace.wait_for(lambda: self.workspace.is_connected)

    async def stop_bot(self) -> None:
        """Stop the bot as an operator would."""
        if self.bot:
            bot, self.bot = self.bot, None
            await bot.stop()

    async def close(self) -> None:
        """Stop everything."""
        await self.stop_bot()
        await self.slack.close()
        await self.netvisor_server.close()

    # Looking

    def find(self, table: type[R], **conditions: Any) -> list[R]:
        """Return what the database holds, of every workspace."""
        if self.bot:
            return self.bot.store.run_now(lambda unit: unit[table].find(None, **conditions))
        store = open_store(self.settings.database_file)
        try:
            return store.run_now(lambda unit: unit[table].find(None, **conditions))
        finally:
            store.close()

    def client(self, company: Company) -> Client:
        """Return the client of a company; raise IndexError when it has not been added."""
        return self.find(Client, business_id=company.business_id)[0]

    def state(self, company: Company) -> ClientState | None:
        """Return the state of a company's client, None when there is no such client."""
        clients = self.find(Client, business_id=company.business_id)
        return clients[0].state if clients else None

    def company(self, name: str) -> Company:
        """Return the sandbox's company whose name begins so."""
        return next(company for company in self.netvisor.companies if company.name.startswith(name))

    def posted(self, channel: Channel | str = CHANNEL) -> list[Message]:
        """Return what the bot has posted in a channel for everybody."""
        return [message for message in self.workspace.messages(channel) if message.user == self.workspace.bot.id]

    def told(self, person: Person) -> list[Message]:
        """Return what the bot has written to a person directly, without the pictures in its messages' threads."""
        return [message for message in self._direct(person) if not message.files]

    def shown(self, person: Person) -> list[Message]:
        """Return the messages with pictures that the bot has sent to a person."""
        return [message for message in self._direct(person) if message.files]

    def _direct(self, person: Person) -> list[Message]:
        return self.posted(self.workspace.direct(person.id, self.workspace.bot.id))

    def top(self, person: Person) -> View:
        """Return the modal that a person sees; raise IndexError when none is open."""
        return self.workspace.open_views(person)[-1]

    def seen(self, person: Person) -> str:
        """Return the words in the modal that a person sees, nothing when none is open."""
        views = self.workspace.open_views(person)
        return views[-1].visible_text if views else ""

    async def until(self, found: Callable[[], T], patience: float = 300.0) -> T:
        """Wait, while time passes faster, until the function returns something true, and return it."""
        deadline = time.monotonic() + patience
        while not (answer := found()):
            if time.monotonic() > deadline:
                raise TimeoutError("what was waited for did not happen")
            await asyncio.sleep(LOOK_EVERY)
            if self.bot:  # one in a process of its own has a clock of its own, too
                self.clock.forward(seconds=LOOK_EVERY * (FASTER - 1))
                self.bot.runner.wake()
        return answer

    async def until_state(self, company: Company, state: ClientState) -> Client:
        """Wait until a company's client is in a state."""
        await self.until(lambda: self.state(company) is state)
        return self.client(company)

    async def at_rest(self, company: Company) -> None:
        """Wait until a company's client is in production and the bot has nothing more to do."""
        await self.until_state(company, ClientState.PRODUCTION)
        await self.quiet()

    async def quiet(self) -> None:
        """Wait until no work is left that is due within half a minute."""
        await self.until(
            lambda: (
                not [
                    job
                    for job in self.find(Job, failed=None)
                    if job.boot or job.run_at < self.clock() + timedelta(seconds=30)
                ]
            )
        )

    # Doing

    async def open_form(self, person: Person | None = None, channel: str = CHANNEL) -> View:
        """Go from the command to the form, by way of the guide where it comes first."""
        person = person or self.workspace.accountant
        outcome = await self.workspace.command(person, channel, "/fabric add-client")
        assert outcome.acknowledged
        (view,) = await self.until(lambda: self.workspace.open_views(person))
        if view.callback_id == "add_client_guide":
            await self.workspace.submit(person, view.id)
        form = self.top(person)
        assert form.callback_id == "add_client_form"
        return form

    async def fill_form(
        self,
        company: Company,
        *,
        person: Person | None = None,
        process: str = "standard",
        channel: str = CHANNEL,
        **more: str,
    ) -> Outcome:
        """Fill the form in and submit it; `more` are other fields, or other words in these."""
        person = person or self.workspace.accountant
        values = {
            "name": company.name,
            "business_id": company.business_id,
            "process": process,
            "channel": self.workspace.channel(channel).id,
            **more,
        }
        return await self.workspace.submit(person, self.top(person).id, fields(values))

    async def fill_keys(self, credential: Credential, *, person: Person | None = None, **more: str) -> Outcome:
        """Type a credential and submit it; `more` are other words in its fields."""
        person = person or self.workspace.accountant
        values = {"customer_key": credential.customer_key, "customer_id": credential.customer_id, **more}
        return await self.workspace.submit(person, self.top(person).id, fields(values))

    async def add(self, company: Company, *, person: Person | None = None, **form: str) -> Credential:
        """Add a company with a new credential, from the command to the modal that shows the check."""
        credential = self.netvisor.create_credential(ACCOUNTANT)
        await self.open_form(person)
        if "credential" not in form and "credential" in {block["block_id"] for block in self.form_inputs(person)}:
            form["credential"] = "new"
        await self.fill_form(company, person=person, **form)
        await self.fill_keys(credential, person=person)
        return credential

    def form_inputs(self, person: Person | None = None) -> list[Mapping[str, Any]]:
        """Return the inputs of the modal that a person sees."""
        view = self.top(person or self.workspace.accountant)
        return [block for block in view.blocks if block["type"] == "input"]

    async def press(self, person: Person, action: str, view: View | None = None) -> Outcome:
        """Press a button in the modal that a person sees, as soon as it is there."""
        await self.until(lambda: f"'action_id': '{action}'" in str((view or self.top(person)).blocks))
        return await self.workspace.click(person, action_id=action, view=(view or self.top(person)).id)


def fields(values: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Return values as the sandbox takes them: the block and the action of a field have one name."""
    return {name: {name: value} for name, value in values.items()}
