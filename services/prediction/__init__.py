"""Predicting accounts, VAT codes and dimensions of purchase-invoice lines from how people posted earlier ones."""

from services.prediction.artifact import ArtifactError
from services.prediction.example import ACCOUNT, CERTAIN, DIMENSION_PREFIX, VAT, Example, Prediction, Reason
from services.prediction.levels import GROUNDS
from services.prediction.model import Model
from services.prediction.training import TargetReport, TrainedModel, TrainingReport, train

__all__ = [
    "ACCOUNT",
    "CERTAIN",
    "DIMENSION_PREFIX",
    "GROUNDS",
    "VAT",
    "ArtifactError",
    "Example",
    "Model",
    "Prediction",
    "Reason",
    "TargetReport",
    "TrainedModel",
    "TrainingReport",
    "train",
]
