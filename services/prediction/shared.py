"""The shared networks: what any company starts from, trained on generated books alone (`teach.py`)."""

import hashlib
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from services.prediction.example import DIMENSION_PREFIX
from services.prediction.network import Network

FILE: Final = Path(__file__).with_name("shared.npz")
NETWORKS: Final = 2
"""How many networks judge together; their mean is better calibrated than any of them."""


@cache
def shared_networks(target: str) -> tuple[Network, ...]:
    """The shared networks for a target's kind: account, VAT code or any dimension."""
    kind = kind_of(target)
    with np.load(FILE, allow_pickle=False) as stored:
        return tuple(
            Network(*(stored[f"{kind}.{number}.{one.name}"] for one in fields(Network))) for number in range(NETWORKS)
        )


@cache
def shared_digest() -> str:
    """What tells one set of shared networks from another."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()


def kind_of(target: str) -> str:
    """The name under which a target's shared networks are stored."""
    return "dimension" if target.startswith(DIMENSION_PREFIX) else target
