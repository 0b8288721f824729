"""A client's automation: what may be written without asking anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Automation:
    """A client's settings of automation; `id` is the client's. Off until a person switches it on.

    `version` counts the changes, so that what was written names the settings that it was written by. `most` is in
    cents: invoices below it; `confidence` from 0 to 1; `sample` in per cent of what could be automated. `excluded` are
    vendors' names. The pause lasts from one day to another, both included, each year again with `pause_yearly`.
    """

    workspace: str
    id: str
    version: int = 0
    is_on: int = 0
    changed_by: str | None = None
    changed_at: datetime | None = None
    most: int = 200_000
    confidence: float = 0.80
    sample: int = 10
    excluded: tuple[str, ...] = ()
    pause_begins: date | None = None
    pause_ends: date | None = None
    pause_yearly: int = 0
    offered_at: datetime | None = None
