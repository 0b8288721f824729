"""The process of a client: the present one, the choice, what it changes and what to do first."""

from __future__ import annotations

import json

from handlers.ids import Action, Callback, Field
from handlers.locale import Locale
from handlers.views.clients import from_now_on
from handlers.views.elements import View, actions, button, choice_input, context, escape, modal, option, section
from handlers.views.words import PROCESS_ARTICLE, process_change, process_explanation, process_name
from services.processes import Effect
from services.records import AuditEntry, Client, Process


def process_view(
    locale: Locale,
    client: Client,
    changed: AuditEntry | None,
    chosen: Process | None = None,
    effect: Effect | None = None,
) -> View:
    """Return the modal in which a process is chosen; with a choice, it says what that changes."""
    _ = locale.gettext
    options = [option(process_name(locale, one), one, process_explanation(locale, one)) for one in Process]
    initial = next(one for one in options if one["value"] == (chosen or client.process))
    element = {"type": "radio_buttons", "options": options, "initial_option": initial}
    name = process_name(locale, client.process)
    blocks = [
        section(f"*{escape(client.name)}*\n" + _("The process now: *{process}*", process=name)),
        {**choice_input(Field.PROCESS, _("Process"), element), "dispatch_action": True},
    ]
    if changed:
        blocks.insert(1, context(process_change(locale, changed)))
    if chosen and effect and chosen is not client.process:
        for title, lines in (
            (_("What changes"), [from_now_on(locale, chosen)]),
            (_("Do first"), _first(locale, chosen, effect)),
            (_("Invoices under way"), _invoices(locale, client.process, chosen, effect)),
        ):
            blocks.append(section(f"*{title}*\n" + "\n".join(f"• {line}" for line in lines)))
    blocks.append(context(f"<{PROCESS_ARTICLE}|" + _("FabricAI's article on processes") + ">"))
    reference = json.dumps({"client": client.id, "seen": client.process})
    return modal(
        Callback.PROCESS,
        _("Change the process"),
        blocks,
        submit=_("Change"),
        close=_("Cancel"),
        reference=reference,
    )


def process_changed(locale: Locale, client: Client, process: Process, effect: Effect) -> View:
    """Return the modal after the change; `client` is as it was before."""
    _ = locale.gettext
    name = process_name(locale, process)
    words = _("The process of {name} is now *{process}*.", name=escape(client.name), process=name)
    blocks = [
        section(f":white_check_mark: {words}\n{from_now_on(locale, process)}"),
        section("\n".join(f"• {line}" for line in _invoices(locale, client.process, process, effect))),
        section(_("The rights that this process needs are being checked. You are told what comes of it.")),
        actions(button(_("Check rights"), Action.CHECK_AGAIN, client.id)),
    ]
    return modal(Callback.PROCESS, _("Change the process"), blocks, close=_("Close"), clear_on_close=True)


def _first(locale: Locale, process: Process, effect: Effect) -> list[str]:
    """Return what should be done before the change (FabricAI's articles 77000584153, 77000584161 and 667436)."""
    _ = locale.gettext
    lines: list[str] = []
    if effect.kept or effect.left:
        lines.append(_("Go through the invoices that wait for review: an empty queue is the safest to change with."))
    if process is Process.ALTERNATIVE_WITH_CIRCULATION:
        lines += [
            _("Make a circulation list in Netvisor for every combination that is needed, each with a clear name."),
            _(
                "Remove Netvisor's old rules that choose circulation lists by themselves: they would send invoices "
                "past the review."
            ),
            _("See that new invoices reach the user of the API credentials first in Netvisor."),
        ]
    if process is not Process.BACKGROUND:
        lines.append(_("Take the accountant off the circulation lists in Netvisor."))
    lines.append(_("Remove rules in Netvisor that set the invoice date: they prevent predictions."))
    return lines


def _invoices(locale: Locale, before: Process, after: Process, effect: Effect) -> list[str]:
    """Return what becomes of invoices that are under way."""
    _ = locale.gettext
    lines: list[str] = []
    if effect.kept:
        lines.append(
            locale.ngettext(
                "{number} invoice goes on in the new process.",
                "{number} invoices go on in the new process.",
                effect.kept,
            )
        )
    if effect.left:
        lines.append(
            locale.ngettext(
                "{number} invoice is left as it stands: the new process does not work on it yet.",
                "{number} invoices are left as they stand: the new process does not work on them yet.",
                effect.left,
            )
        )
    if effect.kept and Process.BACKGROUND not in (before, after):
        if after is Process.ALTERNATIVE_WITH_CIRCULATION:
            lines.append(
                _(
                    "What waits for review gets its circulation list by the rules, or one is chosen in the review. "
                    "Lines changed in the review stay as they are."
                )
            )
        elif before is Process.ALTERNATIVE_WITH_CIRCULATION:
            lines.append(
                _(
                    "What waits for review gets no circulation list any more. Lines changed in the review stay as "
                    "they are; what is confirmed keeps its list."
                )
            )
    if after is Process.BACKGROUND:
        lines.append(_("Nothing waits for review any more; choices made there but not confirmed are lost."))
    if before is Process.BACKGROUND:
        lines.append(_("Invoices that already have suggestions are finished in Netvisor."))
    lines.append(_("Open invoices that the new process works on are read from Netvisor at once."))
    return lines
