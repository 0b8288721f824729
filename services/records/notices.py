"""How and when people and channels want to be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class NoticeWay(StrEnum):
    """How a person hears how what they asked for ended; a client's channel shows it in any case."""

    DIRECT = "direct"
    CHANNEL = "channel"
    DIGEST = "digest"


@dataclass(frozen=True)
class NoticeChoice:
    """A person's choice (`id`): how they are told, and when they want to be left alone.

    Quiet hours are times of the firm's day (`18:00`), over midnight where they end before they begin; `holidays` says
    whether weekends and Finland's public holidays are quiet ("yes"), `away_until` the last day of an absence.
    """

    workspace: str
    id: str
    way: NoticeWay = NoticeWay.DIRECT
    quiet_from: str = ""
    quiet_until: str = ""
    holidays: str = ""
    away_until: date | None = None


@dataclass(frozen=True)
class FirmNotices:
    """When a firm's channels get their morning message (`08:30`), and the last day for which they were planned."""

    workspace: str
    id: str
    morning: str
    planned: date | None = None


@dataclass(frozen=True)
class DigestItem:
    """What waits for a person's next morning message; `id` is the matter, `what` a code of `services.telling`."""

    workspace: str
    id: str
    person: str
    client_id: str
    what: str
    at: datetime
