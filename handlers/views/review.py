"""Review: the modal in which people go through what waits for them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.ids import Action, Callback, Field
from handlers.locale import Locale
from handlers.views.elements import (
    Block,
    View,
    actions,
    button,
    choice_input,
    context,
    cut,
    escape,
    header,
    modal,
    option,
    plain,
    section,
    text_input,
)
from handlers.views.review_line import line_blocks
from handlers.views.review_words import advice, list_name, reason_text
from handlers.views.why import invoice_state, left_reason
from handlers.views.words import state_name
from services.facts import ReviewPage
from services.proposals import Origin
from services.records import Client, ClientState, InvoiceState, Process, ProductionInvoice
from services.suggestions import list_suggestions

LINES = 15
"""Lines of an invoice that are shown at once."""

MOST_UNSAVED = 6
"""Entries that are repeated to somebody for whom they could not be saved."""


def metadata(page: ReviewPage, seen: str, first: int) -> str:
    """Return what the modal carries back to us: ids and the version that it shows."""
    return json.dumps({"invoice": page.row.id, "client": page.client.id, "seen": seen, "first": first})


def review_page(locale: Locale, page: ReviewPage, seen: str, *, first: int = 0, note: str = "") -> View:
    """Return the modal with one invoice; sending it confirms the invoice and leads to the next."""
    _ = locale.gettext
    invoice, lines = page.invoice, page.proposal.lines
    first = first if first < len(lines) else 0  # it may have fewer lines now
    blocks: list[Block] = [
        context(
            _(
                "{place} of {waiting} · {name}",
                place=locale.number(page.place),
                waiting=locale.number(page.waiting),
                name=escape(page.client.name),
            )
        ),
        header(page.row.vendor or _("No vendor")),
        section(_about(locale, page)),
    ]
    blocks += [section(f":information_source: {words}") for words in (note, advice(locale, page)) if words]
    for place, line in list(enumerate(lines))[first : first + LINES]:
        blocks += line_blocks(locale, page, place, line)
    if len(lines) > LINES:
        blocks.append(_line_pages(locale, len(lines), first))
    blocks += [
        *circulation_blocks(locale, page),
        _of_invoice(page, text_input(Field.COMMENT, _("Comment, shown in Netvisor"), max_length=1000, optional=True)),
        actions(
            button(_("Picture"), Action.REVIEW_PICTURE, page.row.id),
            button(_("Skip"), Action.REVIEW_SKIP),
            button(_("Handle in Netvisor"), Action.REVIEW_LEAVE),
            block_id=f"{Action.REVIEW_PICTURE}:{invoice.key}",
        ),
        context(_consequence(locale, page.client)),
    ]
    return modal(
        Callback.REVIEW,
        _("Review"),
        blocks,
        submit=_("Confirm and next"),
        close=_("Close"),
        reference=metadata(page, seen, first),
    )


def _consequence(locale: Locale, client: Client) -> str:
    _ = locale.gettext
    if client.process is Process.STANDARD:
        return _("Confirming posts the invoice in Netvisor. Nothing is approved by it.")
    return _("Confirming posts the invoice in Netvisor, or prepares it to be when it is approved. Nothing is approved.")


def nothing_left(locale: Locale, client: Client, note: str = "", underway: int = 0) -> View:
    """Return the modal when nothing waits any more; `underway` is how many confirmed invoices are being written."""
    _ = locale.gettext
    words = _("Nothing waits for review.")
    if underway:
        words += " " + _("What was confirmed is being written to Netvisor.")
    if client.state is not ClientState.PRODUCTION:
        words += " " + _("Invoices come here once the client is in production.") + f"\n{state_name(locale, client)}"
    blocks = [section(f":white_check_mark: *{escape(client.name)}*\n{words}")]
    if note:
        blocks.insert(0, section(f":information_source: {note}"))
    return modal(Callback.REVIEW, _("Review"), blocks, close=_("Close"), clear_on_close=True)


def what_became(locale: Locale, row: ProductionInvoice | None, reader: str) -> str:
    """Return what has become of an invoice that is not as the reader saw it any more; nothing was done with it."""
    _ = locale.gettext
    if row is None:
        return _("That invoice is not known here any more.")
    if row.state is InvoiceState.WAITING:
        return _("This invoice has changed meanwhile, so nothing was done with it: here it is as it stands now.")
    if row.decided_by and row.decided_by != reader:
        return _("{person} has already taken care of that invoice.", person=f"<@{row.decided_by}>")
    why = left_reason(locale, row.reason) if row.state is InvoiceState.LEFT else invoice_state(locale, row)
    return _("Invoice {number} does not wait any more: {why}.", number=escape(row.number or "–"), why=why)


def unsaved(locale: Locale, typed: Sequence[str]) -> str:
    """Return what somebody had entered for an invoice that could not take it, so that it is not lost."""
    words = " · ".join(f"“{escape(cut(one, 300))}”" for one in typed[:MOST_UNSAVED])
    return locale.gettext("Not saved: {words}", words=words)


def _about(locale: Locale, page: ReviewPage) -> str:
    _ = locale.gettext
    invoice = page.invoice
    parts = [_("Invoice {number}", number=escape(page.row.number or "–"))]
    if invoice.invoice_date:
        parts.append(_("dated {day}", day=locale.date(invoice.invoice_date)))
    if invoice.due_date:
        parts.append(_("due {day}", day=locale.date(invoice.due_date)))
    text = f"*{locale.money(page.row.amount)}* · " + " · ".join(parts)
    references = ", ".join(filter(None, (invoice.our_reference, invoice.your_reference)))
    if references:
        text += "\n" + _("References: {references}", references=escape(references[:300]))
    return text


def _line_pages(locale: Locale, number: int, first: int) -> Block:
    _ = locale.gettext
    starts = list(range(0, number, LINES))[:20]
    choices = [
        option(_("Lines {first}–{last}", first=start + 1, last=min(start + LINES, number)), str(start))
        for start in starts
    ]
    current = next(choice for choice in choices if choice["value"] == str(first))
    select = {
        "type": "static_select",
        "action_id": Action.REVIEW_LINES,
        "options": choices,
        "initial_option": current,
    }
    return actions(select, block_id=f"{Action.REVIEW_LINES}:{first}")


def circulation_blocks(locale: Locale, page: ReviewPage) -> list[Block]:
    """Return the choice of the invoice's circulation list, where the process sets one and the company has any."""
    _ = locale.gettext
    choice = page.proposal.circulation
    lists: Mapping[str, str] = page.registers.lists if page.registers else {}
    if page.client.process is not Process.ALTERNATIVE_WITH_CIRCULATION:
        return []
    if choice.origin is Origin.PERSON:
        name = escape(str(choice.reason.get("name") or "")[:100])
        if not name:
            return [context(_("The invoice has a circulation in Netvisor already: it is kept."))]
        return [context(_("The invoice has a circulation in Netvisor already: *{name}*. It is kept.", name=name))]
    if not lists:
        return [context(_("The company has no circulation lists in Netvisor: the invoice gets none."))]
    element: dict[str, Any] = {"type": "external_select", "min_query_length": 0, "placeholder": plain(_("Search"))}
    if choice.label in lists:
        element["initial_option"] = option(list_name(lists, choice.label), choice.label)
    block = choice_input(Field.CIRCULATION, _("Circulation list"), element)
    reason = reason_text(locale, page.registers, choice)
    words = f"{reason} " if reason else ""
    then = _("Once the posting is written, the list is set by hand in Netvisor: you are reminded of it.")
    if page.sends_lists:
        then = _("Once the posting is written, the list is sent to Netvisor.")
    offered = [
        button(list_name(lists, key), f"{Action.REVIEW_LIST}:{number}", key)
        for number, key in enumerate(list_suggestions(page.proposal, page.registers))
    ]
    if not choice.label:
        # Slack sends no modal in which the list is missing: so who waits for a rule sees what it chose.
        offered.append(button(_("Look again"), f"{Action.REVIEW_LIST}:again"))
    rows = [actions(*offered, block_id=f"{Action.REVIEW_LIST}:{page.invoice.key}")] if offered else []
    # Named after the list, too: what is chosen by a button is to stand in the select.
    return [_of_invoice(page, block, choice.label), *rows, context(f"{words}{then}")]


def _of_invoice(page: ReviewPage, block: Block, *more: str) -> Block:
    """Return an input by a name of this invoice: Slack keeps what stands in one of the same name in the next view."""
    return {**block, "block_id": ":".join((block["block_id"], str(page.invoice.key), *filter(None, more)))}
