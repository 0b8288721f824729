"""A company's model: predicts, and learns each new posting without being trained again."""

from collections.abc import Sequence
from datetime import date

from services.prediction import artifact
from services.prediction.example import ACCOUNT, VAT, Example, Prediction, Reason, label_of
from services.prediction.keys import LEVELS, keys
from services.prediction.memory import Memory

ALTERNATIVES = 4


class Model:
    """Memories of one company's targets. Not for use by two threads at once."""

    def __init__(self, targets: Sequence[str] = (ACCOUNT, VAT)) -> None:
        self.memories = {target: Memory() for target in targets}
        self.labels: dict[str, list[str]] = {target: [] for target in targets}
        self._numbers: dict[str, dict[str, int]] = {target: {} for target in targets}
        self.learned = 0

    @property
    def targets(self) -> tuple[str, ...]:
        """What the model can predict."""
        return tuple(self.memories)

    def predict(self, target: str, example: Example) -> Prediction:
        """The likeliest label of one line. VAT codes and dimensions lean on the line's account, when given,
        else on the predicted one. Raises KeyError for a target that the model does not have.
        """
        memory = self.memories[target]
        found = memory.found(keys(target, example, self._account(target, example)))
        ranked = sorted(memory.probabilities(found).items(), key=lambda item: (-item[1], item[0]))
        if not ranked:
            return Prediction("", 0.0)
        names = self.labels[target]
        best, confidence = ranked[0]
        reason = Reason("nothing")
        for level, context in zip(LEVELS, found, strict=True):
            if context is not None and best in context.weights:
                share = context.weights[best] / context.total
                reason = Reason(
                    level.name, context.seen, round(share * context.seen), date.fromordinal(context.last_day[best])
                )
        alternatives = tuple((names[label], value) for label, value in ranked[1 : 1 + ALTERNATIVES])
        return Prediction(names[best], min(confidence, 1.0), alternatives, reason)

    def learn(self, example: Example) -> None:
        """Learn how one line was posted; a target without a label is passed over."""
        self.learned += 1
        for target, memory in self.memories.items():
            label = label_of(target, example)
            if label is not None:
                number = self._number(target, label)
                memory.add(keys(target, example, self._account(target, example)), number, example.date.toordinal())

    def to_bytes(self) -> bytes:
        """The model as an artifact: arrays and JSON, versioned, with a checksum."""
        return artifact.pack(self.labels, {t: m.levels for t, m in self.memories.items()}, self.learned)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Model":
        """The model of an artifact. Raises `ArtifactError` for a corrupt one or one of another version."""
        labels, levels, learned = artifact.unpack(data)
        model = cls(tuple(labels))
        model.labels = labels
        model._numbers = {t: {name: i for i, name in enumerate(names)} for t, names in labels.items()}
        model.learned = learned
        for target, memory in model.memories.items():
            memory.levels = levels[target]
        return model

    def _account(self, target: str, example: Example) -> str | None:
        if target == ACCOUNT or example.account:
            return example.account
        return self.predict(ACCOUNT, example).label if ACCOUNT in self.memories else None

    def _number(self, target: str, label: str) -> int:
        number = self._numbers[target].setdefault(label, len(self.labels[target]))
        if number == len(self.labels[target]):
            self.labels[target].append(label)
        return number
