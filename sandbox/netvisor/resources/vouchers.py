"""accountingledger.nv (reference/netvisor.md 3.8): the vouchers, and from which purchase invoice each was made."""

from collections.abc import Callable

from sandbox.netvisor.company import Voucher, VoucherLine
from sandbox.netvisor.refusals import bad_parameter
from sandbox.netvisor.resources.call import Call, Reply
from sandbox.netvisor.xml import element, finnish, money, percent

_STATUSES = {"1": ("valid", "invalidated", "deleted"), "2": ("valid",), "3": ("invalidated", "deleted")}
_PURCHASE_INVOICES = 1


def accounting_ledger(call: Call) -> Reply:
    """Vouchers by key, by voucher date or by change.

    Raises Refusal (INVALID_DATA) without any of: a key, startdate and enddate, changedsince, a lastmodified pair.
    """
    statuses = _STATUSES[call.word("voucherstatus", tuple(_STATUSES)) or "2"]
    fits = _selection(call)
    lowest, highest = call.number("accountnumberstart"), call.number("accountnumberend")
    if call.number("vouchertype") not in (None, _PURCHASE_INVOICES):
        return Reply("<Vouchers/>")
    rows: list[str] = []
    for voucher in call.company.vouchers.values():
        if voucher.status not in statuses or not fits(voucher):
            continue
        lines = [
            line
            for line in voucher.lines
            if (lowest is None or line.account_number >= lowest) and (highest is None or line.account_number <= highest)
        ]
        if lines:
            rows.append(_voucher(call, voucher, lines))
    return Reply(f"<Vouchers>{''.join(rows)}</Vouchers>" if rows else "<Vouchers/>")


def _selection(call: Call) -> Callable[[Voucher], bool]:
    keys = call.keys()
    key = call.number("netvisorkey")
    if key is not None:
        keys = [key]
    start, end = call.day("startdate"), call.day("enddate")
    since = call.moment("changedsince")
    changed_from, changed_to = call.moment("lastmodifiedstart"), call.moment("lastmodifiedend")
    by_date = start is not None and end is not None
    by_change = changed_from is not None and changed_to is not None
    if keys is None and since is None and not by_date and not by_change:
        raise bad_parameter("netvisorkey | startdate + enddate | changedsince | lastmodifiedstart + lastmodifiedend")
    wanted = None if keys is None else frozenset(keys)

    def fits(voucher: Voucher) -> bool:
        return (
            (wanted is None or voucher.key in wanted)
            and (start is None or voucher.day >= start)
            and (end is None or voucher.day <= end)
            and (since is None or voucher.modified >= since)
            and (changed_from is None or voucher.modified >= changed_from)
            and (changed_to is None or voucher.modified <= changed_to)
        )

    return fits


def _voucher(call: Call, voucher: Voucher, lines: list[VoucherLine]) -> str:
    return (
        f'<Voucher Status="{voucher.status}"><NetvisorKey>{voucher.key}</NetvisorKey>'
        f"<VoucherDate>{finnish(voucher.day)}</VoucherDate><VoucherNumber>{voucher.number}</VoucherNumber>"
        f"{element('VoucherDescription', voucher.description)}"
        f"<VoucherClass>{call.local('OL Ostolasku', 'PI Purchase Invoice', 'IF Inköpsfaktura')}</VoucherClass>"
        f'<LinkedSourceNetvisorKey type="purchaseinvoice">{voucher.invoice_key}</LinkedSourceNetvisorKey>'
        f"<VoucherNetvisorURI>{call.address}/voucher/{voucher.key}</VoucherNetvisorURI>"
        f"{''.join(_line(line) for line in lines)}</Voucher>"
    )


def _line(line: VoucherLine) -> str:
    dimensions = "".join(
        f"<Dimension>{element('DimensionName', name)}{element('DimensionItem', item)}</Dimension>"
        for name, item in line.dimensions
    )
    # replies show `-` where there is no VAT code
    code = "-" if line.vat_code == "NONE" else line.vat_code
    return (
        f"<VoucherLine><NetvisorKey>{line.key}</NetvisorKey><LineSum>{money(line.sum)}</LineSum>"
        f"{element('Description', line.description)}<AccountNumber>{line.account_number}</AccountNumber>"
        f"<VatPercent>{percent(line.vat_tenths)}</VatPercent><VatCode>{code}</VatCode>{dimensions}</VoucherLine>"
    )
