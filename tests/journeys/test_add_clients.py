"""`/fabric add-clients`: many companies, one message."""

from __future__ import annotations

import asyncio
import csv
import io

import pytest

from sandbox.netvisor import ACCOUNTANT
from sandbox.slack.faults import CallFaultKind
from services.records import Batch, Client, ClientState, Credential, Job, ScheduledMessage
from tests.journeys.batch import add_companies, add_list, give_list, go_on, listed, open_form, summary_of, table_of
from tests.journeys.firm import Firm


async def settled(firm: Firm) -> None:
    """Wait until every batch has nothing left to wait for."""
    await firm.until(lambda: all(batch.done_at for batch in firm.find(Batch)))
    await firm.quiet()


async def test_a_list_becomes_clients_with_one_message(firm: Firm) -> None:
    aku = firm.workspace.accountant
    vaahtera, tuomi, leppa = firm.company("Vaahtera"), firm.company("Tuomi"), firm.company("Leppä")
    await open_form(firm)
    await give_list(firm, listed([vaahtera, tuomi, leppa]) + "\n1234567-8\tVäärä Oy\n" + vaahtera.business_id)
    preview = firm.seen(aku)
    assert "*3 companies* are ready" in preview
    assert "*2 lines* have problems" in preview
    assert "Line 4 Väärä Oy: “1234567-8” is not a Finnish business id" in preview
    assert "Line 5: the same company is on line 1 already." in preview
    assert firm.find(Client) == [], "nothing is stored yet"
    await go_on(firm)
    assert firm.find(Client) == [], "the key is asked for first"
    await firm.fill_keys(firm.netvisor.create_credential(ACCOUNTANT))
    assert "*3 clients* are being added" in firm.seen(aku)
    await settled(firm)

    assert {client.state for client in firm.find(Client)} == {ClientState.PRODUCTION, ClientState.BLOCKED}
    rows = table_of(summary_of(firm))
    assert [row[2] for row in rows] == ["Blocked", "Blocked", "Not added", "Not added", "In production"]
    assert {row[4] for row in rows[:2]} == {"User Administrator (KH)", "KH or TPK"}
    (told,) = firm.told(aku)
    assert "3 clients" in told.text
    assert firm.find(ScheduledMessage) == []
    assert firm.workspace.scheduled == {}
    assert len(firm.find(Credential)) == 1


async def test_what_is_repaired_is_checked_again_for_all_and_the_one_message_follows(firm: Firm) -> None:
    aku, tuomi = firm.workspace.accountant, firm.company("Tuomi")
    await add_list(firm, tuomi.business_id)
    await firm.until_state(tuomi, ClientState.BLOCKED)
    await settled(firm)
    firm.netvisor.allow_resources(tuomi.business_id)
    message = summary_of(firm)
    await firm.workspace.click(aku, action_id="batch_check_again", message=(message.channel, message.ts))
    await firm.at_rest(tuomi)
    assert [row[2] for row in table_of(summary_of(firm))] == ["In production"]
    assert len(firm.told(aku)) == 1, "the message of the batch says it, and the one to the person"


async def test_a_client_has_its_own_card_for_what_happens_after_its_first_day(firm: Firm) -> None:
    aku, vaahtera = firm.workspace.accountant, firm.company("Vaahtera")
    await add_list(firm, vaahtera.business_id)
    await firm.at_rest(vaahtera)
    firm.netvisor.disallow_resources(vaahtera.business_id, ["accounting"])
    await firm.workspace.close_view(aku, firm.top(aku).id)
    await firm.workspace.command(aku, "asiakkaat", f"/fabric check {vaahtera.business_id}")
    await firm.until_state(vaahtera, ClientState.BLOCKED)
    await firm.quiet()
    _, card, *news = firm.posted()
    assert "Blocked" in card.text
    assert all("a right has been lost" in one.text for one in news), "which comes a minute later"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-15"])
async def test_a_file_is_read_and_the_modal_always_ends(firm: Firm, encoding: str) -> None:
    aku, vaahtera = firm.workspace.accountant, firm.company("Vaahtera")
    content = f"Y-tunnus;Nimi;Kanava\r\n{vaahtera.business_id};Ääni Oy;#asiakkaat\r\n1234567-1;Muu;#eiole\r\n"
    await open_form(firm)
    await give_list(firm, file=("asiakkaat.csv", content.encode(encoding)))
    await firm.until(lambda: "ready to be added" in firm.seen(aku))
    assert "Ääni Oy" in firm.seen(aku)
    assert "I see no channel “eiole”" in firm.seen(aku)
    await firm.workspace.close_view(aku, firm.top(aku).id)
    assert firm.top(aku).callback_id == "add_clients_form", "Back leads to the form, with the file in it"
    assert "asiakkaat.csv" in str(firm.top(aku).entered)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"PK\x03\x04 broken", "no list that I can read"),
        ("a.csv", b"", "no lines in it"),
        ("a.csv", b"nimi;kaupunki\nYritys Oy;Turku", "no business ids in it"),
        ("a.txt", b"1234567-1\n" * 5_002, "too many lines"),
        ("a.csv", b"x" * 6_000_000, "too large"),
    ],
)
async def test_a_file_that_is_no_list_says_so(firm: Firm, name: str, content: bytes, said: str) -> None:
    aku = firm.workspace.accountant
    await open_form(firm)
    await give_list(firm, file=(name, content))
    await firm.until(lambda: said in firm.seen(aku))
    assert "submit" not in firm.top(aku).content


@pytest.mark.parametrize("kind", ["rate_limited", "server_error", "reset_before"])
@pytest.mark.parametrize("method", ["files.info", "views.update"])
async def test_a_file_is_read_whatever_slack_does(firm: Firm, method: str, kind: CallFaultKind) -> None:
    firm.workspace.faults.call(method, kind, seconds=5)
    await open_form(firm)
    await give_list(firm, file=("a.csv", b"1234567-1"))
    await firm.until(lambda: "ready to be added" in firm.seen(firm.workspace.accountant))


async def test_neither_or_both_is_said_at_the_field(firm: Firm) -> None:
    await open_form(firm)
    assert "Paste business ids" in (await give_list(firm, "")).errors["list"]
    assert "no business ids" in (await give_list(firm, "Yritys Oy")).errors["list"]
    assert "not both" in (await give_list(firm, "1234567-1", file=("a.csv", b"1234567-1"))).errors["list"]


@pytest.mark.parametrize("kind", ["redeliver", "duplicate"])
async def test_deliveries_that_come_twice_add_once(firm: Firm, kind: str) -> None:
    companies = add_companies(firm, 3)
    firm.workspace.faults.delivery(kind, envelope="interactive", times=None)  # pyright: ignore[reportArgumentType]
    await add_list(firm, listed(companies))
    await settled(firm)
    assert len(firm.find(Client)) == 3
    assert len(firm.find(Credential)) == 1
    assert len(firm.posted()) == 1
    assert len(firm.told(firm.workspace.accountant)) == 1


async def test_two_people_who_add_the_same_company_at_once_add_it_once(firm: Firm) -> None:
    aku, aino = firm.workspace.accountant, firm.workspace.admin
    companies = add_companies(firm, 2)
    for person in (aku, aino):
        await open_form(firm, person)
        await give_list(firm, listed(companies), person=person)
        await go_on(firm, person)
    credential = firm.netvisor.create_credential(ACCOUNTANT)
    await asyncio.gather(*(firm.fill_keys(credential, person=person) for person in (aku, aino)))
    await settled(firm)
    assert len(firm.find(Client)) == 2
    states = sorted(row[2] for message in firm.posted() for row in table_of(message))
    assert states == ["In production"] * 2 + ["Not added"] * 2
    assert sum("added already" in row[3] for message in firm.posted() for row in table_of(message)) == 2


async def test_a_bot_that_stops_half_way_goes_on_and_doubles_nothing(firm: Firm) -> None:
    companies = add_companies(firm, 6)
    firm.netvisor.latency = 0.05
    await add_list(firm, listed(companies))
    await firm.until(lambda: firm.find(Client))
    assert firm.bot
    await firm.bot.runner.stop(patience=0.0)
    await firm.stop_bot()
    assert firm.find(Job), "there is work left"
    firm.netvisor.latency = 0.0
    await firm.start_bot()
    await settled(firm)
    assert [client.state for client in firm.find(Client)] == [ClientState.PRODUCTION] * 6
    (card,), (_told,) = firm.posted(), firm.told(firm.workspace.accountant)
    assert "6 clients added together" in card.text


async def test_a_day_later_slack_says_that_some_are_not_done(firm: Firm) -> None:
    companies = add_companies(firm, 2)
    firm.netvisor.faults.add("maintenance", times=None)
    await add_list(firm, listed(companies))
    await firm.until(lambda: len(firm.find(ScheduledMessage)) == 1)
    await firm.until(lambda: firm.posted() and "Waiting for Netvisor *2*" in summary_of(firm).visible_text)
    assert len(firm.workspace.scheduled) == 1


async def test_the_table_is_given_as_a_file_that_excel_opens(firm: Firm) -> None:
    aku, vaahtera = firm.workspace.accountant, firm.company("Vaahtera")
    await add_list(firm, f"{vaahtera.business_id}\t=HYPERLINK(1)\n1234567-8")
    await settled(firm)
    message = summary_of(firm)
    await firm.workspace.click(aku, action_id="batch_export", message=(message.channel, message.ts))
    await firm.until(lambda: any(file.shares for file in firm.workspace.files.values()))
    await firm.quiet()
    (file,) = firm.workspace.files.values()
    assert file.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:3] == ["Company", "Business id", "State"]
    assert [row[1] for row in rows[1:]] == ["1234567-8", vaahtera.business_id]
    assert rows[2][0] == "'=HYPERLINK(1)"


async def test_guests_add_nothing(firm: Firm) -> None:
    guest = next(person for person in firm.workspace.people.values() if person.is_restricted)
    outcome = await firm.workspace.command(guest, "asiakkaat", "/fabric add-clients")
    assert "Guests" in outcome.messages[0].visible_text
    assert firm.find(Batch) == []
