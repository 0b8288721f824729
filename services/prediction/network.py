"""The judge: a small network that turns the features of a line's candidates into probabilities.

Each candidate gets a score from two hidden layers and a direct path; a softmax over the candidates and "none of
them" makes the scores probabilities, so that they are calibrated by training on the likelihood alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.prediction.evidence import Floats
from services.prediction.lines import Ints

HIDDEN: Final = 32
_SECOND: Final = 16
_LIMIT: Final = 5.0
_DECAY: Final = np.float32(1e-4)


@dataclass(frozen=True)
class Network:
    """Weights of one network, with the mean and spread by which its features are made comparable."""

    mean: Floats
    spread: Floats
    first: Floats
    first_bias: Floats
    second: Floats
    second_bias: Floats
    last: Floats
    direct: Floats
    none: Floats

    @property
    def features(self) -> int:
        """How many numbers describe a candidate."""
        return len(self.mean)

    @property
    def weights(self) -> list[Floats]:
        """What training changes."""
        return [
            self.first,
            self.first_bias,
            self.second,
            self.second_bias,
            self.last,
            self.direct,
            self.none,
        ]

    def comparable(self, features: Floats) -> Floats:
        """Features centred, scaled and cut off where they mean no more than "very"."""
        inputs = features - self.mean
        inputs /= self.spread
        np.minimum(inputs, _LIMIT, out=inputs)
        return np.maximum(inputs, -_LIMIT, out=inputs)

    def probabilities(self, inputs: Floats, present: NDArray[np.bool_]) -> Floats:
        """The probability of each candidate and, last, of none of them (line, candidate + 1).

        `inputs` are the `comparable` features of the candidates that are present, a row each. Of several networks
        `together`, those of each: (network, line, candidate + 1).
        """
        return _forward(self.weights, inputs, present)[0]


def together(networks: Sequence[Network]) -> Network:
    """Networks of one scale as one, which gives the probabilities of each of them in a single pass."""
    first, *_ = networks
    weights = zip(*(network.weights for network in networks), strict=True)
    return Network(
        first.mean, first.spread, *(np.array(each).reshape(len(networks), -1, each[0].shape[-1]) for each in weights)
    )


def fresh(features: Floats, seed: int) -> Network:
    """A network that has learned nothing but the scale of these features."""
    random = np.random.default_rng(seed)
    count = features.shape[1]

    def matrix(rows: int, columns: int) -> Floats:
        return (random.standard_normal((rows, columns)) / np.sqrt(rows)).astype(np.float32)

    return Network(
        mean=features.mean(axis=0, dtype=np.float32),
        spread=np.maximum(features.std(axis=0, dtype=np.float32), 0.3),
        first=matrix(count, HIDDEN),
        first_bias=np.zeros(HIDDEN, dtype=np.float32),
        second=matrix(HIDDEN, _SECOND),
        second_bias=np.zeros(_SECOND, dtype=np.float32),
        last=np.zeros((_SECOND, 1), dtype=np.float32),
        direct=np.zeros((count, 1), dtype=np.float32),
        none=np.array([-3.0], dtype=np.float32),
    )


def trained(
    network: Network,
    features: Floats,
    present: NDArray[np.bool_],
    answer: Ints,
    *,
    epochs: int,
    rate: float,
    batch: int,
    seed: int,
    dropped: float = 0.0,
) -> Network:
    """The network after learning which candidate was right (its place; the number of candidates: none of them).

    `features` are those of the candidates that are `present`, a row each.

    Adam on the log-likelihood with a rate that falls to zero; deterministic for a seed. `dropped` is the share of
    features that each step does without, so that no judgement hangs on one of them.
    """
    flat = np.concatenate([weight.ravel() for weight in network.weights])
    weights = _views(flat, network.weights)
    inputs = network.comparable(features)
    place = np.cumsum(present).reshape(present.shape) - 1
    random = np.random.default_rng(seed)
    mean, square = np.zeros_like(flat), np.zeros_like(flat)
    starts = range(0, max(len(present) - batch, 0) + 1, batch) if len(present) else range(0)
    total = epochs * len(starts)
    step = 0
    for _ in range(epochs):
        order = random.permutation(len(present))
        for start in starts:
            rows = order[start : start + batch]
            step += 1
            there = present[rows]
            shown: Floats = inputs.take(place[rows][there], axis=0)
            if dropped:
                shown *= random.random(network.features, dtype=np.float32) >= dropped
            gradients = _gradients(weights, shown, there, answer[rows])
            gradient = np.concatenate([one.ravel() for one in gradients])
            pace = np.float32(rate * (1.0 - step / (total + 1)))
            mean += np.float32(0.1) * (gradient - mean)
            square += np.float32(0.01) * (gradient * gradient - square)
            spread = np.sqrt(square / np.float32(1 - 0.99**step)) + np.float32(1e-8)
            flat -= pace * (mean / np.float32(1 - 0.9**step) / spread + _DECAY * flat)
    return Network(network.mean, network.spread, *weights)


def _views(flat: Floats, like: list[Floats]) -> list[Floats]:
    """The parts of one vector in the shapes of these arrays."""
    ends = np.cumsum([one.size for one in like]).tolist()
    return [flat[end - one.size : end].reshape(one.shape) for end, one in zip(ends, like, strict=True)]


def _forward(weights: list[Floats], inputs: Floats, present: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Probabilities (line, candidate + 1) and both hidden layers, from a row of inputs per present candidate."""
    first, first_bias, second, second_bias, last, direct, none = weights
    lower = inputs @ first
    lower += first_bias
    np.maximum(lower, 0.0, out=lower)
    upper = lower @ second
    upper += second_bias
    np.maximum(upper, 0.0, out=upper)
    score = upper @ last
    score += inputs @ direct
    lines, places = present.shape
    chance = np.full((*score.shape[:-2], lines, places + 1), -1e9, dtype=np.float32)
    chance[..., :-1][..., present] = score[..., 0]
    chance[..., -1] = none[..., 0]
    chance -= chance.max(axis=-1, keepdims=True)
    np.exp(chance, out=chance)
    chance /= chance.sum(axis=-1, keepdims=True)
    return chance, lower, upper


def _gradients(weights: list[Floats], inputs: Floats, present: NDArray[np.bool_], answer: Ints) -> list[Floats]:
    chance, lower, upper = _forward(weights, inputs, present)
    _, _, second, _, last, _, _ = weights
    error = chance
    error[np.arange(len(answer)), answer] -= 1.0
    error /= len(answer)
    each = error[:, :-1][present]
    to_upper = each[:, None] * last[:, 0]
    to_upper *= upper > 0
    to_lower = to_upper @ second.T
    to_lower *= lower > 0
    ones = np.ones(len(each), dtype=np.float32)  # multiplying by them sums a column faster than `sum` does
    return [
        inputs.T @ to_lower,
        ones @ to_lower,
        lower.T @ to_upper,
        ones @ to_upper,
        each @ upper,
        each @ inputs,
        error[:, -1].sum(keepdims=True),
    ]
