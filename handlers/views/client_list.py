"""The firm's clients: a modal with search, filters and pages, and the same as a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from handlers.ids import Action, Callback, Field
from handlers.locale import Locale
from handlers.views.access import team_name
from handlers.views.batches import neutral
from handlers.views.clients import title
from handlers.views.elements import (
    Block,
    View,
    actions,
    button,
    context,
    modal,
    option,
    plain,
    section,
    text_input,
)
from handlers.views.words import process_name, state_words
from services.client_list import LIVING, ClientPage, ClientRow, Filter
from services.records import Client, ClientState, Process, Team
from services.uploads import RenderedFile

ALL, NEEDS, EVERYBODYS = "all", "needs", "everybodys"


def client_list_view(locale: Locale, page: ClientPage) -> View:
    """Return a page of the clients that meet a filter."""
    _ = locale.gettext
    if not page.all_clients:
        return modal(
            Callback.CLIENTS,
            _("Clients"),
            [section(_("No clients yet.")), actions(button(_("Add a client"), Action.ADD_CLIENT, style="primary"))],
            close=_("Close"),
        )
    wanted = page.filter
    blocks = [
        text_input(Field.WORDS, _("Name or business id"), initial=wanted.words, optional=True, max_length=100),
        {"type": "actions", "block_id": "filters", "elements": _filters(locale, page)},
        section("*" + locale.ngettext("{number} client", "{number} clients", page.total) + "*"),
    ]
    blocks += [client_row(locale, row) for row in page.rows]
    if not page.rows:
        blocks.append(section(_("No client is like that. Search for something else, or show all states.")))
    blocks.append(actions(*_buttons(locale, page), block_id="pages"))
    if page.pages > 1:
        number, pages = locale.number(wanted.number + 1), locale.number(page.pages)
        blocks.append(context(_("Page {number} of {pages}", number=number, pages=pages)))
    return modal(
        Callback.CLIENTS,
        _("Clients"),
        blocks,
        submit=_("Search"),
        close=_("Close"),
        reference=json.dumps(asdict(wanted)),
    )


def client_row(locale: Locale, row: ClientRow) -> Block:
    """Return a client with what needs somebody, and the button that opens it."""
    text = row_text(locale, row)
    return section(
        text,
        block_id=f"client:{row.client.id}",
        accessory=button(locale.gettext("Open"), Action.OPEN_CLIENT, row.client.id),
    )


def row_text(locale: Locale, row: ClientRow) -> str:
    """Return a client's line: name, state, what waits, whether it is a favourite."""
    _ = locale.gettext
    parts = [title(locale, row.client)]
    if row.waiting:
        parts.append(waiting_text(locale, row.waiting))
    if row.is_favourite:
        parts.append(":star: " + _("favourite"))
    return " · ".join(parts)


def waiting_text(locale: Locale, number: int) -> str:
    """Return how many invoices wait for review."""
    return ":inbox_tray: " + locale.ngettext("{number} invoice waits", "{number} invoices wait", number)


def _filters(locale: Locale, page: ClientPage) -> list[dict[str, Any]]:
    _ = locale.gettext
    wanted = page.filter
    states = [option(_("All states"), ALL), option(_("Needs somebody"), NEEDS)]
    states += [option(state_words(locale, state), state) for state in LIVING]
    states.append(option(state_words(locale, ClientState.REMOVED), ClientState.REMOVED))
    processes = [option(_("All processes"), ALL), *(option(process_name(locale, one), one) for one in Process)]
    shown = [
        _select(Action.CLIENTS_STATE, states, NEEDS if wanted.needs else wanted.state or ALL),
        _select(Action.CLIENTS_PROCESS, processes, wanted.process or ALL),
    ]
    if page.teams:
        chosen = next((team for team in page.teams if team.id == wanted.team), None)
        initial = option(team_name(locale, chosen), chosen.id) if chosen else option(_("All teams"), ALL)
        shown.append(
            {
                "type": "external_select",
                "action_id": Action.CLIENTS_TEAM,
                "min_query_length": 0,
                "initial_option": initial,
                "placeholder": plain(_("Team")),
            }
        )
    return shown


def _select(action: str, options: list[dict[str, Any]], chosen: str) -> dict[str, Any]:
    initial = next(one for one in options if one["value"] == chosen)
    return {"type": "static_select", "action_id": action, "options": options, "initial_option": initial}


def _buttons(locale: Locale, page: ClientPage) -> list[dict[str, Any]]:
    _ = locale.gettext
    number, shown = page.filter.number, list[dict[str, Any]]()
    if number > 0:
        shown.append(button(_("Previous"), Action.CLIENTS_EARLIER, str(number - 1)))
    if number + 1 < page.pages:
        shown.append(button(_("Next"), Action.CLIENTS_LATER, str(number + 1)))
    shown += [button(_("CSV file"), Action.CLIENTS_EXPORT), button(_("Add a client"), Action.ADD_CLIENT)]
    return shown


def team_filter_options(locale: Locale, teams: Sequence[Team], words: str) -> list[dict[str, Any]]:
    """Return the teams to filter by whose names have the words in them."""
    pairs = [(locale.gettext("All teams"), ALL), *((team_name(locale, team), team.id) for team in teams)]
    return [option(name, value) for name, value in pairs if words.casefold() in name.casefold()][:100]


def filter_of(reference: str) -> Filter:
    """Return the filter that a modal carries."""
    return Filter(**json.loads(reference)) if reference else Filter()


def clients_file(language: str, rows: Sequence[ClientRow]) -> RenderedFile:
    """Return clients as a CSV that a Finnish Excel opens with a double click."""
    locale = Locale(language)
    _ = locale.gettext
    written = io.StringIO(newline="")
    table = csv.writer(written, delimiter=";", lineterminator="\r\n")
    table.writerow(
        (
            _("Company"),
            _("Business id"),
            _("State"),
            _("Process"),
            _("Waiting invoices"),
            _("Added on"),
            _("In production since"),
        )
    )
    for row in rows:
        client = row.client
        cells = (
            client.name,
            client.business_id,
            state_words(locale, client.state),
            process_name(locale, client.process),
            str(row.waiting),
            locale.day(client.added_at),
            locale.day(client.live_since) if client.live_since else "",
        )
        table.writerow([neutral(cell) for cell in cells])
    return RenderedFile(f"{_('clients')}.csv", _("Clients"), written.getvalue().encode("utf-8-sig"))


def client_options(clients: Sequence[Client]) -> list[dict[str, Any]]:
    """Return clients as options of a menu: the name as far as it fits, and the business id."""
    options: list[dict[str, Any]] = []
    for client in clients:
        tail = f" · {client.business_id}"
        name = client.name if len(client.name) + len(tail) <= 75 else client.name[: 74 - len(tail)] + "…"
        options.append(option(f"{name}{tail}", client.id))
    return options
