"""Production: invoices that arrive in Netvisor are predicted, wait for a person or are written, each once."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from sandbox.netvisor.company import ApprovalStatus
from services.proposals import Choice, Origin, Proposal
from services.records import Artifact, ClientState, InvoiceState, Job, ProductionInvoice, Tick
from tests.journeys.firm import CHANNEL, Firm
from tests.journeys.office import (
    Office,
    cards,
    confirm_as_proposed,
    confirm_first,
    handled,
    in_production,
    next_round,
    open_invoice,
    open_review,
    reason,
    state,
    until_written,
)

together = pytest.mark.asyncio(loop_scope="module")
"""Tests that share one office, and with it one training."""


async def test_in_background_a_new_invoice_gets_its_suggestions_unasked(firm: Firm) -> None:
    kataja = firm.company("Kataja")
    await in_production(firm, kataja, "background")
    await firm.until(lambda: not firm.find(ProductionInvoice, state=InvoiceState.CONFIRMED))
    invoice = firm.netvisor.receive_invoice(kataja.business_id)
    assert all(line.account_number is None for line in invoice.lines)
    await next_round(firm)

    assert state(firm, invoice) in (InvoiceState.WRITTEN, InvoiceState.LEFT)
    written = firm.find(ProductionInvoice, state=InvoiceState.WRITTEN)
    assert written
    for one in written:
        standing = kataja.invoices[one.netvisor_key]
        assert standing.status in (ApprovalStatus.OPEN, ApprovalStatus.IN_FACTUAL_VERIFICATION, ApprovalStatus.APPROVED)
        assert standing.voucher_key is None
        assert not standing.ready_for_accounting
        assert sum(line.sum for line in standing.lines) == standing.amount
        assert any(line.account_number is not None for line in standing.lines)
        assert len([event for event in standing.history if event.type == "posting"]) == 1


async def test_in_the_standard_process_an_invoice_comes_after_the_clients_approval(firm: Firm) -> None:
    kataja = firm.company("Kataja")
    await in_production(firm, kataja, "standard")
    invoice = firm.netvisor.receive_invoice(kataja.business_id)
    await next_round(firm)
    assert handled(firm, invoice) is None
    firm.netvisor.handle_invoice(kataja.business_id, invoice.key, ApprovalStatus.ACCEPTED, "Kaisa Korpela")
    await next_round(firm)
    assert state(firm, invoice) is InvoiceState.WAITING

    await confirm_as_proposed(firm, invoice)
    await until_written(firm, invoice)
    assert invoice.voucher_key is not None
    voucher = kataja.vouchers[invoice.voucher_key]
    assert sum(line.sum for line in voucher.lines) == 0


@together
async def test_the_queue_is_gone_through_one_tap_an_invoice(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    for _ in range(2):
        firm.netvisor.receive_invoice(office.company.business_id)
    await office.receive()
    waiting = len(firm.find(ProductionInvoice, state=InvoiceState.WAITING))
    (card,) = cards(firm)
    assert f"{waiting} invoices wait for review." in card.text

    assert f"1 of {waiting} · Kataja" in await open_review(firm)
    assert firm.find(ProductionInvoice, state=InvoiceState.WAITING, reason="review")
    for _ in range(waiting):
        before = firm.seen(aku)
        outcome = await firm.workspace.submit(aku, firm.top(aku).id)
        if outcome.errors:
            await firm.press(aku, "review_leave")
            await firm.until(lambda before=before: firm.seen(aku) != before)
    assert "Nothing waits for review" in firm.seen(aku)
    await firm.until(lambda: not firm.find(ProductionInvoice, state__in=[InvoiceState.CONFIRMED, InvoiceState.WRITING]))
    written = firm.find(ProductionInvoice, state=InvoiceState.WRITTEN)
    assert sum(office.written(invoice) for invoice in office.company.invoices.values()) == len(written)
    await firm.until(lambda: "Nothing waits for review." in card.text)


@together
async def test_a_comment_is_of_one_invoice_and_not_of_the_next(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    firm.netvisor.receive_invoice(office.company.business_id)
    await office.receive()
    await open_review(firm)
    shown = [str(json.loads(str(firm.top(aku).content["private_metadata"]))["invoice"])]
    (name,) = [block["block_id"] for block in firm.top(aku).blocks if str(block.get("block_id")).startswith("comment")]
    assert not (await firm.workspace.submit(aku, firm.top(aku).id, {name: {"comment": "Only of this one"}})).errors
    shown.append(str(json.loads(str(firm.top(aku).content["private_metadata"]))["invoice"]))
    assert not (await firm.workspace.submit(aku, firm.top(aku).id)).errors

    def comments() -> list[str]:
        return [one.comment for key in shown for one in firm.find(ProductionInvoice, id=key)]

    assert comments() == ["Only of this one", ""]


@together
async def test_an_invoice_waits_for_a_person_and_is_posted_once(office: Office) -> None:
    firm, invoice = office.firm, await office.receive()
    assert state(firm, invoice) is InvoiceState.WAITING
    assert office.written(invoice) == 0

    await confirm_as_proposed(firm, invoice)
    await until_written(firm, invoice)
    assert office.written(invoice) == 1
    assert invoice.ready_for_accounting
    assert invoice.status is ApprovalStatus.OPEN
    (proof,) = firm.find(Tick, check_id="posting")
    assert proof.proven_at is not None


@together
async def test_a_write_whose_answer_is_lost_is_read_back_and_not_repeated(office: Office) -> None:
    firm, invoice = office.firm, await office.receive()
    firm.netvisor.faults.add("reset_after", resource="purchaseinvoicepostingdata")
    await confirm_as_proposed(firm, invoice)
    await firm.until(lambda: state(firm, invoice) is InvoiceState.WRITING)
    await firm.until(lambda: not [job for job in firm.find(Job, kind="write") if job.boot])
    # The invoice rests, and the company's lease with it: Netvisor may still be at work.
    firm.clock.forward(minutes=7)
    await until_written(firm, invoice)
    assert office.written(invoice) == 1
    assert reason(firm, invoice) == "written_read_back"


@together
async def test_a_person_changes_the_account_and_splits_a_line(office: Office) -> None:
    firm, aku, invoice = office.firm, office.firm.workspace.accountant, await office.receive()
    await open_invoice(firm, invoice)
    await firm.workspace.click(aku, action_id="review_line", value="0", view=firm.top(aku).id)
    await firm.until(lambda: firm.top(aku).callback_id == "review_line")
    view = firm.top(aku)
    found = await firm.workspace.suggest(aku, "account", "matka", view=view.id)
    (account, *_) = [option["value"] for option in found.options]
    whole = invoice.lines[0].sum
    too_much = await firm.workspace.submit(
        aku, view.id, {"account": {"account": account}, "part": {"part": f"{whole / 100 + 1:.2f}"}}
    )
    assert "between zero and the line's sum" in str(too_much.errors)
    await firm.workspace.submit(aku, view.id, {"account": {"account": account}, "part": {"part": "1,00"}})
    await firm.until(lambda: firm.top(aku).callback_id == "review" and "1,00" in firm.seen(aku))
    assert "Chosen in the review." in firm.seen(aku)

    await confirm_first(firm)
    await until_written(firm, invoice)
    assert [line.sum for line in invoice.lines[:2]] == [whole - 100, 100]
    assert [str(line.account_number) for line in invoice.lines[:2]] == [account, account]
    assert sum(line.sum for line in invoice.lines) == invoice.amount


@together
async def test_what_is_uncertain_is_put_right_by_one_tap(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    invoice = firm.netvisor.receive_invoice(office.company.business_id)
    first = replace(invoice.lines[0], vat_tenths=0, vat_code="NONE")
    invoice.lines = [first, *invoice.lines[1:]]
    await next_round(firm)
    dimension = office.company.dimensions[0]
    items = [item.name for item in dimension.items if not item.hidden][:2]
    row = handled(firm, invoice)
    assert row
    assert firm.bot
    proposed = Proposal.from_json(row.proposal)
    unsure = replace(
        proposed.lines[0],
        vat=Choice("NONE", Origin.PREDICTED, 0.6, (("EUPO", 0.35),)),
        dimensions={dimension.name: Choice(items[0], Origin.PREDICTED, 0.5, ((items[1], 0.4),))},
    )
    doubtful = replace(proposed, lines=(unsure, *proposed.lines[1:])).to_json()
    firm.bot.store.run_now(lambda unit: unit[ProductionInvoice].change(row.workspace, row.id, proposal=doubtful))

    await open_invoice(firm, invoice)
    assert "NONE (60" in firm.seen(aku)
    for text in (f"{dimension.name}: {items[1]}", "VAT code EUPO"):
        rows = [block for block in firm.top(aku).blocks if block["block_id"] == "review_alternative:0"]
        (button,) = [one for block in rows for one in block["elements"] if one["text"]["text"] == text]
        assert len(rows[0]["elements"]) <= 3
        await firm.workspace.click(
            aku, action_id=button["action_id"], view=firm.top(aku).id, block_id="review_alternative:0"
        )
        await firm.until(lambda text=text: f"'{text}'" not in str(firm.top(aku).blocks))
    await firm.workspace.click(aku, action_id="review_line", value="0", view=firm.top(aku).id)
    await firm.until(lambda: firm.top(aku).callback_id == "review_line")
    view = firm.top(aku)
    (vat,) = [block["element"] for block in view.blocks if block["block_id"] == "vat"]
    assert [group["label"]["text"] for group in vat["option_groups"]] == ["Suggested", "Others"]
    assert [one["value"] for one in vat["option_groups"][0]["options"]] == ["NONE"], "what it was is at hand"
    found = await firm.workspace.suggest(aku, "dimension", "", view=view.id, block_id=f"dimension:0:{dimension.name}")
    groups = found.payload["option_groups"]
    assert [one["value"] for one in groups[0]["options"]] == [items[0]]
    found = await firm.workspace.suggest(aku, "account", "", view=view.id)
    assert found.options
    await firm.workspace.close_view(aku, view.id)
    await confirm_first(firm)
    await until_written(firm, invoice)
    assert invoice.lines[0].vat_code == "EUPO"
    assert (dimension.name, items[1]) in invoice.lines[0].dimensions


@together
async def test_two_people_in_one_queue_confirm_an_invoice_once(office: Office) -> None:
    firm, aku, invoice = office.firm, office.firm.workspace.accountant, await office.receive()
    other = next(person for person in firm.workspace.people.values() if person not in (aku, firm.workspace.bot))
    await open_review(firm)
    await open_review(firm, other)
    assert firm.seen(aku) == firm.seen(other)
    before = len(firm.find(ProductionInvoice, reason="confirmed"))
    first, second = await asyncio.gather(
        firm.workspace.submit(aku, firm.top(aku).id), firm.workspace.submit(other, firm.top(other).id)
    )
    assert first.acknowledged
    assert second.acknowledged
    assert len(firm.find(ProductionInvoice, reason="confirmed")) <= before + 1
    assert "has already taken care of that invoice" in firm.seen(aku) + firm.seen(other)
    await until_written(firm, invoice)
    assert office.written(invoice) == 1


@together
async def test_an_invoice_changed_in_netvisor_meanwhile_is_not_written_but_comes_back(office: Office) -> None:
    firm, invoice = office.firm, await office.receive()
    invoice.lines[0].description = "Jotain aivan muuta"
    invoice.modified = firm.netvisor.now()
    await confirm_as_proposed(firm, invoice)
    await firm.until(lambda: "Jotain aivan muuta" in getattr(handled(firm, invoice), "content", ""))
    await firm.quiet()
    assert state(firm, invoice) is InvoiceState.WAITING
    assert office.written(invoice) == 0


@together
async def test_a_period_locked_between_confirming_and_writing_goes_back_to_the_person(office: Office) -> None:
    firm, invoice = office.firm, await office.receive()
    office.company.period_lock = invoice.day
    await confirm_as_proposed(firm, invoice)
    await firm.until(lambda: reason(firm, invoice) == "period_locked")
    assert office.written(invoice) == 0
    office.company.period_lock = None
    await confirm_as_proposed(firm, invoice)
    await until_written(firm, invoice)


@together
async def test_what_is_confirmed_is_learnt(office: Office) -> None:
    firm, invoice = office.firm, await office.receive()
    before = firm.find(Artifact)[0].content
    await confirm_as_proposed(firm, invoice)
    await until_written(firm, invoice)
    firm.clock.forward(minutes=2)
    await firm.until(lambda: firm.find(Artifact)[0].content != before)
    known = handled(firm, invoice)
    assert known is not None
    assert known.learned_at is not None


@together
async def test_netvisor_down_for_an_hour_delays_a_write_and_loses_nothing(office: Office) -> None:
    firm, invoice = office.firm, await office.receive()
    firm.netvisor.faults.add("maintenance", times=None)
    await confirm_as_proposed(firm, invoice)
    for _ in range(4):
        await next_round(firm)
    assert state(firm, invoice) is InvoiceState.CONFIRMED
    assert office.written(invoice) == 0
    firm.netvisor.faults.clear()
    await next_round(firm)
    await until_written(firm, invoice)
    assert office.written(invoice) == 1


@together
async def test_a_right_lost_before_a_write_blocks_the_client_until_somebody_repairs_it(office: Office) -> None:
    firm, aku = office.firm, office.firm.workspace.accountant
    first, second = await office.receive(), await office.receive()
    told, posted, calls = len(firm.told(aku)), len(firm.posted()), len(firm.netvisor.calls)
    firm.netvisor.faults.add("error", code="SERVICE_ACCESS_ERROR", resource="purchaseinvoicepostingdata", times=None)
    await confirm_as_proposed(firm, first)
    await firm.until_state(office.company, ClientState.BLOCKED)
    await confirm_as_proposed(firm, second)
    await next_round(firm)
    assert firm.client(office.company).missing == ("posting",)
    assert {state(firm, first), state(firm, second)} == {InvoiceState.CONFIRMED}
    assert [call.resource for call in firm.netvisor.calls[calls:]].count("purchaseinvoicepostingdata") == 1
    await firm.until(lambda: len(firm.posted()) > posted)
    (news,) = firm.posted()[posted:]
    assert "Kataja" in news.visible_text
    assert len(firm.told(aku)) == told, "the channel is told, and nobody a second time"

    firm.netvisor.faults.clear()
    await firm.workspace.command(aku, CHANNEL, f"/fabric check {office.company.business_id}")
    await firm.until(lambda: "'value': 'posting'" in str([view.blocks for view in firm.workspace.open_views(aku)]))
    await firm.quiet()
    await firm.workspace.click(aku, action_id="tick", view=firm.top(aku).id, value=["posting"])
    await firm.until_state(office.company, ClientState.PRODUCTION)
    for invoice in (first, second):
        await until_written(firm, invoice)
        assert office.written(invoice) == 1


@together
async def test_slack_asking_to_wait_delays_the_review_card_and_nothing_else(office: Office) -> None:
    firm, invoice = office.firm, await office.receive()
    messages = len(firm.posted())
    (card,) = cards(firm)
    await open_invoice(firm, invoice)
    firm.workspace.faults.call("chat.update", "rate_limited", times=2, seconds=20)
    await confirm_first(firm)
    await until_written(firm, invoice)
    waiting = len(firm.find(ProductionInvoice, state=InvoiceState.WAITING))
    shown = f"{waiting} invoice" if waiting else "Nothing waits"
    firm.clock.forward(minutes=3)
    await firm.until(lambda: shown in card.text and "Written to Netvisor" in card.visible_text)
    assert len(firm.posted()) == messages
    assert office.written(invoice) == 1
