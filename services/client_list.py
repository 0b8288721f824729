"""Looking through a firm's clients: search, filters and pages, counted in the database; all there is of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.access import Right, may, seen_by
from services.facts import REVIEWED, ClientCard, ClientRow
from services.favourites import is_favourite
from services.onboarding import normal_business_id
from services.processes import last_change
from services.records import (
    Client,
    ClientState,
    Credential,
    Favourite,
    InvoiceState,
    Person,
    Process,
    ProductionInvoice,
    RightsCheck,
    Team,
)
from services.store import Unit
from services.training import newest_runs, runs_in_use

PAGE = 12
"""Clients on a page."""

MOST_OPTIONS = 100
"""What a menu shows at most."""

LAST_CHARACTER = "\U0010ffff"

LIVING = tuple(state for state in ClientState if state is not ClientState.REMOVED)


@dataclass(frozen=True)
class Filter:
    """Which clients are looked for; everything empty means all. `number` counts pages from 0."""

    words: str = ""
    state: str = ""
    needs: bool = False
    process: str = ""
    team: str = ""
    number: int = 0


@dataclass(frozen=True)
class ClientPage:
    """A page of the clients that meet a filter; `total` are those of all pages, `all_clients` those of no filter."""

    rows: tuple[ClientRow, ...]
    filter: Filter
    total: int
    pages: int
    all_clients: int
    teams: tuple[Team, ...] = ()


@dataclass(frozen=True)
class ClientDetails:
    """All there is of a client, and what the reader may do with it."""

    card: ClientCard
    waiting: int
    is_favourite: bool
    rights: frozenset[Right]
    credential: Credential | None = None
    team: Team | None = None
    teams: tuple[Team, ...] = ()


def waiting_counts(unit: Unit, workspace: str) -> dict[str, int]:
    """Return how many invoices wait for review, by client."""
    return unit[ProductionInvoice].count_by(workspace, "client_id", state=InvoiceState.WAITING)


def conditions_of(unit: Unit, person: Person, wanted: Filter) -> Mapping[str, Any]:
    """Return the conditions of the clients that a person may see and that meet a filter, except `needs`."""
    chosen: dict[str, Any] = {**seen_by(unit, person)}
    if wanted.state:
        chosen["state"] = ClientState(wanted.state)
    else:
        chosen["state__in"] = LIVING
    if wanted.process:
        chosen["process"] = Process(wanted.process)
    if wanted.team:
        chosen["team_id"] = wanted.team
    if wanted.words.strip():
        # A business id is known however it is written: without its dash, or as a VAT number.
        chosen["search__has"] = normal_business_id(wanted.words) or wanted.words.strip().casefold()
    return chosen


def client_page(unit: Unit, person: Person, wanted: Filter, size: int = PAGE) -> ClientPage:
    """Return a page of clients by name; a page that is not there is the last one."""
    workspace, conditions = person.workspace, conditions_of(unit, person, wanted)
    waiting = waiting_counts(unit, workspace)
    if wanted.needs:
        found = _needing(unit, workspace, conditions, waiting)
        total = len(found)
    else:
        found = []
        total = unit[Client].count(workspace, **conditions)
    pages = max(1, -(-total // size))
    number = min(max(wanted.number, 0), pages - 1)
    if wanted.needs:
        shown = found[number * size :][:size]
    else:
        shown = unit[Client].find(workspace, order="search", limit=size, offset=number * size, **conditions)
    everything = unit[Client].count(workspace, **conditions_of(unit, person, Filter()))
    teams = tuple(unit[Team].find(workspace, order="name"))
    rows = client_rows(unit, person, shown, waiting)
    return ClientPage(rows, replace(wanted, number=number), total, pages, everything, teams)


def client_rows(
    unit: Unit, person: Person, clients: Sequence[Client], waiting: Mapping[str, int]
) -> tuple[ClientRow, ...]:
    """Return clients as a list shows them."""
    stars = {one.client_id for one in unit[Favourite].find(person.workspace, person=person.id)}
    return tuple(ClientRow(client, waiting.get(client.id, 0), client.id in stars) for client in clients)


def _needing(unit: Unit, workspace: str, conditions: Mapping[str, Any], waiting: Mapping[str, int]) -> list[Client]:
    narrowed: dict[str, Any] = {**conditions, "id__in": list(waiting)}
    found = {one.id: one for one in unit[Client].find(workspace, **narrowed) if one.state in REVIEWED}
    if conditions.get("state", ClientState.BLOCKED) is ClientState.BLOCKED:
        narrowed = {**conditions, "state": ClientState.BLOCKED}
        found |= {one.id: one for one in unit[Client].find(workspace, **narrowed)}
    return sorted(found.values(), key=lambda one: one.search)


def every_row(unit: Unit, person: Person, wanted: Filter) -> tuple[ClientRow, ...]:
    """Return all clients that meet a filter."""
    return client_page(unit, person, wanted, size=1_000_000).rows


def suggestions(unit: Unit, person: Person, words: str) -> list[Client]:
    """Return the clients whose name or business id has the words in it, those that begin so first."""
    conditions, folded = conditions_of(unit, person, Filter(words)), words.strip().casefold()
    some: dict[str, Any] = {"order": "search", "limit": MOST_OPTIONS}
    beginning = unit[Client].find(
        person.workspace, search__ge=folded, search__lt=folded + LAST_CHARACTER, **conditions, **some
    )
    found = unit[Client].find(person.workspace, **conditions, **some)
    return list({one.id: one for one in (*beginning, *found)}.values())[:MOST_OPTIONS]


def client_card(unit: Unit, client: Client) -> ClientCard:
    """Return all there is to say of a client in one message."""
    check = unit[RightsCheck].get(client.workspace, client.id)
    return ClientCard(client, newest_runs(unit, client), check, runs_in_use(unit, client), last_change(unit, client))


def client_details(unit: Unit, person: Person, client: Client) -> ClientDetails:
    """Return all there is of a client, for a person."""
    workspace = client.workspace
    waiting = unit[ProductionInvoice].count(workspace, client_id=client.id, state=InvoiceState.WAITING)
    return ClientDetails(
        card=client_card(unit, client),
        waiting=waiting,
        is_favourite=is_favourite(unit, person, client),
        rights=frozenset(right for right in Right if may(unit, person, right, client)),
        credential=unit[Credential].get(workspace, client.credential_id),
        team=unit[Team].get(workspace, client.team_id) if client.team_id else None,
        teams=tuple(unit[Team].find(workspace, order="name")),
    )
