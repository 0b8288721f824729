"""Checks of rights in every state, ticks, and asking somebody for a repair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.checks import OUR_FAULT
from services.facts import CheckResult, RepairAsked
from services.findings import CHECK_IDS, GROUPS, UNPROVEN, Finding
from services.records import ClientState, MessageState, Process, RepairMessage, RightsCheck, Tick, Verdict
from tests.handlers.views.clients import ACCESS_KEY, NOW, WORKSPACE, client

SILENCES = (
    "SYSTEM_MAINTENANCE",
    "UNREACHABLE",
    "TIMEOUT",
    "BAD_REPLY",
    "TOO_MANY_REQUESTS",
    "TECHNICAL_ERROR",
    f"{OUR_FAULT}1A2B3C4D",
)

DETAILS: dict[str, Any] = {
    "answered": ["accountlist"],
    "refused": ["getvendor", "purchaseinvoicelist"],
    "names": ["Helsinki", "Tampere"],
    "twice": ["Helsinki", "Tampere"],
    "invoices": 8877,
    "months": 30,
    "lists": [
        {"name": "Helsinki", "verifiers": ["Maija Kataja", "Noora Salmi"], "approver": "Olli Kataja"},
        {"name": "Tampere", "verifiers": [], "approver": None},
    ],
    "locks": {"accounting": "2026-09-30", "vat": "2026-09-30", "purchase": "2026-08-31"},
    "locked_today": [],
    "locked_invoices": 0,
    "unproven": list(UNPROVEN["purchase_invoices"]),
    "code": "AUTHENTICATION_FAILED",
    "detail": "Tunnistautuminen epäonnistui <MAC> & jotain",
}

WORST_DETAILS: dict[str, Any] = {
    **DETAILS,
    "refused": [f"resource{number}withalongname" for number in range(6)],
    "detail": "<&>" * 500,
    "lists": [{"name": "<&>" * 60, "verifiers": ["<&>" * 60] * 9, "approver": "<&>" * 60}] * 200,
    "locked_today": ["accounting", "vat", "purchase"],
    "locked_invoices": 12,
}

CLEAN = (
    Finding("credentials", Verdict.CONFIRMED, "accepted", details=DETAILS),
    Finding("company", Verdict.CONFIRMED, "answered", details=DETAILS),
    *(Finding(group, Verdict.CONFIRMED, "all_answered", details={"unproven": UNPROVEN[group]}) for group in GROUPS),
    Finding("posting", Verdict.CONFIRMED, "may_post"),
    Finding("inspector", Verdict.CONFIRMED, "action_present"),
    Finding("approver", Verdict.UNREADABLE, "action_absent", "approver_right"),
    Finding("circulation_setter", Verdict.UNREADABLE, "no_read_shows", "setter_right"),
    Finding("accountant_role", Verdict.CONFIRMED, "role_present"),
    Finding("circulation_lists", Verdict.CONFIRMED, "lists", details=DETAILS),
    Finding("history", Verdict.CONFIRMED, "history", details=DETAILS),
)

BLOCKED = (
    *CLEAN[:2],
    Finding("purchase_invoices", Verdict.DENIED, "refused", "allow_resources", DETAILS),
    *CLEAN[3:9],
    Finding("accountant_role", Verdict.DENIED, "role_absent", "accountant_role"),
    Finding("circulation_lists", Verdict.DENIED, "no_lists", "create_lists"),
    CLEAN[11],
)

WORST = (
    Finding("credentials", Verdict.DENIED, "rejected", "credentials_again", WORST_DETAILS),
    Finding("company", Verdict.DENIED, "all_refused", "reach_company", WORST_DETAILS),
    *(Finding(group, Verdict.DENIED, "refused", "allow_resources", WORST_DETAILS) for group in GROUPS),
    Finding("posting", Verdict.DENIED, "may_not_post", "posting_level"),
    *CLEAN[6:9],
    Finding("accountant_role", Verdict.DENIED, "role_absent", "accountant_role"),
    Finding("circulation_lists", Verdict.CONFIRMED, "lists_alike", "rename_lists", WORST_DETAILS),
    CLEAN[11],
)

REFUSED = (
    Finding("credentials", Verdict.UNREADABLE, "only_refusals", details=DETAILS),
    Finding("company", Verdict.DENIED, "all_refused", "reach_company", DETAILS),
    *(Finding(group, Verdict.DENIED, "refused", "allow_resources", DETAILS) for group in GROUPS),
    *(Finding(check_id, Verdict.UNREADABLE, "no_invoice", check_id) for check_id in CHECK_IDS[5:10]),
    Finding("circulation_lists", Verdict.UNREADABLE, "not_reached"),
    Finding("history", Verdict.UNREADABLE, "not_reached"),
)

FAILING = (
    *CLEAN[:3],
    Finding("accounting", Verdict.UNREADABLE, "failing", "allow_resources", DETAILS),
    *CLEAN[4:],
)

LOCKED = (
    *CLEAN[:3],
    Finding("accounting", Verdict.CONFIRMED, "all_answered", "open_period", WORST_DETAILS),
    *CLEAN[4:],
)

UNREADABLE = (
    Finding("credentials", Verdict.UNREADABLE, "only_refusals", details=WORST_DETAILS),
    *(Finding(check_id, Verdict.UNREADABLE, "no_read_shows", "setter_right") for check_id in CHECK_IDS[5:10]),
    Finding("circulation_lists", Verdict.CONFIRMED, "lists", details=WORST_DETAILS),
)


def tick(check_id: str, **changes: Any) -> Tick:
    known = Tick(WORKSPACE, f"0123456789abcdef:{check_id}", "0123456789abcdef", check_id, "U0123456789", NOW)
    return replace(known, **changes)


def ticks_in_every_state() -> tuple[Tick, ...]:
    """Return ticks that hold, that a write proved or reopened, and that are about something else."""
    later = NOW + timedelta(days=1)
    return (
        tick("posting", reopened_at=later, refusal="SERVICE_ACCESS_ERROR " + "<&>" * 90),
        tick("approver", about="earlier credentials"),
        tick("circulation_setter", proven_at=later),
        tick("inspector", person="", ticked_at=None, proven_at=later),
        tick("accountant_off_lists", about="earlier lists"),
        tick("event_date_rules"),
    )


def check(findings: Sequence[Finding], **changes: Any) -> RightsCheck:
    """Return a finished check with these findings."""
    known = RightsCheck(
        WORKSPACE,
        "0123456789abcdef",
        NOW,
        "U0123456789",
        findings=tuple(finding.to_data() for finding in findings),
        finished_at=NOW,
    )
    return replace(known, **changes)


def checks(name: str) -> Iterator[tuple[str, CheckResult]]:
    """Yield a check in every state."""
    checking = client(name, ClientState.CHECKING)
    blocked = client(name, ClientState.BLOCKED, missing=CHECK_IDS)
    yield "begins", CheckResult(checking, check((), finished_at=None), is_favourite=False)
    yield "goes on", CheckResult(checking, check(CLEAN[:6], finished_at=None))
    yield "clean", CheckResult(client(name, ClientState.TRAINING), check(CLEAN), is_favourite=False)
    yield "clean in production", CheckResult(client(name, ClientState.PRODUCTION), check(CLEAN))
    yield (
        "clean and ticked",
        CheckResult(client(name, ClientState.TRAINING), check(CLEAN), (tick("circulation_setter"),)),
    )
    circulating = client(name, ClientState.BLOCKED, process=Process.ALTERNATIVE_WITH_CIRCULATION, missing=("posting",))
    yield "ticks in every state", CheckResult(circulating, check(CLEAN), ticks_in_every_state())
    yield "blocked", CheckResult(blocked, check(BLOCKED), is_favourite=True)
    yield "everything refused", CheckResult(replace(blocked, missing=CHECK_IDS[1:5]), check(REFUSED))
    yield "failing", CheckResult(replace(blocked, missing=("accounting",)), check(FAILING))
    yield "locked", CheckResult(client(name, ClientState.PRODUCTION), check(LOCKED))
    yield "everything denied", CheckResult(blocked, check(WORST))
    all_ticks = tuple(tick(finding.id) for finding in UNREADABLE[1:])
    yield "everything unreadable", CheckResult(checking, check(UNREADABLE), all_ticks)
    for code in SILENCES:
        ours = code.startswith(OUR_FAULT)
        retry_at = None if ours else NOW + timedelta(minutes=15)
        waiting = check((), finished_at=None, waiting_for=code, retry_at=retry_at)
        yield f"waits {code}", CheckResult(checking, waiting)


def asked_for_repair(state: MessageState, name: str, text: str = f"Hei! <&> {ACCESS_KEY}") -> RepairAsked:
    message = RepairMessage(WORKSPACE, "r", "c", "U0123456789", "U0123456788", text.ljust(2900, "&"), "V1", NOW, state)
    return RepairAsked(client(name, ClientState.BLOCKED), message)
