"""How predictions of accounts do from a company's first line on; a part of `benchmarks/prediction.py`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from services.prediction import ACCOUNT, CERTAIN, Example
from services.prediction.evaluation import figures_of
from services.prediction.judge import best, own_judge
from services.prediction.memory import Memory
from services.prediction.model import FEWEST_DAYS, FEWEST_LEARNED
from services.prediction.replay import days_before, replay
from services.prediction.training import TEST_SHARE

STAGES = (0, 20, 50, 100, 200, 300, 500, 1000)
FIRST_CERTAIN = 20
COVERED = (200, 300)
Counts = tuple[int, int, int, int, int]
Judged = tuple[NDArray[np.floating], NDArray[np.bool_]]
"""Confidence of each line, and whether it was right."""


def cold_start(sets: Mapping[str, Sequence[Example]], starts: int = 50) -> None:
    """A company from its first line on, by the lines it had learned; its network is tuned anew at each stage."""
    print(f"\ncold start from {starts} dates a set, by lines learned: top-1, coverage@.8, precision@.8 (95 % intervals")
    print("  over the starts), the means over the sets, share of labels that the vendor had been posted to before, the")
    print("  coverage at precision .95 that a threshold chosen for the stage in hindsight would have;")
    print("  goals: precision >= .95 in every stage from the 20th line, coverage >= .50 by the 300th")
    stages: dict[tuple[int, int], dict[str, list[Counts]]] = {pair: defaultdict(list) for pair in pairwise(STAGES)}
    judged: dict[tuple[int, int], list[Judged]] = defaultdict(list)
    for name, examples in sets.items():
        for first in np.linspace(0, max(len(examples) - STAGES[-1], 0), starts).astype(int):
            for stage, counts, found in _window(examples[first : first + STAGES[-1]]):
                stages[stage][name].append(counts)
                judged[stage].append(found)
    chance = np.random.default_rng(1)
    for (begin, end), by_set in stages.items():
        table = np.array([counts for found in by_set.values() for counts in found])
        lines, right, certain, precise, known = table.sum(axis=0)
        drawn = [table[chance.integers(0, len(table), len(table))].sum(axis=0) for _ in range(500)]
        shares = np.array([part[3] / part[2] if part[2] else np.nan for part in drawn])
        low, high = np.nanquantile(shares, [0.025, 0.975]) if not np.isnan(shares).all() else (np.nan, np.nan)
        least, most = np.quantile([part[2] / part[0] for part in drawn], [0.025, 0.975])
        means = np.array([np.array(found).sum(axis=0) for found in by_set.values()])
        coverage = (means[:, 2] / means[:, 0]).mean()
        precise_in = means[means[:, 2] > 0]
        precision = (precise_in[:, 3] / precise_in[:, 2]).mean() if len(precise_in) else np.nan
        goal = "" if begin < FIRST_CERTAIN else "  precision met" if precise >= 0.95 * certain else "  precision MISSED"
        if (begin, end) == COVERED:
            goal += "  coverage met" if certain >= 0.5 * lines else "  coverage MISSED"
        print(
            f"  {begin:>4}-{end:<4} {right / lines:.3f} {certain / lines:.3f} ({least:.3f} to {most:.3f})"
            f" {precise / max(certain, 1):.3f} ({low:.3f} to {high:.3f})"
            f"   mean {coverage:.3f} {precision:.3f}   known {known / lines:.3f}"
            f" at most {_most(judged[begin, end]):.3f}{goal}"
        )


def _most(judged: Sequence[Judged]) -> float:
    """The largest share of lines, the surest first, with precision .95: what no calibration of a stage passes."""
    confidence, right = (np.concatenate(column) for column in zip(*judged, strict=True))
    return figures_of(right, confidence).cov95


def _window(examples: Sequence[Example]) -> Iterable[tuple[tuple[int, int], Counts, Judged]]:
    """Counts of each stage (lines, right, certain, certainly right, posted before with the vendor), and what was judged
    how.
    """
    memory = Memory((ACCOUNT,))
    memory.learn(examples)
    before = days_before(memory)
    nothing = np.zeros(len(memory), dtype=np.uint64)
    past = replay(memory, examples, ACCOUNT, range(len(memory)), before, nothing)
    answers = memory.answers[ACCOUNT]
    _, days = np.unique(memory.lines.day, return_inverse=True)
    seen: dict[tuple[int, int], int] = {}
    pairs = list(zip(memory.lines.vendor.tolist(), answers.tolist(), strict=True))
    first = np.array([seen.setdefault(pair, row) for row, pair in enumerate(pairs)])
    known = first < before
    for begin, end in pairwise(STAGES):
        rows = np.flatnonzero((before >= begin) & (before < end))
        if not len(rows):
            continue
        taught = past.part(np.arange(len(memory)) < int(before[rows[0]] * (1 - TEST_SHARE)))
        judge = own_judge(ACCOUNT, taught.features, taught.present, taught.answer)
        asked = past.part(np.isin(np.arange(len(memory)), rows))
        label, confidence = best(judge.probabilities(asked.features, asked.present), asked.candidates)
        right = label == answers[rows]
        certain = (confidence >= CERTAIN) & (before[rows] >= FEWEST_LEARNED) & (days[rows] >= FEWEST_DAYS)
        yield (
            (begin, end),
            (len(rows), int(right.sum()), int(certain.sum()), int((right & certain).sum()), int(known[rows].sum())),
            (confidence, right),
        )
