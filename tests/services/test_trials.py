"""What new credentials come to in a client, compared with what the client has: nothing is lost by surprise."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.records import Client, ClientState, Outcome, Process, Verdict
from services.rights import CHECK_IDS, Finding
from services.trial_jobs import judge

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DENIED, UNREADABLE = Verdict.DENIED, Verdict.UNREADABLE
CONFIRMED = dict.fromkeys(CHECK_IDS, Verdict.CONFIRMED.value)


def client(*missing: str) -> Client:
    state = ClientState.BLOCKED if missing else ClientState.PRODUCTION
    return Client("T1", "c", "9000102-2", "Tuomi", Process.STANDARD, "C1", "old", state, "U1", NOW, missing)


def found(**verdicts: Verdict) -> list[Finding]:
    """Return what a check found: everything is confirmed but these."""
    repairs = {"posting": "ledger_rights", "credentials": "credentials_again"}
    return [
        Finding(check_id, verdicts.get(check_id, Verdict.CONFIRMED), "", repairs.get(check_id))
        for check_id in CHECK_IDS
    ]


@pytest.mark.parametrize(
    ("missing", "findings", "outcome", "lacking"),
    [
        ((), found(), Outcome.WORKS, ()),
        ((), found(posting=DENIED), Outcome.LOSES, ("posting",)),
        (("posting",), found(posting=DENIED), Outcome.STAYS_BLOCKED, ("posting",)),
        (("posting",), found(posting=DENIED, dimensions=DENIED), Outcome.LOSES, ("dimensions",)),
        (("posting",), found(), Outcome.WORKS, ()),
        ((), found(approver=UNREADABLE), Outcome.UNPROVEN, ("approver",)),
        ((), found(credentials=DENIED, company=UNREADABLE), Outcome.REJECTED, ("credentials",)),
        ((), found(company=DENIED, accounting=DENIED), Outcome.REJECTED, ("company",)),
        # The old ones reach nothing any more: whatever the new ones reach is a gain.
        (("credentials",), found(posting=DENIED), Outcome.STAYS_BLOCKED, ("posting",)),
        (("credentials",), found(credentials=DENIED), Outcome.REJECTED, ("credentials",)),
    ],
)
def test_new_credentials_are_compared_with_what_a_client_has(
    missing: tuple[str, ...], findings: list[Finding], outcome: Outcome, lacking: tuple[str, ...]
) -> None:
    judged = judge(client(*missing), CONFIRMED, findings)
    assert (judged.outcome, judged.lacking) == (outcome, lacking)


def test_what_was_never_shown_is_not_missed() -> None:
    before = {**CONFIRMED, "approver": Verdict.UNREADABLE.value}
    assert judge(client(), before, found(approver=UNREADABLE)).outcome is Outcome.WORKS


def test_the_repair_is_that_of_what_is_lost() -> None:
    assert judge(client(), CONFIRMED, found(posting=DENIED)).repairs == ("ledger_rights",)
