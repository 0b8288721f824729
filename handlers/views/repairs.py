"""Repairs in words: where in Netvisor, which setting exactly, and who can change it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.locale import Locale

NEEDS_ACCESS_KEY = ("allow_resources", "reach_company")

EARLIER_CODES = {"ledger_rights": "posting_level"}
"""As the first version stored them with its findings."""


@dataclass(frozen=True)
class Repair:
    """What to do, without any markup, and who can."""

    what: str
    who: str
    access_key: str | None = None


def repair_text(locale: Locale, repair: str, access_key: str) -> str:
    """Return a repair for Slack, the access key ready to be copied."""
    _, known = locale.gettext, repair_of(locale, repair, access_key)
    key = f"\n```{known.access_key}```" if known.access_key else ""
    return "*" + _("Repair") + f":* {known.what}{key}\n*" + _("Who") + f":* {known.who}"


def plain_repair_text(locale: Locale, repair: str, access_key: str) -> str:
    """Return a repair without markup: for the command line, and for a message that people edit."""
    _, known = locale.gettext, repair_of(locale, repair, access_key)
    key = "\n" + _("Access key") + f": {known.access_key}" if known.access_key else ""
    return f"{known.what}{key}\n" + _("Who") + f": {known.who}"


def without_repeats(repairs: Iterable[str | None]) -> list[str]:
    """Return repairs once each; what reaching the company takes holds the allowing of its resources."""
    once = list(dict.fromkeys(repair for repair in repairs if repair))
    return [repair for repair in once if not (repair == "allow_resources" and "reach_company" in once)]


def repair_of(locale: Locale, repair: str, access_key: str) -> Repair:
    """Return what exactly to do, where, and who can."""
    what, who = _words(locale)[EARLIER_CODES.get(repair, repair)]
    return Repair(what, who, access_key if repair in NEEDS_ACCESS_KEY else None)


def _words(locale: Locale) -> dict[str, tuple[str, str]]:
    _ = locale.gettext
    kh_or_tpk = _("the User Administrator (KH) or the Accounting Firm's Main User (TPK).")
    kh_may = _("the User Administrator (KH); nobody can edit all of their own rights.")
    lists = _(
        "a user with the approval circulation setter right and with editing rights to the basic functions and the "
        "views and lists of purchases."
    )
    ledger = _(
        "Company menu › Users and access rights › Sales and purchase ledger rights (Myynti- ja ostoreskontrien "
        "oikeudet)"
    )
    copied = _(
        "Rights were copied when the credentials were created: if “Check again” still finds this missing, create new "
        "credentials as that user and give them here."
    )
    return {
        "allow_resources": (
            _(
                "In Netvisor, logged into this company: Company menu › Software interface › API resource rights "
                "(API-resurssioikeudet) › Custom integrations. Search with the access key and set every resource "
                "status under purchase invoices, accounting material and calculation targets to “allowed”. Each "
                "company has its own setting, and an integration's own rights override the general ones."
            ),
            _(
                "the User Administrator (KH) or the Accounting Firm's Main User (TPK) of this company, whose profile "
                "is not “No rights”."
            ),
        ),
        "credentials_again": (
            _(
                "Copy the API key and the user identifier again, each into its own field, or create new ones: Company "
                "menu › Software interface › Software interface credentials (Rajapintatunnukset). If those are refused "
                "too, see that their user has rights to this company and that the API resources are allowed there."
            ),
            _("the user whose credentials these are: nobody can create them for another."),
        ),
        "operator_partner": (
            _("NETVISOR_PARTNER_ID and NETVISOR_PARTNER_KEY must be this environment's."),
            _("the operator of this app."),
        ),
        "reach_company": (
            "\n• ".join(
                [
                    _("See to these, in this order:"),
                    _("The business id is this company's own."),
                    _(
                        "The credentials' user has rights to this company. Company menu › Users and access rights › "
                        "Users and roles (Käyttäjät ja roolit): the user is copied from another company, which asks "
                        "for strong authentication."
                    ),
                    _(
                        "The API resources are allowed. Company menu › Software interface › API resource rights "
                        "(API-resurssioikeudet) › Custom integrations: search with the access key, and set everything "
                        "under purchase invoices, accounting material and calculation targets to “allowed”."
                    ),
                    _("The Netvisor package has the API: Professional, Premium or Payroll."),
                ]
            ),
            _(
                "the User Administrator (KH) or the Accounting Firm's Main User (TPK); the package: Netvisor's "
                "customer service tells and changes it."
            ),
        ),
        "posting_level": (
            _(
                "{menu}: set the posting of purchase invoices (tiliöinti) to one of the two levels that may post; "
                "“posting suggestion” makes no voucher. {copied}",
                menu=ledger,
                copied=copied,
            ),
            kh_may,
        ),
        "inspector_right": (
            _(
                "{menu}: give the purchase invoice inspector right (asiatarkastaja), without a restriction to "
                "suppliers or to the user's own invoices: it may hide invoices. {copied}",
                menu=ledger,
                copied=copied,
            ),
            kh_may,
        ),
        "approver_right": (
            _("{menu}: give the purchase invoice approval right (hyväksyjä). {copied}", menu=ledger, copied=copied),
            kh_may,
        ),
        "setter_right": (
            _(
                "{menu}: give the approval circulation setter right (hyväksymiskierron asettaja). {copied}",
                menu=ledger,
                copied=copied,
            ),
            kh_may,
        ),
        "accountant_role": (
            _(
                "Company menu › Users and access rights › Users and roles (Käyttäjät ja roolit): give the accountant "
                "role (kirjanpitäjä)."
            ),
            kh_or_tpk,
        ),
        "create_lists": (
            _(
                "Purchases › Purchase invoices › Circulation lists (Kiertolistat): make the lists, with distinct "
                "names that tell the cost centre, and without the accountant as a member. Or choose another "
                "process."
            ),
            lists,
        ),
        "rename_lists": (
            _("Purchases › Purchase invoices › Circulation lists (Kiertolistat): give every list a name of its own."),
            lists,
        ),
        "open_period": (
            _(
                "Nothing, if those invoices were meant to be left. Else open the period in Netvisor, or give the "
                "invoices an event date after the lock."
            ),
            _("whoever keeps this company's accounting periods."),
        ),
    }
