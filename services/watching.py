"""Modals about a client that people have open, and that follow what happens."""

from __future__ import annotations

from datetime import datetime, timedelta

from services import jobs
from services.clock import Clock
from services.dimensions import dimension_states
from services.facts import DimensionsView, TrainingView
from services.outbox import Outbox
from services.records import Client, Job, OpenView
from services.store import Store, Unit
from services.training import newest_runs, runs_in_use

TRAINING, DIMENSIONS = "training", "dimensions"
"""What a modal shows."""

BETWEEN_UPDATES = timedelta(seconds=1)
"""How often at most the modals about one client are updated."""


def watch(unit: Unit, client: Client, view_id: str, person: str, shows: str, now: datetime) -> None:
    """Have a modal follow what happens to a client, from now on."""
    unit[OpenView].put(OpenView(client.workspace, view_id, client.id, person, shows, now))
    jobs.enqueue(unit, client.workspace, "show_views", client.id, now)


def stop_watching(unit: Unit, workspace: str, view_id: str) -> None:
    """Forget a modal that its person closed."""
    unit[OpenView].delete(workspace, id=view_id)


def training_view(unit: Unit, client: Client) -> TrainingView:
    """Return what a training modal shows."""
    return TrainingView(client, newest_runs(unit, client), runs_in_use(unit, client))


def dimensions_view(unit: Unit, client: Client) -> DimensionsView:
    """Return what a dimensions modal shows."""
    return DimensionsView(client, dimension_states(unit, client))


class Watching:
    """The handler of the job that updates modals."""

    def __init__(self, store: Store, outbox: Outbox, clock: Clock) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock
        self._shown: dict[str, datetime] = {}

    async def show_views(self, job: Job) -> None:
        """Update the modals about a client that people have open; forget those that are closed."""
        now = self._clock()
        due = self._shown.get(job.key, now - BETWEEN_UPDATES) + BETWEEN_UPDATES
        if timedelta() < due - now <= BETWEEN_UPDATES:
            raise jobs.RunLater(due - now)

        def shown(unit: Unit, view_id: str, _person: str) -> TrainingView | DimensionsView | None:
            client, view = unit[Client].get(job.workspace, job.key), unit[OpenView].get(job.workspace, view_id)
            if client is None or view is None:
                return None
            return training_view(unit, client) if view.shows == TRAINING else dimensions_view(unit, client)

        views = await self._store.run(lambda unit: unit[OpenView].find(job.workspace, client_id=job.key))
        closed = await self._outbox.show(job.workspace, {view.id: view.person for view in views}, shown)
        if closed:
            await self._store.run(lambda unit: unit[OpenView].delete(job.workspace, id__in=closed))
        if len(closed) == len(views):
            self._shown.pop(job.key, None)
        else:
            self._shown[job.key] = now
