"""A firm that has many clients already: companies in the sandbox's Netvisor, and their clients in the database."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import SecretStr

from sandbox.netvisor import ACCOUNTANT, Company, Credential
from sandbox.netvisor.business_id import business_ids
from sandbox.netvisor.catalogue import ARTICLE_GROUPS, resources_of
from sandbox.netvisor.chart import open_books
from sandbox.slack.model import Person
from services.access import access_of, member_id
from services.credentials import add_credential, seal_credential
from services.records import Access, Client, ClientState, CredentialKind, Process, Team, TeamMember, Workspace, new_id
from services.records import Credential as Kept
from services.store import Unit
from services.vault import Vault
from storage import open_store
from tests.journeys.firm import Firm, fields

T = TypeVar("T")

FIRST_SERIAL = 9_200_000


def add_companies(firm: Firm, number: int) -> list[Company]:
    """Add companies without history to Netvisor, everything allowed."""
    made: list[Company] = []
    today = firm.clock().date()
    for index, business_id in enumerate(business_ids(FIRST_SERIAL, number)):
        company = Company(
            1000 + index,
            business_id,
            f"Yritys {index:03} Oy",
            integration_added=True,
            allowed_resources=resources_of(ARTICLE_GROUPS),
        )
        open_books(company, today.year, today)
        made.append(firm.netvisor.add_company(company))
    return made


def give_credential(
    firm: Firm,
    companies: Sequence[Company] = (),
    *,
    label: str = "",
    kind: CredentialKind = CredentialKind.UNKNOWN,
    owner: str = "",
    state: ClientState = ClientState.PRODUCTION,
    user: str = ACCOUNTANT,
) -> tuple[Credential, Kept]:
    """Store new credentials of a user, and the companies as clients that use them."""
    typed = firm.netvisor.create_credential(user)
    person, now = firm.workspace.accountant.id, firm.clock()
    vault = Vault(firm.settings.sealing_keys()[0])

    def seed(unit: Unit) -> Kept:
        (workspace,) = unit[Workspace].find(None)
        sealed = seal_credential(
            vault,
            workspace.id,
            SecretStr(typed.customer_id),
            SecretStr(typed.customer_key),
            person,
            now,
            label=label,
            kind=kind,
            owner=owner,
        )
        add_credential(unit, sealed)
        for company in companies:
            unit[Client].put(
                Client(
                    workspace=workspace.id,
                    id=new_id(),
                    business_id=company.business_id,
                    name=company.name,
                    process=Process.STANDARD,
                    channel=firm.workspace.channel("asiakkaat").id,
                    credential_id=sealed.id,
                    state=state,
                    added_by=person,
                    added_at=now,
                    state_since=now,
                )
            )
        return sealed

    return typed, run_now(firm, seed)


def run_now(firm: Firm, work: Callable[[Unit], T]) -> T:
    """Run a unit of work in the bot's database, also while the bot runs as a process of its own, or not at all."""
    if firm.bot:
        return firm.bot.store.run_now(work)
    store = open_store(firm.settings.database_file)
    try:
        return store.run_now(work)
    finally:
        store.close()


def give_access(firm: Firm, **rules: Any) -> None:
    """Set rules of who may do what, as `/fabric access` does."""

    def give(unit: Unit) -> None:
        (workspace,) = unit[Workspace].find(None)
        unit[Access].put(dataclasses.replace(access_of(unit, workspace.id), **rules))

    run_now(firm, give)


def put_in_team(firm: Firm, team: Team, *people: Person) -> None:
    """Store a team with its members, as they are read from Slack."""

    def put(unit: Unit) -> None:
        unit[Team].put(team)
        for person in people:
            member = member_id(team.id, person.id)
            unit[TeamMember].put(TeamMember(team.workspace, member, team.id, person.id))

    run_now(firm, put)


async def open_list(firm: Firm, word: str = "credentials") -> None:
    """Open the list of credentials, as an accountant whom an admin has named an admin of the app."""
    aku = firm.workspace.accountant
    give_access(firm, admins=(aku.id,))
    outcome = await firm.workspace.command(aku, "asiakkaat", f"/fabric {word}")
    assert outcome.acknowledged
    await firm.until(lambda: firm.workspace.open_views(aku))


async def open_credential(firm: Firm, credential: Kept) -> None:
    """Open one of the list."""
    aku = firm.workspace.accountant
    await firm.workspace.click(
        aku, action_id="open_credential", view=firm.top(aku).id, block_id=f"credential:{credential.id}"
    )
    await firm.until(lambda: firm.top(aku).callback_id == "credential")


async def describe(firm: Firm, label: str, kind: str = "generic", owner: str = "") -> None:
    """Fill in the label and kind, and go on to the pair."""
    aku = firm.workspace.accountant
    await firm.until(lambda: firm.top(aku).callback_id == "credential_form")
    outcome = await firm.workspace.submit(aku, firm.top(aku).id, fields({"label": label, "kind": kind, "owner": owner}))
    assert outcome.errors == {}
    assert firm.top(aku).callback_id == "credential_pair"


async def change(firm: Firm, old: Kept, to: str = "new", only: str = "") -> None:
    """Ask for a change of a credential, from the command to what follows the form."""
    aku = firm.workspace.accountant
    await open_list(firm)
    await open_credential(firm, old)
    await firm.press(aku, "change_credential")
    await firm.until(lambda: firm.top(aku).callback_id == "credential_change")
    values = {"credential": to, **({"only": only} if only else {})}
    outcome = await firm.workspace.submit(aku, firm.top(aku).id, fields(values))
    assert outcome.errors == {}
