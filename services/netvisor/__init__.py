"""The typed Netvisor client: nothing else speaks XML."""

from services.netvisor.client import Company, Netvisor
from services.netvisor.errors import (
    AuthenticationFailed,
    BadReply,
    DuplicateData,
    InvalidData,
    Maintenance,
    NetvisorError,
    PeriodLocked,
    Refused,
    RequestNotUnique,
    ServiceAccessError,
    TechnicalError,
    TimedOut,
    TooManyRequests,
    UnknownCode,
    Unreachable,
)
from services.netvisor.models import CirculationList, InvoiceListItem, PurchaseInvoice, Voucher
from services.netvisor.signing import ApiCredential, Partner
from services.netvisor.transport import CompanyLease, LocalLeases, Transport

__all__ = [
    "ApiCredential",
    "AuthenticationFailed",
    "BadReply",
    "CirculationList",
    "Company",
    "CompanyLease",
    "DuplicateData",
    "InvalidData",
    "InvoiceListItem",
    "LocalLeases",
    "Maintenance",
    "Netvisor",
    "NetvisorError",
    "Partner",
    "PeriodLocked",
    "PurchaseInvoice",
    "Refused",
    "RequestNotUnique",
    "ServiceAccessError",
    "TechnicalError",
    "TimedOut",
    "TooManyRequests",
    "Transport",
    "UnknownCode",
    "Unreachable",
    "Voucher",
]
