"""Circulation lists that people are to set in Netvisor, and say when they have."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.ids import Action, Callback
from handlers.locale import Locale
from handlers.views.elements import View, actions, button, context, cut, escape, modal, section
from handlers.views.words import and_more
from services.records import Client, InvoiceCirculation

SHOWN = 30
"""Invoices that are shown at once; the next ones come when these are done."""


def by_hand_view(locale: Locale, client: Client, waiting: Sequence[InvoiceCirculation]) -> View:
    """Return the modal that names each invoice and its list; `waiting` is oldest first."""
    _ = locale.gettext
    shown = waiting[:SHOWN]
    words = _("Set these circulation lists in Netvisor, then say so here.")
    if not waiting:
        words = _("No circulation list waits to be set in Netvisor.")
    blocks = [section(f"*{escape(client.name)}*\n{words}")]
    for one in shown:
        text = _(
            "{vendor}, invoice {number}, {money}: list *{name}*",
            vendor=escape(cut(one.vendor or "–", 80)),
            number=escape(cut(one.number or "–", 40)),
            money=locale.money(one.amount),
            name=escape(cut(one.list_name or one.list_key, 80)),
        )
        note = _by_hand_reason(locale, one.reason)
        done = button(_("Done"), Action.LIST_DONE, one.id)
        row = f"{Action.LIST_DONE}:{one.id}"
        blocks.append(section(f"{text}\n_{note}_" if note else text, block_id=row, accessory=done))
    blocks += [context(line) for line in and_more(locale, len(waiting) - len(shown))]
    if len(shown) > 1:
        blocks.append(actions(button(_("All of these are done"), Action.LISTS_DONE, shown[-1].id)))
    return modal(
        Callback.LISTS_BY_HAND, _("Lists to set"), blocks, close=_("Close"), reference=client.id, clear_on_close=True
    )


def _by_hand_reason(locale: Locale, reason: str) -> str:
    """Return why a person is to set a list, where that is not plain: stable codes of services.circulation.sending."""
    _ = locale.gettext
    return {
        "list_gone": _("The list is not in Netvisor any more: choose another one there."),
        "gone": _("The invoice was not in Netvisor when the list was to be set."),
        "handled": _("Somebody had verified the invoice already when the list was to be set."),
        "has_circulation": _(
            "The invoice had a circulation when the list was to be set: look whether it is the right one."
        ),
        "unreadable": _("Netvisor does not tell whether the invoice has a circulation."),
        "refused": _("Netvisor refused the list."),
        "unclear": _("Nobody knows whether the list was set: look before you set it."),
        "stopped": _("Sending lists is stopped for this client."),
    }.get(reason, "")
