"""The rights check: every right that the article asks for, held against Netvisor by reading only.

Three verdicts, never a guess. A right whose proof Netvisor's API has not (circulation setter, accountant role, an
inspector's right without an open invoice) is unreadable and becomes a tick for a person. A refusal is named with
what it proves and the candidates for its cause, because Visma does not document which code stands for which
(reference: netvisor.md section 5).

Eleven calls for a company where all is well, one after another, as Netvisor demands.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from services.findings import (
    CHECK_IDS,
    GROUPS,
    UNPROVEN,
    Finding,
    history_finding,
    ledger_findings,
    lists_finding,
    lock_details,
)
from services.netvisor import (
    AccountingPeriods,
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

HISTORY_MONTHS = 36
"""How far back the history goes that is counted here and learnt from by the training."""

LIGHT_MONTHS = 2
"""How far back a recheck lists invoices: it asks the same resources, but the history is known already."""


class NetvisorSilent(Exception):
    """Netvisor could not answer for a reason that is nobody's right: maintenance, time-out, a broken reply."""

    def __init__(self, error: NetvisorError) -> None:
        super().__init__(error.code)
        self.error = error


OnFinding = Callable[[Finding], Awaitable[None]]


@dataclass
class _Answers:
    """What the calls of a group came to: which resources answered, which were refused, on which Netvisor failed."""

    answered: list[str] = field(default_factory=list[str])
    refused: dict[str, Refused] = field(default_factory=dict[str, Refused])
    failing: dict[str, TechnicalError] = field(default_factory=dict[str, TechnicalError])

    @property
    def asked(self) -> set[str]:
        return {*self.answered, *self.refused, *self.failing}


class RightsCheck:
    """One check of one company. `run` hands each finding on as soon as it is known.

    While `patient`, a fault of Netvisor's own is its silence, and the check is made again later. A resource that
    fails whenever it is asked may be one that is not allowed, so an impatient check names the candidates and goes on.
    A check that knows the `history` from an earlier one is light: the same resources are asked for less.
    """

    def __init__(
        self,
        company: Company,
        process: Process,
        today: date,
        on_finding: OnFinding,
        *,
        patient: bool = True,
        history: Finding | None = None,
    ) -> None:
        self._company = company
        self._process = process
        self._today = today
        self._on_finding = on_finding
        self._patient = patient
        self._known_history = history
        self._answers = {group: _Answers() for group in GROUPS}
        self._opened: Sequence[InvoiceListItem] = ()
        self._invoice: PurchaseInvoice | None = None
        self.findings: list[Finding] = []
        self.company_name: str | None = None

    async def run(self) -> list[Finding]:
        """Check everything and return the findings; raise NetvisorSilent when Netvisor cannot answer now."""
        company = self._company
        start = months_before(self._today, LIGHT_MONTHS if self._known_history else HISTORY_MONTHS)
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
        if "dimensionlist" not in self._answers["dimensions"].asked:
            await self._ask("dimensions", "dimensionlist", company.dimensions)
        await self._group("dimensions")
        for finding in ledger_findings(self._invoice, is_open=bool(self._opened)):
            await self._found(finding)
        await self._accountant_role()
        known = self._known_history if invoices is not None else None
        await self._found(known or history_finding(invoices))
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
            if self._patient or not isinstance(error, TechnicalError):
                raise NetvisorSilent(error) from error
            self._answers[group].failing[resource] = error
            return None
        self._answers[group].answered.append(resource)
        return answer

    def _all(self) -> tuple[list[str], list[Refused], list[TechnicalError]]:
        groups = self._answers.values()
        return (
            [resource for group in groups for resource in group.answered],
            [refusal for group in groups for refusal in group.refused.values()],
            [failure for group in groups for failure in group.failing.values()],
        )

    async def _credentials(self) -> None:
        answered, refusals, failures = self._all()
        if answered:
            await self._found(Finding("credentials", Verdict.CONFIRMED, "accepted", details={"answered": answered}))
        elif not refusals:
            await self._found(Finding("credentials", Verdict.UNREADABLE, "only_failures", details=_words(failures[0])))
        elif not failures and all(isinstance(refusal, AuthenticationFailed) for refusal in refusals):
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
            await self._found(Finding(check_id, Verdict.UNREADABLE, "not_reached"))

    async def _company_reached(self) -> None:
        answered, refusals, failures = self._all()
        if answered:
            await self._found(Finding("company", Verdict.CONFIRMED, "answered", details={"answered": answered}))
        elif refusals:
            details = _words(refusals[0])
            await self._found(Finding("company", Verdict.DENIED, "all_refused", "reach_company", details=details))
        else:
            details = _words(failures[0])
            await self._found(Finding("company", Verdict.UNREADABLE, "all_failed", "reach_company", details=details))

    async def _purchase_invoices(self, invoices: Sequence[InvoiceListItem] | None, start: date) -> None:
        """Check the group's other reads; keep an invoice, best an open one: it shows what the user may do to it."""
        company, group = self._company, "purchase_invoices"
        if invoices is not None:
            opened = await self._ask(
                group, "purchaseinvoicelist", lambda: company.purchase_invoices(begin=start, status="open")
            )
            self._opened = opened or ()
            newest = max(opened or invoices, key=lambda item: item.key, default=None)
            if newest is not None:
                self._invoice = await self._ask(
                    group, "getpurchaseinvoice", lambda: company.purchase_invoice(newest.key, include=("actions",))
                )
        await self._ask(group, "getvendor", lambda: company.vendors(changed_since=self._today))
        lists = await self._ask(group, "getcirculationlists", company.circulation_lists)
        await self._group(group)
        await self._found(lists_finding(lists, self._process))

    async def _accounting(self) -> None:
        company, group, day = self._company, "accounting", self._today
        periods: AccountingPeriods | None = await self._ask(group, "accountingperiodlist", company.accounting_periods)
        await self._ask(group, "vouchertypelist", company.voucher_types)
        await self._ask(group, "accountingledger", lambda: company.vouchers(start=day, end=day))
        await self._group(group, lock_details(periods, self._opened, day) if periods else None)

    async def _group(self, group: str, more: dict[str, Any] | None = None) -> None:
        answers = self._answers[group]
        details: dict[str, Any] = {"answered": sorted(set(answers.answered)), **(more or {})}
        if answers.refused:
            details |= {"refused": sorted(answers.refused), **_words(next(iter(answers.refused.values())))}
            await self._found(Finding(group, Verdict.DENIED, "refused", "allow_resources", details=details))
        elif answers.failing:
            details |= {"refused": sorted(answers.failing), **_words(next(iter(answers.failing.values())))}
            await self._found(Finding(group, Verdict.UNREADABLE, "failing", "allow_resources", details=details))
        else:
            details |= {"unproven": UNPROVEN[group]}
            repair = "open_period" if details.get("locked_today") or details.get("locked_invoices") else None
            await self._found(Finding(group, Verdict.CONFIRMED, "all_answered", repair, details=details))

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


def _words(error: NetvisorError) -> dict[str, Any]:
    """Return what Netvisor said, for the sentence: its code and its own, masked, words."""
    return {"code": error.code, "detail": error.detail}


def months_before(day: date, months: int) -> date:
    """Return the first day of the month that lies so many months before a day's."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def next_try(attempt: int) -> timedelta:
    """Return how long a check waits for a Netvisor that does not answer: 1, 2, 5, 10, then 15 minutes."""
    return timedelta(minutes=(1, 2, 5, 10, 15)[min(attempt, 5) - 1])
