"""The back-off memory: decayed counts of labels under keys from general to specific, mixed Witten-Bell style."""

from dataclasses import dataclass, field

from services.prediction.keys import LEVELS


@dataclass(slots=True)
class Context:
    """What was posted under one key. Newer postings weigh more: the next one's weight grows by a constant."""

    next_weight: float = 1.0
    total: float = 0.0
    weights: dict[int, float] = field(default_factory=dict[int, float])
    seen: int = 0
    last_day: dict[int, int] = field(default_factory=dict[int, int])

    def add(self, label: int, day: int, growth: float) -> None:
        """Count one posting of `label` on `day` (proleptic ordinal)."""
        self.weights[label] = self.weights.get(label, 0.0) + self.next_weight
        self.total += self.next_weight
        self.seen += 1
        self.last_day[label] = day
        self.next_weight *= growth
        if self.next_weight > 1e12:
            self._rescale()

    def _rescale(self) -> None:
        scale = 1.0 / self.next_weight
        self.weights = {label: weight * scale for label, weight in self.weights.items()}
        self.total *= scale
        self.next_weight = 1.0


class Memory:
    """Everything learned of one target of one company."""

    def __init__(self) -> None:
        self.levels: list[dict[int, Context]] = [{} for _ in LEVELS]
        self._growth = [2.0 ** (1.0 / level.half_life) for level in LEVELS]

    def add(self, keys: list[int | None], label: int, day: int) -> None:
        """Learn that a line with these keys was posted to `label` on `day`."""
        for contexts, growth, key in zip(self.levels, self._growth, keys, strict=True):
            if key is None:
                continue
            context = contexts.get(key)
            if context is None:
                context = contexts[key] = Context()
            context.add(label, day, growth)

    def found(self, keys: list[int | None]) -> list[Context | None]:
        """The context of each key; None where nothing was learned."""
        return [None if key is None else contexts.get(key) for contexts, key in zip(self.levels, keys, strict=True)]

    @staticmethod
    def probabilities(found: list[Context | None]) -> dict[int, float]:
        """Every known label's probability: each level corrects the one before by as much as it has seen."""
        result: dict[int, float] = {}
        for context in found:
            if context is None:
                continue
            novelty = len(context.weights)
            size = context.total / context.next_weight
            keep = novelty / (size + novelty)
            result = {label: probability * keep for label, probability in result.items()}
            scale = (1.0 - keep) / context.total
            for label, weight in context.weights.items():
                result[label] = result.get(label, 0.0) + weight * scale
        return result
