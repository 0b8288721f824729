"""purchaseinvoicelist.nv and getpurchaseinvoice.nv (reference/netvisor.md 3.1 and 3.2)."""

import base64
import hashlib

from sandbox.netvisor.company import ApprovalStatus, CirculationList, Company, Invoice, InvoiceLine, PostingLevel
from sandbox.netvisor.picture import invoice_picture
from sandbox.netvisor.refusals import Refusal, bad_parameter
from sandbox.netvisor.resources.call import Call, Reply
from sandbox.netvisor.resources.registers import circulation_list
from sandbox.netvisor.xml import ansi, element, money, net_of, percent, ten_thousandths

_INCLUDES = ("actions", "handlinghistory", "previewimage", "invoiceimage", "circulationlist", "finvoice")
_EDITING_LEVELS = (
    PostingLevel.LINES,
    PostingLevel.SUGGESTION,
    PostingLevel.MAY_POST,
    PostingLevel.POSTS_BY_DEFAULT,
)


def purchase_invoice_list(call: Call) -> Reply:
    """Invoices by date, number, status, change and payment; all of them without a parameter."""
    begin, end = call.day("begininvoicedate"), call.day("endinvoicedate")
    changed_from, changed_to = call.moment("lastmodifiedstart"), call.moment("lastmodifiedend")
    number = call.parameters.get("invoicenumber")
    status = call.word("invoicestatus", ("open", "approved", "accepted"))
    payment = call.word("paymentstatus", ("unpaid", "paid"))
    rows = [
        _list_row(invoice, call.address)
        for invoice in call.company.invoices.values()
        if (begin is None or invoice.day >= begin)
        and (end is None or invoice.day <= end)
        and (changed_from is None or invoice.modified >= changed_from)
        and (changed_to is None or invoice.modified <= changed_to)
        and (not number or invoice.number == number)
        and (status is None or invoice.status == status)
        and (payment is None or (invoice.paid == invoice.amount) == (payment == "paid"))
    ]
    return Reply(f"<PurchaseInvoiceList>{''.join(rows)}</PurchaseInvoiceList>" if rows else "<PurchaseInvoiceList/>")


def get_purchase_invoice(call: Call) -> Reply:
    """One invoice by `netvisorkey`, or those of `netvisorkeylist`; one that does not exist is an empty element."""
    includes = _includes(call)
    version = call.word("version", ("1", "2")) or "1"
    keys = call.keys()
    if keys is not None:
        found = [call.company.invoices[key] for key in keys if key in call.company.invoices]
        invoices = "".join(_details(call, invoice, version, includes, "Vendorpostnumber") for invoice in found)
        return Reply(f"<PurchaseInvoices>{invoices}</PurchaseInvoices>" if found else "<PurchaseInvoices/>")
    key = call.number("netvisorkey")
    if key is None:
        raise bad_parameter("netvisorkey")
    invoice = call.company.invoices.get(key)
    if invoice is None:
        if call.switches["invoice_not_found"] == "empty":
            return Reply("<PurchaseInvoice/>")
        raise Refusal(call.switches["invoice_not_found"], "not_found", str(key))
    return Reply(_details(call, invoice, version, includes, "VendorPostnumber"))


def _list_row(invoice: Invoice, address: str) -> str:
    vendor = invoice.vendor
    return (
        f"<PurchaseInvoice><NetvisorKey>{invoice.key}</NetvisorKey>"
        f"{element('InvoiceNumber', invoice.number)}"
        f'<InvoiceDate format="ansi">{ansi(invoice.day)}</InvoiceDate>'
        f"{element('Vendor', vendor.name)}{element('VendorOrganizationIdentifier', vendor.business_id)}"
        f"<Sum>{money(invoice.amount)}</Sum><Payments>{money(invoice.paid)}</Payments>"
        f"<OpenSum>{money(invoice.amount - invoice.paid)}</OpenSum>"
        f"<Uri>{address}/getpurchaseinvoice.nv?netvisorkey={invoice.key}</Uri></PurchaseInvoice>"
    )


def _includes(call: Call) -> frozenset[str]:
    wanted = call.parameters.get("include", "").lower()
    names = wanted.split(",") if call.switches["several_includes"] == "taken" else [wanted]
    if wanted and not set(names) <= set(_INCLUDES):
        raise bad_parameter(f"include={wanted}")
    return frozenset(names)


def _details(call: Call, invoice: Invoice, version: str, includes: frozenset[str], post_number: str) -> str:
    # `post_number` is that element's name, which is spelt in two ways in documented examples
    vendor = invoice.vendor
    lines = "".join(_line(call.company, line, version) for line in invoice.lines)
    return (
        f"<PurchaseInvoice><PurchaseInvoiceNetvisorKey>{invoice.key}</PurchaseInvoiceNetvisorKey>"
        f"{element('PurchaseInvoiceNumber', invoice.number)}"
        f'<PurchaseInvoiceDate format="ansi">{ansi(invoice.day)}</PurchaseInvoiceDate>'
        f"{_event_date(invoice)}"
        f'<PurchaseInvoiceDeliveryDate format="ansi">{ansi(invoice.day)}</PurchaseInvoiceDeliveryDate>'
        f'<PurchaseInvoiceDueDate format="ansi">{ansi(invoice.due)}</PurchaseInvoiceDueDate>'
        f'<PurchaseInvoiceValueDate format="ansi">{ansi(invoice.due)}</PurchaseInvoiceValueDate>'
        f"{element('PurchaseInvoiceReferencenumber', invoice.reference)}"
        f"{element('PurchaseInvoiceVendorBankAccountNumber', vendor.iban)}"
        "<IsPurchaseInvoiceVendorBankAccountDeleted>False</IsPurchaseInvoiceVendorBankAccountDeleted>"
        "<IsPurchaseInvoiceVendorBankAccountFromSEPARegion>True"
        "</IsPurchaseInvoiceVendorBankAccountFromSEPARegion>"
        f"<PurchaseInvoiceAmount>{money(invoice.amount)}</PurchaseInvoiceAmount>"
        f"<PurchaseInvoicePaidAmount>{money(invoice.paid)}</PurchaseInvoicePaidAmount>"
        f"<ForeignCurrencyAmount>{money(invoice.amount)}</ForeignCurrencyAmount>"
        "<ForeignCurrencyNameID>EUR</ForeignCurrencyNameID>"
        f"<InvoiceStatus>{_status_word(call, invoice)}</InvoiceStatus>"
        f"<ApprovalStatus>{invoice.status}</ApprovalStatus>"
        f"{element('PurchaseInvoiceOurReference', invoice.our_reference)}"
        f"{element('PurchaseInvoiceYourReference', invoice.your_reference)}"
        f"{element('PurchaseInvoiceDescription', invoice.description)}"
        f"<VendorNetvisorKey>{vendor.key}</VendorNetvisorKey>"
        f"{element('VendorOrganizationIdentifier', vendor.business_id)}{element('VendorCode', vendor.code)}"
        f"{element('VendorName', vendor.name)}{element('VendorAddressline', vendor.address)}"
        f"{element(post_number, vendor.post_code)}{element('VendorTown', vendor.city)}"
        "<VendorCountry>FI</VendorCountry>"
        f"<Fingerprint>{hashlib.sha256(str(invoice.key).encode()).hexdigest().upper()}</Fingerprint>"
        f"{'' if invoice.voucher_key is None else element('VoucherID', invoice.voucher_key)}"
        f"<IsAccounted>{invoice.voucher_key is not None}</IsAccounted>"
        f"<InvoiceLines>{lines}</InvoiceLines>"
        f"{_access(call)}"
        f"{_actions(call, invoice) if 'actions' in includes else ''}"
        f"{_handling_history(invoice) if 'handlinghistory' in includes else ''}"
        f"{_circulation(call, invoice.circulation) if 'circulationlist' in includes else ''}"
        f"{_preview_image(call.company, invoice) if 'previewimage' in includes else ''}"
        "</PurchaseInvoice>"
    )


def _event_date(invoice: Invoice) -> str:
    if invoice.event_date is None:
        return ""
    return f'<PurchaseInvoiceEventDate format="ansi">{ansi(invoice.event_date)}</PurchaseInvoiceEventDate>'


def _line(company: Company, line: InvoiceLine, version: str) -> str:
    account = company.accounts.get(line.account_number) if line.account_number is not None else None
    # Without an account they are empty: a public client takes them for always there.
    suggestion = element(
        "AccountingSuggestionBookkeepingAccountNetvisorKey", "" if account is None else account.key
    ) + element("AccountingSuggestionBookkeepingAccount", "" if account is None else f"{account.number} {account.name}")
    # version 2 has the dimensions inside the line, version 1 beside it
    dimensions = _line_dimensions(company, line)
    inside, beside = (dimensions, "") if version == "2" else ("", dimensions)
    net = net_of(line.sum, line.vat_tenths)
    return (
        f"<PurchaseInvoiceLine><NetvisorKey>{line.key}</NetvisorKey><LineSum>{money(line.sum)}</LineSum>"
        f"<LineNetSum>{ten_thousandths(net)}</LineNetSum>"
        f"<UnitPrice>{ten_thousandths(round(net / line.quantity))}00000000</UnitPrice>"
        f"<VatPercent>{percent(line.vat_tenths)}</VatPercent><VatCode>{line.vat_code}</VatCode>"
        f"{element('Description', line.description)}{element('Unit', line.unit)}"
        f"<OrderedAmount>{line.quantity}</OrderedAmount><DeliveredAmount>{line.quantity}</DeliveredAmount>"
        f"{element('ProductCode', line.product_code)}<DiscountPercentage>0</DiscountPercentage>"
        f"{element('ProductName', line.product_name)}{suggestion}{inside}</PurchaseInvoiceLine>{beside}"
    )


def _line_dimensions(company: Company, line: InvoiceLine) -> str:
    if not line.dimensions:
        return ""
    rows: list[str] = []
    for name, item_name in line.dimensions:
        dimension = next(dimension for dimension in company.dimensions if dimension.name == name)
        item = next(item for item in dimension.items if item.name == item_name)
        rows.append(
            f"<Dimension>{element('DimensionName', name)}"
            f"<DimensionNameNetvisorKey>{dimension.key}</DimensionNameNetvisorKey>"
            f"{element('DimensionDetailName', item_name)}"
            f"<DimensionDetailNetvisorKey>{item.key}</DimensionDetailNetvisorKey></Dimension>"
        )
    return f"<PurchaseInvoiceLineDimensions>{''.join(rows)}</PurchaseInvoiceLineDimensions>"


def _status_word(call: Call, invoice: Invoice) -> str:
    if invoice.paid == invoice.amount:
        return call.local("Maksettu", "Paid", "Betald")
    if invoice.due <= call.now.date():
        return call.local("Erääntynyt", "Due for payment", "Förfallen till betalning")
    return call.local("Avoin", "Open", "Öppen")


def _access(call: Call) -> str:
    if call.switches["posting_lines_access"] == "absent":
        return ""
    level = call.rights.posting
    may_suggest = level in (PostingLevel.SUGGESTION, PostingLevel.MAY_POST, PostingLevel.POSTS_BY_DEFAULT)
    return (
        f"<PostingLinesAccess><CanEditPostingLines>{level in _EDITING_LEVELS}</CanEditPostingLines>"
        f"<CanUserPostInvoice>{level.may_post}</CanUserPostInvoice>"
        f"<SuggestPostingByDefault>{level is PostingLevel.POSTS_BY_DEFAULT}</SuggestPostingByDefault>"
        f"<CanEditAccountingSuggestion>{may_suggest}</CanEditAccountingSuggestion></PostingLinesAccess>"
    )


def _actions(call: Call, invoice: Invoice) -> str:
    # An action is there when the right and the invoice's state both allow it, so its absence proves nothing
    if call.switches["actions"] == "absent":
        return ""
    pending = (ApprovalStatus.OPEN, ApprovalStatus.IN_FACTUAL_VERIFICATION)
    assigned = invoice.circulation is None or call.user.name in (
        *invoice.circulation.verifiers,
        invoice.circulation.approver,
    )
    actions: list[tuple[str, str]] = []
    if call.rights.inspector and assigned and invoice.status in pending:
        actions.append(("approve", call.local("Asiatarkasta", "Verify", "Sakgranska")))
    if call.rights.approver and assigned and invoice.status in (*pending, ApprovalStatus.APPROVED):
        actions.append(("accept", call.local("Hyväksy", "Approve", "Godkänn")))
    if actions:
        actions.append(("reject", call.local("Hylkää", "Reject", "Avvisa")))
    rows = "".join(
        f"<Action><Id>{place}</Id><Type>{kind}</Type><Description>{description}</Description></Action>"
        for place, (kind, description) in enumerate(actions, start=1)
    )
    return f"<Actions>{rows}</Actions>" if rows else "<Actions/>"


def _handling_history(invoice: Invoice) -> str:
    rows = "".join(
        f"<HandlingHistoryLine>{element('Type', entry.type)}{element('Heading', entry.heading)}"
        f"{element('Description', entry.description)}"
        f'<TimeStamp format="ansi">{entry.time:%Y-%m-%d %H:%M:%S}</TimeStamp>'
        f"{element('UserName', entry.user_name)}{element('UserEmail', entry.user_email)}</HandlingHistoryLine>"
        for entry in invoice.history
    )
    return f"<HandlingHistory>{rows}</HandlingHistory>"


def _circulation(call: Call, chosen: CirculationList | None) -> str:
    # the shape of an invoice's own circulation is not documented; this takes that of getcirculationlists.nv
    shown = call.switches["own_circulation"]
    if shown == "never_shown" or (shown == "absent_without" and chosen is None):
        return ""
    return "<CirculationList/>" if chosen is None else circulation_list(chosen)


def _preview_image(company: Company, invoice: Invoice) -> str:
    if not invoice.has_picture:
        return ""
    picture = base64.b64encode(invoice_picture(company, invoice)).decode()
    return f'<PreviewImage attachmentnetvisorkey="{invoice.key}">{picture}</PreviewImage>'
