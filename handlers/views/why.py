"""Why an invoice was handled as it was: its audit in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.locale import Locale
from handlers.views.elements import escape, section
from handlers.views.review_words import reason_name
from services.notifier import Rendered
from services.prediction import ACCOUNT, DIMENSION_PREFIX, VAT
from services.records import AuditEntry, InvoiceState, ProductionInvoice

EVENTS = 10
MOST_ACCOUNTS = 6
MOST_WHY_BLOCKS = 6
"""Sections of events that fit into a message: about 50 events."""


def why(locale: Locale, row: ProductionInvoice, entries: Sequence[AuditEntry]) -> Rendered:
    """Return everything that happened to an invoice, oldest first."""
    _ = locale.gettext
    text = _(
        "{vendor}, invoice {number}, {money}: {state}.",
        vendor=escape(row.vendor or "–"),
        number=escape(row.number or "–"),
        money=locale.money(row.amount),
        state=invoice_state(locale, row),
    )
    lines = [f"• {locale.moment(entry.at)} {invoice_event(locale, entry)}" for entry in entries]
    parts = [lines[start : start + EVENTS] for start in range(0, len(lines), EVENTS)]
    blocks = [section(f"*{text}*"), *(section("\n".join(part)) for part in parts)]
    return Rendered(text, tuple(blocks[:MOST_WHY_BLOCKS]))


def invoice_state(locale: Locale, row: ProductionInvoice) -> str:
    """Return how far an invoice has come."""
    _ = locale.gettext
    return {
        InvoiceState.ARRIVED: _("has arrived"),
        InvoiceState.WAITING: _("waits for review"),
        InvoiceState.CONFIRMED: _("confirmed, to be written"),
        InvoiceState.WRITING: _("being written"),
        InvoiceState.WRITTEN: _("written to Netvisor"),
        InvoiceState.LEFT: _("left as it is in Netvisor"),
    }[row.state]


def invoice_event(locale: Locale, entry: AuditEntry) -> str:
    """Return one event in words: what was seen, decided or written, by whom, and what Netvisor answered."""
    _ = locale.gettext
    details: Any = entry.details
    person = f"<@{entry.person}>" if entry.person else ""
    reason = left_reason(locale, str(details.get("reason") or ""))
    said = (
        f" ({escape(str(details['code']))} {escape(str(details.get('said') or '')[:200])})" if "code" in details else ""
    )
    match entry.event:
        case "arrived":
            return _("arrived from Netvisor")
        case "changed":
            return _("had changed in Netvisor and was read again")
        case "predicted":
            return _(
                "predicted, the least certain at {confidence}: {reason}",
                confidence=locale.percent(details["confidence"]),
                reason=reason,
            ) + _predicted(locale, details)
        case "period_opened":
            return _("the lock of its period is gone; it is decided about anew")
        case "process_changed":
            return _("{person} changed the client's process; it is decided about anew", person=person)
        case "list_chosen":
            return _(
                "{person} changed the circulation list: {before} → {after}",
                person=person,
                before=escape(str(details["before"] or "–")[:100]),
                after=escape(str(details["after"] or "–")[:100]),
            )
        case "list_by_rule":
            return _(
                "rule {place} chose the circulation list {name}",
                place=details["rule"],
                name=escape(str(details["list"])[:100]),
            )
        case "list_by_hand":
            return _("the circulation list is to be set in Netvisor: {name}", name=escape(str(details["list"])[:100]))
        case "list_sending":
            return _("the circulation list {name} was sent to Netvisor", name=escape(str(details["list"])[:100]))
        case "list_set":
            return _("the circulation list {name} is set in Netvisor", name=escape(str(details["list"])[:100]))
        case "list_not_sent":
            return _("the circulation list was not set; it is sent again")
        case "list_set_by_hand":
            return _("{person} has set the circulation list in Netvisor", person=person)
        case "changed_by_person":
            return _(
                "{person} changed line {line}, {target}: {before} → {after}",
                person=person,
                line=details["line"] + 1,
                target=target_name(locale, details["target"]),
                before=escape(details["before"] or "–"),
                after=escape(details["after"]),
            )
        case "split":
            return _(
                "{person} split {money} off line {line}",
                person=person,
                money=locale.money(details["part"]),
                line=details["line"] + 1,
            )
        case "confirmed":
            return _("confirmed by {person}", person=person)
        case "automated":
            return _("to be written without asking, by automation (settings {version})", version=details["version"])
        case "to_sample":
            return _(
                "could be written without asking; drawn as a sample for a person to check (settings {version})",
                version=details["version"],
            )
        case "not_automated":
            return _("not automated: {reason}", reason=_obstacle(locale, str(details["answer"])))
        case "writing":
            return _("sent to Netvisor, mark {token}", token=details["token"])
        case "written":
            if details.get("reason") == "written_read_back":
                return _("found written when it was read back")
            return _("written: Netvisor accepted it")
        case "not_written":
            return _("was not written; it is sent again") + said
        case "waiting":
            return _("not written, back to review: {reason}", reason=reason) + said
        case "left" if person:
            return _("{person} left it to be handled in Netvisor", person=person)
        case "left":
            return _("left as it is: {reason}", reason=reason)
        case _:
            return entry.event


def _predicted(locale: Locale, details: Any) -> str:
    """Return which accounts were predicted, and by the models of which training."""
    _ = locale.gettext
    accounts = list(dict.fromkeys(str(line[ACCOUNT]) for line in details.get("lines") or () if line.get(ACCOUNT)))
    if not accounts:
        return ""
    shown = escape(locale.list(accounts[:MOST_ACCOUNTS]))
    model = str(details.get("model") or "–")[:8]
    return " " + _("(accounts {accounts}; training {model})", accounts=shown, model=escape(model))


def _obstacle(locale: Locale, answer: str) -> str:
    """Return why automation gave an invoice to a person (`services.automation.Answer`)."""
    _ = locale.gettext
    return {
        "paused": _("it is paused"),
        "list_needed": _("a person sets the circulation list"),
        "excluded": _("the vendor always goes to review"),
        "large": _("the total is not under the limit"),
        "posted_by_person": _("a person has begun to post it"),
        "uncertain": _("a line is not certain enough"),
        "not_recurring": _("the vendor is not known well enough"),
        "changed_last_time": _("the vendor's last invoice was corrected"),
        "period_locked": _("the accounting period is locked"),
    }.get(answer, answer)


def left_reason(locale: Locale, reason: str) -> str:
    """Return why an invoice waits, was written or was left, in a few words."""
    _ = locale.gettext
    return {
        "background": _("what is certain is written as suggestions"),
        "nothing_to_change": _("nothing certain would change it"),
        "posted_in_netvisor": _("it was posted in Netvisor"),
        "not_of_process": _("the client's process does not work on it as it stands"),
        "in_netvisor": _("it is handled in Netvisor"),
        "gone": _("it is not in Netvisor any more"),
    }.get(reason) or reason_name(locale, reason)


def target_name(locale: Locale, target: str) -> str:
    """Return what is predicted by a target: the account, the VAT code or a dimension's own name."""
    _ = locale.gettext
    return {ACCOUNT: _("account"), VAT: _("VAT code")}.get(target, escape(target.removeprefix(DIMENSION_PREFIX)))
