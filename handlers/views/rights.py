"""A rights check in words: what is proven, what to repair, who can; ticks for what the API cannot show."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.ids import Action, Callback
from handlers.locale import Locale
from handlers.views.checklist import checklist_blocks, reopened_texts
from handlers.views.elements import (
    Block,
    View,
    actions,
    ask_help_ai,
    button,
    context,
    escape,
    header,
    modal,
    section,
    star_button,
)
from handlers.views.evidence import evidence_text, unproven_text
from handlers.views.repairs import repair_text, without_repeats
from handlers.views.words import check_name
from services.checks import OUR_FAULT
from services.facts import CheckResult
from services.findings import CHECK_IDS, GROUPS, Finding
from services.records import Client, ClientState, Verdict
from services.ticks import RIGHTS, TickState, checklist

NEW_CREDENTIALS_HELP = {"credentials_again", "posting_level", "reach_company", "accountant_role"}
"""Repairs after which only new credentials may help: rights were copied when the present ones were made."""


def findings_of(result: CheckResult) -> list[Finding]:
    """Return the findings of a check, in the order of the ids, which is that of causes."""
    findings = [Finding.from_data(dict(data)) for data in result.check.findings]
    return sorted(findings, key=lambda finding: CHECK_IDS.index(finding.id))


def check_view(locale: Locale, result: CheckResult, access_key: str) -> View:
    """Return the modal that shows a check as it goes."""
    _ = locale.gettext
    return modal(
        Callback.CHECK,
        _("Rights check"),
        check_blocks(locale, result, access_key),
        close=_("Close"),
        reference=result.client.id,
        clear_on_close=True,
        notify_on_close=True,
    )


def check_blocks(locale: Locale, result: CheckResult, access_key: str) -> list[Block]:
    """Return a check's blocks, for a modal or a message: what needs somebody, what is proven, what is asked."""
    findings = findings_of(result)
    blocks = [header(result.client.name), section(summary(locale, result, findings))]
    blocks += [section(text) for text in reopened_texts(locale, result, findings, access_key)]
    blocks += _news(locale, findings, access_key)
    confirmed = [finding for finding in findings if finding.verdict is Verdict.CONFIRMED and finding.repair is None]
    if confirmed:
        blocks.append(section("\n".join(finding_text(locale, finding) for finding in confirmed)))
    unproven = [finding for finding in findings if finding.details.get("unproven")]
    if unproven and result.check.finished_at:
        lines = [f"{check_name(locale, finding.id)}. {unproven_text(locale, finding)}" for finding in unproven]
        blocks.append(context("\n".join(lines)))
    blocks += checklist_blocks(locale, result, findings)
    blocks += _buttons(locale, result, findings)
    return blocks


def _news(locale: Locale, findings: Sequence[Finding], access_key: str) -> list[Block]:
    """Return what is denied or needs something else of a person, each repair told once, after what it mends.

    Where nothing answered, one list of candidates says it all, and Netvisor's words are quoted once.
    """
    company = next((finding for finding in findings if finding.id == "company"), None)
    news = [finding for finding in findings if _is_news(finding)]
    if company and company.verdict is not Verdict.CONFIRMED and company.repair:
        news = [finding for finding in news if finding.id not in ("credentials", *GROUPS)]
    blocks: list[Block] = []
    told: set[str] = set()
    for repair in dict.fromkeys(finding.repair for finding in news):
        for finding in news:
            if finding.repair == repair:
                quoted = str(finding.details.get("code")) not in told
                blocks.append(section(finding_text(locale, finding, quoted=quoted)))
                told.add(str(finding.details.get("code")))
        if repair:
            blocks.append(section(repair_text(locale, repair, access_key)))
    return blocks


def _is_news(finding: Finding) -> bool:
    """Tell whether a finding gets a paragraph of its own: it is denied, or needs something else of a person."""
    if finding.evidence == "not_reached" or (finding.verdict is Verdict.UNREADABLE and finding.id in RIGHTS):
        return False
    return finding.verdict is not Verdict.CONFIRMED or finding.repair is not None


def repairs_of(findings: Sequence[Finding]) -> list[str]:
    """Return what has to be repaired, in the order of causes, each thing once."""
    return without_repeats(finding.repair for finding in findings if _is_news(finding))


def can_be_asked(result: CheckResult, findings: Sequence[Finding]) -> bool:
    """Tell whether there is something that another person could see to."""
    rights, _settings = checklist(result.client, findings, result.ticks)
    asked = (TickState.ASKED, TickState.CHANGED, TickState.REOPENED)
    return bool(repairs_of(findings)) or any(item.state in asked for item in rights)


def summary(locale: Locale, result: CheckResult, findings: Sequence[Finding]) -> str:
    """Return where a check stands, in one sentence or two."""
    _ = locale.gettext
    check, client = result.check, result.client
    if check.waiting_for and check.waiting_for.startswith(OUR_FAULT):
        return ":warning: " + _(
            "The check failed, and the fault is ours. Check again; if it fails again, give the operator the reference "
            "{reference}.",
            reference=check.waiting_for.removeprefix(OUR_FAULT),
        )
    if check.waiting_for and check.retry_at:
        return ":hourglass: " + _(
            "{why} Nothing is lost: it is checked again by itself at {time}.",
            why=silence(locale, check.waiting_for),
            time=locale.time(check.retry_at),
        )
    if check.finished_at is None:
        return ":mag: " + _(
            "Checking the rights in Netvisor: {done} of {total}.", done=len(findings), total=len(CHECK_IDS)
        )
    missing = [finding.id for finding in findings if finding.verdict is Verdict.DENIED]
    if client.state is ClientState.BLOCKED:
        missing = list(dict.fromkeys([*missing, *client.missing]))
    if missing:
        names = [check_name(locale, check_id) for check_id in missing]
        return ":no_entry: " + _(
            "Missing: *{names}*. Repair it as said below and check again.", names=locale.list(names)
        )
    if client.state is ClientState.PRODUCTION:
        return ":white_check_mark: " + _("Nothing is denied. The client is in production.")
    if client.state is ClientState.PAUSED:
        return ":white_check_mark: " + _("Nothing is denied. The client is paused.")
    return ":white_check_mark: " + _("Nothing is denied. Training has started by itself; you may close this.")


def silence(locale: Locale, code: str) -> str:
    """Return why Netvisor could not answer."""
    _ = locale.gettext
    return {
        "SYSTEM_MAINTENANCE": _("Netvisor is under maintenance."),
        "UNREACHABLE": _("Netvisor cannot be reached."),
        "TIMEOUT": _("Netvisor did not answer in time."),
        "BAD_REPLY": _("Netvisor's answer could not be read."),
        "TOO_MANY_REQUESTS": _("Netvisor asks us to wait."),
    }.get(code, _("Netvisor reports a fault of its own ({code}).", code=code))


def finding_text(locale: Locale, finding: Finding, *, quoted: bool = True) -> str:
    """Return a finding: its name and verdict, and what was seen."""
    _ = locale.gettext
    sign, verdict = {
        Verdict.CONFIRMED: (":white_check_mark:", _("confirmed")),
        Verdict.DENIED: (":x:", _("denied")),
        Verdict.UNREADABLE: (":grey_question:", _("cannot be read")),
    }[finding.verdict]
    if finding.verdict is Verdict.CONFIRMED and finding.repair:
        sign = ":warning:"
    seen = evidence_text(locale, finding, quoted=quoted, brief=True)
    return f"{sign} *{check_name(locale, finding.id)}*: {verdict}. {seen}"


def _buttons(locale: Locale, result: CheckResult, findings: Sequence[Finding]) -> list[Block]:
    _ = locale.gettext
    if result.check.finished_at is None and not result.check.waiting_for:
        if result.is_favourite is None:
            return []
        return [actions(star_button(locale, result.client.id, is_favourite=result.is_favourite))]
    buttons = [button(_("Check again"), Action.CHECK_AGAIN, result.client.id)]
    if NEW_CREDENTIALS_HELP & set(repairs_of(findings)):
        buttons.append(button(_("Give new credentials"), Action.GIVE_KEYS, result.client.id))
    if can_be_asked(result, findings):
        buttons.append(button(_("Send this to someone"), Action.SEND_REPAIR, result.client.id))
    if result.is_favourite is not None:
        buttons.append(star_button(locale, result.client.id, is_favourite=result.is_favourite))
    buttons.append(ask_help_ai(locale, *_subject(findings)))
    sent = [
        _(
            "Sent to {person} by {sender} {moment}",
            person=f"<@{one.receiver}>",
            sender=f"<@{one.sender}>",
            moment=locale.moment(one.asked_at),
        )
        for one in result.sent
    ]
    return [actions(*buttons), *([context("\n".join(sent))] if sent else [])]


SUBJECTS = {
    "credentials": "errors.authentication_failed",
    "company": "resources.packages",
    "purchase_invoices": "resources.exact_list",
    "accounting": "resources.exact_list",
    "dimensions": "resources.exact_list",
    "posting": "rights.posting",
    "inspector": "rights.inspector",
    "approver": "rights.approval",
    "circulation_setter": "rights.circulation_setter",
    "accountant_role": "rights.accountant_role",
    "circulation_lists": "circulation.make_lists",
    "history": "training.no_history",
}
"""The passage of Help ai about each check."""


def _subject(findings: Sequence[Finding]) -> list[str]:
    """Return the passages about what is not in order, the first few, or about the checklist as a whole."""
    subjects = [SUBJECTS[finding.id] for finding in findings if _is_news(finding) and finding.id in SUBJECTS]
    return list(dict.fromkeys(subjects))[:4] or ["rights.list", "rights.api_cannot_see"]


def never_checked(locale: Locale, client: Client) -> str:
    """Return the sentence for a button about a check of which nothing is known."""
    return locale.gettext(
        "The rights of {name} have not been checked yet. `/fabric check {business_id}` checks them.",
        name=escape(client.name),
        business_id=client.business_id,
    )
