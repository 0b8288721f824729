"""Vendors, dimensions, circulation lists and users as Netvisor's resources hold them, in plain words.

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


class VendorBankAccount(Model):
    """A vendor's domestic bank account."""

    key: Annotated[int | None, at("NetvisorKey")] = None
    iban: Annotated[str | None, at("IBAN")] = None
    bank_name: Annotated[str | None, at("BankName")] = None
    is_default: Annotated[bool | None, at("IsDefault")] = None


class VendorForeignBankAccount(Model):
    """A vendor's foreign bank account."""

    key: Annotated[int | None, at("NetvisorKey")] = None
    bban: Annotated[str | None, at("BBAN")] = None
    bic: Annotated[str | None, at("BicSwift")] = None
    bank_name: Annotated[str | None, at("BankName")] = None
    country: Annotated[str | None, at("Country")] = None
    currency: Annotated[str | None, at("CurrencyCode")] = None
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
    address: Annotated[str | None, at("VendorBaseInformation", "Address")] = None
    post_code: Annotated[str | None, at("VendorBaseInformation", "PostCode")] = None
    city: Annotated[str | None, at("VendorBaseInformation", "City")] = None
    country: Annotated[str | None, at("VendorBaseInformation", "Country")] = None
    business_id: Annotated[str | None, at("VendorBaseInformation", "OrganizationId")] = None
    group_name: Annotated[str | None, at("VendorBaseInformation", "GroupName")] = None
    bank_accounts: Annotated[
        tuple[VendorBankAccount, ...],
        at("VendorBaseInformation", "VendorBankAccounts", "VendorDomesticBankAccounts", "VendorDomesticBankAccount"),
    ] = ()
    foreign_bank_accounts: Annotated[
        tuple[VendorForeignBankAccount, ...],
        at("VendorBaseInformation", "VendorBankAccounts", "VendorForeignBankAccounts", "VendorForeignBankAccount"),
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
    """An item of a dimension; `name` is its code and label in one. 0 is the father of those at the top.

    `active_from` and `active_to` limit when it is used, both days included.
    """

    key: Annotated[int | None, at("Netvisorkey")] = None
    name: Annotated[str, at("Name")] = ""
    code: Annotated[str | None, at("Code")] = None
    label: Annotated[str | None, at("Label")] = None
    is_hidden: Annotated[bool | None, at("IsHidden")] = None
    level: Annotated[int | None, at("Level")] = None
    father_key: Annotated[int | None, at("FatherID")] = None
    active_from: Annotated[date | None, at("ActivityPeriodStart")] = None
    active_to: Annotated[date | None, at("ActivityPeriodEnd")] = None


class Dimension(Model):
    """A dimension and its items."""

    key: Annotated[int | None, at("Netvisorkey")] = None
    name: Annotated[str, at("Name")] = ""
    is_hidden: Annotated[bool | None, at("IsHidden")] = None
    active_from: Annotated[date | None, at("ActivityPeriodStart")] = None
    active_to: Annotated[date | None, at("ActivityPeriodEnd")] = None
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
