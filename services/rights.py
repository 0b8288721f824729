"""The rights check: every right that the article asks for, held against Netvisor by reading only.

Three verdicts, never a guess. A right whose proof Netvisor's API has not (circulation setter, accountant role, an
inspector's right without an open invoice) is unreadable and becomes a tick for a person. An action's absence is not
a denial. A refusal is named with what it proves and the candidates for its cause, because Visma does not document
which code stands for which (reference: netvisor.md section 5).

Eleven calls for a company where all is well, one after another, as Netvisor demands.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from services.netvisor import (
    AuthenticationFailed,
    BadReply,
    Company,
    InvoiceListItem,
    NetvisorError,
    PurchaseInvoice,
    Refused,
    TechnicalError,
)
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
HISTORY_MONTHS = 36


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


class NetvisorSilent(Exception):
    """Netvisor could not answer for a reason that is nobody's right: maintenance, time-out, a broken reply."""

    def __init__(self, error: NetvisorError) -> None:
        super().__init__(error.code)
        self.error = error


OnFinding = Callable[[Finding], Awaitable[None]]


@dataclass
class _Answers:
    """What the calls of a group came to: which resources answered, which were refused and how."""

    answered: list[str] = field(default_factory=list[str])
    refused: dict[str, Refused] = field(default_factory=dict[str, Refused])


class RightsCheck:
    """One check of one company. `run` yields nothing: it hands each finding on as soon as it is known."""

    def __init__(self, company: Company, process: Process, today: date, on_finding: OnFinding) -> None:
        self._company = company
        self._process = process
        self._today = today
        self._on_finding = on_finding
        self._answers = {group: _Answers() for group in GROUPS}
        self._invoice: PurchaseInvoice | None = None
        self._invoice_is_open = False
        self.findings: list[Finding] = []
        self.company_name: str | None = None

    async def run(self) -> list[Finding]:
        """Check everything and return the findings; raise NetvisorSilent when Netvisor cannot answer now."""
        company = self._company
        start = months_before(self._today, HISTORY_MONTHS)
        invoices = await self._ask(
            "purchase_invoices", "purchaseinvoicelist", lambda: company.purchase_invoices(begin=start)
        )
        accounts = await self._ask("accounting", "accountlist", company.accounts)
        if invoices is None and accounts is None:
            # One more word from Netvisor tells a resource that is not allowed from keys that are not accepted.
            await self._ask("dimensions", "dimensionlist", company.dimensions)
        await self._credentials()
        if self.findings[0].verdict is Verdict.DENIED:
            await self._not_reached()
            return self.findings
        await self._company_reached()
        await self._purchase_invoices(invoices, start)
        await self._accounting()
        if "dimensionlist" not in (*self._answers["dimensions"].answered, *self._answers["dimensions"].refused):
            await self._ask("dimensions", "dimensionlist", company.dimensions)
        await self._group("dimensions")
        await self._ledger_rights()
        await self._accountant_role()
        await self._history(invoices)
        return self.findings

    async def _found(self, finding: Finding) -> None:
        self.findings.append(finding)
        await self._on_finding(finding)

    async def _ask(self, group: str, resource: str, call: Callable[[], Awaitable[Any]]) -> Any:
        """Return a resource's answer, or None when it was refused."""
        try:
            answer = await call()
        except Refused as refused:
            self._answers[group].refused[resource] = refused
            return None
        except NetvisorError as error:
            raise NetvisorSilent(error) from error
        self._answers[group].answered.append(resource)
        return answer

    async def _credentials(self) -> None:
        answered = [resource for group in self._answers.values() for resource in group.answered]
        refusals = [refusal for group in self._answers.values() for refusal in group.refused.values()]
        if answered:
            await self._found(Finding("credentials", Verdict.CONFIRMED, "accepted", details={"answered": answered}))
        elif all(isinstance(refusal, AuthenticationFailed) for refusal in refusals):
            refusal = refusals[0]
            evidence, repair = "rejected", "credentials_again"
            if refusal.partner_unknown:
                evidence, repair = "partner_unknown", "operator_partner"
            elif refusal.mac_mismatch:
                evidence, repair = "signature_rejected", "credentials_again"
            await self._found(Finding("credentials", Verdict.DENIED, evidence, repair, details=_words(refusal)))
        else:
            await self._found(Finding("credentials", Verdict.UNREADABLE, "only_refusals", details=_words(refusals[0])))

    async def _not_reached(self) -> None:
        for check_id in CHECK_IDS[1:]:
            if check_id == "circulation_lists" and not self._needs_lists:
                continue
            await self._found(Finding(check_id, Verdict.UNREADABLE, "not_reached"))

    @property
    def _needs_lists(self) -> bool:
        return self._process is Process.ALTERNATIVE_WITH_CIRCULATION

    async def _company_reached(self) -> None:
        answered = [resource for group in self._answers.values() for resource in group.answered]
        if answered:
            await self._found(Finding("company", Verdict.CONFIRMED, "answered", details={"answered": answered}))
            return
        refusal = next(refusal for group in self._answers.values() for refusal in group.refused.values())
        await self._found(Finding("company", Verdict.DENIED, "all_refused", "reach_company", details=_words(refusal)))

    async def _purchase_invoices(self, invoices: Sequence[InvoiceListItem] | None, start: date) -> None:
        """Check the group's other reads; keep an invoice, best an open one: it shows what the user may do to it."""
        company, group = self._company, "purchase_invoices"
        if invoices is not None:
            opened = await self._ask(
                group, "purchaseinvoicelist", lambda: company.purchase_invoices(begin=start, status="open")
            )
            newest = max(opened or invoices, key=lambda item: item.key, default=None)
            if newest is not None:
                self._invoice_is_open = bool(opened)
                self._invoice = await self._ask(
                    group, "getpurchaseinvoice", lambda: company.purchase_invoice(newest.key, include=("actions",))
                )
        await self._ask(group, "getvendor", lambda: company.vendors(changed_since=self._today))
        lists = await self._ask(group, "getcirculationlists", company.circulation_lists)
        await self._group(group)
        if self._needs_lists:
            await self._circulation_lists(lists)

    async def _accounting(self) -> None:
        company, group, day = self._company, "accounting", self._today
        await self._ask(group, "accountingperiodlist", company.accounting_periods)
        await self._ask(group, "vouchertypelist", company.voucher_types)
        await self._ask(group, "accountingledger", lambda: company.vouchers(start=day, end=day))
        await self._group(group)

    async def _group(self, group: str) -> None:
        answers = self._answers[group]
        answered = sorted(set(answers.answered))
        if answers.refused:
            details = {"refused": sorted(answers.refused), "answered": answered}
            details |= _words(next(iter(answers.refused.values())))
            await self._found(Finding(group, Verdict.DENIED, "refused", "allow_resources", details=details))
        else:
            details = {"answered": answered, "unproven": UNPROVEN[group]}
            await self._found(Finding(group, Verdict.CONFIRMED, "all_answered", details=details))

    async def _circulation_lists(self, lists: Sequence[Any] | None) -> None:
        if lists is None:
            await self._found(Finding("circulation_lists", Verdict.UNREADABLE, "not_reached"))
            return
        names = [str(item.name) for item in lists]
        twice = sorted({name for name in names if names.count(name) > 1})
        details = {"names": names, "twice": twice}
        if not names:
            await self._found(Finding("circulation_lists", Verdict.DENIED, "no_lists", "create_lists", details=details))
        elif twice:
            await self._found(
                Finding("circulation_lists", Verdict.CONFIRMED, "lists_alike", "rename_lists", details=details)
            )
        else:
            await self._found(Finding("circulation_lists", Verdict.CONFIRMED, "lists", details=details))

    async def _ledger_rights(self) -> None:
        invoice = self._invoice
        access = invoice.posting_access if invoice else None
        may_post = access.can_user_post_invoice if access else None
        if may_post:
            await self._found(Finding("posting", Verdict.CONFIRMED, "may_post"))
        elif may_post is False and self._invoice_is_open:
            await self._found(Finding("posting", Verdict.DENIED, "may_not_post", "ledger_rights"))
        else:
            # That a handled invoice cannot be posted may be for its state, not for want of a right.
            evidence = "no_invoice" if invoice is None else "no_read_shows"
            await self._found(Finding("posting", Verdict.UNREADABLE, evidence, "ledger_rights"))
        # The words of an action's type are not published; these are what its documentation calls the two acts.
        actions = {(action.type or "").casefold() for action in invoice.actions} if invoice else set[str]()
        for check_id, words in (("inspector", ("approve", "verify")), ("approver", ("accept",))):
            if actions & set(words):
                await self._found(Finding(check_id, Verdict.CONFIRMED, "action_present"))
            else:
                evidence = "action_absent" if invoice else "no_invoice"
                await self._found(Finding(check_id, Verdict.UNREADABLE, evidence, "ledger_rights"))
        await self._found(Finding("circulation_setter", Verdict.UNREADABLE, "no_read_shows", "ledger_rights"))

    async def _accountant_role(self) -> None:
        """Read the role where Netvisor shows it. The article asks for no right to this read, so no answer is fine."""
        try:
            summary = await self._company.access_rights_summary()
        except (Refused, TechnicalError, BadReply):
            summary = None
        except NetvisorError as error:
            raise NetvisorSilent(error) from error
        if summary is not None:
            self.company_name = summary.company_name
        # Without parameters the reply is of the API user; more than one user is somebody else's business.
        has_role = summary.users[0].is_accountant if summary and len(summary.users) == 1 else None
        if has_role is None:
            await self._found(Finding("accountant_role", Verdict.UNREADABLE, "no_read_shows", "accountant_role"))
        elif has_role:
            await self._found(Finding("accountant_role", Verdict.CONFIRMED, "role_present"))
        else:
            await self._found(Finding("accountant_role", Verdict.DENIED, "role_absent", "accountant_role"))

    async def _history(self, invoices: Sequence[InvoiceListItem] | None) -> None:
        if invoices is None:
            await self._found(Finding("history", Verdict.UNREADABLE, "not_reached"))
            return
        days = [item.invoice_date for item in invoices if item.invoice_date]
        months = len({(day.year, day.month) for day in days})
        details = {"invoices": len(invoices), "months": months}
        evidence = "no_history" if not invoices else "history"
        await self._found(Finding("history", Verdict.CONFIRMED, evidence, details=details))


UNPROVEN: Mapping[str, tuple[str, ...]] = {
    "purchase_invoices": ("purchaseinvoicepostingdata", "purchaseinvoicecirculation"),
    "accounting": (),
    "dimensions": (),
}
"""Resources of a group that the product writes to and no reading proves: the first confirmed write does."""


def _words(refusal: Refused) -> dict[str, Any]:
    """Return what a refusal said, for the sentence: Netvisor's code and its own, masked, words."""
    return {"code": refusal.code, "detail": refusal.detail}


def months_before(day: date, months: int) -> date:
    """Return the first day of the month that lies so many months before a day's."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def next_try(attempt: int) -> timedelta:
    """Return how long a check waits for a Netvisor that does not answer: 1, 2, 5, 10, then 15 minutes."""
    return timedelta(minutes=(1, 2, 5, 10, 15)[min(attempt, 5) - 1])
