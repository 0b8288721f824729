"""Sending a repair to somebody who can make it: the modal, the message itself, and what the sender is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.ids import Action, Callback
from handlers.locale import Locale
from handlers.views.checklist import REPAIRS
from handlers.views.elements import Block, View, choice_input, context, cut, escape, modal, plain, section
from handlers.views.repairs import plain_repair_text
from handlers.views.rights import repairs_of
from services.facts import CheckResult, RepairAsked
from services.findings import Finding
from services.notifier import Rendered
from services.records import MessageState
from services.ticks import TickState, checklist

LONGEST_TEXT = 2900
TEXT = "repair_text"
"""The action of the text. Its block's name tells the language too: Slack keeps what a block of the same name has."""


def ready_text(locale: Locale, result: CheckResult, findings: Sequence[Finding], access_key: str) -> str:
    """Return the message as it stands ready: the company, what, where, who can, and the access key where needed."""
    _, client = locale.gettext, result.client
    repairs = repairs_of(findings)
    rights, _settings = checklist(client, findings, result.ticks)
    asked = [item.id for item in rights if item.state is TickState.REOPENED]
    if not repairs and not asked:
        asked = [item.id for item in rights if item.state in (TickState.ASKED, TickState.CHANGED)]
    repairs += [REPAIRS[item] for item in asked if REPAIRS[item] not in repairs]
    head = _(
        "Hello! {company} ({business_id}) is being connected in Netvisor to the automation of purchase invoices. "
        "Please see to this there:",
        company=client.name,
        business_id=client.business_id,
    )
    steps = [
        f"{number}. {plain_repair_text(locale, repair, access_key)}" for number, repair in enumerate(repairs, start=1)
    ]
    tail = _("When it is done, nothing more is needed of you: the rights are checked again by themselves. Thank you!")
    return cut("\n\n".join([head, *steps, tail]), LONGEST_TEXT)


def repair_form(locale: Locale, client_id: str, text: str, language: str, person: str | None = None) -> View:
    """Return the modal: to whom, and the message, which can be edited."""
    _ = locale.gettext
    people: dict[str, Any] = {"type": "users_select", "placeholder": plain(_("Choose a person."))}
    if person:
        people["initial_user"] = person
    whom = choice_input(Action.REPAIR_PERSON, _("To whom"), people)
    message = {
        "type": "input",
        "block_id": f"{TEXT}:{language}",
        "label": plain(_("Message")),
        "element": {
            "type": "plain_text_input",
            "action_id": TEXT,
            "multiline": True,
            "max_length": LONGEST_TEXT,
            "initial_value": text,
        },
        "hint": plain(_("In the language of the person you choose, until you change it. Never write an API key here.")),
    }
    return modal(
        Callback.SEND_REPAIR,
        _("Ask for the repair"),
        [{**whom, "dispatch_action": True}, message],
        submit=_("Send"),
        close=_("Back"),
        reference=client_id,
    )


def repair_sent(locale: Locale, fact: RepairAsked) -> View:
    """Return what the sender is shown: that it is on its way, that it was sent, or that Slack refused it."""
    _, person = locale.gettext, f"<@{fact.message.receiver}>"
    match fact.message.state:
        case MessageState.SENDING:
            text = ":hourglass_flowing_sand: " + _("The message is on its way to {person}.", person=person)
        case MessageState.SENT:
            text = ":white_check_mark: " + _(
                "Sent to {person} as a direct message. The rights are checked again by themselves: after ten minutes, "
                "after an hour, and every night.",
                person=person,
            )
        case _:
            text = ":warning: " + _(
                "Slack did not take the message to {person}. Copy it below, or choose somebody else.", person=person
            )
    blocks = [section(text)]
    if fact.message.state is MessageState.REFUSED:
        blocks.append({"type": "section", "text": plain(fact.message.text)})
    return modal(Callback.SEND_REPAIR, _("Ask for the repair"), blocks, close=_("Close"), reference=fact.client.id)


def repair_message(locale: Locale, fact: RepairAsked, access_key: str) -> Rendered:
    """Return the message to the person who is asked; it names who asks."""
    _, client = locale.gettext, fact.client
    head = _(
        "{person} asks you for a repair in Netvisor: *{company}* `{business_id}`",
        person=f"<@{fact.message.sender}>",
        company=escape(client.name),
        business_id=client.business_id,
    )
    blocks: list[Block] = [section(head), {"type": "section", "text": plain(fact.message.text)}]
    if access_key in fact.message.text:
        blocks.append(section(_("The access key, to copy:") + f"\n```{access_key}```"))
    blocks.append(context(_("Questions go to {person}.", person=f"<@{fact.message.sender}>")))
    text = _("A repair is needed in Netvisor: {company}", company=escape(client.name))
    return Rendered(text, tuple(blocks))
