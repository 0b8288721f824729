"""purchaseinvoicecirculation.nv (reference/netvisor.md 3.5): set, change or DELETE an invoice's circulation.

Documented are the frame, the invoice's identifier and what the message does. How the element of a list is spelt is not
known: whatever element holds the key of one of the company's lists is taken for it here. As documented, a message that
names neither a list nor people deletes the circulation, nothing can be changed once somebody has verified or accepted
the invoice, and all of a message is done or nothing.
"""

from xml.etree.ElementTree import Element

from sandbox.netvisor.company import ApprovalStatus, CirculationList, Handling, Invoice
from sandbox.netvisor.refusals import Refusal, invalid
from sandbox.netvisor.resources.call import Call, Reply
from sandbox.netvisor.resources.message import read_root


def purchase_invoice_circulation(call: Call) -> Reply:
    """Set or delete the circulation of invoices.

    Raises Refusal: INVALID_DATA for a message of another frame, an unknown invoice or list, people (not served here),
    or an invoice that has been verified; the switch `ledger_right_missing` without the circulation setter's right.
    """
    check_setter_right(call)
    chosen = [_circulation(call, each) for each in _items(read_root(call.body))]
    if call.switches["circulation_message"] == "refused":
        raise invalid("purchaseinvoicecirculation: unknown element")
    for invoice, circulation in chosen:
        if call.switches["circulation_message"] == "taken_and_ignored":
            continue
        invoice.circulation = circulation
        invoice.modified = call.now
        said = call.local("Hyväksymiskierto asetettu", "Circulation set", "Cirkulation inställd")
        if circulation is None:
            said = call.local("Hyväksymiskierto poistettu", "Circulation deleted", "Cirkulation borttagen")
        name = circulation.name if circulation else ""
        invoice.history.append(Handling("circulation", said, name, call.now, call.user.name, call.user.email))
    keys = "".join(f"<InsertedDataIdentifier>{invoice.key}</InsertedDataIdentifier>" for invoice, _ in chosen)
    return Reply(f"<Replies>{keys}</Replies>")


def check_setter_right(call: Call) -> None:
    """Refuse a user who may not set circulations."""
    if not call.rights.circulation_setter:
        raise Refusal(call.switches["ledger_right_missing"], "ledger_right_missing", "hyväksymiskierron asettaja")


def _items(root: Element) -> list[Element]:
    children = list(root)
    if len(children) != 1 or children[0].tag.lower() != "purchaseinvoicecirculations":
        raise invalid("root must hold one purchaseinvoicecirculations")
    items = list(children[0])
    if not items or any(each.tag.lower() != "purchaseinvoicecirculation" for each in items):
        raise invalid("purchaseinvoicecirculations holds purchaseinvoicecirculation")
    return items


def _circulation(call: Call, item: Element) -> tuple[Invoice, CirculationList | None]:
    identifier = next((child for child in item if child.tag.lower() == "invoiceidentifier"), None)
    key = next((child.text for child in identifier or () if child.tag.lower() == "netvisorkey"), None)
    invoice = call.company.invoices.get(int(key)) if key and key.strip().isdecimal() else None
    if invoice is None:
        raise Refusal("INVALID_DATA", "not_found", str(key))
    if invoice.status is not ApprovalStatus.OPEN:
        raise invalid(f"The circulation of {invoice.key} cannot be changed: it has been handled")
    said = [
        (element.text or "").strip()
        for child in item
        if child is not identifier
        for element in child.iter()
        if (element.text or "").strip()
    ]
    if not said:
        return invoice, None
    lists = [each for each in call.company.circulation_lists if str(each.key) in said]
    if len(said) != 1 or not lists:
        raise invalid(f"The circulation of {invoice.key} names no list of the company")
    return invoice, lists[0]
