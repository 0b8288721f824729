"""The API resources: each a function from a checked call to the XML of its reply."""

from collections.abc import Callable, Mapping

from sandbox.netvisor.resources import circulation, deletions, invoices, postings, registers, users, vouchers
from sandbox.netvisor.resources.call import Call, Reply

READS: Mapping[str, Callable[[Call], Reply]] = {
    "purchaseinvoicelist": invoices.purchase_invoice_list,
    "getpurchaseinvoice": invoices.get_purchase_invoice,
    "deletedpurchaseinvoices": deletions.deleted_purchase_invoices,
    "getvendor": registers.get_vendor,
    "getcirculationlists": registers.circulation_lists,
    "accountlist": registers.account_list,
    "accountingperiodlist": registers.accounting_period_list,
    "vouchertypelist": registers.voucher_type_list,
    "dimensionlist": registers.dimension_list,
    "accountingledger": vouchers.accounting_ledger,
    "deletedvouchers": deletions.deleted_vouchers,
    "getuseraccessrightssummary": users.access_rights_summary,
}
"""Resources that answer GET, by name without .nv."""

WRITES: Mapping[str, Callable[[Call], Reply]] = {
    "purchaseinvoicepostingdata": postings.purchase_invoice_posting_data,
    "purchaseinvoicecirculation": circulation.purchase_invoice_circulation,
}
"""Resources that answer POST."""

__all__ = ["READS", "WRITES", "Call", "Reply"]
