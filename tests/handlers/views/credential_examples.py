"""The modals and messages of credentials, with ordinary contents and with the worst that can stand in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from handlers.locale import Locale
from handlers.views.credential_forms import change_form, describe_form, edit_form, pair_form
from handlers.views.credential_words import name_of
from handlers.views.credentials import credential_list, credential_view, still_used
from handlers.views.leaving import leaving, who_leaves
from handlers.views.trials import trial_view
from services.facts import CredentialDetails, CredentialPage, CredentialRow, TrialReport
from services.records import (
    Client,
    ClientState,
    Credential,
    CredentialDraft,
    CredentialEvent,
    CredentialKind,
    Outcome,
    Process,
    Trial,
    TrialResult,
    TrialState,
)
from services.rights import CHECK_IDS
from tests.handlers.views.clients import ACCESS_KEY, NOW, WORKSPACE

PERSON = "U0123456789"
REPAIRS = ("allow_resources", "posting_level", "accountant_role", "reach_company")

View = Callable[[Locale], dict[str, Any]]


def credential(index: int = 0, label: str = "", **changes: Any) -> Credential:
    known = Credential(
        WORKSPACE, f"credential-{index}", "sealed", "sealed", "2F3A", "9C1D", PERSON, NOW, label=label[:40]
    )
    return replace(known, **changes)


def clients(number: int, name: str) -> tuple[Client, ...]:
    return tuple(
        Client(
            WORKSPACE,
            f"{index:016x}",
            "9000102-2",
            name,
            Process.STANDARD,
            "C0123456789",
            "credential-0",
            ClientState.PRODUCTION,
            PERSON,
            NOW,
        )
        for index in range(number)
    )


def trial(state: TrialState = TrialState.FINISHED, **changes: Any) -> Trial:
    known = Trial(WORKSPACE, "trial", "credential-1", state, NOW, PERSON, replaces="credential-0", finished_at=NOW)
    return replace(known, **changes)


def counts(**given: int) -> dict[Outcome, int]:
    return {one: given.get(one, 0) for one in Outcome}


def listed(number: int, name: str) -> tuple[tuple[Client, TrialResult], ...]:
    """Return clients of every outcome there is something to say of."""
    kinds = [
        TrialResult(WORKSPACE, "r", "trial", "c", Outcome.LOSES, CHECK_IDS[2:10], REPAIRS, "SERVICE_ACCESS_ERROR"),
        TrialResult(WORKSPACE, "r", "trial", "c", Outcome.LOSES, ("posting",), ("posting_level",)),
        TrialResult(WORKSPACE, "r", "trial", "c", Outcome.REFUSED, code="SERVICE_ACCESS_ERROR"),
        TrialResult(WORKSPACE, "r", "trial", "c", Outcome.REJECTED, ("credentials",), code="AUTHENTICATION_FAILED"),
        TrialResult(WORKSPACE, "r", "trial", "c", Outcome.SILENT, code="SYSTEM_MAINTENANCE"),
        TrialResult(WORKSPACE, "r", "trial", "c", Outcome.UNPROVEN, ("approver", "accountant_role")),
        TrialResult(WORKSPACE, "r", "trial", "c", Outcome.STAYS_BLOCKED, ("dimensions",), ("allow_resources",)),
    ]
    every = clients(number, name)
    return tuple((client, kinds[index * len(kinds) // number]) for index, client in enumerate(every))


def reports(name: str) -> Iterator[tuple[str, TrialReport]]:
    """Yield a trial in every state."""
    old, new = credential(0, name), credential(1, name)
    running = trial(TrialState.RUNNING, finished_at=None)
    yield "begins", TrialReport(running, new, old, counts())
    yield "goes on", TrialReport(running, new, old, counts(waiting=60, works=38, loses=1, rejected=1))
    for code in ("SYSTEM_MAINTENANCE", "TIMEOUT"):
        waits = trial(TrialState.RUNNING, finished_at=None, waiting_for=code, retry_at=NOW + timedelta(minutes=2))
        yield f"waits {code}", TrialReport(waits, new, old, counts(waiting=1, works=99))
    yield "all ready", TrialReport(trial(), new, old, counts(works=100), switchable=100)
    mixed = counts(works=90, loses=3, rejected=2, silent=1, unproven=3, stays_blocked=1)
    yield "some ready", TrialReport(trial(), new, old, mixed, listed(10, name), 94)
    yield "stale", TrialReport(trial(), new, old, mixed, listed(10, name))
    yield "switched", TrialReport(trial(), new, old, counts(switched=97, rejected=3), listed(3, name))
    nowhere = tuple((one, result) for one, result in listed(7, name) if result.outcome is Outcome.REJECTED)
    yield "nowhere accepted", TrialReport(trial(), new, old, counts(rejected=1), nowhere)
    yield "five thousand fail", TrialReport(trial(), new, old, counts(loses=5000), listed(5000, name))
    yield "stopped", TrialReport(trial(TrialState.STOPPED), new, old, counts(waiting=40, works=60))
    yield "failed", TrialReport(trial(TrialState.FAILED, failure="1A2B3C4D"), new, old, counts(waiting=1))
    yield "of nobody", TrialReport(trial(), new, old, counts())
    tested = trial(replaces="")
    yield "test well", TrialReport(tested, new, None, counts(works=3))
    failed = counts(works=2, refused=1, rejected=1)
    yield "test fails", TrialReport(tested, new, None, failed, listed(7, name)[2:4])
    one = clients(1, name)[0]
    yield "test in one", TrialReport(tested, new, None, counts(works=1), only_client=one)


def modals(name: str) -> Iterator[tuple[str, View]]:
    """Yield every modal of credentials."""
    owner = {"kind": CredentialKind.PERSONAL, "owner": name[:40], "tested_at": NOW, "test_worked": 98, "test_tried": 99}
    personal, generic = credential(0, name, **owner), credential(1, "Yleinen", kind=CredentialKind.GENERIC)
    for number in (0, 3):
        rows = tuple(CredentialRow(one, 5000) for one in (personal, generic, credential(2, tested_at=NOW))[:number])
        page = CredentialPage(rows, 0, 1, number)
        yield f"credentials {number}", lambda locale, page=page: credential_list(locale, page)
    rows = tuple(CredentialRow(credential(index, name, **owner), 50) for index in range(20))
    middle = CredentialPage(rows, 2, 5, 100)
    yield "credentials 100", lambda locale: credential_list(locale, middle, name_of(personal))
    whats = ("added", "described", "tested", "switched_from", "switched_to", "removed")
    details = {"worked": 98, "tried": 100, "clients": 97, "other": "9C1D"}
    events = tuple(CredentialEvent(WORKSPACE, what, "credential-0", what, PERSON, NOW, details) for what in whats)
    used = CredentialDetails(personal, clients(5000, name), events, trial())
    yield "credential", lambda locale: credential_view(locale, used)
    yield "credential kept", lambda locale: credential_view(locale, used, still_used(locale, 5000))
    unused = CredentialDetails(credential(2), (), events[:1], trial(replaces=""))
    yield "credential unused", lambda locale: credential_view(locale, unused)
    empty = CredentialDraft(WORKSPACE, "draft", PERSON, NOW)
    filled = replace(empty, label=name[:40], kind=CredentialKind.PERSONAL, owner=name[:40], replaces="credential-0")
    for draft in (empty, filled):
        what = "replacing" if draft.replaces else "new"
        yield f"credential form {what}", lambda locale, draft=draft: describe_form(locale, draft)
        yield f"credential pair {what}", lambda locale, draft=draft: pair_form(locale, draft)
    yield "credential edit", lambda locale: edit_form(locale, personal)
    for others in ([], [credential(index, name) for index in range(5000)]):
        what = f"credential change {len(others)}"
        yield what, lambda locale, others=others: change_form(locale, personal, 98, others)
        what = f"who leaves {len(others)}"
        yield what, lambda locale, others=others: who_leaves(locale, [*others, personal] if others else [])
    for number in (0, 1, 5000):
        leaves = [CredentialDetails(personal, clients(number, name)), CredentialDetails(credential(2), ())]
        yield f"leaving {number}", lambda locale, leaves=leaves: leaving(locale, name[:40], leaves, 1)
    for state, report in reports(name):
        yield f"trial {state}", lambda locale, report=report: trial_view(locale, report, ACCESS_KEY)
