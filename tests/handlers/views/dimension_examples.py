"""A client's dimensions from none to too many, and proposals of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from services.dimensions import DimensionState
from services.facts import DimensionsProposed, DimensionsView
from services.records import ClientState, DimensionOrder, DimensionProposal, RunState
from tests.handlers.views.clients import NOW, WORKSPACE, client
from tests.handlers.views.training_examples import REPORT, run


def ordered(name: str) -> DimensionOrder:
    return DimensionOrder(WORKSPACE, f"0123456789abcdef:{name}", "0123456789abcdef", name, "U0123456789", NOW)


def dimensions_views(name: str) -> Iterator[tuple[str, DimensionsView]]:
    """Yield the modal of a client's dimensions, from none to too many."""
    live = client(name)
    measured = {**REPORT, "accuracy": 0.873, "share_certain": 0.751}
    states = (
        DimensionState("Kustannuspaikka", 12, 18000),
        DimensionState("Projekti", 4, 3),
        DimensionState("Työmaa", 31, 900, ordered("Työmaa")),
        DimensionState("Toimipaikka", 2, 900, ordered("Toimipaikka"), run(RunState.EVALUATING, step="lines")),
        DimensionState("Yksikkö", 2, 900, ordered("Yksikkö"), run(RunState.DEPLOYED, report=measured)),
        DimensionState("Auto", 1, 1, ordered("Auto"), run(RunState.DEPLOYED, report={**REPORT, "accuracy": None})),
        DimensionState("Tila", 2, 900, ordered("Tila"), run(RunState.FAILED, failure="1A2B3C4D")),
    )
    yield "unread", DimensionsView(live)
    yield "none", DimensionsView(live, ())
    yield "some", DimensionsView(live, states)
    yield "before production", DimensionsView(client(name, ClientState.TRAINING), states[:2])
    many_states = tuple(DimensionState("&" * 200, 10**6, 10**7, ordered("&" * 200)) for _ in range(200))
    yield "too many", DimensionsView(live, many_states)


def proposals(name: str) -> Iterator[tuple[str, DimensionsProposed]]:
    """Yield proposals of dimensions, open and answered."""
    lines = {"Kustannuspaikka": 18000, "Projekti": 1}
    proposal = DimensionProposal(WORKSPACE, "0123456789abcdef", lines, NOW)
    live = client(name)
    yield "open", DimensionsProposed(live, proposal)
    many_lines = {f"{'&' * 200}{number}": 10**6 for number in range(30)}
    yield "of many", DimensionsProposed(live, replace(proposal, lines=many_lines))
    answered = replace(proposal, is_open=0, answered_by="U0123456789")
    yield "ordered", DimensionsProposed(live, answered, ("Projekti",))
    yield "later", DimensionsProposed(live, replace(answered, ask_at=NOW + timedelta(days=7)))
