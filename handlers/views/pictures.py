"""Facts that a picture says better, as pictures: their texts in the reader's language, and again as words."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.locale import Locale
from handlers.views.elements import cut
from handlers.views.report import figures_of, plain_target_name
from services.charts import Bar, Group, bar_chart
from services.facts import Trained, WentLive
from services.records import Client, Run
from services.uploads import RenderedFile

LONGEST_WORDS = 1000
"""Characters that Slack takes as the words of a picture."""


def picture(language: str, fact: Trained | WentLive) -> RenderedFile | None:
    """Return the picture of a fact; None where there is nothing to compare."""
    return training_picture(Locale(language), fact.client, fact.runs)


def training_picture(locale: Locale, client: Client, runs: Sequence[Run]) -> RenderedFile | None:
    """Return how well a client is predicted beside repeating last time's posting, and which vendors need people."""
    _ = locale.gettext
    measured = [run for run in runs if figures_of(run).get("accuracy") is not None]
    if not measured:
        return None
    groups = [_target(locale, run) for run in measured]
    vendors = next((figures_of(run)["vendors"] for run in measured if figures_of(run).get("vendors")), ())
    if vendors:
        bars = [
            Bar(
                vendor["name"],
                vendor["uncertain"] / vendor["lines"],
                _("{part} of {whole}", part=locale.number(vendor["uncertain"]), whole=locale.number(vendor["lines"])),
            )
            for vendor in vendors
        ]
        groups.append(Group(_("Vendors that will need people most: uncertain lines"), bars))
    environment = figures_of(measured[0]).get("test_environment")
    note = (
        _("Test environment ({host}): these figures say nothing about real companies.", host=environment)
        if environment
        else ""
    )
    title = _("Predictions of {name}", name=client.name)
    return RenderedFile(
        name=f"{client.business_id}.png",
        title=title,
        content=bar_chart(title, groups, note),
        alternative_text=words(title, groups, note),
    )


def words(title: str, groups: Sequence[Group], note: str = "") -> str:
    """Return what a chart shows as a text, for those who hear it."""
    told = [f"{group.title}: {', '.join(f'{bar.label} {bar.value}' for bar in group.bars)}." for group in groups]
    return cut(" ".join(part for part in (f"{title}.", *told, note) if part), LONGEST_WORDS)


def _target(locale: Locale, run: Run) -> Group:
    _ = locale.gettext
    figures = figures_of(run)
    shares = [
        (_("Right"), figures["accuracy"], False),
        (_("Right by repeating last time's"), figures["baseline_accuracy"], True),
        (_("Certain"), figures["share_certain"], False),
        (_("Of the certain ones right"), figures["precision_certain"], False),
    ]
    lines = locale.ngettext("{number} line", "{number} lines", figures["lines_tested"])
    return Group(
        f"{plain_target_name(locale, run.target)} · {lines}",
        [Bar(what, share, locale.percent(share), muted) for what, share, muted in shares if share is not None],
    )
