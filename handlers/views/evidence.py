"""What a rights check saw, in words. It names what is proven, and the candidates where the cause is not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from handlers.locale import Locale
from handlers.views.elements import cut, escape
from handlers.views.resources import plain_resource_names, resource_names
from services.findings import Finding

LONGEST_QUOTE = 300


def evidence_text(locale: Locale, finding: Finding, *, quoted: bool = True, brief: bool = False) -> str:
    """Return what was seen. `quoted`: with Netvisor's own words; `brief`: without what stays unproven."""
    _, details = locale.gettext, finding.details
    said = _said(locale, details) if quoted else ""
    match finding.evidence:
        case "accepted":
            return _("Netvisor accepts the key and the identifier.")
        case "rejected":
            return said + _(
                "Candidates: the API key or the identifier is mistyped or swapped with the other, belongs to "
                "Netvisor's test environment, or was removed with its user; the user has no rights to this company, "
                "nothing is allowed there, or its Netvisor package has no API; or this app's own partner key or clock "
                "is wrong."
            )
        case "signature_rejected":
            return _(
                "Netvisor computes another signature than we do. Candidates: the API key is mistyped, or it does not "
                "belong to this identifier; or this app's own partner key is wrong."
            )
        case "partner_unknown":
            return said + _("Netvisor does not know this installation's partner identity: no client company's fault.")
        case "only_refusals":
            return said + _("Every resource was refused, so the credentials could not be proven.")
        case "only_failures":
            return said + _("Netvisor failed on every resource, so the credentials could not be proven.")
        case "answered":
            return _("The user reaches the company.")
        case "all_refused":
            return said + _(
                "Netvisor answers, but refuses everything for this company. Candidates: the credentials' user has no "
                "rights to the company, no API resource is allowed there, the business id is another company's, its "
                "Netvisor package has no API (it needs Professional, Premium or Payroll), or the credentials are not "
                "valid."
            )
        case "all_failed":
            return said + _(
                "Netvisor fails on everything for this company, again and again. Candidates: a fault of Netvisor's "
                "own, the credentials' user has no rights to the company, no API resource is allowed there, or its "
                "Netvisor package has no API. We look again by ourselves."
            )
        case "all_answered":
            return _answered(locale, finding, brief=brief)
        case "refused":
            return said + _(
                "Refused: {resources}. Candidates: not allowed for this app in this company, a right that the user "
                "lacks, or a question that Netvisor does not take.",
                resources=resource_names(locale, details["refused"]),
            )
        case "failing":
            return said + _(
                "Netvisor fails again and again on: {resources}. Candidates: a fault of Netvisor's own, not allowed "
                "for this app in this company, or a right that the user lacks. We look again by ourselves.",
                resources=resource_names(locale, details["refused"]),
            )
        case "may_post":
            return _("The user may post.")
        case "may_not_post":
            return _("Netvisor says that the user may not post the newest open invoice.")
        case "action_present":
            return _("Netvisor offers the action on an open invoice.")
        case "role_present":
            return _("The user has the role.")
        case "role_absent":
            return _("The user does not have the role.")
        case "lists":
            return locale.ngettext("{number} list.", "{number} lists.", len(details["names"]))
        case "lists_alike":
            return _(
                "Several lists have the same name: {names}. They cannot be told apart.",
                names=escape(cut(locale.list(tuple(details["twice"])), 500)),
            )
        case "no_lists":
            return _("The process needs circulation lists, and the company has none.")
        case "no_lists_needed":
            return _("The company has none, and the process needs none.")
        case "no_history":
            return _("No invoices yet: everything goes to people at first.")
        case "history":
            return _(
                "Invoices: {invoices}, from months: {months}. {quality}",
                invoices=locale.number(details["invoices"]),
                months=locale.number(details["months"]),
                quality=history_quality(locale, int(details["months"])),
            )
        case _:
            return _("Netvisor's API does not show this.")


def _answered(locale: Locale, finding: Finding, *, brief: bool) -> str:
    parts = [locale.gettext("Every resource that we read answers.")]
    if finding.details.get("locks"):
        parts.append(lock_text(locale, finding.details))
    if not brief and finding.details.get("unproven"):
        parts.append(unproven_text(locale, finding))
    return " ".join(parts)


def unproven_text(locale: Locale, finding: Finding) -> str:
    """Return which resources of a group no reading of ours proves."""
    return locale.gettext(
        "Not proven by reading: {resources}.",
        resources=plain_resource_names(locale, finding.details["unproven"]),
    )


def lock_text(locale: Locale, details: Mapping[str, Any]) -> str:
    """Return until when the books are locked and what that means."""
    _ = locale.gettext
    locks = {name: date.fromisoformat(day) for name, day in details["locks"].items()}
    text = _("Locked: {locks}.", locks=lock_days(locale, locks))
    if details["locked_today"]:
        text += " " + _("The lock covers today: Netvisor refuses postings to a locked period.")
    if details["locked_invoices"]:
        return (
            text
            + " "
            + locale.ngettext(
                "{number} open invoice is dated in the locked time: Netvisor refuses its posting unless it gets a "
                "later event date.",
                "{number} open invoices are dated in the locked time: Netvisor refuses their posting unless they get a "
                "later event date.",
                details["locked_invoices"],
            )
        )
    return text if details["locked_today"] else text + " " + _("That is normal: only past periods are locked.")


def lock_days(locale: Locale, locks: Mapping[str, date]) -> str:
    """Return what is locked until when."""
    _ = locale.gettext
    names = {"accounting": _("accounting"), "vat": _("VAT"), "purchase": _("purchases")}
    return locale.list([_("{what} until {day}", what=names[name], day=locale.date(day)) for name, day in locks.items()])


def _said(locale: Locale, details: Mapping[str, Any]) -> str:
    """Return Netvisor's own code and masked words, quoted."""
    if not details.get("code"):
        return ""
    words = f"{details['code']} {details.get('detail') or ''}".strip()
    return locale.gettext("Netvisor said: “{words}”.", words=escape(words[:LONGEST_QUOTE])) + " "


def history_quality(locale: Locale, months: int) -> str:
    """Return what so much history gives; the steps are FabricAI's own (article 77000584170)."""
    _ = locale.gettext
    if months == 0:
        return _("Predictions begin when people have posted the first invoices.")
    if months <= 3:
        return _("Predictions will be moderate.")
    if months <= 12:
        return _("Predictions will be good.")
    return _("This is the best there is to learn from.")
