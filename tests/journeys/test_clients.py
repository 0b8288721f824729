"""The list of clients and a client's card: search, filters, pages, favourites, pausing, moving, removing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.ids import Action
from sandbox.slack.model import Person, View
from services.lifecycle import KEPT, remove
from services.records import (
    Arrivals,
    Artifact,
    AuditEntry,
    Client,
    ClientState,
    Credential,
    Favourite,
    Handled,
    Job,
    ProductionInvoice,
    Registers,
    RightsCheck,
    StoredInvoice,
)
from tests.handlers.test_people import added, ask
from tests.journeys.firm import Firm, fields
from tests.journeys.many import add_companies, give_credential
from tests.journeys.many import open_list as open_credentials
from tests.journeys.office import in_production


async def open_list(firm: Firm, words: str = "clients") -> View:
    aku = firm.workspace.accountant
    await firm.workspace.command(aku, "asiakkaat", f"/fabric {words}")
    await firm.until(lambda: firm.workspace.open_views(aku))
    return firm.top(aku)


async def open_card(firm: Firm, name: str) -> View:
    """Open the card of a company's client from the list."""
    aku, client = firm.workspace.accountant, firm.client(firm.company(name))
    view = await open_list(firm)
    await firm.workspace.click(aku, action_id=Action.OPEN_CLIENT, view=view.id, block_id=f"client:{client.id}")
    await firm.until(lambda: firm.top(aku).callback_id == "client")
    return firm.top(aku)


async def choose(firm: Firm, action: str, value: str) -> None:
    aku = firm.workspace.accountant
    await firm.workspace.click(aku, action_id=action, view=firm.top(aku).id, value=value)


async def test_clients_are_searched_filtered_turned_and_exported(firm: Firm) -> None:
    aku = firm.workspace.accountant
    await added(firm, "Saarni")
    give_credential(firm, add_companies(firm, 30))
    await open_list(firm)
    assert "31 clients" in firm.seen(aku)
    assert "Page 1 of 3" in firm.seen(aku)
    assert "Saarni" in firm.seen(aku)
    await firm.press(aku, Action.CLIENTS_LATER)
    await firm.until(lambda: "Page 2 of 3" in firm.seen(aku))

    await firm.workspace.submit(aku, firm.top(aku).id, fields({"words": "YRITYS 02"}))
    assert "10 clients" in firm.seen(aku)
    await choose(firm, Action.CLIENTS_STATE, "needs")
    await firm.until(lambda: "No client is like that" in firm.seen(aku))
    await firm.workspace.submit(aku, firm.top(aku).id, fields({"words": ""}))
    assert "*1 client*" in firm.seen(aku), "the filter stays, what is searched for is gone"
    assert "Saarni Design Oy" in firm.seen(aku)
    await firm.press(aku, Action.CLIENTS_EXPORT)
    shared = await firm.until(lambda: firm.shown(aku))
    table = shared[0].files[0].content.decode("utf-8-sig")
    assert table.splitlines()[1].startswith("Saarni Design Oy;9000105-7;Blocked;Standard;0;")
    assert len(table.splitlines()) == 2


async def test_a_client_is_starred_on_its_card_and_by_the_card_in_its_channel(firm: Firm) -> None:
    aku = firm.workspace.accountant
    await added(firm, "Saarni")
    await open_card(firm, "Saarni")
    assert "Seen and handled by: everybody" in firm.seen(aku)
    await firm.press(aku, Action.STAR)
    await firm.until(lambda: "is your favourite now" in firm.seen(aku))
    (favourite,) = firm.find(Favourite)
    assert favourite.person == aku.id
    await firm.press(aku, Action.UNSTAR)
    await firm.until(lambda: "not your favourite any more" in firm.seen(aku))
    assert firm.find(Favourite) == []
    await click_card(firm, aku, Action.STAR)
    said = firm.workspace.messages("asiakkaat", aku)[-1]
    assert "is your favourite now" in said.visible_text
    await firm.workspace.click(aku, action_id=Action.UNSTAR, message=(said.channel, said.ts))
    await firm.until(lambda: firm.find(Favourite) == [])


async def test_a_client_is_starred_right_after_it_was_added(firm: Firm) -> None:
    aku = firm.workspace.accountant
    await firm.add(firm.company("Kataja"))
    assert firm.top(aku).callback_id == "rights_check"
    await firm.press(aku, Action.STAR)
    await firm.press(aku, Action.UNSTAR)
    await firm.until(lambda: firm.find(Favourite) == [])
    await firm.press(aku, Action.STAR)
    await firm.until(lambda: "'action_id': 'unstar'" in str(firm.top(aku).blocks))
    (favourite,) = firm.find(Favourite)
    assert favourite.client_id == firm.client(firm.company("Kataja")).id
    await firm.until(lambda: firm.find(Credential)[0].tested_at)
    await firm.workspace.close_view(aku, firm.top(aku).id)
    await open_credentials(firm)
    assert "accepted by Netvisor" in firm.seen(aku), "the rights check has used them"


async def test_a_paused_client_rests_until_it_is_resumed(firm: Firm) -> None:
    aku, kataja = firm.workspace.accountant, firm.company("Kataja")
    await in_production(firm, kataja, "standard")
    await open_card(firm, "Kataja")
    await firm.press(aku, Action.PAUSE)
    await firm.until(lambda: "is paused" in firm.seen(aku))
    await firm.quiet()
    assert firm.state(kataja) is ClientState.PAUSED
    (card,) = [one for one in firm.posted() if "Kataja" in one.visible_text][:1]
    assert "Paused" in card.visible_text
    calls = len(firm.netvisor.calls)
    firm.clock.forward(hours=3)
    await firm.quiet()
    assert len(firm.netvisor.calls) == calls, "nothing is read"
    assert "is paused: nothing is read" in await ask(firm, "train Kataja")

    await firm.press(aku, Action.RESUME)
    await firm.until(lambda: "works again" in firm.seen(aku))
    await firm.until_state(kataja, ClientState.PRODUCTION)
    events = [one.event for one in firm.find(AuditEntry, netvisor_key=0, order="at")]
    assert [one for one in events if one in ("paused", "resumed")] == ["paused", "resumed"]
    await firm.quiet()


async def test_a_removed_client_is_brought_back_or_deleted_after_a_week(firm: Firm) -> None:
    aku, kataja = firm.workspace.accountant, firm.company("Kataja")
    await in_production(firm, kataja, "alternative")
    await open_card(firm, "Kataja")
    await firm.press(aku, Action.REMOVE)
    await firm.until(lambda: firm.top(aku).callback_id == "remove")
    wrong = await firm.workspace.submit(aku, firm.top(aku).id, fields({"typed": "Kataja"}))
    assert kataja.business_id in wrong.errors["typed"]
    await firm.workspace.submit(aku, firm.top(aku).id, fields({"typed": kataja.business_id}))
    assert "It can be brought back until" in firm.seen(aku)
    assert firm.state(kataja) is ClientState.REMOVED
    await firm.press(aku, Action.RESUME)
    await firm.until(lambda: "works again" in firm.seen(aku))
    await firm.until_state(kataja, ClientState.PRODUCTION)
    assert firm.find(Job, kind="purge") == []

    assert firm.find(ProductionInvoice)
    await firm.press(aku, Action.REMOVE)
    await firm.until(lambda: firm.top(aku).callback_id == "remove")
    await firm.workspace.submit(aku, firm.top(aku).id, fields({"typed": kataja.business_id}))
    await firm.quiet()
    assert "Removed" in await ask(firm, "status Kataja")
    firm.clock.forward(seconds=(KEPT + timedelta(minutes=5)).total_seconds())
    await firm.until(lambda: firm.find(Client) == [])
    of_production = (ProductionInvoice, Registers, Arrivals, Artifact, Handled)
    for kind in (StoredInvoice, RightsCheck, Credential, Favourite, *of_production):
        assert firm.find(kind) == [], kind
    deleted = firm.find(AuditEntry, event="deleted")
    assert [one.details["name"] for one in deleted] == [kataja.name]
    said = await click_card(firm, aku, Action.OPEN_CLIENT)
    assert "is not there any more" in said


async def test_a_removed_client_that_is_added_again_is_offered_back_with_all_it_had(firm: Firm) -> None:
    aku, saarni = firm.workspace.accountant, firm.company("Saarni")
    await added(firm, "Saarni")
    before = firm.client(saarni)
    assert firm.bot
    firm.bot.store.run_now(lambda unit: remove(unit, before, aku.id, firm.clock()))
    await firm.open_form()
    await firm.fill_form(saarni, process="background")
    said = firm.seen(aku)
    assert "can be brought back until" in said
    assert "with all it had" in said
    assert "can be added as a new one" in said
    assert firm.state(saarni) is ClientState.REMOVED, "nothing is done before it is chosen"

    await firm.workspace.close_view(aku, firm.top(aku).id)
    assert firm.top(aku).callback_id == "add_client_form", "what was typed is still there"
    await firm.fill_form(saarni, process="background")
    await firm.press(aku, Action.RESUME)
    await firm.until(lambda: "works again" in firm.seen(aku))
    (after,) = firm.find(Client)
    assert (after.id, after.process, after.credential_id) == (before.id, before.process, before.credential_id)
    assert [one.event for one in firm.find(AuditEntry, event="brought_back")] == ["brought_back"]
    await firm.workspace.close_view(aku, firm.top(aku).id)
    assert firm.workspace.open_views(aku) == []


async def test_a_client_is_moved_to_another_channel_and_team(firm: Firm) -> None:
    aku = firm.workspace.accountant
    await added(firm, "Saarni")
    await firm.quiet()
    (group,) = firm.workspace.user_groups.values()
    await open_card(firm, "Saarni")
    await firm.press(aku, Action.MOVE)
    await firm.until(lambda: firm.top(aku).callback_id == "move")
    await firm.workspace.suggest(aku, "team", "", view=firm.top(aku).id)
    values = {"channel": firm.workspace.channel("yleinen").id, "team": group.id}
    await firm.workspace.submit(aku, firm.top(aku).id, fields(values))
    await firm.until(lambda: "Seen and handled by: @kirjanpito" in firm.seen(aku))
    await firm.until(lambda: firm.posted("yleinen"))
    await firm.quiet()
    assert "Saarni Design Oy" in firm.posted("yleinen")[0].visible_text
    (old,) = firm.posted()
    assert "is told of in" in old.visible_text
    assert firm.client(firm.company("Saarni")).team_id == group.id


async def test_who_added_a_client_chooses_another_channel_where_theirs_takes_nothing(firm: Firm) -> None:
    aku = firm.workspace.accountant
    firm.workspace.channel("asiakkaat").is_archived = True
    await added(firm, "Saarni")
    (told,) = [message for message in firm.told(aku) if "cannot be shown in" in message.visible_text]
    await firm.workspace.click(aku, action_id=Action.MOVE, message=(told.channel, told.ts))
    await firm.until(lambda: firm.workspace.open_views(aku) and firm.top(aku).callback_id == "move")
    await firm.workspace.suggest(aku, "team", "", view=firm.top(aku).id)
    values = {"channel": firm.workspace.channel("yleinen").id, "team": "everybody"}
    outcome = await firm.workspace.submit(aku, firm.top(aku).id, fields(values))
    assert outcome.acknowledged
    assert not outcome.errors
    await firm.until(lambda: firm.posted("yleinen"))
    await firm.quiet()
    assert firm.workspace.open_views(aku) == []
    assert "Saarni Design Oy" in firm.posted("yleinen")[0].visible_text


async def click_card(firm: Firm, person: Person, action: str) -> str:
    """Press a button of the one card in the channel, and return what the person alone is told."""
    cards: list[Any] = [one for one in firm.posted() if f"'action_id': '{action}'" in str(one.blocks)]
    before = len(firm.workspace.messages("asiakkaat", person))
    await firm.workspace.click(person, action_id=action, message=(cards[0].channel, cards[0].ts))
    await firm.until(lambda: len(firm.workspace.messages("asiakkaat", person)) > before)
    return firm.workspace.messages("asiakkaat", person)[-1].visible_text
