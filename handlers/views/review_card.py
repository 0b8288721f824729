"""The card that says what waits for people in a channel."""

from __future__ import annotations

from handlers.ids import Action
from handlers.locale import Locale
from handlers.views.elements import Block, button, context, escape, section
from handlers.views.review_words import reason_name
from services.facts import Queue, ReviewCard
from services.notifier import Rendered
from services.records import ClientState

QUEUES = 15
"""Clients that a channel's card shows, the longest queues first."""

LISTS = 5
"""Clients of whom a channel's card says that circulation lists are to be set by hand."""

MOST_REASONS = 3


def review_card(locale: Locale, fact: ReviewCard) -> Rendered:
    """Return the one message that says what waits for people in a channel."""
    _ = locale.gettext
    text = _("Nothing waits for review.")
    sign = ":white_check_mark:"
    if fact.waiting:
        sign = ":mag:"
        text = locale.ngettext("{number} invoice waits for review.", "{number} invoices wait for review.", fact.waiting)
    blocks = [section(f"{sign} *{text}*")]
    for queue in fact.queues[:QUEUES]:
        review = button(_("Review"), Action.REVIEW, queue.client.id)
        if queue.waiting:
            row = f"{Action.REVIEW}:{queue.client.id}"
            blocks.append(section(_queue(locale, queue), block_id=row, accessory=review))
    blocks += [lists_to_set(locale, queue) for queue in fact.queues if queue.lists][:LISTS]
    if len(fact.queues) > QUEUES:
        more = locale.ngettext(
            "… and {number} more client. Open it with /fabric review and its name.",
            "… and {number} more clients. Open one with /fabric review and its name.",
            len(fact.queues) - QUEUES,
        )
        blocks.append(context(more))
    if fact.silent_since:
        silence = locale.ngettext(
            "Netvisor has not answered for {number} client since {moment}. What arrives and what is confirmed goes on "
            "by itself when it does.",
            "Netvisor has not answered for {number} clients since {moment}. What arrives and what is confirmed goes on "
            "by itself when it does.",
            fact.silent,
            moment=locale.moment(fact.silent_since),
        )
        blocks.append(context(f":hourglass_flowing_sand: {silence}"))
    notes = [_("Written to Netvisor today: {number}.", number=locale.number(fact.written))]
    if fact.automated:
        notes.append(_("Of these without asking: {number}.", number=locale.number(fact.automated)))
    if fact.being_written:
        notes.append(_("To be written: {number}.", number=locale.number(fact.being_written)))
    blocks.append(context(" ".join(notes)))
    return Rendered(text, tuple(blocks))


def _queue(locale: Locale, queue: Queue) -> str:
    _ = locale.gettext
    counts = sorted(queue.reasons.items(), key=lambda item: -item[1])
    shown = [f"{reason_name(locale, reason)}: {locale.number(number)}" for reason, number in counts[:MOST_REASONS]]
    text = f"*{escape(queue.client.name)}* · {locale.number(queue.waiting)}\n{', '.join(shown)}"
    if queue.oldest:
        text += " · " + _("the oldest since {day}", day=locale.date(queue.oldest))
    if queue.client.state is ClientState.BLOCKED:
        text += "\n:no_entry: " + _("Blocked: what is confirmed is written when the rights are in order.")
    return text


def lists_to_set(locale: Locale, queue: Queue) -> Block:
    """Return how many circulation lists of a client people are to set in Netvisor, with a button that shows them."""
    words = locale.ngettext(
        "{number} invoice waits for its circulation list to be set in Netvisor.",
        "{number} invoices wait for their circulation lists to be set in Netvisor.",
        queue.lists,
    )
    show = button(locale.gettext("Show"), Action.LISTS_BY_HAND, queue.client.id)
    row = f"{Action.LISTS_BY_HAND}:{queue.client.id}"
    return section(f"*{escape(queue.client.name)}* · {words}", block_id=row, accessory=show)
