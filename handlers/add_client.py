"""Adding a client: `/fabric add-client`, the guide, the form, the key.

Drafts live in the database and views carry only their id, so nothing typed is lost when a modal fails. The key is
sealed in the same unit of work that stores the client, before anything else happens with it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from handlers.access import client_for, need, needing
from handlers.credentials import typed_pair
from handlers.dispatch import Listeners
from handlers.ids import Action, Callback, Field, Shortcut
from handlers.key_link import ask_keys
from handlers.listener import listener
from handlers.locale import Locale
from handlers.request import Answer, Refusal, Request, Services
from handlers.rights import progress_view, watch_check
from handlers.views.add_client import NEW_CREDENTIAL, field_error, form, guide, keys
from handlers.views.client_card import bring_back_view
from services.access import Right
from services.credentials import add_credential, seal_credential
from services.onboarding import add_client, normal_business_id, problems_of_draft, request_check
from services.records import Client, ClientState, Credential, Draft, new_id
from services.store import Unit, one


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.ADD_CLIENT)(listener(services, needing(Right.ADD, begin)))
    app.global_shortcut(Shortcut.ADD_CLIENT)(listener(services, needing(Right.ADD, begin)))
    app.action(Action.SHOW_GUIDE)(listener(services, show_guide))
    app.view(Callback.GUIDE)(listener(services, continue_to_form))
    app.view(Callback.FORM)(listener(services, needing(Right.ADD, submit_form)))
    app.view(Callback.KEYS)(listener(services, submit_keys))
    app.action(Action.GIVE_KEYS)(listener(services, give_keys))


def begin(request: Request, unit: Unit) -> Answer:
    """Open the guide; for a firm that has credentials already, the form at once."""
    draft = Draft(request.workspace, new_id(), request.person.id, request.services.clock())
    unit[Draft].put(draft)
    credentials = known_credentials(unit, request)
    if credentials:
        return Answer(open=form(request.locale, draft, credentials))
    return Answer(open=guide(request.locale, request.services.access_key, draft.id))


def show_guide(request: Request, unit: Unit) -> Answer:
    """Show the guide on top of the form."""
    return Answer(open=guide(request.locale, request.services.access_key, request.action["value"], leads_on=False))


def continue_to_form(request: Request, unit: Unit) -> Answer:
    """Go on from the guide to the form."""
    draft = _draft(request, unit, request.view["private_metadata"])
    return Answer(update=form(request.locale, draft, known_credentials(unit, request)))


def submit_form(request: Request, unit: Unit) -> Answer:
    """Check the form; go on to the key, or with known credentials to the rights check."""
    chosen = request.value(Field.CREDENTIAL) or NEW_CREDENTIAL
    draft = dataclasses.replace(
        _draft(request, unit, request.view["private_metadata"]),
        name=request.value(Field.NAME) or "",
        business_id=request.value(Field.BUSINESS_ID) or "",
        process=request.value(Field.PROCESS) or "",
        channel=request.value(Field.CHANNEL) or "",
        credential_id="" if chosen == NEW_CREDENTIAL else chosen,
        updated_at=request.services.clock(),
    )
    unit[Draft].put(draft)
    problems = problems_of_draft(unit, draft)
    if problems:
        taken = _taken(request, unit, draft) if problems.get("business_id") == "business_id_taken" else None
        return taken or field_errors(request, problems)
    if not draft.credential_id:
        return Answer(push=ask_keys(request, unit, keys(request.locale, draft.name, draft.id), draft.name))
    return _add(request, unit, draft)


def _taken(request: Request, unit: Unit, draft: Draft) -> Answer | None:
    """Offer back the client that a draft describes if it was removed; of one that the person may not have, say who may.

    None for a client that the person sees.
    """
    business_id = normal_business_id(draft.business_id) or ""
    client = one(unit[Client].find(request.workspace, business_id=business_id))
    if client is None:
        return None
    right = Right.HANDLE if client.state is ClientState.REMOVED else Right.SEE
    try:
        client_for(request, unit, client.id, right, even_removed=True)
    except Refusal as refusal:
        return Answer(errors={Field.BUSINESS_ID: refusal.sentence})
    return Answer(push=bring_back_view(request.locale, client)) if right is Right.HANDLE else None


def submit_keys(request: Request, unit: Unit) -> Answer:
    """Seal the key, then add the client or change its credentials, and show the rights check."""
    key, identifier, problems = typed_pair(request)
    reference = request.view["private_metadata"]
    client = unit[Client].get(request.workspace, reference)
    if client:
        _need_keys(request, unit, client)
    else:
        need(request, unit, Right.ADD)
    draft = _draft(request, unit, reference)
    if client is None and not problems:
        # Somebody else may have added the company meanwhile: then nothing of what was typed is kept.
        problems = problems_of_draft(unit, draft)
    if problems:
        return field_errors(request, problems)
    now = request.services.clock()
    credential = seal_credential(request.services.vault, request.workspace, identifier, key, request.person.id, now)
    add_credential(unit, credential)
    if client is not None:
        unit[Client].change(client.workspace, client.id, credential_id=credential.id)
        request_check(unit, client, request.person.id, now, afresh=True)
        return _show_check(request, unit, client)
    return _add(request, unit, dataclasses.replace(draft, credential_id=credential.id))


def give_keys(request: Request, unit: Unit) -> Answer:
    """Ask for new credentials for a client whose present ones do not do."""
    client = client_for(request, unit, request.action["value"])
    _need_keys(request, unit, client)
    return Answer(open=ask_keys(request, unit, keys(request.locale, client.name, client.id), client.name))


def _need_keys(request: Request, unit: Unit, client: Client) -> None:
    """Raise a Refusal unless the person may give credentials: of a client that never went live, who may add it."""
    need(request, unit, Right.CREDENTIALS if client.live_since else Right.ADD, client)


def _add(request: Request, unit: Unit, draft: Draft) -> Answer:
    client = add_client(unit, draft, request.services.clock())
    if client is None:
        return field_errors(request, {Field.BUSINESS_ID: "business_id_taken"})
    return _show_check(request, unit, client)


def _show_check(request: Request, unit: Unit, client: Client) -> Answer:
    """Turn the modal into the check; its id is known already, and the check's job updates it from now on."""
    watch_check(unit, request.workspace, client.id, request.view["id"], request.person.id)
    return Answer(update=progress_view(request, unit, client))


def field_errors(
    request: Request, problems: Mapping[str, str], words: Callable[[Locale, str], str] = field_error
) -> Answer:
    """Show problems at their fields; one whose field is not in this view goes to the view's first input."""
    inputs = [block["block_id"] for block in request.view["blocks"] if block["type"] == "input"]
    errors = {
        (field if field in inputs else inputs[0]): words(request.locale, problem) for field, problem in problems.items()
    }
    return Answer(errors=errors)


def _draft(request: Request, unit: Unit, draft_id: str) -> Draft:
    """Return the person's draft; a new one of the same id if it is gone."""
    draft = unit[Draft].get(request.workspace, draft_id)
    return draft or Draft(request.workspace, draft_id, request.person.id, request.services.clock())


def known_credentials(unit: Unit, request: Request) -> list[Credential]:
    """Return the workspace's credentials, the newest first."""
    return unit[Credential].find(request.workspace, order="-added_at")
