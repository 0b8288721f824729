"""What a channel is told of its clients' rights: lost, still refused, in order again."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.ids import Action
from handlers.locale import Locale
from handlers.views.elements import Block, actions, button, context, escape, section, sections
from handlers.views.words import and_more, check_name, state_name
from services.facts import RightsReport
from services.notifier import Rendered
from services.records import Client

LONGEST_PART = 25
LIST_TEXT = 10_000
"""Characters of a message's lists. Slack refuses a message whose blocks hold more than about 13,200."""

MOST_PEOPLE = 10


def rights_report(locale: Locale, fact: RightsReport) -> Rendered:
    """Return the message; those who added the clients are mentioned, so that Slack notifies them."""
    _ = locale.gettext
    parts = [
        (fact.lost, _(":no_entry: *A right has been lost.* Writing stops; reading and learning go on.")),
        (fact.still, _(":no_entry: *Still refused after an hour.* The client waits for the repair.")),
        (fact.regained, _(":white_check_mark: *In order again.* The client goes on by itself.")),
    ]
    blocks: list[Block] = []
    for clients, head in parts:
        if clients:
            blocks += sections([head, *_lines(locale, clients, LIST_TEXT // len(parts))])
    blocked = [*fact.lost, *fact.still]
    if len(blocked) == 1:
        blocks.append(actions(button(_("Check rights"), Action.CHECK_AGAIN, blocked[0].id)))
    elif blocked:
        blocks.append(section(_("`/fabric check` and a client's name says what to repair and who can.")))
    people = list(dict.fromkeys(client.added_by for client in fact.clients))[:MOST_PEOPLE]
    blocks.append(context(_("For {people}", people=" ".join(f"<@{person}>" for person in people))))
    return Rendered(_text(locale, fact), tuple(blocks))


def _text(locale: Locale, fact: RightsReport) -> str:
    """Return what notifications show."""
    _ = locale.gettext
    if len(fact.clients) == 1:
        name = escape(fact.clients[0].name)
        if fact.lost:
            return _("{name}: a right has been lost", name=name)
        return _("{name}: still refused", name=name) if fact.still else _("{name}: in order again", name=name)
    return locale.ngettext(
        "News of the rights of {number} client", "News of the rights of {number} clients", len(fact.clients)
    )


def _lines(locale: Locale, clients: Sequence[Client], room: int) -> list[str]:
    """Return a line for each client, as many as fit into so many characters."""
    lines: list[str] = []
    for client in clients:
        missing = locale.list([check_name(locale, check_id) for check_id in client.missing])
        line = f"• *{escape(client.name)}* `{client.business_id}`: {missing or state_name(locale, client)}"
        room -= len(line) + 1
        if len(lines) == LONGEST_PART or room < 0:
            return [*lines, *and_more(locale, len(clients) - len(lines))]
        lines.append(line)
    return lines
