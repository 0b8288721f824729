"""Progressive automation: what is written without asking, while every condition holds at once.

The conditions are those of FabricAI's articles (reference: fabricai.md section 6): a recurring vendor, unchanged last
time, a total under a limit, every line and target certain enough. What "recurring" means is not published: here the
posting rests on at least RECURRING earlier lines of the same vendor, of which the newest invoice that was handled here
was left as it was predicted, in the review and in the books. A part of what could be written goes to a person all the
same, chosen by the invoice's own identity, so that a restart draws no other lot.

Switching off takes effect before the next write: what is confirmed but not written yet goes to a person, in the unit
of work that switches off. The conditions are asked once more in the unit that stores the attempt to write.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from services import jobs
from services.audit import note, note_client
from services.clock import FIRM_TIMEZONE
from services.locks import PERIOD_LOCKED, is_locked
from services.prediction import ACCOUNT
from services.proposals import Choice, Origin, Proposal
from services.records import Automation, Client, ClientState, Handled, InvoiceState, Process, ProductionInvoice
from services.review import show_review
from services.store import Unit

BY_AUTOMATION = "automation"
"""The reason of an invoice that is to be written by automation."""

SAMPLE = "sample"
"""The reason of an invoice that could have been written unasked and waits for a person to check it."""

STOPPED = "automation_stopped"
"""The reason of an invoice that automation was to write when it was stopped."""

RECURRING = 3


class Answer(StrEnum):
    """Whether an invoice may be written without asking, and if not, why."""

    YES = "yes"
    OFF = "off"
    PAUSED = "paused"
    NO_REVIEW = "no_review"
    LIST_NEEDED = "list_needed"
    EXCLUDED = "excluded"
    LARGE = "large"
    POSTED_BY_PERSON = "posted_by_person"
    UNCERTAIN = "uncertain"
    NOT_RECURRING = "not_recurring"
    CHANGED_LAST_TIME = "changed_last_time"
    PERIOD_LOCKED = "period_locked"
    SAMPLE = "sample"


def settings_of(unit: Unit, client: Client) -> Automation:
    """Return a client's settings; those that it begins with where nobody has made any."""
    return unit[Automation].get(client.workspace, client.id) or Automation(client.workspace, client.id)


def is_paused(settings: Automation, today: date) -> bool:
    """Tell whether a day lies within the pause, this year's or, where it is repeated, any year's."""
    begins, ends = settings.pause_begins, settings.pause_ends
    if begins is None or ends is None:
        return False
    if not settings.pause_yearly:
        return begins <= today <= ends
    day, first, last = ((one.month, one.day) for one in (today, begins, ends))
    return first <= day <= last if first <= last else day >= first or day <= last


def judge(unit: Unit, client: Client, row: ProductionInvoice, proposal: Proposal, now: datetime) -> Answer:
    """Return whether an invoice in which all is certain may be written without asking anybody."""
    settings = settings_of(unit, client)
    if not settings.is_on:
        return Answer.OFF
    if is_paused(settings, now.astimezone(FIRM_TIMEZONE).date()):
        return Answer.PAUSED
    if client.process is Process.BACKGROUND:
        return Answer.NO_REVIEW
    if client.process is Process.ALTERNATIVE_WITH_CIRCULATION and not _has_list(proposal, settings):
        return Answer.LIST_NEEDED
    if row.vendor in settings.excluded:
        return Answer.EXCLUDED
    if not 0 < row.amount < settings.most:
        return Answer.LARGE
    doubt = _judge_lines(proposal, settings) or _judge_vendor(unit, row)
    if doubt is None and is_locked(unit, row):
        return Answer.PERIOD_LOCKED
    return doubt or _draw(row, settings)


def _judge_lines(proposal: Proposal, settings: Automation) -> Answer | None:
    accounts = [line.account for line in proposal.lines]
    if any(account.origin is Origin.PERSON for account in accounts):
        return Answer.POSTED_BY_PERSON
    # Dimensions that stand on the invoice by default are never changed, so they are nothing to be certain of.
    dimensions = [c for line in proposal.lines for c in line.dimensions.values() if c.origin is not Origin.DEFAULT]
    choices = [*accounts, *(line.vat for line in proposal.lines), *dimensions]
    if not proposal.is_complete or any(c.origin not in (Origin.PREDICTED, Origin.RULE) for c in choices):
        return Answer.UNCERTAIN
    if min(choice.confidence for choice in choices) < settings.confidence:
        return Answer.UNCERTAIN
    return None if all(_is_of_vendor(account) for account in accounts) else Answer.NOT_RECURRING


def _has_list(proposal: Proposal, settings: Automation) -> bool:
    """Tell whether nobody need choose the circulation list: a person or a rule has, or it is certain enough."""
    chosen = proposal.circulation
    if chosen.origin in (Origin.PERSON, Origin.RULE):
        return True
    return chosen.origin is Origin.PREDICTED and chosen.confidence >= settings.confidence


def _is_of_vendor(account: Choice) -> bool:
    """Tell whether an account rests on the vendor's own past, or on a rule that a person made."""
    if account.origin is Origin.RULE:
        return True
    seen = int(account.reason.get("agreeing") or 0)
    return str(account.reason.get("ground") or "").startswith("vendor") and seen >= RECURRING


def _judge_vendor(unit: Unit, row: ProductionInvoice) -> Answer | None:
    earlier = unit[Handled].find(
        row.workspace, client_id=row.client_id, vendor=row.vendor, order="-handled_at", limit=1
    )
    if not earlier or not row.vendor:
        return Answer.NOT_RECURRING
    last = earlier[0]
    return Answer.CHANGED_LAST_TIME if last.touched or last.agreeing != last.compared else None


def _draw(row: ProductionInvoice, settings: Automation) -> Answer:
    """Draw the sample by the invoice's identity, so that whoever asks again gets the same lot."""
    lot = int.from_bytes(hashlib.sha256(f"{row.workspace}/{row.id}".encode()).digest()[:4]) / 2**32
    return Answer.SAMPLE if lot < settings.sample / 100 else Answer.YES


def change_settings(unit: Unit, client: Client, settings: Automation, person: str, now: datetime) -> bool:
    """Store a client's settings as a person wants them; False when somebody has changed them meanwhile.

    `settings.version` is the one that the person saw. What is confirmed under the old ones and not written yet is
    judged by the new ones.
    """
    current = settings_of(unit, client)
    if current.version != settings.version or client.state is ClientState.REMOVED:
        return False
    changed = replace(settings, version=current.version + 1, changed_by=person, changed_at=now)
    unit[Automation].put(changed)
    if changed.is_on != current.is_on:
        event = "automation_on" if changed.is_on else "automation_off"
    else:
        event = "automation_changed"
    note_client(unit, client.workspace, client.id, event, now, person=person, **_told(changed))
    for row in _confirmed(unit, client):
        answer = judge(unit, client, row, Proposal.from_json(row.proposal), now)
        if answer is not Answer.YES:
            hand_over(unit, row, now, handed_over_because(answer), person)
    show_review(unit, client.workspace, client.id, now)
    if settings.offered_at:
        jobs.enqueue(unit, client.workspace, "offer_automation", client.id, now)
    return True


def stop(unit: Unit, client: Client, person: str, now: datetime) -> bool:
    """Stop a client's automation before the next write; False when it is off already."""
    settings = settings_of(unit, client)
    return bool(settings.is_on) and change_settings(unit, client, replace(settings, is_on=0), person, now)


def handed_over_because(answer: Answer) -> str:
    """Return the reason of an invoice that automation was to write before it answered so."""
    return PERIOD_LOCKED if answer is Answer.PERIOD_LOCKED else STOPPED


def hand_over(unit: Unit, row: ProductionInvoice, now: datetime, reason: str, person: str | None = None) -> None:
    """Give an invoice that was to be written unasked to a person."""
    changes = {"state": InvoiceState.WAITING, "reason": reason, "changed_at": now, "decided_at": None}
    if unit[ProductionInvoice].change(row.workspace, row.id, {"state": row.state}, **changes):
        note(unit, row, "waiting", now, person=person, reason=reason)
        show_review(unit, row.workspace, row.client_id, now)


def _confirmed(unit: Unit, client: Client) -> list[ProductionInvoice]:
    return unit[ProductionInvoice].find(
        client.workspace, client_id=client.id, state=InvoiceState.CONFIRMED, reason=BY_AUTOMATION
    )


def _told(settings: Automation) -> dict[str, object]:
    """Return what the audit keeps of settings."""
    return {
        "version": settings.version,
        "most": settings.most,
        "confidence": settings.confidence,
        "sample": settings.sample,
        "excluded": list(settings.excluded),
    }


def account_of(row: ProductionInvoice) -> str:
    """Return the account that most of an invoice was posted to."""
    by_account: Counter[str] = Counter()
    for line in Proposal.from_json(row.proposal).lines:
        by_account[line.choice(ACCOUNT).label] += abs(line.sum)
    return by_account.most_common(1)[0][0] if by_account else ""
