"""Sending a repair to somebody who can make it."""

from __future__ import annotations

from handlers.access import client_for
from handlers.dispatch import Listeners
from handlers.ids import Action, Callback
from handlers.listener import listener
from handlers.locale import Locale, supported
from handlers.request import Answer, Refusal, Request, Services
from handlers.views.repair_messages import TEXT, ready_text, repair_form, repair_sent
from handlers.views.rights import findings_of, never_checked
from services.access import Right
from services.checks import check_result
from services.notifier import language_of
from services.repair_messages import ask_for_repair
from services.store import Unit


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.SEND_REPAIR)(listener(services, begin))
    app.action(Action.REPAIR_PERSON)(listener(services, choose_person))
    app.view(Callback.SEND_REPAIR)(listener(services, submit))


def begin(request: Request, unit: Unit) -> Answer:
    """Open the modal with the message ready in the sender's language."""
    client = client_for(request, unit, request.action["value"], Right.HANDLE)
    text = _ready(request, unit, client.id, request.locale.language)
    if not text:
        raise Refusal(never_checked(request.locale, client))
    return Answer(open=repair_form(request.locale, client.id, text, request.locale.language))


def choose_person(request: Request, unit: Unit) -> Answer:
    """Put the message into the language of the person who was chosen, unless it has been edited."""
    person, client_id = str(request.action.get("selected_user") or ""), request.view["private_metadata"]
    typed, written_in = _typed(request)
    language = supported(language_of(unit, request.workspace, person)) or request.locale.language
    if not person or language == written_in or typed != _ready(request, unit, client_id, written_in).strip():
        return Answer()
    text = _ready(request, unit, client_id, language)
    return Answer(put=repair_form(request.locale, client_id, text, language, person))


def submit(request: Request, unit: Unit) -> Answer:
    """Keep the message, have it sent, and show that it is on its way."""
    _ = request.locale.gettext
    client = client_for(request, unit, request.view["private_metadata"], Right.HANDLE)
    person, (text, language) = request.value(Action.REPAIR_PERSON), _typed(request)
    if not person:
        return Answer(errors={Action.REPAIR_PERSON: _("Choose a person.")})
    if not text:
        return Answer(errors={f"{TEXT}:{language}": _("Write the message.")})
    now, view_id = request.services.clock(), str(request.view["id"])
    return Answer(
        update=repair_sent(
            request.locale, ask_for_repair(unit, client, request.person.id, str(person), text, view_id, now)
        )
    )


def _ready(request: Request, unit: Unit, client_id: str, language: str) -> str:
    result = check_result(unit, request.workspace, client_id)
    if result is None:
        return ""
    return ready_text(Locale(language), result, findings_of(result), request.services.access_key)


def _typed(request: Request) -> tuple[str, str]:
    """Return the message as it stands in the modal, and the language in which it was put there."""
    for block, values in request.view.get("state", {}).get("values", {}).items():
        if TEXT in values:
            return str(values[TEXT].get("value") or "").strip(), block.partition(":")[2]
    return "", request.locale.language
