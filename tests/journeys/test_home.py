"""The Home tab: the way in, favourites first, what needs somebody, the others by search and page, a colleague's."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from handlers.ids import Action
from sandbox.netvisor import Company
from sandbox.slack.model import Person
from services.records import (
    Client,
    ClientState,
    Favourite,
    InvoiceState,
    Message,
    MessageState,
    ProductionInvoice,
    Run,
    RunState,
    Substitution,
    Team,
    Workspace,
)
from services.store import Unit
from tests.handlers.test_people import added
from tests.journeys.firm import Firm, fields
from tests.journeys.many import add_companies, give_access, give_credential, put_in_team, run_now
from tests.journeys.office import close_views


async def home(firm: Firm, person: Person) -> str:
    """Open a person's Home tab anew, and return what it says when nothing more is to be done."""
    await firm.workspace.open_home(person)
    await firm.quiet()
    view = await firm.until(lambda: firm.workspace.home(person))
    return view.visible_text


async def favourite(firm: Firm, person: Person, *names: str) -> None:
    """Choose favourites with `/fabric favourites`, by what somebody types of their names."""
    await firm.workspace.command(person, "asiakkaat", "/fabric suosikit")
    await firm.until(lambda: firm.workspace.open_views(person))
    chosen: list[str] = []
    for name in names:
        found = await firm.workspace.suggest(person, "favourites", name, view=firm.top(person).id)
        assert [option["text"]["text"].startswith(name) for option in found.options] == [True]
        chosen.append(found.options[0]["value"])
    outcome = await firm.workspace.submit(person, firm.top(person).id, fields({"favourites": chosen}))
    assert outcome.acknowledged
    assert not outcome.errors


async def test_the_way_in_says_how_far_the_installer_and_an_accountant_are(firm: Firm) -> None:
    aku, aino = firm.workspace.accountant, firm.workspace.admin
    sent = Message("", "help:1", "D1", "1", MessageState.SENT, firm.clock())
    seed(firm, lambda workspace: dataclasses.replace(sent, workspace=workspace))  # an answer of Help ai's
    begun = await home(firm, aino)
    for step in ("Give the first API credentials", "Add the first client", "Have its messages shown", "Invite your"):
        assert step in begun
    assert begun.count("(to do)") == 6
    assert (await home(firm, aku)).count("(to do)") == 2, "credentials and channels are not an accountant's matter"

    await added(firm, "Saarni")
    done = await home(firm, aino)
    assert done.count("(done)") == 4, "Aku has added a client, so there are colleagues"
    assert "Choose your language below (to do)" in done
    await firm.workspace.click(aino, action_id=Action.LANGUAGE, home=True, value="en")
    await favourite(firm, aino, "Saarni")
    assert "To begin with" not in await home(firm, aino)
    assert (await home(firm, aku)).count("(to do)") == 2

    firm.workspace.channel("asiakkaat").is_archived = True
    await firm.add(firm.company("Tuomi"))
    await firm.until_state(firm.company("Tuomi"), ClientState.BLOCKED)
    await firm.quiet()
    again = await home(firm, aino)
    assert "Choose another channel than" in again, "a channel that takes nothing is one step back"
    await move(firm, firm.company("Saarni"), "yleinen")
    assert "it is archived" in await home(firm, aino), "Tuomi is told of there still"
    await move(firm, firm.company("Tuomi"), "yleinen")
    assert "To begin with" not in await home(firm, aino), "nobody is told of in the archive any more"


async def test_a_channel_that_takes_messages_again_is_no_step_any_more(firm: Firm) -> None:
    aino, johto = firm.workspace.admin, firm.workspace.channel("johto")
    await added(firm, "Saarni")
    await move(firm, firm.company("Saarni"), "johto")
    assert "Invite the app to" in await home(firm, aino)

    johto.members.add(firm.workspace.bot.id)
    await firm.add(firm.company("Tuomi"))
    await firm.until_state(firm.company("Tuomi"), ClientState.BLOCKED)
    await move(firm, firm.company("Tuomi"), "johto")
    assert "Invite the app to" not in await home(firm, aino), "what was refused before is no matter"


async def test_who_has_chosen_no_language_can_choose_the_present_one(firm: Firm) -> None:
    aku = firm.workspace.accountant
    assert "Choose your language below (to do)" in await home(firm, aku)
    assert chosen_language(firm, aku) is None, "choosing what is chosen does nothing in Slack"
    await firm.workspace.click(aku, action_id=Action.LANGUAGE, home=True, value="en")
    assert "Choose your language below (done)" in await home(firm, aku)
    assert chosen_language(firm, aku) == "en"


async def test_who_sees_no_client_and_may_add_none_is_told_whom_to_ask(firm: Firm) -> None:
    give_access(firm, rights={"add": "admins"})
    seen = await home(firm, firm.workspace.accountant)
    assert "you cannot add clients. Ask one of the app's admins." in seen
    assert "Add a client" not in seen
    assert "Add a client company" in await home(firm, firm.workspace.admin)


def chosen_language(firm: Firm, person: Person) -> str | None:
    """Return which language the menu on a person's Home tab shows as chosen."""
    view = firm.workspace.home(person)
    assert view
    menus = [one for block in view.blocks for one in block.get("elements", []) if one.get("action_id") == "language"]
    return menus[0].get("initial_option", {}).get("value")


async def test_of_a_colleagues_favourites_those_that_need_somebody_come_first(firm: Firm) -> None:
    aku, aino = firm.workspace.accountant, firm.workspace.admin
    companies = add_companies(firm, 13)
    give_credential(firm, companies[:12])
    give_credential(firm, companies[12:], state=ClientState.BLOCKED)
    today = firm.clock().date()
    seed(firm, lambda workspace: Substitution(workspace, f"{aku.id}:{aino.id}", aku.id, aino.id, today, today))
    assert "There are none that you can see." in await home(firm, aku), "Aino has starred nothing"
    for client in firm.find(Client):
        seed(firm, lambda workspace, client=client: Favourite(workspace, client.id, aino.id, client.id, firm.clock()))
    seen = (await home(firm, aku)).partition("Favourites of")[2].partition("Needs somebody")[0]
    assert seen.index("Yritys 012") < seen.index("Yritys 000"), "the blocked one first"
    assert "Yritys 009" not in seen
    assert "… and 3 more" in seen


async def test_a_member_of_a_team_sees_its_last_trainings_whatever_others_train(firm: Firm) -> None:
    aku, aino = firm.workspace.accountant, firm.workspace.admin
    companies = add_companies(firm, 60)
    give_credential(firm, companies)
    clients = sorted(firm.find(Client), key=lambda client: client.name)
    put_in_team(firm, Team(clients[0].workspace, "S1", "palkat"), aku)
    for number, client in enumerate(clients):
        ended = firm.clock() - timedelta(minutes=60 - number)
        team = "S1" if number < 2 else "S2"
        seed(firm, lambda _, client=client, team=team: dataclasses.replace(client, team_id=team))
        run = Run("", client.id, client.id, client.id, "account", RunState.DEPLOYED, ended, "", finished_at=ended)
        seed(firm, lambda workspace, run=run: dataclasses.replace(run, workspace=workspace))
    mine = (await home(firm, aku)).partition("Last trainings")[2]
    assert "Yritys 000" in mine
    assert "Yritys 001" in mine
    assert "Yritys 002" not in mine
    assert "Yritys 059" in (await home(firm, aino)).partition("Last trainings")[2]


async def test_invoices_of_a_paused_client_wait_for_nobody(firm: Firm) -> None:
    aku = firm.workspace.accountant
    give_credential(firm, add_companies(firm, 1), state=ClientState.PAUSED)
    (client,) = firm.find(Client)
    now, waits = firm.clock(), InvoiceState.WAITING
    seed(
        firm,
        lambda workspace: ProductionInvoice(workspace, "1", client.id, 1, "", "", 1, None, waits, now, now, "", ""),
    )
    assert "Nothing else waits for anybody" in await home(firm, aku)
    await firm.workspace.command(aku, "asiakkaat", "/fabric clients")
    await firm.until(lambda: firm.workspace.open_views(aku))
    await firm.workspace.click(aku, action_id=Action.CLIENTS_STATE, view=firm.top(aku).id, value="needs")
    await firm.until(lambda: "No client is like that" in firm.seen(aku))


def seed(firm: Firm, record: Callable[[str], Any]) -> None:
    """Store a record of the firm's workspace."""

    def put(unit: Unit) -> None:
        (workspace,) = unit[Workspace].find(None)
        made = record(workspace.id)
        unit[type(made)].put(made)

    run_now(firm, put)


async def move(firm: Firm, company: Company, channel: str) -> None:
    """Have a client told of in another channel, from its card."""
    aino, client = firm.workspace.admin, firm.client(company)
    await firm.workspace.command(aino, "yleinen", "/fabric clients")
    await firm.until(lambda: firm.workspace.open_views(aino))
    await firm.workspace.click(
        aino, action_id=Action.OPEN_CLIENT, view=firm.top(aino).id, block_id=f"client:{client.id}"
    )
    await firm.until(lambda: firm.top(aino).callback_id == "client")
    await firm.press(aino, Action.MOVE)
    await firm.until(lambda: firm.top(aino).callback_id == "move")
    await firm.workspace.suggest(aino, "team", "", view=firm.top(aino).id)
    values = {"channel": firm.workspace.channel(channel).id, "team": "everybody"}
    await firm.workspace.submit(aino, firm.top(aino).id, fields(values))
    await firm.until(lambda: firm.client(company).channel == values["channel"])
    await close_views(firm, aino)
    await firm.quiet()


async def test_favourites_come_first_and_the_others_are_found_by_search_and_page(firm: Firm) -> None:
    aku = firm.workspace.accountant
    companies = add_companies(firm, 30)
    give_credential(firm, companies[:28])
    give_credential(firm, companies[28:], state=ClientState.BLOCKED)
    assert "None yet: star a client" in await home(firm, aku)
    await favourite(firm, aku, "Yritys 003", "Yritys 029")
    shown = await home(firm, aku)
    order = [shown.index(words) for words in ("My favourites", "Yritys 029", "Yritys 003", "Needs somebody")]
    assert order == sorted(order), "favourites first, of them the blocked one"
    assert shown.index("Yritys 028") > order[-1]
    assert "Yritys 010" not in shown, "the others are a search away"
    assert "All clients (30)" in str(firm.workspace.home(aku))

    found = await firm.workspace.suggest(aku, Action.FIND_CLIENT, "yritys 010", home=True)
    assert [option["text"]["text"] for option in found.options] == [f"Yritys 010 Oy · {companies[10].business_id}"]
    await firm.workspace.click(aku, action_id=Action.FIND_CLIENT, home=True, value=found.options[0]["value"])
    await firm.until(lambda: "Yritys 010 Oy" in firm.seen(aku))
    await firm.press(aku, Action.STAR)
    await firm.until(lambda: "is your favourite now" in firm.seen(aku))
    assert "Yritys 010" in await home(firm, aku)
    await firm.press(aku, Action.UNSTAR)
    await firm.until(lambda: len(firm.find(Favourite)) == 2)
    assert "Yritys 010" not in await home(firm, aku)

    await close_views(firm, aku)
    await firm.workspace.click(aku, action_id=Action.OPEN_CLIENTS, home=True, block_id="first")
    await firm.until(lambda: "30 clients" in firm.seen(aku))
    await close_views(firm, aku)
    await firm.workspace.click(aku, action_id=Action.OPEN_CLIENTS, home=True, block_id="needing")
    await firm.until(lambda: "2 clients" in firm.seen(aku))
    await close_views(firm, aku)
    await favourite(firm, aku)
    assert firm.find(Favourite) == [], "what is taken out of the menu is no favourite any more"


async def test_a_client_is_found_by_the_beginning_of_its_name_among_thousands(firm: Firm) -> None:
    aku = firm.workspace.accountant
    companies = add_companies(firm, 120)
    for number, company in enumerate(companies[:-1]):
        company.name = f"Asunto Oy Takku {number:03}"
    companies[-1].name = "Takka Oy"
    give_credential(firm, companies)
    await home(firm, aku)
    found = await firm.workspace.suggest(aku, Action.FIND_CLIENT, "tak", home=True)
    assert len(found.options) == 100
    assert found.options[0]["text"]["text"].startswith("Takka Oy")


async def test_a_business_id_is_found_however_it_is_written(firm: Firm) -> None:
    aku = firm.workspace.accountant
    companies = add_companies(firm, 2)
    give_credential(firm, companies)
    await home(firm, aku)
    digits = companies[1].business_id.replace("-", "")
    for words in (digits, f"FI{digits}", companies[1].business_id, digits[:6]):
        found = await firm.workspace.suggest(aku, Action.FIND_CLIENT, words, home=True)
        assert [option["text"]["text"].partition(" ·")[0] for option in found.options][-1:] == ["Yritys 001 Oy"]
    await firm.workspace.command(aku, "asiakkaat", f"/fabric clients {digits}")
    await firm.until(lambda: firm.workspace.open_views(aku))
    assert "*1 client*" in firm.seen(aku)


async def test_a_colleagues_favourites_are_shown_during_their_holiday(firm: Firm) -> None:
    aku, aino = firm.workspace.accountant, firm.workspace.admin
    give_credential(firm, add_companies(firm, 3))
    await favourite(firm, aino, "Yritys 001")
    await firm.workspace.command(aku, "asiakkaat", "/fabric favourites")
    await firm.until(lambda: firm.workspace.open_views(aku))
    await firm.press(aku, Action.SUBSTITUTE)
    await firm.until(lambda: firm.top(aku).callback_id == "substitute")
    today = firm.clock().date()
    days = {"first_day": str(today + timedelta(days=1)), "last_day": str(today + timedelta(days=5))}
    oneself = await firm.workspace.submit(aku, firm.top(aku).id, fields({"colleague": aku.id, **days}))
    assert "This is you" in oneself.errors["colleague"]
    turned = {"colleague": aino.id, "first_day": days["last_day"], "last_day": days["first_day"]}
    assert "last_day" in (await firm.workspace.submit(aku, firm.top(aku).id, fields(turned))).errors
    await firm.workspace.submit(aku, firm.top(aku).id, fields({"colleague": aino.id, **days}))
    await firm.until(lambda: f"Favourites of {aino.real_name} are shown" in firm.seen(aku))
    await close_views(firm, aku)
    before = await home(firm, aku)
    assert f"Favourites of {aino.real_name} are shown" in before
    assert "Yritys 001" not in before, "her holiday begins tomorrow"

    firm.clock.forward(days=1)
    during = await home(firm, aku)
    assert f"Favourites of {aino.real_name}," in during
    assert "Yritys 001" in during
    assert "Yritys 001" in await home(firm, aino)

    firm.clock.forward(days=5)
    assert "Yritys 001" not in await home(firm, aku), "she is back"

    firm.clock.forward(days=-3)
    await firm.workspace.command(aku, "asiakkaat", "/fabric favourites")
    await firm.until(lambda: firm.workspace.open_views(aku))
    await firm.press(aku, Action.END_SUBSTITUTION)
    await firm.until(lambda: firm.find(Substitution) == [])
    await close_views(firm, aku)
    assert "Favourites of" not in await home(firm, aku)
    assert len(firm.find(Client)) == 3
