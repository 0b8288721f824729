"""Help ai's answers from the firm's own state: where a client stands, what lacks, what waits, what an invoice met."""

from __future__ import annotations

from handlers.ids import Action
from handlers.locale import Locale
from handlers.views.clients import card_details, title
from handlers.views.elements import Block, actions, button, cut, escape, section, sections
from handlers.views.why import why
from handlers.views.words import and_more, check_name, state_words
from services.facts import FirmReply
from services.help_ai.firm import MOST_CLIENTS, Intent
from services.notifier import Rendered
from services.records import Client, ClientState, InvoiceState

BUTTONS = 5
"""Clients that get a button of their own."""


def firm_reply(locale: Locale, fact: FirmReply) -> Rendered:
    """Return an answer about the firm's clients, in the question's own language."""
    locale = Locale(fact.language)
    text, blocks = _answer(locale, fact)
    return Rendered(text, tuple(blocks))


def _answer(locale: Locale, fact: FirmReply) -> tuple[str, list[Block]]:
    if fact.intent == Intent.INVOICE:
        return _invoice(locale, fact)
    if fact.unknown is not None:
        return _unknown(locale, fact.unknown)
    if fact.card:
        return _one(locale, fact)
    if fact.intent == Intent.WAITING and fact.waiting:
        return _waiting(locale, fact)
    if fact.intent == Intent.MISSING:
        return _missing(locale, fact)
    return _which(locale, fact)


def _unknown(locale: Locale, name: str) -> tuple[str, list[Block]]:
    text = locale.gettext(
        "I find no client “{name}” here that you can see. `/fabric clients` lists those that you can.",
        name=escape(cut(name, 80)),
    )
    return text, [section(text)]


def _which(locale: Locale, fact: FirmReply) -> tuple[str, list[Block]]:
    _ = locale.gettext
    if not fact.clients:
        text = _("No invoices wait for review.")
        return text, [section(text)]
    text = _("Which client do you mean?")
    names = [f"• {title(locale, client)}" for client in fact.clients[:MOST_CLIENTS]]
    return text, sections([text, *names, _("Write the question again with the whole name or the business id.")])


def _one(locale: Locale, fact: FirmReply) -> tuple[str, list[Block]]:
    """Return the answer about one client: the sentence that was asked for, then the client as it is."""
    assert fact.card is not None
    client = fact.card.client
    text = {
        Intent.WAITING: _waits(locale, client, fact.waiting.get(client.id, 0)),
        Intent.MISSING: _lacks(locale, client),
    }.get(Intent(fact.intent), _stands(locale, client))
    blocks = [section(f"*{text}*"), *card_details(locale, fact.card)]
    if fact.waiting.get(client.id):
        blocks.append(actions(button(locale.gettext("Review"), Action.REVIEW, client.id)))
    return text, blocks


def _stands(locale: Locale, client: Client) -> str:
    _ = locale.gettext
    name = escape(client.name)
    if client.state is ClientState.PRODUCTION:
        since = locale.day(client.live_since or client.added_at)
        return _("{name} has been in production since {day}.", name=name, day=since)
    return _("{name} is not in production: {state}.", name=name, state=state_words(locale, client.state))


def _lacks(locale: Locale, client: Client) -> str:
    _ = locale.gettext
    name = escape(client.name)
    if client.missing:
        names = locale.list([check_name(locale, one) for one in client.missing])
        return _("{name} lacks: {names}.", name=name, names=names)
    return _("Nothing that the last check could see is missing from {name}.", name=name)


def _waits(locale: Locale, client: Client, number: int) -> str:
    return locale.ngettext(
        "{number} invoice of {name} waits for review.",
        "{number} invoices of {name} wait for review.",
        number,
        name=escape(client.name),
    )


def _waiting(locale: Locale, fact: FirmReply) -> tuple[str, list[Block]]:
    total = sum(fact.waiting.values())
    text = locale.ngettext("{number} invoice waits for review.", "{number} invoices wait for review.", total)
    lines = [
        f"• {escape(one.name)} `{one.business_id}`: {locale.number(fact.waiting[one.id])}"
        for one in fact.clients[:MOST_CLIENTS]
    ]
    blocks = sections([f"*{text}*", *lines, *_more(locale, fact)])
    return text, [*blocks, *_buttons(locale, Action.REVIEW, fact, locale.gettext("Review: {name}"))]


def _missing(locale: Locale, fact: FirmReply) -> tuple[str, list[Block]]:
    _ = locale.gettext
    if not fact.clients:
        text = _("No client is blocked: the last checks found nothing denied.")
        return text, [section(text)]
    text = locale.ngettext(
        "{number} client lacks something in Netvisor.",
        "{number} clients lack something in Netvisor.",
        len(fact.clients),
    )
    lines = [f"• {_lacks(locale, client)}" for client in fact.clients[:MOST_CLIENTS]]
    blocks = sections([f"*{text}*", *lines, *_more(locale, fact)])
    return text, [*blocks, *_buttons(locale, Action.CHECK_AGAIN, fact, _("Check rights: {name}"))]


def _more(locale: Locale, fact: FirmReply) -> list[str]:
    return and_more(locale, len(fact.clients) - MOST_CLIENTS)


def _buttons(locale: Locale, action: Action, fact: FirmReply, text: str) -> list[Block]:
    """Return a row for each of the first clients: within one, buttons of the same name could not be told apart."""
    return [
        actions(button(text.format(name=cut(client.name, 40)), action, client.id), block_id=f"{action}:{client.id}")
        for client in fact.clients[:BUTTONS]
    ]


def _invoice(locale: Locale, fact: FirmReply) -> tuple[str, list[Block]]:
    _ = locale.gettext
    if fact.invoice is None:
        if fact.unknown:
            text = _("I know no invoice “{number}” that arrived in production.", number=escape(cut(fact.unknown, 50)))
        else:
            text = _("Which invoice? Write its number too, for example: why did invoice 12345 not go to the list?")
        return text, [section(text)]
    rendered = why(locale, fact.invoice, fact.entries)
    blocks = [dict(block) for block in rendered.blocks]
    if fact.invoice.state is InvoiceState.WAITING and fact.clients:
        blocks.append(actions(button(_("Review"), Action.REVIEW, fact.clients[0].id)))
    return rendered.text, blocks
