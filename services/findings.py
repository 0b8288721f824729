"""What a rights check finds: the ids of what is checked, and verdicts with their evidence.

Three verdicts, never a guess. A right whose proof Netvisor's API has not is unreadable and becomes a tick for a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from services.netvisor import AccountingPeriods, CirculationList, InvoiceListItem, PurchaseInvoice
from services.records import Process, Verdict

CHECK_IDS = (
    "credentials",
    "company",
    "purchase_invoices",
    "accounting",
    "dimensions",
    "posting",
    "inspector",
    "approver",
    "circulation_setter",
    "accountant_role",
    "circulation_lists",
    "history",
)
GROUPS = ("purchase_invoices", "accounting", "dimensions")

UNPROVEN: Mapping[str, tuple[str, ...]] = {
    "purchase_invoices": (
        "purchaseinvoicepostingdata",
        "purchaseinvoicecirculation",
        "getattachments",
        "deletedpurchaseinvoices",
        "purchaseinvoice",
        "purchaseinvoiceaccrual",
        "vendor",
    ),
    "accounting": (
        "deletedvouchers",
        "accountbalance",
        "getbankaccounts",
        "getvoucherattachments",
        "accounting",
        "accountingedit",
        "invalidatevouchers",
    ),
    "dimensions": ("dimensionitem", "dimensiondelete"),
}
"""Resources of a group that no reading of ours proves: those that write, and reads that we do not need.

The membership is our reading of Visma's lists of resources (reference: netvisor.md section 3).
"""

UNANSWERED = ("only_failures", "all_failed", "failing")
"""Evidence of something that the product needs and that Netvisor fails on, again and again, without refusing it."""


@dataclass(frozen=True)
class Finding:
    """What is known of one right.

    `evidence` is the stable code of what was seen, `repair` of what to do about it (None: nothing), and `details`
    what the sentences need: names of resources, counts, Netvisor's code, its masked words.
    """

    id: str
    verdict: Verdict
    evidence: str
    repair: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def to_data(self) -> dict[str, object]:
        """Return the finding as JSON."""
        return {**asdict(self), "details": dict(self.details)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Finding:
        """Return the finding that `to_data` made."""
        return cls(data["id"], Verdict(data["verdict"]), data["evidence"], data["repair"], data["details"])


def ledger_findings(invoice: PurchaseInvoice | None, *, is_open: bool) -> list[Finding]:
    """Return what an invoice shows of the user's ledger rights. An action's absence is not a denial."""
    access = invoice.posting_access if invoice else None
    may_post = access.can_user_post_invoice if access else None
    if may_post:
        found = [Finding("posting", Verdict.CONFIRMED, "may_post")]
    elif may_post is False and is_open:
        found = [Finding("posting", Verdict.DENIED, "may_not_post", "posting_level")]
    else:
        # That a handled invoice cannot be posted may be for its state, not for want of a right.
        evidence = "no_invoice" if invoice is None else "no_read_shows"
        found = [Finding("posting", Verdict.UNREADABLE, evidence, "posting_level")]
    # The words of an action's type are not published; these are what its documentation calls the two acts.
    actions = {(action.type or "").casefold() for action in invoice.actions} if invoice else set[str]()
    evidence = "action_absent" if invoice else "no_invoice"
    if actions & {"approve", "verify"}:
        found.append(Finding("inspector", Verdict.CONFIRMED, "action_present"))
    else:
        found.append(Finding("inspector", Verdict.UNREADABLE, evidence, "inspector_right"))
    if "accept" in actions:
        found.append(Finding("approver", Verdict.CONFIRMED, "action_present"))
    else:
        found.append(Finding("approver", Verdict.UNREADABLE, evidence, "approver_right"))
    found.append(Finding("circulation_setter", Verdict.UNREADABLE, "no_read_shows", "setter_right"))
    return found


def lists_finding(lists: Sequence[CirculationList] | None, process: Process) -> Finding:
    """Return what is known of the circulation lists; only one process sends invoices to them.

    Two names that differ in case or spaces alone cannot be told apart by people, or in an instruction.
    """
    if lists is None:
        return Finding("circulation_lists", Verdict.UNREADABLE, "not_reached")
    plain = [re.sub(r"\s+", " ", item.name).strip().casefold() for item in lists]
    twice = sorted({item.name for item, name in zip(lists, plain, strict=True) if plain.count(name) > 1})
    members = [
        {"name": item.name, "verifiers": [one.name for one in item.verifiers], "approver": item.approver}
        for item in lists
    ]
    details = {"names": [item.name for item in lists], "twice": twice, "lists": members}
    if process is not Process.ALTERNATIVE_WITH_CIRCULATION:
        evidence = "lists" if lists else "no_lists_needed"
        return Finding("circulation_lists", Verdict.CONFIRMED, evidence, details=details)
    if not lists:
        return Finding("circulation_lists", Verdict.DENIED, "no_lists", "create_lists", details=details)
    if twice:
        return Finding("circulation_lists", Verdict.CONFIRMED, "lists_alike", "rename_lists", details=details)
    return Finding("circulation_lists", Verdict.CONFIRMED, "lists", details=details)


def history_finding(invoices: Sequence[InvoiceListItem] | None) -> Finding:
    """Return how much history there is to learn from."""
    if invoices is None:
        return Finding("history", Verdict.UNREADABLE, "not_reached")
    days = [item.invoice_date for item in invoices if item.invoice_date]
    months = len({(day.year, day.month) for day in days})
    evidence = "history" if invoices else "no_history"
    return Finding("history", Verdict.CONFIRMED, evidence, details={"invoices": len(invoices), "months": months})


def lock_details(periods: AccountingPeriods, opened: Sequence[InvoiceListItem], today: date) -> dict[str, Any]:
    """Return until when the books are locked, which locks cover today, and how many open invoices lie under one."""
    locks = periods.locks
    if not locks:
        return {}
    last = max(locks.values())
    return {
        "locks": {name: day.isoformat() for name, day in locks.items()},
        "locked_today": [name for name, day in locks.items() if day >= today],
        "locked_invoices": sum(1 for item in opened if item.invoice_date and item.invoice_date <= last),
    }
