"""The review in every state, with ordinary contents and with the worst."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from handlers.locale import Locale
from handlers.views.invoice_pictures import picture_view
from handlers.views.processes import process_changed, process_view
from handlers.views.review import nothing_left, review_page, unsaved, what_became
from handlers.views.review_line import line_view
from handlers.views.why import why
from services.facts import InvoicePicture, PictureState, Queue, Returned, ReviewCard, ReviewPage
from services.netvisor import PurchaseInvoice, PurchaseInvoiceLine
from services.processes import Effect
from services.proposals import Choice, LineProposal, Origin, Proposal
from services.records import (
    AuditEntry,
    ClientState,
    InvoiceState,
    Process,
    ProductionInvoice,
    Registers,
)
from tests.handlers.views.clients import NOW, WORKSPACE, client

REASONS = (
    "review",
    "uncertain",
    "nothing_learnt",
    "credit_note",
    "foreign_currency",
    "sums_differ",
    "no_list",
    "changed",
    "period_locked",
    "refused",
    "outcome_unknown",
    "sample",
    "automation_stopped",
)


def choice(label: str, confidence: float = 0.97, origin: Origin = Origin.PREDICTED, **reason: Any) -> Choice:
    grounds = {"ground": "vendor_text", "seen": 14, "agreeing": 14, "amount_usual": True, "literal": None, **reason}
    if origin is Origin.RULE:
        grounds = {"rule": "r", "place": 3, "person": "U0123456789"}
    return Choice(label, origin, confidence, (("4110", 0.2), ("7680", 0.1), ("8000", 0.05)), grounds)


def review(name: str, lines: int, reason: str = "uncertain") -> ReviewPage:
    """Return an invoice in review: its first line certain, the second not, the others of every origin."""
    origins = [*Origin]
    proposed = tuple(
        LineProposal(
            key=number,
            source=number,
            text=name,
            sum=12_345,
            vat_percent="25.5",
            account=choice(
                "4000", 0.97 if number == 0 else 0.42, origins[number % 7] if number > 1 else Origin.PREDICTED
            ),
            vat=choice("KOOS"),
            dimensions={name[:60]: choice(name[:60], literal=name)},
        )
        for number in range(lines)
    )
    invoice = PurchaseInvoice(
        key=1_200_001,
        number="86261",
        invoice_date=date(2026, 11, 1),
        due_date=date(2026, 11, 15),
        our_reference=name,
        vendor_name=name,
        lines=tuple(PurchaseInvoiceLine(key=number, vat_percent=Decimal("25.5")) for number in range(lines)),
    )
    row = ProductionInvoice(
        workspace=WORKSPACE,
        id="0123456789abcdef:1200001",
        client_id="0123456789abcdef",
        netvisor_key=1_200_001,
        vendor=name,
        number="86261",
        amount=12_345 * lines,
        invoice_date=date(2026, 11, 1),
        state=InvoiceState.WAITING,
        arrived_at=NOW,
        changed_at=NOW,
        fingerprint="0123456789abcdef",
        content="",
        reason=reason,
    )
    registers = Registers(
        WORKSPACE,
        "0123456789abcdef",
        NOW,
        {"4000": "Ostot", "4110": name[:60], "7680": name[:60], "8000": name[:60]},
        {name[:60]: [name], "Projekti": []},
        {},
    )
    return ReviewPage(client(name), row, invoice, Proposal(proposed, 0.42), registers, 3, 17)


AUDIT: tuple[tuple[str, str | None, dict[str, object]], ...] = (
    ("arrived", None, {}),
    ("changed", None, {}),
    (
        "predicted",
        None,
        {"confidence": 0.97, "reason": "uncertain", "model": "0123456789", "lines": [{"source": 1, "account": "4000"}]},
    ),
    ("automated", None, {"version": 3}),
    ("to_sample", None, {"version": 3}),
    ("not_automated", None, {"version": 3, "answer": "changed_last_time"}),
    ("changed_by_person", "U0123456789", {"line": 0, "target": "dimension:<&>", "before": "", "after": "4110"}),
    ("changed_by_person", "U0123456789", {"line": 0, "target": "circulation", "before": "", "after": "IT"}),
    ("list_by_hand", "U0123456789", {"list": "IT"}),
    ("list_sending", "U0123456789", {"list": "IT"}),
    ("list_set", None, {"list": "IT"}),
    ("list_not_sent", None, {"list": "IT"}),
    ("list_set_by_hand", "U0123456789", {"list": "IT"}),
    ("split", "U0123456789", {"line": 0, "part": 10_050}),
    ("confirmed", "U0123456789", {}),
    ("writing", "U0123456789", {"token": "0123456789abcdef"}),
    ("not_written", "U0123456789", {}),
    ("waiting", "U0123456789", {"reason": "refused", "code": "INVALID_DATA", "said": "<&>" * 100}),
    ("written", "U0123456789", {"reason": "written_read_back"}),
    ("written", "U0123456789", {"reason": "written"}),
    ("left", "U0123456789", {"reason": "in_netvisor"}),
    ("left", None, {"reason": "gone"}),
    ("process_changed", "U0123456789", {"before": "background", "after": "standard"}),
    ("period_opened", None, {}),
)


SEEN = {"invoice": "0123456789abcdef:1200001", "client": "0123456789abcdef", "seen": "seen", "first": 0}
"""What the modal of an invoice carries."""

CHANGE = AuditEntry(
    WORKSPACE,
    "1",
    "0123456789abcdef",
    0,
    NOW,
    "process_changed",
    "U0123456789",
    {"before": "standard", "after": "alternative"},
)


def audit(times: int) -> list[AuditEntry]:
    return [
        AuditEntry(WORKSPACE, str(number), "0123456789abcdef", 1, NOW, event, person, details)
        for number, (event, person, details) in enumerate(AUDIT * times)
    ]


def cards(name: str) -> Iterator[tuple[str, ReviewCard]]:
    states = (ClientState.PRODUCTION, ClientState.BLOCKED)
    queues = tuple(
        Queue(
            replace(client(name, states[number % 2]), id=f"client-{number}"),
            dict.fromkeys(REASONS, 100),
            NOW.date(),
            lists=number % 3,
        )
        for number in range(1000)
    )
    yield "of two", ReviewCard(queues[:2], 3, 12)
    yield "of many", ReviewCard(queues, 3, 12)
    yield "with nothing", ReviewCard(())
    yield "of a silent Netvisor", ReviewCard(queues[:2], 3, 12, silent=300, silent_since=NOW)


def returns(name: str) -> Iterator[tuple[str, Returned]]:
    invoice = review(name, 1).row
    for number in (1, 1000):
        yield f"returned {number}", Returned(client(name), ((invoice, "period_locked"), (invoice, "refused")) * number)


def modals(name: str) -> Iterator[tuple[str, Callable[[Locale], dict[str, Any]]]]:
    for reason in REASONS:
        yield reason, lambda locale, reason=reason: review_page(locale, review(name, 3, reason), "seen")
    note = "<@U0123456789> has already taken care of that invoice."
    written = replace(review(name, 1).row, state=InvoiceState.WRITTEN, number=name[:30])
    for state, row in (("gone", None), *((one, replace(written, state=one)) for one in InvoiceState)):
        yield (
            f"meanwhile {state}",
            lambda locale, row=row: review_page(
                locale,
                review(name, 1),
                "seen",
                note=f"{what_became(locale, row, 'U1')} {unsaved(locale, [name * 10] * 20)}",
            ),
        )
    locks = {"accounting": "2026-12-31", "vat": "2026-12-31", "purchase": "2026-12-31"}
    locked = review(name, 1, "period_locked")
    assert locked.registers
    locked = replace(locked, registers=replace(locked.registers, locks=locks))
    yield "of a locked period", lambda locale: review_page(locale, locked, "seen")
    yield "of many lines", lambda locale: review_page(locale, review(name, 400), "seen", first=15, note=note)
    yield "of no lines", lambda locale: review_page(locale, review(name, 0), "seen")
    reference = json.dumps({**SEEN, "line": 1})
    yield "line", lambda locale: line_view(locale, review(name, 3), 1, reference)
    for state in PictureState:
        fact = InvoicePicture(review(name, 1).row, state, "F0123456789")
        yield f"picture {state}", lambda locale, fact=fact: picture_view(locale, fact)
    yield "done", lambda locale: nothing_left(locale, client(name), note, 2)
    yield "process", lambda locale: process_view(locale, client(name), None)
    for process in Process:
        if process is not Process.ALTERNATIVE:
            yield (
                f"process {process}",
                lambda locale, process=process: process_view(locale, client(name), CHANGE, process, Effect(3, 1)),
            )
    yield "process changed", lambda locale: process_changed(locale, client(name), Process.STANDARD, Effect(0, 1))


def messages(name: str) -> Iterator[tuple[str, Callable[[Locale], Any]]]:
    shown = review(name, 1).row
    for times in (1, 20):
        told = audit(times)
        yield f"why {times}", lambda locale, told=told: why(locale, shown, told)
