"""What the person who added many companies reads when all of them are through."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.locale import Locale
from handlers.views.batches import batch_done
from services.facts import BatchDone, BatchRow, BatchSummary, Standing
from services.records import Process
from tests.handlers.views.batch_examples import batch, client, summary


@pytest.mark.parametrize(
    ("process", "written"),
    [
        (Process.BACKGROUND, "certain predictions are written to new invoices as suggestions"),
        (Process.STANDARD, "invoices that the client has approved come to the channel's review"),
    ],
)
def test_it_says_what_is_written_from_now_on(process: Process, written: str) -> None:
    (line,) = [row.line for row in summary(1, "Saarni").rows]
    row = BatchRow(line, replace(client(0, "Saarni"), process=process), Standing.PRODUCTION)
    shown = str(batch_done(Locale(), BatchDone(BatchSummary(batch(), (row,)))).blocks)
    assert written in shown
    assert "Nothing else is written to Netvisor before somebody confirms it." in shown


def test_it_promises_nothing_of_those_that_are_not_in_production() -> None:
    (line,) = [row.line for row in summary(1, "Saarni").rows]
    row = BatchRow(line, client(0, "Saarni"), Standing.BLOCKED)
    assert "From now on" not in str(batch_done(Locale(), BatchDone(BatchSummary(batch(), (row,)))).blocks)
