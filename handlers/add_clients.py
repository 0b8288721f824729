"""Adding many clients: `/fabric add-clients`, the form, what its list holds, the key, and the message of the batch.

The form stays open below what its list holds, so "Back" finds everything as it was typed, the file too. The draft in
the database holds the list; the key goes from its own view into the vault, and nowhere else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers.access import needing
from handlers.add_client import field_errors, known_credentials
from handlers.credentials import typed_pair
from handlers.dispatch import Listeners
from handlers.help_ai import plain_words
from handlers.ids import Action, Callback, Field, Shortcut
from handlers.key_link import ask_keys
from handlers.listener import listener
from handlers.request import Answer, Refusal, Request, Services
from handlers.views.add_client import keys
from handlers.views.add_clients import (
    LONGEST_PASTE,
    added_view,
    batch_field_error,
    chosen_credential,
    draft_view,
    form,
)
from handlers.views.batches import batch_gone, batch_view
from handlers.views.elements import View, section
from services import jobs
from services.access import Right, seen_by
from services.batch_lines import companies_in, lines_of, names_channels
from services.batches import (
    batch_summary,
    begin_adding,
    begin_reading,
    has_credential,
    lines_of_batch,
    problems_of_batch,
    shown_in,
    without_taken,
)
from services.credentials import add_credential, seal_credential
from services.facts import BatchSummary
from services.help_ai.pasted import holds_secret
from services.notifier import Rendered
from services.records import Batch, new_id
from services.spreadsheets import Unreadable, read_text
from services.store import Unit


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.ADD_CLIENTS)(listener(services, needing(Right.ADD, begin)))
    app.message_shortcut(Shortcut.ADD_CLIENTS)(listener(services, needing(Right.ADD, begin_with_message)))
    app.view(Callback.BATCH_FORM)(listener(services, needing(Right.ADD, submit_form)))
    app.view(Callback.BATCH_PREVIEW)(listener(services, needing(Right.ADD, submit_preview)))
    app.view(Callback.BATCH_KEYS)(listener(services, needing(Right.ADD, submit_keys)))
    app.action(Action.BATCH_EARLIER)(listener(services, turn_page))
    app.action(Action.BATCH_LATER)(listener(services, turn_page))
    app.action(Action.BATCH_ROWS)(listener(services, show_rows))
    app.action(Action.BATCH_CHECK_AGAIN)(listener(services, needing(Right.HANDLE, check_again)))
    app.action(Action.BATCH_EXPORT)(listener(services, export))


def begin(request: Request, unit: Unit) -> Answer:
    """Open the form."""
    batch = _new_draft(request)
    unit[Batch].put(batch)
    return Answer(open=form(request.locale, batch, known_credentials(unit, request)))


def begin_with_message(request: Request, unit: Unit) -> Answer:
    """Open the form with the companies that a message names. Beside a key in it nothing but business ids is taken."""
    message: Mapping[str, Any] = request.body["message"]
    text = plain_words(str(message.get("text") or ""))
    found = companies_in(text, with_names=not holds_secret(text))
    listed = found
    while len("\n".join(listed)) > LONGEST_PASTE:
        listed = listed[:-1]
    batch = dataclasses.replace(_new_draft(request), text="\n".join(listed))
    unit[Batch].put(batch)
    return Answer(open=form(request.locale, batch, known_credentials(unit, request), found=(len(found), len(listed))))


def _new_draft(request: Request) -> Batch:
    """Return an empty draft."""
    return Batch(request.workspace, new_id(), request.person.id, request.services.clock())


def submit_form(request: Request, unit: Unit) -> Answer:
    """Keep the form; show what the list holds, at once or as soon as it has been read."""
    now = request.services.clock()
    files: list[dict[str, str]] = request.value(Field.FILE) or []
    earlier = _draft(request, unit, now)
    batch = dataclasses.replace(
        earlier,
        text=request.value(Field.LIST) or "",
        file_id=files[0]["id"] if files else "",
        file_name=files[0].get("name") or "" if files else "",
        process=request.value(Field.PROCESS) or "",
        channel=request.value(Field.CHANNEL) or "",
        credential_id=chosen_credential(request.value(Field.CREDENTIAL)),
        lines=(),
        read_at=None,
        unreadable=None,
        updated_at=now,
    )
    problems = problems_of_batch(unit, batch)
    if problems:
        return field_errors(request, problems, batch_field_error)
    view_name = new_id()
    batch = shown_in(batch, view_name)
    if batch.file_id:
        begin_reading(unit, batch, now)
        return Answer(push=draft_view(request.locale, batch, external_id=view_name))
    try:
        lines = lines_of(read_text(batch.text))
    except Unreadable as unreadable:
        return field_errors(request, {Field.LIST: unreadable.code}, batch_field_error)
    if names_channels(lines):
        begin_reading(unit, batch, now)
    else:
        known = without_taken(unit, batch.workspace, lines)
        batch = dataclasses.replace(batch, lines=tuple(line.to_data() for line in known), read_at=now)
        unit[Batch].put(batch)
    return Answer(push=draft_view(request.locale, batch, external_id=view_name))


def submit_preview(request: Request, unit: Unit) -> Answer:
    """Add the good lines; ask for the key first where none was chosen."""
    batch = unit[Batch].get(request.workspace, request.view["private_metadata"])
    if batch is None:
        return Answer(update=_gone(request))
    if batch.added_at is None and not has_credential(unit, batch):
        return Answer(push=_keys(request, unit, batch))
    return _add(request, unit, batch)


def submit_keys(request: Request, unit: Unit) -> Answer:
    """Seal the key and add the good lines."""
    key, identifier, problems = typed_pair(request)
    if problems:
        return field_errors(request, problems)
    batch = unit[Batch].get(request.workspace, request.view["private_metadata"])
    if batch is None:
        return Answer(update=_gone(request))
    if batch.added_at is None:
        now = request.services.clock()
        credential = seal_credential(request.services.vault, request.workspace, identifier, key, request.person.id, now)
        add_credential(unit, credential)
        unit[Batch].change(batch.workspace, batch.id, credential_id=credential.id)
    return _add(request, unit, batch)


def _add(request: Request, unit: Unit, batch: Batch) -> Answer:
    begin_adding(unit, batch, request.services.clock())
    return Answer(update=added_view(request.locale, batch, _ready(batch)))


def _ready(batch: Batch) -> int:
    return sum(not line.problem for line in lines_of_batch(batch))


def _keys(request: Request, unit: Unit, batch: Batch) -> View:
    companies = request.locale.ngettext("{number} client", "{number} clients", _ready(batch))
    view = {**keys(request.locale, companies, batch.id), "callback_id": Callback.BATCH_KEYS}
    return ask_keys(request, unit, view, companies)


def _gone(request: Request) -> View:
    """Return the modal for a draft that was tidied away while it was open."""
    draft = Batch(request.workspace, "", request.person.id, request.services.clock(), unreadable="no_file")
    return draft_view(request.locale, draft)


def turn_page(request: Request, unit: Unit) -> Answer:
    """Show another page of what a list holds, or of a batch's companies."""
    batch_id = str(request.action["value"]).partition(":")[0]
    if request.view["callback_id"] == Callback.BATCH_PREVIEW:
        batch = unit[Batch].get(request.workspace, batch_id)
        name = str(request.view.get("external_id") or "")
        page = draft_view(request.locale, batch, request.number, external_id=name) if batch else _gone(request)
        return Answer(put=page)
    return Answer(put=batch_view(request.locale, _summary(request, unit, batch_id), request.number))


def show_rows(request: Request, _unit: Unit) -> Answer:
    """Show all companies of a batch, by pages."""
    return Answer(open=lambda unit: batch_view(request.locale, _summary(request, unit, request.action["value"])))


def _summary(request: Request, unit: Unit, batch_id: str) -> BatchSummary:
    """Return how the companies of a batch get on; raise a Refusal when it is not there any more."""
    summary = batch_summary(unit, request.workspace, batch_id, seen_by(unit, request.person))
    if summary is None:
        raise Refusal(batch_gone(request.locale))
    return summary


def check_again(request: Request, unit: Unit) -> Answer:
    """Check what is blocked again; the batch's message shows what comes of it."""
    _summary(request, unit, request.action["value"])
    jobs.enqueue(unit, request.workspace, "batch_recheck", request.action["value"], request.services.clock())
    return _sentence(request.locale.gettext("Checking the blocked clients again: their message shows how they get on."))


def export(request: Request, unit: Unit) -> Answer:
    """Have the table of a batch given to the person as a file."""
    _summary(request, unit, request.action["value"])
    key = f"{request.action['value']}:{request.person.id}"
    jobs.enqueue(unit, request.workspace, "batch_export", key, request.services.clock(), matter=new_id())
    return _sentence(request.locale.gettext("The CSV file comes to your direct messages."))


def _sentence(text: str) -> Answer:
    return Answer(message=Rendered(text, (section(text),)))


def _draft(request: Request, unit: Unit, now: datetime) -> Batch:
    """Return the person's draft; a new one if it is gone, or has been added from another window already."""
    batch_id = request.view["private_metadata"]
    batch = unit[Batch].get(request.workspace, batch_id)
    if batch is None or batch.added_at:
        return Batch(request.workspace, batch_id if batch is None else new_id(), request.person.id, now)
    return batch
