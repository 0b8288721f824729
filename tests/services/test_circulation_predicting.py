"""Lists predicted from what people chose before: only where they always chose the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from services.circulation import predict_lists
from services.netvisor import PurchaseInvoice, PurchaseInvoiceLine
from services.proposals import Choice, LineProposal, Origin, Proposal
from services.records import InvoiceState, ProductionInvoice

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def invoice_of(vendor: str, number: int) -> PurchaseInvoice:
    line = PurchaseInvoiceLine(
        key=number, sum=Decimal("124.00"), vat_percent=Decimal("25.5"), vat_code="KOOS", description=f"{vendor} kulut"
    )
    day = date(2026, 1, 5) + timedelta(days=7 * number)
    return PurchaseInvoice(
        key=number,
        number=f"{number}",
        invoice_date=day,
        vendor_name=vendor,
        vendor_key=sum(vendor.encode()),
        lines=(line,),
    )


def proposal_of(invoice: PurchaseInvoice, label: str = "", origin: Origin = Origin.EMPTY) -> Proposal:
    vat = Choice("KOOS", Origin.DEFAULT)
    account = Choice("4000", Origin.REVIEWER)
    lines = tuple(LineProposal(line.key, line.key or 0, "", 12400, "25.5", account, vat) for line in invoice.lines)
    return Proposal(lines, 0.9, Choice(label, origin))


def chosen(vendor: str, number: int, label: str) -> ProductionInvoice:
    invoice = invoice_of(vendor, number)
    return ProductionInvoice(
        workspace="T1",
        id=f"c1:{number}",
        client_id="c1",
        netvisor_key=number,
        vendor=vendor,
        number=str(number),
        amount=12400,
        invoice_date=invoice.invoice_date,
        state=InvoiceState.WRITTEN,
        arrived_at=NOW,
        changed_at=NOW,
        fingerprint="",
        content=invoice.model_dump_json(),
        proposal=proposal_of(invoice, label, Origin.REVIEWER).to_json(),
        decided_by="U1",
    )


def predicted(rows: list[ProductionInvoice], vendor: str) -> Choice:
    invoice = invoice_of(vendor, 40)
    (found,) = predict_lists(rows, [invoice], [proposal_of(invoice)])
    return found.circulation


HISTORY = [
    chosen("Elisa Oyj" if number % 2 else "Kespro Oy", number, "10" if number % 2 else "11") for number in range(36)
]


def test_a_list_that_people_always_chose_is_predicted() -> None:
    elisa = predicted(HISTORY, "Elisa Oyj")
    assert (elisa.label, elisa.origin, elisa.is_certain) == ("10", Origin.PREDICTED, True)
    assert predicted(HISTORY, "Kespro Oy").label == "11"


def test_where_people_chose_now_this_now_that_a_person_chooses() -> None:
    labels = ["10", "11", "11", "10", "12", "10", "12", "11"]
    mixed = [
        chosen("Elisa Oyj", number, labels[number % 8]) if number % 2 else row for number, row in enumerate(HISTORY)
    ]
    assert predicted(mixed, "Elisa Oyj").origin is Origin.EMPTY


def test_of_few_or_none_nothing_is_learnt() -> None:
    assert predicted([], "Elisa Oyj").origin is Origin.EMPTY
    assert predicted(HISTORY[:5], "Elisa Oyj").origin is Origin.EMPTY
    without = [replace(row, proposal=proposal_of(invoice_of("Elisa Oyj", 1)).to_json()) for row in HISTORY]
    assert predicted(without, "Elisa Oyj").origin is Origin.EMPTY
