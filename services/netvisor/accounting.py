"""Vouchers, accounts and periods as Netvisor's resources hold them, in plain words.

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


class Deleted(Model):
    """An invoice or a voucher that was deleted, and when by Netvisor's clock."""

    key: Annotated[int, at("NetvisorKey")]
    deleted_at: Annotated[datetime | None, at("DeleteDate")] = None


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

    @property
    def locks(self) -> dict[str, date]:
        """Until which day, included, what is locked; without what is not."""
        days = {"accounting": self.accounting_lock, "vat": self.vat_lock, "purchase": self.purchase_lock}
        return {what: day for what, day in days.items() if day}


class VoucherType(Model):
    """A class of vouchers."""

    key: Annotated[int | None, at("NetvisorKey")] = None
    abbreviation: Annotated[str | None, at("Abbreviation")] = None
    name: Annotated[str | None, at("Name")] = None
