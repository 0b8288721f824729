"""What measurements run in: books of a buyer's size, and a Netvisor that has them, in a process of its own."""

from __future__ import annotations

import asyncio
import csv
import gzip
import multiprocessing
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from sandbox.netvisor import ACCOUNTANT, Company, Netvisor, start_server
from sandbox.netvisor.business_id import business_ids
from sandbox.netvisor.catalogue import ARTICLE_GROUPS, resources_of
from sandbox.netvisor.chart import open_books
from sandbox.netvisor.history import write_history
from sandbox.netvisor.suppliers import OFFICE, TRADE
from services.prediction.books import generated

BUYER_SIZE = 8_877
"""Invoices of the company that the limits speak of: about four hundred a month for two years."""

SMALL_SERIAL = 9_050_000

COLUMNS = ("date", "document", "vendor", "amount", "text", "account", "dimension")


@dataclass(frozen=True)
class Served:
    """A Netvisor that listens, with one company of some size and a credential that reaches it."""

    api_url: str
    business_id: str
    invoices: int
    customer_key: str
    customer_id: str


def generated_books(folder: Path) -> Path:
    """Write generated books of a buyer's size, an invoice a line, and return the file."""
    path, numbers = folder / "generated.csv.gz", count(1)
    with gzip.open(path, "wt", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for line in generated(1, BUYER_SIZE):
            dimension = next(iter(line.dimensions.values()), "")
            amount = f"{line.amount / 100:.2f}"
            rows.writerow((line.date, f"G{next(numbers)}", line.vendor, amount, line.text, line.account, dimension))
    return path


@contextmanager
def netvisor(books: Path, latency: float) -> Generator[Served]:
    """Serve a Netvisor with these books, each call taking so many seconds more, from a process of its own."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(books, latency, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours.recv()
    finally:
        ours.close()
        process.join(timeout=20)


def _serve(books: Path, latency: float, parent: Connection) -> None:
    asyncio.run(_serve_until_closed(books, latency, parent))


async def _serve_until_closed(books: Path, latency: float, parent: Connection) -> None:
    served = Netvisor(seed_companies=False, latency=latency)
    company = served.load_books(books)
    credential = served.create_credential(ACCOUNTANT)
    server = await start_server(served)
    parent.send(
        Served(
            server.api_url,
            company.business_id,
            len(company.invoices),
            credential.customer_key,
            credential.customer_id,
        )
    )
    closed = asyncio.Event()
    asyncio.get_running_loop().add_reader(parent.fileno(), closed.set)
    await closed.wait()
    await server.close()


def small_companies(netvisor: Netvisor, first: int, number: int) -> list[Company]:
    """Add companies with two months of invoices, in which everything is right."""
    companies: list[Company] = []
    now = netvisor.now()
    for place, business_id in enumerate(business_ids(SMALL_SERIAL + first, number), start=first):
        company = Company(
            2000 + place,
            business_id,
            f"Koe {place} Oy",
            integration_added=True,
            allowed_resources=resources_of(ARTICLE_GROUPS),
        )
        open_books(company, now.year - 1, date(now.year, now.month, now.day))
        write_history(company, OFFICE[:8] + TRADE[:2], 2, now)
        companies.append(netvisor.add_company(company))
    return companies


def beside(what: str, ours: float, limit: float, unit: str) -> bool:
    """Print a figure beside its limit with their ratio, and return whether it is within."""
    print(f"{what}: {ours:.4g} {unit} (limit {limit:g} {unit}, {ours / limit:.0%} of it)")
    return ours <= limit
