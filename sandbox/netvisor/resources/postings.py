"""purchaseinvoicepostingdata.nv (reference/netvisor.md 3.3): post, verify, accept or reject an existing invoice."""

from datetime import date
from xml.etree.ElementTree import Element

from sandbox.netvisor.company import ApprovalStatus, Company, Handling, Invoice, InvoiceLine, PostingLevel
from sandbox.netvisor.ledger import has_passed_verification, post
from sandbox.netvisor.refusals import Refusal, invalid
from sandbox.netvisor.resources.call import Call, Reply
from sandbox.netvisor.resources.message import Fields, read_root
from sandbox.netvisor.vat import CODES

_MESSAGE = {
    "PurchaseInvoiceNetvisorKey": "",
    "Status": "?",
    "EventDate": "?",
    "IsReadyForAccounting": "",
    "Comment": "?",
    "PurchaseInvoicePostingLine": "*",
}
_LINE = {
    "PurchaseInvoiceLineNetvisorKey": "?",
    "ProductCode": "?",
    "ProductName": "",
    "OrderedAmount": "?",
    "DeliveredAmount": "",
    "UnitName": "?",
    "UnitPrice": "",
    "DiscountPercentage": "?",
    "VatPercent": "",
    "LineSum": "",
    "Description": "?",
    "Sort": "?",
    "AccountingSuggestion": "?",
    "Dimension": "*",
}
_LONGEST_COMMENT = 3000
_STATUSES = {
    "reject": ApprovalStatus.REJECTED,
    "contentsupervisorrejected": ApprovalStatus.REJECTED,
    "acceptorrejected": ApprovalStatus.REJECTED,
    "acceptrrejected": ApprovalStatus.REJECTED,  # as the documentation misspells it
    "approved": ApprovalStatus.APPROVED,
    "accepted": ApprovalStatus.ACCEPTED,
}
_ORDER = list(ApprovalStatus)
_SUGGESTING = (PostingLevel.SUGGESTION, PostingLevel.MAY_POST, PostingLevel.POSTS_BY_DEFAULT)


def purchase_invoice_posting_data(call: Call) -> Reply:
    """Replace an invoice's lines, post it, move it on; all or nothing.

    Raises Refusal: INVALID_DATA for a message against the DTD, an unknown invoice, account, VAT code or dimension, sums
    that differ, or a status that goes backwards; PERIOD_LOCK; the switch `ledger_right_missing` for a right that the
    credential has not.
    """
    children = list(read_root(call.body))
    if len(children) != 1 or children[0].tag.lower() != "purchaseinvoicepostingdata":
        raise invalid("root must hold one PurchaseInvoicePostingData")
    message = Fields(children[0], _MESSAGE)
    ready = message.text("IsReadyForAccounting")
    if ready not in ("0", "1"):
        raise invalid("IsReadyForAccounting is 0 or 1")
    comment = message.text("Comment") or ""
    if len(comment) > _LONGEST_COMMENT:
        raise invalid(f"Comment is longer than {_LONGEST_COMMENT}")
    key = message.whole("PurchaseInvoiceNetvisorKey") or 0
    invoice = call.company.invoices.get(key)
    if invoice is None:
        raise Refusal("INVALID_DATA", "not_found", str(key))
    status = _status(message)
    event_date = message.day("EventDate")
    lines = [_line(call.company, invoice, each) for each in message.all("PurchaseInvoicePostingLine")]

    _check_rights(call, status, has_lines=bool(lines), ready=ready == "1")
    _check_invoice(call.company, invoice, status, event_date, lines, ready=ready == "1")

    if lines:
        invoice.lines = lines
    if event_date:
        invoice.event_date = event_date
    if status:
        invoice.status = status
    if ready == "1":
        invoice.ready_for_accounting = True
    _make_voucher(call, invoice, replaced=bool(lines))
    invoice.modified = call.now
    invoice.history.append(
        Handling(
            "posting",
            call.local("Tiliöinti päivitetty", "Posting updated", "Kontering uppdaterad"),
            comment,
            call.now,
            call.user.name,
            call.user.email,
        )
    )
    return Reply(f"<Replies><InsertedDataIdentifier>{invoice.key}</InsertedDataIdentifier></Replies>")


def check_posting_right(call: Call) -> None:
    """Refuse a user without any posting right; what is asked before the body is looked at, when a switch says so."""
    if call.rights.posting not in _SUGGESTING and not (call.rights.inspector or call.rights.approver):
        raise _missing(call, "tiliöinti")


def _status(message: Fields) -> ApprovalStatus | None:
    word = message.text("Status")
    if word is None:
        return None
    if word.lower() not in _STATUSES:
        raise invalid(f"Status: {word}")
    return _STATUSES[word.lower()]


def _line(company: Company, invoice: Invoice, element: Element) -> InvoiceLine:
    fields = Fields(element, _LINE)
    if fields.attribute("LineSum", "type") != "gross":
        raise invalid('LineSum: type="gross" is missing')
    account = fields.whole("AccountingSuggestion")
    if account is not None and account not in company.accounts:
        raise invalid(f"AccountingSuggestion: no account {account}")
    vat_tenths = fields.tenths("VatPercent") or 0
    vat_code = fields.attribute("VatPercent", "vatcode") or ("KOOS" if vat_tenths else "NONE")
    if vat_code not in CODES or (vat_code == "NONE" and vat_tenths):
        raise invalid(f"VatPercent: vatcode {vat_code}")
    key = fields.whole("PurchaseInvoiceLineNetvisorKey")
    if key is not None and key not in {line.key for line in invoice.lines}:
        raise invalid(f"PurchaseInvoiceLineNetvisorKey: no line {key}")
    return InvoiceLine(
        company.next_key() if key is None else key,
        fields.cents("LineSum") or 0,
        vat_tenths,
        vat_code,
        fields.text("Description") or "",
        fields.text("ProductName") or "",
        fields.text("ProductCode") or "",
        fields.text("UnitName") or "",
        account_number=account,
        dimensions=tuple(_dimension(company, each) for each in fields.all("Dimension")),
    )


def _dimension(company: Company, element: Element) -> tuple[str, str]:
    fields = Fields(element, {"DimensionName": "", "DimensionItem": ""})
    name, item = fields.text("DimensionName") or "", fields.text("DimensionItem") or ""
    for dimension in company.dimensions:
        if dimension.name == name and any(each.name == item for each in dimension.items):
            return name, item
    raise invalid(f"Dimension: no {name} / {item}")


def _check_rights(call: Call, status: ApprovalStatus | None, *, has_lines: bool, ready: bool) -> None:
    if ready and not call.rights.posting.may_post:
        raise _missing(call, "tiliöinti")
    if has_lines and call.rights.posting not in _SUGGESTING:
        raise _missing(call, "tiliöintiehdotus")
    if status is ApprovalStatus.APPROVED and not call.rights.inspector:
        raise _missing(call, "asiatarkastus")
    if status is ApprovalStatus.ACCEPTED and not call.rights.approver:
        raise _missing(call, "hyväksyntä")
    if status is ApprovalStatus.REJECTED and not (call.rights.inspector or call.rights.approver):
        raise _missing(call, "asiatarkastus")


def _check_invoice(
    company: Company,
    invoice: Invoice,
    status: ApprovalStatus | None,
    event_date: date | None,
    lines: list[InvoiceLine],
    *,
    ready: bool,
) -> None:
    if status and (invoice.paid == invoice.amount or _ORDER.index(status) <= _ORDER.index(invoice.status)):
        raise invalid(f"Status: the invoice is {invoice.status}")
    if lines and sum(line.sum for line in lines) != invoice.amount:
        raise invalid("LineSum: the lines do not make up the sum of the invoice")
    if ready and any(line.account_number is None for line in lines or invoice.lines):
        raise invalid("AccountingSuggestion: a line has no account")
    day = event_date or invoice.event_date or invoice.day
    for lock in (company.purchase_lock, company.period_lock, company.vat_lock):
        if lock is not None and day <= lock and (ready or lines):
            raise Refusal("PERIOD_LOCK", "period_locked", lock.isoformat())


def _make_voucher(call: Call, invoice: Invoice, *, replaced: bool) -> None:
    if invoice.ready_for_accounting and has_passed_verification(invoice) and (replaced or invoice.voucher_key is None):
        post(call.company, invoice, call.now)


def _missing(call: Call, right: str) -> Refusal:
    return Refusal(call.switches["ledger_right_missing"], "ledger_right_missing", right)
