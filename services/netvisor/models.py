"""What Netvisor's resources hold, in plain words.

Element names are those of Visma's articles and of the public client libraries (netvisor.md section 3). What a reply
does not carry is None or empty. Money and quantities are Decimal; money is in the company's currency where no other is
named. Booleans are None when not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from services.netvisor.reading import Model, at, pairs_at


def plain_vat_code(text: str) -> str:
    """Return a VAT code; replies may show `-` for NONE."""
    return "NONE" if text == "-" else text


class InvoiceListItem(Model):
    """A row of purchaseinvoicelist.nv."""

    key: Annotated[int, at("NetvisorKey")]
    number: Annotated[str | None, at("InvoiceNumber")] = None
    invoice_date: Annotated[date | None, at("InvoiceDate")] = None
    vendor_name: Annotated[str | None, at("Vendor")] = None
    vendor_business_id: Annotated[str | None, at("VendorOrganizationIdentifier")] = None
    amount: Annotated[Decimal | None, at("Sum")] = None
    paid_amount: Annotated[Decimal | None, at("Payments")] = None
    open_amount: Annotated[Decimal | None, at("OpenSum")] = None


class PostingAccess(Model):
    """What the API user may do to an invoice's postings: whose view it is follows from the names, not from a text."""

    can_edit_posting_lines: Annotated[bool | None, at("CanEditPostingLines")] = None
    can_user_post_invoice: Annotated[bool | None, at("CanUserPostInvoice")] = None
    suggests_posting_by_default: Annotated[bool | None, at("SuggestPostingByDefault")] = None
    can_edit_accounting_suggestion: Annotated[bool | None, at("CanEditAccountingSuggestion")] = None


class InvoiceAction(Model):
    """What can be done to an invoice. Which words `id` and `type` hold is not published."""

    id: Annotated[str | None, at("Id")] = None
    type: Annotated[str, at("Type")] = ""
    description: Annotated[str | None, at("Description")] = None


class InvoiceNotice(Model):
    """An alert or a notification that Netvisor shows beside an invoice."""

    heading: Annotated[str | None, at("Heading")] = None
    description: Annotated[str | None, at("Description")] = None


class ChangedField(Model):
    """A field that an event changed."""

    name: Annotated[str | None, at("FieldName")] = None
    old_value: Annotated[str | None, at("OldValue")] = None
    new_value: Annotated[str | None, at("NewValue")] = None


class HandlingEvent(Model):
    """What somebody did to an invoice, and when by Netvisor's clock."""

    type: Annotated[str | None, at("Type")] = None
    heading: Annotated[str | None, at("Heading")] = None
    description: Annotated[str | None, at("Description")] = None
    time: Annotated[datetime | None, at("TimeStamp")] = None
    user_name: Annotated[str | None, at("UserName")] = None
    user_email: Annotated[str | None, at("UserEmail")] = None
    changes: Annotated[tuple[ChangedField, ...], at("UpdatedInformationFields")] = ()


class PurchaseInvoiceLine(Model):
    """A line. `sum` holds VAT, `net_sum` does not; `dimensions` maps a dimension's name to the item's."""

    key: Annotated[int | None, at("NetvisorKey")] = None
    sum: Annotated[Decimal | None, at("LineSum")] = None
    net_sum: Annotated[Decimal | None, at("LineNetSum")] = None
    unit_price: Annotated[Decimal | None, at("UnitPrice")] = None
    vat_percent: Annotated[Decimal | None, at("VatPercent")] = None
    vat_code: Annotated[str | None, at("VatCode", convert=plain_vat_code)] = None
    description: Annotated[str | None, at("Description")] = None
    unit: Annotated[str | None, at("Unit")] = None
    ordered_amount: Annotated[Decimal | None, at("OrderedAmount")] = None
    purchase_price: Annotated[Decimal | None, at("PurchasePrice")] = None
    delivered_amount: Annotated[Decimal | None, at("DeliveredAmount")] = None
    product_code: Annotated[str | None, at("ProductCode")] = None
    discount_percent: Annotated[Decimal | None, at("DiscountPercentage")] = None
    product_name: Annotated[str | None, at("ProductName")] = None
    suggested_account: Annotated[str | None, at("AccountingSuggestionBookkeepingAccount")] = None
    suggested_account_key: Annotated[int | None, at("AccountingSuggestionBookkeepingAccountNetvisorKey")] = None
    dimensions: Annotated[
        Mapping[str, str],
        pairs_at("PurchaseInvoiceLineDimensions", "Dimension", names="DimensionName", values="DimensionDetailName"),
    ] = {}

    @property
    def suggested_account_number(self) -> str | None:
        """The number in front of the suggested account's name, as in `4000 Ostot`."""
        number = (self.suggested_account or "").partition(" ")[0]
        return number if number.isdecimal() else None


class PurchaseInvoice(Model):
    """A purchase invoice with its lines.

    `approval_status` is one of Netvisor's English words, as `open` or `accepted`; `invoice_status` is in the language
    of the call. Actions, events and notices are there only when the call included them.
    """

    key: Annotated[int, at("PurchaseInvoiceNetvisorKey")]
    number: Annotated[str | None, at("PurchaseInvoiceNumber")] = None
    invoice_date: Annotated[date | None, at("PurchaseInvoiceDate")] = None
    event_date: Annotated[date | None, at("PurchaseInvoiceEventDate")] = None
    delivery_date: Annotated[date | None, at("PurchaseInvoiceDeliveryDate")] = None
    due_date: Annotated[date | None, at("PurchaseInvoiceDueDate")] = None
    value_date: Annotated[date | None, at("PurchaseInvoiceValueDate")] = None
    reference_number: Annotated[str | None, at("PurchaseInvoiceReferencenumber")] = None
    agreement_identifier: Annotated[str | None, at("PurchaseInvoiceAgreementIdentifier")] = None
    amount: Annotated[Decimal | None, at("PurchaseInvoiceAmount")] = None
    paid_amount: Annotated[Decimal | None, at("PurchaseInvoicePaidAmount")] = None
    foreign_currency_amount: Annotated[Decimal | None, at("ForeignCurrencyAmount")] = None
    foreign_currency: Annotated[str | None, at("ForeignCurrencyNameID")] = None
    invoice_status: Annotated[str | None, at("InvoiceStatus")] = None
    approval_status: Annotated[str | None, at("ApprovalStatus")] = None
    our_reference: Annotated[str | None, at("PurchaseInvoiceOurReference")] = None
    your_reference: Annotated[str | None, at("PurchaseInvoiceYourReference")] = None
    description: Annotated[str | None, at("PurchaseInvoiceDescription")] = None
    vendor_key: Annotated[int | None, at("VendorNetvisorKey")] = None
    vendor_business_id: Annotated[str | None, at("VendorOrganizationIdentifier")] = None
    vendor_code: Annotated[str | None, at("VendorCode")] = None
    vendor_name: Annotated[str | None, at("VendorName")] = None
    vendor_address: Annotated[str | None, at("VendorAddressline")] = None
    vendor_post_code: Annotated[str | None, at("VendorPostnumber")] = None
    vendor_city: Annotated[str | None, at("VendorTown")] = None
    vendor_country: Annotated[str | None, at("VendorCountry")] = None
    vendor_bank_account: Annotated[str | None, at("PurchaseInvoiceVendorBankAccountNumber")] = None
    is_vendor_bank_account_deleted: Annotated[bool | None, at("IsPurchaseInvoiceVendorBankAccountDeleted")] = None
    is_vendor_bank_account_in_sepa: Annotated[bool | None, at("IsPurchaseInvoiceVendorBankAccountFromSEPARegion")] = (
        None
    )
    fingerprint: Annotated[str | None, at("Fingerprint")] = None
    voucher_id: Annotated[str | None, at("VoucherID")] = None
    is_accounted: Annotated[bool | None, at("IsAccounted")] = None
    lines: Annotated[tuple[PurchaseInvoiceLine, ...], at("InvoiceLines", "PurchaseInvoiceLine")] = ()
    posting_access: Annotated[PostingAccess | None, at("PostingLinesAccess")] = None
    actions: Annotated[tuple[InvoiceAction, ...], at("Actions", "Action")] = ()
    alerts: Annotated[tuple[InvoiceNotice, ...], at("Alerts", "Alert")] = ()
    notifications: Annotated[tuple[InvoiceNotice, ...], at("Notifications", "Notification")] = ()
    handling_history: Annotated[tuple[HandlingEvent, ...], at("HandlingHistory", "HandlingHistoryLine")] = ()


class VoucherLine(Model):
    """A line of a voucher; `dimensions` maps a dimension's name to the item's."""

    key: Annotated[int | None, at("NetvisorKey")] = None
    sum: Annotated[Decimal | None, at("LineSum")] = None
    description: Annotated[str | None, at("Description")] = None
    account_number: Annotated[str | None, at("AccountNumber")] = None
    vat_percent: Annotated[Decimal | None, at("VatPercent")] = None
    vat_code: Annotated[str | None, at("VatCode", convert=plain_vat_code)] = None
    dimensions: Annotated[Mapping[str, str], pairs_at("Dimension", names="DimensionName", values="DimensionItem")] = {}


class Voucher(Model):
    """A voucher; `source_key` is the key of what it was made of, `source_type` for example `purchaseinvoice`."""

    key: Annotated[int, at("NetvisorKey")]
    status: Annotated[str | None, at(attribute="Status", convert=str.lower)] = None
    day: Annotated[date | None, at("VoucherDate")] = None
    number: Annotated[str | None, at("VoucherNumber")] = None
    description: Annotated[str | None, at("VoucherDescription")] = None
    voucher_class: Annotated[str | None, at("VoucherClass")] = None
    source_key: Annotated[int | None, at("LinkedSourceNetvisorKey")] = None
    source_type: Annotated[str | None, at("LinkedSourceNetvisorKey", attribute="type", convert=str.lower)] = None
    lines: Annotated[tuple[VoucherLine, ...], at("VoucherLine")] = ()


class Account(Model):
    """An account of the chart of accounts, or a heading above accounts; 0 is the father of those at the top."""

    key: Annotated[int | None, at("NetvisorKey")] = None
    number: Annotated[str | None, at("Number")] = None
    name: Annotated[str, at("Name")] = ""
    type: Annotated[str, at("AccountType", convert=str.lower)] = "account"
    father_key: Annotated[int | None, at("FatherNetvisorKey")] = None
    is_active: Annotated[bool | None, at("IsActive")] = None

    @property
    def is_heading(self) -> bool:
        """Whether nothing can be posted to it."""
        return self.type != "account" or self.number is None


class DefaultAccounts(Model):
    """Numbers of the accounts that Netvisor itself posts purchases to."""

    trade_payables: Annotated[str | None, at("TradePayables")] = None
    purchase_vat_receivable: Annotated[str | None, at("PurchaseVATReceivable")] = None
    vat_payable: Annotated[str | None, at("VATpayable")] = None
    rounding_difference: Annotated[str | None, at("RoundingOffDifference")] = None
    purchase_discounts: Annotated[str | None, at("PurchasesDiscounts")] = None
    purchase_exchange_rate_differences: Annotated[str | None, at("PurchasesExchangeRateDifferences")] = None
    purchase_invoice_accrual: Annotated[str | None, at("PurchaseInvoiceAccrual")] = None
    domestic_purchases: Annotated[str | None, at("PurchaseDomesticDefault")] = None
    eu_purchases: Annotated[str | None, at("PurchaseEUDefault")] = None
    purchases_outside_eu: Annotated[str | None, at("PurchaseOutsideEUDefault")] = None


class AccountList(Model):
    """The chart of accounts, headings included, and which accounts are the company's defaults."""

    defaults: Annotated[DefaultAccounts | None, at("CompanyDefaultAccounts")] = None
    accounts: Annotated[tuple[Account, ...], at("Accounts", "Account")] = ()


class AccountingPeriod(Model):
    """An accounting period, both days included."""

    key: Annotated[int | None, at("NetvisorKey")] = None
    name: Annotated[str | None, at("Name")] = None
    begin: Annotated[date | None, at("BeginDate")] = None
    end: Annotated[date | None, at("EndDate")] = None


class AccountingPeriods(Model):
    """The accounting periods, and until which day what is locked."""

    accounting_lock: Annotated[date | None, at("PeriodLockInformation", "AccountingPeriodLockDate")] = None
    vat_lock: Annotated[date | None, at("PeriodLockInformation", "VatPeriodLockDate")] = None
    purchase_lock: Annotated[date | None, at("PeriodLockInformation", "PurchaseLockDate")] = None
    periods: Annotated[tuple[AccountingPeriod, ...], at("Period")] = ()


class VoucherType(Model):
    """A class of vouchers."""

    key: Annotated[int | None, at("NetvisorKey")] = None
    abbreviation: Annotated[str | None, at("Abbreviation")] = None
    name: Annotated[str | None, at("Name")] = None


class VendorBankAccount(Model):
    """A vendor's domestic bank account."""

    iban: Annotated[str | None, at("IBAN")] = None
    is_default: Annotated[bool | None, at("IsDefault")] = None


class VendorAccount(Model):
    """An account that a vendor's invoices are posted to."""

    number: Annotated[str | None, at("AccountNumber")] = None
    name: Annotated[str | None, at("AccountName")] = None
    is_default: Annotated[bool | None, at("IsDefault")] = None


class VendorAcceptance(Model):
    """An acceptance detail of a vendor: probably one of its circulation lists, but no documentation says so."""

    name: Annotated[str | None, at("AcceptanceName")] = None
    is_default: Annotated[bool | None, at("IsDefault")] = None
    is_forced: Annotated[bool | None, at("IsForced")] = None


class Vendor(Model):
    """A vendor."""

    key: Annotated[int | None, at("NetvisorKey")] = None
    code: Annotated[str | None, at("VendorBaseInformation", "Code")] = None
    name: Annotated[str | None, at("VendorBaseInformation", "Name")] = None
    business_id: Annotated[str | None, at("VendorBaseInformation", "OrganizationId")] = None
    group_name: Annotated[str | None, at("VendorBaseInformation", "GroupName")] = None
    bank_accounts: Annotated[
        tuple[VendorBankAccount, ...],
        at("VendorBaseInformation", "VendorBankAccounts", "VendorDomesticBankAccounts", "VendorDomesticBankAccount"),
    ] = ()
    default_vat_percent: Annotated[Decimal | None, at("VendorAdditionalInformation", "DefaultVatPercent")] = None
    dimensions: Annotated[
        Mapping[str, str],
        pairs_at(
            "VendorAdditionalInformation",
            "VendorDimensions",
            "Dimension",
            names="DimensionName",
            values="DimensionItem",
        ),
    ] = {}
    accounts: Annotated[
        tuple[VendorAccount, ...],
        at("VendorAdditionalInformation", "VendorAccountingAccounts", "VendorAccountingAccount"),
    ] = ()
    acceptances: Annotated[
        tuple[VendorAcceptance, ...],
        at("VendorAdditionalInformation", "VendorAcceptanceDetails", "VendorAcceptanceDetail"),
    ] = ()


class DimensionItem(Model):
    """An item of a dimension; `name` is its code and label in one. 0 is the father of those at the top."""

    key: Annotated[int | None, at("Netvisorkey")] = None
    name: Annotated[str, at("Name")] = ""
    code: Annotated[str | None, at("Code")] = None
    label: Annotated[str | None, at("Label")] = None
    is_hidden: Annotated[bool | None, at("IsHidden")] = None
    level: Annotated[int | None, at("Level")] = None
    father_key: Annotated[int | None, at("FatherID")] = None


class Dimension(Model):
    """A dimension and its items."""

    key: Annotated[int | None, at("Netvisorkey")] = None
    name: Annotated[str, at("Name")] = ""
    is_hidden: Annotated[bool | None, at("IsHidden")] = None
    items: Annotated[tuple[DimensionItem, ...], at("DimensionDetails", "DimensionDetail")] = ()


class Verifier(Model):
    """A factual verifier of a circulation list; `order` counts where the order is forced."""

    name: Annotated[str, at("Name")] = ""
    order: Annotated[int | None, at("Order")] = None
    is_main: Annotated[bool | None, at("IsMainFactualVerifier")] = None


class CirculationList(Model):
    """A circulation list."""

    key: Annotated[int, at("NetvisorKey")]
    name: Annotated[str, at("Name")] = ""
    is_default: Annotated[bool | None, at("IsDefault")] = None
    is_forced: Annotated[bool | None, at("IsForced")] = None
    last_edited: Annotated[datetime | None, at("LastEditTimeStamp")] = None
    verifiers: Annotated[tuple[Verifier, ...], at("Verifiers", "FactualVerifier")] = ()
    approver: Annotated[str | None, at("Verifiers", "Approver", "Name")] = None


class AccessRightsUser(Model):
    """A user in the rights summary, which shows roles and no ledger rights."""

    key: Annotated[int | None, at(attribute="Netvisorkey")] = None
    first_name: Annotated[str | None, at("FirstName")] = None
    last_name: Annotated[str | None, at("LastName")] = None
    is_accountant: Annotated[bool | None, at("Roles", "IsAccountant")] = None
    is_user_administrator: Annotated[bool | None, at("Roles", "IsUserAdmin")] = None
    is_main_user: Annotated[bool | None, at("Roles", "IsAccountOfficeSuperUser")] = None
    is_auditor: Annotated[bool | None, at("Roles", "IsAuditor")] = None
    is_company_administrator: Annotated[bool | None, at("Roles", "IsCompanyAdmin")] = None
    accounting_profile: Annotated[str | None, at("Profiles", "AccountingProfile")] = None
    valid_from: Annotated[date | None, at("ValidFrom")] = None
    valid_to: Annotated[date | None, at("ValidTo")] = None


class AccessRightsSummary(Model):
    """The rights summary of a company."""

    company_key: Annotated[int | None, at("Company", attribute="Netvisorkey")] = None
    company_name: Annotated[str | None, at("Company", attribute="Name")] = None
    users: Annotated[tuple[AccessRightsUser, ...], at("Company", "Users", "User")] = ()
