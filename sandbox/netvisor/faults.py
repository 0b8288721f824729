"""Scripted faults: what goes wrong with the next calls to a resource or a company."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class FaultKind(StrEnum):
    """What a faulty call gets instead of, or on top of, its answer."""

    ERROR = "error"  # FAILED with `code`, and `http_status` when given
    MAINTENANCE = "maintenance"  # the maintenance code
    TOO_MANY_REQUESTS = "too_many_requests"  # HTTP 429 with Retry-After
    HTML_PAGE = "html_page"  # a web page in place of XML, HTTP 200 unless `http_status` is given
    TRUNCATED = "truncated"  # the performed call's XML, cut in the middle
    INVALID_XML = "invalid_xml"  # the performed call's XML with a broken tag
    DELAY = "delay"  # `seconds` more, then the answer
    RESET_BEFORE = "reset_before"  # connection reset, nothing was performed
    RESET_AFTER = "reset_after"  # performed, then connection reset before the first byte of the answer
    RESET_MIDDLE = "reset_middle"  # performed, then connection reset in the middle of the answer


@dataclass(slots=True)
class Fault:
    """A scripted fault. `resource` (without .nv) and `business_id` narrow it; `times` is None for always."""

    id: int
    kind: FaultKind
    resource: str | None = None
    business_id: str | None = None
    times: int | None = 1
    code: str = "TECHNICAL_ERROR"
    http_status: int | None = None
    seconds: float = 0.0
    retry_after: int = 30


@dataclass(slots=True)
class Faults:
    """The scripted faults in the order in which they were added; a call gets the first that fits it."""

    _faults: list[Fault] = field(default_factory=list[Fault])
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def add(
        self,
        kind: FaultKind | str,
        *,
        resource: str | None = None,
        business_id: str | None = None,
        times: int | None = 1,
        code: str = "TECHNICAL_ERROR",
        http_status: int | None = None,
        seconds: float = 0.0,
        retry_after: int = 30,
    ) -> Fault:
        """Script a fault for the next `times` calls that fit, or for all (None).

        Raises ValueError for an unknown kind, or a number that makes no sense.
        """
        if (times is not None and times < 1) or seconds < 0 or retry_after < 0:
            raise ValueError("times is at least 1, seconds and retry_after are not negative")
        name = resource.lower().removesuffix(".nv") if resource else None
        fault = Fault(
            next(self._ids),
            FaultKind(kind),
            name,
            business_id,
            times,
            code,
            http_status,
            seconds,
            retry_after,
        )
        self._faults.append(fault)
        return fault

    def remove(self, fault_id: int) -> None:
        """Forget one fault; nothing happens when it is used up already."""
        self._faults = [fault for fault in self._faults if fault.id != fault_id]

    def clear(self) -> None:
        """Forget all faults."""
        self._faults.clear()

    def take(self, resource: str, business_id: str) -> Fault | None:
        """The fault that this call gets, counted down; None when it goes well."""
        for fault in self._faults:
            if fault.resource not in (None, resource) or fault.business_id not in (None, business_id):
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times == 0:
                    self._faults.remove(fault)
            return fault
        return None

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)
