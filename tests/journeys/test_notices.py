"""How and when people are told: directly, in the channel, in the morning; quiet hours; channels that are lost."""

from __future__ import annotations

from sandbox.slack.model import Person
from services.lifecycle import resume
from services.notifications import plan_morning
from services.onboarding import show_card
from services.records import ClientState, FirmNotices, NoticeChoice
from tests.journeys.firm import Firm, fields
from tests.journeys.many import add_companies, give_credential
from tests.journeys.office import close_views


async def choose(firm: Firm, person: Person, **values: object) -> dict[str, str]:
    """Open the form by its Finnish word, change it and save it; return what is wrong at the fields."""
    await firm.workspace.command(person, "asiakkaat", "/fabric ilmoitukset")
    await firm.until(lambda: firm.workspace.open_views(person))
    outcome = await firm.workspace.submit(person, firm.top(person).id, fields(values))
    assert outcome.acknowledged
    return dict(outcome.errors)


def home(firm: Firm, person: Person) -> str:
    """Return the words of a person's Home tab."""
    view = firm.workspace.home(person)
    return view.visible_text if view else ""


async def in_the_morning(firm: Firm, hours: float) -> None:
    """Let so many hours pass, and what the clock does then."""
    firm.clock.forward(hours=hours)
    assert firm.bot
    await firm.bot.store.run(lambda unit: plan_morning(unit, firm.clock()))
    await firm.quiet()


async def test_who_chose_the_morning_gets_one_message_for_all(firm: Firm) -> None:
    aku = firm.workspace.accountant
    await choose(firm, aku, way="digest")
    for name in ("Vaahtera", "Kataja"):
        await firm.add(firm.company(name))
        await firm.at_rest(firm.company(name))
        await close_views(firm, aku)
    assert firm.told(aku) == []
    await in_the_morning(firm, 24)
    (message,) = firm.told(aku)
    assert "Vaahtera Palvelut Oy" in message.visible_text
    assert "Kataja" in message.visible_text
    await in_the_morning(firm, 24)
    assert len(firm.told(aku)) == 1, "nothing more ended"


async def test_who_looks_at_the_channel_gets_no_direct_message(firm: Firm) -> None:
    aku, vaahtera = firm.workspace.accountant, firm.company("Vaahtera")
    await choose(firm, aku, way="channel")
    await firm.add(vaahtera)
    await firm.at_rest(vaahtera)
    assert firm.told(aku) == []
    assert "In production" in firm.posted()[0].visible_text


async def test_a_direct_message_waits_for_the_end_of_quiet_hours(firm: Firm) -> None:
    aku, vaahtera = firm.workspace.accountant, firm.company("Vaahtera")
    errors = await choose(firm, aku, quiet_from="08:00")
    assert list(errors) == ["quiet_until"]
    await firm.workspace.submit(aku, firm.top(aku).id, fields({"quiet_from": "08:00", "quiet_until": "12:00"}))
    assert [one.quiet_until for one in firm.find(NoticeChoice)] == ["12:00"]
    await firm.add(vaahtera)
    await firm.at_rest(vaahtera)
    assert firm.told(aku) == []
    firm.clock.forward(hours=3)
    await firm.until(lambda: firm.told(aku))
    assert len(firm.told(aku)) == 1


async def test_who_comes_back_early_is_told_at_once_and_an_absence_that_is_over_is_not_shown(firm: Firm) -> None:
    aku, vaahtera = firm.workspace.accountant, firm.company("Vaahtera")
    await choose(firm, aku, away_until="2026-03-20")
    await firm.add(vaahtera)
    await firm.at_rest(vaahtera)
    assert firm.told(aku) == []
    await close_views(firm, aku)
    await choose(firm, aku, away_until=None)
    await firm.until(lambda: firm.told(aku))
    assert "is in production" in firm.told(aku)[0].visible_text

    await choose(firm, aku, away_until="2026-03-12")
    await firm.workspace.open_home(aku)
    await firm.until(lambda: "away until" in home(firm, aku))
    firm.clock.forward(days=5)
    await firm.workspace.open_home(aku)
    await firm.until(lambda: "away until" not in home(firm, aku))
    await firm.workspace.command(aku, "asiakkaat", "/fabric notices")
    await firm.until(lambda: firm.workspace.open_views(aku))
    assert "initial_date" not in str(firm.top(aku).blocks)


async def test_a_firm_has_its_own_morning(firm: Firm) -> None:
    aku, aino = firm.workspace.accountant, firm.workspace.admin
    await firm.workspace.command(aku, "asiakkaat", "/fabric aviseringar")
    await firm.until(lambda: firm.workspace.open_views(aku))
    assert "morning" not in {block["block_id"] for block in firm.form_inputs(aku)}, "settings are the admins'"
    await close_views(firm, aku)
    await choose(firm, aino, morning="11:15")
    assert [one.morning for one in firm.find(FirmNotices)] == ["11:15"]
    await firm.add(firm.company("Saarni"))
    await firm.quiet()
    await in_the_morning(firm, 1)
    assert not [one for one in firm.posted() if "Good morning" in one.text]
    await in_the_morning(firm, 1.5)
    assert len([one for one in firm.posted() if "Good morning" in one.text]) == 1
    await in_the_morning(firm, 0.2)
    assert len([one for one in firm.posted() if "Good morning" in one.text]) == 1


async def test_a_channel_that_is_archived_is_told_to_the_owner_once(firm: Firm) -> None:
    aku, saarni = firm.workspace.accountant, firm.company("Saarni")
    await firm.add(saarni)
    await firm.quiet()
    before = len(firm.told(aku))
    firm.workspace.channel("asiakkaat").is_archived = True
    await in_the_morning(firm, 23.6)
    await firm.until(lambda: len(firm.told(aku)) > before)
    await in_the_morning(firm, 24)
    told = [one for one in firm.told(aku)[before:] if "Notices of Saarni Design Oy cannot" in one.text]
    assert len(told) == 1


async def test_who_has_many_clients_in_a_channel_is_told_once_that_it_is_archived_and_moves_one(firm: Firm) -> None:
    aku, companies = firm.workspace.accountant, add_companies(firm, 3)
    give_credential(firm, companies, state=ClientState.PAUSED)
    clients = [firm.client(company) for company in companies]
    assert firm.bot
    firm.bot.store.run_now(lambda unit: [show_card(unit, client, firm.clock()) for client in clients])
    await firm.until(lambda: len(firm.posted()) == 3)
    await firm.quiet()
    # Slack says of an edit in an archived channel that it is inactive, of a message there that it is archived.
    firm.workspace.channel("asiakkaat").is_archived = True
    for client in clients:
        firm.bot.store.run_now(lambda unit, client=client: resume(unit, client, aku.id, firm.clock()))
        await firm.quiet()
    (told,) = [one for one in firm.told(aku) if "cannot be shown" in one.text]
    assert "Notices of 3 clients" in told.text
    assert "it is archived" in told.text
    assert all(client.name in told.visible_text for client in clients)

    direct = firm.workspace.direct(aku.id, firm.workspace.bot.id)
    await firm.workspace.click(aku, action_id="move", message=(direct, told.ts), value=clients[0].id)
    await firm.until(lambda: firm.workspace.open_views(aku))
    channel = firm.workspace.channel("yleinen").id
    await firm.workspace.submit(aku, firm.top(aku).id, fields({"channel": channel}))
    await firm.until(lambda: firm.posted("yleinen"))
    assert clients[0].name in firm.posted("yleinen")[0].visible_text


async def test_where_the_owner_has_left_the_admins_are_told_that_a_channel_takes_nothing(firm: Firm) -> None:
    aku, aino, (company,) = firm.workspace.accountant, firm.workspace.admin, add_companies(firm, 1)
    give_credential(firm, [company], state=ClientState.PAUSED)
    client = firm.client(company)
    assert client.added_by == aku.id
    aku.is_deactivated, firm.workspace.channel("asiakkaat").is_archived = True, True
    assert firm.bot
    firm.bot.store.run_now(lambda unit: resume(unit, client, aino.id, firm.clock()))
    await firm.until(lambda: firm.told(aino))
    await firm.quiet()
    (told,) = [one for one in firm.told(aino) if "cannot be shown" in one.text]
    assert client.name in told.text
