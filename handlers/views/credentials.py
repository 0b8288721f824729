"""The modal of credentials: the list, and one of them.

Its views, and those of the modules beside this one, replace one another in one modal, so nothing stale lies below. All
are pure functions of what they show.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.ids import Action, Callback
from handlers.locale import Locale
from handlers.views.credential_words import client_line, clients_number, credential_name, event_text, last_test, whose
from handlers.views.elements import Block, View, actions, button, context, escape, header, modal, section, sections
from handlers.views.words import and_more
from services.credentials import CLIENTS_SHOWN
from services.facts import CredentialDetails, CredentialPage, CredentialRow
from services.records import Credential, CredentialKind


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
        _("added by {person} {day}", person=f"<@{credential.added_by}>", day=locale.day(credential.added_at)),
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
        lines += and_more(locale, len(clients) - CLIENTS_SHOWN)
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
