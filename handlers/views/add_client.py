"""The modals that add a client: the article's guide, the form, and the key in a view that holds nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.ids import Action, Callback, Field
from handlers.locale import Locale
from handlers.views.credential_words import credential_name
from handlers.views.elements import (
    OWN_CHANNELS,
    Block,
    View,
    actions,
    button,
    choice_input,
    context,
    divider,
    escape,
    modal,
    option,
    plain,
    section,
    text_input,
)
from handlers.views.words import PROCESS_ARTICLE, process_explanation, process_name
from services.records import Credential, Draft, Process

NEW_CREDENTIAL = "new"
MOST_CREDENTIALS = 99


def guide(locale: Locale, access_key: str, draft_id: str, *, leads_on: bool = True) -> View:
    """Return the guide to what is done in Netvisor first; `leads_on` when the form comes next."""
    _ = locale.gettext
    blocks = [
        section(
            "*"
            + _("Many companies? Use a generic API user")
            + "*\n"
            + _(
                "Netvisor's API credentials belong to the user who creates them: if that user is removed from "
                "Netvisor, the connection breaks. Ask Netvisor's customer service for a generic API user for FabricAI; "
                "they know what it is about."
            )
        ),
        divider(),
        section(
            "*"
            + _("1. Check the user's rights")
            + "*\n"
            + _(
                "Rights are copied to the credentials when they are created, and nobody can edit all of their own. "
                "In every client company, now and later, the user needs:"
            )
            + "\n• "
            + _(
                "Company menu › Users and access rights › Sales and purchase ledger rights (Myynti- ja "
                "ostoreskontrien oikeudet): purchase invoice inspector, purchase invoice approval, approval "
                "circulation setter, and account allocation (posting) allowed"
            )
            + "\n• "
            + _("Company menu › Users and access rights › Users and roles (Käyttäjät ja roolit): accountant role")
            + "\n"
            + _(
                "Missing in some company? Netvisor's User Administrator (KH) or Accounting Firm's Main User (TPK) "
                "copies the user's rights to other companies."
            )
        ),
        section(
            "*"
            + _("2. Create the credentials, once, in the firm's own environment")
            + "*\n"
            + _(
                "Company menu › Software interface › Software interface credentials (Rajapintatunnukset) › “Create "
                "new API credentials”. Leave the page open: you will need the API key and the user identifier."
            )
        ),
        section(
            "*"
            + _("3. Allow the API resources, in every client company")
            + "*\n"
            + _(
                "Company menu › Software interface › API resource rights (API-resurssioikeudet) › Custom "
                "integrations. Search with this access key:"
            )
            + f"\n```{access_key}```\n"
            + _(
                "Set every resource status under *purchase invoices*, *accounting material* and *calculation targets* "
                "to “allowed”."
            )
        ),
        context(_("Names of menus in Netvisor may differ from these translations.")),
    ]
    return modal(
        Callback.GUIDE,
        _("Add a client"),
        blocks,
        submit=_("Continue") if leads_on else None,
        close=_("Cancel") if leads_on else _("Back"),
        reference=draft_id,
    )


def credential_input(locale: Locale, credentials: Sequence[Credential], chosen: str | None = None) -> Block:
    """Return the choice among the known credentials, the first unless another is chosen, and a new one as the last."""
    known = [option(credential_name(locale, one), one.id) for one in credentials[:MOST_CREDENTIALS]]
    options = [*known, option(locale.gettext("A new API key and user identifier"), NEW_CREDENTIAL)]
    first = next((choice for choice in options if choice["value"] == chosen), options[0])
    return choice_input(
        Field.CREDENTIAL,
        locale.gettext("API credentials"),
        {"type": "static_select", "options": options, "initial_option": first},
    )


def form(locale: Locale, draft: Draft, credentials: Sequence[Credential]) -> View:
    """Return the form: company, process, channel, credential; filled in with what was typed before."""
    _ = locale.gettext
    processes: list[dict[str, Any]] = [
        option(process_name(locale, process), process, process_explanation(locale, process)) for process in Process
    ]
    chosen = next((choice for choice in processes if choice["value"] == draft.process), None)
    process_element: dict[str, Any] = {"type": "radio_buttons", "options": processes}
    channel_element: dict[str, Any] = {
        "type": "conversations_select",
        "placeholder": plain(_("Choose")),
        "filter": OWN_CHANNELS,
        "default_to_current_conversation": True,
    }
    if chosen:
        process_element["initial_option"] = chosen
    if draft.channel:
        channel_element["initial_conversation"] = draft.channel
        del channel_element["default_to_current_conversation"]
    blocks = [
        text_input(Field.NAME, _("Company name"), initial=draft.name, max_length=100),
        text_input(
            Field.BUSINESS_ID,
            _("Business id"),
            initial=draft.business_id,
            hint=_("The company's Y-tunnus, for example 1234567-1."),
            max_length=20,
        ),
        choice_input(Field.PROCESS, _("Process"), process_element),
        context(f"<{PROCESS_ARTICLE}|" + _("More about the processes") + ">"),
        choice_input(
            Field.CHANNEL,
            _("Channel for notices"),
            channel_element,
            hint=_("The client's progress is shown there in one message. Invite the app to a private channel first."),
        ),
    ]
    if credentials:
        blocks.append(credential_input(locale, credentials, draft.credential_id))
    else:
        blocks.append(context(_("The API key and the user identifier are asked for next, on a page of their own.")))
    blocks.append(actions(button(_("Show the guide"), Action.SHOW_GUIDE, draft.id)))
    return modal(Callback.FORM, _("Add a client"), blocks, submit=_("Continue"), close=_("Cancel"), reference=draft.id)


def pair_inputs(locale: Locale) -> list[Block]:
    """Return the inputs for an API key and its user identifier, and what becomes of them."""
    _ = locale.gettext
    return [
        text_input(Field.CUSTOMER_KEY, _("API key"), max_length=200),
        text_input(Field.CUSTOMER_ID, _("User identifier"), max_length=200),
        context(
            _(
                "Both are encrypted at once and never shown again, except for their last four characters. "
                "Slack shows them while you type."
            )
        ),
    ]


def keys(locale: Locale, company: str, reference: str) -> View:
    """Return the view for the API key and the user identifier; it holds nothing else."""
    _ = locale.gettext
    blocks = [
        section(_("The API credentials of *{company}*, from Netvisor's page.", company=escape(company))),
        *pair_inputs(locale),
    ]
    return modal(
        Callback.KEYS, _("API credentials"), blocks, submit=_("Save and check"), close=_("Back"), reference=reference
    )


def field_error(locale: Locale, problem: str) -> str:
    """Return the sentence for a field's problem."""
    _ = locale.gettext
    return {
        "name_missing": _("Write the company's name."),
        "business_id_invalid": _("This is not a Finnish business id: check its digits. The last one is a check digit."),
        "business_id_taken": _("This company has been added already. See it with /fabric status."),
        "process_missing": _("Choose a process."),
        "channel_missing": _("Choose a channel."),
        "credential_gone": _("These credentials are no longer there. Choose others."),
        "not_plain": _("Copy it again: it has spaces or characters that do not belong to it."),
        "access_key": _(
            "This is the access key for API resource rights. Here goes what Netvisor made for the credentials."
        ),
        "length": _("Copy the whole of it: this is too short or too long."),
        "same": _("The API key and the user identifier cannot be the same."),
    }[problem]
