"""What happens by the clock: the hourly note, the overdue message that Slack keeps, the morning message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.slack.methods.scheduling import PER_FIVE_MINUTES
from services import jobs
from services.lifecycle import move
from services.notifications import plan_morning
from services.records import ClientState, Job, ScheduledMessage
from services.training import start_training
from tests.journeys.firm import Firm


async def held_up(firm: Firm) -> None:
    """Add a company whose training does not get on, because Netvisor is under maintenance."""
    pihlaja = firm.company("Pihlaja")
    firm.netvisor.latency = 0.02
    await firm.add(pihlaja)
    await firm.until_state(pihlaja, ClientState.TRAINING)
    firm.netvisor.faults.add("maintenance", times=None)
    await firm.until(lambda: any("Fetching goes on by itself" in message.visible_text for message in firm.posted()))
    await firm.until(lambda: firm.workspace.scheduled)


async def goes_on(firm: Firm) -> None:
    """End the maintenance and wait for production."""
    firm.netvisor.faults.clear()
    firm.netvisor.latency = 0.0
    firm.clock.forward(minutes=5)
    await firm.at_rest(firm.company("Pihlaja"))


async def test_a_note_in_the_thread_every_hour_that_training_lasts(firm: Firm) -> None:
    await held_up(firm)
    (card,) = firm.posted()
    firm.clock.forward(minutes=30)
    await firm.quiet()
    assert len(firm.posted()) == 1
    for hours in (1, 2):
        firm.clock.forward(hours=1)
        await firm.until(lambda hours=hours: len(firm.posted()) == 1 + hours)
        note = firm.posted()[-1]
        assert note.thread_ts == card.ts
        assert f"gone on for {hours} hour" in note.text
    await goes_on(firm)
    firm.clock.forward(hours=3)
    await firm.quiet()
    assert len(firm.posted()) == 3


async def test_the_overdue_message_is_arranged_at_the_start_and_taken_back_at_the_end(firm: Firm) -> None:
    await held_up(firm)
    (scheduled,) = firm.workspace.scheduled.values()
    assert "was not done in a day" in scheduled.text
    assert scheduled.metadata is None, "Slack never posts a scheduled message that carries metadata"
    assert 86_300 < scheduled.post_at - firm.clock.seconds() <= 86_400
    await goes_on(firm)
    assert firm.workspace.scheduled == {}
    assert firm.find(ScheduledMessage) == []
    firm.clock.forward(days=1)
    await firm.workspace.tick()
    assert not any("not done in a day" in message.text for message in firm.posted())


async def test_slack_posts_the_overdue_message_when_we_are_down(firm: Firm) -> None:
    await held_up(firm)
    await firm.stop_bot()
    firm.clock.forward(days=1, minutes=1)
    await firm.workspace.tick()
    (overdue,) = [message for message in firm.posted() if "not done in a day" in message.text]
    assert "/fabric status 9000101-4" in overdue.text
    await firm.start_bot()
    await goes_on(firm)
    assert sum("not done in a day" in message.text for message in firm.posted()) == 1


def overdue(firm: Firm) -> list[str]:
    """Return the words that Slack has said by itself of trainings that were not done in a day."""
    return [message.text for message in firm.posted() if "not done in a day" in message.text]


async def test_a_training_that_begins_afresh_has_a_day_of_its_own(firm: Firm) -> None:
    aku, pihlaja = firm.workspace.accountant, firm.company("Pihlaja")
    await held_up(firm)
    (first,) = firm.workspace.scheduled.values()
    firm.clock.forward(hours=23)
    client, bot = firm.client(pihlaja), firm.bot
    assert bot
    bot.store.run_now(lambda unit: start_training(unit, client, aku.id, firm.clock(), afresh=True))
    await firm.until(lambda: first.id not in firm.workspace.scheduled and firm.workspace.scheduled)
    (second,) = firm.workspace.scheduled.values()
    assert 23 * 3600 <= second.post_at - first.post_at < 24 * 3600
    firm.clock.forward(hours=2)
    await firm.workspace.tick()
    assert overdue(firm) == [], "the training that goes on began two hours ago"
    firm.clock.forward(hours=22)
    await firm.workspace.tick()
    assert len(overdue(firm)) == 1


async def test_the_overdue_message_moves_with_its_client(firm: Firm) -> None:
    aku, pihlaja = firm.workspace.accountant, firm.company("Pihlaja")
    await held_up(firm)
    client, bot, other = firm.client(pihlaja), firm.bot, firm.workspace.channel("yleinen")
    assert bot
    bot.store.run_now(lambda unit: move(unit, client, other.id, aku.id, firm.clock()))
    await firm.until(lambda: [one.channel for one in firm.workspace.scheduled.values()] == [other.id])


@pytest.mark.parametrize("was_attempted", [True, False])
async def test_a_day_that_passed_while_we_were_down_is_told_of_once(firm: Firm, was_attempted: bool) -> None:
    pihlaja = firm.company("Pihlaja")
    firm.netvisor.latency = 0.02
    firm.workspace.faults.call("chat.scheduleMessage", "rate_limited", times=None, seconds=60)
    await firm.add(pihlaja)
    await firm.until_state(pihlaja, ClientState.TRAINING)
    firm.netvisor.faults.add("maintenance", times=None)
    await firm.until(lambda: firm.find(ScheduledMessage))
    if not was_attempted:
        assert firm.bot
        firm.bot.store.run_now(lambda unit: unit[ScheduledMessage].delete(None))
    await firm.stop_bot()
    firm.clock.forward(days=2)
    firm.workspace.faults.clear()
    await firm.start_bot()
    await firm.until(lambda: not firm.find(Job, kind="overdue"))
    firm.clock.forward(minutes=2)
    await firm.workspace.tick()
    await goes_on(firm)
    assert len(overdue(firm)) == (0 if was_attempted else 1), "what Slack may have posted is not repeated"
    assert firm.workspace.scheduled == {}
    assert firm.find(Job, kind="overdue") == []


async def test_more_overdue_messages_than_slack_takes_at_a_time_come_a_little_later(firm: Firm) -> None:
    await held_up(firm)
    (own,) = firm.workspace.scheduled.values()
    for number in range(PER_FIVE_MINUTES):
        item = replace(own, id=f"Q{number}", text=f"another {number}")
        firm.workspace.scheduled[item.id] = item
    client, bot = firm.client(firm.company("Pihlaja")), firm.bot
    assert bot
    del firm.workspace.scheduled[own.id]
    bot.store.run_now(lambda unit: unit[ScheduledMessage].delete(None))
    bot.store.run_now(lambda unit: jobs.enqueue(unit, client.workspace, "overdue", client.id, firm.clock()))
    await firm.until(lambda: len(firm.workspace.scheduled) > PER_FIVE_MINUTES)
    (later,) = [one for one in firm.workspace.scheduled.values() if "was not done in a day" in one.text]
    assert 0 < later.post_at - own.post_at <= 600
    await firm.quiet()
    assert firm.find(Job, kind="overdue") == []


async def test_the_morning_message_says_what_is_training_live_and_blocked(firm: Firm) -> None:
    aku = firm.workspace.accountant
    for name, state in (("Saarni", ClientState.BLOCKED), ("Vaahtera", ClientState.PRODUCTION)):
        company = firm.company(name)
        await firm.add(company)
        await firm.until_state(company, state)
        await firm.workspace.close_view(aku, firm.top(aku).id)
    await held_up(firm)
    await firm.workspace.close_view(aku, firm.top(aku).id)
    await firm.quiet()
    for _ in range(2):
        await morning(firm)
    (message,) = [message for message in firm.posted() if "Good morning" in message.text]
    words = message.visible_text
    assert "10/03/2026" in words
    assert words.index("*Training* (1)") < words.index("Pihlaja Rakennus Oy")
    assert words.index("*In production* (1)") < words.index("Vaahtera Palvelut Oy")
    assert words.index("*Blocked* (1)") < words.index("Saarni Design Oy")


async def test_a_channel_where_nothing_happens_is_left_in_peace(firm: Firm) -> None:
    vaahtera = firm.company("Vaahtera")
    await firm.add(vaahtera)
    await firm.at_rest(vaahtera)
    firm.clock.forward(days=2)
    await morning(firm)
    assert len(firm.posted()) == 1


async def morning(firm: Firm) -> None:
    """Let it be half past eight."""
    assert firm.bot is not None
    await firm.bot.store.run(lambda unit: plan_morning(unit, firm.clock()))
    await firm.quiet()
