"""Understands what is to be done to rules that exist: shown, changed, paused, resumed or removed.

`Poista Elisan sääntö`, `nosta Telian raja 1000 euroon`. As with new rules every word must be explained; nothing is
done here, and whoever does it has a person confirm which rules are meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from functools import cache
from itertools import product
from typing import Any

from services.help_ai.amounts import read_amount
from services.help_ai.inflection import flatten
from services.help_ai.knowledge import packaged
from services.help_ai.names import Kind
from services.help_ai.rules import Act, ActKind, Rule
from services.help_ai.slots import TARGETS, Reading, Slot
from services.help_ai.tokens import Sort, lexicon

_FIELDS = {Kind.LIST: "list", Kind.DIMENSION: "dimension", Kind.ACCOUNT: "account"}


def act_of(reading: Reading) -> Act | None:
    """Return what an instruction wants done to existing rules; None if nothing, or if it is not wholly clear."""
    kind = kind_of(reading)
    if kind is None or any(not slot.is_certain for slot in reading.slots):
        return None
    amount = _new_limit(reading) if kind is ActKind.CHANGE else None
    explained = _vocabulary()["all"] if amount is None else _vocabulary()["all"] | _vocabulary()["limit"]
    left = {number for number in reading.unexplained if reading.tokens[number].flat not in explained}
    if amount is not None:
        left -= set(range(amount[1], amount[2]))
    if left or len(reading.texts) > 1:
        return None
    if kind is ActKind.CHANGE:
        return _change(reading, amount[0] if amount else None)
    which = _rules(reading, reading.slots, with_conditions=True)
    is_all = any(token.flat in lexicon().words["everything"] for token in reading.tokens)
    return Act(kind, which) if which or is_all or kind is ActKind.SHOW else None


def speaks_of_limit(flat: Iterable[str]) -> bool:
    """Tell whether words speak of a rule's limit in euros."""
    return not _vocabulary()["limit"].isdisjoint(flat)


def kind_of(reading: Reading) -> ActKind | None:
    """Return what is to be done by the words that say so; None where none or several do."""
    words = _vocabulary()
    free = [
        token.flat
        for number, token in enumerate(reading.tokens)
        if number not in reading.in_slots and token.sort is Sort.WORD
    ]
    kinds = {kind for kind in ActKind for word in free if word in words[kind]}
    speaks_of_rules = bool(words["rule"].intersection(free))
    if speaks_of_rules and words["move"].intersection(free):
        kinds.add(ActKind.CHANGE)  # move the rule, but: move the invoices
    if "kaytosta" in free and (kinds == {ActKind.REMOVE} or (speaks_of_rules and not kinds)):
        return ActKind.PAUSE  # poista käytöstä, ota sääntö pois käytöstä
    if not kinds and "kayttoon" in free and speaks_of_rules:
        return ActKind.RESUME  # ota sääntö takaisin käyttöön
    if kinds == {ActKind.SHOW} and not speaks_of_rules:
        return None
    if not kinds and speaks_of_rules and words["rule"] | words["beside_rules"] >= set(free):
        return ActKind.SHOW  # Elisan säännöt
    return next(iter(kinds)) if len(kinds) == 1 else None


def _change(reading: Reading, limit: int | None) -> Act | None:
    old = [slot for slot in reading.slots if slot.kind is Kind.VENDOR]
    new: list[Slot] = []
    for slot in reading.slots:
        if slot.kind in TARGETS:
            (new if reading.is_directed(slot.start, slot.end) else old).append(slot)
    which = _rules(reading, old, with_conditions=False)
    if not which or len({slot.kind for slot in new}) < len(new):
        return None
    to = {slot.kind: slot.names[0] for slot in new}
    dimension = to.get(Kind.DIMENSION)
    changed = Rule(
        list=to[Kind.LIST].name if Kind.LIST in to else None,
        dimension=dimension.name if dimension else None,
        dimension_name=dimension.dimension if dimension else None,
        account=to[Kind.ACCOUNT].name if Kind.ACCOUNT in to else None,
    )
    if limit is None and not reading.has_contradicting_limits:
        low, high = _limits(reading)
        changed = replace(changed, amount_min=low, amount_max=high)
    if limit is None and changed == Rule():
        return None
    return Act(ActKind.CHANGE, which, changed if changed != Rule() else None, limit)


def _rules(reading: Reading, slots: list[Slot], *, with_conditions: bool) -> tuple[Rule, ...]:
    """Return the rules that slots describe: every vendor with every target."""
    named: list[list[dict[str, Any]]] = []
    for kind in Kind:
        of_kind = dict.fromkeys(slot.names[0] for slot in slots if slot.kind is kind)
        if of_kind:
            field = "vendor" if kind is Kind.VENDOR else _FIELDS[kind]
            extra = [{"dimension_name": name.dimension} if kind is Kind.DIMENSION else {} for name in of_kind]
            named.append([{field: name.name, **more} for name, more in zip(of_kind, extra, strict=True)])
    conditions: dict[str, Any] = {}
    if with_conditions:
        conditions["amount_min"], conditions["amount_max"] = _limits(reading)
        conditions["text"] = reading.texts[0].text if reading.texts else None
    rules = [Rule(**{key: value for one in way for key, value in one.items()}, **conditions) for way in product(*named)]
    return tuple(rule for rule in rules if any(getattr(rule, field.name) is not None for field in fields(rule)))


def _limits(reading: Reading) -> tuple[int | None, int | None]:
    lows = [limit.low for limit in reading.limits if limit.low is not None]
    highs = [limit.high for limit in reading.limits if limit.high is not None]
    return (lows[0] if lows else None), (highs[0] if highs else None)


def _new_limit(reading: Reading) -> tuple[int, int, int] | None:
    """Return an amount that is only called a limit (`raja 400 euroon`), in cents, and the tokens that tell it."""
    limit = _vocabulary()["limit"]
    if not any(token.flat in limit for token in reading.tokens):
        return None
    for told in reading.limits:  # raja 300 eurosta 400 euroon
        if told.low is not None and told.high is not None:
            return told.high, told.start, told.end
        return None
    free = [number for number in range(len(reading.tokens)) if number not in reading.in_slots]
    for number in free:
        amount = read_amount(reading.tokens, number, reading.language)
        if amount is not None:
            return amount.cents, number, amount.end
    return None


@cache
def _vocabulary() -> dict[str, frozenset[str]]:
    read: dict[str, str] = packaged("instructions.yaml")["acts"]
    words = {heading: frozenset(flatten(listed).split()) for heading, listed in read.items()}
    said = [words[kind] for kind in ActKind]
    return words | {"all": frozenset().union(*said, words["rule"], words["move"], words["beside"])}
