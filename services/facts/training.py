"""Trainings, dimensions, and what takes longer than a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.dimensions import DimensionState
from services.records import Client, DimensionProposal, Run

if TYPE_CHECKING:  # circulation tells facts itself
    pass


@dataclass(frozen=True)
class TrainingView:
    """A client's newest training, as it goes or ended, and the report of the models in use."""

    client: Client
    runs: tuple[Run, ...] = ()
    in_use: tuple[Run, ...] = ()


@dataclass(frozen=True)
class Trained:
    """A training that somebody asked for has ended."""

    client: Client
    runs: tuple[Run, ...]
    in_use: tuple[Run, ...] = ()


@dataclass(frozen=True)
class DimensionsView:
    """A client's dimensions, and which are predicted; None when they have not been read yet."""

    client: Client
    dimensions: tuple[DimensionState, ...] | None = None


@dataclass(frozen=True)
class DimensionsProposed:
    """Dimensions that may be ordered; `ordered` are those of them that somebody has."""

    client: Client
    proposal: DimensionProposal
    ordered: tuple[str, ...] = ()


@dataclass(frozen=True)
class StillTraining:
    """The training of a client has lasted some whole hours."""

    client: Client
    hours: int
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Overdue:
    """A client's training was not done in a day; posted by Slack itself."""

    client: Client
