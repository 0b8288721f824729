"""deletedpurchaseinvoices.nv and deletedvouchers.nv: what was deleted in the last days."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sandbox.netvisor.refusals import bad_parameter
from sandbox.netvisor.resources.call import Call, Reply

_REMEMBERED = timedelta(days=7)


def deleted_purchase_invoices(call: Call) -> Reply:
    """Keys of the purchase invoices that were deleted since `deletedsince`, which is mandatory."""
    return _deleted(call, call.company.deleted_invoices, "DeletedPurchaseInvoice")


def deleted_vouchers(call: Call) -> Reply:
    """Keys of the vouchers that were deleted since `deletedsince`, which is mandatory."""
    return _deleted(call, call.company.deleted_vouchers, "DeletedVoucher")


def _deleted(call: Call, deleted: Mapping[int, datetime], name: str) -> Reply:
    since = call.moment("deletedsince")
    if since is None:
        raise bad_parameter("deletedsince")
    start = max(since, call.now - _REMEMBERED)
    rows = "".join(
        f'<{name}><NetvisorKey>{key}</NetvisorKey><DeleteDate format="ansi">{time:%Y-%m-%d %H:%M}</DeleteDate></{name}>'
        for key, time in deleted.items()
        if time >= start
    )
    return Reply(f"<{name}s>{rows}</{name}s>" if rows else f"<{name}s/>")
