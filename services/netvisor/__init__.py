"""The typed Netvisor client: nothing else speaks XML."""

from services.netvisor.accounting import (
    Account,
    AccountingPeriods,
    AccountList,
    Deleted,
    Voucher,
    VoucherLine,
    VoucherType,
)
from services.netvisor.circulation import CirculationTemplate
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
    SwitchedOff,
    TechnicalError,
    TimedOut,
    TooManyRequests,
    UnknownCode,
    Unreachable,
)
from services.netvisor.invoices import InvoiceListItem, PreviewImage, PurchaseInvoice, PurchaseInvoiceLine
from services.netvisor.posting import PostingData, PostingLine
from services.netvisor.registers import AccessRightsSummary, CirculationList, Dimension, Vendor
from services.netvisor.signing import ApiCredential, Partner
from services.netvisor.transport import CompanyLease, LocalLeases, Transport, Turn

__all__ = [
    "AccessRightsSummary",
    "Account",
    "AccountList",
    "AccountingPeriods",
    "ApiCredential",
    "AuthenticationFailed",
    "BadReply",
    "CirculationList",
    "CirculationTemplate",
    "Company",
    "CompanyLease",
    "Deleted",
    "Dimension",
    "DuplicateData",
    "InvalidData",
    "InvoiceListItem",
    "LocalLeases",
    "Maintenance",
    "Netvisor",
    "NetvisorError",
    "Partner",
    "PeriodLocked",
    "PostingData",
    "PostingLine",
    "PreviewImage",
    "PurchaseInvoice",
    "PurchaseInvoiceLine",
    "Refused",
    "RequestNotUnique",
    "ServiceAccessError",
    "SwitchedOff",
    "TechnicalError",
    "TimedOut",
    "TooManyRequests",
    "Transport",
    "Turn",
    "UnknownCode",
    "Unreachable",
    "Vendor",
    "Voucher",
    "VoucherLine",
    "VoucherType",
]
