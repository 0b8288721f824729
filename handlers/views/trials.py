"""A trial of credentials as it goes: how many clients are done, what came of it, who stays behind and why."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from handlers.ids import Action, Callback
from handlers.locale import Locale
from handlers.views.credential_words import client_line, clients_number, name_of
from handlers.views.credentials import credentials_modal, pager, to_list
from handlers.views.elements import Block, View, actions, button, context, escape, section, sections
from handlers.views.repairs import repair_text
from handlers.views.report import progress_bar
from handlers.views.rights import silence
from handlers.views.words import and_more, check_name
from services.facts import TrialReport
from services.notifier import Rendered
from services.records import Client, Outcome, TrialResult, TrialState
from services.trials import FAILED

PAGE = 25
"""Clients on a page of those that there is something to say of."""

MOST_IN_MESSAGE = 10


def trial_view(locale: Locale, report: TrialReport, access_key: str, page: int = 0) -> View:
    """Return the modal that follows a trial."""
    _ = locale.gettext
    blocks: list[Block] = [section(heading(locale, report)), section(standing(locale, report))]
    pages = -(-len(report.listed) // PAGE) or 1
    page = min(max(page, 0), pages - 1)
    blocks += _buttons(locale, report)
    blocks += groups(locale, report, report.listed[page * PAGE :][:PAGE], access_key)
    blocks += pager(locale, page, pages)
    return credentials_modal(
        Callback.TRIAL,
        _("Change credentials") if report.trial.replaces else _("Test of credentials"),
        blocks,
        close=_("Close"),
        reference=report.trial.id,
        follows=True,
    )


def trial_message(locale: Locale, report: TrialReport, access_key: str) -> Rendered:
    """Return the message to whoever asked for a trial and closed its modal."""
    _ = locale.gettext
    text = f"{heading(locale, report)}\n{standing(locale, report)}"
    blocks = [section(text), *groups(locale, report, report.listed[:MOST_IN_MESSAGE], access_key)]
    blocks += [context(line) for line in and_more(locale, len(report.listed) - MOST_IN_MESSAGE)]
    show = _("Look and switch") if report.switchable else _("Show")
    blocks.append(actions(button(show, Action.OPEN_TRIAL, report.trial.id, style="primary")))
    return Rendered(text.replace("*", ""), tuple(blocks))


def heading(locale: Locale, report: TrialReport) -> str:
    """Return which credentials a trial is about."""
    _ = locale.gettext
    if report.replaced:
        return _("From *{old}* to *{new}*", old=name_of(report.replaced), new=name_of(report.credential))
    if report.only_client:
        return _("*{name}* in {client}", name=name_of(report.credential), client=escape(report.only_client.name))
    return _("*{name}* in all its clients", name=name_of(report.credential))


def standing(locale: Locale, report: TrialReport) -> str:
    """Return how a trial stands."""
    _ = locale.gettext
    trial, counts = report.trial, report.counts
    match trial.state:
        case TrialState.RUNNING if trial.waiting_for and trial.retry_at:
            waits = locale.ngettext("{number} client waits.", "{number} clients wait.", counts[Outcome.WAITING])
            return ":hourglass: " + _(
                "{why} {waits} They are tried again by themselves at {time}. You may close this: the result comes to "
                "you as a message.",
                why=silence(locale, trial.waiting_for),
                waits=waits,
                time=locale.time(trial.retry_at),
            )
        case TrialState.RUNNING:
            return _running(locale, report)
        case TrialState.STOPPED:
            return _("Stopped. Nothing more is switched. The credentials stay in the list, where they can be removed.")
        case TrialState.FAILED:
            return ":warning: " + _(
                "It failed, and the fault is ours. Try again; if it fails again, give the operator the reference "
                "{reference}.",
                reference=trial.failure,
            )
        case TrialState.FINISHED:
            return _ended(locale, report)


def _running(locale: Locale, report: TrialReport) -> str:
    _ = locale.gettext
    done = report.total - report.counts[Outcome.WAITING]
    text = ":mag: " + (progress_bar(locale, _("Checked"), done, report.total) if report.total else _("It begins…"))
    failed = sum(report.counts[one] for one in FAILED)
    if failed:
        text += "\n" + locale.ngettext(
            "{number} client does not succeed so far.", "{number} clients do not succeed so far.", failed
        )
    if report.trial.replaces:
        text += "\n" + _("Nothing switches before you press the button.")
    return text + "\n" + _("You may close this: the result comes to you as a message.")


def _ended(locale: Locale, report: TrialReport) -> str:
    _ = locale.gettext
    counts, failed = report.counts, sum(report.counts[one] for one in FAILED)
    if not report.total:
        return _("No client uses these.")
    if not report.trial.replaces:
        well = clients_number(locale, counts[Outcome.WORKS])
        if not failed:
            return ":white_check_mark: " + _("Netvisor accepts the credentials: {clients}.", clients=well)
        return ":x: " + _(
            "Works: {clients}. Does not work: {failed}.", clients=well, failed=clients_number(locale, failed)
        )
    lines: list[str] = []
    if counts[Outcome.SWITCHED]:
        switched = clients_number(locale, counts[Outcome.SWITCHED])
        lines.append(":white_check_mark: " + _("Switched to the new credentials: *{clients}*.", clients=switched))
    left = sum(counts[one] for one in (Outcome.WORKS, Outcome.UNPROVEN, Outcome.STAYS_BLOCKED))
    if left:
        ready = clients_number(locale, left)
        lines.append(
            ":white_check_mark: " + _("Ready to switch: *{clients}*. Nothing has switched yet.", clients=ready)
        )
    if left and not report.switchable:
        lines.append(_("The check is more than a day old: check again before you switch."))
    if failed:
        stay = clients_number(locale, failed)
        lines.append(":x: " + _("Stay on the old credentials: *{clients}*, named below with why.", clients=stay))
    return "\n".join(lines)


def _buttons(locale: Locale, report: TrialReport) -> list[Block]:
    _ = locale.gettext
    trial, counts = report.trial, report.counts
    if trial.state is TrialState.RUNNING:
        row = [button(_("Stop"), Action.STOP_TRIAL, trial.id)]
        if trial.waiting_for:
            row.insert(0, button(_("Try now"), Action.TRY_AGAIN, trial.id))
        return [actions(*row, block_id=f"running:{trial.round}")]
    buttons: list[dict[str, Any]] = []
    if report.switchable:
        switch = locale.ngettext("Switch {number} client", "Switch {number} clients", report.switchable)
        buttons.append(button(switch, Action.SWITCH, trial.id, style="primary"))
    stale = not report.switchable and any(counts[one] for one in (Outcome.WORKS, Outcome.UNPROVEN))
    if trial.state in (TrialState.FAILED, TrialState.STOPPED):
        buttons.append(button(_("Try again"), Action.TRY_AGAIN, trial.id))
    elif any(counts[one] for one in FAILED):
        buttons.append(button(_("Check the failed again"), Action.TRY_AGAIN, trial.id))
    elif stale and trial.replaces:
        buttons.append(button(_("Check again"), Action.TRY_AGAIN, trial.id))
    back = report.replaced or report.credential
    buttons.append(button("‹ " + _("Back"), Action.OPEN_CREDENTIAL, back.id))
    return [actions(*buttons, to_list(locale), block_id="ended")]


def groups(
    locale: Locale, report: TrialReport, listed: Sequence[tuple[Client, TrialResult]], access_key: str
) -> list[Block]:
    """Return clients under what there is to say of them, with its repair: what is the same is said once."""
    blocks: list[Block] = []
    alike = groupby(listed, key=lambda pair: (pair[1].outcome, pair[1].lacking, pair[1].code, pair[1].repairs))
    for _key, pairs in alike:
        members = list(pairs)
        blocks += sections([reason(locale, report, members[0][1], access_key)])
        blocks += sections([client_line(client) for client, _ in members])
    return blocks


def reason(locale: Locale, report: TrialReport, result: TrialResult, access_key: str) -> str:
    """Return what a credential came to in a client, and what to repair."""
    _ = locale.gettext
    names = locale.list([check_name(locale, check_id) for check_id in result.lacking])
    repairs = "".join("\n" + repair_text(locale, repair, access_key) for repair in result.repairs)
    code = _("Netvisor's code: {code}.", code=escape(result.code)) if result.code else ""
    match result.outcome:
        case Outcome.LOSES:
            return (
                ":x: "
                + _(
                    "*Would be missing: {names}.* So far it is not, so these clients stay on the old credentials.",
                    names=names,
                )
                + repairs
            )
        case Outcome.REJECTED if _accepted_elsewhere(report):
            return (
                ":x: "
                + _(
                    "*Not accepted in these companies.* In others they are, so the key is right. Candidates: the user "
                    "has no rights to the company, no API resource is allowed there, or its package has no API."
                )
                + f" {code}\n*"
                + _("Repair")
                + ":* "
                + _(
                    "Netvisor's User Administrator (KH) or Accounting Firm's Main User (TPK) copies the user to these "
                    "companies. Then check the failed again."
                )
            )
        case Outcome.REJECTED:
            return (
                ":x: "
                + _(
                    "*Not accepted.* Candidates: the API key or the identifier is mistyped or swapped with the other, "
                    "belongs to Netvisor's test environment, or was removed with its user; or the user has no rights "
                    "to the company."
                )
                + f" {code}"
            )
        case Outcome.REFUSED:
            return (
                ":x: "
                + _(
                    "*Reading purchase invoices is refused.* Candidates: the API resource is not allowed in the "
                    "company, or the user has no rights there. `/fabric check` and the client's name says more."
                )
                + f" {code}"
            )
        case Outcome.SILENT:
            return (
                ":hourglass: "
                + silence(locale, result.code)
                + " "
                + _("Nothing is known of these clients. Check the failed again later.")
            )
        case Outcome.UNPROVEN:
            return ":warning: " + _(
                "*No longer shown: {names}.* Netvisor showed it with the old credentials, and does not with the new. "
                "Nothing is denied; look it up and tick it in the client's rights check.",
                names=names,
            )
        case Outcome.STAYS_BLOCKED:
            return (
                ":warning: "
                + _("*Blocked after the switch, too: {names}.* It is missing now already.", names=names)
                + repairs
            )
        case Outcome.WAITING | Outcome.WORKS | Outcome.SWITCHED:
            return ""


def _accepted_elsewhere(report: TrialReport) -> bool:
    accepted = set(Outcome) - {Outcome.WAITING, Outcome.REJECTED, Outcome.SILENT, Outcome.REFUSED}
    return any(report.counts[one] for one in accepted)
