"""Training runs, their models, and dimensions that are ordered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RunState(StrEnum):
    """The life of a training run."""

    QUEUED = "queued"
    FETCHING = "fetching"
    TRAINING = "training"
    EVALUATING = "evaluating"
    DEPLOYED = "deployed"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED_RUN_STATES = (RunState.QUEUED, RunState.FETCHING, RunState.TRAINING, RunState.EVALUATING)


@dataclass(frozen=True)
class Run:
    """One training run of one target. Progress is counted work: `done` of `total` of a `step`'s things
    (invoices, months of vouchers, lines).

    `id` is `<batch>:<target>`; the runs of one training share a batch and their fetching. `report` holds the
    figures of the target's evaluation. `requested_by` is empty when nobody asked: the program retrains by itself.
    `failure` is why it waits or failed; of a cancelled one, who cancelled it.
    """

    workspace: str
    id: str
    client_id: str
    batch: str
    target: str
    state: RunState
    started_at: datetime
    requested_by: str
    step: str = ""
    done: int = 0
    total: int = 0
    report: Mapping[str, object] | None = None
    failure: str | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True)
class Artifact:
    """The models of a client as one artifact; `id` is the client's."""

    workspace: str
    id: str
    batch: str
    deployed_at: datetime
    content: bytes


@dataclass(frozen=True)
class DimensionOrder:
    """Predictions of a dimension, ordered by a person; `id` is `<client id>:<name>`. Nothing else is trained."""

    workspace: str
    id: str
    client_id: str
    name: str
    ordered_by: str
    ordered_at: datetime


@dataclass(frozen=True)
class DimensionProposal:
    """What has been proposed to a client's people (`id` is the client's): the dimensions that may be ordered.

    `lines` says on how many lines people have given each. `number` counts the proposals. It is open until somebody
    orders or asks for it again at `ask_at`.
    """

    workspace: str
    id: str
    lines: Mapping[str, int]
    proposed_at: datetime
    number: int = 1
    is_open: int = 1
    ask_at: datetime | None = None
    answered_by: str | None = None
