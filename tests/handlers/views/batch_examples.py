"""The modals and messages of batches, with ordinary contents and with the worst that can stand in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from handlers.locale import Locale
from handlers.views import add_clients
from handlers.views.batches import batch_view
from services.batch_lines import Line
from services.checks import OUR_FAULT
from services.facts import (
    BatchChannelRefused,
    BatchDone,
    BatchOverdue,
    BatchRow,
    BatchSummary,
    Fact,
    FileRefused,
    Standing,
)
from services.records import Batch, Client, ClientState, Process
from services.rights import CHECK_IDS
from tests.handlers.views.clients import NOW, WORKSPACE
from tests.handlers.views.credential_examples import credential

PERSON = "U0123456789"
CHANNEL = "C0123456789"
WORST = "&" * 100
REASONS = ("SYSTEM_MAINTENANCE", "UNREACHABLE", "TECHNICAL_ERROR", f"{OUR_FAULT}1A2B3C4D")
PROBLEMS = {
    "business_id_missing": "",
    "business_id_invalid": "1234567-8" * 111,
    "twice": "17",
    "taken": WORST,
    "removed": WORST,
    "process_unknown": WORST * 10,
    "channel_unknown": WORST * 10,
    "formula": "",
}
PROBLEM = Line(1, "").refused("business_id_missing")
NO_LIST = (
    "empty",
    "too_large",
    "too_many_rows",
    "old_excel",
    "not_a_list",
    "no_business_ids",
    "no_scope",
    "no_file",
    f"{OUR_FAULT}1A2B3C4D",
)


def lines(number: int, name: str) -> list[Line]:
    """Return lines, every fourth with a problem, of which each comes in turn."""
    problems = list(PROBLEMS.items())
    found: list[Line] = []
    for index in range(number):
        line = Line(index + 2, "9000102-2", name, client_id=f"client-{index}")
        if index % 4 == 3:
            line = replace(line, client_id="").refused(*problems[index // 4 % len(problems)])
        elif index % 4 == 2:
            line = replace(
                line, process=Process.ALTERNATIVE_WITH_CIRCULATION, channel="C0123456789", is_name_cut=len(name) > 90
            )
        found.append(line)
    return found


def batch(number: int = 0, name: str = "", **changes: Any) -> Batch:
    whole = Batch(
        WORKSPACE,
        "fedcba9876543210",
        "U0123456789",
        NOW,
        process=Process.STANDARD,
        channel="C0123456789",
        lines=tuple(line.to_data() for line in lines(number, name)),
        read_at=NOW,
    )
    return replace(whole, **changes)


def summary(number: int, name: str) -> BatchSummary:
    """Return a batch whose companies stand in every way, in turn."""
    standings = [one for one in Standing if one is not Standing.NOT_ADDED]
    repairs = (
        "allow_resources",
        "ledger_rights",
        "credentials_again",
        "operator_partner",
        "create_lists",
        "unheard of",
    )
    rows: list[BatchRow] = []
    for index, line in enumerate(lines(number, name)):
        standing = standings[index % len(standings)]
        if line.problem:
            rows.append(BatchRow(line, None, Standing.NOT_ADDED))
            continue
        row = BatchRow(line, client(index, name), standing)
        match standing:
            case Standing.BLOCKED:
                row = replace(row, missing=CHECK_IDS[index % 3 :], repairs=repairs[index % 5 :])
            case Standing.WAITING:
                row = replace(row, reason=REASONS[index % len(REASONS)])
            case Standing.FAILED:
                row = replace(row, reason=("right_lost", "1A2B3C4D")[index // 8 % 2])
            case _:
                pass
        rows.append(row)
    rows.sort(key=lambda row: list(Standing).index(row.standing))
    return BatchSummary(batch(added_at=NOW), tuple(rows))


def client(index: int, name: str) -> Client:
    return Client(
        WORKSPACE,
        f"client-{index}",
        "9000102-2",
        name,
        list(Process)[index // 9 % len(Process)],
        CHANNEL,
        "credential-0",
        ClientState.CHECKING,
        PERSON,
        NOW,
        batch_id="fedcba9876543210",
    )


def facts(name: str) -> Iterator[tuple[str, Fact]]:
    """Yield every message of a batch."""
    for number in (1, 14, 500):
        yield f"batch {number}", summary(number, name)
        yield f"batch done {number}", BatchDone(summary(number, name))
    yield "batch overdue", BatchOverdue(batch())
    for reason in ("not_in_channel", "restricted_action"):
        yield f"batch channel {reason}", BatchChannelRefused(batch(), reason)
        yield f"file {reason}", FileRefused(reason)
    yield "file missing_scope", FileRefused("missing_scope")


def modals(name: str) -> Iterator[tuple[str, Callable[[Locale], dict[str, Any]]]]:
    """Yield every modal of a batch."""
    known = [credential(index) for index in range(500)]
    yield "add clients", lambda locale: add_clients.form(locale, batch(), known[:1])
    yield "add clients without keys", lambda locale: add_clients.form(locale, batch(channel=""), [])
    found = batch(text="\n".join(["9000102-2"] * 300))
    yield "add clients of a message", lambda locale: add_clients.form(locale, found, known[:1], (4000, 300))
    yield "add clients of an empty message", lambda locale: add_clients.form(locale, batch(), known[:1], (0, 0))
    yield "add clients with 500 keys", lambda locale: add_clients.form(locale, batch(), known)
    reading = batch(read_at=None, file_name=f"{name}.xlsx")
    yield "list being read", lambda locale: add_clients.draft_view(locale, reading, external_id="0123456789abcdef")
    yield "pasted list being read", lambda locale: add_clients.draft_view(locale, batch(read_at=None))
    for code in NO_LIST:
        broken = batch(read_at=None, unreadable=code)
        yield f"list {code}", lambda locale, broken=broken: add_clients.draft_view(locale, broken)
    for number, page in ((1, 0), (14, 0), (500, 0), (500, 19)):
        whole = batch(number, name)
        what = f"list of {number}, page {page}"
        yield what, lambda locale, whole=whole, page=page: add_clients.draft_view(locale, whole, page)
    yield "list of nothing good", lambda locale: add_clients.draft_view(locale, batch(lines=(PROBLEM.to_data(),)))
    for number in (1, 5000):
        yield f"{number} clients added", lambda locale, number=number: add_clients.added_view(locale, batch(), number)
    for number, page in ((1, 0), (14, 0), (500, 0), (500, 33)):
        rows = summary(number, name)
        yield f"rows of {number}, page {page}", lambda locale, rows=rows, page=page: batch_view(locale, rows, page)
