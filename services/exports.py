"""Tables that a person asked for as a file (the audit, clients, rules), each given once, by direct message."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

import structlog

from services import jobs
from services.access import Right, is_admin, may
from services.audit import AuditLine, audit_lines
from services.circulation import rules_of
from services.client_list import ClientRow, Filter, every_row
from services.clock import Clock
from services.facts import FileRefused
from services.notifier import SlackRefused, language_of
from services.outbox import Outbox
from services.records import AuditEntry, CirculationRule, Client, Job, Person, new_id
from services.store import Store, Unit
from services.uploads import RenderedFile, Uploads

log = structlog.get_logger(__name__)

CHUNK = 500
"""Events that are read in one unit of work, so that nothing else waits long for the database."""

MOST_EVENTS = 100_000

RenderClients = Callable[[str, Sequence[ClientRow]], RenderedFile]
"""Returns, in a language, clients as a file."""

RenderRules = Callable[[str, Client, Sequence[CirculationRule]], RenderedFile]
"""Returns, in a language, a client's circulation rules as a file."""


class RenderAudit(Protocol):
    """Returns, in a language, events as a file, which says so when they are not `all_of_it`."""

    def __call__(self, language: str, lines: Sequence[AuditLine], *, all_of_it: bool) -> RenderedFile:
        """Return it."""
        ...


class Exports:
    """The handlers of the jobs that give files."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        uploads: Uploads,
        clock: Clock,
        render_audit: RenderAudit,
        render_clients: RenderClients,
        render_rules: RenderRules,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._uploads = uploads
        self._clock = clock
        self._render_audit = render_audit
        self._render_clients = render_clients
        self._render_rules = render_rules

    async def audit(self, job: Job) -> None:
        """Give a person the audit, of one client (`client`) or of everything that they may see."""
        person = await self._person(job)
        client_id = job.payload["client"]
        if person is None:
            return
        lines: list[AuditLine] = []
        before = ""
        while len(lines) < MOST_EVENTS:
            chunk = await self._store.run(lambda unit, before=before: _events(unit, person, client_id, before))
            lines += chunk
            if len(chunk) < CHUNK:
                break
            before = chunk[-1].entry.id
        file = self._render_audit(await self._language(person), lines, all_of_it=len(lines) < MOST_EVENTS)
        await self._give(job, person, file)

    async def clients(self, job: Job) -> None:
        """Give a person the list of clients that meet a filter."""
        person = await self._person(job)
        if person is None:
            return
        wanted = Filter(**json.loads(job.payload["filter"]))
        rows = await self._store.run(lambda unit: every_row(unit, person, wanted))
        await self._give(job, person, self._render_clients(await self._language(person), rows))

    async def rules(self, job: Job) -> None:
        """Give a person the circulation rules of a client, in their order."""
        person = await self._person(job)
        if person is None:
            return

        def read(unit: Unit) -> tuple[Client, list[CirculationRule]] | None:
            client = unit[Client].get(job.workspace, job.payload["client"])
            if client is None or not may(unit, person, Right.RULES, client):
                return None
            return client, rules_of(unit, client)

        found = await self._store.run(read)
        if found:
            await self._give(job, person, self._render_rules(await self._language(person), *found))

    async def _person(self, job: Job) -> Person | None:
        return await self._store.run(lambda unit: unit[Person].get(job.workspace, job.payload["person"]))

    async def _language(self, person: Person) -> str:
        return await self._store.run(lambda unit: language_of(unit, person.workspace, person.id))

    async def _give(self, job: Job, person: Person, file: RenderedFile) -> None:
        matter = f"export:{job.key}"
        try:
            await self._uploads.send(job.workspace, matter, person.id, file)
        except SlackRefused as refused:
            log.warning("export.refused", kind=job.kind, code=refused.code)
            await self._outbox.tell(job.workspace, f"{matter}:refused", person.id, FileRefused(refused.code))


def _events(unit: Unit, person: Person, client_id: str, before: str) -> list[AuditLine]:
    """Return the next events that a person may see: who loses the right meanwhile gets no more."""
    client = unit[Client].get(person.workspace, client_id) if client_id else None
    if not (may(unit, person, Right.SEE, client) if client else is_admin(unit, person)):
        return []
    about: dict[str, Any] = {"client_id": client_id} if client_id else {}
    older: dict[str, Any] = {"id__lt": before} if before else {}
    entries = unit[AuditEntry].find(person.workspace, order="-id", limit=CHUNK, **about, **older)
    return audit_lines(unit, person.workspace, entries)


def ask_for(unit: Unit, person: Person, kind: str, now: datetime, **payload: str) -> None:
    """Have a file given to a person."""
    jobs.enqueue(unit, person.workspace, kind, new_id(), now, person=person.id, **payload)
