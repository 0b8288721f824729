"""A company's model: predicts, and learns each new posting without being trained again."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Final

import numpy as np

from services.prediction import artifact
from services.prediction.evidence import Floats
from services.prediction.example import ACCOUNT, DIMENSION_PREFIX, ROW_COUNTED, VAT, Example, Prediction, Reason
from services.prediction.features import Described
from services.prediction.judge import Judge, shared_judge
from services.prediction.levels import GIVEN, LEVELS, NAMES, VENDOR
from services.prediction.lines import ABSENT, Hashes, hashed, lines_of
from services.prediction.memory import Memory
from services.prediction.printed import printed

ALTERNATIVES: Final = 4
FEWEST_LEARNED: Final = 20
FEWEST_DAYS: Final = 5
"""A model that has learned fewer lines than this, or of fewer days, calls nothing certain, whatever the judge says."""
_UNSURE: Final = 0.79
_AMOUNT_SIZE: Final = NAMES.index("vendor_amount_size")


@dataclass(frozen=True)
class InvoicePrediction:
    """Predictions of every line by target, and how likely all of them are right together.

    What makes one line of an invoice hard mostly makes its others hard too: the least certain prediction alone would
    be too high a joint confidence, the product of all too low. It is the geometric mean of the two.
    """

    lines: tuple[Mapping[str, Prediction], ...]
    confidence: float


class Model:
    """What was learned of one company and the judges of what that means. Not for two threads at once."""

    def __init__(self, targets: Sequence[str] = (ACCOUNT, VAT), judges: Mapping[str, Judge] | None = None) -> None:
        """A model that knows nothing yet. Raises ValueError for a target of an unknown form."""
        self.memory = Memory(targets)
        self.judges = dict(judges or {})
        for target in self.memory.labels:
            self.judges.setdefault(target, shared_judge(target))
        self.about: dict[str, object] = {}
        """What the training that it came of was: its days, counts, figures and the program's version."""

    @property
    def targets(self) -> tuple[str, ...]:
        """What the model can predict; the account always."""
        return tuple(self.memory.labels)

    @property
    def learned(self) -> int:
        """How many lines the model has learned."""
        return len(self.memory)

    def learn(self, *examples: Example) -> None:
        """Learn how lines were posted, those of one invoice together; a target without a label is passed over."""
        self.memory.learn(examples)

    def renewed(self, examples: Sequence[Example]) -> "Model":
        """A model that knows these lines and no others, given in date order, and judges them as this one does."""
        model = Model(self.targets, self.judges)
        model.learn(*examples)
        model.about = self.about
        return model

    def predict(self, target: str, example: Example) -> Prediction:
        """The likeliest label of one line; for lines of one invoice `predict_lines` knows more.

        Raises KeyError for a target that the model does not have.
        """
        return self.predict_lines(target, [example])[0]

    def predict_lines(self, target: str, examples: Sequence[Example]) -> list[Prediction]:
        """The likeliest label of each line; lines of one invoice are to be given together.

        VAT codes and dimensions lean on a line's account: the one in the example if there is one, else the
        predicted one. Raises KeyError for a target that the model does not have.
        """
        asked = lines_of(examples)
        if not len(self.memory) or not self.memory.labels[target] or not examples:
            return [Prediction("", 0.0) for _ in examples]
        before = np.full(len(examples), len(self.memory), dtype=np.int64)
        accounts = self._accounts(target, examples)
        described = self.memory.describe(target, examples, asked, accounts, before)
        chances = self.judges[target].probabilities(described.features, described.present)
        return [self._prediction(target, described, chances, row, example) for row, example in enumerate(examples)]

    def predict_invoice(self, examples: Sequence[Example]) -> InvoicePrediction:
        """Every target of every line of one invoice, and the joint confidence.

        A target of which nothing was ever learned is left out: the company does not use it.
        """
        return self.predict_invoices([examples])[0]

    def predict_invoices(self, invoices: Sequence[Sequence[Example]]) -> list[InvoicePrediction]:
        """What `predict_invoice` says of each of some invoices, which differ in `Example.invoice`: ten times faster."""
        examples = [example for invoice in invoices for example in invoice]
        used = [target for target in self.targets if self.memory.labels[target]]
        by_target: dict[str, list[Prediction]] = {}
        if ACCOUNT in used:
            by_target[ACCOUNT] = self.predict_lines(ACCOUNT, examples)
            examples = [
                replace(example, account=example.account or found.label)
                for example, found in zip(examples, by_target[ACCOUNT], strict=True)
            ]
        by_target |= {target: self.predict_lines(target, examples) for target in used if target not in by_target}
        predicted = [{target: found[row] for target, found in by_target.items()} for row in range(len(examples))]
        rows = iter(predicted)
        return [_of_invoice(tuple(islice(rows, len(invoice)))) for invoice in invoices]

    def to_bytes(self) -> bytes:
        """The model as an artifact: arrays and JSON, versioned, with a checksum."""
        return artifact.pack(self.memory, self.judges, self.about)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Model":
        """The model of an artifact. Raises `ArtifactError` for a corrupt one or one of another version."""
        memory, judges, about = artifact.unpack(data)
        model = cls(tuple(memory.labels), judges)
        model.memory, model.about = memory, about
        return model

    def _accounts(self, target: str, examples: Sequence[Example]) -> Hashes:
        if target == ACCOUNT:
            return np.full(len(examples), ABSENT, dtype=np.uint64)
        accounts = [example.account for example in examples]
        if not all(accounts):
            predicted = self.predict_lines(ACCOUNT, examples)
            accounts = [given or found.label for given, found in zip(accounts, predicted, strict=True)]
        return np.array([hashed(f"label {one}") if one else ABSENT for one in accounts], dtype=np.uint64)

    def _prediction(self, target: str, described: Described, chances: Floats, row: int, example: Example) -> Prediction:
        names = self.memory.labels[target]
        labels: list[int] = [label for label in described.candidates[row].tolist() if label >= 0]
        if not labels:
            return Prediction("", 0.0)
        chance: list[float] = chances[row].tolist()
        ranked = sorted(range(len(labels)), key=lambda place: -chance[place])
        labelled = [(names[labels[place]], chance[place]) for place in ranked]
        label, confidence = labelled[0]
        if self.learned < FEWEST_LEARNED or self.memory.days(target) < FEWEST_DAYS:
            confidence = min(confidence, _UNSURE)
        reason = self._reason(described, row, ranked[0])
        if target.startswith(DIMENSION_PREFIX) and printed([label], [example]).any():
            reason = replace(reason, literal=label)
        return Prediction(label, confidence, tuple(labelled[1 : 1 + ALTERNATIVES]), reason)

    def _reason(self, described: Described, row: int, place: int) -> Reason:
        """The purest level that speaks for a candidate: the most specific one where several are alike, and what the
        vendor itself was posted to before what others were.
        """
        contexts, candidate = described.contexts, described.at(row, place)
        weight, posting = described.support.weight[:, candidate], described.support.posting[:, candidate]
        counts = described.evidence.counts(posting)
        purity = weight * GIVEN / (contexts.size[:, row] + 1.0)
        if counts[VENDOR]:
            purity[:VENDOR] = 0.0
        ground = len(LEVELS) - 1 - int(purity[::-1].argmax())
        if counts[ground] == 0:
            return Reason("nothing")
        learned = self.memory.lines
        newest = learned.day[described.evidence.rows(posting[ground])]
        return Reason(
            ground=LEVELS[ground].ground,
            seen=int(contexts.seen[ground, row]),
            agreeing=int(counts[ground]),
            last_seen=date.fromordinal(int(newest)),
            amount_usual=bool(counts[_AMOUNT_SIZE]) if counts[VENDOR] else None,
            in_a_row=described.evidence.in_a_row(
                contexts, ground, row, int(described.candidates[row, place]), ROW_COUNTED
            ),
        )


def _of_invoice(lines: tuple[Mapping[str, Prediction], ...]) -> InvoicePrediction:
    confidences = [one.confidence for line in lines for one in line.values()]
    return InvoicePrediction(lines, joint(confidences))


def joint(confidences: Sequence[float]) -> float:
    """How likely predictions of one invoice are all right; 0 for none."""
    return math.sqrt(min(confidences) * math.prod(confidences)) if confidences else 0.0
