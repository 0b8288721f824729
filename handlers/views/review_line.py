"""One line of an invoice in review: what is proposed, and the view that changes it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from handlers.ids import Action, Callback, Field
from handlers.locale import Locale
from handlers.views.elements import (
    Block,
    View,
    actions,
    button,
    choice_input,
    escape,
    modal,
    option,
    plain,
    section,
    suggested_first,
    text_input,
)
from handlers.views.review_words import account_name, choice_text, confidence, reason_text
from services.facts import ReviewPage
from services.prediction import ACCOUNT, DIMENSION_PREFIX, VAT
from services.proposals import LineProposal, Origin, code_fits
from services.records import Registers
from services.suggestions import Suggestion, candidates, suggestions

VAT_CODES = (
    "NONE", "KOOS", "EUOS", "EUPO", "EVTO", "EVPO", "EVKV", "KAVE", "RAOS", "EVRO", "MAAL", "EVMA", "EUUO", "100",
)  # fmt: skip
"""Netvisor's VAT codes of purchases (reference: netvisor.md 3.8)."""


def line_blocks(locale: Locale, page: ReviewPage, place: int, line: LineProposal) -> list[Block]:
    """Return a line as a reviewer sees it, with what it may be instead where it is not certain."""
    _ = locale.gettext
    sign = ":white_check_mark:" if _is_certain(line) else ":grey_question:"
    money = locale.money(line.sum)
    vat = _("VAT {percent}%", percent=line.vat_percent.replace(".", ","))
    words = escape(line.text[:300]) or _("No text")
    text = f"{sign} {words} · *{money}* · {vat}"
    text += "\n" + choice_text(locale, page.registers, ACCOUNT, line.account, _("no account"))
    text += f" · {line.vat.label}{'' if line.vat.is_certain else confidence(locale, line.vat)}"
    for name, choice in line.dimensions.items():
        text += f" · {escape(name)}: {escape(choice.label)}{confidence(locale, choice)}"
    reason = reason_text(locale, page.registers, line.account)
    if reason:
        text += f"\n_{reason}_"
    change = button(_("Change"), Action.REVIEW_LINE, str(place))
    blocks = [section(text, block_id=f"line:{place}", accessory=change)]
    choices = [
        button(
            _suggestion(locale, page.registers, one),
            f"{Action.REVIEW_ALTERNATIVE}:{number}",
            json.dumps([place, one.target, one.label]),
        )
        for number, one in enumerate(suggestions(line, page.registers))
    ]
    if choices:
        blocks.append(actions(*choices, block_id=f"{Action.REVIEW_ALTERNATIVE}:{place}"))
    return blocks


def _suggestion(locale: Locale, registers: Registers | None, suggestion: Suggestion) -> str:
    if suggestion.target == ACCOUNT:
        return account_name(registers, suggestion.label)
    if suggestion.target == VAT:
        return locale.gettext("VAT code {code}", code=suggestion.label)
    return f"{suggestion.target.removeprefix(DIMENSION_PREFIX)[:30]}: {suggestion.label}"


def _is_certain(line: LineProposal) -> bool:
    choices = (line.account, line.vat, *line.dimensions.values())
    return bool(line.account.label) and all(choice.is_certain or choice.origin is Origin.DEFAULT for choice in choices)


def line_view(locale: Locale, page: ReviewPage, place: int, reference: str) -> View:
    """Return the view that changes one line: its account, VAT code and dimensions, and splits it."""
    _ = locale.gettext
    line = page.proposal.lines[place]
    registers = page.registers
    account: dict[str, Any] = {"type": "external_select", "min_query_length": 0, "placeholder": plain(_("Search"))}
    if line.account.label:
        account["initial_option"] = option(account_name(registers, line.account.label), line.account.label)
    percent = Decimal(line.vat_percent)
    codes = [code for code in dict.fromkeys((line.vat.label, *VAT_CODES)) if code and code_fits(code, percent)]
    first = [option(code, code) for code in candidates(line, VAT, registers)]
    offered = suggested_first(locale, first, [option(code, code) for code in codes])
    vat: dict[str, Any] = {"type": "static_select", **offered}
    if line.vat.label in codes:
        vat["initial_option"] = option(line.vat.label, line.vat.label)
    blocks: list[Block] = [
        section(f"{escape(line.text[:300])} · *{locale.money(line.sum)}*"),
        choice_input(Field.ACCOUNT, _("Account"), account, hint=_("Write the number or a part of the name.")),
        choice_input(Field.VAT, _("VAT code"), vat),
    ]
    names = dict.fromkeys((*line.dimensions, *(registers.dimensions if registers else ())))
    for number, name in enumerate(list(names)[:10]):
        element: dict[str, Any] = {"type": "external_select", "min_query_length": 0, "placeholder": plain(_("Search"))}
        label = line.dimensions[name].label if name in line.dimensions else ""
        if label:
            element["initial_option"] = option(label, label[:150])
        block = choice_input(Field.DIMENSION, name, element)
        blocks.append({**block, "block_id": f"{Field.DIMENSION}:{number}:{name}"[:255], "optional": not label})
    blocks.append(
        text_input(
            Field.PART,
            _("Split off"),
            hint=_("An amount in euros, VAT included, that becomes a line of its own."),
            optional=True,
            max_length=20,
        )
    )
    return modal(
        Callback.REVIEW_LINE, _("Change the line"), blocks, submit=_("Save"), close=_("Back"), reference=reference
    )


def target_of_block(block_id: str) -> str:
    """Return the target that an input of the line's view sets."""
    if block_id == Field.ACCOUNT:
        return ACCOUNT
    if block_id == Field.VAT:
        return VAT
    return DIMENSION_PREFIX + block_id.split(":", 2)[2]
