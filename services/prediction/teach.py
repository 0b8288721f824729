"""Teaching the shared networks anew: `python -m services.prediction.teach`.

Needed whenever the levels or the features change. Every generated company is replayed from its first invoice, so
that the networks know how little a young memory is worth.
"""

import random
from collections.abc import Sequence
from dataclasses import fields
from typing import Final

import numpy as np

from services.prediction.books import generated
from services.prediction.example import ACCOUNT, VAT
from services.prediction.features import FEATURES
from services.prediction.judge import Judge, best
from services.prediction.lines import ABSENT
from services.prediction.memory import Memory
from services.prediction.network import Network, fresh, trained
from services.prediction.replay import Replay, days_before, predicted_accounts, replay
from services.prediction.shared import FILE, NETWORKS, kind_of

_TARGETS: Final = (ACCOUNT, VAT, "dimension:place")
_COMPANIES: Final = 120
_DROPPED: Final = 0.15


def _sizes() -> list[int]:
    chance = random.Random(1)  # noqa: S311 - nothing secret
    return [int(10 ** chance.uniform(1.7, 3.7)) for _ in range(_COMPANIES)]


def _replays(seed: int, lines: int, account_networks: tuple[Network, ...]) -> dict[str, Replay]:
    examples = generated(seed, lines)
    memory = Memory(_TARGETS)
    memory.learn(examples)
    before = days_before(memory)
    unknown = np.full(len(memory), ABSENT, dtype=np.uint64)
    result = {ACCOUNT: replay(memory, examples, ACCOUNT, range(len(memory)), before, unknown)}
    if account_networks:
        past = result[ACCOUNT]
        labels, _ = best(Judge(ACCOUNT, account_networks).probabilities(past.features, past.present), past.candidates)
        accounts = predicted_accounts(memory, 0, labels)
        for target in _TARGETS[1:]:
            if memory.labels[target]:
                result[kind_of(target)] = replay(memory, examples, target, range(len(memory)), before, accounts)
    return result


def _together(parts: Sequence[Replay]) -> Replay:
    return Replay(
        0,
        np.concatenate([part.candidates for part in parts]),
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.answer for part in parts]),
    )


def _trained(data: Replay) -> tuple[Network, ...]:
    features = data.features[:, :FEATURES]
    return tuple(
        trained(
            fresh(features, seed),
            features,
            data.present,
            data.answer,
            epochs=8,
            rate=3e-3,
            batch=512,
            seed=seed,
            dropped=_DROPPED,
        )
        for seed in range(NETWORKS)
    )


def main() -> None:
    """Train the shared networks and write them."""
    sizes = list(enumerate(_sizes()))
    accounts = _trained(_together([_replays(seed, lines, ())[ACCOUNT] for seed, lines in sizes]))
    networks = {ACCOUNT: accounts}
    replays = [_replays(seed, lines, accounts) for seed, lines in sizes]
    for kind in (VAT, "dimension"):
        networks[kind] = _trained(_together([one[kind] for one in replays if kind in one]))
    arrays = {
        f"{kind}.{number}.{one.name}": getattr(network, one.name)
        for kind, found in networks.items()
        for number, network in enumerate(found)
        for one in fields(Network)
    }
    np.savez_compressed(FILE, allow_pickle=False, **arrays)


if __name__ == "__main__":
    main()
