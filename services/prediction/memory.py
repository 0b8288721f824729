"""What a model has learned: every posted line as numbers, and the labels that people gave it."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.prediction.days import Days
from services.prediction.evidence import Evidence
from services.prediction.example import ACCOUNT, DIMENSION_PREFIX, Example, check_targets, label_of
from services.prediction.features import Described, describe
from services.prediction.latest import Latest, day_starts
from services.prediction.levels import keys_of
from services.prediction.lines import ABSENT, Hashes, Ints, Lines, hashed, lines_of
from services.prediction.printed import printed

NO_LABEL: Final = -1


class Memory:
    """Learned lines in the order of learning, with the number of each one's label by target.

    The account is always kept: VAT codes and dimensions lean on it.
    """

    def __init__(self, targets: Sequence[str]) -> None:
        check_targets(targets)
        names = list(dict.fromkeys((ACCOUNT, *targets)))
        self.lines: Lines = lines_of([])
        self.labels: dict[str, list[str]] = {target: [] for target in names}
        self.answers: dict[str, Ints] = {target: np.zeros(0, dtype=np.int64) for target in names}
        self._evidence: dict[str, Evidence] = {}
        self._latest: dict[str, Latest] = {}
        self._days: dict[str, Days] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def learn(self, examples: Sequence[Example]) -> None:
        """Add posted lines; those of one invoice together. A target without a label stays unknown for a line."""
        self.lines = self.lines.joined(lines_of(examples))
        for target, names in self.labels.items():
            numbers = {name: number for number, name in enumerate(names)}
            found = [label_of(target, example) for example in examples]
            new = [NO_LABEL if label is None else numbers.setdefault(label, len(numbers)) for label in found]
            self.labels[target] = list(numbers)
            self.answers[target] = np.concatenate([self.answers[target], np.array(new, dtype=np.int64)])
        self._evidence.clear()

    def posted_accounts(self) -> Hashes:
        """The hash of each learned line's account."""
        return hashed_labels(self.labels[ACCOUNT], self.answers[ACCOUNT])

    def describe(
        self, target: str, examples: Sequence[Example], asked: Lines, accounts: Hashes, before: Ints
    ) -> Described:
        """Candidates and features of lines, from what was learned up to each one's row number `before`.

        `asked` are the columns of `examples`, `accounts` the hash of each one's account, as far as known.
        """
        if target not in self._evidence:
            labels = hashed_labels(self.labels[target], self.answers[target])
            self._days[target] = Days(self.lines.vendor, labels, self.lines.day)
            latest = self._latest[target] = Latest(self.lines.vendor, labels)
            previous = latest.before(self.lines.vendor, day_starts(self.lines.day))
            keys = keys_of(target, self.lines, self.posted_accounts(), previous)
            self._evidence[target] = Evidence(keys, self.answers[target], len(self.labels[target]))
        literal: NDArray[np.bool_] | None = None
        if target.startswith(DIMENSION_PREFIX):
            literal = printed(self.labels[target], examples)
        keys = keys_of(target, asked, accounts, self._latest[target].before(asked.vendor, before))
        return describe(self._evidence[target], self.lines, self._days[target], asked, keys, before, literal)

    def days(self, target: str) -> int:
        """On how many days the learned lines lie, once lines have been described for a target."""
        return int(self._days[target].of_company[-1])


def hashed_labels(names: Sequence[str], numbers: Ints) -> Hashes:
    """The hashes of labels by their numbers; absent for no label."""
    table = np.array([*(hashed(f"label {name}") for name in names), ABSENT], dtype=np.uint64)
    return table[numbers]
