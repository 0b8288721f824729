"""Training a company's model and telling honestly how well it does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from services.prediction.example import ACCOUNT, CERTAIN, VAT, Example, by_day, label_of
from services.prediction.model import Model

TEST_SHARE = 0.2
FEWEST_TESTED = 20
"""Fewer lines than this in the newest fifth measure nothing: the report then says None."""

Progress = Callable[[str, int, int], None]
"""Called with the phase ("evaluating" or "learning"), the lines done and the lines in all."""


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


def train(
    examples: Sequence[Example],
    targets: Sequence[str] = (ACCOUNT, VAT),
    progress: Progress = lambda _phase, _done, _all: None,
) -> TrainedModel:
    """Learn every example, predicting each line of the newest fifth before learning its day.

    The cut lies on a day boundary. No examples give a model that abstains.
    """
    days = by_day(examples)
    model = Model(targets)
    cut = cut_day(days)
    tallies = {target: _Tally() for target in targets}
    last: dict[tuple[str, str], str] = {}
    done = 0
    for day in days:
        testing = cut is not None and day[0].date >= cut
        if testing:
            for example in day:
                for target, tally in tallies.items():
                    label = label_of(target, example)
                    if label is not None:
                        tally.count(model, target, example, label, last.get((target, _vendor(example))))
        for example in day:
            model.learn(example)
            for target in targets:
                label = label_of(target, example)
                if label is not None:
                    last[target, _vendor(example)] = label
        done += len(day)
        progress("evaluating" if testing else "learning", done, len(examples))
    lines = [example for day in days for example in day]
    report = TrainingReport(
        first_day=lines[0].date if lines else None,
        last_day=lines[-1].date if lines else None,
        months=len({(one.date.year, one.date.month) for one in lines}),
        invoices=len({one.invoice or (one.vendor, one.document) for one in lines}),
        lines=len(lines),
        targets=tuple(tally.report(name, len(model.labels[name])) for name, tally in tallies.items()),
    )
    return TrainedModel(model, report)


def cut_day(days: Sequence[Sequence[Example]], share: float = TEST_SHARE) -> date | None:
    """The first day of the test part: the day on which the line at (1 - share) of all falls.

    None when that would leave nothing before it.
    """
    position = int(sum(len(day) for day in days) * (1.0 - share))
    before = 0
    for day in days:
        if before + len(day) > position:
            return day[0].date if before else None
        before += len(day)
    return None


def _vendor(example: Example) -> str:
    return example.vendor_key or example.vendor


class _Tally:
    def __init__(self) -> None:
        self.lines = self.right = self.baseline = self.certain = self.certain_right = 0

    def count(self, model: Model, target: str, example: Example, label: str, last: str | None) -> None:
        prediction = model.predict(target, example)
        right = prediction.label == label
        self.lines += 1
        self.right += right
        self.baseline += last == label
        self.certain += prediction.confidence >= CERTAIN
        self.certain_right += right and prediction.confidence >= CERTAIN

    def report(self, target: str, labels: int) -> TargetReport:
        if self.lines < FEWEST_TESTED:
            return TargetReport(target, self.lines, labels, None, None, None, None)
        return TargetReport(
            target,
            self.lines,
            labels,
            self.right / self.lines,
            self.baseline / self.lines,
            self.certain / self.lines,
            self.certain_right / self.certain if self.certain else None,
        )
