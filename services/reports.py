"""The report of a training: what was learnt from, how well it does, what will need people. Figures, no words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from services.learning import Learnt
from services.prediction import ACCOUNT


def reports_of(learnt: Learnt, accounts: Mapping[str, str], test_environment: str) -> dict[str, dict[str, object]]:
    """Return the report of each target; what concerns all of them stands with the account's.

    `accounts` maps numbers to names. `test_environment` names a Netvisor that is not the real one: its figures are
    labelled so.
    """
    whole: dict[str, object] = {
        **{name: value for name, value in asdict(learnt.report).items() if name != "targets"},
        "first_day": str(learnt.report.first_day),
        "last_day": str(learnt.report.last_day),
        "test_environment": test_environment,
        "damaged": learnt.damaged,
    }
    details: dict[str, object] = {
        "unmatched": learnt.unmatched,
        "without_voucher": learnt.without_voucher,
        "split": learnt.split,
        "summed": learnt.summed,
        "vendors": [asdict(vendor) for vendor in learnt.vendors],
        "rare_accounts": [
            {"number": seen.name, "name": accounts.get(seen.name, ""), "lines": seen.lines}
            for seen in learnt.rare_accounts
        ],
        "dimensions": {seen.name: {"lines": seen.lines, "items": seen.items} for seen in learnt.dimensions},
        "bytes": len(learnt.artifact),
    }
    comparisons = {one.target: asdict(one) for one in learnt.comparisons}
    return {
        figures.target: {
            **whole,
            **(details if figures.target == ACCOUNT else {}),
            **asdict(figures),
            "comparison": comparisons.get(figures.target),
        }
        for figures in learnt.report.targets
    }
