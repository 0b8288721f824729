"""Trainings: how far they are, what came of them, and the modal that follows one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.ids import Action, Callback
from handlers.locale import Locale
from handlers.views.elements import (
    View,
    actions,
    ask_help_ai,
    button,
    confirmation,
    context,
    divider,
    escape,
    header,
    modal,
    section,
)
from handlers.views.report import (
    figures_of,
    figures_table,
    learnt_from,
    progress_bar,
    report_blocks,
    report_text,
    target_name,
    test_label,
)
from handlers.views.rights import silence
from services.facts import Trained, TrainingView
from services.notifier import Rendered
from services.records import UNFINISHED_RUN_STATES, Client, Run, RunState
from services.training import TRAINABLE

ABOUT_FAILURES = ("training.failed", "training.retraining")
"""The passages of Help ai about trainings that came to nothing."""


def is_moving(runs: Sequence[Run]) -> bool:
    """Tell whether a training is under way."""
    return any(run.state in UNFINISHED_RUN_STATES for run in runs)


def training_text(locale: Locale, runs: Sequence[Run]) -> str:
    """Return how far a training is, or what came of it."""
    _ = locale.gettext
    run = next((run for run in runs if run.state in UNFINISHED_RUN_STATES), runs[0])
    match run.state:
        case RunState.QUEUED:
            return _("Training is about to begin.")
        case RunState.FETCHING if run.failure:
            return _("{why} Fetching goes on by itself.", why=silence(locale, run.failure))
        case RunState.FETCHING if run.step == "vouchers":
            return _progress(locale, _("Fetching vouchers, month by month"), run)
        case RunState.FETCHING:
            return _progress(locale, _("Fetching invoices"), run)
        case RunState.TRAINING:
            return _progress(locale, _("Learning invoice lines"), run)
        case RunState.EVALUATING:
            return _progress(locale, _("Evaluating on the newest fifth"), run)
        case RunState.DEPLOYED:
            return report_text(locale, runs)
        case RunState.FAILED:
            return _failure(locale, runs, run.failure or "")
        case RunState.CANCELLED:
            return (
                _("Training was cancelled by {person}.", person=f"<@{run.failure}>")
                if run.failure
                else _("Training was cancelled.")
            )


def _failure(locale: Locale, runs: Sequence[Run], failure: str) -> str:
    _ = locale.gettext
    if failure == "right_lost":
        return _("Training stopped: a right was lost meanwhile. It goes on when the rights are in order.")
    if failure != "worse":
        return _(
            "Training failed, and the fault is ours. Train again; if it fails again, give the operator the reference "
            "`{reference}`.",
            reference=failure,
        )
    text = _("The new models are not taken into use: on the same lines they did worse than those in use.")
    for run in runs:
        comparison = figures_of(run).get("comparison")
        if comparison and comparison.get("worse"):
            text += "\n• " + _compared(locale, run.target, comparison)
    return f"{text}\n" + _("There is nothing to do: the next training tries again with newer invoices.")


def _compared(locale: Locale, target: str, comparison: Mapping[str, Any]) -> str:
    """Return how a new model did beside the one in use: what is right, or what was certain and wrong."""
    _ = locale.gettext
    lines = locale.ngettext("{number} line", "{number} lines", comparison["lines"])
    if comparison.get("worse") == "certain":
        return _(
            "{name}: certain and wrong on {new} of {lines}, those in use on {old}.",
            name=target_name(locale, target),
            new=locale.percent(comparison["wrong"]),
            old=locale.percent(comparison["running_wrong"]),
            lines=lines,
        )
    return _(
        "{name}: right on {new} of {lines}, those in use on {old}.",
        name=target_name(locale, target),
        new=locale.percent(comparison["right"]),
        old=locale.percent(comparison["running_right"]),
        lines=lines,
    )


def _progress(locale: Locale, what: str, run: Run) -> str:
    return progress_bar(locale, what, run.done, run.total) if run.total else what + "…"


def cancel_button(locale: Locale, client: Client) -> dict[str, Any]:
    """Return the button that cancels a training, after a question."""
    _ = locale.gettext
    return button(
        _("Cancel training"),
        Action.CANCEL_TRAINING,
        client.id,
        style="danger",
        confirm=confirmation(
            _("Cancel the training?"),
            _("What has been fetched is kept, and models that are in use stay in use."),
            _("Cancel training"),
            _("Let it go on"),
        ),
    )


def card_training(locale: Locale, runs: Sequence[Run], in_use: Sequence[Run]) -> str:
    """Return the newest training for a client's card, and under one that came to nothing what is in use."""
    text = training_text(locale, runs)
    if in_use and runs[0].state in (RunState.FAILED, RunState.CANCELLED) and not is_moving(runs):
        text += f"\n{_stay(locale, in_use)}"
    return text


def _stay(locale: Locale, in_use: Sequence[Run]) -> str:
    day = in_use[0].finished_at or in_use[0].started_at
    return locale.gettext("The models of {moment} stay in use.", moment=locale.moment(day))


def training_view(locale: Locale, fact: TrainingView) -> View:
    """Return the modal that follows a training and shows the report of the models in use."""
    _ = locale.gettext
    client, runs = fact.client, fact.runs
    blocks = [header(client.name)]
    if is_moving(runs):
        blocks += [section(training_text(locale, runs)), actions(cancel_button(locale, client))]
    else:
        if runs and runs[0].state is not RunState.DEPLOYED:
            blocks.append(section(card_training(locale, runs, fact.in_use)))
        elif not runs:
            blocks.append(section(_("Nothing has been trained yet.")))
        buttons = [button(_("Train again"), Action.TRAIN, client.id)] if client.state in TRAINABLE else []
        if runs and runs[0].state is RunState.FAILED:
            buttons.append(ask_help_ai(locale, *ABOUT_FAILURES))
        if buttons:
            blocks.append(actions(*buttons))
    if fact.in_use:
        blocks += [divider(), *report_blocks(locale, fact.in_use)]
    return modal(
        Callback.TRAINING,
        _("Training of models"),
        blocks,
        close=_("Close"),
        reference=client.id,
        clear_on_close=True,
        notify_on_close=True,
    )


def trained(locale: Locale, fact: Trained) -> Rendered:
    """Return what the person who asked for a training is told when it has ended."""
    _ = locale.gettext
    client, runs = fact.client, fact.runs
    report = Action.TRAINING_REPORT
    if runs[0].state is not RunState.DEPLOYED:
        text = _("The training of {name} has ended without new models.", name=escape(client.name))
        details = section(f"*{text}*\n{card_training(locale, runs, fact.in_use)}")
        buttons = [button(_("Training report"), report, client.id)]
        if runs[0].state is RunState.FAILED:
            buttons.append(ask_help_ai(locale, *ABOUT_FAILURES))
        return Rendered(text, (details, actions(*buttons)))
    text = _("{name} has been trained.", name=escape(client.name))
    figures = figures_of(runs[0])
    blocks = [section(f"*{text}*\n" + (learnt_from(locale, figures) if figures.get("lines") else ""))]
    measured = [run for run in runs if figures_of(run).get("accuracy") is not None]
    if measured:
        blocks.append(figures_table(locale, measured))
    if figures.get("test_environment"):
        blocks.append(context(test_label(locale, figures).strip()))
    blocks.append(actions(button(_("Training report"), report, client.id)))
    return Rendered(text, tuple(blocks))


def not_trainable(locale: Locale, client: Client) -> str:
    """Return why a client cannot be trained now, and what to do."""
    return locale.gettext(
        "{name} cannot be trained now: its rights in Netvisor have to be in order first. See `/fabric check "
        "{business_id}`.",
        name=escape(client.name),
        business_id=client.business_id,
    )


def no_training(locale: Locale, client: Client) -> str:
    """Return the sentence for the button that cancels a training which has ended."""
    return locale.gettext("No training of {name} is under way any more.", name=escape(client.name))
