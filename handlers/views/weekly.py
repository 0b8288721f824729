"""How production goes: the weekly note, the report that somebody asks for, and its picture."""

from __future__ import annotations

from collections import Counter

from handlers.locale import Locale
from handlers.views.automation import record_text
from handlers.views.elements import Block, context, cut, escape, section, table
from handlers.views.pictures import words
from handlers.views.report import target_name
from handlers.views.words import and_more, more_clients
from services.charts import Bar, Group, bar_chart
from services.facts import Drift, Report
from services.measuring import Figures
from services.notifier import Rendered
from services.uploads import RenderedFile

MOST_CLIENTS = 40
"""Clients in a note's table: with more, those with the most invoices."""

MOST_CORRECTIONS = 5
MOST_DRIFTS = 8
LONGEST_NAME = 60


def report_message(locale: Locale, fact: Report) -> Rendered:
    """Return how production went, in words and figures."""
    _ = locale.gettext
    total = fact.total
    time = f"{locale.date(fact.begins)}–{locale.date(fact.ends)}"
    if len(fact.clients) == 1:
        title = f"{escape(cut(fact.clients[0][0].name, LONGEST_NAME))}, {time}"
    else:
        clients = locale.ngettext("{number} client", "{number} clients", len(fact.clients))
        title = f"{clients}, {time}"
    text = f"{title}: {summary(locale, total)}"
    figures = [f":bar_chart: *{title}*", record_text(locale, total), *_wait(locale, total)]
    blocks: list[Block] = [section("\n".join(figures))]
    if len(fact.clients) > 1:
        blocks.append(_table(locale, fact))
    if len(fact.clients) > MOST_CLIENTS:
        blocks.append(context(more_clients(locale, len(fact.clients) - MOST_CLIENTS)))
    if total.corrections:
        blocks.append(section(_corrections(locale, total.corrections)))
    if fact.drifts:
        blocks.append(section(_drifts(locale, fact)))
    if fact.firm:
        blocks.append(context(_("The whole firm: {summary}", summary=summary(locale, fact.firm))))
    blocks.append(context(_("`/fabric report` and a name or business id tells the same of one client.")))
    return Rendered(text, tuple(blocks))


def summary(locale: Locale, figures: Figures) -> str:
    """Return figures in one sentence."""
    _ = locale.gettext
    parts = [locale.ngettext("{number} invoice handled", "{number} invoices handled", figures.invoices)]
    if figures.share_untouched is not None:
        parts.append(_("{share} unchanged", share=locale.percent(figures.share_untouched)))
    if figures.share_right is not None:
        parts.append(_("{share} predicted right", share=locale.percent(figures.share_right)))
    return ", ".join(parts) + "."


def _wait(locale: Locale, figures: Figures) -> list[str]:
    if figures.wait is None:
        return []
    time = _duration(locale, figures)
    return ["• " + locale.gettext("From arrival to handled, in the middle: {time}", time=time)]


def _duration(locale: Locale, figures: Figures) -> str:
    _ = locale.gettext
    if figures.wait is None:
        return "–"
    hours = figures.wait.total_seconds() / 3600
    if hours < 1:
        return _("{number} min", number=locale.number(round(hours * 60)))
    if hours < 48:
        return _("{number} h", number=locale.number(round(hours, 1)))
    return _("{number} d", number=locale.number(round(hours / 24, 1)))


def _table(locale: Locale, fact: Report) -> Block:
    _ = locale.gettext
    head = [_("Client"), _("Invoices"), _("Unchanged"), _("Right"), _("Time")]
    rows = [head]
    for client, figures in fact.clients[:MOST_CLIENTS]:
        shares = (figures.share_untouched, figures.share_right)
        told = ["–" if share is None else locale.percent(share) for share in shares]
        rows.append(
            [cut(client.name, LONGEST_NAME), locale.number(figures.invoices), *told, _duration(locale, figures)]
        )
    return table(rows)


def _corrections(locale: Locale, corrections: Counter[tuple[str, str, str]]) -> str:
    _ = locale.gettext
    lines = [
        f"• {target_name(locale, target)}: {escape(before or '–')} → {escape(after or '–')} · {locale.number(number)}"
        for (target, before, after), number in corrections.most_common(MOST_CORRECTIONS)
    ]
    return "*" + _("Corrected most, predicted → posted") + "*\n" + "\n".join(lines)


def _drifts(locale: Locale, fact: Report) -> str:
    _ = locale.gettext
    lines = [f"• {_drift(locale, drift, named=len(fact.clients) > 1)}" for drift in fact.drifts[:MOST_DRIFTS]]
    lines += and_more(locale, len(fact.drifts) - MOST_DRIFTS)
    return "*" + _("Vendors whose account changed") + "*\n" + "\n".join(lines)


def _drift(locale: Locale, drift: Drift, *, named: bool) -> str:
    text = locale.gettext(
        "{vendor}: from account {before} to {after} on {day}",
        vendor=escape(cut(drift.vendor, LONGEST_NAME)),
        before=escape(drift.before),
        after=escape(drift.after),
        day=locale.date(drift.since),
    )
    return f"{text} · {escape(cut(drift.client.name, LONGEST_NAME))}" if named else text


def report_picture(language: str, fact: Report) -> RenderedFile | None:
    """Return the weeks of a report side by side; None where there are none to compare."""
    locale = Locale(language)
    _ = locale.gettext
    weeks = [(monday, figures) for monday, figures in fact.weeks if figures.invoices]
    if not weeks:
        return None
    groups: list[Group] = []
    for title, shares in (
        (_("Unchanged by people"), [(monday, figures.share_untouched) for monday, figures in weeks]),
        (_("Predicted right in everything"), [(monday, figures.share_right) for monday, figures in weeks]),
    ):
        bars = [
            Bar(_("Week {number}", number=monday.isocalendar().week), share, locale.percent(share))
            for monday, share in shares
            if share is not None
        ]
        if bars:
            groups.append(Group(title, bars))
    title = _("How it goes, week by week")
    return RenderedFile(f"{fact.ends.isoformat()}.png", title, bar_chart(title, groups), words(title, groups))
