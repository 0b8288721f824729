"""Trainings in every state, and their reports, with ordinary contents and with the worst."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from services.facts import TrainingView
from services.records import ClientState, Run, RunState
from tests.handlers.views.clients import NOW, WORKSPACE, client

REPORT: dict[str, Any] = {
    "invoices": 8877,
    "months": 30,
    "lines": 21000,
    "accuracy": 0.873,
    "share_certain": 0.6449,
    "test_environment": "",
    "first_day": "2024-05-02",
    "last_day": "2026-10-30",
    "lines_tested": 4200,
    "baseline_accuracy": 0.741,
    "precision_certain": 0.968,
    "comparison": None,
}

COMPARISON: dict[str, Any] = {
    "target": "account",
    "lines": 4200,
    "right": 0.851,
    "running_right": 0.873,
    "wrong": 0.031,
    "running_wrong": 0.012,
}

DETAILED: dict[str, Any] = {
    "unmatched": {"no_posting": 12, "ambiguous": 3, "no_sum": 1, "no_date": 2},
    "without_voucher": 6,
    "vendors": [{"name": f"Toimittaja {number} Oy", "uncertain": 30 - number, "lines": 31} for number in range(10)],
    "rare_accounts": [{"number": "7850", "name": "Markkinointi", "lines": 2}],
    "dimensions": {"Kustannuspaikka": {"lines": 18000, "items": 12}},
    "damaged": True,
    "comparison": COMPARISON,
    "test_environment": "127.0.0.1:8766",
}

WORST_DETAILED: dict[str, Any] = {
    **DETAILED,
    "vendors": [{"name": "&" * 300, "uncertain": 10**6, "lines": 10**7}] * 10,
    "rare_accounts": [{"number": "&" * 12, "name": "&" * 300, "lines": 2}] * 20,
}


def run(state: RunState, **changes: Any) -> Run:
    """Return a run; its progress stands at 1,200 of 8,877."""
    known = Run(
        workspace=WORKSPACE,
        id="batch:account",
        client_id="0123456789abcdef",
        batch="batch",
        target="account",
        state=state,
        started_at=NOW,
        requested_by="U0123456789",
        step="invoices",
        done=1200,
        total=8877,
    )
    return replace(known, **changes)


def deployed(**figures: Any) -> tuple[Run, ...]:
    """Return the runs of a training that has ended well."""
    account = {**REPORT, **figures}
    vat = {**REPORT, "accuracy": 1.0, **figures}
    return (
        run(RunState.DEPLOYED, report=account, finished_at=NOW),
        run(RunState.DEPLOYED, report=vat, target="vat", finished_at=NOW),
    )


TRAININGS: dict[str, tuple[Run, ...]] = {
    "queued": (run(RunState.QUEUED, total=0),),
    "listing": (run(RunState.FETCHING, done=0, total=0),),
    "fetching": (run(RunState.FETCHING),),
    "fetching vouchers": (run(RunState.FETCHING, step="vouchers", done=7, total=30),),
    "fetching waits": (run(RunState.FETCHING, failure="TECHNICAL_ERROR"),),
    "training": (run(RunState.TRAINING, step="lines", done=8877),),
    "evaluating": (run(RunState.EVALUATING, step="lines"),),
    "deployed": deployed(),
    "deployed in the sandbox": deployed(test_environment="127.0.0.1:8766"),
    "too little to measure": deployed(invoices=1, months=1, lines=1, accuracy=None, share_certain=None),
    "nothing to learn from": deployed(invoices=0, months=0, lines=0, accuracy=None, share_certain=None),
    "right lost": (run(RunState.FAILED, failure="right_lost"),),
    "failed": (run(RunState.FAILED, failure="1A2B3C4D"),),
    "cancelled": (run(RunState.CANCELLED),),
    "cancelled by somebody": (run(RunState.CANCELLED, failure="U0123456789"),),
    "worse": tuple(
        run(
            RunState.FAILED,
            failure="worse",
            target=target,
            report={**REPORT, "comparison": {**COMPARISON, "worse": worse}},
        )
        for target, worse in (("account", "right"), ("vat", "certain"), ("dimension:Projekti", ""))
    ),
}


def training_views(name: str) -> Iterator[tuple[str, TrainingView]]:
    """Yield the modal of a training in every state."""
    for training, runs in TRAININGS.items():
        yield training, TrainingView(client(name, ClientState.TRAINING), runs)
    for training in ("evaluating", "failed", "cancelled by somebody", "worse"):
        fact = TrainingView(client(name), TRAININGS[training], deployed())
        yield f"{training}, others in use", fact
    yield "nothing yet", TrainingView(client(name, ClientState.CHECKING))
    for kind, details in (("", DETAILED), (" worst", WORST_DETAILED)):
        runs = (
            *deployed(**details),
            run(
                RunState.DEPLOYED,
                report={**REPORT, "precision_certain": None},
                target="dimension:" + "&" * 100,
                finished_at=NOW,
            ),
        )
        yield f"report{kind}", TrainingView(client(name), runs, runs)
    for training in ("too little to measure", "nothing to learn from"):
        yield f"report {training}", TrainingView(client(name), TRAININGS[training], TRAININGS[training])
