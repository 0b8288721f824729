"""Clients in messages: the one message of a client in its channel, lists, and what is told about them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from handlers.ids import Action
from handlers.locale import Locale
from handlers.views.elements import Block, actions, ask_help_ai, button, context, escape, section, sections
from handlers.views.report import report_text
from handlers.views.rights import silence
from handlers.views.training import ABOUT_FAILURES, cancel_button, card_training, is_moving, training_text
from handlers.views.words import and_more, check_name, process_change, process_name, refusal_reason, state_name
from services.facts import CardMoved, ChannelRefused, ClientCard, Morning, Overdue, StillTraining, WentLive
from services.notifier import Rendered
from services.records import Client, ClientState, Process, RunState
from services.training import TRAINABLE

LONGEST_LIST = 40

MOST_TO_MOVE = 20
"""Of so many clients whose channel is lost each has its button."""

LIST_TEXT = 12_000
"""Characters of a message's lists. Slack refuses a message whose blocks hold more than about 13,200."""


def title(locale: Locale, client: Client) -> str:
    """Return a client's name, business id and state."""
    return f"*{escape(client.name)}* `{client.business_id}` · {state_name(locale, client)}"


def card(locale: Locale, fact: ClientCard) -> Rendered:
    """Return the one message of a client."""
    client = fact.client
    blocks = [section(title(locale, client)), *card_details(locale, fact)]
    return Rendered(f"{escape(client.name)}: {state_name(locale, client).partition(': ')[2]}", tuple(blocks))


def card_details(locale: Locale, fact: ClientCard) -> list[Block]:
    """Return what there is to say of a client beyond its state."""
    _ = locale.gettext
    client, blocks = fact.client, list[Block]()
    if client.state is ClientState.BLOCKED:
        names = locale.list([check_name(locale, check_id) for check_id in client.missing])
        blocks.append(
            section(_("Missing in Netvisor: *{names}*. “Check rights” says what to repair and who can.", names=names))
        )
    elif fact.check and fact.check.waiting_for and fact.check.retry_at:
        why = silence(locale, fact.check.waiting_for)
        blocks.append(section(_("{why} Checked again at {time}.", why=why, time=locale.time(fact.check.retry_at))))
    if fact.runs:
        blocks.append(section(card_training(locale, fact.runs, fact.in_use)))
    blocks.append(
        context(
            _(
                "Process: {process} · added by {person}",
                process=process_name(locale, client.process),
                person=f"<@{client.added_by}>",
            )
        )
    )
    if fact.process_change:
        blocks.append(context(process_change(locale, fact.process_change)))
    if client.state in (ClientState.PAUSED, ClientState.REMOVED):
        words = _("Resume") if client.state is ClientState.PAUSED else _("Bring back")
        shown = (button(words, Action.RESUME, client.id), button(_("Open"), Action.OPEN_CLIENT, client.id))
        return [*blocks, actions(*shown)]
    buttons = [button(_("Check rights"), Action.CHECK_AGAIN, client.id)]
    if fact.in_use:
        buttons.append(button(_("Training report"), Action.TRAINING_REPORT, client.id))
    if is_moving(fact.runs):
        buttons.append(cancel_button(locale, client))
    elif fact.runs and not fact.in_use and client.state in TRAINABLE:
        buttons.append(button(_("Train again"), Action.TRAIN, client.id))
    if client.state is ClientState.BLOCKED:
        buttons.append(ask_help_ai(locale, "product.blocked", "rights.list"))
    elif fact.runs and fact.runs[0].state is RunState.FAILED:
        buttons.append(ask_help_ai(locale, *ABOUT_FAILURES))
    buttons.append(button(":star: " + _("Favourite"), Action.STAR, client.id))
    buttons.append(button(_("More"), Action.OPEN_CLIENT, client.id))
    blocks.append(actions(*buttons))
    return blocks


def card_moved(locale: Locale, fact: CardMoved) -> Rendered:
    """Return what a client's old message says when it is told of in another channel."""
    text = locale.gettext(
        "{name} is told of in {channel} now.", name=escape(fact.client.name), channel=f"<#{fact.client.channel}>"
    )
    return Rendered(text, (section(f":arrow_right: {text}"),))


def went_live(locale: Locale, fact: WentLive) -> Rendered:
    """Return the message that a client is in production, with the article's things to remember."""
    _ = locale.gettext
    client = fact.client
    text = _("{name} is in production.", name=escape(client.name))
    remember = [
        _("Set the client as your favourite on the FabricAI portal's homepage."),
        _(
            "If the company uses dimensions, predictions can be ordered for them once processing has started: "
            "`/fabric dimensions {business_id}`.",
            business_id=client.business_id,
        ),
    ]
    if client.process is Process.ALTERNATIVE_WITH_CIRCULATION:
        remember.append(_("Make the settings for setting the right circulation list automatically."))
    blocks = [
        section(f":tada: *{text}*\n{report_text(locale, fact.runs)}"),
        section("*" + _("Remember to") + "*\n" + "\n".join(f"• {line}" for line in remember)),
        context(from_now_on(locale, client.process)),
    ]
    return Rendered(text, tuple(blocks))


def from_now_on(locale: Locale, process: Process) -> str:
    """Return what happens with a client's invoices from now on, by its process."""
    _ = locale.gettext
    return (
        {
            Process.BACKGROUND: _("From now on, certain predictions are written to new invoices as suggestions."),
            Process.STANDARD: _("From now on, invoices that the client has approved come to the channel's review."),
            Process.ALTERNATIVE: _("From now on, new invoices come to the channel's review as soon as they arrive."),
            Process.ALTERNATIVE_WITH_CIRCULATION: _(
                "From now on, new invoices come to the channel's review as soon as they arrive. People set the "
                "circulation lists in Netvisor, unless sending them has been switched on."
            ),
        }[process]
        + " "
        + _("Nothing else is written to Netvisor before somebody confirms it.")
    )


def still_training(locale: Locale, fact: StillTraining) -> Rendered:
    """Return the hourly note of a long training."""
    hours = locale.ngettext(
        "Training has gone on for {number} hour.", "Training has gone on for {number} hours.", fact.hours
    )
    text = f"{hours} {training_text(locale, fact.runs)}"
    return Rendered(text, (section(text),))


def overdue(locale: Locale, fact: Overdue) -> Rendered:
    """Return the text that Slack posts by itself when a training is not done in a day."""
    text = locale.gettext(
        "The training of {name} was not done in a day, although it should be. See “/fabric status "
        "{business_id}”; if the "
        "app does not answer, it is down: tell its operator.",
        name=escape(fact.client.name),
        business_id=fact.client.business_id,
    )
    return Rendered(text, (section(text),))


def channel_refused(locale: Locale, fact: ChannelRefused) -> Rendered:
    """Return what the person who added clients is told when their channel takes no messages."""
    _ = locale.gettext
    first, *others = fact.clients
    channel, why = f"<#{first.channel}>", refusal_reason(locale, fact.reason)
    if not others:
        text = _(
            "Notices of {name} cannot be shown in {channel}: {why}. The client goes on all the same.",
            name=escape(first.name),
            channel=channel,
            why=why,
        )
    else:
        text = _(
            "Notices of {number} clients cannot be shown in {channel}: {why}. The clients go on all the same.",
            number=locale.number(len(fact.clients)),
            channel=channel,
            why=why,
        )
    rows = [
        section(
            f"*{escape(client.name)}*",
            block_id=f"{Action.MOVE}:{client.id}",
            accessory=button(_("Another channel"), Action.MOVE, client.id),
        )
        for client in fact.clients[:MOST_TO_MOVE]
    ]
    rest = [context(line) for line in and_more(locale, len(fact.clients) - MOST_TO_MOVE)]
    return Rendered(text, (section(text), *rows, *rest))


def morning(locale: Locale, fact: Morning) -> Rendered:
    """Return a channel's morning message."""
    _ = locale.gettext
    text = _("Good morning! The clients of this channel on {day}", day=locale.date(fact.day))
    groups = [
        (_("Training"), (ClientState.TRAINING, ClientState.CHECKING)),
        (_("In production"), (ClientState.PRODUCTION,)),
        (_("Blocked"), (ClientState.BLOCKED,)),
    ]
    blocks = [section(f":sunny: *{text}*")]
    for name, states in groups:
        clients = [client for client in fact.clients if client.state in states]
        if clients:
            lines = fitting([_morning_line(locale, fact, one) for one in clients], LIST_TEXT // len(groups))
            lines += and_more(locale, len(clients) - len(lines))
            blocks += sections([f"*{name}* ({locale.number(len(clients))})", *lines])
    return Rendered(text, tuple(blocks))


def _morning_line(locale: Locale, fact: Morning, client: Client) -> str:
    line, waiting = f"• {escape(client.name)} `{client.business_id}`", fact.waiting.get(client.id, 0)
    if not waiting:
        return line
    return f"{line} · " + locale.ngettext(
        "{number} invoice waits for review", "{number} invoices wait for review", waiting
    )


def fitting(lines: Sequence[str], room: int) -> list[str]:
    """Return the first lines: no more than a list shows, and than fit into so many characters."""
    ends = accumulate(len(line) + 1 for line in lines[:LONGEST_LIST])
    return [line for line, end in zip(lines, ends, strict=False) if end <= room]
