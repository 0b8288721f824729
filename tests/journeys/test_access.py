"""Who may do what: everybody at first, then as an admin rules; a refusal says who can."""

from __future__ import annotations

import dataclasses

import pytest

from handlers.ids import Action
from sandbox.slack.model import Person
from services.records import Access, Client, ClientState, Job, Team, TeamMember
from tests.handlers.test_people import added, ask, listed
from tests.journeys.firm import Firm, fields
from tests.journeys.many import give_access, put_in_team

TEAM = "S0PAYROLL01"


async def test_a_firm_starts_with_everybody_and_credentials_for_admins(firm: Firm) -> None:
    aku, aino = firm.workspace.accountant, firm.workspace.admin
    await added(firm, "Saarni")
    assert "Saarni" in await ask(firm, "status saarni")
    refused = await ask(firm, "credentials", aku)
    assert refused == "You cannot change API credentials. The app's admins can: Aino Admin."
    assert firm.workspace.open_views(aku) == []
    await firm.workspace.command(aino, "asiakkaat", "/fabric credentials")
    await firm.until(lambda: firm.workspace.open_views(aino))


async def test_an_admin_who_has_left_is_not_named_any_more(firm: Firm) -> None:
    await firm.quiet()
    assert "Aino Admin" in await ask(firm, "access")
    firm.workspace.admin.is_deactivated = True
    assert firm.bot
    await firm.bot._read_teams()  # pyright: ignore[reportPrivateUsage]
    await firm.quiet()
    refused = await ask(firm, "access")
    assert refused == "You cannot see or change the app's settings. An admin of this Slack workspace can."


async def test_who_is_no_admin_of_the_workspace_any_more_loses_what_went_with_it_within_the_hour(firm: Firm) -> None:
    aino = firm.workspace.admin
    await firm.quiet()
    aino.is_admin = False
    assert firm.bot
    await firm.bot._read_teams()  # pyright: ignore[reportPrivateUsage] - the clock's hourly work
    await firm.quiet()
    assert "You cannot change API credentials." in await ask(firm, "credentials", aino)


async def test_a_user_group_that_was_disabled_is_said_to_be_unreadable(firm: Firm) -> None:
    aino = firm.workspace.admin
    (group,) = firm.workspace.user_groups.values()
    assert firm.bot
    await firm.bot._read_teams()  # pyright: ignore[reportPrivateUsage]
    await firm.quiet()
    firm.workspace.user_groups.clear()
    await firm.bot._read_teams()  # pyright: ignore[reportPrivateUsage]
    await firm.quiet()
    assert {one.person for one in firm.find(TeamMember, team_id=group.id)} == group.users
    await firm.workspace.command(aino, "asiakkaat", "/fabric access")
    (view,) = await firm.until(lambda: firm.workspace.open_views(aino))
    assert f"The members of @{group.handle} cannot be read" in view.visible_text


async def test_who_is_not_of_the_clients_team_sees_nothing_of_it(firm: Firm) -> None:
    aku, aino = firm.workspace.accountant, firm.workspace.admin
    await added(firm, "Saarni", "Tuomi")
    saarni = firm.client(firm.company("Saarni"))
    handled_by(firm, saarni)
    assert "Saarni" not in await listed(firm)
    assert "Tuomi" in await listed(firm)
    assert "I found no client" in await ask(firm, "status Saarni Design Oy")
    assert "Saarni" not in await ask(firm, "status Saarno")
    await firm.workspace.open_home(aku)
    await firm.until(lambda: (view := firm.workspace.home(aku)) and "Tuomi" in view.visible_text)
    assert "Saarni" not in str(firm.workspace.home(aku))
    assert "Saarni" in await listed(firm, aino), "admins see every client"
    put_in_team(firm, Team(saarni.workspace, TEAM, "palkat"), aku)
    assert "Saarni" in await listed(firm)


async def test_a_button_of_another_teams_client_says_who_can(firm: Firm) -> None:
    aku = firm.workspace.accountant
    await added(firm, "Saarni")
    handled_by(firm, firm.client(firm.company("Saarni")))
    calls = len(firm.netvisor.calls)
    said = await press_card(firm, aku)
    assert said == (
        "You cannot open this client: another team handles it. "
        "Members of @palkat can, and the app's admins: Aino Admin."
    )
    await firm.quiet()
    assert len(firm.netvisor.calls) == calls
    assert firm.workspace.open_views(aku) == []


@pytest.mark.parametrize(
    ("removed", "refused"),
    [
        (False, "You cannot open this client: another team handles it. Members of @palkat can"),
        (True, "You cannot change this client. The app's admins can"),
    ],
)
async def test_who_adds_a_company_that_is_there_but_not_theirs_is_told_who_can(
    firm: Firm, removed: bool, refused: str
) -> None:
    aku = firm.workspace.accountant
    await added(firm, "Saarni")
    client = firm.client(firm.company("Saarni"))
    assert firm.bot
    if removed:
        give_access(firm, rights={"handle": "admins"})
        gone = dataclasses.replace(client, state=ClientState.REMOVED)
        firm.bot.store.run_now(lambda unit: unit[Client].put(gone))
    else:
        handled_by(firm, client)
    await firm.open_form(aku)
    values = {"name": "Saarni", "business_id": client.business_id, "process": "standard", "channel": client.channel}
    outcome = await firm.workspace.submit(aku, firm.top(aku).id, fields({**values, "credential": client.credential_id}))
    assert refused in outcome.errors["business_id"]


@pytest.mark.parametrize("gone", [True, False])
async def test_the_button_of_a_client_that_is_gone_says_so(firm: Firm, gone: bool) -> None:
    await added(firm, "Saarni")
    client = firm.client(firm.company("Saarni"))
    assert firm.bot
    if gone:
        firm.bot.store.run_now(lambda unit: unit[Client].delete(client.workspace, id=client.id))
    else:
        removed = dataclasses.replace(client, state=ClientState.REMOVED)
        firm.bot.store.run_now(lambda unit: unit[Client].put(removed))
    said = await press_card(firm, firm.workspace.accountant)
    assert ("is not there any more" if gone else "Saarni Design Oy has been removed") in said


async def test_a_right_is_given_to_a_team(firm: Firm) -> None:
    aku, aino = firm.workspace.accountant, firm.workspace.admin
    await added(firm, "Saarni")
    workspace = firm.client(firm.company("Saarni")).workspace
    put_in_team(firm, Team(workspace, TEAM, "palkat"))
    give_access(firm, rights={"add": TEAM, "handle": "admins"})
    who = "Members of @palkat can, and the app's admins: Aino Admin."
    assert await ask(firm, "add-client") == f"You cannot add clients. {who}"
    assert await ask(firm, "check Saarni") == "You cannot change this client. The app's admins can: Aino Admin."
    assert "You cannot change this client." in await press_card(firm, aku)
    put_in_team(firm, Team(workspace, TEAM, "palkat"), aku)
    await firm.workspace.command(aku, "asiakkaat", "/fabric add-client")
    await firm.until(lambda: firm.workspace.open_views(aku))
    await firm.workspace.command(aino, "asiakkaat", "/fabric check Saarni")
    await firm.until(lambda: firm.workspace.open_views(aino))
    assert [job for job in firm.find(Job) if job.failed] == []


def handled_by(firm: Firm, client: Client) -> None:
    """Give a client to a team that nobody is in."""
    put_in_team(firm, Team(client.workspace, TEAM, "palkat"))
    assert firm.bot
    firm.bot.store.run_now(lambda unit: unit[Client].change(client.workspace, client.id, team_id=TEAM))


async def press_card(firm: Firm, person: Person) -> str:
    """Press "Check rights" on the one card, and return what the person alone is told."""
    (card,) = firm.posted()
    before = len(firm.workspace.messages("asiakkaat", person))
    await firm.workspace.click(person, action_id=Action.CHECK_AGAIN, message=(card.channel, card.ts))
    await firm.until(lambda: len(firm.workspace.messages("asiakkaat", person)) > before)
    return firm.workspace.messages("asiakkaat", person)[-1].visible_text


async def test_an_admin_says_who_may_do_what(firm: Firm) -> None:
    aku, aino = firm.workspace.accountant, firm.workspace.admin
    await added(firm, "Saarni")
    assert "You cannot see or change the app's settings." in await ask(firm, "access")
    await firm.quiet()
    (group,) = firm.workspace.user_groups.values()
    await firm.workspace.command(aino, "asiakkaat", "/fabric access")
    (form,) = await firm.until(lambda: firm.workspace.open_views(aino))
    found = await firm.workspace.suggest(aino, "right:review", "kirj", view=form.id)
    assert [option["text"]["text"] for option in found.options] == ["@kirjanpito"]
    await firm.workspace.suggest(aino, "right:add", "", view=form.id)
    values = {"admins": [aku.id], "right:review": group.id, "right:add": "admins", "by_channel": ["new", "present"]}
    outcome = await firm.workspace.submit(aino, form.id, fields(values))
    assert outcome.errors == {}
    (access,) = firm.find(Access)
    assert (access.admins, access.rights["review"], access.by_channel) == ((aku.id,), group.id, True)
    await firm.quiet()
    channel = firm.workspace.channel("asiakkaat").id
    assert firm.client(firm.company("Saarni")).team_id == channel
    members = {one.person for one in firm.find(TeamMember, team_id=channel)}
    assert aku.id in members, "the members of the channel have been read"
    assert {one.person for one in firm.find(TeamMember, team_id=group.id)} == group.users

    await firm.workspace.command(aku, "asiakkaat", "/fabric audit")
    (audit,) = await firm.until(lambda: firm.workspace.open_views(aku))
    assert "Aino Admin · changed who may do what" in audit.visible_text
    assert "1 client was given to another team" in audit.visible_text
    assert "Aku Accountant · *Saarni Design Oy* · added the client" in audit.visible_text
    await firm.workspace.click(aku, action_id=Action.AUDIT_EXPORT, view=audit.id)
    shared = await firm.until(lambda: firm.shown(aku))
    assert "Saarni Design Oy;;added the client;client_added" in shared[0].files[0].content.decode("utf-8-sig")


async def test_without_the_scope_for_teams_all_goes_on(firm: Firm) -> None:
    firm.workspace.scopes -= {"usergroups:read"}
    await added(firm, "Saarni")
    await firm.quiet()
    assert [job for job in firm.find(Job) if job.failed] == []
    assert firm.client(firm.company("Saarni")).state is ClientState.BLOCKED
