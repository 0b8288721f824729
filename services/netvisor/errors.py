"""What can go wrong between us and Netvisor.

    NetvisorError
    ├── Unreachable             no connection, or none that lasted          UNREACHABLE
    │   └── TimedOut            no answer in time                           TIMEOUT
    ├── BadReply                HTML, cut off, hostile or unknown XML       BAD_REPLY
    ├── TooManyRequests         HTTP 429                                    TOO_MANY_REQUESTS
    ├── Maintenance                                                         SYSTEM_MAINTENANCE
    ├── TechnicalError          Netvisor's own fault                        TECHNICAL_ERROR, HTTP_5xx
    ├── RequestNotUnique        a transaction id came twice                 REQUEST_NOT_UNIQUE
    ├── SwitchedOff             we sent nothing: this write is off          SWITCHED_OFF
    └── Refused                 Netvisor says no
        ├── AuthenticationFailed                                            AUTHENTICATION_FAILED
        ├── ServiceAccessError  no right, resource or service               SERVICE_ACCESS_ERROR, HTTP_401, HTTP_403
        ├── InvalidData                                                     INVALID_DATA, INVALID_DATA_SIZE
        ├── DuplicateData                                                   DUPLICATE_DATA
        ├── PeriodLocked                                                    PERIOD_LOCK
        └── UnknownCode         any other                                   as Netvisor gave it, or HTTP_4xx, FAILED

Codes are documented at https://support.netvisor.fi/en/support/solutions/articles/77000500440-controlling-errors;
texts are localised, so only codes are matched.
"""

from __future__ import annotations


class NetvisorError(Exception):
    """A call of Netvisor failed.

    `code` is stable: Netvisor's own, or ours where it gave none. `detail` are Netvisor's words for its support, in the
    language of the call, without anything secret. `retry_after` are the seconds that it asks us to wait.
    `outcome_unknown`: a write may have happened or not, so it is read back before anything is repeated.
    `mac_mismatch`: Netvisor showed the string that it signs, so it computed another signature than we did.
    `partner_unknown`: it does not know the partner identity of this installation.
    """

    default_code = "TECHNICAL_ERROR"

    def __init__(
        self,
        resource: str,
        code: str | None = None,
        *,
        detail: str = "",
        http_status: int | None = None,
        retry_after: float | None = None,
        outcome_unknown: bool = False,
        mac_mismatch: bool = False,
        partner_unknown: bool = False,
    ) -> None:
        self.resource = resource
        self.code = code or self.default_code
        self.detail = detail
        self.http_status = http_status
        self.retry_after = retry_after
        self.outcome_unknown = outcome_unknown
        self.mac_mismatch = mac_mismatch
        self.partner_unknown = partner_unknown
        super().__init__(f"{resource}: {self.code} {detail}".strip())


class Unreachable(NetvisorError):
    """No connection could be made, or it broke."""

    default_code = "UNREACHABLE"


class TimedOut(Unreachable):
    """Netvisor did not answer in time."""

    default_code = "TIMEOUT"


class BadReply(NetvisorError):
    """The reply is not the XML that the resource is documented to give."""

    default_code = "BAD_REPLY"


class TooManyRequests(NetvisorError):
    """Netvisor, or what stands before it, asks us to wait."""

    default_code = "TOO_MANY_REQUESTS"


class Maintenance(NetvisorError):
    """Netvisor is under maintenance."""

    default_code = "SYSTEM_MAINTENANCE"


class TechnicalError(NetvisorError):
    """A fault of Netvisor's own."""


class RequestNotUnique(NetvisorError):
    """A transaction id was used twice."""

    default_code = "REQUEST_NOT_UNIQUE"


class SwitchedOff(NetvisorError):
    """Nothing was sent: the operator has not switched this write on."""

    default_code = "SWITCHED_OFF"


class Refused(NetvisorError):
    """Netvisor understood and says no: nothing was read or written."""


class AuthenticationFailed(Refused):
    """Keys, identifiers or the signature are not accepted."""

    default_code = "AUTHENTICATION_FAILED"


class ServiceAccessError(Refused):
    """No access right to the resource, or the service is not in use."""

    default_code = "SERVICE_ACCESS_ERROR"


class InvalidData(Refused):
    """What was sent is not accepted."""

    default_code = "INVALID_DATA"


class DuplicateData(Refused):
    """What was sent is in Netvisor already."""

    default_code = "DUPLICATE_DATA"


class PeriodLocked(Refused):
    """The accounting period is locked."""

    default_code = "PERIOD_LOCK"


class UnknownCode(Refused):
    """A code that no documentation names."""
