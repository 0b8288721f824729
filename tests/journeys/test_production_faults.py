"""What goes wrong around invoices in production: nothing is lost, everybody is told once, work goes on by itself."""

from __future__ import annotations

import dataclasses

import pytest

from sandbox.netvisor import Invoice
from services.records import Artifact, ClientState, InvoiceState, Message, ProductionInvoice, Run, RunState
from tests.journeys.office import (
    Office,
    cards,
    close_views,
    confirm_as_proposed,
    confirm_first,
    handled,
    next_round,
    open_invoice,
    open_review,
    reason,
    state,
    until_written,
)

together = pytest.mark.asyncio(loop_scope="module")
"""Tests that share one office, and with it one training."""


async def spoil_model(office: Office) -> None:
    """Leave a client with a model that does not open, as an update of the program does."""
    bot = office.firm.bot
    assert bot is not None
    (artifact,) = office.firm.find(Artifact)
    spoilt = dataclasses.replace(artifact, content=artifact.content[:-1] + b"?")
    await bot.store.run(lambda unit: unit[Artifact].put(spoilt))


@together
async def test_an_invoice_waits_for_the_training_that_mends_a_model_that_does_not_open(office: Office) -> None:
    firm = office.firm
    told, posted, trained = len(firm.told(firm.workspace.accountant)), len(firm.posted()), len(firm.find(Run))
    await spoil_model(office)
    invoice = await office.receive()
    await firm.until(lambda: state(firm, invoice) is InvoiceState.WAITING)
    known = handled(firm, invoice)
    assert known is not None
    assert known.confidence > 0, "it is predicted, by the models that were trained for it"
    assert known.model == firm.find(Artifact)[0].batch
    assert len(firm.find(Run)) == trained + 2
    assert len(firm.told(firm.workspace.accountant)) == told
    assert len(firm.posted()) <= posted + 1, "the review card, and nothing of the training"


@together
async def test_where_no_training_mends_the_model_people_see_the_invoice_all_the_same(office: Office) -> None:
    firm = office.firm
    assert firm.bot is not None
    (before,) = firm.find(Artifact)
    await spoil_model(office)
    run = max(firm.find(Run), key=lambda run: run.started_at)
    failed = [
        dataclasses.replace(one, state=RunState.FAILED, failure="r", finished_at=firm.clock())
        for one in firm.find(Run, batch=run.batch)
    ]
    await firm.bot.store.run(lambda unit: unit[Run].put(*failed))
    invoice = await office.receive()
    await next_round(firm)
    known = handled(firm, invoice)
    assert known is not None
    assert (known.state, known.confidence) == (InvoiceState.WAITING, 0.0)
    await firm.bot.store.run(lambda unit: unit[Artifact].put(before))


@together
async def test_netvisor_down_for_an_hour_is_told_once_and_all_goes_on_by_itself(office: Office) -> None:
    firm, confirmed = office.firm, await office.receive()
    told, posted = len(firm.told(firm.workspace.accountant)), len(firm.posted())
    firm.netvisor.faults.add("maintenance", times=None)
    await confirm_as_proposed(firm, confirmed)
    arrived = firm.netvisor.receive_invoice(office.company.business_id)
    for _ in range(4):
        await next_round(firm)
    (card,) = cards(firm)
    assert "Netvisor has not answered for 1 client since " in card.visible_text
    edits = sum(call.method == "chat.update" for call in firm.workspace.calls)
    await next_round(firm)
    assert sum(call.method == "chat.update" for call in firm.workspace.calls) == edits, "nothing new, nothing said"
    assert state(firm, confirmed) is InvoiceState.CONFIRMED

    firm.netvisor.faults.clear()
    await next_round(firm)
    await until_written(firm, confirmed)
    await firm.until(lambda: state(firm, arrived) is InvoiceState.WAITING)
    await firm.quiet()
    (card,) = cards(firm)
    assert "has not answered" not in card.visible_text
    assert office.written(confirmed) == 1
    assert (len(firm.told(firm.workspace.accountant)), len(firm.posted())) == (told, posted)


async def returned(office: Office) -> list[str]:
    """Return what the accountant has been told of invoices that came back, after the minute in which it gathers."""
    firm = office.firm
    firm.clock.forward(minutes=2)
    await firm.quiet()
    return [message.visible_text for message in firm.told(firm.workspace.accountant) if "was not" in message.text]


@together
async def test_what_comes_back_is_told_once_to_who_confirmed_it(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    locked, changed = await office.receive(), await office.receive()
    office.company.period_lock = locked.day
    await confirm_as_proposed(firm, locked)
    await firm.until(lambda: reason(firm, locked) == "period_locked")
    (said,) = await returned(office)
    assert "1 invoice of Kataja Oy that you confirmed was not written, and waits for review again." in said
    assert f"{locked.number}, " in said
    assert "the accounting period is locked" in said

    office.company.period_lock = None
    changed.lines[0].description = "Jotain aivan muuta"
    changed.modified = firm.netvisor.now()
    await confirm_as_proposed(firm, changed)
    await firm.until(lambda: "Jotain aivan muuta" in getattr(handled(firm, changed), "content", ""))
    assert await returned(office) == []
    both = [message for message in firm.told(aku) if "were not written" in message.text]
    assert len(both) == 1, "one message a client and day, edited"
    assert "changed in Netvisor meanwhile" in both[0].visible_text

    await firm.workspace.click(aku, action_id="review", message=(both[0].channel, both[0].ts))
    await firm.until(lambda: firm.workspace.open_views(aku))
    await close_views(firm, aku)
    for invoice in (locked, changed):
        await confirm_as_proposed(firm, invoice)
        await until_written(firm, invoice)
        assert office.written(invoice) == 1


@together
async def test_rights_lost_while_invoices_arrive_are_told_once_and_all_goes_on_when_they_are_back(
    office: Office,
) -> None:
    firm, confirmed = office.firm, await office.receive()
    posted = len(firm.posted())
    firm.netvisor.disallow_resources(office.company.business_id, ["purchase_invoices"])
    await confirm_as_proposed(firm, confirmed)
    await firm.until_state(office.company, ClientState.BLOCKED)
    arrived = firm.netvisor.receive_invoice(office.company.business_id)
    for _ in range(2):
        await next_round(firm)
    news = [message for message in firm.posted()[posted:] if "Kataja" in message.visible_text]
    assert len(news) == 1
    assert state(firm, confirmed) is InvoiceState.CONFIRMED

    firm.netvisor.allow_resources(office.company.business_id, ["purchase_invoices"])
    firm.clock.forward(hours=1)
    await firm.until_state(office.company, ClientState.PRODUCTION)
    await until_written(firm, confirmed)
    await next_round(firm)
    await firm.until(lambda: state(firm, arrived) is InvoiceState.WAITING)
    assert office.written(confirmed) == 1


@together
async def test_slack_refusing_everything_for_ten_minutes_stops_no_invoice(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    first, second = await office.receive(), await office.receive()
    (card,) = cards(firm)
    posted, messages = len(firm.posted()), len(firm.find(Message))
    await open_invoice(firm, first)
    firm.workspace.faults.call("*", "rate_limited", times=None, seconds=30)
    await confirm_first(firm)
    await until_written(firm, first)
    later: list[Invoice] = []
    for _ in range(5):
        later.append(firm.netvisor.receive_invoice(office.company.business_id))
        firm.clock.forward(minutes=2)
        await firm.until(lambda: True)
    firm.clock.forward(minutes=15)
    await firm.until(lambda: all(state(firm, invoice) is InvoiceState.WAITING for invoice in later))
    firm.workspace.faults.clear()
    firm.clock.forward(minutes=1)
    waiting = len(firm.find(ProductionInvoice, state=InvoiceState.WAITING))
    await firm.until(lambda: card.text == f"{waiting} invoices wait for review.")
    await firm.quiet()
    assert len(firm.posted()) == posted
    assert len(firm.find(Message)) == messages
    await close_views(firm, aku)
    for invoice in (second, *later):
        await confirm_as_proposed(firm, invoice)
        await until_written(firm, invoice)
        assert office.written(invoice) == 1


@together
async def test_a_modal_that_slack_does_not_renew_after_it_took_a_form_is_told_of(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    await office.receive()
    await open_review(firm)
    await firm.workspace.click(aku, action_id="review_line", value="0", view=firm.top(aku).id)
    await firm.until(lambda: firm.top(aku).callback_id == "review_line")
    direct = firm.workspace.direct(aku.id, firm.workspace.bot.id).id
    firm.workspace.faults.call("views.update", "server_error")
    assert not (await firm.workspace.submit(aku, firm.top(aku).id)).errors
    await firm.until(
        lambda: [one for one in firm.workspace.messages(direct, aku) if "Slack is busy just now" in one.text]
    )
