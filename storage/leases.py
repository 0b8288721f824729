"""One Netvisor call at a time per company, held in the database: also between workspaces and processes."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

from services.clock import Clock
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
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def hold(self, host: str, business_id: str) -> AsyncGenerator[None]:
        """Wait for a company's turn, and keep it for the block."""
        name = f"{host}/{business_id}"
        async with self._turns[name]:
            # Whatever ends the waiting, also a cancellation half way, leaves no lease behind.
            try:
                while not await self._store.run(lambda unit: self._take(unit, name)):  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_AGAIN)  # another process may hold it, and cannot wake us
                yield
            finally:
                await self._store.run(lambda unit: unit[CompanyLease].delete(EVERYBODY, id=name, holder=self._holder))

    def _take(self, unit: Unit, name: str) -> bool:
        now = self._clock()
        unit[CompanyLease].delete(EVERYBODY, id=name, until__lt=now)
        return unit[CompanyLease].add(CompanyLease(EVERYBODY, name, self._holder, now + LEASE))

    async def free_earlier(self, prefix: str) -> None:
        """Free the leases of earlier processes of a kind; for the one process that may run of it."""

        def free(unit: Unit) -> None:
            for lease in unit[CompanyLease].find(EVERYBODY):
                if lease.holder.startswith(prefix) and lease.holder != self._holder:
                    unit[CompanyLease].delete(EVERYBODY, id=lease.id)

        await self._store.run(free)
