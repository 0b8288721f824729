"""Many companies at once, in the firm of the tests and of the measurements."""

from __future__ import annotations

from datetime import date

from sandbox.netvisor import ACCOUNTANT, Company
from sandbox.netvisor.business_id import business_ids
from sandbox.netvisor.catalogue import ARTICLE_GROUPS, resources_of
from sandbox.netvisor.chart import open_books
from sandbox.slack.model import Message, Person, View
from sandbox.slack.workspace import Outcome
from tests.journeys.firm import CHANNEL, Firm, fields


def add_companies(firm: Firm, count: int) -> list[Company]:
    """Give the firm so many more client companies, without history and with everything right."""
    return [firm.netvisor.add_company(company) for company in new_companies(count)]


def new_companies(count: int) -> list[Company]:
    """Return companies without history and with everything right."""
    found: list[Company] = []
    for number, business_id in enumerate(business_ids(9_400_000, count), start=1):
        company = Company(
            1000 + number,
            business_id,
            f"Yritys {number} Oy",
            integration_added=True,
            allowed_resources=resources_of(ARTICLE_GROUPS),
        )
        open_books(company, 2025, date(2026, 3, 9))
        found.append(company)
    return found


async def open_form(firm: Firm, person: Person | None = None) -> View:
    """Open the form of `/fabric add-clients`."""
    person = person or firm.workspace.accountant
    outcome = await firm.workspace.command(person, CHANNEL, "/fabric add-clients")
    assert outcome.acknowledged
    await firm.until(lambda: firm.workspace.open_views(person))
    assert firm.top(person).callback_id == "add_clients_form"
    return firm.top(person)


async def give_list(
    firm: Firm,
    text: str | None = None,
    *,
    file: tuple[str, bytes] | None = None,
    person: Person | None = None,
    **more: str,
) -> Outcome:
    """Fill the form in with pasted text or a file and submit it."""
    person = person or firm.workspace.accountant
    form = firm.top(person)
    if file:
        firm.workspace.attach(person, form.id, "file", *file)
    values = {"list": text or "", "channel": firm.workspace.channel(CHANNEL).id, **more}
    return await firm.workspace.submit(person, form.id, fields(values))


async def go_on(firm: Firm, person: Person | None = None) -> Outcome:
    """Submit the modal that a person sees, as it is."""
    person = person or firm.workspace.accountant
    return await firm.workspace.submit(person, firm.top(person).id)


async def add_list(firm: Firm, text: str, person: Person | None = None, **more: str) -> None:
    """Go the whole way with pasted text and a new credential, until the clients are being added."""
    person = person or firm.workspace.accountant
    await open_form(firm, person)
    await give_list(firm, text, person=person, **more)
    await go_on(firm, person)
    if firm.top(person).callback_id == "add_clients_keys":
        await firm.fill_keys(firm.netvisor.create_credential(ACCOUNTANT), person=person)


def listed(companies: list[Company]) -> str:
    """Return companies as people paste them."""
    return "\n".join(f"{company.business_id}\t{company.name}" for company in companies)


def summary_of(firm: Firm) -> Message:
    """Return the one message of the batch; raise ValueError when there are more or none."""
    (message,) = firm.posted()
    return message


def table_of(message: Message) -> list[list[str]]:
    """Return the cells of a message's table, without its header."""
    (table,) = [block for block in message.blocks if block["type"] == "table"]
    return [[cell["text"] for cell in row] for row in table["rows"]][1:]
