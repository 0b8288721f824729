"""What an accountant and Netvisor do with invoices that arrive in production."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sandbox.netvisor import Company, Invoice
from sandbox.slack.model import Message, Person
from services.production import until_next
from services.proposals import Proposal
from services.records import Client, InvoiceState, ProductionInvoice
from tests.journeys.firm import Firm


@dataclass
class Office:
    """A firm with a company in production; tests share it, each with invoices of its own."""

    firm: Firm
    company: Company

    async def receive(self) -> Invoice:
        """Have an invoice arrive in Netvisor, and let the bot fetch it."""
        invoice = self.firm.netvisor.receive_invoice(self.company.business_id)
        await next_round(self.firm)
        return invoice

    async def tidy(self) -> None:
        """Close what is open and undo faults, so that tests do not disturb each other."""
        self.firm.netvisor.faults.clear()
        self.firm.workspace.faults.calls.clear()
        await self.tidy_views()
        await self.firm.quiet()

    def forget(self, *tables: type) -> None:
        """Delete all that stands in some tables."""
        bot = self.firm.bot
        assert bot
        for table in tables:
            bot.store.run_now(lambda unit, table=table: unit[table].delete(None))

    async def tidy_views(self) -> None:
        """Close what people have open."""
        for person in self.firm.workspace.people.values():
            await close_views(self.firm, person)

    def written(self, invoice: Invoice) -> int:
        """Count how often an invoice was written."""
        return sum(event.type == "posting" for event in invoice.history)


@asynccontextmanager
async def open_office(folder: Path, process: str, name: str = "Kataja") -> AsyncIterator[Office]:
    """Run a firm whose one client is in production."""
    firm = Firm(folder)
    await firm.open()
    try:
        await firm.start_bot()
        company = firm.company(name)
        await in_production(firm, company, process)
        yield Office(firm, company)
    finally:
        await firm.close()
    assert firm.workspace.problems == []
    assert firm.netvisor.overlaps == []


def handled(firm: Firm, invoice: Invoice) -> ProductionInvoice | None:
    """Return what production knows of an invoice."""
    found = firm.find(ProductionInvoice, netvisor_key=invoice.key)
    return found[0] if found else None


def state(firm: Firm, invoice: Invoice) -> InvoiceState | None:
    """Return how far an invoice has come; None when it has not arrived."""
    known = handled(firm, invoice)
    return known.state if known else None


def reason(firm: Firm, invoice: Invoice) -> str:
    """Return why an invoice is where it is."""
    known = handled(firm, invoice)
    return known.reason if known else ""


def proposal(firm: Firm, invoice: Invoice) -> Proposal:
    """Return what is proposed for an invoice."""
    known = handled(firm, invoice)
    assert known
    return Proposal.from_json(known.proposal)


async def in_production(firm: Firm, company: Company, process: str) -> None:
    """Add a company and wait until its first invoices have been decided about."""
    await firm.add(company, process=process)
    await firm.at_rest(company)
    await close_views(firm, firm.workspace.accountant)


async def close_views(firm: Firm, person: Person) -> None:
    """Close every modal that a person has open."""
    while views := firm.workspace.open_views(person):
        await firm.workspace.close_view(person, views[-1].id)


async def next_round(firm: Firm) -> None:
    """Let the time pass in which every client is fetched once, at night too, and all that falls due in it."""
    rounds = [until_next(firm.clock(), client.id) for client in firm.find(Client)]
    firm.clock.forward(seconds=max(rounds, default=timedelta()).total_seconds() + 60)
    await firm.quiet()


def cards(firm: Firm) -> list[Message]:
    """Return the review cards that show something to review."""
    return [message for message in firm.posted() if "'action_id': 'review'" in str(message.blocks)]


async def open_review(firm: Firm, person: Person | None = None) -> str:
    """Press the button on the review card, and return what the modal says."""
    person = person or firm.workspace.accountant
    card = await firm.until(lambda: cards(firm))
    await firm.workspace.click(person, action_id="review", message=(card[0].channel, card[0].ts))
    await firm.until(lambda: firm.workspace.open_views(person))
    return firm.seen(person)


async def open_invoice(firm: Firm, invoice: Invoice) -> None:
    """Go through the queue to an invoice."""
    aku = firm.workspace.accountant
    seen = await open_review(firm)
    for _ in range(40):
        if f"Invoice {invoice.number} " in seen:
            return
        await firm.press(aku, "review_skip")
        await firm.until(lambda seen=seen: firm.seen(aku) != seen)
        seen = firm.seen(aku)
    raise AssertionError(f"invoice {invoice.number} is not in the queue")


async def confirm_first(firm: Firm, person: Person | None = None) -> None:
    """Confirm what the modal shows, as it is proposed."""
    person = person or firm.workspace.accountant
    outcome = await firm.workspace.submit(person, firm.top(person).id)
    assert outcome.acknowledged
    assert not outcome.errors


async def confirm_as_proposed(firm: Firm, invoice: Invoice) -> None:
    """Go through the queue to an invoice, confirm it and close the modal."""
    await open_invoice(firm, invoice)
    await confirm_first(firm)
    await close_views(firm, firm.workspace.accountant)


async def until_written(firm: Firm, invoice: Invoice) -> None:
    """Wait until an invoice is written."""
    await firm.until(lambda: state(firm, invoice) is InvoiceState.WRITTEN)
