"""How fast a firm of five thousand clients sees its Home tab, and finds a client by typing.

    python -m benchmarks.home

From the click until Slack has the published tab, and from typing into the select until its options are there, each the
middle and the worst of thirty, with a bot of its own process.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.program import Program
from benchmarks.world import beside
from sandbox.netvisor.business_id import business_ids
from services.records import (
    Client,
    ClientState,
    Favourite,
    InvoiceState,
    Process,
    ProductionInvoice,
)
from services.store import Unit
from storage import open_store
from tests.journeys.firm import Firm, FirmClock

CLIENTS = 5_000
FAVOURITES = 40
WAITING = 10_000
TIMES = 30

HOME_LIMIT, OPTIONS_LIMIT = 300.0, 150.0


async def measure() -> bool:
    """Measure and print, and return whether both are within their limits."""
    with tempfile.TemporaryDirectory() as folder:
        firm = Firm(Path(folder), clock=FirmClock.of_the_machine())
        await firm.open()
        _fill(firm)
        program = Program(firm.folder, firm.environment)
        try:
            program.start()
            await firm.workspace.wait_for(lambda: firm.workspace.is_connected, 60)
            homes = [await _open_home(firm) for _ in range(TIMES + 1)][1:]
            options = [await _find(firm, f"yritys {number}") for number in range(TIMES)]
        finally:
            await asyncio.to_thread(program.stop)
            await firm.close()
    print(f"{CLIENTS:,} clients, {FAVOURITES} favourites, {WAITING:,} invoices waiting")
    print(f"worst: Home {max(homes):.0f} ms, options {max(options):.0f} ms")
    quick = beside("Home published after the click, middle", statistics.median(homes), HOME_LIMIT, "ms")
    return beside("options of a client, middle", statistics.median(options), OPTIONS_LIMIT, "ms") and quick


def _fill(firm: Firm) -> None:
    """Give the firm its clients before its bot starts."""
    store = open_store(firm.settings.database_file)
    workspace, now, aku = firm.workspace.team_id, firm.clock(), firm.workspace.accountant.id
    numbers = business_ids(1_000_000, CLIENTS)
    states = (ClientState.PRODUCTION,) * 17 + (ClientState.TRAINING, ClientState.BLOCKED, ClientState.PAUSED)
    clients = [
        Client(
            workspace=workspace,
            id=f"client{number:05}",
            business_id=numbers[number],
            name=f"Esimerkkiyritys {number} Palvelut Oy",
            process=Process.STANDARD,
            channel=f"C{number % 100:09}",
            credential_id="",
            state=states[number % len(states)],
            added_by=aku,
            added_at=now,
            state_since=now,
            live_since=now,
        )
        for number in range(CLIENTS)
    ]
    invoices = [
        ProductionInvoice(
            workspace=workspace,
            id=f"{clients[number % 700].id}:{number}",
            client_id=clients[number % 700].id,
            netvisor_key=number,
            vendor="Toimittaja Oy",
            number=str(number),
            amount=10_000,
            invoice_date=None,
            state=InvoiceState.WAITING,
            arrived_at=now,
            changed_at=now,
            fingerprint="",
            content="",
        )
        for number in range(WAITING)
    ]

    def fill(unit: Unit) -> None:
        unit[Client].put(*clients)
        unit[ProductionInvoice].put(*invoices)
        unit[Favourite].put(
            *(Favourite(workspace, f"{aku}:{one.id}", aku, one.id, now) for one in clients[::125][:FAVOURITES])
        )

    store.run_now(fill)
    store.close()


async def _open_home(firm: Firm) -> float:
    """Open the Home tab, and return how long it took to be published, in milliseconds."""
    aku = firm.workspace.accountant
    before, began = _published(firm), time.perf_counter()
    await firm.workspace.open_home(aku)
    await firm.workspace.wait_for(lambda: _published(firm) > before, 10)
    return (time.perf_counter() - began) * 1000


def _published(firm: Firm) -> int:
    return sum(call.method == "views.publish" for call in firm.workspace.calls)


async def _find(firm: Firm, words: str) -> float:
    """Type into the select of clients, and return how long its options took, in milliseconds."""
    began = time.perf_counter()
    outcome = await firm.workspace.suggest(firm.workspace.accountant, "find_client", words, home=True)
    assert outcome.options, outcome
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    raise SystemExit(not asyncio.run(measure()))
