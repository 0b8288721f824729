"""What the child process that trains says to the product: JSON lines."""

from dataclasses import dataclass
from typing import Final

from pydantic import Base64Bytes, TypeAdapter

from services.prediction.training import TrainedModel, TrainingReport


@dataclass(frozen=True)
class Progress:
    """Counted work of a training run: `phase` is "learning" or "evaluating", `done` of `total` lines."""

    phase: str
    done: int
    total: int


@dataclass(frozen=True)
class Trained:
    """A finished training run: the model's artifact (for `Model.from_bytes`) and its report."""

    artifact: Base64Bytes
    report: TrainingReport


_LINE: Final = TypeAdapter[Progress | Trained](Progress | Trained)
_REPORT: Final = TypeAdapter(TrainingReport)


def encode_progress(phase: str, done: int, total: int) -> bytes:
    """One line that tells how far the run is."""
    return _LINE.dump_json(Progress(phase, done, total)) + b"\n"


def encode_trained(trained: TrainedModel) -> bytes:
    """The last line of a run."""
    return _LINE.dump_json(Trained(trained.model.to_bytes(), trained.report)) + b"\n"


def decode_line(line: bytes) -> Progress | Trained:
    """One line of the child's standard output. Raises ValueError for anything else."""
    return _LINE.validate_json(line)


def report_to_json(report: TrainingReport) -> str:
    """The report as JSON, for storing beside the artifact."""
    return _REPORT.dump_json(report).decode()


def report_from_json(text: str) -> TrainingReport:
    """The report of `report_to_json`. Raises ValueError for anything else."""
    return _REPORT.validate_json(text)
