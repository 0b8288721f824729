"""Who may do what.

A firm starts without configuring anything: every member of the workspace sees and handles every client; guests and
people of other organisations see nothing; credentials and settings are for the app's admins, who are the workspace's
own admins and owners, the person who installed the app and those whom an admin has named. A client may belong to a
team (a Slack user group, or the members of a channel): then only that team and the admins see it, and a right may be
given to a team instead of everybody.

The members of teams are in our own tables, brought up to date by `services/team_reading.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.installations import installation_of
from services.records import Access, Client, Person, Role, Team, TeamMember
from services.store import Unit


class Right(StrEnum):
    """What somebody may do.

    `handle` is everything that is done with a client besides the rest: checks, trainings, its process, dimensions,
    channel and team, pausing and removing it.
    """

    SEE = "see"
    ADD = "add"
    HANDLE = "handle"
    REVIEW = "review"
    RULES = "rules"
    AUTOMATE = "automate"
    CREDENTIALS = "credentials"
    SETTINGS = "settings"


EVERYBODY, ADMINS = "everybody", "admins"
"""Who may have a right, besides a team by its id."""

GIVEN = (Right.ADD, Right.HANDLE, Right.REVIEW, Right.RULES, Right.AUTOMATE, Right.CREDENTIALS)
"""The rights that an admin gives; who sees a client is said by its team, and settings stay with the admins."""

NAMES_TOLD = 5
"""How many admins are named to somebody who may not."""


@dataclass(frozen=True)
class Allowed:
    """Who may do something: the members of a team or teams, if any, and the app's admins by name."""

    teams: tuple[Team, ...]
    admins: tuple[str, ...]


def may_use(person: Person) -> bool:
    """Tell whether a person may use the app at all: guests and people of other organisations may not."""
    return person.role in (Role.ADMIN, Role.MEMBER)


def may(unit: Unit, person: Person, right: Right, client: Client | None = None) -> bool:
    """Tell whether a person may do something, with a client if it is about one: only its team may."""
    if not may_use(person):
        return False
    if is_admin(unit, person):
        return True
    if client and client.team_id and not _is_member(unit, person, client.team_id):
        return False
    who = who_has(access_of(unit, person.workspace), right)
    return who == EVERYBODY or (who != ADMINS and _is_member(unit, person, who))


def is_admin(unit: Unit, person: Person) -> bool:
    """Tell whether a person administers the app."""
    if not may_use(person):
        return False
    if person.role is Role.ADMIN or person.id in access_of(unit, person.workspace).admins:
        return True
    return installer_of(unit, person.workspace) == person.id


def installer_of(unit: Unit, workspace: str) -> str:
    """Return who installed the app, nothing where the settings hold its tokens: then Slack does not tell."""
    installation = installation_of(unit, workspace)
    return installation.installed_by if installation else ""


def access_of(unit: Unit, workspace: str) -> Access:
    """Return the rules of a workspace."""
    return unit[Access].get(workspace, workspace) or Access(workspace, workspace)


def who_has(access: Access, right: Right) -> str:
    """Return who has a right: `everybody`, `admins` or the id of a team."""
    if right in GIVEN and right in access.rights:
        return access.rights[right]
    return ADMINS if right in (Right.CREDENTIALS, Right.SETTINGS) else EVERYBODY


def seen_by(unit: Unit, person: Person) -> Mapping[str, Any]:
    """Return the conditions of the clients that a person may see, as `unit[Client].find` takes them."""
    if not may_use(person):
        return {"id__in": []}
    if is_admin(unit, person):
        return {}
    return {"team_id__in": ["", *teams_of(unit, person)]}


def teams_of(unit: Unit, person: Person) -> list[str]:
    """Return the ids of the teams that a person is in."""
    return [one.team_id for one in unit[TeamMember].find(person.workspace, person=person.id)]


def allowed(unit: Unit, workspace: str, right: Right, client: Client | None = None) -> Allowed:
    """Return who may do something, to be told to somebody who may not."""
    ids = {client.team_id} if client and client.team_id else set[str]()
    who = who_has(access_of(unit, workspace), right)
    if who not in (EVERYBODY, ADMINS):
        ids.add(who)
    elif who == ADMINS:
        ids.clear()  # being of the client's team does not suffice
    teams = tuple(unit[Team].get(workspace, one) or Team(workspace, one) for one in sorted(ids))
    return Allowed(teams, tuple(names_of_admins(unit, workspace)[:NAMES_TOLD]))


def names_of_admins(unit: Unit, workspace: str) -> list[str]:
    """Return the names of the app's admins, as `admins` has them."""
    return list(dict.fromkeys(person.name for person in admins(unit, workspace)))


def admins(unit: Unit, workspace: str) -> list[Person]:
    """Return the app's admins, each once: those named by a person first, then the workspace's own."""
    named = [*access_of(unit, workspace).admins, installer_of(unit, workspace)]
    people = [unit[Person].get(workspace, person_id) for person_id in named if person_id]
    people += unit[Person].find(workspace, role=Role.ADMIN, order="name")
    return list({person.id: person for person in people if person and may_use(person)}.values())


def _is_member(unit: Unit, person: Person, team_id: str) -> bool:
    return unit[TeamMember].get(person.workspace, member_id(team_id, person.id)) is not None


def member_id(team_id: str, person_id: str) -> str:
    """Return the id of a team's member."""
    return f"{team_id}:{person_id}"
