"""Who may do what, and who did: the modals with ordinary contents and with the worst that can stand in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from handlers.locale import Locale
from handlers.views.access import access_form, notice, refusal
from handlers.views.audit import audit_view
from handlers.views.elements import View
from services.access import Allowed, Right
from services.audit import AuditLine, AuditPage
from services.records import Access, AuditEntry, Team

AT = datetime(2026, 3, 12, 9, 5, tzinfo=UTC)
WORKSPACE = "T0TILITOIMI"
TEAM = Team(WORKSPACE, "S0PALKAT001", "palkat", AT)
DETAILS: dict[str, dict[str, object]] = {
    "process_changed": {"before": "standard", "after": "alternative"},
    "access_changed": {
        "admins_added": ["U0123456789"] * 9,
        "rights": {right.value: "admins" for right in Right},
        "clients": 5000,
    },
    "credentials": {"what": "switched_from", "key": "1234"},
    "client_added": {},
    "automation_on": {"version": 3, "most": 200_000, "confidence": 0.8, "sample": 10, "excluded": []},
    "automation_off": {"version": 4, "most": 200_000, "confidence": 0.95, "sample": 5, "excluded": []},
    "automation_changed": {"version": 5, "most": 1, "confidence": 0.8, "sample": 10, "excluded": []},
}


def modals(name: str) -> Iterator[tuple[str, Callable[[Locale], View]]]:
    """Yield the name of each modal and how it is rendered."""
    long = [replace(TEAM, id=f"S0PALKAT{index:03}", name="x" * 21, refusal="missing_scope") for index in range(300)]
    full = Access(WORKSPACE, WORKSPACE, ("U0123456789",), {"add": TEAM.id, "review": "admins"}, ("C0123456789",), True)
    yield "access plain", lambda locale: access_form(locale, Access(WORKSPACE, WORKSPACE), [], [])
    yield "access full", lambda locale: access_form(locale, full, [TEAM], [name[:60]])
    yield "access 300 teams", lambda locale: access_form(locale, full, long, [name[:60]] * 40)
    lines = [
        AuditLine(AuditEntry(WORKSPACE, str(index), "c1", 0, AT, event, "U0123456789", details), name, name)
        for index, (event, details) in enumerate(DETAILS.items())
    ]
    yield "audit events", lambda locale: audit_view(locale, AuditPage(tuple(lines)))
    yield (
        "audit full",
        lambda locale: audit_view(
            locale, AuditPage(tuple(lines * 4)[:15], None, f"{AT.isoformat()}:{'0' * 16}"), newest=False
        ),
    )
    yield "audit empty", lambda locale: audit_view(locale, AuditPage(()))
    team = replace(TEAM, name=name[:21])
    for right in Right:
        yield (
            f"refusal {right}",
            lambda locale, right=right: notice(locale, refusal(locale, right, Allowed((team,), (name,)))),
        )
