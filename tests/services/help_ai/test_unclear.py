"""Instructions that say more than a rule can hold, or not clearly: each is asked about, none is a rule by mistake."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.help_ai.instructions import Outcome, understand
from services.help_ai.names import Names

NAMES = Names.from_json(json.loads((Path(__file__).parents[3] / "benchmarks/help_names_2.json").read_text("utf-8")))
UNCLEAR = (Path(__file__).parent / "unclear.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_a_rule_cannot_hold_is_no_rule(text: str) -> None:
    understood = understand(text, NAMES)
    assert understood.outcome is not Outcome.RULE, understood.rules
    assert understood.question is not None
