"""Making vouchers from purchase invoices, and moving invoices on, for generated, loaded and API-posted ones alike."""

from datetime import datetime, time, timedelta

from sandbox.netvisor.company import ApprovalStatus, Company, Handling, Invoice, User, Voucher, VoucherLine
from sandbox.netvisor.xml import net_of

TRADE_PAYABLES = 2871
VAT_RECEIVABLE = 1763


def post(company: Company, invoice: Invoice, at: datetime) -> Voucher:
    """Make the voucher of an invoice whose lines all have an account, replacing an earlier one.

    Debits are the lines' net sums by account and their VAT, the credit is the gross sum to trade payables; cents lost
    in rounding stay with the VAT, so that the voucher sums to zero.
    """
    entries: list[VoucherLine] = []
    tax = 0
    for line in invoice.lines:
        assert line.account_number is not None
        net = _cents(net_of(line.sum, line.vat_tenths)) if line.vat_code == "KOOS" else line.sum
        tax += line.sum - net
        entries.append(
            VoucherLine(
                company.next_key(),
                net,
                line.description,
                line.account_number,
                line.vat_tenths,
                line.vat_code,
                line.dimensions,
            )
        )
    description = f"{invoice.vendor.name} {invoice.number}"
    if tax:
        entries.append(VoucherLine(company.next_key(), tax, description, VAT_RECEIVABLE, 0, "NONE"))
    entries.append(VoucherLine(company.next_key(), -invoice.amount, description, TRADE_PAYABLES, 0, "NONE"))
    if invoice.voucher_key is not None:
        replaced = company.vouchers[invoice.voucher_key]
        replaced.status, replaced.modified = "invalidated", at
    voucher = Voucher(
        company.next_key(),
        len(company.vouchers) + 1,
        invoice.event_date or invoice.day,
        description,
        invoice.key,
        tuple(entries),
        at,
    )
    company.vouchers[voucher.key] = voucher
    invoice.voucher_key = voucher.key
    invoice.ready_for_accounting = True
    invoice.modified = at
    return voucher


def settle(company: Company, invoice: Invoice, today: datetime) -> None:
    """Take an old invoice to where it is by now: accepted, posted, and paid when it is due."""
    posted = min(datetime.combine(invoice.day + timedelta(days=3), time(12)), today)
    invoice.status = ApprovalStatus.ACCEPTED
    if invoice.due <= today.date():
        invoice.paid = invoice.amount
    post(company, invoice, posted)


def handled(company: Company, invoice: Invoice, user: User, at: datetime) -> None:
    """Note that a person moved an invoice on to its present status, and post what was pre-posted."""
    invoice.modified = at
    invoice.history.append(Handling(invoice.status, invoice.status, "", at, user.name, user.email))
    if invoice.ready_for_accounting and invoice.voucher_key is None and has_passed_verification(invoice):
        post(company, invoice, at)


def posted(company: Company, invoice: Invoice, user: User, at: datetime) -> None:
    """Note that a person posted an invoice; its voucher is made, anew if there is one, when it has been verified."""
    invoice.modified = at
    invoice.ready_for_accounting = True
    invoice.history.append(Handling("posting", "Tiliöinti päivitetty", "", at, user.name, user.email))
    if has_passed_verification(invoice):
        post(company, invoice, at)


def has_passed_verification(invoice: Invoice) -> bool:
    """Whether ready postings make a voucher now; those of an invoice that nobody has verified yet are pre-posted."""
    return invoice.status in (ApprovalStatus.APPROVED, ApprovalStatus.ACCEPTED)


def _cents(ten_thousandths: int) -> int:
    sign = -1 if ten_thousandths < 0 else 1
    return sign * ((abs(ten_thousandths) + 50) // 100)
