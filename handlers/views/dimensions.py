"""Dimensions: which a client has, which are predicted, and the proposal to order predictions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.ids import Action, Callback
from handlers.locale import Locale
from handlers.views.elements import (
    Block,
    View,
    actions,
    button,
    confirmation,
    context,
    cut,
    escape,
    header,
    modal,
    section,
)
from handlers.views.report import LONGEST_NAME
from handlers.views.training import training_text
from services.dimensions import FEWEST_LINES, DimensionState
from services.facts import DimensionsProposed, DimensionsView
from services.notifier import Rendered
from services.records import Client, ClientState, RunState

MOST_SHOWN = 45
MOST_PROPOSED = 10


def dimensions_view(locale: Locale, fact: DimensionsView) -> View:
    """Return the modal of a client's dimensions, with a button to order or to stop each."""
    _ = locale.gettext
    client, dimensions = fact.client, fact.dimensions
    blocks = [header(client.name), section(_explanation(locale, client, dimensions))]
    for place, dimension in enumerate((dimensions or ())[:MOST_SHOWN]):
        blocks.append(_dimension(locale, client, dimension, place))
    return modal(
        Callback.DIMENSIONS,
        _("Dimensions"),
        blocks,
        close=_("Close"),
        reference=client.id,
        clear_on_close=True,
        notify_on_close=True,
    )


def _explanation(locale: Locale, client: Client, dimensions: tuple[DimensionState, ...] | None) -> str:
    _ = locale.gettext
    if dimensions is None:
        return _("The dimensions have not been read from Netvisor yet. They are shown here as soon as it answers.")
    if not dimensions:
        return _("The company has no dimensions in Netvisor.")
    text = _(
        "Predictions are ordered for each dimension, and trained only then. They work where the vendor decides the "
        "dimension, or where its name or number stands on the invoice."
    )
    if client.state is not ClientState.PRODUCTION:
        text += "\n" + _("They can be ordered when the client is in production.")
    return text


def _dimension(locale: Locale, client: Client, dimension: DimensionState, place: int) -> Block:
    _ = locale.gettext
    items = locale.ngettext("{number} item", "{number} items", dimension.items)
    lines = locale.ngettext(
        "given on {number} line of the history", "given on {number} lines of the history", dimension.lines
    )
    text = f"*{escape(cut(dimension.name, LONGEST_NAME))}* · {items} · {lines}\n{_state(locale, dimension)}"
    value = f"{client.id}:{dimension.name}"
    block_id = f"dimension_{place}"
    if dimension.order:
        stop = button(
            _("Stop predicting"),
            Action.STOP_DIMENSION,
            value,
            confirm=confirmation(
                _("Stop the predictions?"),
                _("{name} is not predicted or trained any more. It can be ordered again.", name=dimension.name),
                _("Stop predicting"),
                _("Go on"),
            ),
        )
        return section(text, accessory=stop, block_id=block_id)
    if client.state is not ClientState.PRODUCTION:
        return section(text, block_id=block_id)
    order = button(_("Order predictions"), Action.ORDER_DIMENSION, value, style="primary")
    return section(text, accessory=order, block_id=block_id)


def _state(locale: Locale, dimension: DimensionState) -> str:
    _ = locale.gettext
    order, run = dimension.order, dimension.run
    if order is None:
        if dimension.lines < FEWEST_LINES:
            return _("Not predicted. There is too little history yet to be certain of anything.")
        return _("Not predicted.")
    who = _("Ordered by {person} on {day}.", person=f"<@{order.ordered_by}>", day=locale.day(order.ordered_at))
    if run is None:
        return f"{who} " + _("Training is about to begin.")
    figures: Mapping[str, Any] = run.report or {}
    if run.state is not RunState.DEPLOYED:
        return f"{who}\n{training_text(locale, [run])}"
    if figures.get("accuracy") is None:
        return f"{who} " + _("Predicted; too few lines to measure how well.")
    return f"{who} " + _(
        "Predicted: {accuracy} right on the newest fifth, {certain} certain.",
        accuracy=locale.percent(figures["accuracy"]),
        certain=locale.percent(figures["share_certain"]),
    )


def proposed(locale: Locale, fact: DimensionsProposed) -> Rendered:
    """Return the proposal to order predictions of dimensions, and what became of it."""
    _ = locale.gettext
    client, proposal = fact.client, fact.proposal
    text = _("{name}: dimensions could be predicted too.", name=escape(client.name))
    lines = list(proposal.lines.items())[:MOST_PROPOSED]
    if not proposal.is_open:
        what = [
            f"• *{escape(cut(name, LONGEST_NAME))}*: " + (_("ordered") if name in fact.ordered else _("not ordered"))
            for name, _count in lines
        ]
        who = _("Answered by {person}.", person=f"<@{proposal.answered_by}>")
        if proposal.ask_at:
            who += " " + _("Asked again on {day}.", day=locale.day(proposal.ask_at))
        change = _("`/fabric dimensions {business_id}` shows them and changes it.", business_id=client.business_id)
        return Rendered(text, (section("\n".join([f"*{text}*", *what])), context(f"{who} {change}")))
    blocks: list[Block] = [
        section(
            f"*{text}*\n"
            + _(
                "People give them by hand today. Order predictions where the vendor decides the dimension, or where "
                "its name or number stands on the invoice. Nothing is trained unasked."
            )
        )
    ]
    for place, (name, count) in enumerate(lines):
        given = locale.ngettext("given on {number} line", "given on {number} lines", count)
        order = button(_("Order predictions"), Action.ORDER_DIMENSION, f"{client.id}:{name}", style="primary")
        blocks.append(
            section(f"*{escape(cut(name, LONGEST_NAME))}* · {given}", accessory=order, block_id=f"dimension_{place}")
        )
    later = button(_("Ask again in a week"), Action.ASK_LATER, client.id)
    return Rendered(text, (*blocks, actions(later)))


def not_orderable(locale: Locale, client: Client, name: str) -> str:
    """Return why predictions of a dimension cannot be ordered now."""
    _ = locale.gettext
    if client.state is not ClientState.PRODUCTION:
        return _("Predictions can be ordered when {name} is in production.", name=escape(client.name))
    return _(
        "{name} has no dimension “{dimension}” in Netvisor any more.",
        name=escape(client.name),
        dimension=escape(cut(name, LONGEST_NAME)),
    )


def already_answered(locale: Locale, client: Client) -> str:
    """Return the sentence for a proposal that is not open any more."""
    _ = locale.gettext
    change = _("`/fabric dimensions {business_id}` shows them and changes it.", business_id=client.business_id)
    return _("That proposal has been answered already.") + " " + change
