"""The audit: who did what and when, as a modal and as a file."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handlers.ids import Action, Callback
from handlers.locale import Locale
from handlers.views.access import right_name
from handlers.views.batches import neutral
from handlers.views.elements import View, actions, button, context, cut, escape, modal, section, sections
from handlers.views.why import invoice_event
from handlers.views.words import process_name
from services.access import Right
from services.audit import CLIENT_ITSELF, AuditLine, AuditPage
from services.records import Process
from services.uploads import RenderedFile

LONGEST_NAME = 60


def audit_view(locale: Locale, page: AuditPage, *, newest: bool = True) -> View:
    """Return a page of the audit, the newest first."""
    _ = locale.gettext
    blocks = [section(f"*{escape(page.client.name)}*")] if page.client else []
    lines = [_line(locale, line, with_client=page.client is None) for line in page.lines]
    blocks += sections(lines) if lines else [section(_("Nothing has happened yet."))]
    buttons = [button(_("CSV file"), Action.AUDIT_EXPORT)]
    if page.earlier:
        buttons.insert(0, button(_("Earlier"), Action.AUDIT_EARLIER, page.earlier))
    if not newest:
        buttons.insert(0, button(_("Newest"), Action.AUDIT_NEWEST))
    blocks += [actions(*buttons, block_id="audit"), context(_("Keys and user identifiers are never in here."))]
    reference = page.client.id if page.client else ""
    return modal(Callback.AUDIT, _("Who did what"), blocks, close=_("Close"), reference=reference)


def _line(locale: Locale, line: AuditLine, *, with_client: bool) -> str:
    parts = [locale.moment(line.entry.at)]
    if line.entry.person:
        parts.append(escape(cut(line.person, LONGEST_NAME)))
    if with_client and line.client:
        parts.append(f"*{escape(cut(line.client, LONGEST_NAME))}*")
    if line.invoice:
        parts.append(escape(cut(line.invoice, LONGEST_NAME)))
    return "• " + " · ".join([*parts, audit_words(locale, line)])


def audit_words(locale: Locale, line: AuditLine) -> str:
    """Return what happened, in words."""
    entry, details = line.entry, line.entry.details
    if entry.netvisor_key != CLIENT_ITSELF:
        return invoice_event(locale, entry)
    said = CLIENT_EVENTS.get(entry.event)
    return said(locale, details) if said else entry.event


def _process(locale: Locale, details: Any) -> str:
    before, after = (process_name(locale, Process(str(details[one]))) for one in ("before", "after"))
    return locale.gettext("changed the process: {before} → {after}", before=before, after=after)


def _access(locale: Locale, details: Any) -> str:
    _ = locale.gettext
    said = [_("changed who may do what")]
    rights = [right_name(locale, Right(right)) for right in details.get("rights") or ()]
    if rights:
        said.append(_("rights: {names}", names=locale.list(rights)))
    for key, words in (("admins_added", _("admins added: {names}")), ("admins_removed", _("admins removed: {names}"))):
        people: list[str] = details.get(key) or []
        if people:
            said.append(words.format(names=locale.list([f"<@{one}>" for one in people[:5]])))
    if details.get("clients"):
        number = int(details["clients"])
        said.append(
            locale.ngettext(
                "{number} client was given to another team", "{number} clients were given to another team", number
            )
        )
    return "; ".join(said)


def _credentials(locale: Locale, details: Any) -> str:
    _ = locale.gettext
    ending = escape(str(details.get("key") or ""))
    return {
        "added": _("added the API credentials ending in {ending}", ending=ending),
        "described": _("changed the label of the API credentials ending in {ending}", ending=ending),
        "removed": _("removed the API credentials ending in {ending}", ending=ending),
        "tested": _("tested the API credentials ending in {ending}", ending=ending),
        "switched_from": _("switched clients away from the API credentials ending in {ending}", ending=ending),
        "switched_to": _("switched clients to the API credentials ending in {ending}", ending=ending),
    }.get(str(details.get("what")), str(details.get("what")))


def _list(details: Any) -> dict[str, str]:
    return {"number": escape(str(details["number"])[:100]), "name": escape(str(details["list"])[:100])}


def _automation(locale: Locale, details: Any, said: str) -> str:
    """Return a change of automation with its settings: which version, the limit, the certainty and the sample."""
    settings = locale.gettext(
        "settings {version}: under {most}, certainty {confidence}, sample {sample}",
        version=details["version"],
        most=locale.money(int(details["most"])),
        confidence=locale.percent(float(details["confidence"])),
        sample=locale.percent(int(details["sample"]) / 100),
    )
    return f"{said} ({settings})"


CLIENT_EVENTS: dict[str, Callable[[Locale, Any], str]] = {
    "process_changed": _process,
    "access_changed": _access,
    "credentials": _credentials,
    "automation_on": lambda locale, details: _automation(locale, details, locale.gettext("switched automation on")),
    "automation_off": lambda locale, details: _automation(locale, details, locale.gettext("switched automation off")),
    "automation_changed": lambda locale, details: _automation(
        locale, details, locale.gettext("changed the settings of automation")
    ),
    "client_added": lambda locale, details: locale.gettext("added the client"),
    "paused": lambda locale, details: locale.gettext("paused the client"),
    "resumed": lambda locale, details: locale.gettext("resumed the client"),
    "removed": lambda locale, details: locale.gettext("removed the client"),
    "brought_back": lambda locale, details: locale.gettext("brought the client back"),
    "deleted": lambda locale, details: locale.gettext("the data of the removed client was deleted"),
    "moved": lambda locale, details: locale.gettext(
        "moved the client from {before} to {after}", before=f"<#{details['before']}>", after=f"<#{details['after']}>"
    ),
    "team_changed": lambda locale, details: locale.gettext("gave the client to another team"),
    "rule_added": lambda locale, details: locale.gettext("added a rule"),
    "rule_changed": lambda locale, details: locale.gettext("changed a rule"),
    "rule_paused": lambda locale, details: locale.gettext("paused a rule"),
    "rule_resumed": lambda locale, details: locale.gettext("resumed a rule"),
    "rule_removed": lambda locale, details: locale.gettext("removed a rule"),
    "rule_moved": lambda locale, details: locale.gettext("changed the order of rules"),
    "list_trial_asked": lambda locale, details: locale.gettext(
        "had the message that sets a circulation list tried on invoice {number}: {name}", **_list(details)
    ),
    "list_trial_sent": lambda locale, details: locale.gettext(
        "the message that sets a circulation list was sent for invoice {number}: {name}", **_list(details)
    ),
    "list_trial_confirmed": lambda locale, details: locale.gettext(
        "confirmed the trial on invoice {number}: circulation lists are sent to Netvisor", **_list(details)
    ),
    "list_trial_failed": lambda locale, details: locale.gettext(
        "the trial on invoice {number} failed: no circulation list is sent to Netvisor", **_list(details)
    ),
    "list_sending_off": lambda locale, details: locale.gettext("switched the sending of circulation lists off"),
    "list_sending_resumed": lambda locale, details: locale.gettext("resumed the sending of circulation lists"),
}
"""How what happens to a client or to the workspace is told."""


def audit_file(language: str, lines: Sequence[AuditLine], *, all_of_it: bool = True) -> RenderedFile:
    """Return events as a CSV that a Finnish Excel opens with a double click."""
    locale = Locale(language)
    _ = locale.gettext
    written = io.StringIO(newline="")
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    rows.writerow((_("Time"), _("Who"), _("Company"), _("Invoice"), _("What"), _("Code")))
    names = {line.entry.person: line.person for line in lines if line.entry.person}
    for line in lines:
        cells = (
            locale.moment(line.entry.at),
            line.person,
            line.client,
            line.invoice,
            _plain(audit_words(locale, line), names),
            line.entry.event,
        )
        rows.writerow([neutral(cell) for cell in cells])
    if not all_of_it:
        rows.writerow(("", "", "", "", _("Older events are kept, but are too many for this file."), ""))
    name = _("audit")
    return RenderedFile(f"{name}.csv", _("Who did what"), written.getvalue().encode("utf-8-sig"))


def _plain(text: str, names: Mapping[str, str]) -> str:
    """Return Slack's text as a file shows it: people by their names, channels by their ids, nothing escaped."""
    named = re.sub("<@([^>]+)>", lambda found: names.get(found[1], found[1]), text)
    return html.unescape(re.sub("<(#[^>]+)>", r"\1", named))
