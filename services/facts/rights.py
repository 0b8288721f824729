"""Rights that are lost, and who is asked to repair them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.records import Client, RepairMessage

if TYPE_CHECKING:  # circulation tells facts itself
    pass


@dataclass(frozen=True)
class RepairAsked:
    """A person asks another for a repair."""

    client: Client
    message: RepairMessage


@dataclass(frozen=True)
class RightsReport:
    """What has changed in the rights of a channel's clients; `lost` and `still` are blocked, `regained` are not."""

    lost: tuple[Client, ...] = ()
    still: tuple[Client, ...] = ()
    regained: tuple[Client, ...] = ()

    @property
    def clients(self) -> tuple[Client, ...]:
        """All clients in it."""
        return (*self.lost, *self.still, *self.regained)

    def of(self, person: str) -> RightsReport:
        """Return what concerns the clients that a person added."""
        kept = [[one for one in part if one.added_by == person] for part in (self.lost, self.still, self.regained)]
        return RightsReport(*(tuple(part) for part in kept))
