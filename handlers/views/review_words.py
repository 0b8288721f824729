"""Why invoices wait and what a proposal rests on, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.locale import Locale
from handlers.views.elements import escape
from handlers.views.evidence import lock_days
from services.facts import ReviewPage
from services.locks import PERIOD_LOCKED, locks_over, voucher_day
from services.prediction import ACCOUNT
from services.proposals import Choice, Origin
from services.records import Registers


def reason_name(locale: Locale, reason: str) -> str:
    """Return why an invoice waits, in a few words."""
    _ = locale.gettext
    return {
        "review": _("every line is certain"),
        "uncertain": _("something is uncertain"),
        "nothing_learnt": _("nothing like it has been seen"),
        "credit_note": _("a credit note"),
        "foreign_currency": _("in a foreign currency"),
        "sums_differ": _("the lines do not make up the sum"),
        "no_list": _("no circulation list is chosen"),
        "changed": _("changed in Netvisor meanwhile"),
        "period_locked": _("the accounting period is locked"),
        "refused": _("Netvisor refused the posting"),
        "outcome_unknown": _("nobody knows whether it was written"),
        "sample": _("a sample for checking"),
        "automation_stopped": _("automation was stopped before it was written"),
    }.get(reason, reason)


def advice(locale: Locale, page: ReviewPage) -> str:
    """Return what a reviewer should know before confirming, or nothing."""
    return lock_warning(locale, page) or _advice(locale, page.row.reason)


def lock_warning(locale: Locale, page: ReviewPage) -> str:
    """Return that Netvisor is going to refuse an invoice whose period is locked, and who can do what about it."""
    _ = locale.gettext
    locks, day = locks_over(page.registers, page.invoice), voucher_day(page.invoice)
    if not locks or day is None:
        return ""
    text = _(
        "The period is locked ({locks}), and this invoice is dated {day}: Netvisor is going to refuse it. Whoever "
        "keeps this company's accounting periods can open it, or give the invoice a later event date in Netvisor.",
        locks=lock_days(locale, locks),
        day=locale.date(day),
    )
    if page.row.reason == PERIOD_LOCKED and page.row.decided_by is None:
        text += " " + _("When the lock is gone it goes on by itself, unless you confirm it before.")
    return text


def _advice(locale: Locale, reason: str) -> str:
    _ = locale.gettext
    return {
        "nothing_learnt": _("Nothing like this has been posted here before: choose the accounts."),
        "credit_note": _("A credit note: it is not matched with the invoice that it credits."),
        "foreign_currency": _("The invoice is in a foreign currency; the sums are as Netvisor gives them."),
        "sums_differ": _("The lines do not make up the invoice's sum, so it can only be handled in Netvisor."),
        "sample": _("Drawn as a sample: automation would have written this. Is it right?"),
        "changed": _("The invoice was changed in Netvisor after it was confirmed, so nothing was written."),
        "period_locked": _(
            "Netvisor refused: the accounting period is locked. Open the period in Netvisor and confirm again, or "
            "handle the invoice there."
        ),
        "refused": _("Netvisor refused the posting. Change it and confirm again, or handle the invoice in Netvisor."),
        "outcome_unknown": _(
            "The connection broke while this was written, and the invoice no longer looks as before or as proposed. "
            "Look at it in Netvisor before confirming again."
        ),
    }.get(reason, "")


def account_name(registers: Registers | None, number: str) -> str:
    """Return an account as people know it: its number and name."""
    name = registers.accounts.get(number) if registers else None
    return f"{number} {name}" if name else number


def confidence(locale: Locale, choice: Choice) -> str:
    """Return how certain a prediction is, nothing of what was not predicted."""
    return f" ({locale.percent(choice.confidence)})" if choice.origin is Origin.PREDICTED else ""


def choice_text(locale: Locale, registers: Registers | None, target: str, choice: Choice, nothing: str) -> str:
    """Return what a choice is, in bold."""
    if not choice.label:
        return f"*{nothing}*"
    label = account_name(registers, choice.label) if target == ACCOUNT else choice.label
    return f"*{escape(label)}*{confidence(locale, choice)}"


def reason_text(locale: Locale, registers: Registers | None, choice: Choice) -> str:
    """Return in one sentence what a choice rests on, nothing where there is nothing to say."""
    _ = locale.gettext
    match choice.origin:
        case Origin.PERSON:
            return _("Posted by a person in Netvisor: it is kept.")
        case Origin.DEFAULT:
            return _("The vendor's default account in Netvisor: it is kept, because nothing else is certain enough.")
        case Origin.REVIEWER:
            return _("Chosen in the review.")
        case Origin.RULE:
            return _(
                "By rule {place} of {person}.", place=choice.reason["place"], person=f"<@{choice.reason['person']}>"
            )
        case Origin.PREDICTED:
            return _grounds(locale, registers, choice.label, choice.reason)
        case _:
            return ""


def _grounds(locale: Locale, registers: Registers | None, label: str, reason: Mapping[str, Any]) -> str:
    _ = locale.gettext
    if reason.get("literal"):
        return _("“{name}” stands on the invoice.", name=escape(str(reason["literal"])))
    if not reason.get("seen"):
        return ""
    text = _(
        "Earlier lines {alike}: {agreeing} of {seen} were posted so.",
        alike=_alike(locale, str(reason["ground"])),
        agreeing=locale.number(reason["agreeing"]),
        seen=locale.number(reason["seen"]),
    )
    if reason.get("amount_usual") is False:
        text += " " + _("The amount is unusual.")
    return text


def _alike(locale: Locale, ground: str) -> str:
    """Return what the earlier lines had in common with this one (`services.prediction.levels`)."""
    _ = locale.gettext
    known = {
        "vendor_text": _("from this vendor with this text"),
        "vendor_text_word": _("from this vendor with a similar text"),
        "vendor_amount": _("from this vendor with this amount"),
        "vendor_amount_near": _("from this vendor with nearly this amount"),
        "vendor_amount_size": _("from this vendor of about this amount"),
        "vendor_product": _("from this vendor with this product code"),
        "vendor_reference": _("from this vendor with this reference"),
        "text": _("with this text"),
        "text_word": _("with a similar text"),
    }
    if ground in known:
        return known[ground]
    return _("from this vendor") if ground.startswith("vendor") else _("in this company")


def list_name(lists: Mapping[str, str], key: str) -> str:
    """Return a circulation list's name, with its key where another list has the same."""
    name = lists[key]
    same = sum(other.casefold().split() == name.casefold().split() for other in lists.values())
    return f"{name[:50]} ({key})" if same > 1 else name
