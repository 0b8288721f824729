"""The forms of credentials: their name and user, the pair, and which ones take another's place.

The key has a view of its own on top of the form, from which the form comes back as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.ids import Action, Callback, Field
from handlers.locale import Locale
from handlers.views.add_client import MOST_CREDENTIALS, NEW_CREDENTIAL, pair_inputs
from handlers.views.credential_words import clients_number, credential_name
from handlers.views.credentials import credentials_modal
from handlers.views.elements import (
    Block,
    View,
    actions,
    button,
    choice_input,
    context,
    cut,
    escape,
    modal,
    option,
    section,
    text_input,
)
from services.records import Credential, CredentialDraft, CredentialKind

LONGEST_LABEL = 40


def describe_form(locale: Locale, draft: CredentialDraft) -> View:
    """Return the form for new credentials: label and kind; the pair is asked next, on a view of its own."""
    _ = locale.gettext
    blocks = [
        *_description(locale, draft.label, draft.kind, draft.owner),
        context(_("The API key and the user identifier are asked for next, on a page of their own.")),
    ]
    return credentials_modal(
        Callback.CREDENTIAL_FORM,
        _("New credentials"),
        blocks,
        submit=_("Continue"),
        close=_("Cancel"),
        reference=draft.id,
    )


def edit_form(locale: Locale, credential: Credential) -> View:
    """Return the form that changes a credential's label and kind."""
    _ = locale.gettext
    blocks: list[Block] = [
        section(escape(credential_name(locale, credential))),
        *_description(locale, credential.label, credential.kind, credential.owner),
        actions(button("‹ " + _("Back"), Action.OPEN_CREDENTIAL, credential.id)),
    ]
    return credentials_modal(
        Callback.CREDENTIAL_EDIT,
        _("Name and user"),
        blocks,
        submit=_("Save"),
        close=_("Cancel"),
        reference=credential.id,
    )


def _description(locale: Locale, label: str, kind: CredentialKind, owner: str) -> list[Block]:
    _ = locale.gettext
    kinds = [
        option(
            _("A generic API user's"), CredentialKind.GENERIC, _("Without personal data: works on when people leave.")
        ),
        option(_("A person's"), CredentialKind.PERSONAL, _("Breaks in every client when the person's access ends.")),
    ]
    chosen = next((choice for choice in kinds if choice["value"] == kind), None)
    element: dict[str, Any] = {"type": "radio_buttons", "options": kinds}
    if chosen:
        element["initial_option"] = chosen
    who = text_input(
        Field.OWNER, _("Whose user, if a person's"), initial=owner, hint=_("As in Netvisor."), max_length=LONGEST_LABEL
    )
    return [
        text_input(
            Field.LABEL,
            _("Name in this list"),
            initial=label,
            hint=_("For example: Generic API user, all clients."),
            max_length=LONGEST_LABEL,
        ),
        choice_input(Field.KIND, _("Whose credentials are they in Netvisor?"), element),
        {**who, "optional": True},
    ]


def pair_form(locale: Locale, draft: CredentialDraft) -> View:
    """Return the view for the API key and the user identifier; it holds nothing else."""
    _ = locale.gettext
    blocks = [
        section(_("The API credentials *{name}*, from Netvisor's page.", name=escape(draft.label))),
        *pair_inputs(locale),
    ]
    return modal(
        Callback.CREDENTIAL_PAIR,
        _("API credentials"),
        blocks,
        submit=_("Save and check") if draft.replaces else _("Save"),
        close=_("Back"),
        reference=draft.id,
    )


def change_form(locale: Locale, credential: Credential, clients: int, others: Sequence[Credential]) -> View:
    """Return the form that asks which credentials take another's place, and for which clients."""
    _ = locale.gettext
    new = option(_("New API key and user identifier"), NEW_CREDENTIAL)
    known = [option(credential_name(locale, other), other.id) for other in others[:MOST_CREDENTIALS]]
    only = text_input(
        Field.ONLY,
        _("Only these clients"),
        hint=_("Business ids or names, one on a line. Empty: all clients of these credentials."),
        multiline=True,
        max_length=3000,
    )
    blocks: list[Block] = [
        section(
            _(
                "*{name}* is used by {clients}.",
                name=escape(credential_name(locale, credential)),
                clients=clients_number(locale, clients),
            )
            + "\n"
            + _(
                "The new ones are first checked in every client: all rights, by reading only. Nothing switches before "
                "you have seen the result and press the button."
            )
        ),
        choice_input(
            Field.CREDENTIAL,
            _("Change to"),
            {"type": "static_select", "options": [new, *known], "initial_option": new},
        ),
        {**only, "optional": True},
        actions(button("‹ " + _("Back"), Action.OPEN_CREDENTIAL, credential.id)),
    ]
    return credentials_modal(
        Callback.CREDENTIAL_CHANGE,
        _("Change credentials"),
        blocks,
        submit=_("Continue"),
        close=_("Cancel"),
        reference=credential.id,
    )


def not_its_clients(locale: Locale, lines: Sequence[str]) -> str:
    """Return what is said at the field when lines mean no client of the credential."""
    shown = locale.list([cut(line, 40) for line in lines[:5]])
    text = locale.gettext("Not clients of these credentials: {lines}", lines=shown)
    return text if len(lines) <= 5 else text + " …"


def problem_text(locale: Locale, problem: str) -> str:
    """Return the sentence for a problem of the forms' own."""
    _ = locale.gettext
    return {
        "owner_missing": _("Write whose user in Netvisor it is."),
        "same_credential": _("These are the credentials that you are changing. Choose others."),
    }[problem]


def known_already(locale: Locale, credential: Credential) -> str:
    """Return what is said at the key when the pair is in the list already."""
    return locale.gettext("These are in the list already: {name}", name=credential_name(locale, credential))
