"""Netvisor's API resources in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.locale import Locale


def resource_names(locale: Locale, resources: Sequence[str]) -> str:
    """Return resources as a sentence lists them, each by what it is for and by Netvisor's own name."""
    names = _names(locale)
    return locale.list([f"{names[one]} (`{one}`)" if one in names else f"`{one}`" for one in resources])


def plain_resource_names(locale: Locale, resources: Sequence[str]) -> str:
    """Return resources as a sentence lists them, by what they are for."""
    names = _names(locale)
    return locale.list([names.get(one, one) for one in resources])


def _names(locale: Locale) -> dict[str, str]:
    _ = locale.gettext
    return {
        "purchaseinvoicelist": _("list of purchase invoices"),
        "getpurchaseinvoice": _("a purchase invoice's details"),
        "getvendor": _("suppliers"),
        "getcirculationlists": _("circulation lists"),
        "accountlist": _("chart of accounts"),
        "accountingperiodlist": _("accounting periods"),
        "vouchertypelist": _("voucher types"),
        "accountingledger": _("vouchers"),
        "dimensionlist": _("calculation targets"),
        "purchaseinvoicepostingdata": _("writing an invoice's posting"),
        "purchaseinvoicecirculation": _("setting an invoice's circulation"),
        "getattachments": _("attachments"),
        "deletedpurchaseinvoices": _("deleted purchase invoices"),
        "purchaseinvoice": _("new purchase invoices"),
        "purchaseinvoiceaccrual": _("accruals of purchase invoices"),
        "vendor": _("changing suppliers"),
        "deletedvouchers": _("deleted vouchers"),
        "accountbalance": _("account balances"),
        "getbankaccounts": _("bank accounts"),
        "getvoucherattachments": _("attachments of vouchers"),
        "accounting": _("new vouchers"),
        "accountingedit": _("changing vouchers"),
        "invalidatevouchers": _("invalidating vouchers"),
        "dimensionitem": _("changing calculation targets"),
        "dimensiondelete": _("hiding calculation targets"),
    }
