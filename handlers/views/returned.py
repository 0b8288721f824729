"""What is told of invoices that were confirmed and could not be written."""

from __future__ import annotations

from handlers.ids import Action
from handlers.locale import Locale
from handlers.views.elements import actions, button, cut, escape, section
from handlers.views.review_words import reason_name
from services.facts import Returned
from services.notifier import Rendered
from services.records import ProductionInvoice

MOST = 20
"""Invoices that are named."""

LONGEST_NAME = 80


def returned(locale: Locale, fact: Returned) -> Rendered:
    """Return what the person is told who confirmed them."""
    _ = locale.gettext
    text = locale.ngettext(
        "{number} invoice of {name} that you confirmed was not written, and waits for review again.",
        "{number} invoices of {name} that you confirmed were not written, and wait for review again.",
        len(fact.invoices),
        name=escape(fact.client.name),
    )
    lines = [_line(locale, invoice, reason) for invoice, reason in fact.invoices[:MOST]]
    if len(fact.invoices) > MOST:
        lines.append(locale.ngettext("{number} more", "{number} more", len(fact.invoices) - MOST))
    return Rendered(
        text,
        (
            section("\n".join([f"*{text}*", *(f"• {line}" for line in lines)])),
            actions(button(_("Review"), Action.REVIEW, fact.client.id)),
        ),
    )


def _line(locale: Locale, invoice: ProductionInvoice, reason: str) -> str:
    named = escape(cut(f"{invoice.vendor} {invoice.number}", LONGEST_NAME))
    return f"{named}, {locale.money(invoice.amount)}: {reason_name(locale, reason)}"
