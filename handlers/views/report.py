"""The report of a training: what was learnt from, how well it does, what will need people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from handlers.locale import Locale
from handlers.views.elements import Block, context, cut, escape, section, table
from handlers.views.evidence import history_quality
from services.prediction import DIMENSION_PREFIX
from services.records import Run

BAR = 20
"""Characters of a bar."""

LONGEST_NAME = 40
"""Characters of a vendor's, an account's or a dimension's name in a list."""

MOST_ACCOUNTS = 10


def bar(share: float, length: int = BAR) -> str:
    """Return a share from 0 to 1 as a bar of characters."""
    full = int(length * share)
    return "█" * full + "░" * (length - full)


def progress_bar(locale: Locale, what: str, done: int, total: int) -> str:
    """Return how much of a counted work is done, as numbers and as a bar."""
    return locale.gettext(
        "{what}: {done} of {total} ({share})\n`{bar}`",
        what=what,
        done=locale.number(done),
        total=locale.number(total),
        share=locale.percent(done / total),
        bar=bar(done / total),
    )


def target_name(locale: Locale, target: str) -> str:
    """Return what a run predicts, in words for mrkdwn."""
    return escape(plain_target_name(locale, target))


def plain_target_name(locale: Locale, target: str) -> str:
    """Return what a run predicts, in words for plain text."""
    _ = locale.gettext
    if target.startswith(DIMENSION_PREFIX):
        return cut(target.removeprefix(DIMENSION_PREFIX), LONGEST_NAME)
    return {"account": _("Account"), "vat": _("VAT code")}.get(target, target)


def report_text(locale: Locale, runs: Sequence[Run]) -> str:
    """Return what a training learned from and how well it does, measured on the newest fifth."""
    _ = locale.gettext
    report = figures_of(runs[0])
    if not report.get("lines"):
        return _("There is no history yet: every invoice goes to people at first, and is learnt from.")
    text = learnt_from(locale, report)
    for run in runs:
        figures = figures_of(run)
        name = target_name(locale, run.target)
        if figures.get("accuracy") is None:
            text += "\n• " + _("{name}: too few invoices to measure; people see them all at first.", name=name)
            continue
        text += "\n• " + _(
            "{name}: {accuracy} right on the newest fifth; {certain} of lines will be certain (confidence at "
            "least 80%).",
            name=name,
            accuracy=locale.percent(figures["accuracy"]),
            certain=locale.percent(figures["share_certain"]),
        )
    return text + test_label(locale, report)


def learnt_from(locale: Locale, report: Mapping[str, Any]) -> str:
    """Return how much was learnt from, and what that gives."""
    return locale.gettext(
        "Learnt from {invoices} of {months}. {quality}",
        invoices=locale.ngettext("{number} invoice", "{number} invoices", report["invoices"]),
        months=locale.ngettext("{number} month", "{number} months", report["months"]),
        quality=history_quality(locale, report["months"]),
    )


def test_label(locale: Locale, report: Mapping[str, Any]) -> str:
    """Return the sentence without which figures of generated books are not shown."""
    if not report.get("test_environment"):
        return ""
    text = locale.gettext(
        "Test environment ({host}): these figures say nothing about real companies.", host=report["test_environment"]
    )
    return f"\n_{text}_"


def figures_of(run: Run) -> dict[str, Any]:
    """Return what a run reports; nothing while it goes on."""
    return dict(run.report or {})


def report_blocks(locale: Locale, runs: Sequence[Run]) -> list[Block]:
    """Return the whole report of the models in use."""
    _ = locale.gettext
    report = next((figures_of(run) for run in runs if run.target == "account"), figures_of(runs[0]))
    if not report.get("lines"):
        return [section(report_text(locale, runs))]
    day = runs[0].finished_at or runs[0].started_at
    title = _("What the models in use have learnt")
    blocks = [
        section(f"*{title}*\n{learnt_from(locale, report)}"),
        context(
            _(
                "Invoices of {first}–{last} · trained {moment}",
                first=locale.date(date.fromisoformat(report["first_day"])),
                last=locale.date(date.fromisoformat(report["last_day"])),
                moment=locale.moment(day),
            )
        ),
        *(section(_target(locale, run.target, figures_of(run))) for run in runs),
    ]
    if any(figures_of(run).get("accuracy") is not None for run in runs):
        blocks.append(
            context(
                _(
                    "Measured on the newest fifth of the lines, each day knowing only the days before it. “Certain” "
                    "means a confidence of at least 80%."
                )
            )
        )
    blocks += _need_people(locale, report)
    if report.get("damaged"):
        blocks.append(context(_("The models before could not be read any more, so these took their place.")))
    if report.get("test_environment"):
        blocks.append(section(test_label(locale, report).strip()))
    return blocks


def _target(locale: Locale, target: str, figures: Mapping[str, Any]) -> str:
    """Return how well a target is predicted, as bars."""
    _ = locale.gettext
    name = target_name(locale, target)
    if figures.get("accuracy") is None:
        return f"*{name}*\n" + _("Too few invoices to measure; people see them all at first.")
    lines = [
        (figures["accuracy"], _("right")),
        (figures["baseline_accuracy"], _("right if last time's posting were simply repeated")),
        (figures["share_certain"], _("certain")),
        (figures["precision_certain"], _("of the certain ones right")),
    ]
    text = f"*{name}* · " + locale.ngettext("{number} line", "{number} lines", figures["lines_tested"])
    for share, what in lines:
        if share is not None:
            text += f"\n{bar(share)} {locale.percent(share)} {what}"
    comparison = figures.get("comparison")
    if comparison:
        text += "\n" + _(
            "The models before were right on {old} of the same lines.", old=locale.percent(comparison["running_right"])
        )
    return text


def _need_people(locale: Locale, report: Mapping[str, Any]) -> list[Block]:
    """Return the vendors and accounts that are hard, and the lines that could not be learnt from."""
    _ = locale.gettext
    blocks: list[Block] = []
    vendors: list[dict[str, Any]] = report.get("vendors") or []
    if vendors:
        lines = [
            _(
                "{bar} {uncertain} of {lines} · {name}",
                bar=bar(vendor["uncertain"] / vendor["lines"], BAR // 2),
                uncertain=locale.number(vendor["uncertain"]),
                lines=locale.number(vendor["lines"]),
                name=escape(cut(vendor["name"], LONGEST_NAME)),
            )
            for vendor in vendors
        ]
        title = _("Vendors that will need people most: uncertain lines")
        blocks.append(section("\n".join([f"*{title}*", *lines])))
    accounts: list[dict[str, Any]] = report.get("rare_accounts") or []
    if accounts:
        names = [
            f"{escape(account['number'])} {escape(cut(account['name'], LONGEST_NAME))}".strip()
            for account in accounts[:MOST_ACCOUNTS]
        ]
        if len(accounts) > MOST_ACCOUNTS:
            names.append(locale.ngettext("{number} more", "{number} more", len(accounts) - MOST_ACCOUNTS))
        title = _("Accounts seen too seldom to be learnt")
        blocks.append(section(f"*{title}*\n{locale.list(names)}"))
    left = left_out(locale, report)
    if left:
        title = _("Lines that could not be learnt from")
        blocks.append(section("\n".join([f"*{title}*", *(f"• {line}" for line in left)])))
    return blocks


def left_out(locale: Locale, report: Mapping[str, Any]) -> list[str]:
    """Return why lines of the history are no examples, a sentence a reason."""
    _ = locale.gettext
    unmatched: Mapping[str, int] = report.get("unmatched") or {}
    counts = {**unmatched, "without_voucher": report.get("without_voucher") or 0}
    reasons = {
        "without_voucher": _("not posted yet"),
        "no_posting": _("no voucher line adds up to them"),
        "ambiguous": _("several voucher lines fit and say different things"),
        "no_sum": _("they have no sum"),
        "no_date": _("their invoice has no date"),
    }
    return [
        f"{locale.ngettext('{number} line', '{number} lines', counts[reason])}: {why}"
        for reason, why in reasons.items()
        if counts.get(reason)
    ]


def figures_table(locale: Locale, runs: Sequence[Run]) -> Block:
    """Return how well each target is predicted, as a table for a message."""
    _ = locale.gettext

    def share(figure: float | None) -> str:
        return "–" if figure is None else locale.percent(figure)

    rows = [["", _("Right"), _("Last time's posting"), _("Certain"), _("Of those right")]]
    for run in runs:
        figures = figures_of(run)
        rows.append(
            [
                plain_target_name(locale, run.target),
                share(figures["accuracy"]),
                share(figures["baseline_accuracy"]),
                share(figures["share_certain"]),
                share(figures["precision_certain"]),
            ]
        )
    return table(rows)
