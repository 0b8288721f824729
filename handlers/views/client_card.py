"""A client's card: everything about it and every action that it allows; moving and removing it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from handlers.ids import Action, Callback, Field
from handlers.locale import Locale
from handlers.views.access import team_name
from handlers.views.client_list import waiting_text
from handlers.views.clients import title
from handlers.views.credential_words import name_of
from handlers.views.elements import (
    OWN_CHANNELS,
    Block,
    View,
    actions,
    ask_help_ai,
    button,
    choice_input,
    confirmation,
    context,
    escape,
    modal,
    option,
    plain,
    section,
    star_button,
    text_input,
)
from handlers.views.training import card_training, is_moving
from handlers.views.words import check_name, process_change, process_name
from services.access import Right
from services.client_list import ClientDetails
from services.lifecycle import KEPT, PAUSABLE
from services.records import Client, ClientState, Team
from services.training import TRAINABLE

EVERYBODY = "everybody"


def client_view(locale: Locale, fact: ClientDetails, note: str = "") -> View:
    """Return the modal of a client; `note` says what has just been done."""
    _ = locale.gettext
    client = fact.card.client
    blocks = [section(f":white_check_mark: {note}")] if note else list[Block]()
    blocks.append(section(title(locale, client)))
    blocks += _state(locale, fact)
    blocks.append(section("\n".join(_facts(locale, fact))))
    if fact.card.runs:
        blocks.append(section(card_training(locale, fact.card.runs, fact.card.in_use)))
    if fact.card.process_change:
        blocks.append(context(process_change(locale, fact.card.process_change)))
    for name, row in _rows(locale, fact):
        if row:
            blocks.append(actions(*row, block_id=name))
    return modal(Callback.CLIENT, _("Client"), blocks, close=_("Close"), reference=client.id)


def _state(locale: Locale, fact: ClientDetails) -> list[Block]:
    """Return what the state asks of people."""
    _ = locale.gettext
    client, blocks = fact.card.client, list[Block]()
    if client.state is ClientState.BLOCKED:
        names = locale.list([check_name(locale, check_id) for check_id in client.missing])
        blocks.append(
            section(_("Missing in Netvisor: *{names}*. “Check rights” says what to repair and who can.", names=names))
        )
    if client.state is ClientState.PAUSED:
        blocks.append(section(_("Nothing is read, learnt or written until somebody resumes it.")))
    if client.state is ClientState.REMOVED:
        blocks.append(section(removed_text(locale, client)))
    if fact.waiting:
        blocks.append(section(waiting_text(locale, fact.waiting)))
    return blocks


def removed_text(locale: Locale, client: Client) -> str:
    """Return until when a removed client can be brought back."""
    _ = locale.gettext
    since: datetime = client.state_since or client.added_at
    return _(
        "Removed: nothing is done with it any more. It can be brought back until {moment}; then its history, models "
        "and settings are deleted. Postings in Netvisor stay.",
        moment=locale.moment(since + KEPT),
    )


def _facts(locale: Locale, fact: ClientDetails) -> list[str]:
    _ = locale.gettext
    client = fact.card.client
    team = escape(team_name(locale, fact.team)) if fact.team else _("everybody")
    lines = [
        _("Process: {process}", process=process_name(locale, client.process)),
        _("Channel: {channel}", channel=f"<#{client.channel}>"),
        _("Seen and handled by: {team}", team=team),
        _("Added by {person} on {day}", person=f"<@{client.added_by}>", day=locale.day(client.added_at)),
    ]
    if client.live_since:
        lines.append(_("In production since {day}", day=locale.day(client.live_since)))
    if fact.credential:
        lines.append(_("API credentials: {name}", name=name_of(fact.credential)))
    return [f"• {line}" for line in lines]


def _rows(locale: Locale, fact: ClientDetails) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return rows of the buttons of what may be done now."""
    _ = locale.gettext
    client, rights = fact.card.client, fact.rights
    works = client.state not in (ClientState.PAUSED, ClientState.REMOVED)
    handles = works and Right.HANDLE in rights
    first: list[dict[str, Any]] = []
    if works and fact.waiting and Right.REVIEW in rights:
        first.append(button(_("Review"), Action.REVIEW, client.id, style="primary"))
    if handles:
        first.append(button(_("Check rights"), Action.CHECK_AGAIN, client.id))
        if is_moving(fact.card.runs):
            first.append(button(_("Training"), Action.TRAINING_REPORT, client.id))
        elif client.state in TRAINABLE:
            first.append(button(_("Train again"), Action.TRAIN, client.id))
    if fact.card.in_use:
        first.append(button(_("Training report"), Action.TRAINING_REPORT, client.id))
    settings: list[dict[str, Any]] = []
    if handles:
        settings.append(button(_("Process"), Action.OPEN_PROCESS, client.id))
        settings.append(button(_("Dimensions"), Action.OPEN_DIMENSIONS, client.id))
    if works and Right.RULES in rights:
        settings.append(button(_("Circulation and rules"), Action.OPEN_RULES, client.id))
    if works and Right.AUTOMATE in rights:
        settings.append(button(_("Automation"), Action.AUTOMATION, client.id))
    if works and Right.CREDENTIALS in rights:
        settings.append(button(_("API credentials"), Action.OPEN_CREDENTIAL, client.credential_id))
    other = [
        star_button(locale, client.id, is_favourite=fact.is_favourite),
        button(_("Who did what"), Action.OPEN_AUDIT, client.id),
        ask_help_ai(locale),
    ]
    if Right.HANDLE in rights:
        if client.state is not ClientState.REMOVED:
            other.append(button(_("Channel and team"), Action.MOVE, client.id))
        if client.state in PAUSABLE:
            other.append(button(_("Pause"), Action.PAUSE, client.id, confirm=_pause(locale, client)))
        if client.state is ClientState.PAUSED:
            other.append(button(_("Resume"), Action.RESUME, client.id, style="primary"))
        if client.state is ClientState.REMOVED:
            other.append(button(_("Bring back"), Action.RESUME, client.id, style="primary"))
        else:
            other.append(button(_("Remove"), Action.REMOVE, client.id, style="danger"))
    return [("work", first), ("settings", settings), ("other", other)]


def _pause(locale: Locale, client: Client) -> dict[str, Any]:
    _ = locale.gettext
    return confirmation(
        _("Pause the client?"),
        _(
            "Nothing is read, learnt or written until somebody resumes it. A training that goes on is cancelled; what "
            "is confirmed is written after that."
        ),
        _("Pause"),
        _("Cancel"),
    )


def move_form(locale: Locale, client: Client, team: Team | None) -> View:
    """Return the modal in which a client gets another channel or team."""
    _ = locale.gettext
    channel = {
        "type": "conversations_select",
        "placeholder": plain(_("Choose")),
        "initial_conversation": client.channel,
        "filter": OWN_CHANNELS,
    }
    chosen = option(team_name(locale, team), team.id) if team else option(_("Everybody of the workspace"), EVERYBODY)
    who = {"type": "external_select", "min_query_length": 0, "initial_option": chosen}
    hint = _("Its messages come there from now on; the old ones say so. Invite the app to a private channel first.")
    seen = _("A Slack user group, or the members of a channel: /fabric access says which channels.")
    blocks = [
        section(f"*{escape(client.name)}* `{client.business_id}`"),
        choice_input(Field.CHANNEL, _("Channel"), channel, hint=hint),
        choice_input(Field.TEAM, _("Seen and handled by"), who, hint=seen),
    ]
    return modal(Callback.MOVE, _("Channel and team"), blocks, submit=_("Save"), close=_("Cancel"), reference=client.id)


def remove_form(locale: Locale, client: Client) -> View:
    """Return the modal that says what removing deletes, and asks to type the business id."""
    _ = locale.gettext
    lines = [
        _("It stops at once: nothing more is read, predicted or written, and invoices that wait are left in Netvisor."),
        _("For 7 days it can be brought back as it is."),
        _(
            "Then its invoice history, trained models, rules and settings are deleted here, and its API credentials if "
            "no other client uses them."
        ),
        _("What has been posted in Netvisor stays there. Who did what is kept."),
    ]
    blocks = [
        section(f"*{escape(client.name)}* `{client.business_id}`"),
        section("\n".join(f"• {line}" for line in lines)),
        text_input(Field.TYPED, _("Type the business id to remove the client"), max_length=20),
    ]
    return modal(
        Callback.REMOVE, _("Remove the client"), blocks, submit=_("Remove"), close=_("Cancel"), reference=client.id
    )


def removed_view(locale: Locale, client: Client) -> View:
    """Return the modal after a client was removed."""
    _ = locale.gettext
    text = f":wastebasket: *{escape(client.name)}*\n{removed_text(locale, client)}"
    blocks = [section(text), actions(button(_("Bring back"), Action.RESUME, client.id))]
    return modal(Callback.NOTICE, _("Remove the client"), blocks, close=_("Close"), clear_on_close=True)


def bring_back_view(locale: Locale, client: Client) -> View:
    """Return the modal for a company that is added again while it can still be brought back."""
    _ = locale.gettext
    lines = [
        _(
            "*Bring back*: it goes on with all it had: its history, models, rules and waiting invoices, and its "
            "process, channel and credentials as they were. Its rights are checked first. Writing without asking "
            "stays off until somebody switches it on."
        ),
        _(
            "*Leave it removed*: close this. When that time is over, its data here is deleted, and the company can be "
            "added as a new one."
        ),
    ]
    blocks = [
        section(f"*{escape(client.name)}* `{client.business_id}`\n{removed_text(locale, client)}"),
        section("\n".join(f"• {line}" for line in lines)),
        actions(button(_("Bring back"), Action.RESUME, client.id, style="primary")),
    ]
    return modal(Callback.NOTICE, _("Removed client"), blocks, close=_("Back"))
