"""Automation: its settings, the offer to switch it on, the daily summary, and where it is on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from handlers.ids import Action, Callback, Field
from handlers.locale import Locale
from handlers.views.elements import (
    SECTION,
    Block,
    View,
    actions,
    button,
    choice_input,
    context,
    escape,
    header,
    modal,
    option,
    plain,
    section,
    text_input,
)
from handlers.views.words import and_more, more_clients
from services.automation import RECURRING, account_of
from services.facts import AutomatedDay, AutomationOffer
from services.measuring import Figures
from services.notifier import Rendered
from services.records import Automation, Client, Process, ProductionInvoice

CONFIDENCES = (0.80, 0.85, 0.90, 0.95, 0.99)
SAMPLES = (5, 6, 7, 8, 9, 10)
"""The share that goes to a person all the same, in per cent (FabricAI's article: 5 to 10)."""

MOST_TEXT = 8000
"""Characters of a summary's lists. Slack refuses a message whose blocks hold more than about 13,200."""

MOST_CLIENTS = 20
"""Clients that a message has a button for."""


def automation_view(locale: Locale, client: Client, settings: Automation, figures: Figures, note: str = "") -> View:
    """Return the modal of a client's settings, with the last four weeks' record."""
    _ = locale.gettext
    blocks: list[Block] = [header(client.name), section(state_text(locale, settings))]
    if note:
        blocks.append(section(f":information_source: {note}"))
    blocks.append(section("*" + _("The last four weeks") + "*\n" + record_text(locale, figures)))
    reference = json.dumps({"client": client.id, "seen": settings.version})
    title = _("Automation")
    obstacle = _obstacle(locale, client.process)
    if obstacle and not settings.is_on:
        return modal(Callback.AUTOMATION, title, [*blocks, section(obstacle)], close=_("Close"), reference=reference)
    if settings.is_on:
        blocks.append(_stops(locale, client))
    blocks.append(context(_conditions(locale)))
    blocks += _inputs(locale, settings)
    blocks.append(context(undo_text(locale)))
    return modal(Callback.AUTOMATION, title, blocks, submit=_("Save"), close=_("Cancel"), reference=reference)


def _obstacle(locale: Locale, process: Process) -> str:
    """Return why automation cannot be had in a process, or nothing."""
    _ = locale.gettext
    if process is Process.BACKGROUND:
        return _("In background nobody is asked in any case: there is nothing to automate.")
    return ""


def _stops(locale: Locale, client: Client) -> Block:
    _ = locale.gettext
    return actions(
        button(_("Stop now"), Action.AUTOMATION_STOP, client.id, style="danger"),
        button(_("Stop all clients now"), Action.AUTOMATION_STOP_ALL),
    )


def state_text(locale: Locale, settings: Automation) -> str:
    """Return whether automation is on, and who said so."""
    _ = locale.gettext
    sign = ":large_green_circle:" if settings.is_on else ":white_circle:"
    state = _("Automation is on.") if settings.is_on else _("Automation is off: a person confirms every invoice.")
    if settings.changed_by and settings.changed_at:
        state += " " + _(
            "Last changed by {person} on {day}.",
            person=f"<@{settings.changed_by}>",
            day=locale.day(settings.changed_at),
        )
    return f"{sign} {state}"


def record_text(locale: Locale, figures: Figures) -> str:
    """Return how a time went, in figures."""
    _ = locale.gettext
    if not figures.invoices or figures.share_untouched is None:
        return _("No invoices have been handled.")
    lines = [
        locale.ngettext("{number} invoice handled", "{number} invoices handled", figures.invoices),
        _("Nothing changed by people: {share}", share=locale.percent(figures.share_untouched)),
    ]
    if figures.share_right is None:
        lines.append(_("Predicted right: not known before the vouchers are in the books"))
    else:
        known = locale.ngettext("of {number} invoice", "of {number} invoices", figures.known)
        lines.append(
            _(
                "Predicted right in everything, as finally posted in Netvisor: {share} ({known})",
                share=locale.percent(figures.share_right),
                known=known,
            )
        )
    if figures.automated:
        lines.append(_("Written without asking: {number}", number=locale.number(figures.automated)))
    return "\n".join(f"• {line}" for line in lines)


def _conditions(locale: Locale) -> str:
    _ = locale.gettext
    return _(
        "Written without asking is only an invoice that meets every condition: its postings rest on at least "
        "{number} earlier lines of the same vendor, the vendor's last invoice was left as predicted, the total is "
        "under the limit, and every line is certain enough. Credit notes, foreign currency and everything that a "
        "person has begun in Netvisor go to review. Nothing is approved. These rules are this app's own.",
        number=RECURRING,
    )


def undo_text(locale: Locale) -> str:
    """Return how what was written is undone."""
    return locale.gettext(
        "What is written can be undone in Netvisor only. A correction there is learnt from, and the vendor's next "
        "invoice goes to review."
    )


def _inputs(locale: Locale, settings: Automation) -> list[Block]:
    _ = locale.gettext
    switch = [option(_("On"), "1"), option(_("Off"), "0")]
    confidences = [option(_("at least {share}", share=locale.percent(one)), f"{one:.2f}") for one in CONFIDENCES]
    samples = [option(locale.percent(one / 100), str(one)) for one in SAMPLES]
    excluded: dict[str, Any] = {
        "type": "multi_external_select",
        "min_query_length": 0,
        "placeholder": plain(_("Search")),
    }
    if settings.excluded:
        excluded["initial_options"] = [option(name, name[:150]) for name in settings.excluded[:100]]
    yearly = option(_("Every year"), "1")
    repeat: dict[str, Any] = {"type": "checkboxes", "options": [yearly]}
    if settings.pause_yearly:
        repeat["initial_options"] = [yearly]
    pause: list[Block] = []
    for field, label, day in (
        (Field.PAUSE_BEGINS, _("Pause from"), settings.pause_begins),
        (Field.PAUSE_ENDS, _("Pause until"), settings.pause_ends),
    ):
        element: dict[str, Any] = {"type": "datepicker"}
        if day:
            element["initial_date"] = day.isoformat()
        pause.append({**choice_input(field, label, element), "optional": True})
    return [
        choice_input(Field.SWITCH, _("Automation"), _initial("radio_buttons", switch, str(settings.is_on))),
        text_input(
            Field.MOST,
            _("Limit"),
            initial=f"{settings.most / 100:.2f}".replace(".", ","),
            hint=_("Invoices under this total, VAT included, in euros."),
            max_length=20,
        ),
        choice_input(
            Field.CONFIDENCE,
            _("Certainty of every line"),
            _initial("static_select", confidences, f"{settings.confidence:.2f}"),
        ),
        choice_input(
            Field.SAMPLE,
            _("Sample for checking"),
            _initial("static_select", samples, str(settings.sample)),
            hint=_("So many of these invoices go to review all the same, drawn by lot."),
        ),
        {
            **choice_input(
                Field.EXCLUDED, _("Vendors that always go to review"), excluded, hint=_("Write a part of the name.")
            ),
            "optional": True,
        },
        *pause,
        {
            **choice_input(
                Field.PAUSE_YEARLY,
                _("Repeat the pause"),
                repeat,
                hint=_("For example over the end of the year. Both days belong to the pause."),
            ),
            "optional": True,
        },
    ]


def _initial(kind: str, options: Sequence[dict[str, Any]], value: str) -> dict[str, Any]:
    initial = next((one for one in options if one["value"] == value), options[0])
    return {"type": kind, "options": list(options), "initial_option": initial}


def automation_offer(locale: Locale, fact: AutomationOffer) -> Rendered:
    """Return the offer to switch automation on, and what became of it."""
    _ = locale.gettext
    name = escape(fact.client.name)
    if fact.settings.version:
        text = f"{name}: {state_text(locale, fact.settings)}"
        return Rendered(text, (section(text), actions(_open(locale, fact.client))))
    text = _("{name}: what is certain could be written without asking.", name=name)
    words = _(
        "It is off until somebody switches it on. You choose the limit and the certainty, a sample still goes to "
        "review, and it stops with one tap."
    )
    return Rendered(
        text,
        (
            section(f"*{text}*\n" + _("The last four weeks") + ":\n" + record_text(locale, fact.figures)),
            section(words),
            actions(_open(locale, fact.client)),
        ),
    )


def _open(locale: Locale, client: Client) -> dict[str, Any]:
    return button(locale.gettext("Settings of automation"), Action.AUTOMATION, client.id)


def automated_day(locale: Locale, fact: AutomatedDay) -> Rendered:
    """Return what was written without asking until a day's afternoon."""
    _ = locale.gettext
    number = sum(len(rows) for _client, rows in fact.written)
    text = locale.ngettext(
        "Written without asking by {day}: {number} invoice.",
        "Written without asking by {day}: {number} invoices.",
        number,
        day=locale.date(fact.day),
    )
    blocks: list[Block] = [section(f":robot_face: *{text}*")]
    told, room = 0, MOST_TEXT
    for client, rows in fact.written[:MOST_CLIENTS]:
        total = locale.money(sum(row.amount for row in rows))
        lines = [f"*{escape(client.name)}* · {locale.number(len(rows))} · {total}"]
        for row in rows:
            if len("\n".join([*lines, line := _written(locale, row)])) > min(room, SECTION - 100):
                break
            lines.append(line)
        lines += and_more(locale, len(rows) - len(lines) + 1)
        text_of_client = "\n".join(lines)
        room -= len(text_of_client)
        told += 1
        stop = button(_("Stop"), Action.AUTOMATION_STOP, client.id)
        blocks.append(section(text_of_client, block_id=f"{Action.AUTOMATION_STOP}:{client.id}", accessory=stop))
        if room < 0:
            break
    if len(fact.written) > told:
        blocks.append(context(more_clients(locale, len(fact.written) - told)))
    notes = [undo_text(locale)]
    if fact.sampled:
        notes.insert(
            0,
            locale.ngettext(
                "{number} invoice went to review as the sample.",
                "{number} invoices went to review as the sample.",
                fact.sampled,
            ),
        )
    blocks += [context(*notes), actions(button(_("Stop all clients now"), Action.AUTOMATION_STOP_ALL))]
    return Rendered(text, tuple(blocks))


def _written(locale: Locale, row: ProductionInvoice) -> str:
    vendor = escape(row.vendor[:60] or "–")
    return f"• {vendor} · {escape(row.number[:30] or '–')} · {locale.money(row.amount)} → {account_of(row)}"


def automation_list(locale: Locale, on: Sequence[tuple[Client, Automation]], note: str = "") -> Rendered:
    """Return where automation is on, with a button to stop each and all."""
    _ = locale.gettext
    text = locale.ngettext("Automation is on for {number} client.", "Automation is on for {number} clients.", len(on))
    if not on:
        text = _("Automation is on for no client.")
    blocks: list[Block] = [section(note)] if note else []
    blocks.append(section(f"*{text}*\n" + _("`/fabric automation` and a name or business id shows the settings.")))
    for client, _settings in on[:MOST_CLIENTS]:
        stop = button(_("Stop"), Action.AUTOMATION_STOP, client.id)
        blocks.append(
            section(f"*{escape(client.name)}*", block_id=f"{Action.AUTOMATION_STOP}:{client.id}", accessory=stop)
        )
    if on:
        blocks.append(actions(button(_("Stop all clients now"), Action.AUTOMATION_STOP_ALL, style="danger")))
    return Rendered(note or text, tuple(blocks))
