"""What the child process does with a company's history: join, learn, compare with the running model, report.

A new model replaces the running one unless it is proven worse: both predict the same lines, the newest fifth, each
day knowing the days before it. The running model knows what it has learnt and the newer lines, as it would by then.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from math import sqrt
from typing import cast

import numpy as np
from pydantic import Base64Bytes, TypeAdapter
from pydantic_core import to_jsonable_python

from services.history import join
from services.prediction import ACCOUNT, CERTAIN, ArtifactError, Example, Model, TrainingReport, train
from services.prediction.example import label_of
from services.prediction.judge import best
from services.prediction.lines import ABSENT, hashed, lines_of
from services.prediction.training import FEWEST_TESTED, cut_row
from services.prediction.training import Progress as Told
from services.prediction.wire import Progress

MOST_VENDORS = 10
MOST_ACCOUNTS = 20
FEWEST_SEEN = 5
"""An account with fewer lines than this has not been seen enough to be learnt."""

GROWTH = 0.1
"""By which share of the lines that it was trained on a model may change before it is trained anew."""

WIDTH = 1.96
"""Standard errors on either side of a mean that make its 95 % interval."""

_CHUNK = 1024


@dataclass(frozen=True)
class Task:
    """What the child process is to do: the first line of its input.

    `invoices` and `vouchers` count the lines that follow. `running` is the artifact in use, empty when there is none.
    """

    invoices: int
    vouchers: int
    targets: tuple[str, ...]
    closing: tuple[str, ...] = ()
    running: Base64Bytes = b""


@dataclass(frozen=True)
class Vendor:
    """A vendor of the newest fifth: `lines` of it, of which `uncertain` would have gone to people."""

    name: str
    uncertain: int
    lines: int


@dataclass(frozen=True)
class Seen:
    """A label, and on how many lines people gave it (a dimension: any of its `items`)."""

    name: str
    lines: int
    items: int = 1


@dataclass(frozen=True)
class Comparison:
    """The new and the running model on the same `lines` of the newest fifth.

    Shares from 0 to 1: right, and certain but wrong. `worse` says what of that the new model is proven to do worse
    than the running one, beyond the 95 % interval of the paired difference: "right", "certain", or nothing.
    """

    target: str
    lines: int
    right: float
    running_right: float
    wrong: float
    running_wrong: float
    worse: str = ""


@dataclass(frozen=True)
class Learnt:
    """What came of it: the new model's artifact and all that the report tells.

    `damaged` says that the running artifact could not be read, so there was nothing to compare with.
    """

    artifact: Base64Bytes
    report: TrainingReport
    unmatched: dict[str, int]
    without_voucher: int
    split: int
    summed: int
    vendors: tuple[Vendor, ...]
    rare_accounts: tuple[Seen, ...]
    dimensions: tuple[Seen, ...]
    comparisons: tuple[Comparison, ...]
    damaged: bool

    @property
    def is_worse(self) -> bool:
        """Whether the running model is to stay."""
        return any(comparison.worse for comparison in self.comparisons)


_TASK = TypeAdapter(Task)
_SAYING = TypeAdapter[Progress | Learnt](Progress | Learnt)


def encode_task(task: Task) -> bytes:
    """Return a task as a line."""
    return _TASK.dump_json(task) + b"\n"


def decode_task(line: bytes) -> Task:
    """Return the task of a line. Raises ValueError for anything else."""
    return _TASK.validate_json(line)


def encode_saying(saying: Progress | Learnt) -> bytes:
    """Return what the child process says as a line: how far it is, or at last what it learnt."""
    return _SAYING.dump_json(saying) + b"\n"


def decode_saying(line: bytes) -> Progress | Learnt:
    """Return what a line of the child's output says. Raises ValueError for anything else."""
    return _SAYING.validate_json(line)


def learn(task: Task, invoices: Sequence[str], vouchers: Sequence[str], progress: Told) -> Learnt:
    """Learn kept invoices and vouchers."""
    joined = join(invoices, vouchers, task.closing)
    examples = sorted(joined.examples, key=lambda example: example.date)
    trained = train(examples, task.targets, progress)
    tested = _Newest(examples, cut_row(trained.model.memory))
    outcomes = {target: tested.outcomes(trained.model, target) for target in task.targets}
    running, damaged = _running(task.running, examples)
    comparisons = [
        tested.compared(target, outcomes[target], tested.outcomes(running, target))
        for target in task.targets
        if running and target in running.targets
    ]
    trained.model.about = _about(trained.report)
    return Learnt(
        artifact=trained.model.to_bytes(),
        report=trained.report,
        unmatched=dict(joined.unmatched),
        without_voucher=joined.without_voucher,
        split=joined.split,
        summed=joined.summed,
        vendors=tested.vendors(list(outcomes.values())),
        rare_accounts=_rare(examples),
        dimensions=_dimensions(examples),
        comparisons=tuple(comparison for comparison in comparisons if comparison),
        damaged=damaged,
    )


def _about(report: TrainingReport) -> dict[str, object]:
    """What an artifact says of its training: the days and lines learnt from, how well it did, by which program."""
    told = cast("dict[str, object]", to_jsonable_python(report))
    return {**told, "program": version("fabric-for-slack")}


def renewed(
    artifact: bytes, invoices: Sequence[str], vouchers: Sequence[str], closing: Collection[str]
) -> bytes | None:
    """Return the model with what is kept by now in place of what it had learnt, or None where it is to be trained anew.

    Its networks stay: what they are worth was measured when they were trained, and they hardly change with a few lines
    more. After more than `GROWTH` they are to be trained again. Costs a third of a training of 3,000 invoices.
    """
    try:
        model = Model.from_bytes(artifact)
    except ArtifactError:
        return None
    examples = sorted(join(invoices, vouchers, closing).examples, key=lambda example: example.date)
    trained_on = model.about.get("lines")
    if not isinstance(trained_on, int) or abs(len(examples) - trained_on) > GROWTH * trained_on:
        return None
    return model.renewed(examples).to_bytes()


def _running(artifact: bytes, examples: Sequence[Example]) -> tuple[Model | None, bool]:
    """The running model, brought up to date with what is newer than all it knows; whether it could not be read."""
    if not artifact:
        return None, False
    try:
        model = Model.from_bytes(artifact)
    except ArtifactError:
        return None, True
    newest = int(model.memory.lines.day.max(initial=0))
    model.learn(*(example for example in examples if example.date.toordinal() > newest))
    return model, False


@dataclass(frozen=True)
class Outcome:
    """How a line was predicted."""

    known: bool
    right: bool
    certain: bool


class _Newest:
    """The newest fifth of the examples, which are in date order."""

    def __init__(self, examples: Sequence[Example], cut: int) -> None:
        is_enough = cut > 0 and len(examples) - cut >= FEWEST_TESTED
        self._examples: Sequence[Example] = examples[cut:] if is_enough else ()

    def outcomes(self, model: Model, target: str) -> list[Outcome]:
        """Predict each line from what the model knows of the days before it."""
        predicted = self._predicted(model, target)
        return [
            Outcome(truth is not None, label == truth, confidence >= CERTAIN)
            for (label, confidence), example in zip(predicted, self._examples, strict=True)
            for truth in (label_of(target, example),)
        ]

    def _predicted(self, model: Model, target: str) -> list[tuple[str, float]]:
        memory = model.memory
        names = memory.labels[target]
        if not names or not self._examples:
            return [("", 0.0)] * len(self._examples)
        accounts = [hashed(f"label {label}") if label else ABSENT for label, _ in self._accounts(model, target)]
        found: list[tuple[str, float]] = []
        for start in range(0, len(self._examples), _CHUNK):
            examples = self._examples[start : start + _CHUNK]
            asked = lines_of(examples)
            before = np.searchsorted(memory.lines.day, asked.day).astype(np.int64)
            posted = np.array(accounts[start : start + _CHUNK], dtype=np.uint64)
            described = memory.describe(target, examples, asked, posted, before)
            chances = model.judges[target].probabilities(described.features, described.present)
            labels, confidence = best(chances, described.candidates)
            found += [
                (names[label] if label >= 0 else "", float(sure))
                for label, sure in zip(labels.tolist(), confidence.tolist(), strict=True)
            ]
        return found

    def _accounts(self, model: Model, target: str) -> list[tuple[str, float]]:
        """VAT codes and dimensions lean on the predicted account."""
        return [("", 0.0)] * len(self._examples) if target == ACCOUNT else self._predicted(model, ACCOUNT)

    def vendors(self, outcomes: Sequence[Sequence[Outcome]]) -> tuple[Vendor, ...]:
        """The vendors of which most lines would have gone to people: some target of theirs was not certain."""
        lines: Counter[str] = Counter()
        uncertain: Counter[str] = Counter()
        for example, of_line in zip(self._examples, zip(*outcomes, strict=True), strict=True):
            lines[example.vendor] += 1
            uncertain[example.vendor] += any(outcome.known and not outcome.certain for outcome in of_line)
        most = sorted(uncertain, key=lambda name: (-uncertain[name], name))[:MOST_VENDORS]
        return tuple(Vendor(name, uncertain[name], lines[name]) for name in most if uncertain[name])

    def compared(self, target: str, new: Sequence[Outcome], running: Sequence[Outcome]) -> Comparison | None:
        """Compare two models on the same lines; None where there are too few."""
        rows = [
            (example, one, other) for example, one, other in zip(self._examples, new, running, strict=True) if one.known
        ]
        if len(rows) < FEWEST_TESTED:
            return None
        invoices = [example.invoice or f"{example.vendor} {example.document}" for example, _, _ in rows]
        gained = [one.right - other.right for _, one, other in rows]
        harmed = [_harm(one) - _harm(other) for _, one, other in rows]
        worse = "right" if proven_below(gained, invoices) else ""
        return Comparison(
            target,
            len(rows),
            right=sum(one.right for _, one, _ in rows) / len(rows),
            running_right=sum(other.right for _, _, other in rows) / len(rows),
            wrong=sum(_harm(one) for _, one, _ in rows) / len(rows),
            running_wrong=sum(_harm(other) for _, _, other in rows) / len(rows),
            worse=worse or ("certain" if proven_below([-harm for harm in harmed], invoices) else ""),
        )


def _harm(outcome: Outcome) -> bool:
    """Whether a prediction would have gone through, and wrongly."""
    return outcome.certain and not outcome.right


def proven_below(differences: Sequence[int], groups: Sequence[str]) -> bool:
    """Tell whether the mean of paired differences is below zero by more than its 95 % interval.

    Lines of one invoice go right or wrong together, so the interval is that of the sums by group.
    """
    mean = sum(differences) / len(differences)
    sums: defaultdict[str, float] = defaultdict(float)
    for difference, group in zip(differences, groups, strict=True):
        sums[group] += difference - mean
    error = sqrt(sum(one * one for one in sums.values())) / len(differences)
    return mean + WIDTH * error < 0


def _rare(examples: Collection[Example]) -> tuple[Seen, ...]:
    lines = Counter(example.account for example in examples if example.account)
    rare = sorted((count, account) for account, count in lines.items() if count < FEWEST_SEEN)
    return tuple(Seen(account, count) for count, account in rare[:MOST_ACCOUNTS])


def _dimensions(examples: Collection[Example]) -> tuple[Seen, ...]:
    lines: Counter[str] = Counter()
    items: defaultdict[str, set[str]] = defaultdict(set)
    for example in examples:
        for name, item in example.dimensions.items():
            lines[name] += 1
            items[name].add(item)
    return tuple(Seen(name, count, len(items[name])) for name, count in lines.most_common())
