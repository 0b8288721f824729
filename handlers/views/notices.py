"""How and when somebody is told: the form of their choices, what Home says of them, the morning summary."""

from __future__ import annotations

from datetime import time
from typing import Any

from handlers.ids import Action, Callback, Field
from handlers.locale import Locale
from handlers.views.clients import LIST_TEXT, fitting
from handlers.views.elements import (
    Block,
    View,
    button,
    choice_input,
    cut,
    escape,
    header,
    modal,
    option,
    section,
    sections,
)
from handlers.views.words import and_more
from services.batches import lines_of_batch
from services.facts import Digest
from services.notifier import Rendered
from services.records import NoticeChoice, NoticeWay


def ways(locale: Locale) -> dict[NoticeWay, str]:
    """Return the ways of being told, in words."""
    _ = locale.gettext
    return {
        NoticeWay.DIRECT: _("A direct message at once"),
        NoticeWay.CHANNEL: _("Only in the client's channel"),
        NoticeWay.DIGEST: _("One direct message in the morning"),
    }


def notices_form(locale: Locale, choice: NoticeChoice, morning: time | None) -> View:
    """Return the form; with a morning also the firm's."""
    _ = locale.gettext
    named = {way: option(name, way) for way, name in ways(locale).items()}
    free_days = option(_("Leave me alone at weekends and public holidays"), "yes")
    ticks: dict[str, Any] = {"type": "checkboxes", "options": [free_days]}
    if choice.holidays:
        ticks["initial_options"] = [free_days]
    blocks = [
        choice_input(
            Field.WAY,
            _("When what you asked for is done, or what you confirmed was not written"),
            {"type": "radio_buttons", "options": list(named.values()), "initial_option": named[choice.way]},
            hint=_(
                "The client's channel shows it in any case. What it does not show comes directly all the same: "
                "rules of yours that were paused, lists that are not sent any more."
            ),
        ),
        _picker(Field.QUIET_FROM, _("Quiet from"), "timepicker", "initial_time", choice.quiet_from),
        _picker(Field.QUIET_UNTIL, _("Quiet until"), "timepicker", "initial_time", choice.quiet_until),
        {**choice_input(Field.HOLIDAYS, _("Free days"), ticks), "optional": True},
        _picker(
            Field.AWAY_UNTIL,
            _("Away until"),
            "datepicker",
            "initial_date",
            choice.away_until.isoformat() if choice.away_until else "",
            hint=_("The last day of your absence. Direct messages wait until it is over; answers to you come at once."),
        ),
    ]
    if morning is not None:
        blocks += [
            header(_("For everybody in the firm")),
            _picker(
                Field.MORNING,
                _("Morning message of the channels"),
                "timepicker",
                "initial_time",
                f"{morning:%H:%M}",
                hint=_("What is training, live, blocked and waiting, once a day. Times are Finnish."),
            ),
        ]
    return modal(Callback.NOTICES, _("Notices"), blocks, submit=_("Save"), close=_("Cancel"))


def _picker(field: str, label: str, kind: str, initial: str, value: str, *, hint: str = "") -> Block:
    element: dict[str, Any] = {"type": kind}
    if value:
        element[initial] = value
    return {**choice_input(field, label, element, hint=hint), "optional": True}


def both_times(locale: Locale) -> str:
    """Return what is wrong when only one end of the quiet hours was given."""
    return locale.gettext("Give both times, or neither.")


def notices_line(locale: Locale, choice: NoticeChoice) -> Block:
    """Return what a person has chosen, with a button to change it: for the Home tab."""
    _ = locale.gettext
    parts = [ways(locale)[choice.way]]
    if choice.quiet_from and choice.quiet_until:
        begins, ends = (locale.clock(time.fromisoformat(one)) for one in (choice.quiet_from, choice.quiet_until))
        parts.append(_("quiet {begins}–{ends}", begins=begins, ends=ends))
    if choice.holidays:
        parts.append(_("not on free days"))
    if choice.away_until:
        parts.append(_("away until {day}", day=locale.date(choice.away_until)))
    line = "*" + _("Notices") + "*: " + ", ".join(parts)
    return section(line, block_id=Action.OPEN_NOTICES, accessory=button(_("Change"), Action.OPEN_NOTICES))


def digest(locale: Locale, fact: Digest) -> Rendered:
    """Return a person's morning summary."""
    _ = locale.gettext
    text = _("Good morning! This has happened:")
    words = {
        "live": ":white_check_mark: " + _("in production"),
        "trained": ":white_check_mark: " + _("trained anew"),
        "failed": ":warning: " + _("the training did not succeed"),
        "returned": ":warning: " + _("invoices that you confirmed were not written and wait for review again"),
        "rules_paused": ":warning: " + _("rules of yours are paused: `/fabric circulation` shows why"),
        "sending_stopped": ":warning: " + _("circulation lists are not sent any more: `/fabric circulation-trial`"),
    }
    lines = [f"• {escape(client.name)} `{client.business_id}` · {words[what]}" for client, what in fact.items]
    for batch in fact.batches:
        number = sum(not line.problem for line in lines_of_batch(batch))
        added = locale.ngettext("{number} client has been added", "{number} clients have been added", number)
        lines.insert(0, f"• {added}: <#{batch.channel}>")
    shown = fitting(lines, LIST_TEXT)
    shown += and_more(locale, len(lines) - len(shown))
    return Rendered(cut(text, 3000), (section(f":sunny: *{text}*"), *sections(shown)))
