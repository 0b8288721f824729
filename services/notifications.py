"""What is told to whom, when: the jobs whose work is a message.

Each reads what is true now and shows that, so a job that runs late or twice tells nothing wrong. Matters:
`card:<client>` the one message of a client in its channel, `live:<client>:<batch>` to the person who added it,
`trained:<batch>` to the person who asked for another training, `picture:<matter>` in the thread of one of these,
`dimensions:<client>:<number>` a proposal in the channel, `overdue:<client>` kept by Slack itself,
`hour:<batch>:<hours>` in the card's thread, `morning:<day>:<channel>`, `review:<channel>` in the channel.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from services import jobs
from services.access import admins
from services.circulation import rules_paused
from services.client_list import client_card
from services.clock import FIRM_TIMEZONE, Clock
from services.dimensions import propose
from services.facts import (
    CardMoved,
    ChannelRefused,
    ClientCard,
    Digest,
    DimensionsProposed,
    HomePage,
    Morning,
    Overdue,
    ReviewCard,
    StillTraining,
    Trained,
    WentLive,
)
from services.home import home_page
from services.notice_choices import choice_of, morning_of, told_at
from services.notifier import SlackBusy, SlackRefused, language_of
from services.onboarding import BETWEEN_EDITS
from services.outbox import Outbox
from services.pacing import BETWEEN_CARDS, Turns
from services.records import (
    UNFINISHED_RUN_STATES,
    Batch,
    Client,
    ClientState,
    DigestItem,
    DimensionOrder,
    FirmNotices,
    Job,
    Message,
    Person,
    Run,
    RunState,
    Workspace,
)
from services.review import queued, review_card
from services.scheduled import ScheduledMessages
from services.store import Store, Unit
from services.telling import Telling
from services.training import OVERDUE_AFTER, newest_runs, runs_in_use
from services.uploads import RenderedFile, Uploads

log = structlog.get_logger(__name__)

Picture = Callable[[str, Trained | WentLive], RenderedFile | None]
"""Returns the picture of a fact in a language; None where there is nothing to show."""

LATE = timedelta(hours=3)
"""How long after its time a morning message still comes, when nothing ran then."""


UNTIL_MET = timedelta(seconds=1)
"""How long the Home tab of somebody new waits before it looks whether we know them."""


class Notices:
    """The handlers of the jobs that tell people something."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        scheduled: ScheduledMessages,
        uploads: Uploads,
        clock: Clock,
        picture: Picture,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._scheduled = scheduled
        self._uploads = uploads
        self._clock = clock
        self._picture = picture
        self._telling = Telling(store, outbox, clock)
        self._cards = Turns(clock, BETWEEN_CARDS)

    async def card(self, job: Job) -> None:
        """Bring a client's message in its channel up to date."""

        def read(unit: Unit) -> tuple[ClientCard, Message | None] | None:
            client = unit[Client].get(job.workspace, job.key)
            if client is None:
                return None
            return client_card(unit, client), unit[Message].get(client.workspace, f"card:{client.id}")

        found = await self._store.run(read)
        if found is None:
            return
        card, message = found
        since = self._clock() - message.attempted_at if message else BETWEEN_EDITS
        moving = any(run.state in UNFINISHED_RUN_STATES for run in card.runs)
        if moving and timedelta() <= since < BETWEEN_EDITS:
            raise jobs.RunLater(BETWEEN_EDITS - since)
        client = card.client
        if await self._outbox.tell(client.workspace, f"card:{client.id}", client.channel, card):
            return
        await self._tell_owners(client.workspace, client.channel, f"card:{client.id}", client.added_by)

    async def _tell_owners(self, workspace: str, channel: str, matter: str, *owners: str) -> None:
        """Tell people whose clients' channel takes nothing from us: each once, of all their clients there.

        Of the clients of one who takes no messages any more, having left the firm for instance, the app's admins are.
        """

        def read(unit: Unit, owner: str) -> ChannelRefused | None:
            message = unit[Message].get(workspace, matter)
            living = [*set(ClientState) - {ClientState.REMOVED}]
            clients = unit[Client].find(workspace, channel=channel, added_by=owner, state__in=living, order="name")
            return ChannelRefused(tuple(clients), message.refusal) if message and message.refusal and clients else None

        for owner in owners:
            fact = await self._store.run(lambda unit, owner=owner: read(unit, owner))
            told = f"channel:{channel}:{owner}"
            if fact is None or await self._outbox.tell(workspace, told, owner, fact):
                continue
            for admin in await self._store.run(lambda unit: admins(unit, workspace)):
                await self._outbox.tell(workspace, f"{told}:{admin.id}", admin.id, fact)

    async def moved(self, job: Job) -> None:
        """Say at a client's old message where it is told of now; `key` is `<client>:<mark of the message>`."""
        client_id = job.key.partition(":")[0]
        client = await self._store.run(lambda unit: unit[Client].get(job.workspace, client_id))
        message = await self._store.run(lambda unit: unit[Message].get(job.workspace, f"moved:{job.key}"))
        if client and message:
            await self._outbox.tell(job.workspace, message.id, message.channel, CardMoved(client))

    async def review_card(self, job: Job) -> None:
        """Bring up to date what waits for people in a channel, its `key`; nothing is said before anything waits."""

        def read(unit: Unit) -> tuple[ReviewCard, Message | None]:
            card = review_card(unit, job.workspace, job.key, self._clock())
            return card, unit[Message].get(job.workspace, f"review:{job.key}")

        wait = self._cards.wait(job.workspace, job.key)
        if wait:
            raise jobs.RunLater(wait)
        card, message = await self._store.run(read)
        if message is None and not (card.waiting or card.lists):
            return
        if await self._outbox.tell(job.workspace, f"review:{job.key}", job.key, card):
            return
        owners = await self._store.run(lambda unit: _owners(unit, job.workspace, job.key))
        await self._tell_owners(job.workspace, job.key, f"review:{job.key}", *owners)

    async def rules_paused(self, job: Job) -> None:
        """Tell a person once that rules of theirs were paused, and what to do."""
        ids = job.payload["ids"].split(",")
        fact = await self._store.run(lambda unit: rules_paused(unit, job.workspace, job.payload["client"], ids))
        if fact:
            matter, person = f"rules_paused:{job.key}", job.payload["person"]
            await self._telling.tell(job.workspace, matter, person, fact, "rules_paused", fact.client.id)

    async def went_live(self, job: Job) -> None:
        """Tell the person who added a client that it is in production, and what to remember."""
        client, runs = await self._client_and_runs(job)
        if client:
            matter = f"live:{client.id}:{job.payload['batch']}"
            fact = WentLive(client, runs)
            if await self._telling.tell(client.workspace, matter, client.added_by, fact, "live", client.id):
                await self._show(client, matter, client.added_by, fact)

    async def trained(self, job: Job) -> None:
        """Tell the person who asked for a training how it ended; `key` is its batch."""

        def read(unit: Unit) -> tuple[Client | None, tuple[Run, ...], tuple[Run, ...]]:
            client = unit[Client].get(job.workspace, job.payload["client"])
            runs = tuple(unit[Run].find(job.workspace, batch=job.key, order="target"))
            return client, runs, runs_in_use(unit, client) if client else ()

        client, runs, in_use = await self._store.run(read)
        if client and runs:
            fact = Trained(client, runs, in_use)
            matter, person = f"trained:{job.key}", runs[0].requested_by
            deployed = runs[0].state is RunState.DEPLOYED
            what = "trained" if deployed else "failed"
            told = await self._telling.tell(client.workspace, matter, person, fact, what, client.id)
            if told and deployed:
                await self._show(client, matter, person, fact)

    async def digest(self, job: Job) -> None:
        """Tell a person, the job's key, in one message what ended since their last one."""
        workspace, person = job.workspace, job.key

        def read(unit: Unit) -> tuple[datetime, list[DigestItem], Digest]:
            items = unit[DigestItem].find(workspace, person=person, order="at")
            clients = {one.id: one for one in unit[Client].find(workspace, id__in=[item.client_id for item in items])}
            told = tuple((clients[item.client_id], item.what) for item in items if item.client_id in clients)
            ids = [item.id.partition(":")[2] for item in items if item.what == "batch"]
            batches = tuple(unit[Batch].find(workspace, id__in=ids, order="updated_at"))
            now = self._clock()
            return told_at(choice_of(unit, workspace, person), now), items, Digest(person, told, batches)

        moment, items, fact = await self._store.run(read)
        if moment > self._clock():
            raise jobs.RunLater(moment - self._clock())
        if fact.items or fact.batches:
            # Named after what is in it: run again after a crash it is the same message.
            await self._outbox.tell(workspace, f"digest:{person}:{items[0].id}", person, fact)
        told = [item.id for item in items]
        await self._store.run(lambda unit: unit[DigestItem].delete(workspace, id__in=told))

    async def _show(self, client: Client, matter: str, person: str, fact: Trained | WentLive) -> None:
        """Add the picture of what a message tells to its thread; the message tells it without the picture, too."""
        language = await self._store.run(lambda unit: language_of(unit, client.workspace, person))
        file = await asyncio.to_thread(self._picture, language, fact)
        if file is None:
            return
        try:
            await self._uploads.send(client.workspace, f"picture:{matter}", person, file, thread_of=matter)
        except SlackRefused as refused:
            log.warning("picture.refused", code=refused.code, matter=matter)

    async def propose_dimensions(self, job: Job) -> None:
        """Propose to order dimensions in the client's channel, if that is due; show what became of a proposal."""

        def read(unit: Unit) -> DimensionsProposed | None:
            client = unit[Client].get(job.workspace, job.key)
            proposal = propose(unit, client, self._clock()) if client else None
            if client is None or proposal is None:
                return None
            orders = unit[DimensionOrder].find(client.workspace, client_id=client.id, order="name")
            return DimensionsProposed(
                client, proposal, tuple(order.name for order in orders if order.name in proposal.lines)
            )

        fact = await self._store.run(read)
        if fact:
            matter = f"dimensions:{fact.client.id}:{fact.proposal.number}"
            await self._outbox.tell(fact.client.workspace, matter, fact.client.channel, fact)

    async def hourly(self, job: Job) -> None:
        """Say in the card's thread that a training goes on, every hour that it does."""
        client, runs = await self._client_and_runs(job)
        moving = [run for run in runs if run.requested_by and run.state in UNFINISHED_RUN_STATES]
        if client is None or not moving:
            return
        hours = int((self._clock() - moving[0].started_at) / timedelta(hours=1))
        if hours >= 1:
            fact = StillTraining(client, hours, runs)
            matter = f"hour:{moving[0].batch}:{hours}"
            await self._outbox.tell(client.workspace, matter, client.channel, fact, thread_of=f"card:{client.id}")
        raise jobs.RunLater(moving[0].started_at + timedelta(hours=hours + 1) - self._clock())

    async def overdue(self, job: Job) -> None:
        """Have Slack itself say after a day that a training is not done; take that back when it is.

        Slack keeps the message and posts it also when we are down.
        """
        client, runs = await self._client_and_runs(job)
        moving = [run for run in runs if run.requested_by and run.state in UNFINISHED_RUN_STATES]
        matter = f"overdue:{job.key}"
        if client and moving:
            post_at = moving[0].started_at + OVERDUE_AFTER
            await self._scheduled.schedule(client.workspace, matter, client.channel, Overdue(client), post_at)
        else:
            await self._scheduled.unschedule(job.workspace, matter)

    async def morning(self, job: Job) -> None:
        """Tell a channel what is training, live and blocked; `key` is `<day>:<channel>`."""
        day, _, channel = job.key.partition(":")
        matter = f"morning:{job.key}"

        def read(unit: Unit) -> Morning:
            living = [*set(ClientState) - {ClientState.REMOVED}]
            clients = unit[Client].find(job.workspace, channel=channel, order="name", state__in=living)
            waiting = {client.id: len(queued(unit, client, "reason")) for client in clients}
            return Morning(datetime.fromisoformat(day).date(), tuple(clients), waiting)

        fact = await self._store.run(read)
        if not fact.clients or await self._outbox.tell(job.workspace, matter, channel, fact):
            return
        await self._tell_owners(job.workspace, channel, matter, *dict.fromkeys(one.added_by for one in fact.clients))

    async def home(self, job: Job) -> None:
        """Publish a person's Home tab; `key` is the person. Whom we do not know yet waits until people are read."""

        def read(unit: Unit) -> tuple[HomePage, str] | None:
            person = unit[Person].get(job.workspace, job.key)
            if person is None:
                if unit[Job].count(job.workspace, kind="people", failed=None):
                    raise jobs.RunLater(UNTIL_MET)
                return None
            return home_page(unit, person, self._clock()), language_of(unit, job.workspace, person.id)

        found = await self._store.run(read)
        if found:
            page, language = found
            try:
                await self._outbox.notifier.publish_home(job.workspace, page.person.id, page, language)
            except SlackBusy as busy:
                raise jobs.RunLater(busy.delay) from busy

    async def _client_and_runs(self, job: Job) -> tuple[Client | None, tuple[Run, ...]]:
        def read(unit: Unit) -> tuple[Client | None, tuple[Run, ...]]:
            client = unit[Client].get(job.workspace, job.key)
            return client, newest_runs(unit, client) if client else ()

        return await self._store.run(read)


def _owners(unit: Unit, workspace: str, channel: str) -> list[str]:
    """Return who added the clients of a channel, each once."""
    return sorted(set(unit[Client].values("added_by", workspace, channel=channel)))


def plan_morning(unit: Unit, now: datetime) -> None:
    """Ask for the morning messages of the firms whose morning it is, once a day.

    Of every channel that has clients on their way, blocked, live since yesterday or with invoices that wait.
    """
    local = now.astimezone(FIRM_TIMEZONE)
    for firm in unit[Workspace].find(None):
        begins = datetime.combine(local.date(), morning_of(unit, firm.id), FIRM_TIMEZONE)
        known = unit[FirmNotices].get(firm.id, firm.id)
        if not begins <= local < begins + LATE or (known and known.planned == local.date()):
            continue
        planned = known or FirmNotices(firm.id, firm.id, f"{begins:%H:%M}")
        unit[FirmNotices].put(replace(planned, planned=local.date()))
        for channel in sorted(_worth_a_morning(unit, firm.id, now)):
            lock = jobs.channel_lock(firm.id, channel)
            jobs.enqueue(unit, firm.id, "morning", f"{local.date().isoformat()}:{channel}", now, lock=lock)


def _worth_a_morning(unit: Unit, workspace: str, now: datetime) -> set[str]:
    channels: set[str] = set()
    for client in unit[Client].find(workspace):
        recent = client.state_since is not None and now - client.state_since < timedelta(days=1)
        moving = client.state in (ClientState.CHECKING, ClientState.TRAINING, ClientState.BLOCKED)
        live = client.state is ClientState.PRODUCTION
        if moving or (live and (recent or queued(unit, client, "reason"))):
            channels.add(client.channel)
    return channels
