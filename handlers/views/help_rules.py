"""Help ai's cards of instructions: what a rule would say and do, to be confirmed; and what is asked before that."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.ids import Action
from handlers.locale import Locale
from handlers.views.access import who_can
from handlers.views.circulation import paused_text, problem_text, rule_preview_blocks, rule_sentence
from handlers.views.clients import LIST_TEXT, fitting
from handlers.views.elements import Block, actions, button, context, cut, escape, option, section, sections
from handlers.views.repairs import repair_of, without_repeats
from handlers.views.words import and_more, check_name
from services.access import Allowed, Right
from services.circulation import Problem
from services.facts import InstructionCard
from services.findings import Finding
from services.help_ai.rules import ActKind, Wait
from services.notifier import Rendered
from services.records import Client, Verdict

MOST_BUTTONS = 5
"""Clients, or names, that are offered as buttons; of more clients one is looked for in a select."""
MOST_BLOCKS = 45
"""Blocks of a card: Slack allows fifty in a message."""


def instruction_card(locale: Locale, fact: InstructionCard) -> Rendered:
    """Return the card, in the language of the instruction."""
    locale = Locale(fact.language)
    text, blocks = _card(locale, fact)
    return Rendered(text, tuple(blocks[: MOST_BLOCKS + 3]))


def _card(locale: Locale, fact: InstructionCard) -> tuple[str, list[Block]]:
    if fact.lacks:
        return _no_client(locale, fact.lacks, fact.allowed)
    if fact.client is None:
        return _which_client(locale, fact)
    if fact.wait:
        return _waiting(locale, fact, fact.client, fact.wait)
    if fact.question:
        return _question(locale, fact)
    if fact.act and fact.act is not ActKind.CHANGE:
        return _about_rules(locale, fact)
    if fact.act and not fact.previews:
        return _which_rule(locale, fact)
    return _confirm(locale, fact)


def _no_client(locale: Locale, lacks: Right, allowed: Allowed | None) -> tuple[str, list[Block]]:
    """Return the answer to somebody who may make rules for no client: what comes first, and who can do it."""
    _ = locale.gettext
    if lacks is not Right.ADD:
        text = _("You cannot set rules for the clients that you see.")
    elif allowed:
        text = _("A rule belongs to a client, and you have none yet. You cannot add clients.")
    else:
        text = _("A rule belongs to a client, and you have none yet. Add it first, and then write the rule again.")
    if allowed:
        text = f"{text} {who_can(locale, allowed)}"
        return text, [section(text)]
    return text, [section(text), actions(button(_("Add a client"), Action.ADD_CLIENT, style="primary"))]


def _which_client(locale: Locale, fact: InstructionCard) -> tuple[str, list[Block]]:
    _ = locale.gettext
    number = fact.instruction.id
    text = _("For which client?")
    blocks: list[Block] = [section(f"*{text}*")]
    if len(fact.clients) <= MOST_BUTTONS:
        blocks += [
            actions(
                button(client.name, f"{Action.INSTRUCTION_CLIENT}:{place}", f"{number} {client.id}"),
                block_id=f"instruction_client:{number}:{place}",
            )
            for place, client in enumerate(fact.clients)
        ]
    else:
        select: dict[str, object] = {
            "type": "external_select",
            "action_id": Action.FIND_INSTRUCTION_CLIENT,
            "placeholder": {"type": "plain_text", "text": _("Name or business id")},
            "min_query_length": 0,
        }
        blocks.append(actions(select, block_id=f"instruction_client:{number}"))
    return text, [*blocks, actions(_cancel(locale, fact), block_id=f"instruction_cancel:{number}")]


def client_option(client: Client) -> dict[str, object]:
    """Return a client as an option."""
    return option(f"{cut(client.name, 60)} {client.business_id}", client.id)


def _waiting(locale: Locale, fact: InstructionCard, client: Client, wait: Wait) -> tuple[str, list[Block]]:
    """Return what is said while a client's names are not known: why, and what happens to the instruction."""
    _ = locale.gettext
    name = escape(client.name)
    missing = locale.list([check_name(locale, check_id) for check_id in client.missing])
    text = {
        Wait.READING: _("I am still reading the vendors, circulation lists and dimensions of {name}.", name=name),
        Wait.SILENT: _(
            "I do not know the vendors and circulation lists of {name} yet: Netvisor does not answer at the moment. I "
            "keep trying.",
            name=name,
        ),
        Wait.BLOCKED: _(
            "I cannot read the vendors and circulation lists of {name}: missing in Netvisor: {missing}.",
            name=name,
            missing=missing,
        ),
        Wait.PAUSED: _(
            "I do not know the vendors and circulation lists of {name} yet: it is paused, and nothing is read until "
            "somebody resumes it.",
            name=name,
        ),
        Wait.STOPPED: _(
            "I do not know the vendors and circulation lists of {name} yet: the reading of its invoices ended before "
            "its end. A new training reads them.",
            name=name,
        ),
        Wait.READ: _("The vendors and circulation lists of {name} are read now: my answer follows.", name=name),
        Wait.GONE: _("Nothing comes of this instruction: {name} is not among your clients any more.", name=name),
    }[wait]
    blocks: list[Block] = [section(text)]
    if wait in (Wait.READ, Wait.GONE):
        return text, blocks
    blocks += sections(_who_repairs(locale, fact))
    words = escape(cut(fact.instruction.words, 300))
    blocks.append(section(_("I keep your instruction “{words}” and answer it here by myself after that.", words=words)))
    row = [_cancel(locale, fact)]
    if wait is Wait.BLOCKED:
        row.insert(0, button(_("Check rights"), Action.CHECK_AGAIN, client.id))
    if wait in (Wait.PAUSED, Wait.STOPPED):
        row.insert(0, button(_("Open the client"), Action.OPEN_CLIENT, client.id))
    return text, [*blocks, actions(*row, block_id=f"instruction:{fact.instruction.id}")]


def _who_repairs(locale: Locale, fact: InstructionCard) -> list[str]:
    """Return who can repair what the client's last check found missing, each once."""
    findings = [Finding.from_data(dict(data)) for data in fact.check.findings] if fact.check else []
    repairs = without_repeats(finding.repair for finding in findings if finding.verdict is Verdict.DENIED)
    people = dict.fromkeys(repair_of(locale, repair, "").who for repair in repairs)
    return ["*" + locale.gettext("Who") + f":* {who}" for who in people]


def _question(locale: Locale, fact: InstructionCard) -> tuple[str, list[Block]]:
    _ = locale.gettext
    assert fact.question is not None
    assert fact.client is not None
    text = escape(fact.question.text)
    blocks: list[Block] = [section(text), context(escape(fact.client.name))]
    candidates = fact.question.candidates[: 2 * MOST_BUTTONS]
    if candidates:
        buttons = [
            button(cut(name.name, 75), f"{Action.INSTRUCTION_NAME}:{place}", f"{fact.instruction.id} {place}")
            for place, name in enumerate(candidates)
        ]
        blocks.append(actions(*buttons, _cancel(locale, fact), block_id=f"instruction_name:{fact.instruction.id}"))
    else:
        blocks.append(context(_("Write it anew here, in other words.")))
    return text, blocks


def _confirm(locale: Locale, fact: InstructionCard) -> tuple[str, list[Block]]:
    _ = locale.gettext
    assert fact.client is not None
    name = escape(fact.client.name)
    if fact.act is ActKind.CHANGE:
        text = _("Is the rule of {name} to say this from now on?", name=name)
    else:
        text = _("Is this to be a rule of {name}?", name=name)
    blocks: list[Block] = [section(f"*{text}*")]
    if fact.act is ActKind.CHANGE:
        blocks += [section(_("Now: {rule}", rule=rule_sentence(locale, rule, fact.registers))) for rule in fact.meant]
    warnings = sections([f":warning: {problem_text(locale, problem)}" for problem in fact.problems])
    blocks += _previews(locale, fact, LIST_TEXT - _length([*blocks, *warnings])) + warnings
    buttons: list[dict[str, object]] = []
    if not fact.problems:
        buttons.append(button(_("Confirm"), Action.CONFIRM_INSTRUCTION, fact.instruction.id, style="primary"))
    if len(fact.previews) == 1:
        buttons.append(button(_("Change it"), Action.CHANGE_INSTRUCTION, fact.instruction.id))
    buttons.append(_cancel(locale, fact))
    return text, [*blocks[:MOST_BLOCKS], actions(*buttons, block_id=f"instruction:{fact.instruction.id}")]


def _previews(locale: Locale, fact: InstructionCard, room: int) -> list[Block]:
    """Return what the rules say and would do: of many, or of long names, first the examples go, then the counts."""
    shown = [rule_preview_blocks(locale, preview, fact.registers) for preview in fact.previews]
    kept: list[Block] = []
    for parts in (MOST_BLOCKS if len(shown) <= 2 else 2, 2, 1):
        kept = [block for one in shown for block in one[:parts]]
        if _length(kept) <= room:
            return kept
    while kept and _length(kept) > room:
        kept.pop()
    return kept


def _length(blocks: Sequence[Block]) -> int:
    """Return how many characters blocks hold."""
    pieces = [piece for block in blocks for piece in (block.get("text"), *block.get("elements", ())) if piece]
    return sum(len(str(piece["text"])) for piece in pieces)


def _listed(locale: Locale, lines: Sequence[str]) -> list[Block]:
    """Return as many lines as fit into a message, and how many more there are."""
    shown = fitting(lines, LIST_TEXT)
    return sections([*shown, *and_more(locale, len(lines) - len(shown))])


def _about_rules(locale: Locale, fact: InstructionCard) -> tuple[str, list[Block]]:
    _ = locale.gettext
    assert fact.client is not None
    name = escape(fact.client.name)
    lines = [
        f"{rule.position}. {rule_sentence(locale, rule, fact.registers)}"
        + (f" · {paused_text(locale, rule.paused)}" if rule.paused else "")
        for rule in fact.meant
    ]
    open_rules = button(_("Open the rules"), Action.OPEN_RULES, fact.client.id)
    if not lines:
        text = _("{name} has no rule that this fits.", name=name)
        return text, [section(text), actions(open_rules)]
    if fact.act is ActKind.SHOW:
        text = _("The rules of {name}", name=name)
        return text, [*_listed(locale, [f"*{text}*", *lines]), actions(open_rules)]
    text = {
        ActKind.REMOVE: _("Is this to be removed from the rules of {name}?", name=name),
        ActKind.PAUSE: _("Is this to be paused among the rules of {name}?", name=name),
        ActKind.RESUME: _("Is this to be applied again among the rules of {name}?", name=name),
    }[fact.act or ActKind.REMOVE]
    confirm = button(
        _("Confirm"),
        Action.CONFIRM_INSTRUCTION,
        fact.instruction.id,
        style="danger" if fact.act is ActKind.REMOVE else "primary",
    )
    row = actions(confirm, _cancel(locale, fact), block_id=f"instruction:{fact.instruction.id}")
    return text, [*_listed(locale, [f"*{text}*", *lines]), row]


def _which_rule(locale: Locale, fact: InstructionCard) -> tuple[str, list[Block]]:
    _ = locale.gettext
    assert fact.client is not None
    lines = [f"{rule.position}. {rule_sentence(locale, rule, fact.registers)}" for rule in fact.meant]
    if lines:
        text = _("Which of these rules is to be changed? Open the rules and change it there.")
    else:
        text = _("{name} has no rule that this fits.", name=escape(fact.client.name))
    open_rules = actions(button(_("Open the rules"), Action.OPEN_RULES, fact.client.id))
    return text, [*_listed(locale, [text, *lines]), open_rules]


def _cancel(locale: Locale, fact: InstructionCard) -> dict[str, object]:
    return button(locale.gettext("Cancel"), Action.CANCEL_INSTRUCTION, fact.instruction.id)


def carried_out(locale: Locale, client: Client, act: str, sentences: list[str], problems: list[Problem]) -> Rendered:
    """Return what became of a card that was confirmed."""
    _ = locale.gettext
    name = escape(client.name)
    text = {
        "": _("Saved among the rules of {name}. It is asked for invoices that arrive from now on.", name=name),
        ActKind.CHANGE: _("Changed among the rules of {name}.", name=name),
        ActKind.REMOVE: _("Removed from the rules of {name}.", name=name),
        ActKind.PAUSE: _("Paused among the rules of {name}.", name=name),
        ActKind.RESUME: _("Applied again among the rules of {name}.", name=name),
    }[act]
    lines = [f":white_check_mark: *{text}*", *sentences] if sentences else []
    lines += [f":warning: {problem_text(locale, problem)}" for problem in problems]
    row = actions(button(_("Open the rules"), Action.OPEN_RULES, client.id))
    return Rendered(text if sentences else lines[0], (*sections(lines), row))


def being_changed(locale: Locale, instruction_id: str) -> Rendered:
    """Return what a card becomes when its rule is changed in the form, so that it is not confirmed as well."""
    _ = locale.gettext
    text = _("The rule is in the form now: change it there and save it.")
    row = actions(
        button(_("Open the form again"), Action.CHANGE_INSTRUCTION, instruction_id),
        button(_("Cancel"), Action.CANCEL_INSTRUCTION, instruction_id),
        block_id=f"instruction:{instruction_id}",
    )
    return Rendered(text, (section(text), row))


def cancelled(locale: Locale) -> Rendered:
    """Return what a card becomes when its person cancels it."""
    text = locale.gettext("Cancelled: nothing was changed.")
    return Rendered(text, (section(text),))


def is_over(locale: Locale) -> str:
    """Return what is said at a card that was confirmed or cancelled already."""
    return locale.gettext("This was confirmed or cancelled already, or it is older than a day. Write it anew.")
