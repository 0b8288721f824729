"""Which clients a person follows most, and a colleague's during their holiday."""

from __future__ import annotations

from datetime import date, datetime

from services import jobs
from services.access import seen_by
from services.clock import FIRM_TIMEZONE
from services.records import Client, ClientState, Favourite, Person, Substitution
from services.store import Unit


def is_favourite(unit: Unit, person: Person, client: Client) -> bool:
    """Tell whether a person has starred a client."""
    return unit[Favourite].get(person.workspace, _id(person.id, client.id)) is not None


def starred_by(unit: Unit, client: Client) -> set[str]:
    """Return the people who have starred a client."""
    return {one.person for one in unit[Favourite].find(client.workspace, client_id=client.id)}


def star(unit: Unit, person: Person, client: Client, now: datetime, *, starred: bool = True) -> None:
    """Make a client a person's favourite, or no longer; their Home tab shows it."""
    if starred:
        unit[Favourite].put(Favourite(person.workspace, _id(person.id, client.id), person.id, client.id, now))
    else:
        unit[Favourite].delete(person.workspace, id=_id(person.id, client.id))
    jobs.enqueue(unit, person.workspace, "home", person.id, now)


def favourites(unit: Unit, person: Person, of: str = "") -> list[Client]:
    """Return the clients that a person (or a colleague: `of`) has starred, as far as the person may see them."""
    ids = {one.client_id for one in unit[Favourite].find(person.workspace, person=of or person.id)}
    clients = unit[Client].find(person.workspace, id__in=ids, order="search", **seen_by(unit, person))
    return [client for client in clients if client.state is not ClientState.REMOVED]


def substitute(unit: Unit, person: Person, colleague: str, first_day: date, last_day: date, now: datetime) -> None:
    """Show a person a colleague's favourites, both days included."""
    substitution_id = _id(person.id, colleague)
    unit[Substitution].put(Substitution(person.workspace, substitution_id, person.id, colleague, first_day, last_day))
    jobs.enqueue(unit, person.workspace, "home", person.id, now)


def end_substitution(unit: Unit, person: Person, colleague: str, now: datetime) -> None:
    """Show a colleague's favourites no longer."""
    unit[Substitution].delete(person.workspace, id=_id(person.id, colleague))
    jobs.enqueue(unit, person.workspace, "home", person.id, now)


def substitutions(unit: Unit, person: Person, now: datetime) -> list[Substitution]:
    """Return whose favourites a person sees today, or will."""
    today = now.astimezone(FIRM_TIMEZONE).date()
    found = unit[Substitution].find(person.workspace, person=person.id, last_day__ge=today, order="first_day")
    return [one for one in found if one.person != one.colleague]


def is_now(substitution: Substitution, now: datetime) -> bool:
    """Tell whether a substitution has begun."""
    return substitution.first_day <= now.astimezone(FIRM_TIMEZONE).date() <= substitution.last_day


def _id(person: str, other: str) -> str:
    return f"{person}:{other}"
