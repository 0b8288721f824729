"""The modals of a client's rules: the list in order, the form, the preview before saving, removing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.ids import Action, Callback, Field
from handlers.locale import Locale
from handlers.views.circulation import paused_text, rule_preview_blocks, rule_sentence
from handlers.views.elements import (
    Block,
    View,
    actions,
    button,
    choice_input,
    context,
    divider,
    escape,
    header,
    modal,
    option,
    plain,
    section,
    sections,
    text_input,
)
from handlers.views.review_words import account_name, list_name
from handlers.views.words import and_more
from services.circulation import Preview
from services.facts import RulesPaused
from services.notifier import Rendered
from services.records import CirculationRule, Client, Paused, Process, Registers

PAUSED_TOLD = 3
"""Rules that a message names."""

ON_PAGE = 15
"""Rules that are shown at once: with what stands around them far below Slack's 100 blocks."""


def rules_view(
    locale: Locale,
    client: Client,
    rules: Sequence[CirculationRule],
    registers: Registers | None,
    *,
    first: int = 0,
    note: str = "",
) -> View:
    """Return the modal with a client's rules in order, from the `first`th on, counted from 0."""
    _ = locale.gettext
    first = min(first, max(len(rules) - 1, 0)) // ON_PAGE * ON_PAGE
    blocks: list[Block] = [section(f"*{escape(client.name)}*\n{_what_rules_do(locale, client)}")]
    if note:
        blocks.insert(0, section(note))
    row = [button(_("Add a rule"), Action.ADD_RULE, client.id, style="primary")]
    if rules:
        row.append(button(_("Copy to other clients"), Action.RULES_COPY, client.id))
        row.append(button(_("Export as CSV"), Action.RULES_EXPORT, client.id))
    row.append(button(_("Import from CSV"), Action.RULES_IMPORT, client.id))
    blocks += [actions(*row), divider()]
    if not rules:
        blocks.append(section(_("No rules yet: lists are chosen by people in the review.")))
    for rule in rules[first : first + ON_PAGE]:
        blocks += _rule(locale, rule, registers, len(rules))
    if len(rules) > ON_PAGE:
        blocks.append(_pages(locale, len(rules), first))
    return modal(
        Callback.RULES,
        _("Circulation lists"),
        blocks,
        close=_("Close"),
        reference=reference(client, first=first),
        clear_on_close=True,
    )


def reference(client: Client, **more: object) -> str:
    """Return what the modals carry back to us: ids and places."""
    return json.dumps({"client": client.id, **more})


def _what_rules_do(locale: Locale, client: Client) -> str:
    _ = locale.gettext
    text = _(
        "Rules choose circulation lists, accounts and dimensions. They are asked in this order: the first one that "
        "fits decides."
    )
    if client.process is not Process.ALTERNATIVE_WITH_CIRCULATION:
        text += " " + _("This client's process sets no circulation lists: only accounts and dimensions are chosen.")
    return text


def _rule(locale: Locale, rule: CirculationRule, registers: Registers | None, number: int) -> list[Block]:
    _ = locale.gettext
    sign = ":double_vertical_bar: " if rule.paused else ""
    choices = [
        option(_("Change"), f"change:{rule.id}"),
        option(_("Resume") if rule.paused else _("Pause"), f"{'resume' if rule.paused else 'pause'}:{rule.id}"),
    ]
    if rule.position > 1:
        choices.append(option(_("Move up"), f"up:{rule.id}"))
    if rule.position < number:
        choices.append(option(_("Move down"), f"down:{rule.id}"))
    choices.append(option(_("Remove"), f"remove:{rule.id}"))
    menu = {"type": "overflow", "action_id": Action.RULE, "options": choices}
    words = [_("Made by {person} on {day}", person=f"<@{rule.author}>", day=locale.day(rule.changed_at))]
    if rule.paused:
        words.insert(0, f"*{paused_text(locale, rule.paused)}*")
    text = f"{sign}*{rule.position}.* {rule_sentence(locale, rule, registers)}"
    # Named after what it shows: Slack keeps an old menu in a row of the same name.
    row = f"{Action.RULE}:{rule.id}:{rule.position}:{number}:{rule.paused or ''}"
    return [section(text, block_id=row, accessory=menu), context(" · ".join(words))]


def _pages(locale: Locale, number: int, first: int) -> Block:
    _ = locale.gettext
    choices = [
        option(_("Rules {first}–{last}", first=start + 1, last=min(start + ON_PAGE, number)), str(start))
        for start in range(0, number, ON_PAGE)
    ]
    current = next(choice for choice in choices if choice["value"] == str(first))
    select = {
        "type": "static_select",
        "action_id": Action.RULES_PAGE,
        "options": choices[:100],
        "initial_option": current,
    }
    return actions(select, block_id=f"{Action.RULES_PAGE}:{first}:{number}")


def rule_form(
    locale: Locale,
    client: Client,
    registers: Registers | None,
    rule: CirculationRule,
    *,
    is_new: bool,
    rules: int,
) -> View:
    """Return the form of a rule; sending it leads to the preview, from which one comes back to what was typed."""
    _ = locale.gettext
    blocks: list[Block] = [
        section(f"*{escape(client.name)}*"),
        actions(button(_("Back to the rules"), Action.RULES, client.id)),
        header(_("Which invoices")),
        context(_("All conditions that you fill in must hold; with none of them the rule is for every invoice.")),
        text_input(
            Field.VENDOR,
            _("Vendor"),
            initial=rule.vendor or "",
            hint=_("The name, or whole words of it."),
            optional=True,
            max_length=200,
        ),
        text_input(
            Field.BUSINESS_ID, _("Vendor's business id"), initial=rule.business_id or "", optional=True, max_length=20
        ),
        text_input(
            Field.AMOUNT_MIN,
            _("Sum at least"),
            initial=amount(rule.amount_min),
            hint=_("The invoice's sum in euros with VAT, for example 500,00. A credit note counts without its minus."),
            optional=True,
            max_length=20,
        ),
        text_input(
            Field.AMOUNT_MAX,
            _("Sum at most"),
            initial=amount(rule.amount_max),
            hint=_("The sum itself is still inside: for “under 500” write 499,99."),
            optional=True,
            max_length=20,
        ),
        text_input(
            Field.TEXT, _("Text on a line or in a reference"), initial=rule.text or "", optional=True, max_length=200
        ),
        text_input(
            Field.ADDRESS, _("Text in the vendor's address"), initial=rule.address or "", optional=True, max_length=200
        ),
        _account_input(
            locale, registers, "when_account", _("Account of a line, as predicted or posted"), rule.when_account
        ),
    ]
    if registers and registers.dimensions:
        blocks.append(
            _item_input(
                locale, registers, "when_item", _("Dimension of a line"), rule.when_dimension_name, rule.when_dimension
            )
        )
    blocks.append(header(_("Where they go")))
    if registers and registers.lists:
        element = _search(locale)
        if rule.list_key in registers.lists:
            element["initial_option"] = option(list_name(registers.lists, rule.list_key or ""), rule.list_key or "")
        block = choice_input(Field.CIRCULATION, _("Circulation list"), element)
        blocks.append({**block, "block_id": "target_list", "optional": True})
    if registers and registers.dimensions:
        label = _("Dimension's item")
        blocks.append(_item_input(locale, registers, "target_item", label, rule.dimension_name, rule.dimension))
    blocks.append(_account_input(locale, registers, "target_account", _("Account"), rule.account))
    if is_new and rules:
        places = [
            option(_("Last: the other rules come first"), "last"),
            option(_("First: before all other rules"), "first"),
        ]
        select = {"type": "static_select", "options": places, "initial_option": places[0]}
        blocks.append(choice_input(Field.PLACE, _("Place in the order"), select))
    title = _("New rule") if is_new else _("Change the rule")
    return modal(
        Callback.RULE_FORM,
        title,
        blocks,
        submit=_("Preview"),
        close=_("Cancel"),
        reference=reference(client, rule=rule.id, is_new=is_new),
    )


def amount(cents: int | None) -> str:
    """Return an amount as it is typed, nothing for none."""
    return "" if cents is None else f"{cents // 100},{cents % 100:02d}"


def _search(locale: Locale) -> dict[str, Any]:
    return {"type": "external_select", "min_query_length": 0, "placeholder": plain(locale.gettext("Search"))}


def _account_input(locale: Locale, registers: Registers | None, block_id: str, label: str, number: str | None) -> Block:
    element = _search(locale)
    if number:
        element["initial_option"] = option(account_name(registers, number), number)
    return {**choice_input(Field.ACCOUNT, label, element), "block_id": block_id, "optional": True}


def _item_input(
    locale: Locale, registers: Registers, block_id: str, label: str, dimension: str | None, item: str | None
) -> Block:
    element = _search(locale)
    value = next((value for value, _name in items(registers) if item_of(registers, value) == (dimension, item)), None)
    if value:
        element["initial_option"] = option(_item_name(str(dimension), str(item)), value)
    return {**choice_input(Field.ITEM, label, element), "block_id": block_id, "optional": True}


def items(registers: Registers) -> list[tuple[str, str]]:
    """Return every dimension's items as options: value and name. A value names the dimension by its place."""
    return [
        (f"{place}:{item}", _item_name(name, item))
        for place, (name, those) in enumerate(registers.dimensions.items())
        for item in those
    ]


def _item_name(dimension: str, item: str) -> str:
    """Return an item with its dimension, as long as an option may be."""
    return f"{dimension[:20]}: {item[:50]}"


def item_of(registers: Registers, value: str) -> tuple[str, str] | None:
    """Return the dimension and the item that an option of `items` stands for."""
    place, _colon, item = value.partition(":")
    names = list(registers.dimensions)
    return (names[int(place)], item) if place.isdecimal() and int(place) < len(names) else None


def preview_view(
    locale: Locale, client: Client, preview: Preview, registers: Registers | None, *, is_new: bool
) -> View:
    """Return what a rule would have done, before it is saved."""
    _ = locale.gettext
    return modal(
        Callback.RULE_PREVIEW,
        _("What it would do"),
        rule_preview_blocks(locale, preview, registers),
        submit=_("Save"),
        close=_("Back"),
        reference=reference(client, rule=preview.rule.id, is_new=is_new),
    )


def remove_view(locale: Locale, client: Client, rule: CirculationRule, registers: Registers | None) -> View:
    """Return the question whether to remove a rule."""
    _ = locale.gettext
    blocks = [
        section(rule_sentence(locale, rule, registers)),
        context(_("Invoices that it has chosen a list for keep it. The other rules stay as they are.")),
    ]
    return modal(
        Callback.RULE_REMOVE,
        _("Remove the rule?"),
        blocks,
        submit=_("Remove"),
        close=_("Back"),
        reference=reference(client, rule=rule.id),
    )


def copy_form(locale: Locale, client: Client, rules: int) -> View:
    """Return the choice of the clients that rules are copied to."""
    _ = locale.gettext
    words = locale.ngettext(
        "{number} rule is copied behind the rules that those clients have.",
        "{number} rules are copied behind the rules that those clients have.",
        rules,
    )
    element = {
        "type": "multi_external_select",
        "min_query_length": 0,
        "placeholder": plain(_("Search")),
        "max_selected_items": 50,
    }
    blocks = [
        section(f"*{escape(client.name)}*\n{words}"),
        choice_input(
            Field.CLIENTS,
            _("To which clients"),
            element,
            hint=_(
                "Lists, accounts and dimensions are found there by their names and numbers; what is not there is "
                "left out."
            ),
        ),
    ]
    return modal(
        Callback.RULES_COPY,
        _("Copy rules"),
        blocks,
        submit=_("Copy"),
        close=_("Back"),
        reference=reference(client),
    )


def copied_view(locale: Locale, copied: Sequence[tuple[Client, int, Sequence[str]]]) -> View:
    """Return what came of copying: by client how many rules were copied, and why others were not."""
    _ = locale.gettext
    blocks: list[Block] = []
    for client, number, left in copied[:50]:
        words = locale.ngettext("{number} rule copied", "{number} rules copied", number)
        text = f"*{escape(client.name)}*: {words}"
        blocks.append(section("\n".join([text, *(f"• {line}" for line in list(left)[:10])])))
    return modal(Callback.RULES_COPY, _("Copy rules"), blocks, close=_("Close"))


def chosen_values(state: Mapping[str, Any], block_id: str) -> list[str]:
    """Return the values that are chosen in a block of a view, whichever element it holds."""
    for element in state.get(block_id, {}).values():
        option_chosen = element.get("selected_option")
        chosen: list[Any] = element.get("selected_options") or ([option_chosen] if option_chosen else [])
        return [str(one["value"]) for one in chosen]
    return []


def rules_paused(locale: Locale, fact: RulesPaused) -> Rendered:
    """Return the message to the author of rules that were paused: which, why, and what to do."""
    _ = locale.gettext
    text = locale.ngettext(
        "{number} rule of yours for {name} is paused: something has changed in Netvisor.",
        "{number} rules of yours for {name} are paused: something has changed in Netvisor.",
        len(fact.rules),
        name=escape(fact.client.name),
    )
    lines = [
        f"• {rule_sentence(locale, rule, fact.registers)}\n   {_advice(locale, rule, fact.registers)}"
        for rule in fact.rules[:PAUSED_TOLD]
    ]
    lines += and_more(locale, len(fact.rules) - PAUSED_TOLD)
    note = _("Until then other rules, or people in the review, decide about such invoices.")
    show = actions(button(_("Show the rules"), Action.OPEN_RULES, fact.client.id))
    return Rendered(text, (section(f"*{text}*"), *sections(lines), show, context(note)))


def _advice(locale: Locale, rule: CirculationRule, registers: Registers | None) -> str:
    """Return what has become of a rule's target, and what its author can do."""
    _ = locale.gettext
    name = escape((registers.lists.get(rule.list_key or "", "") if registers else "")[:80])
    match rule.paused:
        case Paused.LIST_RENAMED:
            return _("The list is now called *{name}*. If the rule is still right, choose “Resume”.", name=name)
        case Paused.LIST_GONE:
            return _("The list is not in Netvisor any more. Choose another one for the rule, or remove it.")
        case Paused.LISTS_ALIKE:
            return _("Another list has the same name. Give each a name of its own in Netvisor, then choose “Resume”.")
        case _:
            return _("What the rule sets is not in Netvisor any more. Change the rule, or remove it.")
