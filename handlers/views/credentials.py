"""Credentials in modals: the list, one of them, the forms, and who breaks when a person leaves.

They replace one another in one modal, so nothing stale lies below; only the key has a view of its own on top, from
which the form comes back as it was. All are pure functions of what they show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.ids import Action, Callback, Field
from handlers.locale import Locale
from handlers.views.add_client import NEW_CREDENTIAL, credential_name
from handlers.views.elements import (
    Block,
    View,
    actions,
    button,
    choice_input,
    context,
    cut,
    divider,
    escape,
    header,
    modal,
    option,
    section,
    sections,
    text_input,
)
from services.credentials import CLIENTS_SHOWN
from services.facts import CredentialDetails, CredentialPage, CredentialRow
from services.records import Client, Credential, CredentialDraft, CredentialEvent, CredentialKind

LONGEST_LABEL = 40
MOST_OPTIONS = 99
PAGE = 40
"""Clients on a page of those that break."""

NAME = 60
"""Characters of a client's name in a list."""

MOST_IDS = 100
"""Business ids in the text to Netvisor's customer service."""


def credentials_modal(
    callback: Callback,
    title: str,
    blocks: Sequence[Block],
    *,
    close: str,
    submit: str | None = None,
    reference: str = "",
    follows: bool = False,
) -> View:
    """Return a modal of this conversation; closing it closes what lies below, too."""
    return modal(
        callback,
        title,
        blocks,
        close=close,
        submit=submit,
        reference=reference,
        clear_on_close=True,
        notify_on_close=follows,
    )


def whose(locale: Locale, credential: Credential) -> str:
    """Return whose Netvisor user a credential is."""
    _ = locale.gettext
    return {
        CredentialKind.GENERIC: _("generic API user"),
        CredentialKind.PERSONAL: _("{person}, their own user", person=escape(credential.owner)),
        CredentialKind.UNKNOWN: _("user not named"),
    }[credential.kind]


def name_of(credential: Credential) -> str:
    """Return the short name of a credential in a sentence: its label or its owner, or the end of its key."""
    return escape(credential.label or credential.owner) or f"••••{credential.customer_key_ending}"


def last_test(locale: Locale, credential: Credential) -> str:
    """Return what came of a credential's last test."""
    _ = locale.gettext
    if credential.tested_at is None:
        return _("not tested")
    if not credential.test_tried:
        return _("accepted by Netvisor {moment}", moment=locale.moment(credential.tested_at))
    return _(
        "tested {moment}: works in {worked} of {tried}",
        moment=locale.moment(credential.tested_at),
        worked=locale.number(credential.test_worked),
        tried=locale.number(credential.test_tried),
    )


def clients_number(locale: Locale, number: int) -> str:
    """Return how many clients use a credential."""
    return locale.ngettext("{number} client", "{number} clients", number)


def client_line(client: Client) -> str:
    """Return a client as a line of a list."""
    return f"• {escape(cut(client.name, NAME))} `{client.business_id}`"


def pager(locale: Locale, number: int, pages: int) -> list[Block]:
    """Return the buttons to the page before and after; none when there is one page."""
    if pages <= 1:
        return []
    _ = locale.gettext
    buttons: list[dict[str, Any]] = []
    if number > 0:
        buttons.append(button("‹ " + _("Previous"), Action.PAGE_BACK, str(number - 1)))
    if number < pages - 1:
        buttons.append(button(_("Next") + " ›", Action.PAGE_ON, str(number + 1)))
    where = _("Page {number} of {pages}", number=locale.number(number + 1), pages=locale.number(pages))
    return [context(where), actions(*buttons, block_id=f"page:{number}")]


def to_list(locale: Locale) -> dict[str, Any]:
    """Return the button back to the list."""
    return button("‹ " + locale.gettext("All credentials"), Action.OPEN_CREDENTIALS, "0")


def credential_list(locale: Locale, page: CredentialPage, note: str = "") -> View:
    """Return a page of the list of credentials."""
    _ = locale.gettext
    top = [button(_("Add credentials"), Action.ADD_CREDENTIAL, style=None if page.rows else "primary")]
    if page.rows:
        top.append(button(_("A person is leaving"), Action.SOMEBODY_LEAVES))
    blocks: list[Block] = [section(f":white_check_mark: {note}")] if note else []
    if not page.rows:
        blocks.append(
            section(
                _(
                    "No credentials yet. They are created once in Netvisor, and serve every client that their user "
                    "reaches."
                )
            )
        )
    blocks.append(actions(*top))
    blocks += [_row(locale, row) for row in page.rows]
    blocks += pager(locale, page.number, page.pages)
    return credentials_modal(Callback.CREDENTIALS, _("API credentials"), blocks, close=_("Close"))


def _row(locale: Locale, row: CredentialRow) -> Block:
    _ = locale.gettext
    credential = row.credential
    facts = [
        whose(locale, credential),
        clients_number(locale, row.clients),
        _("added by {person} {day}", person=f"<@{credential.added_by}>", day=locale.date(credential.added_at.date())),
        last_test(locale, credential),
    ]
    return section(
        f"*{escape(credential_name(locale, credential))}*\n{' · '.join(facts)}",
        block_id=f"credential:{credential.id}",
        accessory=button(_("Open"), Action.OPEN_CREDENTIAL, credential.id),
    )


def credential_view(locale: Locale, details: CredentialDetails, note: str = "") -> View:
    """Return the modal of one credential."""
    _ = locale.gettext
    credential, clients = details.credential, details.clients
    blocks: list[Block] = [section(note)] if note else []
    blocks += [
        header(credential.label or credential.owner or _("API credentials")),
        section(
            "\n".join(
                [
                    _("API key")
                    + f" ••••{credential.customer_key_ending}, "
                    + _("user identifier")
                    + f" ••••{credential.customer_id_ending}",
                    _("User in Netvisor: {whose}", whose=whose(locale, credential)),
                    _(
                        "Added by {person} {day}",
                        person=f"<@{credential.added_by}>",
                        day=locale.moment(credential.added_at),
                    ),
                    _("Last test: {test}", test=last_test(locale, credential)),
                ]
            )
        ),
    ]
    if details.trial and details.trial.replaces:
        blocks.append(
            section(
                ":hourglass_flowing_sand: " + _("A change of these credentials is not settled."),
                block_id=f"trial:{details.trial.id}",
                accessory=button(_("Show"), Action.OPEN_TRIAL, details.trial.id),
            )
        )
    elif details.trial:
        blocks.append(
            section(
                _("The last test is kept with what came of it in each client."),
                block_id=f"trial:{details.trial.id}",
                accessory=button(_("Show"), Action.OPEN_TRIAL, details.trial.id),
            )
        )
    if clients:
        lines = ["*" + _("Used by {clients}", clients=clients_number(locale, len(clients))) + "*"]
        lines += [client_line(client) for client in clients[:CLIENTS_SHOWN]]
        if len(clients) > CLIENTS_SHOWN:
            lines.append(_("… and {number} more", number=locale.number(len(clients) - CLIENTS_SHOWN)))
        blocks += sections(lines)
    else:
        blocks.append(section(_("No client uses these.")))
    tests = [button(_("Test in one client"), Action.TEST_IN_ONE, credential.id)]
    if len(clients) > 1:
        in_all = _("Test in all {number}", number=locale.number(len(clients)))
        tests.append(button(in_all, Action.TEST_IN_ALL, credential.id))
    if clients:
        tests.append(button(_("Change"), Action.CHANGE_CREDENTIAL, credential.id, style="primary"))
    others = [button(_("Name and user"), Action.EDIT_CREDENTIAL, credential.id)]
    if clients and credential.kind is not CredentialKind.GENERIC:
        others.append(button(_("The person is leaving"), Action.LEAVES, credential.id))
    others += [_remove(locale, credential, bool(clients)), to_list(locale)]
    blocks += [actions(*tests), actions(*others)]
    if details.events:
        blocks.append(context("\n".join(event_text(locale, event) for event in details.events)))
    return credentials_modal(
        Callback.CREDENTIAL, _("API credentials"), blocks, close=_("Close"), reference=credential.id
    )


def _remove(locale: Locale, credential: Credential, is_used: bool) -> dict[str, Any]:
    """Return the button that removes a credential; one that is used only says so, and asks nothing first."""
    _ = locale.gettext
    if is_used:
        return button(_("Remove"), Action.REMOVE_CREDENTIAL, credential.id)
    asked = {
        "title": {"type": "plain_text", "text": _("Remove these credentials?")},
        "text": {
            "type": "plain_text",
            "text": _("The key and the identifier are deleted here. In Netvisor nothing changes."),
        },
        "confirm": {"type": "plain_text", "text": _("Remove")},
        "deny": {"type": "plain_text", "text": _("Keep")},
        "style": "danger",
    }
    return {**button(_("Remove"), Action.REMOVE_CREDENTIAL, credential.id, style="danger"), "confirm": asked}


def still_used(locale: Locale, number: int) -> str:
    """Return why a credential cannot be removed."""
    _ = locale.gettext
    used = locale.ngettext(
        "{number} client uses these credentials, so they are kept.",
        "{number} clients use these credentials, so they are kept.",
        number,
    )
    return f":warning: {used} " + _("Change them to others first.")


def event_text(locale: Locale, event: CredentialEvent) -> str:
    """Return who did what with a credential and when."""
    _ = locale.gettext
    details: Mapping[str, Any] = event.details
    other = f"••••{details.get('other', '')}"
    clients = clients_number(locale, int(details.get("clients", 0)))
    what = {
        "added": _("added"),
        "described": _("name or user changed"),
        "removed": _("removed"),
        "tested": _("tested: works in {worked} of {tried}", **{"worked": 0, "tried": 0, **details}),
        "switched_from": _("{clients} switched to {other}", clients=clients, other=other),
        "switched_to": _("{clients} switched here from {other}", clients=clients, other=other),
    }[event.what]
    return f"{locale.moment(event.at)} <@{event.person}>: {what}"


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
        text_input(Field.CUSTOMER_KEY, _("API key"), max_length=200),
        text_input(Field.CUSTOMER_ID, _("User identifier"), max_length=200),
        context(
            _(
                "Both are encrypted at once and never shown again, except for their last four characters. "
                "Slack shows them while you type."
            )
        ),
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
    known = [option(credential_name(locale, other), other.id) for other in others[:MOST_OPTIONS]]
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


def who_leaves(locale: Locale, credentials: Sequence[Credential]) -> View:
    """Return the form that asks who is leaving."""
    _ = locale.gettext
    if not credentials:
        blocks: list[Block] = [
            section(_("All credentials are generic API users': nobody's leaving breaks them.")),
            actions(to_list(locale)),
        ]
        return credentials_modal(Callback.LEAVING_WHO, _("A person is leaving"), blocks, close=_("Close"))
    people = [
        option(cut(one.owner, 75) if one.owner else credential_name(locale, one), one.id)
        for one in credentials[:MOST_OPTIONS]
    ]
    blocks = [
        choice_input(
            Field.CREDENTIAL,
            _("Who is leaving?"),
            {"type": "static_select", "options": people},
            hint=_("The person, or credentials of which nobody has told whose they are."),
        ),
        actions(to_list(locale)),
    ]
    return credentials_modal(
        Callback.LEAVING_WHO, _("A person is leaving"), blocks, submit=_("Continue"), close=_("Cancel")
    )


def leaving(locale: Locale, firm: str, pages: Sequence[CredentialDetails], number: int = 0) -> View:
    """Return what breaks when the person of some credentials leaves, and what to do before that."""
    _ = locale.gettext
    clients = sorted((client for details in pages for client in details.clients), key=lambda client: client.name)
    first = pages[0].credential
    who = escape(first.owner) or escape(credential_name(locale, first))
    count = -(-len(clients) // PAGE) or 1
    number = min(max(number, 0), count - 1)
    broken = locale.ngettext(
        "{number} client's connection breaks when the access of {who} in Netvisor ends.",
        "The connections of {number} clients break when the access of {who} in Netvisor ends.",
        len(clients),
        who=who,
    )
    blocks: list[Block] = [section(f":warning: *{broken}*")]
    blocks += sections([client_line(client) for client in clients[number * PAGE :][:PAGE]])
    blocks += pager(locale, number, count)
    blocks += [
        divider(),
        section(
            "*"
            + _("1. Order a generic API user")
            + "*\n"
            + _(
                "It has no personal data and stays when people go. Netvisor's customer service makes one; this text is "
                "ready to send to them:"
            )
        ),
    ]
    # Customer service is Finnish: whoever reads in another language gets both.
    for language in dict.fromkeys((locale.language, "fi")):
        blocks.append(section(f"```{request_text(Locale(language), firm, clients)}```"))
    blocks.append(
        section(
            "*"
            + _("2. Change the clients to its credentials, or to others that you have")
            + "*\n"
            + _("Everything is checked before anything switches. Do it while the old credentials still work.")
        )
    )
    for details in pages:
        if details.clients:
            number_of = clients_number(locale, len(details.clients))
            blocks.append(
                section(
                    f"{escape(credential_name(locale, details.credential))}: {number_of}",
                    block_id=f"change:{details.credential.id}",
                    accessory=button(
                        _("Change to others"), Action.CHANGE_CREDENTIAL, details.credential.id, style="primary"
                    ),
                )
            )
    blocks.append(actions(to_list(locale)))
    return credentials_modal(Callback.LEAVING, _("A person is leaving"), blocks, close=_("Close"), reference=first.id)


def request_text(locale: Locale, firm: str, clients: Sequence[Client]) -> str:
    """Return the text to Netvisor's customer service that orders a generic API user."""
    _ = locale.gettext
    ids = ", ".join(client.business_id for client in clients[:MOST_IDS])
    if len(clients) > MOST_IDS:
        ids += " " + _("… and {number} more", number=locale.number(len(clients) - MOST_IDS))
    return _(
        "Hello,\n\n"
        "{firm} uses FabricAI in its clients' companies in Netvisor. Please help us to create a generic API user for "
        "FabricAI, without any personal information, so that the connection does not break when a person's user is "
        "removed.\n\n"
        "In each company the user needs: sales and purchase ledger rights: purchase invoice inspector, purchase "
        "invoice approval, approval circulation setter and posting allowed; users and roles: accountant role.\n\n"
        "Companies (business ids): {ids}\n\n"
        "Thank you!",
        firm=escape(firm) or _("Our accounting firm"),
        ids=ids or "-",
    )


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
