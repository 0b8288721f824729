"""What happens by the clock: the hourly note, the overdue message that Slack keeps, the morning message."""

from __future__ import annotations

from services.notifications import plan_morning
from services.records import ClientState, ScheduledMessage
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
