"""What people ask in Slack and what they are answered: words, names, languages, the Home tab, guests."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.ids import Action
from handlers.request import person_of, workspace_of
from sandbox.slack.interactions import action_json, block_actions_json
from sandbox.slack.targets import Target, find_element
from services.clock import system_clock
from services.records import Client, ClientState, Draft, Role, Tick
from tests.journeys.firm import Firm


async def ask(firm: Firm, words: str, person: Any = None) -> str:
    """Return what a person reads after a command."""
    outcome = await firm.workspace.command(person or firm.workspace.accountant, "asiakkaat", f"/fabric {words}")
    assert outcome.acknowledged
    (answer,) = outcome.messages
    assert answer.ephemeral_to
    return answer.visible_text


async def listed(firm: Firm, person: Any = None, word: str = "clients") -> str:
    """Return what a person reads in the list of clients."""
    person = person or firm.workspace.accountant
    outcome = await firm.workspace.command(person, "asiakkaat", f"/fabric {word}")
    assert outcome.acknowledged
    (view,) = await firm.until(lambda: firm.workspace.open_views(person))
    text = view.visible_text
    await firm.workspace.close_view(person, view.id)
    return text


@pytest.mark.parametrize(
    ("word", "near"), [("add-clint", "add-client"), ("statsu", "status"), ("hlep", "help"), ("Clients!", "clients")]
)
async def test_an_unknown_word_is_answered_with_the_closest(firm: Firm, word: str, near: str) -> None:
    assert f"Did you mean `/fabric {near}`?" in await ask(firm, word)


async def test_a_word_like_no_other_is_answered_with_help(firm: Firm) -> None:
    answer = await ask(firm, "<!channel> xyzzy")
    assert "`/fabric help`" in answer
    assert "<!channel>" not in answer
    assert "What I can do" in await ask(firm, "help")
    assert "What I can do" in await ask(firm, "")


@pytest.mark.parametrize("words", ["Tuomi Kahvilat Oy", "tuomi kahvilat oy", "tuomi", "9000102-2", "90001022"])
async def test_a_client_is_found_by_name_and_business_id(firm: Firm, words: str) -> None:
    await added(firm, "Tuomi", "Saarni")
    answer = await ask(firm, f"status {words}")
    assert "Tuomi Kahvilat Oy" in answer
    assert "Blocked" in answer
    assert "Saarni" not in answer


@pytest.mark.parametrize("command", ["status", "check"])
async def test_a_mistyped_client_is_asked_back(firm: Firm, command: str) -> None:
    await added(firm, "Tuomi", "Saarni")
    answer = await ask(firm, f"{command} Tuomi Kahvlat")
    assert "Did you mean one of these?" in answer
    assert "Tuomi Kahvilat Oy `9000102-2`" in answer
    assert "Which client?" in await ask(firm, command)
    assert "`/fabric clients` lists them all" in await ask(firm, f"{command} Qwerty")


async def test_clients_are_listed_with_their_states(firm: Firm) -> None:
    assert "No clients yet" in await listed(firm)
    await added(firm, "Tuomi", "Saarni")
    answer = await listed(firm, firm.workspace.admin)
    assert "2 clients" in answer
    assert "*Saarni Design Oy* `9000105-7` · :no_entry: Blocked" in answer


async def test_a_language_is_chosen_by_command_and_on_the_home_tab(firm: Firm) -> None:
    aku = firm.workspace.accountant
    english = await listed(firm)
    assert "`en` (English), `fi` (Suomi), `sv` (Svenska)" in await ask(firm, "language klingon")
    finnish = await ask(firm, "language fi")
    assert "suomeksi" in finnish
    assert "Asiakkaita ei vielä ole" in await listed(firm, word="asiakkaat")
    await firm.until(lambda: "Fabric: asiakkaat Netvisorissa" in home(firm, aku))

    await firm.workspace.click(aku, action_id=Action.LANGUAGE, home=True, value="en")
    await firm.until(lambda: "Fabric: clients in Netvisor" in home(firm, aku))
    assert await listed(firm) == english
    assert "No clients yet" in await listed(firm, firm.workspace.admin), "nobody else's language changed"


async def test_the_home_tab_shows_the_clients_and_adds_one(firm: Firm) -> None:
    aku = firm.workspace.accountant
    await firm.workspace.open_home(aku)
    await firm.until(lambda: "Star the clients that you handle (to do)" in home(firm, aku))
    await firm.workspace.open_home(firm.workspace.admin)
    await firm.until(lambda: "Add the first client (to do)" in home(firm, firm.workspace.admin))
    await firm.workspace.click(aku, action_id=Action.ADD_CLIENT, home=True)
    await firm.until(lambda: "add_client_guide" in {view.callback_id for view in firm.workspace.open_views(aku)})
    await firm.workspace.close_view(aku, firm.top(aku).id)
    await added(firm, "Saarni")
    await firm.workspace.open_home(aku)
    await firm.until(lambda: "Saarni Design Oy" in home(firm, aku))


async def test_who_writes_to_the_app_is_answered_once_in_the_thread(firm: Firm) -> None:
    aku = firm.workspace.accountant
    direct = firm.workspace.direct(aku.id, firm.workspace.bot.id)
    written = await firm.workspace.say(aku, direct, "Moi, what can you do?")
    mentioned = await firm.workspace.say(aku, "asiakkaat", "@Fabric what can you do?")
    await firm.workspace.say(aku, "asiakkaat", "not to the app at all")
    await firm.until(lambda: firm.told(aku) and firm.posted())
    await firm.quiet()
    (answer,), (reply,) = firm.told(aku), firm.posted()
    assert (answer.thread_ts, reply.thread_ts) == (written.ts, mentioned.ts)
    assert "What I can do" in answer.visible_text
    again = await firm.workspace.say(aku, "asiakkaat", "@Fabric and here?", thread_ts=mentioned.ts)
    await firm.until(lambda: len(firm.posted()) == 2)
    assert again.thread_ts == firm.posted()[1].thread_ts == mentioned.ts


async def test_a_guest_changes_nothing_and_sees_nothing(firm: Firm) -> None:
    greta = firm.workspace.guest
    await added(firm, "Saarni")
    for words in ("clients", "status Saarni", "check Saarni", "add-client", "language fi"):
        assert "Guests and people of other organisations" in await ask(firm, words, greta)
    (card,) = firm.posted()
    calls = len(firm.netvisor.calls)
    await firm.workspace.click(greta, action_id=Action.CHECK_AGAIN, message=(card.channel, card.ts))
    await firm.workspace.open_home(greta)
    await firm.until(lambda: "Guests and people" in home(firm, greta))
    await firm.quiet()
    assert firm.workspace.open_views(greta) == []
    assert len(firm.netvisor.calls) == calls
    assert firm.find(Draft) == []
    assert "Saarni" not in home(firm, greta)


async def test_somebody_of_another_organisation_changes_nothing(firm: Firm) -> None:
    aku = firm.workspace.accountant
    await added(firm, "Saarni")
    (card,) = firm.posted()
    target = Target(message=card)
    button = find_element(target, Action.CHECK_AGAIN, None, None)
    payload = block_actions_json(firm.workspace, aku, target, action_json(firm.workspace, button, None), {})
    payload["user"] = {**payload["user"], "team_id": "T0ANOTHER"}
    calls = len(firm.netvisor.calls)
    assert await firm.workspace.deliveries.deliver("interactive", payload) == {}
    await firm.until(
        lambda: any("other organisations" in message.text for message in firm.workspace.messages("asiakkaat", aku))
    )
    await firm.quiet()
    assert len(firm.netvisor.calls) == calls
    assert firm.workspace.open_views(aku) == []


@pytest.mark.parametrize(
    ("user", "role"),
    [
        ({}, Role.MEMBER),
        ({"is_admin": True}, Role.ADMIN),
        ({"is_restricted": True}, Role.GUEST),
        ({"is_ultra_restricted": True, "is_admin": False}, Role.GUEST),
        ({"is_stranger": True}, Role.EXTERNAL),
        ({"team_id": "T0ANOTHER", "is_admin": True}, Role.EXTERNAL),
    ],
)
def test_roles_are_slacks_own(user: dict[str, Any], role: Role) -> None:
    known = {"id": "U1", "name": "somebody", "team_id": "T1", **user}
    assert person_of("T1", known, system_clock()).role is role
    assert person_of("E1.T1", known, system_clock()).role is role


def test_a_member_of_several_of_an_organisations_workspaces_is_a_member_of_each() -> None:
    known = {"id": "U1", "name": "somebody", "team_id": "T2", "enterprise_user": {"id": "W1", "teams": ["T1", "T2"]}}
    assert person_of("E1.T1", known, system_clock()).role is Role.MEMBER
    assert person_of("E1.T3", known, system_clock()).role is Role.EXTERNAL


@pytest.mark.parametrize(
    "body",
    [
        {"type": "block_actions", "team": {"id": "T1"}, "enterprise": {"id": "E1"}, "user": {"team_id": "T1"}},
        {"type": "block_actions", "team": None, "enterprise": {"id": "E1"}, "user": {"team_id": "T1"}},
        {"type": "view_submission", "team": {"id": "T1", "enterprise_id": "E1"}, "user": {}, "view": {}},
        {"command": "/fabric", "team_id": "T1", "enterprise_id": "E1"},
        {"event": {}, "authorizations": [{"enterprise_id": "E1", "team_id": "T1"}], "team_id": "T2"},
        {"event": {}, "authorizations": [{"enterprise_id": "E1", "team_id": None}], "team_id": "T1"},
    ],
)
def test_every_delivery_of_an_organisation_names_the_same_workspace(body: dict[str, Any]) -> None:
    assert workspace_of(body) == "E1.T1"


async def added(firm: Firm, *names: str) -> None:
    """Add companies that stay blocked, and wait until all is said of them."""
    for name in names:
        company = firm.company(name)
        await firm.add(company)
        await firm.until_state(company, ClientState.BLOCKED)
        await firm.workspace.close_view(firm.workspace.accountant, firm.top(firm.workspace.accountant).id)
    await firm.quiet()
    assert len(firm.find(Client)) == len(names)
    assert firm.find(Tick) == []


def home(firm: Firm, person: Any) -> str:
    """Return what a person reads on the Home tab."""
    view = firm.workspace.home(person)
    return view.visible_text if view else ""
