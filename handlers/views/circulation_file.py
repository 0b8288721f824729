"""A client's rules as a file: the file that is given, the question for one, and what it holds before it is saved."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from handlers.ids import Action, Callback, Field
from handlers.locale import LANGUAGES, Locale
from handlers.views.add_clients import unreadable
from handlers.views.circulation import problem_text, rule_sentence
from handlers.views.circulation_rules import amount, reference
from handlers.views.elements import Block, View, actions, button, context, escape, header, modal, section, sections
from handlers.views.words import and_more
from services.circulation import Problem
from services.circulation.files import AMOUNTS, COLUMNS, written_cell
from services.facts import RulesOfFile
from services.prediction.lines import normal
from services.records import CirculationRule, Client
from services.uploads import RenderedFile

MOST_LEFT = 30
"""Rows with problems that a modal names."""

MOST_SHOWN = 30
"""Rules that a modal names."""


def columns(locale: Locale) -> dict[str, str]:
    """Return the headings of a file's columns, by field."""
    _ = locale.gettext
    headings = {
        "vendor": _("Vendor"),
        "business_id": _("Vendor's business id"),
        "amount_min": _("Sum at least"),
        "amount_max": _("Sum at most"),
        "text": _("Text on a line or in a reference"),
        "address": _("Text in the vendor's address"),
        "when_account": _("If the account is"),
        "when_dimension_name": _("If the dimension"),
        "when_dimension": _("is the item"),
        "list_key": _("Circulation list's key"),
        "list_name": _("Circulation list"),
        "dimension_name": _("Dimension"),
        "dimension": _("Dimension's item"),
        "account": _("Account"),
        "paused": _("Paused"),
    }
    return {field: headings[field] for field in COLUMNS}


def headings() -> dict[str, str]:
    """Return the fields by the headings of their columns in every language, as they can be compared."""
    return {normal(heading): field for language in LANGUAGES for field, heading in columns(Locale(language)).items()}


def rules_file(language: str, client: Client, rules: Sequence[CirculationRule]) -> RenderedFile:
    """Return rules as a CSV that a Finnish Excel opens with a double click, and that can be imported again."""
    locale = Locale(language)
    _ = locale.gettext
    written = io.StringIO(newline="")
    table = csv.writer(written, delimiter=";", lineterminator="\r\n")
    names = columns(locale)
    table.writerow(names.values())
    for rule in rules:
        table.writerow([_cell(locale, rule, field) for field in names])
    name, title = _("rules"), _("Rules of {name}", name=client.name)
    return RenderedFile(f"{name}-{client.business_id}.csv", title, written.getvalue().encode("utf-8-sig"))


def _cell(locale: Locale, rule: CirculationRule, field: str) -> str:
    value = getattr(rule, field)
    if field in AMOUNTS:
        return amount(value)
    if field == "paused":
        return locale.gettext("yes") if value else ""
    return written_cell(value or "")


def import_form(locale: Locale, client: Client) -> View:
    """Return the question for a file of rules."""
    _ = locale.gettext
    file: Block = {
        "type": "input",
        "block_id": Field.FILE,
        "label": {"type": "plain_text", "text": _("A file: CSV or Excel (.xlsx)")},
        "element": {
            "type": "file_input",
            "action_id": Field.FILE,
            "filetypes": ["xlsx", "csv", "tsv", "txt", "text"],
            "max_files": 1,
        },
    }
    blocks = [
        section(f"*{escape(client.name)}*"),
        actions(button(_("Back to the rules"), Action.RULES, client.id)),
        section(
            _(
                "Give a file of the same columns as “Export as CSV” gives, of this client or another one. Lists are "
                "found here by their names. You see first what the rules would be; nothing is saved before that."
            )
        ),
        file,
    ]
    return modal(
        Callback.RULES_IMPORT,
        _("Import rules"),
        blocks,
        submit=_("Preview"),
        close=_("Cancel"),
        reference=reference(client),
    )


def rules_file_view(locale: Locale, fact: RulesOfFile) -> View:
    """Return what a file of rules holds, before any is saved; that it is being read; or why it cannot be."""
    _ = locale.gettext
    blocks: list[Block]
    submit = None
    if fact.unreadable:
        blocks = [section(f":warning: {_unreadable(locale, fact.unreadable)}")]
    elif not fact.is_read:
        reading = _("Reading {file}…", file=escape(fact.file_name or "CSV"))
        blocks = [section(f":hourglass_flowing_sand: {reading}")]
    else:
        blocks = _contents(locale, fact)
        if fact.rules:
            submit = locale.ngettext("Save {number} rule", "Save {number} rules", len(fact.rules))
    return modal(
        Callback.RULES_FILE,
        _("Import rules"),
        blocks,
        submit=submit,
        close=_("Back"),
        reference=reference(fact.client, file=fact.id),
        external_id=fact.id,
    )


def _contents(locale: Locale, fact: RulesOfFile) -> list[Block]:
    _ = locale.gettext
    blocks = [section(f"*{escape(fact.client.name)}*")]
    if fact.left:
        title = locale.ngettext(
            "{number} row cannot become a rule", "{number} rows cannot become rules", len(fact.left)
        )
        lines: list[str] = []
        for number, code, rule in fact.left[:MOST_LEFT]:
            row = _("Row {number}", number=number)
            sentence = rule_sentence(locale, rule, fact.registers)
            lines.append(f":warning: {row}: {problem_text(locale, Problem(code))}\n      {sentence}")
        blocks += [header(title), *sections([*lines, *and_more(locale, len(fact.left) - len(lines))])]
    title = locale.ngettext("{number} row becomes a rule", "{number} rows become rules", len(fact.rules))
    lines = [
        f"• {':double_vertical_bar: ' if rule.paused else ''}{rule_sentence(locale, rule, fact.registers)}"
        for rule in fact.rules[:MOST_SHOWN]
    ]
    blocks += [header(title), *sections([*lines, *and_more(locale, len(fact.rules) - len(lines))])]
    note = _("The rules come behind those that the client has, in the order of the file.")
    return [*blocks, context(note + " " + _("Nothing has been stored yet."))]


def _unreadable(locale: Locale, code: str) -> str:
    """Return why a file of rules cannot be read, and what to do."""
    _ = locale.gettext
    match code:
        case "no_rules":
            return _("There are no rules in it: the first row must name the columns as “Export as CSV” does.")
        case "no_scope":
            return _(
                "The app may not read files in this workspace yet. Ask the operator to install the app again with the "
                "scopes of its manifest."
            )
        case "no_file":
            return _("Slack did not give the file. Go back and attach it again.")
        case _:
            return unreadable(locale, code)
