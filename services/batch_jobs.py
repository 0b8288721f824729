"""The durable work of batches: reading a list, adding its companies, telling how they get on, exporting that.

Matters: `batch:<id>` the one message in the channel, `batch_done:<id>` to the person who added it, `overdue:<id>` kept
by Slack itself. Every job reads what is true now, so one that runs late or twice tells nothing wrong.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog

from services import jobs
from services.batch_lines import Line, channel_ids, lines_of, names_channels
from services.batches import add_some, batch_summary, check_again, without_taken
from services.checks import OUR_FAULT
from services.clock import Clock
from services.facts import BatchChannelRefused, BatchDone, BatchDraft, BatchOverdue, BatchSummary, FileRefused
from services.notice_choices import choice_of, keep_for_digest
from services.notifier import SlackRefused, language_of
from services.outbox import LOOK_AGAIN, VIEW_COMES_WITHIN, Outbox
from services.records import Batch, Job, Message, NoticeWay
from services.scheduled import ScheduledMessages
from services.spreadsheets import MOST_BYTES, Unreadable, read_file, read_text
from services.store import Store, Unit
from services.telling import Telling
from services.training import OVERDUE_AFTER
from services.uploads import Files, RenderedFile, Uploads, reading

log = structlog.get_logger(__name__)

RenderFile = Callable[[str, BatchSummary], RenderedFile]
"""Returns, in a language, the table of a batch as a file."""


class BatchJobs:
    """The handlers of the jobs of batches; `key` is the batch."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        scheduled: ScheduledMessages,
        files: Files,
        uploads: Uploads,
        clock: Clock,
        render_file: RenderFile,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._telling = Telling(store, outbox, clock)
        self._scheduled = scheduled
        self._files = files
        self._uploads = uploads
        self._clock = clock
        self._render_file = render_file

    async def _batch(self, job: Job) -> Batch | None:
        return await self._store.run(lambda unit: unit[Batch].get(job.workspace, job.key))

    async def read(self, job: Job) -> None:
        """Read a draft's list, unless that is done, and show what it holds, or what is wrong with it."""
        batch = await self._batch(job)
        if batch is None or batch.added_at:
            return
        if batch.read_at is None and batch.unreadable is None:
            await self._read(batch)
        await self._show(job)

    async def _read(self, batch: Batch) -> None:
        try:
            with reading(batch.updated_at, self._clock):
                lines = await self._lines(batch)
        except Unreadable as unreadable:
            await self._change(batch, unreadable=unreadable.code)
        else:
            await self._keep(batch, lines)

    async def _lines(self, batch: Batch) -> list[Line]:
        if batch.file_id:
            content = await self._files.read(batch.workspace, batch.file_id, MOST_BYTES)
            rows = await asyncio.to_thread(read_file, content)
        else:
            rows = read_text(batch.text)
        lines = lines_of(rows)
        return channel_ids(lines, await self._channels(batch)) if names_channels(lines) else lines

    async def _channels(self, batch: Batch) -> Mapping[str, str]:
        try:
            return await self._files.channels(batch.workspace)
        except SlackRefused as refused:
            log.warning("batch.channels_refused", code=refused.code)
            return {}

    async def _keep(self, batch: Batch, lines: Sequence[Line]) -> None:
        def keep(unit: Any) -> None:
            known = without_taken(unit, batch.workspace, lines)
            unit[Batch].change(
                batch.workspace,
                batch.id,
                {"updated_at": batch.updated_at},
                lines=tuple(line.to_data() for line in known),
                read_at=self._clock(),
            )

        await self._store.run(keep)

    async def _change(self, batch: Batch, **changes: Any) -> None:
        """Change a draft, if the person has not given another list meanwhile."""
        expected = {"updated_at": batch.updated_at}
        await self._store.run(lambda unit: unit[Batch].change(batch.workspace, batch.id, expected, **changes))

    async def _show(self, job: Job) -> None:
        batch = await self._batch(job)
        if batch is None:
            return

        def shown(unit: Unit, view_id: str, _person: str) -> BatchDraft | None:
            current = unit[Batch].get(batch.workspace, batch.id)
            return BatchDraft(current) if current and view_id in current.views else None

        closed = await self._outbox.show(batch.workspace, batch.views, shown)
        if len(closed) == len(batch.views) and self._clock() - batch.updated_at < VIEW_COMES_WITHIN:
            raise jobs.RunLater(LOOK_AGAIN)

    async def give_up_reading(self, job: Job, reference: str) -> None:
        """Say that a list could not be read for a reason of our own; the operator finds it under the reference."""
        batch = await self._batch(job)
        if batch and batch.read_at is None:
            await self._change(batch, unreadable=f"{OUR_FAULT}{reference}")
            try:
                await self._show(job)
            except jobs.RunLater:
                log.info("batch.not_shown", batch=batch.id)

    async def add(self, job: Job) -> None:
        """Add the good lines of a batch, so many at a time: one that was cut off goes on where it stopped."""
        while await self._store.run(lambda unit: add_some(unit, job.workspace, job.key, self._clock())):
            pass

    async def tell(self, job: Job) -> None:
        """Bring a batch's message in its channel up to date; tell the person when all is done."""
        summary = await self._store.run(lambda unit: batch_summary(unit, job.workspace, job.key))
        if summary is None:
            return
        batch, matter = summary.batch, f"batch:{job.key}"
        if not await self._outbox.tell(batch.workspace, matter, batch.channel, summary):
            refused = await self._store.run(lambda unit: unit[Message].get(batch.workspace, matter))
            if refused and refused.refusal:
                fact = BatchChannelRefused(batch, refused.refusal)
                await self._outbox.tell(batch.workspace, f"batch_channel:{batch.id}", batch.person, fact)
        if summary.is_settled:
            now = self._clock()
            await self._store.run(lambda unit: jobs.enqueue(unit, batch.workspace, "batch_done", batch.id, now))
        if summary.is_done and batch.done_at is None:

            def done(unit: Any) -> None:
                unit[Batch].change(batch.workspace, batch.id, done_at=self._clock())
                if choice_of(unit, batch.workspace, batch.person).way is NoticeWay.DIGEST:
                    matter = f"batch_done:{batch.id}"
                    keep_for_digest(unit, batch.workspace, matter, batch.person, "", "batch", self._clock())
                jobs.enqueue(unit, batch.workspace, "batch_overdue", batch.id, self._clock())

            await self._store.run(done)

    async def tell_done(self, job: Job) -> None:
        """Tell the person who added a batch that it is done; in their morning message it is kept once, by `tell`."""

        def read(unit: Unit) -> BatchSummary | None:
            summary = batch_summary(unit, job.workspace, job.key)
            if summary is None or choice_of(unit, job.workspace, summary.batch.person).way is NoticeWay.DIGEST:
                return None
            return summary

        summary = await self._store.run(read)
        if summary:
            person, matter = summary.batch.person, f"batch_done:{job.key}"
            await self._telling.tell(job.workspace, matter, person, BatchDone(summary), "batch", "")

    async def overdue(self, job: Job) -> None:
        """Have Slack itself say after a day that a batch is not done; take that back when it is."""
        batch = await self._batch(job)
        if batch is None or batch.added_at is None:
            return
        matter = f"overdue:{batch.id}"
        if batch.done_at:
            await self._scheduled.unschedule(batch.workspace, matter)
        else:
            post_at = batch.added_at + OVERDUE_AFTER
            await self._scheduled.schedule(batch.workspace, matter, batch.channel, BatchOverdue(batch), post_at)

    async def recheck(self, job: Job) -> None:
        """Check what is blocked again."""
        await self._store.run(lambda unit: check_again(unit, job.workspace, job.key, self._clock()))

    async def export(self, job: Job) -> None:
        """Give a person the table of a batch as a file; `key` is `<batch>:<person>`, `matter` names the request."""
        batch_id, _, person = job.key.partition(":")
        summary, language = await self._store.run(
            lambda unit: (batch_summary(unit, job.workspace, batch_id), language_of(unit, job.workspace, person))
        )
        if summary is None:
            return
        matter = f"export:{job.payload['matter']}"
        try:
            await self._uploads.send(job.workspace, matter, person, self._render_file(language, summary))
        except SlackRefused as refused:
            log.warning("batch.export_refused", code=refused.code)
            await self._outbox.tell(job.workspace, f"{matter}:refused", person, FileRefused(refused.code))
