"""Purchase invoices as Netvisor's resources hold them, in plain words.

Element names are those of Visma's articles and of the public client libraries (netvisor.md section 3). What a reply
does not carry is None or empty. Money and quantities are Decimal; money is in the company's currency where no other is
named. Booleans are None when not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from services.netvisor.accounting import plain_vat_code
from services.netvisor.reading import Model, at, pairs_at, read
from services.netvisor.registers import CirculationList
from services.netvisor.xml import Node, XmlProblem, local_name

Include = Literal["actions", "handlinghistory", "previewimage", "circulationlist"]
"""What details of an invoice can bring along. Whether one call takes several is not documented: ask for one."""

LARGEST_IMAGE = 10 * 1024 * 1024
"""Bytes of a preview image; ours, not Netvisor's: Slack shows none that is larger."""


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


class PreviewImage(Model):
    """A picture of an invoice."""

    attachment_key: Annotated[int | None, at(attribute="attachmentnetvisorkey")] = None
    content: Annotated[bytes, at()]

    @property
    def media_type(self) -> str | None:
        """What the picture is by its first bytes, as `image/png`; None when it is nothing that is known."""
        return next((kind for start, kind in IMAGE_STARTS.items() if self.content.startswith(start)), None)


IMAGE_STARTS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"%PDF-": "application/pdf",
}


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
    of the call. Actions, events, the picture and the circulation are there only when the call included them.

    In which shape an invoice's own circulation comes is not documented. `has_circulation` is therefore None, not
    known, unless the reply names one: True where something stands in it, False where it is empty. `circulation` is
    what it holds if it has the shape of getcirculationlists.nv.
    """

    # The article's table of elements spells it without the first c, its examples with it.
    key: Annotated[int, at("PurchaseInvoiceNetvisorKey", misspelt="PurhaseInvoiceNetvisorKey")]
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
    preview: Annotated[PreviewImage | None, at("PreviewImage")] = None
    has_circulation: bool | None = None
    circulation: CirculationList | None = None


def read_invoice(node: Node) -> PurchaseInvoice:
    """Return the invoice that an element holds; raise XmlProblem for what cannot be read as one."""
    _put_dimensions_inside(node)
    invoice = read(PurchaseInvoice, node)
    if invoice.preview and len(invoice.preview.content) > LARGEST_IMAGE:
        raise XmlProblem("PreviewImage: too large")
    return invoice.model_copy(update=_circulation(node))


def _put_dimensions_inside(node: Node) -> None:
    """Bring dimensions that stand after their line into it: version 1 of the reply, which we do not ask for."""
    lines = node.child("InvoiceLines")
    line = None
    for element in list(lines.element) if lines else ():
        match local_name(element.tag):
            case "purchaseinvoiceline":
                line = element
            case "purchaseinvoicelinedimensions" if line is not None:
                line.append(element)
            case _:
                pass


def _circulation(node: Node) -> dict[str, object]:
    """Return what is known of an invoice's own circulation."""
    named = [Node(element) for element in node.element if "circulation" in local_name(element.tag)]
    if not named:
        return {}
    filled = [each for each in named if not each.is_empty]
    inner = [child for each in filled for child in (each, each.child("CirculationList")) if child]
    shown = next((child for child in inner if child.text("NetvisorKey") and child.text("Name")), None)
    return {"has_circulation": bool(filled), "circulation": read(CirculationList, shown) if shown else None}
