"""Who judges candidates: the shared networks, beside them a company's own once there is enough to learn from."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.prediction.evidence import Floats
from services.prediction.example import VAT
from services.prediction.features import DAYS, FEATURES
from services.prediction.lines import Ints
from services.prediction.network import Network, together, trained
from services.prediction.shared import shared_networks

FEWEST_TUNED: Final = 200
"""With fewer lines than this, the shared networks judge alone."""
_SHARED_WORTH: Final = 500.0
"""The shared networks count as much as a company's own that learned from so many lines.

Own networks of a few hundred lines are too sure of themselves: alone, they are right in 92 % of what they call
certain on real books of that age, together with the shared ones in 95 %.
"""
_FEW: Final = 3000
"""Of fewer lines than this two networks are tuned, as one hangs on chance; of more, one is as good as two."""
_ONE_DAY: Final = 0.9
"""What a probability is worth where the vendor was posted so on one day only; the square of it, where never.

A vendor's many lines of one day are often one decision, and networks that have learned few lines do not know it: on
real books of 300 to 1,000 lines they were right in 89 % of what they called certain on the word of one day. A VAT code
follows from the line's VAT % and its account, whatever the day: on generated books none is called certain wrongly more
often than in 1 % without this.
"""
_CHUNK: Final = 1024


@dataclass(frozen=True)
class Judge:
    """Networks of one target, all of one scale. `taught` is the number of lines that the own ones learned."""

    target: str
    shared: tuple[Network, ...]
    own: tuple[Network, ...] = ()
    taught: int = 0

    def probabilities(self, features: Floats, present: NDArray[np.bool_]) -> Floats:
        """Probabilities of the candidates and, last, of none of them (line, candidate + 1).

        `features` are those of the candidates that are `present`, a row each.
        """
        voices, shares = self._voices
        result = np.empty((len(present), present.shape[1] + 1), dtype=np.float32)
        ends = np.cumsum(present.sum(axis=1))
        for start in range(0, len(present), _CHUNK):
            lines = slice(start, start + _CHUNK)
            rows = slice(ends[start - 1] if start else 0, ends[lines][-1])
            inputs = voices.comparable(features[rows, :FEATURES])
            result[lines] = (shares * voices.probabilities(inputs, present[lines])).sum(axis=0)
        if self.taught < _FEW and self.target != VAT:
            result[:, :-1][present] *= _ONE_DAY ** np.maximum(2.0 - features[:, DAYS], 0.0)
            result[:, -1] = 1.0 - result[:, :-1].sum(axis=1)
        return result

    @cached_property
    def _voices(self) -> tuple[Network, Floats]:
        """All networks together, and what share each has in what they say."""
        trust = self.taught / (self.taught + _SHARED_WORTH) if self.own else 0.0
        shares = [(1.0 - trust) / len(self.shared)] * len(self.shared)
        shares += [trust / max(len(self.own), 1)] * len(self.own)
        return together([*self.shared, *self.own]), np.array(shares, dtype=np.float32)[:, None, None]


def shared_judge(target: str) -> Judge:
    """The judge of a company of which too little is known."""
    return Judge(target, shared_networks(target))


def own_judge(target: str, features: Floats, present: NDArray[np.bool_], answer: Ints) -> Judge:
    """The judge of a company of which these described lines are known: the shared ones and those tuned by them.

    `answer` is the place of the right candidate, or the number of candidates where none was right.
    """
    shared = shared_networks(target)
    if len(answer) < FEWEST_TUNED:
        return Judge(target, shared)
    few = len(answer) < _FEW
    judged = features[:, :FEATURES]
    own = tuple(
        trained(
            network, judged, present, answer, epochs=9 if few else 6, rate=2.5e-3, batch=32 if few else 64, seed=seed
        )
        for seed, network in enumerate(shared if few else shared[:1])
    )
    return Judge(target, shared, own, len(answer))


def best(chances: Floats, candidates: Ints) -> tuple[Ints, Floats]:
    """The likeliest label number of each line (-1: none) and its probability."""
    place = chances[:, :-1].argmax(axis=1)
    rows = np.arange(len(place))
    label = candidates[rows, place]
    return label, np.where(label >= 0, chances[rows, place], 0.0)
