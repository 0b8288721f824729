"""Who breaks when a person leaves: which clients, and the text that orders a generic API user for them."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.ids import Action, Callback, Field
from handlers.locale import Locale
from handlers.views.credential_words import client_line, clients_number, credential_name
from handlers.views.credentials import credentials_modal, pager, to_list
from handlers.views.elements import (
    MOST_OPTIONS,
    Block,
    View,
    actions,
    button,
    choice_input,
    cut,
    divider,
    escape,
    option,
    plain,
    section,
    sections,
)
from handlers.views.words import and_more
from services.facts import CredentialDetails
from services.records import Client, Credential

PAGE = 40
"""Clients on a page of those that break."""

MOST_IDS = 100
"""Business ids in the text to Netvisor's customer service."""


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
            {"type": "static_select", "options": people, "placeholder": plain(_("Choose"))},
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
    listed = ", ".join(client.business_id for client in clients[:MOST_IDS])
    ids = " ".join([listed, *and_more(locale, len(clients) - MOST_IDS)])
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
