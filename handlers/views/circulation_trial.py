"""The guided trial of sending a circulation list: its modals, and what is told of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from handlers.ids import Action, Callback, Field
from handlers.locale import Locale
from handlers.views.elements import (
    LOOK_ALIKES,
    Block,
    View,
    actions,
    button,
    choice_input,
    confirmation,
    context,
    cut,
    entities,
    escape,
    modal,
    plain,
    section,
)
from handlers.views.words import and_more
from services.circulation.trial import Cannot
from services.facts import SendingStoppedNews, TrialOfListNews
from services.notifier import Rendered
from services.records import Client, SendingStopped, TrialOfList, TrialOfListState

SHOWN_OF_MESSAGE = 2800
"""Characters of a message or a reply that are shown."""

MOST_STOPPED = 20
"""Clients for whom sending is stopped that are shown at once."""


def trial_start(
    locale: Locale,
    *,
    has_template: bool,
    confirmed: TrialOfList | None,
    stopped: Sequence[tuple[Client, SendingStopped]],
) -> View:
    """Return the first modal: what sending rests on now, and the choice of a client to try it on."""
    _ = locale.gettext
    blocks: list[Block] = []
    submit: str | None = None
    if not has_template:
        blocks.append(
            section(
                _(
                    "Nothing is sent: the operator has set no message. How Netvisor spells it is not public, so it is "
                    "tried on one invoice first. Set `NETVISOR_CIRCULATION_TEMPLATE`, start the app again, and come "
                    "back here. Until then people set circulation lists in Netvisor."
                )
            )
        )
    elif confirmed:
        words = _(
            "Lists are sent to Netvisor: {person} confirmed a trial on invoice {number} on {day}.",
            person=f"<@{confirmed.confirmed_by}>",
            number=escape(confirmed.number),
            day=locale.day(confirmed.changed_at),
        )
        off = button(
            _("Switch off"),
            Action.LISTS_OFF,
            style="danger",
            confirm=confirmation(
                _("Stop sending lists?"),
                _("People set circulation lists in Netvisor from now on. Another trial switches sending on again."),
                _("Switch off"),
                _("Cancel"),
            ),
        )
        blocks += [section(f":white_check_mark: {words}"), actions(off)]
    else:
        submit = _("Next")
        element: dict[str, Any] = {"type": "external_select", "min_query_length": 0, "placeholder": plain(_("Search"))}
        blocks += [
            section(
                _(
                    "How Netvisor spells the message that sets a circulation list is not public, so it is tried on "
                    "*one* invoice that you choose: it is sent once and read back, you see what was sent and answered, "
                    "and you look at the invoice in Netvisor. Only then are lists sent for other invoices."
                )
            ),
            {**choice_input(Field.CLIENTS, _("Client"), element), "block_id": "trial_client"},
        ]
    for client, one in stopped[:MOST_STOPPED]:
        resume = button(_("Resume"), Action.LISTS_RESUME, client.id)
        text = f":double_vertical_bar: *{escape(client.name)}*: {_stopped_because(locale, one)}"
        blocks.append(section(text, block_id=f"{Action.LISTS_RESUME}:{client.id}", accessory=resume))
    blocks += [context(line) for line in and_more(locale, len(stopped) - MOST_STOPPED)]
    return modal(
        Callback.LIST_TRIAL,
        _("Sending lists"),
        blocks,
        close=_("Close"),
        submit=submit,
        reference=json.dumps({"client": ""}),
    )


def trial_invoice(locale: Locale, client: Client) -> View:
    """Return the choice of the invoice and the list."""
    _ = locale.gettext
    element: dict[str, Any] = {"type": "external_select", "min_query_length": 0, "placeholder": plain(_("Search"))}
    hint = _("One that is open in Netvisor and has no circulation. Its list really changes.")
    blocks = [
        section(f"*{escape(client.name)}*"),
        {**choice_input(Field.INVOICE, _("Invoice"), element, hint=hint), "block_id": "trial_invoice"},
        {**choice_input(Field.CIRCULATION, _("Circulation list"), element), "block_id": "trial_list"},
    ]
    reference = json.dumps({"client": client.id})
    return modal(
        Callback.LIST_TRIAL_INVOICE,
        _("Try one invoice"),
        blocks,
        submit=_("Next"),
        close=_("Cancel"),
        reference=reference,
    )


def trial_question(locale: Locale, client: Client, number: str, name: str, message: str, reference: str) -> View:
    """Return what is about to be sent, to be agreed to."""
    _ = locale.gettext
    words = _(
        "Invoice {number} of *{client}* gets the circulation list *{name}*. This is sent once:",
        number=escape(number),
        client=escape(client.name),
        name=escape(name[:80]),
    )
    blocks = [
        section(words),
        section(_code(message)),
        context(_("A list is sent only if the invoice has no circulation and nobody has verified it.")),
    ]
    return modal(
        Callback.LIST_TRIAL_SEND,
        _("Try one invoice"),
        blocks,
        submit=_("Send once"),
        close=_("Cancel"),
        reference=reference,
    )


def trial_begun(locale: Locale) -> View:
    """Return the modal once the trial is under way."""
    _ = locale.gettext
    words = _("The list is being sent. What came of it comes to your direct messages.")
    return modal(Callback.LIST_TRIAL_SEND, _("Try one invoice"), [section(words)], close=_("Close"))


def cannot_text(locale: Locale, cannot: Cannot) -> str:
    """Return why a trial cannot be made."""
    _ = locale.gettext
    return {
        Cannot.NO_TEMPLATE: _("The operator has set no message to try."),
        Cannot.NO_INVOICE: _("The invoice is not there any more: choose another one."),
        Cannot.NO_LIST: _("The list is not in Netvisor, or another one has the same name: choose another one."),
        Cannot.GOES_ON: _("A trial is under way already: wait for what comes of it."),
    }[cannot]


def trial_news(locale: Locale, fact: TrialOfListNews) -> Rendered:
    """Return the message about a trial: what was sent, answered and read back, and the question what it looks like."""
    _ = locale.gettext
    trial = fact.trial
    about = {
        "number": escape(trial.number or "–"),
        "client": escape(fact.client.name),
        "name": escape(trial.list_name[:80]),
    }
    match trial.state:
        case TrialOfListState.CONFIRMED | TrialOfListState.WITHDRAWN:
            text = _("The trial on invoice {number} of {client} is confirmed: circulation lists are sent.", **about)
        case TrialOfListState.FAILED:
            text = _("The trial on invoice {number} of {client} has failed: nothing more is sent.", **about)
        case _:
            text = _(
                "Circulation list {name} was sent for invoice {number} of {client}. Look at it in Netvisor.", **about
            )
    blocks = [section(f"*{text}*")]
    if trial.reason:
        blocks.append(section(_failed_because(locale, trial.reason)))
    if trial.request:
        blocks.append(section(_("Sent:") + _code(trial.request)))
    if trial.reply:
        blocks.append(section(_("Answered:") + _code(trial.reply)))
    reading = _(
        "Read back: before {before}, after {after}.",
        before=_standing(locale, trial.before),
        after=_standing(locale, trial.after),
    )
    blocks.append(context(reading))
    if trial.state is TrialOfListState.SENT:
        right = button(
            _("It is right: send lists"),
            Action.LIST_TRIAL_RIGHT,
            trial.id,
            style="primary",
            confirm=confirmation(
                _("Switch sending on?"),
                _(
                    "You have opened the invoice in Netvisor and seen that it has this circulation list and nothing "
                    "else has changed. From now on chosen lists are sent for all clients."
                ),
                _("Switch on"),
                _("Cancel"),
            ),
        )
        blocks.append(actions(right, button(_("It is wrong"), Action.LIST_TRIAL_WRONG, trial.id, style="danger")))
    return Rendered(text, tuple(blocks))


def _code(text: str) -> str:
    """Return what was sent or answered, as it is."""
    shown = entities(text.replace("`", LOOK_ALIKES["`"]))
    return f"\n```{cut(shown, SHOWN_OF_MESSAGE)}```"


def _standing(locale: Locale, standing: str) -> str:
    _ = locale.gettext
    return {
        "none": _("no circulation"),
        "some": _("some circulation"),
        "same": _("this list"),
        "gone": _("no invoice"),
    }.get(standing, _("not told"))


def _failed_because(locale: Locale, reason: str) -> str:
    _ = locale.gettext
    known = {
        "gone": _("The invoice is not in Netvisor any more."),
        "has_circulation": _("The invoice has a circulation already, so nothing was sent. Choose another one."),
        "handled": _("Somebody has verified or accepted the invoice already, so nothing was sent. Choose another one."),
        "list_gone": _("The list is not in Netvisor any more, so nothing was sent."),
        "not_as_sent": _("Netvisor took the message, but the invoice does not have the list. Look at it in Netvisor."),
        "by_eye": _("Somebody saw in Netvisor that it was wrong. Look at the message, and try another one."),
    }
    return known.get(reason) or _("Netvisor answered: {words}", words=escape(reason))


def sending_stopped(locale: Locale, fact: SendingStoppedNews) -> Rendered:
    """Return the message that lists are not sent for a client any more."""
    _ = locale.gettext
    text = _("Circulation lists are not sent for {name} any more.", name=escape(fact.client.name))
    words = _stopped_because(locale, fact.stopped)
    note = _(
        "Chosen lists are to be set by hand meanwhile; the review card names them. `/fabric circulation-trial` resumes "
        "sending when the cause is found."
    )
    return Rendered(text, (section(f":double_vertical_bar: *{text}*\n{words}"), context(note)))


def _stopped_because(locale: Locale, stopped: SendingStopped) -> str:
    _ = locale.gettext
    number = escape(stopped.number or "–")
    if stopped.reason == "refused":
        return _("Netvisor refused the list of invoice {number}.", number=number)
    return _("Netvisor took the list of invoice {number}, but reading it back showed another.", number=number)


def trial_over(locale: Locale) -> str:
    """Return the sentence for a trial that waits for nobody any more."""
    return locale.gettext("That trial has been answered already. `/fabric circulation-trial` shows what holds now.")
