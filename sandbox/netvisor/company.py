"""What a Netvisor company holds: people and their rights, registers, purchase invoices and vouchers.

Money is integer euro cents; a VAT percent is integer tenths of a percent (255 is 25.5 %). Dates are Netvisor's own
dates, times are naive and in Finnish time, as Netvisor shows them.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class PostingLevel(StrEnum):
    """The five posting levels of "Sales and purchase ledger rights" (reference/netvisor.md section 4)."""

    NONE = "none"
    LINES = "lines"
    SUGGESTION = "suggestion"
    MAY_POST = "may_post"
    POSTS_BY_DEFAULT = "posts_by_default"

    @property
    def may_post(self) -> bool:
        """Only the last two levels make a voucher; "posting suggestion only" does not."""
        return self in (PostingLevel.MAY_POST, PostingLevel.POSTS_BY_DEFAULT)


class Role(StrEnum):
    """Roles of "Users and roles" that the article and the rights summary speak of."""

    ACCOUNTANT = "accountant"
    USER_ADMINISTRATOR = "user_administrator"  # KH
    FIRM_MAIN_USER = "firm_main_user"  # TPK


class Package(StrEnum):
    """Netvisor packages; the API needs Professional, Premium or Payroll (reference section 2)."""

    BASIC = "Basic"
    PROFESSIONAL = "Professional"
    PREMIUM = "Premium"
    PAYROLL = "Payroll"

    @property
    def has_api(self) -> bool:
        """Whether the package includes the software interface."""
        return self is not Package.BASIC


class ApprovalStatus(StrEnum):
    """How far an invoice has come; in the order in which it may move, a rejection aside."""

    OPEN = "open"
    IN_FACTUAL_VERIFICATION = "infactualverification"
    APPROVED = "approved"  # asiatarkastettu
    ACCEPTED = "accepted"  # hyväksytty
    REJECTED = "acceptorrejected"


@dataclass(frozen=True, slots=True)
class LedgerRights:
    """Purchase ledger rights of one user in one company."""

    posting: PostingLevel = PostingLevel.NONE
    inspector: bool = False
    approver: bool = False
    circulation_setter: bool = False


FULL_LEDGER_RIGHTS = LedgerRights(PostingLevel.MAY_POST, inspector=True, approver=True, circulation_setter=True)


@dataclass(frozen=True, slots=True)
class Access:
    """What one user is and may do in one company."""

    roles: frozenset[Role] = frozenset()
    ledger: LedgerRights = LedgerRights()


@dataclass(slots=True)
class User:
    """A person (or the generic API user) of the accounting firm; the same one in every company."""

    key: int
    first_name: str
    last_name: str
    email: str
    active: bool = True

    @property
    def name(self) -> str:
        """First and last name, which the sandbox keeps unique."""
        return f"{self.first_name} {self.last_name}"


@dataclass(slots=True)
class Credential:
    """API credentials of a user: the user identifier and the API key.

    `rights` are the creator's ledger rights by business id, copied when the credential was made: a later change of the
    person's rights does not reach it (the article, step 1).
    """

    customer_id: str
    customer_key: str = field(repr=False)
    user_key: int
    created: datetime
    rights: dict[str, LedgerRights] = field(default_factory=dict[str, LedgerRights])


@dataclass(frozen=True, slots=True)
class Account:
    """One row of the chart of accounts; a group has no number of its own."""

    key: int
    number: int | None
    name: str
    father_key: int
    active: bool = True


@dataclass(frozen=True, slots=True)
class AccountingPeriod:
    """One accounting period."""

    key: int
    name: str
    begin: date
    end: date


@dataclass(frozen=True, slots=True)
class DimensionItem:
    """One calculation target (laskentakohde) under a dimension."""

    key: int
    name: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension, for example cost centre, and its items."""

    key: int
    name: str
    items: tuple[DimensionItem, ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class CirculationList:
    """A circulation list (kiertolista): verifiers in order and one approver."""

    key: int
    name: str
    verifiers: tuple[str, ...]
    approver: str
    is_default: bool = False
    is_forced: bool = False


@dataclass(frozen=True, slots=True)
class Vendor:
    """A supplier as the company recorded it."""

    key: int
    code: str
    name: str
    business_id: str
    iban: str
    address: str
    post_code: str
    city: str
    account_number: int | None
    vat_tenths: int
    changed: datetime


@dataclass(slots=True)
class InvoiceLine:
    """A line of a purchase invoice: `sum` is gross cents; dimensions are (dimension, item) names."""

    key: int
    sum: int
    vat_tenths: int
    vat_code: str
    description: str
    product_name: str
    product_code: str = ""
    unit: str = "kpl"
    quantity: int = 1
    account_number: int | None = None
    dimensions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Handling:
    """One entry of an invoice's handling history."""

    type: str
    heading: str
    description: str
    time: datetime
    user_name: str
    user_email: str


@dataclass(slots=True)
class Invoice:
    """A purchase invoice."""

    key: int
    number: str
    vendor: Vendor
    day: date
    due: date
    amount: int
    lines: list[InvoiceLine]
    reference: str
    modified: datetime
    status: ApprovalStatus = ApprovalStatus.OPEN
    event_date: date | None = None
    paid: int = 0
    description: str = ""
    our_reference: str = ""
    your_reference: str = ""
    ready_for_accounting: bool = False
    voucher_key: int | None = None
    circulation: CirculationList | None = None
    has_picture: bool = True
    history: list[Handling] = field(default_factory=list[Handling])


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """One entry of a voucher; debit is positive, the entries of a voucher sum to zero."""

    key: int
    sum: int
    description: str
    account_number: int
    vat_tenths: int
    vat_code: str
    dimensions: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Voucher:
    """A voucher (tosite) in the general ledger, made from a purchase invoice."""

    key: int
    number: int
    day: date
    description: str
    invoice_key: int
    lines: tuple[VoucherLine, ...]
    modified: datetime
    status: str = "valid"


@dataclass(slots=True)
class Company:
    """A company environment in Netvisor, or the accounting firm's own when `is_firm`."""

    key: int
    business_id: str
    name: str
    package: Package = Package.PREMIUM
    is_firm: bool = False
    about: str = ""
    access: dict[int, Access] = field(default_factory=dict[int, Access])
    integration_added: bool = False
    allowed_resources: set[str] = field(default_factory=set[str])
    accounts: dict[int, Account] = field(default_factory=dict[int, Account])
    account_groups: list[Account] = field(default_factory=list[Account])
    periods: list[AccountingPeriod] = field(default_factory=list[AccountingPeriod])
    period_lock: date | None = None
    vat_lock: date | None = None
    purchase_lock: date | None = None
    dimensions: list[Dimension] = field(default_factory=list[Dimension])
    circulation_lists: list[CirculationList] = field(default_factory=list[CirculationList])
    vendors: dict[int, Vendor] = field(default_factory=dict[int, Vendor])
    invoices: dict[int, Invoice] = field(default_factory=dict[int, Invoice])
    vouchers: dict[int, Voucher] = field(default_factory=dict[int, Voucher])
    deleted_invoices: dict[int, datetime] = field(default_factory=dict[int, datetime])
    deleted_vouchers: dict[int, datetime] = field(default_factory=dict[int, datetime])
    set_aside: tuple[dict[int, Invoice], dict[int, Voucher]] | None = None
    calls_under_way: int = 0
    keys: Iterator[int] = field(default_factory=lambda: itertools.count(1_200_001), repr=False)

    def next_key(self) -> int:
        """A Netvisor key that nothing else in this company has; seven digits, as long as real ones are."""
        return next(self.keys)
