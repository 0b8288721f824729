"""What goes wrong around invoices in production: nothing is lost, everybody is told once, work goes on by itself."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from services.records import Artifact, InvoiceState, Run, RunState
from tests.conftest import Log
from tests.journeys.office import Office, handled, next_round, open_office, state

together = pytest.mark.asyncio(loop_scope="module")
"""Tests that share one office, and with it one training."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """A firm with Kataja in the alternative process."""
    async with open_office(tmp_path_factory.mktemp("office"), "alternative") as office:
        yield office


@pytest_asyncio.fixture(loop_scope="module")
async def office(shared: Office, log: Log) -> AsyncIterator[Office]:
    """The shared office as a test finds it."""
    yield shared
    await shared.tidy()
    assert log.faults() == []


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
