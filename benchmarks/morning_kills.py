"""Kill the bot again and again while a morning's invoices arrive, are confirmed, written and sent round their lists.

Part of `python -m benchmarks.kills`. The bot is killed with SIGKILL at random moments, or at the worst one, when
Netvisor has written a posting, or set a circulation list, and its answer has not arrived. Sometimes somebody changes
such an invoice in Netvisor before it can be read back: its posting, in a Netvisor that does not show who wrote, so that
nobody can tell what came of the write, or its circulation. Both have to go to a person. Two people confirm all the
while what Slack shows them. One company has the alternative process with circulation, a rule and sending switched on.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from benchmarks.program import Program
from benchmarks.world import small_companies
from sandbox.netvisor import Company
from sandbox.netvisor.api import RecordedCall
from sandbox.netvisor.company import ApprovalStatus
from sandbox.slack.model import Person
from services.circulation import add_rule, completed, new_rule
from services.proposals import Proposal
from services.records import (
    AuditEntry,
    CirculationState,
    Client,
    ClientState,
    InvoiceCirculation,
    InvoiceState,
    Job,
    Message,
    MessageState,
    ProductionInvoice,
    Registers,
    TrialOfList,
    TrialOfListState,
    new_id,
)
from services.store import Unit
from storage.sqlite import open_store
from tests.journeys.firm import Firm, FirmClock
from tests.journeys.office import cards, close_views

COMPANIES = 3
LATENCY = 0.03

LONGEST_LIFE = 4.0
"""Seconds that the bot lives at most from its connecting to a kill."""

AIMED, DISTURBED = 0.6, 0.2
"""Shares of the kills at Netvisor's worst moment, and of those after which somebody changes the invoice."""

UNDER_WAY = (InvoiceState.ARRIVED, InvoiceState.CONFIRMED, InvoiceState.WRITING)
WRITE, SEND = "purchaseinvoicepostingdata", "purchaseinvoicecirculation"
WAITING_FOR_NETVISOR = (CirculationState.READY, CirculationState.SENDING)
LISTS = ("Hallinto", "Myymälä")


@dataclass
class MorningTally:
    """What came of so many kills. `wrong` says what should not have been, and is empty.

    `aimed` kills hit a write whose answer was on its way; of `read_back` writes the outcome was read, of `to_people`
    it could not be. `lists`, `lists_read_back` and `lists_to_people` say the same of circulation lists.
    """

    kills: int = 0
    arrived: int = 0
    confirmed: int = 0
    written: int = 0
    aimed: int = 0
    read_back: int = 0
    to_people: int = 0
    lists: int = 0
    lists_read_back: int = 0
    lists_to_people: int = 0
    wrong: list[str] = field(default_factory=list[str])

    def add(self, other: MorningTally) -> None:
        """Count another tally in."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


class Calls(list[RecordedCall]):
    """Netvisor's calls as they are performed: the moment before the bot hears of a write is the worst to die in."""

    def __init__(self) -> None:
        super().__init__()
        self.until_kill = 0
        self.killed: RecordedCall | None = None
        self.hit: asyncio.Event = asyncio.Event()
        self.program: Program | None = None

    def append(self, call: RecordedCall, /) -> None:
        """Keep a call that was performed, and kill the bot if this is the one."""
        super().append(call)
        if call.resource not in (WRITE, SEND) or self.program is None or not self.until_kill:
            return
        self.until_kill -= 1
        if not self.until_kill:
            self.killed = call
            self.program.kill()
            self.hit.set()


class Morning:
    """A firm with some companies in production, people who confirm, and a bot that is killed."""

    def __init__(self, firm: Firm, dice: random.Random, tally: MorningTally) -> None:
        self._firm = firm
        self._dice = dice
        self._tally = tally
        self._program = Program(firm.folder, firm.environment, "benchmarks.brisk_bot")
        self._calls = Calls()
        firm.netvisor.calls = self._calls
        self._disturbed: set[str] = set()
        self._acknowledged: set[str] = set()
        self._rerouted: set[str] = set()

    async def run(self, kills: int) -> None:
        """Take companies into production, kill so often while invoices arrive, and judge."""
        firm = self._firm
        companies = small_companies(firm.netvisor, 0, COMPANIES)
        circulating = companies[0]
        for name in LISTS:
            firm.netvisor.add_circulation_list(circulating.business_id, name, ("Veera Virta",), "Toni Tammi")
        try:
            await self._start()
            for company in companies:
                await firm.add(
                    company, process="alternative_with_circulation" if company is circulating else "alternative"
                )
                await firm.until_state(company, ClientState.PRODUCTION)
                await close_views(firm, firm.workspace.accountant)
            await firm.until(lambda: cards(firm))
            await firm.until(lambda: firm.find(Registers, id=firm.client(circulating).id))
            self._switch_sending_on(circulating)
            firm.netvisor.latency = LATENCY
            busy = [
                asyncio.create_task(self._receive(companies)),
                *(asyncio.create_task(self._review(one)) for one in (firm.workspace.accountant, firm.workspace.admin)),
            ]
            try:
                while self._tally.kills < kills and not any(task.done() for task in busy):
                    await self._start()
                    await self._live(companies)
                    self._tally.kills += 1
                # A life may end before what has arrived is predicted, which takes longest where circulations are read:
                # people go on until some of those have reached them, too.
                await self._start()
                await firm.until(
                    lambda: firm.find(InvoiceCirculation) or any(task.done() for task in busy),
                )
            finally:
                for task in busy:
                    task.cancel()
                ended = await asyncio.gather(*busy, return_exceptions=True)
            self._tally.wrong += [repr(one) for one in ended if not isinstance(one, asyncio.CancelledError)]
            await self._start()
            await self._until_none(lambda: firm.find(ProductionInvoice, state__in=UNDER_WAY))
            await self._until_none(lambda: firm.find(InvoiceCirculation, state__in=list(WAITING_FOR_NETVISOR)))
            await firm.until(lambda: not [job for job in firm.find(Job, kind="review_card") if not job.failed])
            judge(firm, companies, self._tally, self._disturbed, self._acknowledged)
            judge_lists(firm, circulating, self._tally, self._rerouted)
        except TimeoutError:
            left = Counter(
                (one.state.value, one.reason) for one in [*firm.find(ProductionInvoice), *firm.find(InvoiceCirculation)]
            )
            self._tally.wrong.append(f"no end: {dict(left)}")
        finally:
            self._calls.program = None
            self._program.stop()

    async def _until_none(self, left: Callable[[], Sequence[object]]) -> None:
        """Wait until nothing is left, however long that takes, while it grows less."""
        while number := len(left()):
            await self._firm.until(lambda number=number: len(left()) < number)

    def _switch_sending_on(self, company: Company) -> None:
        """Keep what a confirmed trial leaves, and a rule that gives every invoice a list, those that wait as well."""
        firm, template = self._firm, self._firm.settings.circulation
        assert template is not None
        client, person, now = firm.client(company), firm.workspace.admin.id, firm.clock()

        def keep(unit: Unit) -> None:
            rule = replace(new_rule(unit, client, person, now), amount_min=1, list_name=LISTS[1])
            add_rule(unit, client, completed(unit, client, rule), person, now)
            trial = TrialOfList(
                client.workspace,
                new_id(),
                client.id,
                1,
                "",
                "1",
                LISTS[1],
                template.mark,
                TrialOfListState.CONFIRMED,
                person,
                now,
                now,
                before="none",
                after="same",
                confirmed_by=person,
            )
            unit[TrialOfList].add(trial)
            for row in unit[ProductionInvoice].find(client.workspace, client_id=client.id, state=InvoiceState.WAITING):
                unit[ProductionInvoice].put(replace(row, state=InvoiceState.ARRIVED, proposal="", changed_at=now))

        store = open_store(firm.settings.database_file)
        try:
            store.run_now(keep)
        finally:
            store.close()

    async def _start(self) -> None:
        if not self._program.is_running:
            self._program.start()
        await self._firm.until(lambda: self._firm.workspace.is_connected)

    async def _live(self, companies: Sequence[Company]) -> None:
        """Let the bot live until it is killed."""
        self._calls.program, self._calls.killed = self._program, None
        aimed = self._dice.random() < AIMED
        self._calls.until_kill = self._dice.randint(1, 3) if aimed else 0
        self._calls.hit.clear()
        life = 2 * LONGEST_LIFE if aimed else self._dice.uniform(0, LONGEST_LIFE)
        with suppress(TimeoutError):
            async with asyncio.timeout(life):
                await self._calls.hit.wait()
        self._calls.until_kill = 0
        self._program.kill()
        if self._calls.killed:
            self._tally.aimed += 1
            if self._dice.random() < DISTURBED:
                self._disturb(companies, self._calls.killed)
        await self._firm.until(lambda: not self._firm.workspace.is_connected)

    def _disturb(self, companies: Sequence[Company], call: RecordedCall) -> None:
        """Somebody changes in Netvisor the invoice that was just written, and nothing says any more who wrote it."""
        company = next(one for one in companies if one.business_id == call.business_id)
        if call.resource == SEND:
            self._reroute(company)
            return
        invoice = max(
            (one for one in company.invoices.values() if any(event.type == "posting" for event in one.history)),
            key=lambda one: max(event.time for event in one.history if event.type == "posting"),
        )
        invoice.history = [
            replace(event, description="Tiliöinti") if event.type == "posting" else event for event in invoice.history
        ]
        invoice.lines[0].description = "Muutettu Netvisorissa"
        invoice.lines[0].account_number = 7850 if invoice.lines[0].account_number != 7850 else 7420
        invoice.modified = self._firm.netvisor.now()
        self._disturbed.add(f"{company.business_id}:{invoice.key}")

    def _reroute(self, company: Company) -> None:
        """Somebody sends the invoice whose list was just set round another one."""
        invoice = max(
            (one for one in company.invoices.values() if one.circulation),
            key=lambda one: max(event.time for event in one.history if event.type == "circulation"),
        )
        invoice.circulation = next(one for one in company.circulation_lists if one.name == LISTS[0])
        invoice.modified = self._firm.netvisor.now()
        self._rerouted.add(str(invoice.key))

    async def _receive(self, companies: Sequence[Company]) -> None:
        while True:
            await self._firm.until(lambda: self._firm.workspace.is_connected)
            self._firm.netvisor.receive_invoice(self._dice.choice(companies).business_id)
            await asyncio.sleep(self._dice.uniform(0.1, 0.5))

    async def _review(self, person: Person) -> None:
        """Confirm what is shown, client after client, as a patient person does."""
        firm = self._firm
        names = [f"Koe {number} Oy" for number in range(COMPANIES)]
        while True:
            await asyncio.sleep(0.05)
            await firm.until(lambda: firm.workspace.is_connected)
            views = firm.workspace.open_views(person)
            if not views:
                await firm.workspace.command(
                    person, firm.posted()[0].channel, f"/fabric review {self._dice.choice(names)}"
                )
                await asyncio.sleep(0.2)  # the modal follows the acknowledgement
                continue
            view = views[-1]
            if view.callback_id != "review" or "submit" not in view.content or self._dice.random() < 0.1:
                await firm.workspace.close_view(person, view.id)
                continue
            shown = json.loads(view.content["private_metadata"])
            if self._is_disturbed(shown["invoice"]):
                await firm.workspace.click(person, action_id="review_leave", view=view.id)
                continue
            outcome = await firm.workspace.submit(person, view.id)
            if outcome.errors:
                # What arrived before there was a rule has no list: it is left to Netvisor.
                await firm.workspace.click(person, action_id="review_leave", view=view.id)
                continue
            told = outcome.view.visible_text if outcome.view else ""
            if outcome.acknowledged and not outcome.errors and "already taken care" not in told:
                self._acknowledged.add(shown["invoice"])

    def _is_disturbed(self, invoice_id: str) -> bool:
        return any(invoice_id.endswith(f":{one.partition(':')[2]}") for one in self._disturbed)


def judge(
    firm: Firm, companies: Sequence[Company], tally: MorningTally, disturbed: set[str], acknowledged: set[str]
) -> None:
    """Hold Netvisor's books against what was confirmed; what differs goes into the tally's `wrong`."""
    clients = {client.id: client.business_id for client in firm.find(Client)}
    entries = firm.find(AuditEntry)
    rows = {f"{clients[row.client_id]}:{row.netvisor_key}": row for row in firm.find(ProductionInvoice)}
    confirmed = {f"{clients[one.client_id]}:{one.netvisor_key}" for one in entries if one.event == "confirmed"}
    lost = [one for one in acknowledged if f"{clients[one.partition(':')[0]]}:{one.partition(':')[2]}" not in confirmed]
    if lost:
        tally.wrong.append(f"confirmed in Slack and lost: {lost}")
    for company in companies:
        for key, invoice in company.invoices.items():
            name = f"{company.business_id}:{key}"
            written = sum(event.type == "posting" for event in invoice.history)
            if written != (name in confirmed):
                tally.wrong.append(f"{name} was written {written} times, confirmed: {name in confirmed}")
            if name not in confirmed or name in disturbed:
                continue
            if rows[name].state is not InvoiceState.WRITTEN:
                tally.wrong.append(f"{name} is {rows[name].state}, {rows[name].reason}")
            meant = sorted((one.sum, one.account.label) for one in Proposal.from_json(rows[name].proposal).lines)
            stands = sorted((line.sum, str(line.account_number)) for line in invoice.lines)
            if stands != meant or sum(line.sum for line in invoice.lines) != rows[name].amount:
                tally.wrong.append(f"{name} stands as {stands}, not {meant}")
    failed = [job.kind for job in firm.find(Job) if job.failed]
    unknown = [message.id for message in firm.find(Message) if message.state is not MessageState.SENT]
    for what, found in (
        ("jobs that failed", failed),
        ("messages of unknown outcome", unknown),
        ("calls that overlapped", firm.netvisor.overlaps),
        ("problems", firm.workspace.problems),
    ):
        if found:
            tally.wrong.append(f"{what}: {found}")
    if len(cards(firm)) > 1:
        tally.wrong.append(f"review cards: {len(cards(firm))}")
    tally.arrived, tally.confirmed = len(rows), len(confirmed)
    tally.written = sum(row.state is InvoiceState.WRITTEN for row in rows.values())
    reasons = Counter(str(one.details.get("reason")) for one in entries if one.event in ("written", "waiting"))
    tally.read_back, tally.to_people = reasons["written_read_back"], reasons["outcome_unknown"]


def judge_lists(firm: Firm, company: Company, tally: MorningTally, rerouted: set[str]) -> None:
    """Hold the circulations in Netvisor against the lists that were chosen; what differs goes into `wrong`."""
    chosen = {row.netvisor_key: row for row in firm.find(InvoiceCirculation)}
    for key, invoice in company.invoices.items():
        events = [event.description for event in invoice.history if event.type == "circulation"]
        row, stands = chosen.get(key), invoice.circulation.name if invoice.circulation else ""
        if events != [LISTS[1]] * bool(events):
            tally.wrong.append(f"the circulation of {key} was set or deleted: {events}")
        if str(key) in rerouted:
            if stands != LISTS[0] or row is None or row.state is not CirculationState.BY_HAND:
                tally.wrong.append(f"{key} was rerouted by a person: {stands}, {row and row.state}")
        elif row is None or row.state is not CirculationState.SET:
            if events:
                tally.wrong.append(f"the list of {key} was set: {row and (row.state, row.reason)}")
            elif row and not (row.reason == "handled" and invoice.status is not ApprovalStatus.OPEN):
                tally.wrong.append(f"the list of {key} is {row.state}, {row.reason}, and was not set")
        elif stands != row.list_name:
            tally.wrong.append(f"{key} goes round {stands!r}, not {row.list_name}")
    if not chosen:
        tally.wrong.append("no list was chosen: the rule was not applied")
    written = firm.find(ProductionInvoice, client_id=firm.client(company).id, state=InvoiceState.WRITTEN)
    without = [row.netvisor_key for row in written if row.netvisor_key not in chosen]
    if without:
        tally.wrong.append(f"written, and their list lost: {without}")
    reasons = Counter(row.reason for row in chosen.values())
    tally.lists, tally.lists_read_back = len(chosen), reasons["read_back"]
    tally.lists_to_people = sum(row.state is CirculationState.BY_HAND for row in chosen.values())


async def run_morning_kills(kills: int, folder: Path, seed: int) -> MorningTally:
    """Kill so often on one morning of one firm, and return what came of it."""
    tally = MorningTally()
    firm = Firm(folder, clock=FirmClock.of_the_machine())
    await firm.open()
    firm.workspace.patience = 1.0
    try:
        await Morning(firm, random.Random(seed), tally).run(kills)
    finally:
        await firm.close()
    return tally
