"""The bot killed with SIGKILL while confirmed invoices are written: each is written, once, as it was confirmed."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from benchmarks.kills import small_companies
from benchmarks.program import Program
from services.proposals import Proposal
from services.records import AuditEntry, ClientState, InvoiceState, ProductionInvoice
from tests.journeys.firm import Firm, FirmClock
from tests.journeys.office import close_views, open_review

KILLS = 10
INVOICES = 24


async def test_whenever_the_bot_dies_what_was_confirmed_is_written_once(tmp_path: Path) -> None:
    dice = random.Random(5)
    firm = Firm(tmp_path, clock=FirmClock.of_the_machine())
    await firm.open()
    firm.workspace.patience = 1.0
    (company,) = small_companies(firm, 0, 1)
    for _ in range(INVOICES):
        firm.netvisor.receive_invoice(company.business_id)
    program, aku = Program(tmp_path, firm.environment), firm.workspace.accountant

    async def living() -> None:
        if not program.is_running:
            program.start()
        await firm.until(lambda: firm.workspace.is_connected, patience=60)

    try:
        await living()
        await firm.add(company, process="alternative")
        await firm.until_state(company, ClientState.PRODUCTION)
        await close_views(firm, aku)
        await open_review(firm)
        await close_views(firm, aku)
        firm.netvisor.latency = 0.03
        for _ in range(KILLS):
            await living()
            await open_review(firm)
            for _ in range(2 if "submit" in firm.top(aku).content else 0):
                await firm.workspace.submit(aku, firm.top(aku).id)
            await asyncio.sleep(dice.uniform(0, 0.4))
            program.kill()
            await firm.until(lambda: not firm.workspace.is_connected)
            while views := firm.workspace.open_views(aku):
                await firm.workspace.close_view(aku, views[-1].id)
        # The rest of the way goes by a clock that can be put forward: what nobody knows of rests for minutes.
        await firm.start_bot()
        firm.clock.forward(minutes=10)
        under_way = [InvoiceState.CONFIRMED, InvoiceState.WRITING]
        await firm.until(lambda: not firm.find(ProductionInvoice, state__in=under_way), patience=60)
        confirmed = {entry.netvisor_key for entry in firm.find(AuditEntry, event="confirmed")}
        rows = {row.netvisor_key: row for row in firm.find(ProductionInvoice)}
    finally:
        program.stop()
        await firm.close()

    assert len(confirmed) >= KILLS // 2
    for key, invoice in company.invoices.items():
        written = sum(event.type == "posting" for event in invoice.history)
        assert written == (key in confirmed), f"invoice {key} was written {written} times"
    for key in confirmed:
        assert rows[key].state is InvoiceState.WRITTEN
        meant = sorted((line.sum, line.account.label) for line in Proposal.from_json(rows[key].proposal).lines)
        assert sorted((line.sum, str(line.account_number)) for line in company.invoices[key].lines) == meant
        assert sum(line.sum for line in company.invoices[key].lines) == rows[key].amount
