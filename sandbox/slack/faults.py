"""Faults on request: what the sandbox's Web API and its deliveries do wrong, and how often."""

from dataclasses import dataclass
from typing import Literal, get_args

CallFaultKind = Literal["error", "rate_limited", "server_error", "delay", "reset_before", "reset_after"]
DeliveryFaultKind = Literal["redeliver", "duplicate", "drop", "delay"]
EnvelopeType = Literal["slash_commands", "interactive", "events_api"]


@dataclass
class CallFault:
    """What goes wrong with calls of a method (`*` for all), the next `times` times (None: until cleared).

    `error` answers that code; `rate_limited` answers 429 with Retry-After of `seconds`; `server_error` answers 500;
    `delay` answers `seconds` later; `reset_before` cuts the connection and does nothing; `reset_after` does what was
    asked and then cuts the connection, so that the caller cannot know.
    """

    method: str
    kind: CallFaultKind
    times: int | None = 1
    error: str = "internal_error"
    seconds: float = 1.0


@dataclass
class DeliveryFault:
    """What goes wrong with deliveries to the app (of one envelope type, or of all), the next `times` times.

    `redeliver` sends it again with a retry number after the first was acknowledged, as after a lost acknowledgement;
    `duplicate` sends it twice at once; `drop` never sends it; `delay` sends it `seconds` later.
    """

    kind: DeliveryFaultKind
    envelope: EnvelopeType | None = None
    times: int | None = 1
    seconds: float = 1.0


class Faults:
    """The faults that are switched on."""

    def __init__(self) -> None:
        self.calls: list[CallFault] = []
        self.deliveries: list[DeliveryFault] = []

    def call(
        self,
        method: str,
        kind: CallFaultKind,
        *,
        times: int | None = 1,
        error: str = "internal_error",
        seconds: float = 1.0,
    ) -> CallFault:
        """Switches a fault of Web API calls on. Raises ValueError for an unknown kind."""
        if kind not in get_args(CallFaultKind):
            raise ValueError(f"unknown fault: {kind}")
        fault = CallFault(method, kind, times, error, seconds)
        self.calls.append(fault)
        return fault

    def delivery(
        self,
        kind: DeliveryFaultKind,
        *,
        envelope: EnvelopeType | None = None,
        times: int | None = 1,
        seconds: float = 1.0,
    ) -> DeliveryFault:
        """Switches a fault of deliveries on. Raises ValueError for an unknown kind or envelope type."""
        if kind not in get_args(DeliveryFaultKind) or envelope not in (None, *get_args(EnvelopeType)):
            raise ValueError(f"unknown fault: {kind} of {envelope}")
        fault = DeliveryFault(kind, envelope, times, seconds)
        self.deliveries.append(fault)
        return fault

    def clear(self) -> None:
        """Switches all faults off."""
        self.calls.clear()
        self.deliveries.clear()

    def take_call(self, method: str) -> CallFault | None:
        """The fault that this call meets, counted down."""
        for fault in self.calls:
            if fault.method in ("*", method):
                if _spent(fault):
                    self.calls.remove(fault)
                return fault
        return None

    def take_delivery(self, envelope: EnvelopeType) -> DeliveryFault | None:
        """The fault that this delivery meets, counted down."""
        for fault in self.deliveries:
            if fault.envelope in (None, envelope):
                if _spent(fault):
                    self.deliveries.remove(fault)
                return fault
        return None


def _spent(fault: CallFault | DeliveryFault) -> bool:
    if fault.times is None:
        return False
    fault.times -= 1
    return fault.times <= 0
