"""What credentials, their users and their clients are called, and what was done with them, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.locale import Locale
from handlers.views.elements import cut, escape
from services.records import Client, Credential, CredentialEvent, CredentialKind

NAME = 60
"""Characters of a client's name in a list."""


def whose(locale: Locale, credential: Credential) -> str:
    """Return whose Netvisor user a credential is."""
    _ = locale.gettext
    return {
        CredentialKind.GENERIC: _("generic API user"),
        CredentialKind.PERSONAL: _("{person}, their own user", person=escape(credential.owner)),
        CredentialKind.UNKNOWN: _("user not named"),
    }[credential.kind]


def credential_name(locale: Locale, credential: Credential) -> str:
    """Return how a credential is shown: label, owner or day, and the last four characters of its halves."""
    name = credential.label or credential.owner
    if name:
        return f"{name} (••••{credential.customer_key_ending}, ••••{credential.customer_id_ending})"
    return locale.gettext(
        "Key ••••{key}, identifier ••••{identifier} ({day})",
        key=credential.customer_key_ending,
        identifier=credential.customer_id_ending,
        day=locale.day(credential.added_at),
    )


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
