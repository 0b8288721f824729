"""`/fabric credentials`: the list, adding, testing, changing, what breaks when a person leaves, removing.

One modal, whose views replace one another; only the key is asked on top of the form. A key is sealed in the unit of
work that takes it in, before anything else happens with it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from pydantic import SecretStr

from handlers.access import needing
from handlers.dispatch import Listeners
from handlers.ids import Action, Callback, Field
from handlers.key_link import ask_keys
from handlers.listener import listener
from handlers.request import Answer, Request, Services
from handlers.views import credential_forms as forms
from handlers.views.add_client import NEW_CREDENTIAL, field_error
from handlers.views.credential_words import name_of
from handlers.views.credentials import credential_list, credential_view, still_used
from handlers.views.elements import View
from handlers.views.leaving import leaving, who_leaves
from handlers.views.trials import trial_view
from services import trials
from services.access import Right
from services.credentials import (
    add_credential,
    clients_named,
    count_clients,
    credential_details,
    credential_page,
    describe,
    new_draft,
    owned_alike,
    owners,
    problem_of_secret,
    remove_credential,
    same_credential,
    seal_credential,
)
from services.records import Credential, CredentialDraft, CredentialKind, Trial, Workspace
from services.store import Unit


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    for action, handler in {
        Action.OPEN_CREDENTIALS: open_list,
        Action.OPEN_CREDENTIAL: open_credential,
        Action.ADD_CREDENTIAL: add,
        Action.EDIT_CREDENTIAL: edit,
        Action.REMOVE_CREDENTIAL: remove,
        Action.CHANGE_CREDENTIAL: change,
        Action.TEST_IN_ONE: test_in_one,
        Action.TEST_IN_ALL: test_in_all,
        Action.SOMEBODY_LEAVES: somebody_leaves,
        Action.LEAVES: leaves,
        Action.OPEN_TRIAL: open_trial,
        Action.SWITCH: switch,
        Action.TRY_AGAIN: try_again,
        Action.STOP_TRIAL: stop,
        Action.PAGE_BACK: turn_page,
        Action.PAGE_ON: turn_page,
    }.items():
        app.action(action)(listener(services, needing(Right.CREDENTIALS, handler)))
    for callback, handler in {
        Callback.CREDENTIAL_FORM: submit_description,
        Callback.CREDENTIAL_EDIT: submit_edit,
        Callback.CREDENTIAL_PAIR: submit_pair,
        Callback.CREDENTIAL_CHANGE: submit_change,
        Callback.LEAVING_WHO: submit_who_leaves,
    }.items():
        app.view(callback)(listener(services, needing(Right.CREDENTIALS, handler)))
    app.view_closed(Callback.TRIAL)(listener(services, stop_watching))


def typed_pair(request: Request) -> tuple[SecretStr, SecretStr, dict[str, str]]:
    """Return the API key and the user identifier that were typed, and the code of what is wrong with each field."""
    key, identifier = (SecretStr(request.value(field) or "") for field in (Field.CUSTOMER_KEY, Field.CUSTOMER_ID))
    problems: dict[str, str] = {
        field: problem
        for field, secret in ((Field.CUSTOMER_KEY, key), (Field.CUSTOMER_ID, identifier))
        if (problem := problem_of_secret(secret, access_key=request.services.access_key))
    }
    if not problems and key.get_secret_value().strip() == identifier.get_secret_value().strip():
        problems = {Field.CUSTOMER_ID: "same"}
    return key, identifier, problems


def open_list(request: Request, unit: Unit) -> Answer:
    """Show the list of credentials."""
    _leave(request, unit)
    number = request.number if request.body.get("actions") else 0
    return _show(request, credential_list(request.locale, credential_page(unit, request.workspace, number)))


def open_credential(request: Request, unit: Unit) -> Answer:
    """Show a credential."""
    _leave(request, unit)
    return _show_credential(request, unit, request.action["value"])


def add(request: Request, unit: Unit) -> Answer:
    """Ask for the label and kind of new credentials."""
    draft = new_draft(unit, request.workspace, request.person.id, request.services.clock())
    return _show(request, forms.describe_form(request.locale, draft))


def submit_description(request: Request, unit: Unit) -> Answer:
    """Keep the label and kind; ask for the pair on a view of its own."""
    problems = _problems_of_description(request)
    if problems:
        return Answer(errors=problems)
    label, kind, owner = _description(request)
    draft = dataclasses.replace(_draft(request, unit), label=label, kind=kind, owner=owner)
    unit[CredentialDraft].put(draft)
    return Answer(push=ask_keys(request, unit, forms.pair_form(request.locale, draft), draft.label))


def submit_pair(request: Request, unit: Unit) -> Answer:
    """Seal the pair; then show it in the list, or hold it against the clients whose credentials it shall replace."""
    key, identifier, problems = typed_pair(request)
    if problems:
        return Answer(errors={field: field_error(request.locale, problem) for field, problem in problems.items()})
    draft, now = _draft(request, unit), request.services.clock()
    vault = request.services.vault
    credential = seal_credential(
        vault,
        request.workspace,
        identifier,
        key,
        request.person.id,
        now,
        label=draft.label,
        kind=draft.kind,
        owner=draft.owner,
    )
    known = same_credential(unit, vault, credential)
    if known:
        return Answer(errors={Field.CUSTOMER_KEY: forms.known_already(request.locale, known)})
    add_credential(unit, credential)
    unit[CredentialDraft].delete(request.workspace, id=draft.id)
    if draft.replaces and unit[Credential].get(request.workspace, draft.replaces):
        trial = trials.start_trial(unit, credential, request.person.id, now, replaces=draft.replaces, only=draft.only)
        return Answer(update=_followed(request, unit, trial))
    note = ":white_check_mark: " + request.locale.gettext("Saved. No client uses these credentials yet.")
    return Answer(update=credential_view(request.locale, credential_details(unit, credential), note))


def edit(request: Request, unit: Unit) -> Answer:
    """Ask for a credential's label and kind."""
    credential = _credential(request, unit, request.action["value"])
    return _show(request, forms.edit_form(request.locale, credential)) if credential else _gone(request, unit)


def submit_edit(request: Request, unit: Unit) -> Answer:
    """Keep a credential's label and kind."""
    problems = _problems_of_description(request)
    if problems:
        return Answer(errors=problems)
    credential = _credential(request, unit, request.view["private_metadata"])
    if credential is None:
        return _gone(request, unit)
    described = describe(unit, credential, *_description(request), request.person.id, request.services.clock())
    return Answer(update=credential_view(request.locale, credential_details(unit, described)))


def remove(request: Request, unit: Unit) -> Answer:
    """Remove a credential that nobody uses; else say how many do."""
    credential = _credential(request, unit, request.action["value"])
    if credential is None:
        return _gone(request, unit)
    used = remove_credential(unit, credential, request.person.id, request.services.clock())
    if used:
        return _show_credential(request, unit, credential.id, still_used(request.locale, used))
    note = request.locale.gettext("Removed: {name}", name=name_of(credential))
    page = credential_page(unit, request.workspace, 0)
    return _show(request, credential_list(request.locale, page, note))


def test_in_one(request: Request, unit: Unit) -> Answer:
    """Test a credential in one client."""
    credential = _credential(request, unit, request.action["value"])
    if credential is None:
        return _gone(request, unit)
    client = trials.one_client(unit, credential)
    if client is None:
        note = request.locale.gettext("There is no client yet to test these credentials in. Add one first.")
        return _show_credential(request, unit, credential.id, f":warning: {note}")
    now = request.services.clock()
    return _follow(request, trials.start_trial(unit, credential, request.person.id, now, only=(client.id,)), unit)


def test_in_all(request: Request, unit: Unit) -> Answer:
    """Test a credential in all its clients."""
    credential = _credential(request, unit, request.action["value"])
    if credential is None:
        return _gone(request, unit)
    trial = trials.start_trial(unit, credential, request.person.id, request.services.clock())
    return _follow(request, trial, unit)


def change(request: Request, unit: Unit) -> Answer:
    """Ask which credentials take a credential's place."""
    credential = _credential(request, unit, request.action["value"])
    if credential is None:
        return _gone(request, unit)
    others = [one for one in unit[Credential].find(request.workspace, order="-added_at") if one.id != credential.id]
    return _show(request, forms.change_form(request.locale, credential, count_clients(unit, credential), others))


def submit_change(request: Request, unit: Unit) -> Answer:
    """Hold other credentials against the clients, or ask for new ones first."""
    credential = _credential(request, unit, request.view["private_metadata"])
    if credential is None:
        return _gone(request, unit)
    only, unknown = clients_named(unit, credential, request.value(Field.ONLY) or "")
    if unknown:
        return Answer(errors={Field.ONLY: forms.not_its_clients(request.locale, unknown)})
    now, chosen = request.services.clock(), request.value(Field.CREDENTIAL)
    if chosen == NEW_CREDENTIAL:
        draft = new_draft(unit, request.workspace, request.person.id, now)
        draft = dataclasses.replace(draft, replaces=credential.id, only=only)
        unit[CredentialDraft].put(draft)
        return Answer(update=forms.describe_form(request.locale, draft))
    other = _credential(request, unit, chosen)
    if other is None or other.id == credential.id:
        problem = field_error(request.locale, "credential_gone")
        if other:
            problem = forms.problem_text(request.locale, "same_credential")
        return Answer(errors={Field.CREDENTIAL: problem})
    trial = trials.start_trial(unit, other, request.person.id, now, replaces=credential.id, only=only)
    return Answer(update=_followed(request, unit, trial))


def somebody_leaves(request: Request, unit: Unit) -> Answer:
    """Ask who is leaving."""
    credentials = owners(unit[Credential].find(request.workspace, order="-added_at"))
    return _show(request, who_leaves(request.locale, credentials))


def submit_who_leaves(request: Request, unit: Unit) -> Answer:
    """Show what breaks when a person leaves."""
    credential = _credential(request, unit, request.value(Field.CREDENTIAL))
    return Answer(update=_leaving(request, unit, credential)) if credential else _gone(request, unit)


def leaves(request: Request, unit: Unit) -> Answer:
    """Show what breaks when the person of a credential leaves."""
    credential = _credential(request, unit, request.action["value"])
    return _show(request, _leaving(request, unit, credential)) if credential else _gone(request, unit)


def _leaving(request: Request, unit: Unit, credential: Credential, number: int = 0) -> View:
    firm = unit[Workspace].get(request.workspace, request.workspace)
    details = [credential_details(unit, one) for one in owned_alike(unit, credential)]
    return leaving(request.locale, firm.name if firm else "", details, number)


def open_trial(request: Request, unit: Unit) -> Answer:
    """Show a trial, and follow it if it goes on."""
    trial = unit[Trial].get(request.workspace, request.action["value"])
    return _follow(request, trial, unit) if trial else _gone(request, unit)


def switch(request: Request, unit: Unit) -> Answer:
    """Switch the clients in which a change's credentials work, in this one step."""
    trial = unit[Trial].get(request.workspace, request.action["value"])
    if trial is None:
        return _gone(request, unit)
    trials.switch(unit, trial, request.person.id, request.services.clock())
    return _show(request, _trial_view(request, unit, trial))


def try_again(request: Request, unit: Unit) -> Answer:
    """Try the clients again in which a trial did not succeed."""
    trial = unit[Trial].get(request.workspace, request.action["value"])
    if trial is None:
        return _gone(request, unit)
    trials.try_failed_again(unit, trial, request.services.clock())
    return _follow(request, trial, unit)


def stop(request: Request, unit: Unit) -> Answer:
    """Stop a trial where it stands."""
    trial = unit[Trial].get(request.workspace, request.action["value"])
    if trial is None:
        return _gone(request, unit)
    trials.stop_trial(unit, trial)
    return _show(request, _trial_view(request, unit, trial))


def turn_page(request: Request, unit: Unit) -> Answer:
    """Show another page of what the modal shows."""
    number, reference = request.number, str(request.view["private_metadata"])
    match request.view["callback_id"]:
        case Callback.TRIAL:
            trial = unit[Trial].get(request.workspace, reference)
            return _show(request, _trial_view(request, unit, trial, number)) if trial else _gone(request, unit)
        case Callback.LEAVING:
            credential = _credential(request, unit, reference)
            if credential:
                return _show(request, _leaving(request, unit, credential, number))
            return _gone(request, unit)
        case _:
            page = credential_page(unit, request.workspace, number)
            return _show(request, credential_list(request.locale, page))


def stop_watching(request: Request, unit: Unit) -> Answer:
    """Forget a modal that its person closed; what is left to say comes as a message."""
    trials.unwatch_trial(unit, request.workspace, request.view["private_metadata"], [request.view["id"]])
    return Answer()


def _leave(request: Request, unit: Unit) -> None:
    """Have a trial that the modal followed not shown there any more: something else takes its place."""
    if request.view.get("callback_id") == Callback.TRIAL:
        trials.unwatch_trial(unit, request.workspace, request.view["private_metadata"], [request.view["id"]])


def _show(request: Request, view: View) -> Answer:
    """Show a view in the modal in which something was done, or in a new one."""
    match request.body.get("type"):
        case "view_submission":
            return Answer(update=view)
        case _ if request.view.get("type") == "modal":
            return Answer(put=view)
        case _:
            return Answer(open=view)


def _show_credential(request: Request, unit: Unit, credential_id: str, note: str = "") -> Answer:
    credential = _credential(request, unit, credential_id)
    if credential is None:
        return _gone(request, unit)
    return _show(request, credential_view(request.locale, credential_details(unit, credential), note))


def _gone(request: Request, unit: Unit) -> Answer:
    """Show the list, because what was asked for is not there any more: somebody else has removed it."""
    page = credential_page(unit, request.workspace, 0)
    note = request.locale.gettext("It is no longer there. These are the credentials now.")
    return _show(request, credential_list(request.locale, page, note))


def _follow(request: Request, trial: Trial, unit: Unit) -> Answer:
    """Show a trial in a modal that follows it, once that modal is there."""
    now = request.services.clock()

    def opened(unit: Unit, view_id: str) -> None:
        trials.watch_trial(unit, trial, view_id, request.person.id, now)

    return dataclasses.replace(_show(request, _trial_view(request, unit, trial)), opened=opened)


def _followed(request: Request, unit: Unit, trial: Trial) -> View:
    """Return the view of a trial, and have the modal of a submission follow it."""
    trials.watch_trial(unit, trial, request.view["id"], request.person.id, request.services.clock())
    return _trial_view(request, unit, trial)


def _trial_view(request: Request, unit: Unit, trial: Trial, page: int = 0) -> View:
    report = trials.trial_report(unit, request.workspace, trial.id, request.services.clock())
    if report is None:
        return credential_list(request.locale, credential_page(unit, request.workspace, 0))
    return trial_view(request.locale, report, request.services.access_key, page)


def _credential(request: Request, unit: Unit, credential_id: str) -> Credential | None:
    return unit[Credential].get(request.workspace, credential_id)


def _draft(request: Request, unit: Unit) -> CredentialDraft:
    """Return the person's draft; an empty one of the same id if it is gone."""
    draft_id = request.view["private_metadata"]
    draft = unit[CredentialDraft].get(request.workspace, draft_id)
    return draft or CredentialDraft(request.workspace, draft_id, request.person.id, request.services.clock())


def _description(request: Request) -> tuple[str, CredentialKind, str]:
    """Return the label, the kind and the owner that were typed."""
    kind = CredentialKind(request.value(Field.KIND) or CredentialKind.UNKNOWN)
    return (request.value(Field.LABEL) or "").strip(), kind, (request.value(Field.OWNER) or "").strip()


def _problems_of_description(request: Request) -> Mapping[str, str]:
    _label, kind, owner = _description(request)
    if kind is CredentialKind.PERSONAL and not owner:
        return {Field.OWNER: forms.problem_text(request.locale, "owner_missing")}
    return {}
