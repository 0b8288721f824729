"""Training a company's model and telling honestly how well it does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.prediction.evidence import Floats
from services.prediction.example import ACCOUNT, CERTAIN, VAT, Example
from services.prediction.judge import Judge, best, own_judge
from services.prediction.lines import ABSENT, Ints
from services.prediction.memory import Memory
from services.prediction.model import Model
from services.prediction.replay import CHUNK, REPLAYED, days_before, predicted_accounts, replay

TEST_SHARE: Final = 0.2
FEWEST_TESTED: Final = 20
"""Fewer lines than this in the newest fifth measure nothing: the report then says None."""

Progress = Callable[[str, int, int], None]
"""Called with the phase ("learning" or "evaluating") and the work done and in all, counted in lines."""


@dataclass(frozen=True)
class TargetReport:
    """How well one target was predicted on the newest fifth, each day after learning the days before.

    `accuracy`, `baseline_accuracy` (the vendor's last posting again), `share_certain` (confidence of 0.80 or
    more) and `precision_certain` are shares from 0 to 1; None where there was too little to measure.
    """

    target: str
    lines_tested: int
    labels: int
    accuracy: float | None
    baseline_accuracy: float | None
    share_certain: float | None
    precision_certain: float | None


@dataclass(frozen=True)
class TrainingReport:
    """What a model was trained on and how well it does. `months` counts calendar months with invoices."""

    first_day: date | None
    last_day: date | None
    months: int
    invoices: int
    lines: int
    targets: tuple[TargetReport, ...]


@dataclass(frozen=True)
class TrainedModel:
    """A model that has learned every example, and the report of its evaluation."""

    model: Model
    report: TrainingReport


@dataclass(frozen=True)
class Tested:
    """Predictions of the lines from row `start` on, in date order: label numbers and confidence.

    `offered` tells whether the right label was among the candidates.
    """

    start: int
    predicted: Ints
    confidence: Floats
    offered: NDArray[np.bool_]
    judge: Judge


def train(
    examples: Sequence[Example],
    targets: Sequence[str] = (ACCOUNT, VAT),
    progress: Progress = lambda _phase, _done, _all: None,
) -> TrainedModel:
    """Learn every example. The newest fifth, cut on a day boundary, tests what the days before it taught.

    The memory then holds all lines; the judges are those that were tested. No examples give a model that
    abstains. Raises ValueError for a target of an unknown form.
    """
    examples = sorted(examples, key=lambda one: one.date)
    memory = Memory(targets)
    memory.learn(examples)
    cut = cut_row(memory)
    progress("learning", len(memory), max(len(memory), 1))
    tests = backtest(memory, examples, cut, days_before(memory), progress)
    model = Model(targets, {target: tested.judge for target, tested in tests.items()})
    model.memory = memory
    report = TrainingReport(
        first_day=examples[0].date if examples else None,
        last_day=examples[-1].date if examples else None,
        months=len({(one.date.year, one.date.month) for one in examples}),
        invoices=len({one.invoice or (one.vendor, one.document, one.date) for one in examples}),
        lines=len(examples),
        targets=tuple(_report(memory, target, tests.get(target)) for target in targets),
    )
    return TrainedModel(model, report)


def backtest(
    memory: Memory,
    examples: Sequence[Example],
    cut: int,
    before: Ints,
    progress: Progress = lambda _phase, _done, _all: None,
) -> dict[str, Tested]:
    """Tune each target's judge on the lines before row `cut` and predict those from it on.

    `examples` are the memory's lines, in date order; `before` says for each up to which row it may know.
    """
    tests: dict[str, Tested] = {}
    accounts = np.full(len(memory), ABSENT, dtype=np.uint64)
    start = max(0, cut - REPLAYED)
    used = [target for target, labels in memory.labels.items() if labels]
    total = len(used) * (len(memory) - start)
    done = 0

    def replayed(lines: int) -> None:
        nonlocal done
        done += lines
        progress("evaluating", done, total)

    for target in used:
        past = replay(memory, examples, target, range(start, cut), before, accounts, replayed)
        known = past.part(memory.answers[target][start:cut] >= 0)
        judge = own_judge(target, known.features, known.present, known.answer)
        predicted, confidence, offered = list[Ints](), list[Floats](), list[NDArray[np.bool_]]()
        others_lean = target == ACCOUNT and len(used) > 1
        if others_lean:
            predicted.append(best(judge.probabilities(past.features, past.present), past.candidates)[0])
        del past, known
        for first in range(cut, len(memory), CHUNK):  # part by part, for the features of all need much room
            rows = range(first, min(first + CHUNK, len(memory)))
            tested = replay(memory, examples, target, rows, before, accounts, replayed)
            labels, sure = best(judge.probabilities(tested.features, tested.present), tested.candidates)
            predicted.append(labels)
            confidence.append(sure)
            offered.append(tested.offered)
        labels = np.concatenate(predicted)
        tests[target] = Tested(
            cut, labels[cut - len(memory) :], np.concatenate(confidence), np.concatenate(offered), judge
        )
        if others_lean:
            accounts = predicted_accounts(memory, start, labels)
    return tests


def cut_row(memory: Memory, share: float = TEST_SHARE) -> int:
    """The first row of the test part: of the day on which the line at (1 - share) of all falls."""
    if not len(memory):
        return 0
    day = memory.lines.day
    position = min(int(len(day) * (1.0 - share)), len(day) - 1)
    return int(np.count_nonzero(day < day[position]))


def _report(memory: Memory, target: str, tested: Tested | None) -> TargetReport:
    labels = len(memory.labels[target])
    if tested is None:
        return TargetReport(target, 0, 0, None, None, None, None)
    answer = memory.answers[target][tested.start :]
    known = answer >= 0
    lines = int(known.sum())
    if lines < FEWEST_TESTED or not tested.start:
        return TargetReport(target, lines, labels, None, None, None, None)
    right = (tested.predicted == answer)[known]
    certain = (tested.confidence >= CERTAIN)[known]
    same_again = (last_answers(memory, target)[tested.start :] == answer)[known]
    return TargetReport(
        target,
        lines,
        labels,
        float(right.mean()),
        float(same_again.mean()),
        float(certain.mean()),
        float(right[certain].mean()) if certain.any() else None,
    )


def last_answers(memory: Memory, target: str) -> Ints:
    """For each line the label number that its vendor's newest line of the days before had; -1: none."""
    last: dict[int, int] = {}
    result = np.full(len(memory), -1, dtype=np.int64)
    day_of: int | None = None
    waiting: list[tuple[int, int]] = []
    rows = zip(memory.lines.day.tolist(), memory.lines.vendor.tolist(), memory.answers[target].tolist(), strict=True)
    for row, (day, vendor, answer) in enumerate(rows):
        if day != day_of:
            last.update(waiting)
            waiting, day_of = [], day
        result[row] = last.get(vendor, -1)
        if answer >= 0:
            waiting.append((vendor, answer))
    return result
