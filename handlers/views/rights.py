"""A rights check in words: what is proven, what to repair, who can; ticks for what the API cannot show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from handlers.ids import Action, Callback
from handlers.locale import Locale
from handlers.views.elements import Block, View, actions, button, context, escape, header, modal, option, section
from handlers.views.words import check_name
from services.checks import OUR_FAULT
from services.facts import CheckResult
from services.records import ClientState, Verdict
from services.rights import CHECK_IDS, Finding

TICKABLE = ("posting", "inspector", "approver", "circulation_setter", "accountant_role")
"""What a person can look up in Netvisor when the API cannot show it."""


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
    """Return a check's blocks, for a modal or a message."""
    findings = findings_of(result)
    blocks = [header(result.client.name), section(summary(locale, result, findings))]
    news = [finding for finding in findings if _is_news(finding)]
    for finding, following in zip_longest(news, news[1:]):
        # One repair for several findings is told once, after the last of them.
        is_repeated = following is not None and following.repair == finding.repair
        blocks.append(section(finding_text(locale, finding, access_key, with_repair=not is_repeated)))
    confirmed = [finding for finding in findings if finding.verdict is Verdict.CONFIRMED and finding.repair is None]
    if confirmed:
        lines = [finding_text(locale, finding, access_key) for finding in confirmed]
        blocks.append(section("\n".join(lines)))
    blocks += _ticks(locale, result, findings)
    blocks += _buttons(locale, result, findings)
    return blocks


def _is_news(finding: Finding) -> bool:
    """Tell whether a finding gets a paragraph of its own: it is denied, or needs something else of a person."""
    if finding.evidence == "not_reached" or (finding.verdict is Verdict.UNREADABLE and finding.id in TICKABLE):
        return False
    return finding.verdict is not Verdict.CONFIRMED or finding.repair is not None


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
    denied = [check_name(locale, finding.id) for finding in findings if finding.verdict is Verdict.DENIED]
    if denied:
        return ":no_entry: " + _(
            "Missing: *{names}*. Repair it as said below and check again.", names=locale.list(denied)
        )
    if client.state is ClientState.PRODUCTION:
        return ":white_check_mark: " + _("Nothing is denied. The client is in production.")
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


def finding_text(locale: Locale, finding: Finding, access_key: str, *, with_repair: bool = True) -> str:
    """Return a finding: its name and verdict, what was seen, the repair and who can make it."""
    _ = locale.gettext
    sign, verdict = {
        Verdict.CONFIRMED: (":white_check_mark:", _("confirmed")),
        Verdict.DENIED: (":x:", _("denied")),
        Verdict.UNREADABLE: (":grey_question:", _("cannot be read")),
    }[finding.verdict]
    if finding.verdict is Verdict.CONFIRMED and finding.repair:
        sign = ":warning:"
    text = f"{sign} *{check_name(locale, finding.id)}*: {verdict}. {evidence_text(locale, finding)}"
    if finding.repair and with_repair and finding.verdict is not Verdict.UNREADABLE:
        text += "\n" + repair_text(locale, finding.repair, access_key)
    return text


def evidence_text(locale: Locale, finding: Finding) -> str:
    """Return what was seen. It names what is proven, and the candidates where the cause is not."""
    _, details = locale.gettext, finding.details
    said = _said(locale, details)
    match finding.evidence:
        case "accepted":
            return _("Netvisor accepts the key and the identifier.")
        case "rejected":
            return said + _(
                "Candidates: the API key or the identifier is mistyped or swapped with the other, belongs to "
                "Netvisor's test environment, or was removed with its user; the user has no rights to this company, or "
                "nothing is allowed there; or this app's own partner key or clock is wrong."
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
        case "answered":
            return _("The user reaches the company.")
        case "all_refused":
            return said + _(
                "Netvisor answers, but refuses everything for this company. Candidates: the credentials' user has no "
                "rights to the company, no API resource is allowed there, the business id is another company's, its "
                "Netvisor package has no API (it needs Professional, Premium or Payroll), or the credentials are not "
                "valid."
            )
        case "all_answered":
            return _("Every resource that we read answers.")
        case "refused":
            return said + _(
                "Refused: {resources}. Candidates: not allowed for this app in this company, a right that the user "
                "lacks, or a question that Netvisor does not take.",
                resources=locale.list(tuple(details["refused"])),
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
                names=escape(locale.list(tuple(details["twice"]))),
            )
        case "no_lists":
            return _("The process needs circulation lists, and the company has none.")
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


def _said(locale: Locale, details: Mapping[str, Any]) -> str:
    """Return Netvisor's own code and masked words, quoted."""
    if not details.get("code"):
        return ""
    words = f"{details['code']} {details.get('detail') or ''}".strip()
    return locale.gettext("Netvisor said: “{words}”.", words=escape(words[:300])) + " "


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


def repair_text(locale: Locale, repair: str, access_key: str) -> str:
    """Return what exactly to do, where, and who can."""
    _ = locale.gettext
    what, who = {
        "allow_resources": (
            _(
                "In Netvisor, logged into this company: Company menu › Software interface › API resource rights "
                "(API-resurssioikeudet) › Custom integrations. Search with `{access_key}` and set every resource "
                "status under purchase invoices, accounting material and calculation targets to “allowed”.",
                access_key=access_key,
            ),
            _("the User Administrator (KH) or the Accounting Firm's Main User (TPK)."),
        ),
        "credentials_again": (
            _(
                "Copy the API key and the user identifier again, each into its own field, or create new ones in "
                "Netvisor. If those are refused too, see that their user has rights to this company and that the API "
                "resources are allowed there."
            ),
            _("whoever created the credentials."),
        ),
        "operator_partner": (
            _("NETVISOR_PARTNER_ID and NETVISOR_PARTNER_KEY must be this environment's."),
            _("the operator of this app."),
        ),
        "reach_company": (
            _(
                "See that the user whose credentials these are has rights to this company (copied from another company "
                "if missing), that the API resources are allowed, and that the package has the API."
            ),
            _("the User Administrator (KH) or the Accounting Firm's Main User (TPK); the package: whoever orders it."),
        ),
        "ledger_rights": (
            _(
                "Company menu › Users and access rights › Sales and purchase ledger rights (Myynti- ja "
                "ostoreskontrien oikeudet): give inspector, approval, circulation setter and posting (“may post”). "
                "Rights were copied when the credentials were created: if this does not help, create new "
                "credentials and give them here."
            ),
            _("the User Administrator (KH); nobody can edit all of their own rights."),
        ),
        "accountant_role": (
            _(
                "Company menu › Users and access rights › Users and roles (Käyttäjät ja roolit): give the accountant "
                "role."
            ),
            _("the User Administrator (KH) or the Accounting Firm's Main User (TPK)."),
        ),
        "create_lists": (
            _(
                "Purchases › Purchase invoices › Circulation lists (Kiertolistat): make the lists, with distinct "
                "names that tell the cost centre, and without the accountant as a member. Or choose another "
                "process."
            ),
            _("a user with the approval circulation setter right."),
        ),
        "rename_lists": (
            _("Purchases › Purchase invoices › Circulation lists (Kiertolistat): give every list a name of its own."),
            _("a user with the approval circulation setter right."),
        ),
    }[repair]
    return "*" + _("Repair") + f":* {what}\n*" + _("Who") + f":* {who}"


def _ticks(locale: Locale, result: CheckResult, findings: Sequence[Finding]) -> list[Block]:
    _ = locale.gettext
    asked = [
        finding.id
        for finding in findings
        if finding.id in TICKABLE and finding.verdict is Verdict.UNREADABLE and finding.evidence != "not_reached"
    ]
    if not asked or result.check.finished_at is None:
        return []
    options = [option(check_name(locale, check_id), check_id) for check_id in asked]
    ticked = {tick.check_id: tick for tick in result.ticks}
    chosen = [choice for choice in options if choice["value"] in ticked]
    boxes: dict[str, Any] = {"type": "checkboxes", "action_id": Action.TICK, "options": options}
    if chosen:
        boxes["initial_options"] = chosen
    blocks = [
        section(
            ":ballot_box_with_check: *"
            + _("Please look these up in Netvisor and tick them")
            + "*\n"
            + _(
                "The API does not show them. Company menu › Users and access rights › Sales and purchase ledger "
                "rights (Myynti- ja ostoreskontrien oikeudet), and Users and roles (Käyttäjät ja roolit). They do "
                "not hold the training up."
            )
        ),
        # The block carries the client, because a message has no private_metadata.
        actions(boxes, block_id=f"{Action.TICK}:{result.client.id}"),
    ]
    known = [tick for tick in result.ticks if tick.check_id in asked]
    if known:
        blocks.append(
            context(
                *(
                    f"{check_name(locale, tick.check_id)}: <@{tick.person}> {locale.moment(tick.ticked_at)}"
                    for tick in known
                )
            )
        )
    return blocks


def _buttons(locale: Locale, result: CheckResult, findings: Sequence[Finding]) -> list[Block]:
    _ = locale.gettext
    if result.check.finished_at is None and not result.check.waiting_for:
        return []
    buttons = [button(_("Check again"), Action.CHECK_AGAIN, result.client.id)]
    repairs = {finding.repair for finding in findings if finding.verdict is Verdict.DENIED}
    if repairs & {"credentials_again", "ledger_rights", "reach_company", "accountant_role"}:
        buttons.append(button(_("Give new credentials"), Action.GIVE_KEYS, result.client.id))
    return [actions(*buttons)]
