"""Automation in every state, with ordinary contents and with the worst."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from handlers.locale import Locale
from handlers.views.automation import automation_list, automation_view
from services.facts import AutomatedDay, AutomationOffer, Drift, Report
from services.measuring import Figures
from services.proposals import Proposal
from services.records import Automation, Process
from tests.handlers.views import review_examples
from tests.handlers.views.clients import NOW, WORKSPACE, client

OFF = Automation(WORKSPACE, "0123456789abcdef")
RECORD = Figures(45, 41, 40, 37, 12, Counter({155: 45}), Counter({("account", "4000", "4110"): 3}))


def settings(name: str, excluded: int = 1) -> Automation:
    return replace(
        OFF,
        version=3,
        is_on=1,
        changed_by="U0123456789",
        changed_at=NOW,
        excluded=(name[:60],) * excluded,
        pause_begins=date(2026, 12, 20),
        pause_ends=date(2027, 1, 10),
        pause_yearly=1,
        offered_at=NOW,
    )


def reports(name: str) -> Iterator[tuple[str, Report]]:
    live = client(name)
    monday = date(2026, 10, 26)
    weeks = ((monday, RECORD), (date(2026, 11, 2), RECORD))
    drift = Drift(live, name, "4000", "4110", date(2026, 10, 28))
    yield "report of one", Report(monday, date(2026, 11, 1), ((live, RECORD),), weeks, (drift,), RECORD + RECORD)
    yield "report of nothing", Report(monday, date(2026, 11, 1), ((live, Figures()),))
    clients = tuple((replace(live, id=f"{number:016x}"), RECORD) for number in range(300))
    yield "report of many", Report(monday, date(2026, 11, 1), clients, weeks, (drift,) * 20)


def facts(name: str) -> Iterator[tuple[str, AutomationOffer | AutomatedDay | Report]]:
    yield from reports(name)
    live = client(name)
    yield "automation offered", AutomationOffer(live, replace(OFF, offered_at=NOW), RECORD)
    yield "automation answered", AutomationOffer(live, settings(name), RECORD)
    page = review_examples.review(name, 2)
    row = replace(page.row, proposal=Proposal(page.proposal.lines, 0.9).to_json())
    yield "automated day", AutomatedDay(date(2026, 11, 2), ((live, (row,) * 2),), 1)
    many = tuple((replace(live, id=f"{number:016x}"), (row,) * 30) for number in range(50))
    yield "automated day of many", AutomatedDay(date(2026, 11, 2), many)


def modals(name: str) -> Iterator[tuple[str, Callable[[Locale], dict[str, Any]]]]:
    live = client(name)
    yield "automation off", lambda locale: automation_view(locale, live, OFF, Figures())
    yield "automation on", lambda locale: automation_view(locale, live, settings(name), RECORD, "Saved.")
    yield "automation on 100", lambda locale: automation_view(locale, live, settings(name, 100), RECORD)
    other = replace(live, process=Process.BACKGROUND)
    yield "automation background", lambda locale: automation_view(locale, other, OFF, replace(RECORD, known=0))


def messages(name: str) -> Iterator[tuple[str, Callable[[Locale], Any]]]:
    live = client(name)
    for number in (0, 1, 300):
        on = [(replace(live, id=f"{one:016x}"), settings(name)) for one in range(number)]
        yield f"automation list {number}", lambda locale, on=on: automation_list(locale, on)
