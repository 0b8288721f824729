"""Rules of circulation: a rule as a sentence, and what it would have done."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.locale import Locale
from handlers.views.elements import Block, context, cut, escape, section, sections
from handlers.views.review_words import account_name
from handlers.views.words import and_more
from services.circulation import Caught, Preview, Problem
from services.records import CirculationRule, Paused, Registers

SHOWN = 80
"""Characters of a name or text within a sentence: rules are shown many at a time."""

NAMED_RULES = 3
"""Other rules that a preview names of each kind."""


def rule_sentence(locale: Locale, rule: CirculationRule, registers: Registers | None = None) -> str:
    """Return what a rule says, rendered from what it is and not from the words that it was made of (mrkdwn)."""
    _ = locale.gettext
    conditions = _conditions(locale, rule, registers)
    which = _("Invoices where {conditions}", conditions=locale.list(conditions)) if conditions else _("All invoices")
    return f"{which} → {locale.list(_targets(locale, rule, registers))}"


def _conditions(locale: Locale, rule: CirculationRule, registers: Registers | None) -> list[str]:
    _ = locale.gettext
    found: list[str] = []
    if rule.vendor:
        found.append(_("the vendor is *{name}*", name=_shown(rule.vendor)))
    if rule.business_id:
        found.append(_("the business id is *{name}*", name=_shown(rule.business_id)))
    if rule.amount_min is not None and rule.amount_max is not None:
        low, high = locale.money(rule.amount_min), locale.money(rule.amount_max)
        found.append(_("the sum is from {low} to {high}", low=low, high=high))
    elif rule.amount_min is not None:
        found.append(_("the sum is at least {low}", low=locale.money(rule.amount_min)))
    elif rule.amount_max is not None:
        found.append(_("the sum is at most {high}", high=locale.money(rule.amount_max)))
    if rule.text:
        found.append(_("a line or reference has “{words}”", words=_shown(rule.text)))
    if rule.address:
        found.append(_("the vendor's address has “{words}”", words=_shown(rule.address)))
    if rule.when_account:
        found.append(_("the account is *{name}*", name=_shown(account_name(registers, rule.when_account))))
    if rule.when_dimension:
        dimension = _shown(rule.when_dimension_name or _("the dimension"))
        found.append(_("{dimension} is *{name}*", dimension=dimension, name=_shown(rule.when_dimension)))
    return found


def _targets(locale: Locale, rule: CirculationRule, registers: Registers | None) -> list[str]:
    _ = locale.gettext
    found: list[str] = []
    if rule.list_key or rule.list_name:
        found.append(_("circulation list *{name}*", name=_shown(rule.list_name or rule.list_key or "")))
    if rule.dimension:
        dimension = _shown(rule.dimension_name or _("the dimension"))
        found.append(f"{dimension}: *{_shown(rule.dimension)}*")
    if rule.account:
        found.append(_("account *{name}*", name=_shown(account_name(registers, rule.account))))
    return found or ["–"]


def _shown(text: str) -> str:
    return escape(cut(text, SHOWN))


def rule_preview_blocks(locale: Locale, preview: Preview, registers: Registers | None = None) -> list[Block]:
    """Return what a rule says and would have done in the last twelve months, with examples."""
    _ = locale.gettext
    blocks = [section(rule_sentence(locale, preview.rule, registers)), section(_counts(locale, preview))]
    if preview.examples:
        lines = [f"• {_example(locale, one)}" for one in preview.examples]
        lines += and_more(locale, preview.caught - len(preview.examples))
        blocks += sections(lines)
    warnings = [*_shadows(locale, preview), *_shares(locale, preview)]
    if preview.otherwise:
        warnings.append(
            locale.ngettext(
                "{number} of them was posted otherwise than the rule says.",
                "{number} of them were posted otherwise than the rule says.",
                preview.otherwise,
            )
        )
    if preview.undecided:
        warnings.append(
            locale.ngettext(
                "Of {number} invoice the vendor's address is not known, so it was passed over here.",
                "Of {number} invoices the vendor's address is not known, so they were passed over here.",
                preview.undecided,
            )
        )
    blocks += sections([f":warning: {line}" for line in warnings])
    note = _("Rules are this app's own: the first one in the order that matches an invoice decides.")
    if preview.rule.account or preview.rule.dimension:
        note += " " + _("What a person has posted, and default dimensions in Netvisor, are never changed.")
    return [*blocks, context(note)]


def _counts(locale: Locale, preview: Preview) -> str:
    _ = locale.gettext
    if not preview.looked_at:
        return _("No invoices of the last 12 months are known yet, so there is nothing to try the rule on.")
    if not preview.matched:
        return locale.ngettext(
            "Of the last 12 months' {number} invoice the rule would have caught none.",
            "Of the last 12 months' {number} invoices the rule would have caught none.",
            preview.looked_at,
        )
    return locale.ngettext(
        "Of the last 12 months' {number} invoice the rule would have caught *{caught}*.",
        "Of the last 12 months' {number} invoices the rule would have caught *{caught}*.",
        preview.looked_at,
        caught=locale.number(preview.caught),
    )


def _example(locale: Locale, caught: Caught) -> str:
    parts = [
        escape(cut(caught.vendor or "–", SHOWN)),
        escape(cut(caught.number or "–", 40)),
        locale.date(caught.day) if caught.day else "–",
        locale.money(caught.amount),
    ]
    if caught.posted:
        parts.append(escape(cut(", ".join(caught.posted), SHOWN)))
    return " · ".join(parts)


def _shadows(locale: Locale, preview: Preview) -> list[str]:
    """Return which rules leave this one nothing, or are left nothing by it."""
    _ = locale.gettext
    lines = [
        _(
            "Rule {place} comes first and catches everything that this one could: this one would never apply. {rule}",
            place=rule.position,
            rule=rule_sentence(locale, rule),
        )
        for rule in preview.shadowed_by[:NAMED_RULES]
    ]
    lines += [
        _(
            "Rule {place} would never apply any more: this one comes first and catches everything. {rule}",
            place=rule.position,
            rule=rule_sentence(locale, rule),
        )
        for rule in preview.shadows[:NAMED_RULES]
    ]
    return lines


def _shares(locale: Locale, preview: Preview) -> list[str]:
    """Return what other rules take before this one, and what this one takes from others."""
    hidden = {rule.id for rule in (*preview.shadowed_by, *preview.shadows)}
    lines = [
        locale.ngettext(
            "{number} more goes to rule {place}, which comes first: {rule}",
            "{number} more go to rule {place}, which comes first: {rule}",
            number,
            place=rule.position,
            rule=rule_sentence(locale, rule),
        )
        for rule, number in preview.taken_first[:NAMED_RULES]
        if rule.id not in hidden
    ]
    lines += [
        locale.ngettext(
            "{number} would go to this rule instead of rule {place}: {rule}",
            "{number} would go to this rule instead of rule {place}: {rule}",
            number,
            place=rule.position,
            rule=rule_sentence(locale, rule),
        )
        for rule, number in preview.taken_over[:NAMED_RULES]
        if rule.id not in hidden
    ]
    return lines


def problem_text(locale: Locale, problem: Problem) -> str:
    """Return why a rule cannot be kept as it is, as something to act on."""
    _ = locale.gettext
    return {
        Problem.NO_TARGET: _("Choose where the invoices go: a circulation list, a dimension's item or an account."),
        Problem.LIMITS: _("The sums are not in order: write the smaller one first, both above zero."),
        Problem.TOO_LONG: _("A condition is too long: 200 characters at most."),
        Problem.TOO_MANY: _("This client has as many rules as there can be. Remove one that is not needed any more."),
        Problem.UNKNOWN_LIST: _("The circulation list is not among those last read from Netvisor. Choose another."),
        Problem.LISTS_ALIKE: _(
            "Two circulation lists in Netvisor have this name: nobody could tell which one is meant. Give them names "
            "of their own in Netvisor, then try again."
        ),
        Problem.UNKNOWN_DIMENSION: _("This item is in no dimension that was last read from Netvisor. Choose another."),
        Problem.UNKNOWN_ACCOUNT: _("This account is not in the chart of accounts that was last read from Netvisor."),
        Problem.SAME: _("There is a rule already that says the same."),
        Problem.AMOUNT: _("A sum cannot be read: write euros, for example 500 or 499,99."),
        Problem.FORMULA: _("A formula has no value: write the value itself."),
        Problem.GONE: _("Somebody has removed the rule meanwhile."),
    }[problem]


def paused_text(locale: Locale, paused: Paused) -> str:
    """Return why a rule is not applied for now."""
    _ = locale.gettext
    texts: Mapping[Paused, str] = {
        Paused.BY_PERSON: _("Paused"),
        Paused.LIST_RENAMED: _("Paused: the circulation list has another name in Netvisor"),
        Paused.LIST_GONE: _("Paused: the circulation list is not in Netvisor any more"),
        Paused.LISTS_ALIKE: _("Paused: two circulation lists in Netvisor have the same name"),
        Paused.TARGET_GONE: _("Paused: the account or the dimension's item is not in Netvisor any more"),
    }
    return texts[paused]
