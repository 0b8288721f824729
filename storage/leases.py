"""One Netvisor call at a time per company, held in the database: also between workspaces and processes."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

from services.clock import Clock
from services.exclusive import Exclusive
from services.netvisor import Turn
from services.records import CompanyLease
from services.store import Store, Unit

LEASE = timedelta(seconds=150)
"""Longer than a call's time-out of 120 seconds: a lease left by a dead process ends by itself."""

EVERYBODY = "-"
"""Leases belong to no workspace: the company is one, whoever asks."""

LOOK_AGAIN = 0.2


class DatabaseLeases:
    """`services.netvisor.CompanyLease` on the store; `holder` names this process."""

    def __init__(self, store: Store, clock: Clock, holder: str) -> None:
        self._store = store
        self._clock = clock
        self._holder = holder
        self._numbers = itertools.count(1)
        self._exclusive = Exclusive()

    @asynccontextmanager
    async def hold(self, host: str, business_id: str) -> AsyncGenerator[Turn]:
        """Wait for a company's turn, and keep it for the block and for as long after it as the turn then says."""
        name, turn = f"{host}/{business_id}", Turn()
        # Each turn has a name of its own: who gives up waiting must not give away a lease that an earlier turn keeps.
        holder = f"{self._holder}/{next(self._numbers)}"
        async with self._exclusive.of(name):
            # Whatever ends the waiting, also a cancellation half way, leaves no lease behind.
            try:
                while not await self._store.run(lambda unit: self._take(unit, name, holder)):  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_AGAIN)  # another process may hold it, and cannot wake us
                yield turn
            finally:
                await self._store.run(lambda unit: self._give_back(unit, name, holder, turn))

    def _take(self, unit: Unit, name: str, holder: str) -> bool:
        now = self._clock()
        unit[CompanyLease].delete(EVERYBODY, id=name, until__lt=now)
        return unit[CompanyLease].add(CompanyLease(EVERYBODY, name, holder, now + LEASE))

    def _give_back(self, unit: Unit, name: str, holder: str, turn: Turn) -> None:
        if turn.kept_for:
            until = self._clock() + timedelta(seconds=turn.kept_for)
            unit[CompanyLease].change(EVERYBODY, name, {"holder": holder}, until=until)
        else:
            unit[CompanyLease].delete(EVERYBODY, id=name, holder=holder)

    async def free_earlier(self, prefix: str) -> None:
        """Free the leases of earlier processes of a kind; for the one process that may run of it."""

        def free(unit: Unit) -> None:
            for lease in unit[CompanyLease].find(EVERYBODY):
                if lease.holder.startswith(prefix) and not lease.holder.startswith(f"{self._holder}/"):
                    unit[CompanyLease].delete(EVERYBODY, id=lease.id)

        await self._store.run(free)
