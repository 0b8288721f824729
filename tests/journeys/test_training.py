"""Trainings after the first: asked for, cancelled, done by night, kept back, and what their report says."""

from __future__ import annotations

import asyncio
import dataclasses

import psutil
import pytest

from sandbox.netvisor import Company
from sandbox.netvisor.ledger import post
from services.learning import Comparison, Learnt
from services.prediction import Model
from services.records import (
    Artifact,
    ClientState,
    Fetched,
    OpenView,
    Person,
    Run,
    RunState,
    StoredInvoice,
    StoredVoucher,
)
from services.training import plan_night
from services.training_child import Child
from tests.journeys.firm import CHANNEL, Firm


async def in_production(firm: Firm, name: str = "Pihlaja") -> Company:
    """Take a company into production, and close the modal of its check."""
    company = firm.company(name)
    await firm.add(company)
    await firm.at_rest(company)
    await firm.workspace.close_view(firm.workspace.accountant, firm.top(firm.workspace.accountant).id)
    return company


async def night(firm: Firm) -> None:
    """Let a night pass."""
    assert firm.bot is not None
    await firm.bot.store.run(lambda unit: plan_night(unit, firm.clock()))
    firm.clock.forward(hours=4)
    await firm.quiet()


def runs(firm: Firm, state: RunState | None = None) -> list[Run]:
    """Return the runs, oldest first."""
    found = sorted(firm.find(Run), key=lambda run: (run.started_at, run.target))
    return [run for run in found if state in (None, run.state)]


def children() -> list[psutil.Process]:
    """Return the child processes that train."""
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if child.is_running() and "services.training_process" in " ".join(child.cmdline())
    ]


async def test_training_on_demand_is_followed_in_a_modal_and_told_once(firm: Firm) -> None:
    aku, aino = firm.workspace.accountant, firm.workspace.admin
    pihlaja = await in_production(firm)
    told = len(firm.told(aku))
    await firm.workspace.command(aino, CHANNEL, f"/fabric train {pihlaja.name}")
    await firm.until(lambda: firm.workspace.open_views(aino))
    assert firm.top(aino).callback_id == "training"
    await firm.until(lambda: len(runs(firm, RunState.DEPLOYED)) == 4)
    await firm.quiet()
    assert "What the models in use have learnt" in firm.seen(aino)
    assert "right if last time's posting were simply repeated" in firm.seen(aino)
    assert "The models before were right on" in firm.seen(aino)
    assert "Vendors that will need people most" in firm.seen(aino)
    assert "Accounts seen too seldom" in firm.seen(aino)
    assert "not posted yet" in firm.seen(aino)
    assert "Test environment (127.0.0.1)" in firm.seen(aino)
    (done,), (chart,) = firm.told(aino), firm.shown(aino)
    assert "Pihlaja Rakennus Oy has been trained." in done.visible_text
    assert chart.thread_ts == done.ts
    (picture,) = chart.files
    assert picture.content.startswith(b"\x89PNG")
    assert "Predictions of Pihlaja Rakennus Oy. Account · " in picture.alternative_text
    assert "uncertain lines: " in picture.alternative_text
    assert "Last time's posting" in done.visible_text
    assert len(firm.told(aku)) == told, "only who asked is told"
    assert len(firm.posted()) == 1
    assert firm.workspace.scheduled == {}


async def test_the_picture_of_a_training_comes_once_whatever_slack_does(firm: Firm) -> None:
    aku, aino = firm.workspace.accountant, firm.workspace.admin
    pihlaja = await in_production(firm)
    assert len(firm.shown(aku)) == 1, "the one who added it sees it, too"
    firm.workspace.faults.call("files.upload", "server_error")
    firm.workspace.faults.call("files.completeUploadExternal", "reset_after")
    assert firm.bot is not None
    workspace = firm.client(pihlaja).workspace
    await firm.bot.store.run(lambda unit: unit[Person].change(workspace, aino.id, language="fi"))
    await firm.workspace.command(aino, CHANNEL, f"/fabric train {pihlaja.name}")
    await firm.until(lambda: firm.shown(aino))
    await firm.quiet()
    (message,) = firm.shown(aino)
    (picture,) = message.files
    assert picture.title.startswith("Ennusteet: "), "in the language of the one who asked"


async def test_a_workspace_that_takes_no_files_is_told_without_a_picture(firm: Firm) -> None:
    aku = firm.workspace.accountant
    firm.workspace.scopes.discard("files:write")
    await in_production(firm)
    assert "is in production" in firm.told(aku)[-1].visible_text
    assert firm.shown(aku) == []


async def test_two_who_ask_train_once(firm: Firm) -> None:
    aku, aino = firm.workspace.accountant, firm.workspace.admin
    pihlaja = await in_production(firm)
    firm.netvisor.latency = 0.05
    for person in (aku, aino):
        await firm.workspace.command(person, CHANNEL, f"/fabric opeta {pihlaja.business_id}")
    await firm.until(lambda: len(runs(firm, RunState.DEPLOYED)) == 4)
    await firm.quiet()
    assert len(runs(firm)) == 4
    assert "What the models in use have learnt" in firm.seen(aino)


async def test_the_report_is_behind_a_button_of_the_card(firm: Firm) -> None:
    aku = firm.workspace.accountant
    await in_production(firm)
    (card,) = firm.posted()
    await firm.workspace.click(aku, action_id="training_report", message=(card.channel, card.ts))
    await firm.until(lambda: "What the models in use have learnt" in firm.seen(aku))
    assert "████" in firm.seen(aku)
    assert len(firm.find(OpenView)) == 1
    await firm.workspace.close_view(aku, firm.top(aku).id)
    await firm.until(lambda: firm.find(OpenView) == [])


async def test_a_company_whose_rights_are_missing_is_not_trained(firm: Firm) -> None:
    aku, tuomi = firm.workspace.accountant, firm.company("Tuomi")
    await firm.add(tuomi)
    await firm.until_state(tuomi, ClientState.BLOCKED)
    outcome = await firm.workspace.command(aku, CHANNEL, f"/fabric train {tuomi.business_id}")
    assert "its rights in Netvisor have to be in order first" in outcome.messages[0].visible_text
    assert runs(firm) == []


async def test_a_first_training_is_cancelled_while_it_fetches_and_begun_again(firm: Firm) -> None:
    aku, pihlaja = firm.workspace.accountant, firm.company("Pihlaja")
    firm.netvisor.latency = 0.2
    await firm.add(pihlaja)
    await firm.until(lambda: firm.posted() and "cancel_training" in str(firm.posted()[0].blocks))
    card = firm.posted()[0]
    await firm.workspace.click(aku, action_id="cancel_training", message=(card.channel, card.ts))
    await firm.until(lambda: f"cancelled by <@{aku.id}>" in firm.posted()[0].visible_text)
    await firm.quiet()
    assert {run.state for run in runs(firm)} == {RunState.CANCELLED}
    assert firm.state(pihlaja) is ClientState.TRAINING
    assert firm.workspace.scheduled == {}, "nobody is told that it lasts too long"

    firm.netvisor.latency = 0.0
    await firm.workspace.click(aku, action_id="train", message=(card.channel, card.ts))
    await firm.at_rest(pihlaja)
    assert len(firm.posted()) == 1


@pytest.fixture
def slow_learning(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Hold back what the child process has learnt until the event is set, unless it is ended before."""
    go_on = asyncio.Event()
    learn = Child.learn

    async def later(self: Child, *arguments: object) -> Learnt | None:
        learnt = await learn(self, *arguments)  # pyright: ignore[reportArgumentType] - as it was called
        ended = asyncio.create_task(self.wait())
        waiting = asyncio.create_task(go_on.wait())
        await asyncio.wait((ended, waiting), return_when=asyncio.FIRST_COMPLETED)
        return learnt if go_on.is_set() else None

    monkeypatch.setattr(Child, "learn", later)
    return go_on


async def test_cancelling_ends_the_child_process_and_keeps_the_models(firm: Firm, slow_learning: asyncio.Event) -> None:
    aku = firm.workspace.accountant
    slow_learning.set()
    pihlaja = await in_production(firm)
    slow_learning.clear()
    (before,) = firm.find(Artifact)
    await firm.workspace.command(aku, CHANNEL, f"/fabric train {pihlaja.name}")
    await firm.until(lambda: runs(firm, RunState.EVALUATING))
    await firm.press(aku, "cancel_training")
    await firm.until(lambda: "cancelled by" in firm.seen(aku))
    await firm.quiet()
    assert children() == []
    assert firm.find(Artifact) == [before]
    assert firm.state(pihlaja) is ClientState.PRODUCTION
    assert "stay in use" in firm.seen(aku)
    assert "What the models in use have learnt" in firm.seen(aku)

    slow_learning.set()
    await firm.press(aku, "train")
    await firm.until(lambda: len(runs(firm, RunState.DEPLOYED)) == 4)
    await firm.quiet()
    (after,) = firm.find(Artifact)
    assert after.batch != before.batch


async def test_a_training_that_waits_for_netvisor_can_be_cancelled_and_begun_again(firm: Firm) -> None:
    aku = firm.workspace.accountant
    pihlaja = await in_production(firm)
    firm.netvisor.faults.add("maintenance", times=None)
    await firm.workspace.command(aku, CHANNEL, f"/fabric train {pihlaja.name}")
    await firm.until(lambda: "under maintenance" in firm.seen(aku))
    await firm.press(aku, "cancel_training")
    await firm.until(lambda: "cancelled by" in firm.seen(aku))
    firm.netvisor.faults.clear()
    await firm.press(aku, "train")
    await firm.until(lambda: len(runs(firm, RunState.DEPLOYED)) == 4)
    await firm.quiet()
    assert {run.state for run in runs(firm)[2:4]} == {RunState.CANCELLED}


async def test_a_bot_that_dies_while_it_learns_learns_on_after_the_start(
    firm: Firm, slow_learning: asyncio.Event
) -> None:
    aku = firm.workspace.accountant
    slow_learning.set()
    pihlaja = await in_production(firm)
    slow_learning.clear()
    await firm.workspace.command(aku, CHANNEL, f"/fabric train {pihlaja.name}")
    await firm.until(lambda: runs(firm, RunState.EVALUATING))
    assert firm.bot is not None
    await firm.bot.runner.stop(patience=0)
    await firm.stop_bot()
    calls = len([call for call in firm.netvisor.calls if call.resource == "purchaseinvoicelist"])
    slow_learning.set()
    await firm.start_bot()
    await firm.until(lambda: len(runs(firm, RunState.DEPLOYED)) == 4)
    await firm.quiet()
    assert len([call for call in firm.netvisor.calls if call.resource == "purchaseinvoicelist"]) == calls
    assert sum("has been trained" in message.text for message in firm.told(aku)) == 1


async def test_a_night_in_which_nothing_changed_trains_nobody(firm: Firm) -> None:
    await in_production(firm)
    details = len([call for call in firm.netvisor.calls if call.resource == "getpurchaseinvoice"])
    await night(firm)
    assert len(runs(firm)) == 2
    assert len([call for call in firm.netvisor.calls if call.resource == "getpurchaseinvoice"]) <= details + 1


def posted_differently(firm: Firm, company: Company) -> None:
    """Somebody posts the newest posted invoice anew, to another account."""
    invoice = [invoice for invoice in company.invoices.values() if invoice.voucher_key][-1]
    for line in invoice.lines:
        line.account_number = 4000 if line.account_number != 4000 else 7420
    post(company, invoice, firm.netvisor.now())


async def test_a_night_after_a_change_learns_it_without_a_word(firm: Firm) -> None:
    aku = firm.workspace.accountant
    pihlaja = await in_production(firm)
    told, stored = len(firm.told(aku)), len(firm.find(StoredVoucher))
    (before,) = firm.find(Artifact)
    gone = next(iter(pihlaja.invoices))
    del pihlaja.invoices[gone]
    posted_differently(firm, pihlaja)
    firm.netvisor.receive_invoice(pihlaja.business_id)
    await night(firm)
    assert len(runs(firm)) == 2, "a few postings are no reason for a training"
    (after,) = firm.find(Artifact)
    assert (after.batch, after.deployed_at) == (before.batch, before.deployed_at)
    model = Model.from_bytes(after.content)
    assert "4000" in model.memory.labels["account"]
    assert model.about == Model.from_bytes(before.content).about, "what it was trained on stays as it was"
    assert firm.find(Fetched)[0].changes == 0
    assert {row.netvisor_key for row in firm.find(StoredInvoice)} == set(pihlaja.invoices)
    assert len(firm.find(StoredVoucher)) == stored, "one voucher took another's place"
    assert len(firm.told(aku)) == told
    assert len(firm.posted()) == 1


async def test_a_change_a_week_after_a_training_trains_without_a_word(firm: Firm) -> None:
    aku = firm.workspace.accountant
    pihlaja = await in_production(firm)
    told = len(firm.told(aku))
    firm.clock.forward(hours=7 * 24)
    posted_differently(firm, pihlaja)
    await night(firm)
    assert len(runs(firm, RunState.DEPLOYED)) == 4
    newest = runs(firm)[-1]
    assert newest.requested_by == ""
    assert firm.find(Artifact)[0].batch == newest.batch
    assert firm.find(Fetched)[0].changes == 0
    assert len(firm.told(aku)) == told
    await night(firm)
    assert len(runs(firm)) == 4


async def test_models_that_cannot_be_read_are_trained_anew(firm: Firm) -> None:
    pihlaja = await in_production(firm)
    assert firm.bot is not None
    (artifact,) = firm.find(Artifact)
    spoilt = dataclasses.replace(artifact, content=artifact.content[:-1] + b"?")
    await firm.bot.store.run(lambda unit: unit[Artifact].put(spoilt))
    await night(firm)
    assert len(runs(firm, RunState.DEPLOYED)) == 4
    (mended,) = firm.find(Artifact)
    assert mended.content != spoilt.content
    assert (runs(firm)[-1].report or {})["damaged"] is True

    await firm.bot.store.run(lambda unit: unit[Artifact].put(spoilt))
    client = firm.client(pihlaja)
    assert await firm.bot.trainer.running_model(client) is None, "and when it is wanted"
    await firm.until(lambda: len(runs(firm, RunState.DEPLOYED)) == 6)
    await firm.quiet()
    model = await firm.bot.trainer.running_model(client)
    assert model is not None
    assert model.learned


async def test_models_that_are_proven_worse_are_kept_back(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    aku = firm.workspace.accountant
    pihlaja = await in_production(firm)
    (before,) = firm.find(Artifact)
    worse = Comparison("account", 200, 0.71, 0.85, 0.06, 0.02, worse="right")
    learn = Child.learn

    async def badly(self: Child, *arguments: object) -> Learnt | None:
        learnt = await learn(self, *arguments)  # pyright: ignore[reportArgumentType] - as it was called
        return learnt and dataclasses.replace(learnt, comparisons=(worse,))

    monkeypatch.setattr(Child, "learn", badly)
    await firm.workspace.command(aku, CHANNEL, f"/fabric train {pihlaja.name}")
    await firm.until(lambda: runs(firm, RunState.FAILED))
    await firm.quiet()
    assert firm.find(Artifact) == [before]
    assert "Account: right on 71% of 200 lines, those in use on 85%." in firm.seen(aku)
    assert "stay in use" in firm.seen(aku)
    assert "ended without new models" in firm.told(aku)[-1].text
    assert firm.state(pihlaja) is ClientState.PRODUCTION


async def test_what_is_too_old_is_forgotten(sandbox: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    firm = sandbox
    await firm.start_bot()
    pihlaja = await in_production(firm)
    all_of_it = len(firm.find(StoredInvoice))
    await firm.stop_bot()
    monkeypatch.setenv("FABRIC_HISTORY_MONTHS", "3")
    await firm.start_bot()
    await night(firm)
    left = firm.find(StoredInvoice)
    assert 0 < len(left) < all_of_it
    assert min(row.invoice_date for row in left if row.invoice_date).isoformat() >= "2025-12-01"
    assert len(runs(firm, RunState.DEPLOYED)) == 4
    assert len(pihlaja.invoices) == all_of_it
