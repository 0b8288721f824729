"""The Home tab: the way in, favourites first, what needs somebody, the others by search and page, a colleague's."""

from __future__ import annotations

from datetime import timedelta

from handlers.ids import Action
from sandbox.slack.model import Person
from services.records import Client, ClientState, Favourite, Substitution
from tests.handlers.test_people import added
from tests.journeys.firm import Firm, fields
from tests.journeys.many import add_companies, give_credential
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
    assert "Invite the app to" in again, "a channel that takes nothing is one step back"


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
