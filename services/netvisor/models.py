"""What Netvisor's resources hold, in plain words. Money is Decimal, in the invoice's currency.

Element names are those of netvisor.md section 3, which follow Visma's articles and the public client libraries;
what a reply does not carry is None or empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from services.netvisor.xml import Node, XmlProblem


class Model(BaseModel):
    """A frozen value."""

    model_config = ConfigDict(frozen=True)


class InvoiceListItem(Model):
    """A row of purchaseinvoicelist.nv."""

    key: int
    number: str | None
    invoice_date: date | None
    vendor_name: str | None
    vendor_business_id: str | None
    amount: Decimal | None
    open_amount: Decimal | None


class PostingAccess(Model):
    """What the API user may do to an invoice's postings."""

    can_edit_posting_lines: bool | None
    can_user_post_invoice: bool | None
    can_edit_accounting_suggestion: bool | None


class InvoiceAction(Model):
    """What can be done to an invoice by the API user."""

    id: str | None
    type: str
    description: str | None


class PurchaseInvoiceLine(Model):
    """A line. `sum` holds VAT, `net_sum` does not; `dimensions` maps a dimension's name to the item's."""

    key: int | None
    sum: Decimal | None
    net_sum: Decimal | None
    vat_percent: Decimal | None
    vat_code: str | None
    description: str | None
    product_code: str | None
    product_name: str | None
    suggested_account: str | None
    dimensions: Mapping[str, str]


class PurchaseInvoice(Model):
    """A purchase invoice with its lines."""

    key: int
    number: str | None
    invoice_date: date | None
    due_date: date | None
    amount: Decimal | None
    reference_number: str | None
    our_reference: str | None
    your_reference: str | None
    description: str | None
    approval_status: str | None
    invoice_status: str | None
    vendor_key: int | None
    vendor_code: str | None
    vendor_name: str | None
    vendor_business_id: str | None
    vendor_bank_account: str | None
    foreign_currency_amount: Decimal | None
    foreign_currency: str | None
    voucher_id: str | None
    is_accounted: bool | None
    lines: tuple[PurchaseInvoiceLine, ...]
    posting_access: PostingAccess | None
    actions: tuple[InvoiceAction, ...]


class VoucherLine(Model):
    """A line of a voucher."""

    sum: Decimal | None
    description: str | None
    account_number: str | None
    vat_percent: Decimal | None
    vat_code: str | None
    dimensions: Mapping[str, str]


class Voucher(Model):
    """A voucher; `source_key` is the key of what it was made of, `source_type` for example `purchaseinvoice`."""

    key: int
    day: date | None
    number: str | None
    description: str | None
    voucher_class: str | None
    source_key: int | None
    source_type: str | None
    lines: tuple[VoucherLine, ...]


class Account(Model):
    """An account of the chart of accounts."""

    key: int | None
    number: str
    name: str
    is_active: bool | None


class AccountingPeriods(Model):
    """Until which day what is locked."""

    accounting_lock: date | None
    vat_lock: date | None
    purchase_lock: date | None


class VoucherType(Model):
    """A class of vouchers."""

    key: int | None
    abbreviation: str | None
    name: str | None


class Vendor(Model):
    """A vendor."""

    key: int | None
    code: str | None
    name: str | None
    business_id: str | None
    default_accounts: tuple[str, ...]


class Dimension(Model):
    """A dimension and its items."""

    key: int | None
    name: str
    is_hidden: bool | None
    items: tuple[str, ...]


class CirculationList(Model):
    """A circulation list and its members' names."""

    key: int
    name: str
    is_default: bool | None
    members: tuple[str, ...]


class AccessRightsUser(Model):
    """A user in the rights summary."""

    key: int | None
    name: str
    is_accountant: bool | None
    is_user_administrator: bool | None
    is_main_user: bool | None


class AccessRightsSummary(Model):
    """The rights summary of a company."""

    company_name: str | None
    users: tuple[AccessRightsUser, ...]


def required(value: int | None, name: str) -> int:
    """Return a key that a record cannot do without."""
    if value is None:
        raise XmlProblem(f"{name} is missing")
    return value


def _vat_code(value: str | None) -> str | None:
    """Replies may show `-` for NONE."""
    return "NONE" if value == "-" else value


def invoice_list_item(node: Node) -> InvoiceListItem:
    """Read PurchaseInvoiceList > PurchaseInvoice."""
    return InvoiceListItem(
        key=required(node.integer("NetvisorKey"), "NetvisorKey"),
        number=node.text("InvoiceNumber"),
        invoice_date=node.day("InvoiceDate"),
        vendor_name=node.text("Vendor"),
        vendor_business_id=node.text("VendorOrganizationIdentifier"),
        amount=node.decimal("Sum"),
        open_amount=node.decimal("OpenSum"),
    )


def _invoice_dimensions(node: Node) -> dict[str, str]:
    pairs = (
        (item.text("DimensionName"), item.text("DimensionDetailName"))
        for item in node.items("PurchaseInvoiceLineDimensions", "Dimension")
    )
    return {name: detail for name, detail in pairs if name and detail}


def purchase_invoice(node: Node) -> PurchaseInvoice:
    """Read PurchaseInvoice of getpurchaseinvoice.nv."""
    access = node.child("PostingLinesAccess")
    return PurchaseInvoice(
        key=required(node.integer("PurchaseInvoiceNetvisorKey"), "PurchaseInvoiceNetvisorKey"),
        number=node.text("PurchaseInvoiceNumber"),
        invoice_date=node.day("PurchaseInvoiceDate"),
        due_date=node.day("PurchaseInvoiceDueDate"),
        amount=node.decimal("PurchaseInvoiceAmount"),
        reference_number=node.text("PurchaseInvoiceReferencenumber"),
        our_reference=node.text("PurchaseInvoiceOurReference"),
        your_reference=node.text("PurchaseInvoiceYourReference"),
        description=node.text("PurchaseInvoiceDescription"),
        approval_status=node.text("ApprovalStatus"),
        invoice_status=node.text("InvoiceStatus"),
        vendor_key=node.integer("VendorNetvisorKey"),
        vendor_code=node.text("VendorCode"),
        vendor_name=node.text("VendorName"),
        vendor_business_id=node.text("VendorOrganizationIdentifier"),
        vendor_bank_account=node.text("PurchaseInvoiceVendorBankAccountNumber"),
        foreign_currency_amount=node.decimal("ForeignCurrencyAmount"),
        foreign_currency=node.text("ForeignCurrencyNameID"),
        voucher_id=node.text("VoucherID"),
        is_accounted=node.boolean("IsAccounted"),
        lines=tuple(
            PurchaseInvoiceLine(
                key=line.integer("NetvisorKey"),
                sum=line.decimal("LineSum"),
                net_sum=line.decimal("LineNetSum"),
                vat_percent=line.decimal("VatPercent"),
                vat_code=_vat_code(line.text("VatCode")),
                description=line.text("Description"),
                product_code=line.text("ProductCode"),
                product_name=line.text("ProductName"),
                suggested_account=line.text("AccountingSuggestionBookkeepingAccount"),
                dimensions=_invoice_dimensions(line),
            )
            for line in node.items("InvoiceLines", "PurchaseInvoiceLine")
        ),
        posting_access=PostingAccess(
            can_edit_posting_lines=access.boolean("CanEditPostingLines"),
            can_user_post_invoice=access.boolean("CanUserPostInvoice"),
            can_edit_accounting_suggestion=access.boolean("CanEditAccountingSuggestion"),
        )
        if access
        else None,
        actions=tuple(
            InvoiceAction(id=action.text("Id"), type=action.text("Type") or "", description=action.text("Description"))
            for action in node.items("Actions", "Action")
        ),
    )


def voucher(node: Node) -> Voucher:
    """Read Voucher of accountingledger.nv."""
    source = node.child("LinkedSourceNetvisorKey")
    return Voucher(
        key=required(node.integer("NetvisorKey"), "NetvisorKey"),
        day=node.day("VoucherDate"),
        number=node.text("VoucherNumber"),
        description=node.text("VoucherDescription"),
        voucher_class=node.text("VoucherClass"),
        source_key=node.integer("LinkedSourceNetvisorKey"),
        source_type=(source.attribute("type") or "").lower() or None if source else None,
        lines=tuple(
            VoucherLine(
                sum=line.decimal("LineSum"),
                description=line.text("Description"),
                account_number=line.text("AccountNumber"),
                vat_percent=line.decimal("VatPercent"),
                vat_code=_vat_code(line.text("VatCode")),
                dimensions={
                    name: item
                    for entry in line.items("Dimension")
                    if (name := entry.text("DimensionName")) and (item := entry.text("DimensionItem"))
                },
            )
            for line in node.items("VoucherLine")
        ),
    )


def account(node: Node) -> Account | None:
    """Read Account of accountlist.nv; None for the headings among them."""
    number = node.text("Number")
    if number is None or (node.text("AccountType") or "account").lower() != "account":
        return None
    return Account(
        key=node.integer("NetvisorKey"),
        number=number,
        name=node.text("Name") or "",
        is_active=node.boolean("IsActive"),
    )


def vendor(node: Node) -> Vendor:
    """Read Vendor of getvendor.nv."""
    accounts = node.items("VendorAdditionalInformation", "VendorAccountingAccounts", "VendorAccountingAccount")
    return Vendor(
        key=node.integer("NetvisorKey"),
        code=node.text("VendorBaseInformation", "Code"),
        name=node.text("VendorBaseInformation", "Name"),
        business_id=node.text("VendorBaseInformation", "OrganizationId"),
        default_accounts=tuple(
            number for item in accounts if item.boolean("IsDefault") and (number := item.text("AccountNumber"))
        ),
    )


def dimension(node: Node) -> Dimension:
    """Read DimensionName of dimensionlist.nv."""
    return Dimension(
        key=node.integer("Netvisorkey"),
        name=node.text("Name") or "",
        is_hidden=node.boolean("IsHidden"),
        items=tuple(name for item in node.items("DimensionDetails", "DimensionDetail") if (name := item.text("Name"))),
    )


def circulation_list(node: Node) -> CirculationList:
    """Read CirculationList of getcirculationlists.nv."""
    people = [*node.items("Verifiers", "FactualVerifier"), *node.items("Verifiers", "Approver")]
    return CirculationList(
        key=required(node.integer("NetvisorKey"), "NetvisorKey"),
        name=node.text("Name") or "",
        is_default=node.boolean("IsDefault"),
        members=tuple(name for person in people if (name := person.text("Name"))),
    )


def rights_user(node: Node) -> AccessRightsUser:
    """Read User of getuseraccessrightssummary.nv."""
    key = node.attribute("Netvisorkey") or ""
    names = (node.text("FirstName"), node.text("LastName"))
    return AccessRightsUser(
        key=int(key) if key.isdigit() else None,
        name=" ".join(name for name in names if name),
        is_accountant=node.boolean("Roles", "IsAccountant"),
        is_user_administrator=node.boolean("Roles", "IsUserAdmin"),
        is_main_user=node.boolean("Roles", "IsAccountOfficeSuperUser"),
    )
