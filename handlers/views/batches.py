"""A batch in Slack: its one message, all its rows by pages, the word that all is done, and its table as a file."""

from __future__ import annotations

import csv
import io

from handlers.ids import Action, Callback
from handlers.locale import Locale
from handlers.views.add_clients import SHOWN_NAME, line_problem, pages
from handlers.views.clients import from_now_on
from handlers.views.elements import Block, View, actions, button, context, cut, escape, modal, section
from handlers.views.repairs import EARLIER_CODES
from handlers.views.rights import silence
from handlers.views.words import check_name, process_name, refusal_reason
from services.checks import OUR_FAULT
from services.clock import FIRM_TIMEZONE
from services.facts import (
    BatchChannelRefused,
    BatchDone,
    BatchOverdue,
    BatchRow,
    BatchSummary,
    FileRefused,
    Standing,
)
from services.notifier import Rendered
from services.records import Process
from services.uploads import RenderedFile

TABLE_ROWS = 99
"""Slack's table holds a hundred rows; one of them is the header."""

TABLE_TEXT = 9_000
"""Characters in all cells of a message's table. Slack takes 10,000 in one."""

SHOWN_REPAIR = 90
ROWS_ON_PAGE = 15
BAR = 20

SIGNS = {
    Standing.BLOCKED: ":no_entry:",
    Standing.FAILED: ":x:",
    Standing.NOT_ADDED: ":warning:",
    Standing.WAITING: ":hourglass:",
    Standing.CHECKING: ":mag:",
    Standing.TRAINING: ":hourglass_flowing_sand:",
    Standing.PRODUCTION: ":large_green_circle:",
    Standing.PAUSED: ":double_vertical_bar:",
    Standing.REMOVED: ":wastebasket:",
}


def standing_name(locale: Locale, standing: Standing) -> str:
    """Return how a company stands, without a sign."""
    _ = locale.gettext
    return {
        Standing.BLOCKED: _("Blocked"),
        Standing.FAILED: _("Training failed"),
        Standing.NOT_ADDED: _("Not added"),
        Standing.WAITING: _("Waiting for Netvisor"),
        Standing.CHECKING: _("Checking rights"),
        Standing.TRAINING: _("Training"),
        Standing.PRODUCTION: _("In production"),
        Standing.PAUSED: _("Paused"),
        Standing.REMOVED: _("Removed"),
    }[standing]


def batch_message(locale: Locale, summary: BatchSummary) -> Rendered:
    """Return the one message of a batch: how many stand where, and a table that begins with what needs a person."""
    _ = locale.gettext
    batch, counts = summary.batch, summary.counts
    total = len(summary.rows)
    title = locale.ngettext("{number} client added together", "{number} clients added together", summary.added)
    done = total - counts[Standing.CHECKING]
    standing = " · ".join(
        f"{SIGNS[one]} {standing_name(locale, one)} *{locale.number(counts[one])}*" for one in Standing if counts[one]
    )
    text = f"*{title}*\n{standing}"
    if counts[Standing.CHECKING]:
        full = BAR * done // max(total, 1)
        text += "\n" + _(
            "Checked: {done} of {total}\n`{bar}`",
            done=locale.number(done),
            total=locale.number(total),
            bar="█" * full + "░" * (BAR - full),
        )
    rows = table_rows(locale, summary)
    blocks: list[Block] = [section(text), table(rows)]
    if len(rows) - 1 < total:
        blocks.append(
            context(
                _(
                    "The table shows {shown} of {total}: first those that need somebody. “Show all” has the rest.",
                    shown=locale.number(len(rows) - 1),
                    total=locale.number(total),
                )
            )
        )
    blocks.append(
        context(
            _(
                "Process: {process} · added by {person}",
                process=process_name(locale, Process(batch.process)),
                person=f"<@{batch.person}>",
            )
        )
    )
    blocks.append(actions(*_buttons(locale, summary)))
    return Rendered(f"{title}: {_plain_counts(locale, summary)}", tuple(blocks))


def _plain_counts(locale: Locale, summary: BatchSummary) -> str:
    names = {one: standing_name(locale, one) for one in Standing}
    # Small letters inside a sentence, except in Netvisor's name.
    return ", ".join(
        f"{names[one][0].lower()}{names[one][1:]} {locale.number(count)}"
        for one in Standing
        if (count := summary.counts[one])
    )


def _buttons(locale: Locale, summary: BatchSummary) -> list[Block]:
    _ = locale.gettext
    buttons = [button(_("Show all"), Action.BATCH_ROWS, summary.batch.id)]
    if summary.counts[Standing.BLOCKED] or summary.counts[Standing.FAILED]:
        buttons.append(button(_("Check the blocked again"), Action.BATCH_CHECK_AGAIN, summary.batch.id))
    buttons.append(button(_("Export CSV"), Action.BATCH_EXPORT, summary.batch.id))
    return buttons


def table_rows(locale: Locale, summary: BatchSummary) -> list[tuple[str, ...]]:
    """Return the header and as many rows as a message's table holds."""
    _ = locale.gettext
    rows = [(_("Company"), _("Business id"), _("State"), _("What to do"), _("Who can"))]
    left = TABLE_TEXT - sum(len(cell) for cell in rows[0])
    for row in summary.rows[:TABLE_ROWS]:
        name, business_id, standing, what, who = cells(locale, row)
        shown = (cut(name, 40), business_id, standing, cut(what, SHOWN_REPAIR), cut(who, SHOWN_NAME))
        left -= sum(len(cell) for cell in shown)
        if left < 0:
            break
        rows.append(shown)
    return rows


def table(rows: list[tuple[str, ...]]) -> Block:
    """Return a table block; Slack refuses cells without any text."""
    return {
        "type": "table",
        "column_settings": [{"is_wrapped": wraps} for wraps in (True, False, False, True, True)],
        "rows": [[{"type": "raw_text", "text": cell or "–"} for cell in row] for row in rows],
    }


def cells(locale: Locale, row: BatchRow) -> tuple[str, str, str, str, str]:
    """Return a company's name, business id, state, what to do, and who can, as plain text."""
    client, line = row.client, row.line
    name = client.name if client else line.name
    return (
        name if name != line.business_id else "",
        line.business_id,
        standing_name(locale, row.standing),
        what_to_do(locale, row),
        locale.list(tuple(dict.fromkeys(who_can(locale, repair) for repair in row.repairs))) if row.repairs else "",
    )


def what_to_do(locale: Locale, row: BatchRow) -> str:
    """Return what is missing or in the way of a company; nothing when nobody has to do anything."""
    _ = locale.gettext
    reference = row.reason.removeprefix(OUR_FAULT)
    match row.standing:
        case Standing.BLOCKED:
            return locale.list([check_name(locale, check_id) for check_id in row.missing])
        case Standing.NOT_ADDED:
            where = _("Line {number}", number=locale.number(row.line.number))
            return f"{where}: {line_problem(locale, row.line)}"
        case Standing.FAILED if row.reason == "right_lost":
            return _("Training stopped: a right was lost meanwhile.")
        case Standing.FAILED:
            return _("The fault is ours: tell the operator the reference {reference}.", reference=reference)
        case Standing.WAITING if row.reason.startswith(OUR_FAULT):
            return _("The fault is ours: tell the operator the reference {reference}.", reference=reference)
        case Standing.WAITING:
            return silence(locale, row.reason) + " " + _("It goes on by itself.")
        case _:
            return ""


def who_can(locale: Locale, repair: str) -> str:
    """Return who can make a repair, in few words; how is said by “Check rights”."""
    _ = locale.gettext
    match EARLIER_CODES.get(repair, repair):
        case "allow_resources" | "reach_company" | "accountant_role":
            return _("KH or TPK")
        case "posting_level" | "inspector_right" | "approver_right" | "setter_right":
            return _("User Administrator (KH)")
        case "credentials_again":
            return _("whoever created the credentials")
        case "operator_partner":
            return _("the operator of this app")
        case "create_lists" | "rename_lists":
            return _("a user who may set circulations")
        case _:
            return _("see “Check rights”")


def batch_view(locale: Locale, summary: BatchSummary, page: int = 0) -> View:
    """Return all companies of a batch by pages, each with a button where something is to be repaired."""
    _ = locale.gettext
    shown = summary.rows[page * ROWS_ON_PAGE : (page + 1) * ROWS_ON_PAGE]
    blocks = [_row(locale, row) for row in shown]
    blocks += pages(locale, summary.batch.id, page, len(summary.rows), ROWS_ON_PAGE)
    return modal(Callback.BATCH_ROWS, _("Clients"), blocks, close=_("Close"), reference=summary.batch.id)


def _row(locale: Locale, row: BatchRow) -> Block:
    name, business_id, standing, what, who = cells(locale, row)
    title = f"*{escape(cut(name, SHOWN_NAME))}* `{business_id}`" if name else f"`{escape(business_id) or '–'}`"
    text = f"{SIGNS[row.standing]} {title} · {standing}"
    if what:
        text += f"\n{escape(cut(what, 300))}"
    if who:
        text += "\n" + locale.gettext("Who can: {who}", who=who)
    if row.client and row.standing in (Standing.BLOCKED, Standing.WAITING, Standing.FAILED):
        check = button(locale.gettext("Check rights"), Action.CHECK_AGAIN, row.client.id)
        return section(text, block_id=f"row:{row.client.id}", accessory=check)
    return section(text)


def batch_done(locale: Locale, fact: BatchDone) -> Rendered:
    """Return what the person who added a batch is told when all of it has come as far as it comes by itself."""
    _ = locale.gettext
    summary = fact.summary
    title = locale.ngettext(
        "The {number} client that you added is through.",
        "The {number} clients that you added are through.",
        summary.added,
    )
    counts = summary.counts
    lines = [
        f"{SIGNS[one]} {standing_name(locale, one)}: *{locale.number(counts[one])}*" for one in Standing if counts[one]
    ]
    where = _("The message in {channel} has them all.", channel=f"<#{summary.batch.channel}>")
    blocks = [
        section(f":tada: *{title}*\n" + "\n".join(lines) + f"\n{where}"),
        actions(*_buttons(locale, summary)),
        *(context(line) for line in _from_now_on(locale, summary)),
    ]
    return Rendered(f"{title} {_plain_counts(locale, summary)}", tuple(blocks))


def _from_now_on(locale: Locale, summary: BatchSummary) -> list[str]:
    """Return what happens with the invoices of those in production, by their processes."""
    clients = [row.client for row in summary.rows if row.client and row.standing is Standing.PRODUCTION]
    used = {client.process for client in clients}
    return [
        f"{process_name(locale, process)}: {from_now_on(locale, process)}" for process in Process if process in used
    ]


def batch_overdue(locale: Locale, fact: BatchOverdue) -> Rendered:
    """Return the text that Slack posts by itself when a batch is not done in a day."""
    text = locale.gettext(
        "Some of the clients that {person} added together were not done in a day, although they should be. Their "
        "message in this channel says which; if the app does not answer, it is down: tell its operator.",
        person=f"<@{fact.batch.person}>",
    )
    return Rendered(text, (section(text),))


def batch_channel_refused(locale: Locale, fact: BatchChannelRefused) -> Rendered:
    """Return what the person who added a batch is told when its channel takes no messages."""
    text = locale.gettext(
        "The progress of your clients cannot be shown in {channel}: {why}. They go on all the same.",
        channel=f"<#{fact.batch.channel}>",
        why=refusal_reason(locale, fact.reason),
    )
    show = actions(button(locale.gettext("Show all"), Action.BATCH_ROWS, fact.batch.id))
    return Rendered(text, (section(text), show))


def file_refused(locale: Locale, fact: FileRefused) -> Rendered:
    """Return what a person is told when Slack takes no file from us."""
    _ = locale.gettext
    text = (
        _(
            "The app may not give files in this workspace yet: ask the operator to install it again with the scopes of "
            "its manifest."
        )
        if fact.reason == "missing_scope"
        else _("Slack does not take the file from the app ({code}). Tell the operator.", code=fact.reason)
    )
    return Rendered(text, (section(text),))


def batch_file(language: str, summary: BatchSummary) -> RenderedFile:
    """Return the table of a batch as a CSV that a Finnish Excel opens with a double click: UTF-8 marked, semicolons."""
    locale = Locale(language)
    _ = locale.gettext
    written = io.StringIO(newline="")
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    rows.writerow((_("Company"), _("Business id"), _("State"), _("What to do"), _("Who can"), _("Process"), _("Line")))
    for row in summary.rows:
        process = Process(row.client.process if row.client else row.line.process or summary.batch.process)
        rows.writerow(
            [neutral(cell) for cell in (*cells(locale, row), process_name(locale, process), str(row.line.number))]
        )
    day, name = summary.batch.added_at or summary.batch.updated_at, _("clients")
    return RenderedFile(
        name=f"{name}-{day.astimezone(FIRM_TIMEZONE):%Y-%m-%d}.csv",
        title=_("Clients added on {day}", day=locale.day(day)),
        content=written.getvalue().encode("utf-8-sig"),
    )


def neutral(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def batch_gone(locale: Locale) -> str:
    """Return the sentence for a button whose list of clients is not kept any more."""
    return locale.gettext("That list is not kept any more. `/fabric clients` shows the clients.")
