"""The modals that add many clients: the form, what its list holds, and that they are on their way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.ids import Action, Callback, Field
from handlers.locale import Locale
from handlers.views.add_client import NEW_CREDENTIAL, credential_input, field_error
from handlers.views.elements import (
    OWN_CHANNELS,
    Block,
    View,
    actions,
    button,
    choice_input,
    context,
    cut,
    escape,
    modal,
    option,
    plain,
    section,
    sections,
    text_input,
)
from handlers.views.words import process_explanation, process_name
from services.batch_lines import Line
from services.batches import lines_of_batch
from services.checks import OUR_FAULT
from services.records import Batch, Credential, Process
from services.spreadsheets import MOST_BYTES, MOST_ROWS

PAGE = 25
"""Lines of a list that a modal shows at once."""

SHOWN_NAME = 60
LONGEST_PASTE = 3000
"""Slack's own limit of what a field holds."""


def form(locale: Locale, batch: Batch, credentials: Sequence[Credential], found: tuple[int, int] | None = None) -> View:
    """Return the form: the list, what holds for all its lines, and the credential.

    `found` tells how many companies a message names and how many of them stand in the list already.
    """
    _ = locale.gettext
    processes = [
        option(process_name(locale, process), process, process_explanation(locale, process)) for process in Process
    ]
    channel: dict[str, Any] = {
        "type": "conversations_select",
        "placeholder": plain(_("Choose")),
        "filter": OWN_CHANNELS,
        "default_to_current_conversation": True,
    }
    if batch.channel:
        channel["initial_conversation"] = batch.channel
        del channel["default_to_current_conversation"]
    pasted = text_input(
        Field.LIST,
        _("Business ids"),
        initial=batch.text,
        hint=_(
            "One company a line, also copied from Excel: business id, and if you like its name, process and channel. "
            "For more than fits here give a file."
        ),
        multiline=True,
        max_length=LONGEST_PASTE,
    )
    file: Block = {
        "type": "input",
        "block_id": Field.FILE,
        "label": {"type": "plain_text", "text": _("Or a file: Excel (.xlsx) or CSV")},
        "hint": {
            "type": "plain_text",
            "text": _("Columns in any order, named in the first row: business id, name, process, channel."),
        },
        "element": {
            "type": "file_input",
            "action_id": Field.FILE,
            "filetypes": ["xlsx", "csv", "tsv", "txt", "text"],
            "max_files": 1,
        },
        "optional": True,
    }
    blocks = [
        *([context(_found_text(locale, *found))] if found else []),
        {**pasted, "optional": True},
        file,
        choice_input(
            Field.PROCESS,
            _("Process"),
            {"type": "static_select", "options": processes, "initial_option": processes[0]},
            hint=_("For the lines that name none of their own."),
        ),
        choice_input(
            Field.CHANNEL,
            _("Channel for notices"),
            channel,
            hint=_("All of these clients share one message there. Invite the app to a private channel first."),
        ),
    ]
    if credentials:
        blocks.append(credential_input(locale, credentials))
    else:
        blocks.append(context(_("The API key and the user identifier are asked for last, on a page of their own.")))
    blocks.append(actions(button(_("Show the guide"), Action.SHOW_GUIDE, batch.id)))
    return modal(
        Callback.BATCH_FORM, _("Add clients"), blocks, submit=_("Continue"), close=_("Cancel"), reference=batch.id
    )


def _found_text(locale: Locale, number: int, listed: int) -> str:
    """Return what was found in a message."""
    _ = locale.gettext
    if not number:
        return _(":warning: I found no business ids in the message, such as 1234567-1. Write them below.")
    text = locale.ngettext(
        "I found {number} company in the message. Look at the list before you go on.",
        "I found {number} companies in the message. Look at the list before you go on.",
        number,
    )
    if listed == number:
        return text
    more = _("Only the first {number} fit here; give the rest as a file.", number=locale.number(listed))
    return f":warning: {text} {more}"


def chosen_credential(value: object) -> str:
    """Return the id of the credential that was chosen in the form, nothing for a new one."""
    return "" if value in (None, NEW_CREDENTIAL) else str(value)


def draft_view(locale: Locale, batch: Batch, page: int = 0, *, external_id: str = "") -> View:
    """Return what a draft's list holds, a page at a time; that it is being read; or why it cannot be."""
    _ = locale.gettext
    if batch.unreadable:
        return _draft_modal(locale, batch, [section(":warning: " + unreadable(locale, batch.unreadable))], external_id)
    if batch.read_at is None:
        reading = _("Reading {file}…", file=escape(batch.file_name)) if batch.file_name else _("Reading the list…")
        return _draft_modal(locale, batch, [section(f":hourglass_flowing_sand: {reading}")], external_id)
    lines = lines_of_batch(batch)
    bad = [line for line in lines if line.problem]
    good = [line for line in lines if not line.problem]
    ready = locale.ngettext(
        "*{number} company* is ready to be added.", "*{number} companies* are ready to be added.", len(good)
    )
    summary = f":white_check_mark: {ready}" if good else ":warning: " + _("No company of the list can be added.")
    if bad:
        summary += "\n:warning: " + locale.ngettext(
            "*{number} line* has a problem and is left out.",
            "*{number} lines* have problems and are left out.",
            len(bad),
        )
    blocks = [section(summary)]
    page_of_bad, page_of_good = bad[page * PAGE : (page + 1) * PAGE], good[max(0, page * PAGE - len(bad)) :]
    blocks += sections([problem_line(locale, line) for line in page_of_bad])
    blocks += sections([_ready_line(locale, line) for line in page_of_good[: PAGE - len(page_of_bad)]])
    blocks += pages(locale, batch.id, page, len(lines))
    usual = _(
        "Unless a line says otherwise: process {process}, notices in {channel}.",
        process=process_name(locale, Process(batch.process)),
        channel=f"<#{batch.channel}>",
    )
    blocks.append(context(usual + " " + _("Nothing has been stored yet.")))
    submit = locale.ngettext("Add {number} client", "Add {number} clients", len(good)) if good else None
    return _draft_modal(locale, batch, blocks, external_id, submit)


def _draft_modal(
    locale: Locale, batch: Batch, blocks: Sequence[Block], external_id: str, submit: str | None = None
) -> View:
    _ = locale.gettext
    return modal(
        Callback.BATCH_PREVIEW,
        _("Add clients"),
        blocks,
        submit=submit,
        close=_("Back"),
        reference=batch.id,
        external_id=external_id,
    )


def pages(locale: Locale, reference: str, page: int, count: int, size: int = PAGE) -> list[Block]:
    """Return the buttons that turn the pages of so many lines; nothing where one page holds them."""
    _ = locale.gettext
    last = (count - 1) // size
    if last < 1:
        return []
    where = _(
        "{first}–{last} of {total}",
        first=locale.number(page * size + 1),
        last=locale.number(min((page + 1) * size, count)),
        total=locale.number(count),
    )
    turns = [(page - 1, Action.BATCH_EARLIER, _("Previous")), (page + 1, Action.BATCH_LATER, _("Next"))]
    buttons = [button(text, action, f"{reference}:{to}") for to, action, text in turns if 0 <= to <= last]
    return [context(where), actions(*buttons, block_id=f"pages:{page}")]


def problem_line(locale: Locale, line: Line) -> str:
    """Return a line that is left out, and why."""
    _ = locale.gettext
    name = f" {escape(cut(line.name, SHOWN_NAME))}" if line.name else ""
    return ":warning: " + _(
        "Line {number}{name}: {problem}",
        number=locale.number(line.number),
        name=name,
        problem=escape(line_problem(locale, line)),
    )


def line_problem(locale: Locale, line: Line) -> str:
    """Return what is wrong with a line, as plain text."""
    _ = locale.gettext
    value = cut(line.value, SHOWN_NAME)
    match line.problem:
        case "business_id_missing":
            return _("there is no business id.")
        case "business_id_invalid":
            return _("“{value}” is not a Finnish business id: check its digits.", value=value)
        case "twice":
            return _("the same company is on line {number} already.", number=value)
        case "taken":
            return _("this company has been added already, as {name}.", name=value)
        case "removed":
            return _("this company was removed, as {name}. It can still be brought back: add it alone.", name=value)
        case "process_unknown":
            names = locale.list([process_name(locale, process) for process in Process])
            return _("“{value}” is no process. They are: {names}.", value=value, names=names)
        case "channel_unknown":
            return _("I see no channel “{value}”. I must be invited to a private one.", value=value)
        case _:
            return _("a formula has no value. Save the file in Excel and give it again, or write the value itself.")


def _ready_line(locale: Locale, line: Line) -> str:
    _ = locale.gettext
    own = [process_name(locale, Process(line.process))] if line.process else []
    own += [f"<#{line.channel}>"] if line.channel else []
    own += [_("name cut to 100 characters")] if line.is_name_cut else []
    name = f"*{escape(cut(line.name, SHOWN_NAME))}* " if line.name else ""
    return " · ".join([f"• {name}`{line.business_id}`", *own])


def unreadable(locale: Locale, code: str) -> str:
    """Return why a list cannot be read, and what to do."""
    _ = locale.gettext
    if code.startswith(OUR_FAULT):
        return _(
            "The file could not be read, and the fault is ours. Please try again; if it happens again, give the "
            "operator the reference {reference}.",
            reference=code.removeprefix(OUR_FAULT),
        )
    return {
        "empty": _("There are no lines in it."),
        "too_large": _(
            "The file is too large: at most {number} MB are read. Leave only the columns that are needed.",
            number=MOST_BYTES // 1024 // 1024,
        ),
        "too_many_rows": _(
            "There are too many lines: at most {number} are read at once. Divide the list.",
            number=locale.number(MOST_ROWS),
        ),
        "old_excel": _("This is an old Excel file (.xls). Save it as .xlsx or CSV and give it again."),
        "not_a_list": _("This is no list that I can read. Give an Excel file (.xlsx) or CSV."),
        "no_business_ids": _("There are no business ids in it: one column must hold them, such as 1234567-1."),
        "no_scope": _(
            "The app may not read files in this workspace yet. Paste the business ids instead, or ask the operator to "
            "install the app again with the scopes of its manifest."
        ),
        "no_file": _("Slack did not give the file. Go back and attach it again, or paste the business ids."),
    }[code]


def batch_field_error(locale: Locale, problem: str) -> str:
    """Return the sentence for a field's problem."""
    _ = locale.gettext
    match problem:
        case "list_missing":
            return _("Paste business ids here, or give a file below.")
        case "list_twice":
            return _("Give the companies either here or as a file, not both.")
        case "process_missing" | "channel_missing" | "credential_gone":
            return field_error(locale, problem)
        case _:
            return unreadable(locale, problem)


def added_view(locale: Locale, batch: Batch, number: int) -> View:
    """Return the modal that says that clients are on their way."""
    _ = locale.gettext
    text = locale.ngettext("*{number} client* is being added.", "*{number} clients* are being added.", number)
    blocks = [
        section(
            f":white_check_mark: {text}\n"
            + _(
                "Their rights are checked now, and training begins by itself. One message in {channel} shows how all "
                "of them get on, and what to repair and who can; I write to you when all is done.",
                channel=f"<#{batch.channel}>",
            )
        ),
        context(_("You may close this.")),
    ]
    return modal(Callback.BATCH_PREVIEW, _("Add clients"), blocks, close=_("Close"), clear_on_close=True)
