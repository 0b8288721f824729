"""What a client's lines can be posted to, read of Netvisor: accounts, dimensions, circulation lists."""

from __future__ import annotations

from datetime import datetime

from services.circulation import notice_changes
from services.netvisor import Company
from services.records import Client, Registers
from services.store import Store, Unit


async def read_registers(store: Store, client: Client, company: Company, now: datetime) -> None:
    """Read and store them, and pause the rules that they leave without a target. Raises a NetvisorError."""
    accounts = (await company.accounts()).accounts
    dimensions = await company.dimensions()
    lists = await company.circulation_lists()
    registers = Registers(
        workspace=client.workspace,
        id=client.id,
        fetched_at=now,
        accounts={one.number: one.name for one in accounts if one.number and not one.is_heading},
        dimensions={one.name: [item.name for item in one.items if not item.is_hidden] for one in dimensions},
        lists={str(one.key): one.name for one in lists},
    )

    def keep(unit: Unit) -> None:
        unit[Registers].put(registers)
        notice_changes(unit, client, registers, now)

    await store.run(keep)
