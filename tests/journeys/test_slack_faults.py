"""Slack busy, broken, or silent after it did the work: one message each, and the right end."""

from __future__ import annotations

import pytest

from sandbox.slack.faults import CallFaultKind
from services.onboarding import show_card
from services.records import Client, ClientState, Message, MessageState
from tests.conftest import Log
from tests.journeys.firm import Firm
from tests.journeys.many import add_companies, give_credential

KINDS: tuple[CallFaultKind, ...] = ("rate_limited", "server_error", "reset_before", "reset_after")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "method", ["chat.postMessage", "chat.update", "views.update", "chat.scheduleMessage", "conversations.open"]
)
async def test_one_message_and_production_whatever_slack_does(firm: Firm, method: str, kind: CallFaultKind) -> None:
    aku, vaahtera = firm.workspace.accountant, firm.company("Vaahtera")
    firm.workspace.faults.call(method, kind, seconds=5)
    await firm.add(vaahtera)
    await firm.at_rest(vaahtera)
    (card,) = firm.posted()
    assert "In production" in card.text
    assert len(firm.told(aku)) == 1
    assert "Nothing is denied" in firm.seen(aku)
    assert firm.workspace.scheduled == {}
    assert {message.state for message in firm.find(Message)} == {MessageState.SENT}
    assert firm.workspace.faults.calls == [], "the fault has been met"


@pytest.mark.parametrize("kind", KINDS)
async def test_messages_of_a_channel_come_in_the_order_in_which_they_were_asked_for(
    firm: Firm, kind: CallFaultKind
) -> None:
    companies = add_companies(firm, 3)
    give_credential(firm, companies, state=ClientState.PAUSED)
    clients = [firm.client(company) for company in companies]
    firm.workspace.faults.call("chat.postMessage", kind, seconds=3)
    assert firm.bot
    firm.bot.store.run_now(lambda unit: [show_card(unit, client, firm.clock()) for client in clients])
    await firm.until(lambda: len(firm.posted()) == 3)
    await firm.quiet()
    told = [message.text.split(":")[0] for message in firm.posted()]
    assert told == [client.name for client in clients]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_modal_that_does_not_open_says_so_and_opens_the_next_time(
    firm: Firm, log: Log, kind: CallFaultKind
) -> None:
    aku = firm.workspace.accountant
    firm.workspace.faults.call("views.open", kind)
    outcome = await firm.workspace.command(aku, "asiakkaat", "/fabric add-client")
    assert outcome.acknowledged
    (said,) = await firm.until(
        lambda: [
            message for message in firm.workspace.messages("asiakkaat", aku) if "Slack is busy just now" in message.text
        ]
    )
    reference = log.expect("listener.slack_busy")["reference"]
    assert reference in said.text
    for view in firm.workspace.open_views(aku):
        await firm.workspace.close_view(aku, view.id)
    await firm.open_form()


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "team_added_to_org"])
async def test_nothing_is_lost_while_the_token_is_not_taken(firm: Firm, code: str) -> None:
    aku, vaahtera = firm.workspace.accountant, firm.company("Vaahtera")
    faults = [
        firm.workspace.faults.call(method, "error", error=code, times=None)
        for method in ("chat.postMessage", "chat.update", "views.publish", "chat.scheduleMessage")
    ]
    await firm.add(vaahtera)
    await firm.until_state(vaahtera, ClientState.PRODUCTION)
    await firm.quiet()
    assert firm.posted() == []
    for fault in faults:
        firm.workspace.faults.calls.remove(fault)
    await firm.until(lambda: firm.posted() and firm.told(aku))
    assert "In production" in firm.posted()[0].text


async def test_who_closes_a_modal_at_once_reads_of_no_fault(firm: Firm) -> None:
    aku, tuomi = firm.workspace.accountant, firm.company("Tuomi")
    give_credential(firm, [tuomi])
    await firm.workspace.command(aku, "asiakkaat", "/fabric clients")
    await firm.until(lambda: firm.workspace.open_views(aku))
    await firm.quiet()
    told = len(firm.told(aku))
    # What Slack says of a push into a modal that is not there any more.
    fault = firm.workspace.faults.call("views.push", "error", error="not_found")
    await firm.workspace.click(aku, action_id="open_client", view=firm.top(aku).id, value=firm.client(tuomi).id)
    await firm.until(lambda: fault not in firm.workspace.faults.calls)
    await firm.quiet()
    assert len(firm.told(aku)) == told


async def test_a_message_of_unknown_outcome_that_cannot_be_looked_up_is_not_repeated(firm: Firm) -> None:
    vaahtera = firm.company("Vaahtera")
    firm.workspace.scopes -= {"channels:history"}
    firm.workspace.faults.call("chat.postMessage", "reset_after")
    await firm.add(vaahtera)
    await firm.at_rest(vaahtera)
    assert len(firm.posted()) == 1
    (card,) = [message for message in firm.find(Message) if message.id.startswith("card:")]
    assert (card.state, card.refusal) == (MessageState.UNKNOWN, "missing_scope")


async def test_a_message_that_could_not_be_looked_up_goes_on_when_the_app_was_invited(firm: Firm) -> None:
    aku, tuomi = firm.workspace.accountant, firm.company("Tuomi")
    members = firm.workspace.channel("asiakkaat").members
    members.discard(firm.workspace.bot.id)  # it may write in public channels all the same, but not read
    firm.workspace.faults.call("chat.postMessage", "reset_after")
    await firm.add(tuomi)
    await firm.until_state(tuomi, ClientState.BLOCKED)
    await firm.until(lambda: [one for one in firm.told(aku) if "/invite @Fabric" in one.text])
    await firm.quiet()
    members.add(firm.workspace.bot.id)
    firm.netvisor.allow_resources(tuomi.business_id)
    await firm.press(aku, "check_again")
    await firm.at_rest(tuomi)
    (card,) = firm.posted()
    assert "In production" in card.text


@pytest.mark.parametrize(("channel", "why"), [("johto", "/invite @Fabric"), ("vanhat-asiat", "archived")])
async def test_a_channel_that_takes_nothing_is_told_once_to_who_added_the_client(
    firm: Firm, channel: str, why: str
) -> None:
    aino, vaahtera = firm.workspace.admin, firm.company("Vaahtera")
    await firm.add(vaahtera, person=aino, channel=channel)
    await firm.at_rest(vaahtera)
    refused = [message for message in firm.told(aino) if "cannot be shown" in message.visible_text]
    assert len(refused) == 1
    assert why in refused[0].visible_text
    assert any("is in production" in message.visible_text for message in firm.told(aino))
    assert firm.posted(channel) == []


async def test_a_channel_that_takes_us_later_gets_its_message_then(firm: Firm) -> None:
    aino, tuomi = firm.workspace.admin, firm.company("Tuomi")
    await firm.add(tuomi, person=aino, channel="johto")
    await firm.until_state(tuomi, ClientState.BLOCKED)
    await firm.quiet()
    firm.workspace.channel("johto").members.add(firm.workspace.bot.id)
    firm.netvisor.allow_resources(tuomi.business_id)
    await firm.press(aino, "check_again")
    await firm.at_rest(tuomi)
    (card,) = firm.posted("johto")
    assert "In production" in card.text


async def test_a_message_that_somebody_deleted_does_not_come_back(firm: Firm) -> None:
    aku, tuomi = firm.workspace.accountant, firm.company("Tuomi")
    await firm.add(tuomi)
    await firm.until_state(tuomi, ClientState.BLOCKED)
    await firm.quiet()
    (card,) = firm.posted()
    del firm.workspace.channel("asiakkaat").messages[card.ts]
    firm.netvisor.allow_resources(tuomi.business_id)
    await firm.press(aku, "check_again")
    await firm.at_rest(tuomi)
    assert firm.posted() == []
    assert len(firm.told(aku)) == 1


async def test_a_message_that_the_workspaces_retention_deleted_is_posted_anew(firm: Firm) -> None:
    aku, tuomi = firm.workspace.accountant, firm.company("Tuomi")
    await firm.add(tuomi)
    await firm.until_state(tuomi, ClientState.BLOCKED)
    await firm.quiet()
    (card,) = firm.posted()
    firm.clock.forward(days=8)
    await firm.quiet()
    del firm.workspace.channel("asiakkaat").messages[card.ts]
    firm.netvisor.allow_resources(tuomi.business_id)
    await firm.press(aku, "check_again")
    await firm.at_rest(tuomi)
    cards = [message for message in firm.posted() if "In production" in message.text]
    assert len(cards) == 1


async def test_a_message_of_another_app_is_not_edited_but_posted_anew(firm: Firm) -> None:
    aku, tuomi = firm.workspace.accountant, firm.company("Tuomi")
    await firm.add(tuomi)
    await firm.until_state(tuomi, ClientState.BLOCKED)
    await firm.quiet()
    (card,) = firm.posted()
    card.user = firm.workspace.admin.id  # the operator has made the Slack app anew: its messages are another's
    firm.netvisor.allow_resources(tuomi.business_id)
    await firm.press(aku, "check_again")
    await firm.at_rest(tuomi)
    (anew,) = firm.posted()
    assert "In production" in anew.text


async def test_slacks_own_rates_slow_us_down_and_lose_nothing(rate_limited: Firm) -> None:
    firm, aku = rate_limited, rate_limited.workspace.accountant
    companies = [firm.company(name) for name in ("Pihlaja", "Vaahtera", "Tuomi", "Saarni")]
    for company in companies:
        await firm.add(company)
        await firm.workspace.close_view(aku, firm.top(aku).id)
    for company in companies[:2]:
        await firm.at_rest(company)
    assert len(firm.posted()) == len(companies)
    assert len(firm.find(Client)) == len(companies)
    assert sum("is in production" in message.visible_text for message in firm.told(aku)) == 2
