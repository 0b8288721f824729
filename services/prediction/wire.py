"""What the child process that trains says to the product while it works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """Counted work of a training run: `phase` is "learning" or "evaluating", `done` of `total` lines."""

    phase: str
    done: int
    total: int
