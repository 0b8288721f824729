"""The local Netvisor as people use it: their circulation lists and invoices."""

import dataclasses
from collections.abc import Iterable, Mapping

from sandbox.netvisor.company import Access, ApprovalStatus, CirculationList, Invoice
from sandbox.netvisor.history import receive_invoice
from sandbox.netvisor.ledger import handled, posted
from sandbox.netvisor.state import State


class Netvisor(State):
    """A Netvisor in which people keep their books."""

    # circulation lists

    def add_circulation_list(
        self, business_id: str, name: str, verifiers: Iterable[str], approver: str
    ) -> CirculationList:
        """Add a circulation list; the first of a company becomes its default. Two may have the same name."""
        company = self.company(business_id)
        people = tuple(verifiers)
        if not name.strip() or not (people or approver):
            raise ValueError("a circulation list needs a name and somebody on it")
        chosen = CirculationList(
            company.next_key(), name.strip(), people, approver, is_default=not company.circulation_lists
        )
        company.circulation_lists.append(chosen)
        return chosen

    def remove_circulation_list(self, business_id: str, key: int) -> None:
        """Remove a circulation list; invoices that go round it keep it."""
        company = self.company(business_id)
        company.circulation_lists = [each for each in company.circulation_lists if each.key != key]

    def rename_circulation_list(self, business_id: str, key: int, name: str) -> None:
        """Give a circulation list another name; it may be another list's."""
        company = self.company(business_id)
        if not name.strip():
            raise ValueError("a circulation list needs a name")
        company.circulation_lists = [
            dataclasses.replace(each, name=name.strip()) if each.key == key else each
            for each in company.circulation_lists
        ]

    def duplicate_circulation_list(self, business_id: str, key: int) -> CirculationList:
        """Add a list of the same name and people; ValueError when there is no list of this key."""
        company = self.company(business_id)
        for each in company.circulation_lists:
            if each.key == key:
                return self.add_circulation_list(business_id, each.name, each.verifiers, each.approver)
        raise ValueError(f"no circulation list {key}")

    # invoices

    def receive_invoice(self, business_id: str, like: Invoice | None = None) -> Invoice:
        """A new open invoice arrives, like a given one or an earlier one of a supplier; ValueError without any."""
        return receive_invoice(self.company(business_id), self.now(), like)

    def let_invoices_arrive(self, business_id: str, minutes: float) -> None:
        """Have a new invoice arrive every so many minutes from now on; 0 stops it. ValueError for a negative number."""
        self.company(business_id)
        if minutes < 0:
            raise ValueError("minutes cannot be negative")
        self.arrivals.pop(business_id, None)
        if minutes:
            self.arrivals[business_id] = (minutes, self.clock() + minutes * 60)

    def tick(self) -> None:
        """Do what is due by the clock: invoices arrive, one a company at a time. The server calls it every second."""
        now = self.clock()
        for business_id, (minutes, due) in list(self.arrivals.items()):
            if now >= due:
                self.arrivals[business_id] = (minutes, now + minutes * 60)
                self.receive_invoice(business_id)

    def handle_invoice(self, business_id: str, key: int, status: ApprovalStatus, user_name: str) -> Invoice:
        """A person verifies, accepts or rejects an invoice in Netvisor; what was pre-posted is posted then.

        Raises ValueError when the person lacks the ledger right, or the invoice is past that status.
        """
        company, user = self.company(business_id), self.user(user_name)
        ledger = company.access.get(user.key, Access()).ledger
        rights = {ApprovalStatus.APPROVED: ledger.inspector, ApprovalStatus.ACCEPTED: ledger.approver}
        if not rights.get(status, ledger.inspector or ledger.approver):
            raise ValueError(f"{user.name} has no right for {status} in {company.name}")
        invoice = company.invoices[key]
        if list(ApprovalStatus).index(status) <= list(ApprovalStatus).index(invoice.status):
            raise ValueError(f"the invoice is {invoice.status} already")
        invoice.status = status
        handled(company, invoice, user, self.now())
        return invoice

    def post_invoice(self, business_id: str, key: int, accounts: Mapping[int, int], user_name: str) -> Invoice:
        """A person posts an invoice in Netvisor, or corrects how it is posted: `accounts` are by the lines' keys.

        Raises ValueError when the person may not post, an account or line is unknown or missing, or the books of the
        invoice's day are locked.
        """
        company, user = self.company(business_id), self.user(user_name)
        if not company.access.get(user.key, Access()).ledger.posting.may_post:
            raise ValueError(f"{user.name} may not post in {company.name}")
        invoice = company.invoices[key]
        for lock in (company.purchase_lock, company.period_lock, company.vat_lock):
            if lock is not None and (invoice.event_date or invoice.day) <= lock:
                raise ValueError(f"the books are locked until {lock.isoformat()}")
        if not set(accounts) <= {line.key for line in invoice.lines} or not set(accounts.values()) <= set(
            company.accounts
        ):
            raise ValueError("there is no such line or account")
        for line in invoice.lines:
            line.account_number = accounts.get(line.key, line.account_number)
        if any(line.account_number is None for line in invoice.lines):
            raise ValueError("a line has no account")
        posted(company, invoice, user, self.now())
        return invoice

    def set_history(self, business_id: str, *, shown: bool) -> None:
        """Empty a company of invoices and vouchers, as a new client's is, or bring them back."""
        company = self.company(business_id)
        if shown and company.set_aside:
            invoices, vouchers = company.set_aside
            company.invoices, company.vouchers = invoices | company.invoices, vouchers | company.vouchers
            company.set_aside = None
        elif not shown and company.set_aside is None:
            company.set_aside = company.invoices, company.vouchers
            company.invoices, company.vouchers = {}, {}
