"""A week of a firm in each process, through Slack's deliveries; the books are compared with what was confirmed.

What was confirmed is what the modal showed when it was sent: sums, accounts and VAT codes are read from its words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from sandbox.netvisor import ACCOUNTANT, ADMINISTRATOR, Company, Invoice
from sandbox.netvisor.company import ApprovalStatus
from services.records import Handled, InvoiceState, ProductionInvoice, Way
from tests.journeys.firm import Firm
from tests.journeys.office import close_views, in_production, next_round, open_review, reason

DAYS = 5
ARRIVALS = 2
"""Invoices that arrive each day."""

LOCKED_DAY = 2

Line = tuple[int, str, str]
"""Sum in cents, account number and VAT code."""


@dataclass
class Week:
    """What a firm did in a week: what was confirmed of which invoice, and which were left to Netvisor."""

    firm: Firm
    company: Company
    arrived: list[Invoice] = field(default_factory=list[Invoice])
    confirmed: dict[int, list[Line]] = field(default_factory=dict[int, list[Line]])
    left: set[int] = field(default_factory=set[int])
    seen: int = 0

    async def receive(self) -> None:
        """Have a day's invoices arrive."""
        self.arrived += [self.firm.netvisor.receive_invoice(self.company.business_id) for _ in range(ARRIVALS)]

    def approve(self, *, all_of_them: bool) -> None:
        """Have the client's people approve invoices in Netvisor; not the newest one, unless all."""
        for invoice in self.arrived if all_of_them else self.arrived[:-1]:
            if invoice.status is not ApprovalStatus.ACCEPTED:
                self.firm.netvisor.handle_invoice(
                    self.company.business_id, invoice.key, ApprovalStatus.ACCEPTED, ADMINISTRATOR
                )

    async def review(self) -> None:
        """Go through the queue to its end: most are confirmed, some changed first, some left to Netvisor."""
        firm, aku = self.firm, self.firm.workspace.accountant
        if not firm.find(ProductionInvoice, state=InvoiceState.WAITING):
            return
        await open_review(firm)
        while "Nothing waits for review" not in firm.seen(aku):
            self.seen += 1
            key = shown_key(firm)
            if self.seen % 5 == 3:
                await self._change_account()
            chosen = await self._list(key)
            lines = shown_lines(firm)
            before = firm.seen(aku)
            outcome = None
            if self.seen % 7 != 6:
                outcome = await firm.workspace.submit(aku, firm.top(aku).id, chosen)
            if outcome is None or outcome.errors:
                await firm.press(aku, "review_leave")
                self.left.add(key)
                self.confirmed.pop(key, None)
            else:
                self.confirmed[key] = lines
            await firm.until(lambda before=before: firm.seen(aku) != before)
        await close_views(firm, aku)
        await firm.quiet()

    async def _change_account(self) -> None:
        firm, aku = self.firm, self.firm.workspace.accountant
        await firm.workspace.click(aku, action_id="review_line", value="0", view=firm.top(aku).id)
        await firm.until(lambda: firm.top(aku).callback_id == "review_line")
        view = firm.top(aku)
        found = await firm.workspace.suggest(aku, "account", "matka", view=view.id)
        await firm.workspace.submit(aku, view.id, {"account": {"account": found.options[0]["value"]}})
        await firm.until(lambda: "Chosen in the review." in firm.seen(aku))

    async def _list(self, key: int) -> dict[str, dict[str, object]]:
        """Choose a circulation list where the modal asks for one that nobody has chosen."""
        firm, aku = self.firm, self.firm.workspace.accountant
        block = next((one for one in firm.top(aku).blocks if one["block_id"] == f"circulation:{key}"), None)
        if block is None or "initial_option" in block["element"]:
            return {}
        found = await firm.workspace.suggest(aku, "circulation", "", view=firm.top(aku).id, block_id=block["block_id"])
        real = next(option["value"] for option in found.options if option["value"] != "-")
        return {block["block_id"]: {"circulation": real}}

    def post_by_hand(self, invoices: list[Invoice]) -> None:
        """Have a person post invoices in Netvisor itself, as suggested or to the first account."""
        for invoice in invoices:
            accounts = {line.key: line.account_number or min(self.company.accounts) for line in invoice.lines}
            self.firm.netvisor.post_invoice(self.company.business_id, invoice.key, accounts, ADMINISTRATOR)


def shown_key(firm: Firm) -> int:
    """Return the Netvisor key of the invoice in the modal."""
    (block,) = [one for one in firm.top(firm.workspace.accountant).blocks if "review_skip" in str(one)]
    return int(str(block["block_id"]).rpartition(":")[2])


def shown_lines(firm: Firm) -> list[Line]:
    """Return the lines in the modal, read from its words."""
    lines: list[Line] = []
    for block in firm.top(firm.workspace.accountant).blocks:
        if str(block["block_id"]).startswith("line:"):
            text: str = block["text"]["text"]
            about, posting, *_ = text.split("\n")
            money = re.findall(r"\*([^*]+)\*", about)[-1]
            account, code = re.search(r"^\*(\d*)[^*]*\*(?: \([^)]*\))? · (\w+)", posting).groups()  # pyright: ignore[reportOptionalMemberAccess]
            cents = int(re.sub(r"\D", "", money)) * (-1 if re.search(r"[-−]", money) else 1)
            lines.append((cents, str(account), str(code)))
    return lines


def written_by_us(invoice: Invoice) -> int:
    """Count how often our user wrote an invoice."""
    return sum(event.type == "posting" and event.user_name == ACCOUNTANT for event in invoice.history)


def books(company: Company, invoice: Invoice) -> Mapping[str, int]:
    """Return an invoice's voucher as sums by account, after seeing that it balances."""
    assert invoice.voucher_key is not None
    voucher = company.vouchers[invoice.voucher_key]
    assert sum(line.sum for line in voucher.lines) == 0
    sums: Counter[str] = Counter()
    for line in voucher.lines:
        sums[str(line.account_number)] += line.sum
    return sums


@pytest.mark.parametrize("process", ["standard", "alternative", "alternative_with_circulation"])
async def test_the_books_are_what_was_confirmed_to_the_cent(firm: Firm, process: str) -> None:
    company: Any = firm.company("Kataja")
    await in_production(firm, company, process)
    week = Week(firm, company)
    await week.review()
    began = dict(week.confirmed)
    for day in range(DAYS):
        await week.receive()
        if process == "standard":
            week.approve(all_of_them=False)
        await next_round(firm)
        if day == LOCKED_DAY:
            company.period_lock = firm.netvisor.now().date()
        await week.review()
        if day == LOCKED_DAY:
            assert [row for row in firm.find(ProductionInvoice) if row.reason == "period_locked"]
            company.period_lock = None
            await week.review()
        week.post_by_hand([one for one in week.arrived if one.key in week.left and not one.ready_for_accounting])
        firm.clock.forward(seconds=timedelta(days=1).total_seconds())
        await next_round(firm)
    week.approve(all_of_them=True)
    await next_round(firm)
    await week.review()
    week.post_by_hand([one for one in week.arrived if one.key in week.left and not one.ready_for_accounting])
    await firm.until(lambda: not firm.find(ProductionInvoice, state__in=[InvoiceState.CONFIRMED, InvoiceState.WRITING]))

    assert firm.find(ProductionInvoice, state=InvoiceState.ARRIVED) == []
    assert len(week.confirmed) > len(began), "somebody confirmed something that week"
    for key, lines in week.confirmed.items():
        invoice = company.invoices[key]
        assert written_by_us(invoice) == 1
        assert sorted((one.sum, str(one.account_number), one.vat_code) for one in invoice.lines) == sorted(lines)
        assert sum(total for total, _account, _code in lines) == invoice.amount
    for invoice in week.arrived:
        sums = books(company, invoice)
        assert -sum(total for total in sums.values() if total < 0) == abs(invoice.amount)
        if invoice.key not in week.confirmed:
            assert written_by_us(invoice) == 0, "what nobody confirmed was not written"
            assert reason(firm, invoice) in ("in_netvisor", "posted_in_netvisor", "")
        else:
            assert {account for _total, account, _code in week.confirmed[invoice.key]} <= set(sums)
    by_people = {row.netvisor_key for row in firm.find(Handled, way=Way.PERSON)}
    assert by_people == set(week.confirmed)


async def test_in_background_nobody_is_asked_and_people_post(firm: Firm) -> None:
    company: Any = firm.company("Kataja")
    await in_production(firm, company, "background")
    week = Week(firm, company)
    suggested: dict[int, list[int | None]] = {}
    for _day in range(DAYS):
        await week.receive()
        await next_round(firm)
        for invoice in week.arrived[-ARRIVALS:]:
            assert not invoice.ready_for_accounting, "a suggestion posts nothing"
            assert sum(line.sum for line in invoice.lines) == invoice.amount
            suggested[invoice.key] = [line.account_number for line in invoice.lines]
        week.post_by_hand(week.arrived[-ARRIVALS:])
        week.approve(all_of_them=True)
        firm.clock.forward(seconds=timedelta(days=1).total_seconds())
        await next_round(firm)
    assert any(any(accounts) for accounts in suggested.values())
    assert not firm.find(ProductionInvoice, state=InvoiceState.WAITING)
    for invoice in week.arrived:
        assert written_by_us(invoice) == (1 if any(suggested[invoice.key]) else 0)
        posted = [line.account_number for line in invoice.lines]
        assert all(now == then for now, then in zip(posted, suggested[invoice.key], strict=True) if then)
        assert -sum(total for total in books(company, invoice).values() if total < 0) == abs(invoice.amount)
