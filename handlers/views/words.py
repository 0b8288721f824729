"""The product's words in the reader's language: states, processes, names of checks."""

from __future__ import annotations

from handlers.locale import Locale
from services.records import AuditEntry, Client, ClientState, Process

PROCESS_ARTICLE = "https://support.fabricai.fi/en/support/solutions/articles/77000584165"


def and_more(locale: Locale, number: int) -> list[str]:
    """Return the line below a list that says how many more there are; none when that is all of it."""
    return [locale.ngettext("… and {number} more", "… and {number} more", number)] if number > 0 else []


def more_clients(locale: Locale, number: int) -> str:
    """Return the line below a list of clients that says how many more there are."""
    return locale.ngettext("… and {number} more client", "… and {number} more clients", number)


def process_name(locale: Locale, process: Process) -> str:
    """Return the name of a process."""
    _ = locale.gettext
    return {
        Process.STANDARD: _("Standard"),
        Process.ALTERNATIVE: _("Alternative"),
        Process.ALTERNATIVE_WITH_CIRCULATION: _("Alternative with circulation"),
        Process.BACKGROUND: _("Background"),
    }[process]


def process_explanation(locale: Locale, process: Process) -> str:
    """Return what a process means, in at most 75 characters."""
    _ = locale.gettext
    return {
        Process.STANDARD: _("Invoices are posted after the client has approved them."),
        Process.ALTERNATIVE: _("Invoices are posted on arrival, whatever the approval."),
        Process.ALTERNATIVE_WITH_CIRCULATION: _("Posting and circulation list on arrival, then approval."),
        Process.BACKGROUND: _("Suggestions go to Netvisor; people work there."),
    }[process]


def process_change(locale: Locale, entry: AuditEntry) -> str:
    """Return who changed the process and when."""
    return locale.gettext(
        "Process changed by {person} on {day}: {before} → {after}",
        person=f"<@{entry.person}>",
        day=locale.day(entry.at),
        before=process_name(locale, Process(str(entry.details["before"]))),
        after=process_name(locale, Process(str(entry.details["after"]))),
    )


def state_name(locale: Locale, client: Client) -> str:
    """Return a client's state with its sign."""
    sign = {
        ClientState.CHECKING: ":mag:",
        ClientState.BLOCKED: ":no_entry:",
        ClientState.TRAINING: ":hourglass_flowing_sand:",
        ClientState.PRODUCTION: ":large_green_circle:",
        ClientState.PAUSED: ":double_vertical_bar:",
        ClientState.REMOVED: ":wastebasket:",
    }[client.state]
    return f"{sign} {state_words(locale, client.state)}"


def state_words(locale: Locale, state: ClientState) -> str:
    """Return a state."""
    _ = locale.gettext
    return {
        ClientState.CHECKING: _("Checking rights"),
        ClientState.BLOCKED: _("Blocked"),
        ClientState.TRAINING: _("Training"),
        ClientState.PRODUCTION: _("In production"),
        ClientState.PAUSED: _("Paused"),
        ClientState.REMOVED: _("Removed"),
    }[state]


def check_name(locale: Locale, check_id: str) -> str:
    """Return the name of a check."""
    _ = locale.gettext
    return {
        "credentials": _("API credentials"),
        "company": _("Access to the company"),
        "purchase_invoices": _("API resources: purchase invoices"),
        "accounting": _("API resources: accounting material"),
        "dimensions": _("API resources: calculation targets"),
        "posting": _("Posting (account allocation)"),
        "inspector": _("Purchase invoice inspector"),
        "approver": _("Purchase invoice approval"),
        "circulation_setter": _("Approval circulation setter"),
        "accountant_role": _("Accountant role"),
        "circulation_lists": _("Circulation lists"),
        "history": _("Invoice history"),
    }[check_id]


def refusal_reason(locale: Locale, code: str) -> str:
    """Return why a channel takes no messages from us, after Slack's code."""
    _ = locale.gettext
    if code.startswith("restricted_action"):  # there is one for each kind of restriction
        return _("only some people may post there: ask an admin of this Slack workspace")
    return {
        "not_in_channel": _("the app is not a member there: write “/invite @Fabric” in the channel"),
        "channel_not_found": _("the app cannot see it: write “/invite @Fabric” in the channel"),
        "is_archived": _("it is archived"),
        "is_inactive": _("it is archived"),
        "missing_scope": _(
            "whether the last one has arrived is not known, and the app may not look: ask its operator to grant "
            "the scopes `channels:history` and `groups:history`"
        ),
    }.get(code) or _("Slack answers “{code}”", code=code)
