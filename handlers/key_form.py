"""The form for a key, in the browser: a page that shows who asks and for what, and takes the key in once.

What is posted goes the way of the modal that the form stands for: the same handler, in one unit of work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.add_client import submit_keys
from handlers.add_clients import submit_keys as submit_batch_keys
from handlers.credentials import submit_pair
from handlers.ids import Callback, Field
from handlers.locale import Locale, supported
from handlers.request import Answer, Handler, Refusal, Request, Services
from handlers.views.elements import View
from handlers.views.pages import Page, key_expired, key_form, key_taken
from services import tickets
from services.access import may_use
from services.notifier import language_of
from services.records import Person, Ticket, Workspace
from services.store import Unit

HANDLERS: Mapping[str, Handler] = {
    Callback.KEYS: submit_keys,
    Callback.BATCH_KEYS: submit_batch_keys,
    Callback.CREDENTIAL_PAIR: submit_pair,
}
"""What a form's purpose, the modal that it stands for, does with a key."""

FIELDS = (Field.CUSTOMER_KEY, Field.CUSTOMER_ID)


def show(unit: Unit, services: Services, token: str, locale: Locale) -> Page:
    """Return the form that a token opens; `locale` is the browser's, for a token that opens none."""
    found = _found(unit, services, token)
    return _form(unit, *found) if found else key_expired(locale)


def submit(
    unit: Unit, services: Services, token: str, typed: Mapping[str, str], locale: Locale
) -> tuple[Page, Ticket | None, View | None]:
    """Take a key in. Return the page to show; once it is taken also the ticket, and the modal's next view."""
    found = _found(unit, services, token)
    if found is None:
        return key_expired(locale), None, None
    ticket, person, theirs = found
    try:
        answer = HANDLERS[ticket.purpose](_as_submission(services, ticket, person, theirs, typed), unit)
    except Refusal as refusal:
        answer = Answer(errors={FIELDS[0]: refusal.sentence})
    if answer.errors:
        return _form(unit, ticket, person, theirs, answer.errors), None, None
    tickets.use(unit, ticket)
    return key_taken(theirs), ticket, _next(answer)


def _next(answer: Answer) -> View | None:
    return answer.update or answer.put


def _found(unit: Unit, services: Services, token: str) -> tuple[Ticket, Person, Locale] | None:
    ticket = tickets.find(unit, token, services.clock())
    if ticket is None or ticket.purpose not in HANDLERS:
        return None
    person = unit[Person].get(ticket.workspace, ticket.person)
    if person is None or not may_use(person):
        return None
    return ticket, person, Locale(supported(language_of(unit, ticket.workspace, person.id)) or "en")


def _form(unit: Unit, ticket: Ticket, person: Person, locale: Locale, errors: Mapping[str, str] | None = None) -> Page:
    firm = unit[Workspace].get(ticket.workspace, ticket.workspace)
    return key_form(locale, ticket.subject, person.name, firm.name if firm else "", errors or {})


def _as_submission(
    services: Services, ticket: Ticket, person: Person, locale: Locale, typed: Mapping[str, str]
) -> Request:
    """Return what was posted as the submission of the modal that the form stands for."""
    body: dict[str, Any] = {
        "type": "view_submission",
        "user": {"id": person.id},
        "view": {
            # A modal that nobody has open is one that was closed.
            "id": ticket.view_id or "V",
            "type": "modal",
            "callback_id": ticket.purpose,
            "private_metadata": ticket.reference,
            "blocks": [{"type": "input", "block_id": field} for field in FIELDS],
            "state": {"values": {field: {field: {"value": typed.get(field) or None}} for field in FIELDS}},
        },
    }
    return Request(ticket.workspace, person, locale, body, services)
