"""The picture of an invoice, from Netvisor, for somebody who reviews it: shown in a modal and deleted with it.

Slack shows an image of ours in a modal once it has looked at the file; whether it does so for a file that was shared
nowhere is not certain in every workspace. Where it does not within SHOWN_WITHIN, the person gets the file in their
direct messages, as they do with what is no image, a PDF for one. Nothing of a picture is kept in our database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from services import jobs
from services.clock import Clock
from services.facts import InvoicePicture, PictureState
from services.netvisor import NetvisorError, PreviewImage, Refused
from services.notifier import SlackRefused, come_again, language_of
from services.outbox import Outbox
from services.records import Client, Job, Message, OpenPicture, ProductionInvoice
from services.store import Store, Unit
from services.training import CompanyOf
from services.uploads import Files, RenderedFile, Uploads

LOOK_AGAIN = timedelta(seconds=2)
SHOWN_WITHIN = timedelta(seconds=20)
KEPT_FOR = timedelta(hours=1)
"""After so long a picture is deleted, also where Slack has not told that its modal was closed."""

SENT_FOR = timedelta(days=1)
"""How long a picture that was sent as a file is there."""

IMAGES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}
"""What a modal can show, and how its file is called."""

PictureFile = Callable[[str, ProductionInvoice, bytes, str], RenderedFile]
"""Returns a picture as a file in a language: the invoice, its content and the end of its name."""

log = structlog.get_logger(__name__)


def open_picture(unit: Unit, row: ProductionInvoice, view_id: str, person: str, now: datetime) -> None:
    """Have the picture of an invoice fetched and shown in a modal."""
    unit[OpenPicture].put(OpenPicture(row.workspace, view_id, row.client_id, row.id, person, now))
    jobs.enqueue(unit, row.workspace, "picture", view_id, now)
    jobs.enqueue(unit, row.workspace, "forget_picture", view_id, now + KEPT_FOR)


def close_picture(unit: Unit, workspace: str, view_id: str, now: datetime) -> None:
    """Have the picture of a modal that its person closed deleted."""
    if unit[OpenPicture].get(workspace, view_id):
        jobs.enqueue(unit, workspace, "forget_picture", view_id, now)


class Pictures:
    """The handlers of the jobs that show and delete pictures."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        files: Files,
        uploads: Uploads,
        clock: Clock,
        company_of: CompanyOf,
        picture_file: PictureFile,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._files = files
        self._uploads = uploads
        self._clock = clock
        self._company_of = company_of
        self._picture_file = picture_file

    async def show(self, job: Job) -> None:
        """Fetch the picture for a modal, its `key`, and show it."""

        def read(unit: Unit) -> tuple[OpenPicture, Client, ProductionInvoice, str] | None:
            opened = unit[OpenPicture].get(job.workspace, job.key)
            client = opened and unit[Client].get(job.workspace, opened.client_id)
            row = opened and unit[ProductionInvoice].get(job.workspace, opened.invoice_id)
            if opened is None or client is None or row is None:
                return None
            return opened, client, row, language_of(unit, job.workspace, opened.person)

        found = await self._store.run(read)
        if found is None:
            return
        opened, client, row, language = found
        with come_again(LOOK_AGAIN):
            try:
                if opened.file_id:
                    await self._show_file(opened, client, row)
                    return
                preview = await self._fetch(client, row)
                kind = preview and preview.media_type
                if preview is None or kind is None:
                    await self._say(opened, InvoicePicture(row, PictureState.NONE))
                elif kind in IMAGES:
                    file = self._picture_file(language, row, preview.content, IMAGES[kind])
                    opened = await self._upload(opened, file)
                    await self._show_file(opened, client, row)
                else:
                    await self._send(opened, row, preview)
            except Refused as refused:
                log.info("picture.refused", client=client.id, code=refused.code)
                await self._say(opened, InvoicePicture(row, PictureState.REFUSED))
            except NetvisorError as error:
                log.info("picture.waits", client=client.id, code=error.code)
                await self._say(opened, InvoicePicture(row, PictureState.NO_ANSWER))
            except SlackRefused as refused:
                log.warning("picture.not_taken", code=refused.code)
                await self._say(opened, InvoicePicture(row, PictureState.NOT_TAKEN))

    async def _fetch(self, client: Client, row: ProductionInvoice) -> PreviewImage | None:
        company = await self._company_of(client)
        invoice = await company.purchase_invoice(row.netvisor_key, include=("previewimage",))
        return invoice and invoice.preview

    async def _upload(self, opened: OpenPicture, file: RenderedFile) -> OpenPicture:
        file_id = await self._files.upload(opened.workspace, file)
        kept = replace(opened, file_id=file_id)
        # Stored first, so that it is deleted whatever happens next.
        await self._store.run(lambda unit: unit[OpenPicture].put(kept))
        await self._files.keep(opened.workspace, file_id, file.title)
        return kept

    async def _show_file(self, opened: OpenPicture, client: Client, row: ProductionInvoice) -> None:
        try:
            await self._say(opened, InvoicePicture(row, PictureState.SHOWN, opened.file_id))
        except SlackRefused as refused:
            # Slack has not looked at the file yet, or never shows it: it says the same of both.
            if self._clock() - opened.opened_at < SHOWN_WITHIN:
                raise jobs.RunLater(LOOK_AGAIN) from None
            log.info("picture.not_shown", code=refused.code)
            preview = await self._fetch(client, row)
            if preview:
                await self._send(opened, row, preview)

    async def _send(self, opened: OpenPicture, row: ProductionInvoice, preview: PreviewImage) -> None:
        """Give the picture to the person as a file, once; it is deleted after a day."""
        matter = f"picture:{row.id}:{opened.person}"
        language = await self._store.run(lambda unit: language_of(unit, opened.workspace, opened.person))
        file = self._picture_file(language, row, preview.content, IMAGES.get(preview.media_type or "", "pdf"))
        await self._uploads.send(opened.workspace, matter, opened.person, file)

        def keep(unit: Unit) -> None:
            message = unit[Message].get(opened.workspace, matter)
            if message:
                now = self._clock()
                unit[OpenPicture].put(replace(opened, id=matter, file_id=message.token, opened_at=now))
                jobs.enqueue(unit, opened.workspace, "forget_picture", matter, now + SENT_FOR)

        await self._store.run(keep)
        await self._say(opened, InvoicePicture(row, PictureState.SENT))

    async def _say(self, opened: OpenPicture, fact: InvoicePicture) -> None:
        if await self._outbox.show(opened.workspace, {opened.id: opened.person}, lambda _unit, _view, _person: fact):
            await self._store.run(lambda unit: close_picture(unit, opened.workspace, opened.id, self._clock()))

    async def forget(self, job: Job) -> None:
        """Delete the picture of a modal, its `key`."""
        opened = await self._store.run(lambda unit: unit[OpenPicture].get(job.workspace, job.key))
        if opened is None:
            return
        try:
            if opened.file_id:
                with come_again(LOOK_AGAIN):
                    await self._files.delete(opened.workspace, opened.file_id)
        except SlackRefused as refused:
            log.warning("picture.not_deleted", code=refused.code)

        def forget(unit: Unit) -> None:
            unit[OpenPicture].delete(opened.workspace, id=opened.id)
            # A file that was sent can be asked for again.
            unit[Message].delete(opened.workspace, id=opened.id)

        await self._store.run(forget)
