"""The rules of a client: an ordered list that people add to, change, reorder, pause and remove."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import TypeAdapter

from services import jobs
from services.audit import note_client
from services.prediction.lines import normal
from services.records import CirculationRule, Client, Paused, Registers, RuleDraft, new_id
from services.store import Unit

MOST_RULES = 300
"""Rules of one client; ours, so that a modal, a file and a decision stay quick."""

LONGEST_CONDITION = 200
"""Characters of a vendor, text or address."""

LARGEST_AMOUNT = 10**13
"""Cents: whatever is above it is a slip."""


Substance = tuple[tuple[str, object], ...]
"""What a rule says, field by field; two rules of the same substance say the same."""


class Problem(StrEnum):
    """Why a rule cannot be kept as it is."""

    NO_TARGET = "no_target"
    LIMITS = "limits"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    UNKNOWN_LIST = "unknown_list"
    LISTS_ALIKE = "lists_alike"
    UNKNOWN_DIMENSION = "unknown_dimension"
    UNKNOWN_ACCOUNT = "unknown_account"
    SAME = "same"
    GONE = "gone"
    AMOUNT = "amount"
    FORMULA = "formula"


def rules_of(unit: Unit, client: Client) -> list[CirculationRule]:
    """Return a client's rules in the order in which they are asked, paused ones among them."""
    return unit[CirculationRule].find(client.workspace, client_id=client.id, order="position")


def new_rule(unit: Unit, client: Client, person: str, now: datetime) -> CirculationRule:
    """Return an empty rule that would come last, to fill in with `dataclasses.replace`; nothing is stored."""
    last = max((rule.position for rule in rules_of(unit, client)), default=0)
    return CirculationRule(client.workspace, new_id(), client.id, last + 1, person, now, now)


def completed(unit: Unit, client: Client, rule: CirculationRule) -> CirculationRule:
    """Return a rule with what Netvisor's names say of it: a list's key or name, the dimension of an item."""
    return completed_from(unit[Registers].get(client.workspace, client.id), rule)


def completed_from(registers: Registers | None, rule: CirculationRule) -> CirculationRule:
    """Return a rule with what the names that were last read of Netvisor say of it."""
    if registers is None:
        return rule
    if rule.list_name and not rule.list_key:
        keys = [key for key, name in registers.lists.items() if normal(name) == normal(rule.list_name)]
        rule = replace(rule, list_key=keys[0] if len(keys) == 1 else None)
    if rule.list_key:
        rule = replace(rule, list_name=registers.lists.get(rule.list_key, rule.list_name))
    if rule.dimension and not rule.dimension_name:
        rule = replace(rule, dimension_name=_dimension_with(registers, rule.dimension))
    if rule.when_dimension and not rule.when_dimension_name:
        rule = replace(rule, when_dimension_name=_dimension_with(registers, rule.when_dimension))
    return rule


def _dimension_with(registers: Registers, item: str) -> str | None:
    names = [name for name, items in registers.dimensions.items() if item in items]
    return names[0] if len(names) == 1 else None


def problem_of(unit: Unit, client: Client, rule: CirculationRule) -> Problem | None:
    """Return why a rule cannot be kept as it is, or None. Names are checked against what was last read of Netvisor."""
    others = [substance(other) for other in rules_of(unit, client) if other.id != rule.id]
    return problem_among(unit[Registers].get(client.workspace, client.id), others, rule)


def problem_among(registers: Registers | None, others: Collection[Substance], rule: CirculationRule) -> Problem | None:
    """Return why a rule cannot be kept beside others, given by their `substance`."""
    if not (rule.list_key or rule.list_name or rule.dimension or rule.account):
        return Problem.NO_TARGET
    amounts = [amount for amount in (rule.amount_min, rule.amount_max) if amount is not None]
    if amounts != sorted(amounts) or any(not 0 <= amount <= LARGEST_AMOUNT for amount in amounts):
        return Problem.LIMITS
    if any(len(words or "") > LONGEST_CONDITION for words in (rule.vendor, rule.business_id, rule.text, rule.address)):
        return Problem.TOO_LONG
    if len(others) >= MOST_RULES:
        return Problem.TOO_MANY
    if substance(rule) in others:
        return Problem.SAME
    return _unknown(registers, rule)


def _unknown(registers: Registers | None, rule: CirculationRule) -> Problem | None:
    lists: Mapping[str, str] = registers.lists if registers else {}
    if rule.list_name and not rule.list_key:
        same = [name for name in lists.values() if normal(name) == normal(rule.list_name)]
        return Problem.LISTS_ALIKE if len(same) > 1 else Problem.UNKNOWN_LIST
    if rule.list_key and rule.list_key not in lists:
        return Problem.UNKNOWN_LIST
    if rule.list_key and has_namesake(lists, rule.list_key):
        return Problem.LISTS_ALIKE
    if rule.dimension and (
        registers is None or rule.dimension not in registers.dimensions.get(rule.dimension_name or "", ())
    ):
        return Problem.UNKNOWN_DIMENSION
    if rule.account and (registers is None or rule.account not in registers.accounts):
        return Problem.UNKNOWN_ACCOUNT
    return None


def has_namesake(lists: Mapping[str, str], key: str) -> bool:
    """Tell whether another list has the same name, but for case and spaces."""
    return sum(normal(name) == normal(lists[key]) for name in lists.values()) > 1


IDENTITY = ("workspace", "id", "client_id", "position", "author", "created_at", "changed_at", "paused", "paused_at")


def substance(rule: CirculationRule) -> Substance:
    """Return what a rule says, without who made it, its place, and what its list is called."""
    return tuple(
        (name, normal(value) if isinstance(value, str) else value)
        for name, value in asdict(rule).items()
        if name not in (*IDENTITY, "list_name") and value is not None
    )


def add_rule(unit: Unit, client: Client, rule: CirculationRule, person: str, now: datetime) -> CirculationRule:
    """Store a new rule at its position; those at it and behind it move on. Raises ValueError for a `problem_of` it."""
    rule = _sound(unit, client, rule)
    others = rules_of(unit, client)
    place = sum(other.position < rule.position for other in others)
    made = replace(rule, workspace=client.workspace, client_id=client.id, author=person, created_at=now, changed_at=now)
    if not unit[CirculationRule].add(made):
        raise ValueError("a rule of this id exists")
    _number(unit, [*others[:place], made, *others[place:]])
    _note(unit, made, "rule_added", person, now)
    return unit[CirculationRule].get(client.workspace, made.id) or made


def append_rules(unit: Unit, client: Client, rules: Sequence[CirculationRule], person: str, now: datetime) -> None:
    """Store rules in which `problem_among` found nothing behind a client's own, in their order, paused ones paused."""
    last = len(rules_of(unit, client))
    for position, rule in enumerate(rules, last + 1):
        made = replace(
            rule,
            workspace=client.workspace,
            id=new_id(),
            client_id=client.id,
            position=position,
            author=person,
            created_at=now,
            changed_at=now,
            paused_at=now if rule.paused else None,
        )
        unit[CirculationRule].put(made)
        _note(unit, made, "rule_added", person, now)


def change_rule(unit: Unit, client: Client, rule: CirculationRule, person: str, now: datetime) -> bool:
    """Store what a rule says now; False when it is gone. Who changes a rule becomes its author.

    A rule that was paused by what had become of its list goes on. Raises ValueError for a `problem_of` it.
    """
    known = unit[CirculationRule].get(client.workspace, rule.id)
    if known is None or known.client_id != client.id:
        return False
    rule = _sound(unit, client, rule)
    by_person = known.paused is Paused.BY_PERSON
    changed = replace(
        rule,
        position=known.position,
        author=person,
        created_at=known.created_at,
        changed_at=now,
        paused=known.paused if by_person else None,
        paused_at=known.paused_at if by_person else None,
    )
    unit[CirculationRule].put(changed)
    _note(unit, changed, "rule_changed", person, now)
    return True


def _sound(unit: Unit, client: Client, rule: CirculationRule) -> CirculationRule:
    rule = completed(unit, client, rule)
    problem = problem_of(unit, client, rule)
    if problem:
        raise ValueError(problem.value)
    return rule


def pause_rule(
    unit: Unit, client: Client, rule_id: str, person: str | None, now: datetime, why: Paused = Paused.BY_PERSON
) -> bool:
    """Have a rule not applied until it is resumed; False when it is gone or paused already."""
    changes = {"paused": why, "paused_at": now}
    expected = {"client_id": client.id, "paused": None}
    if not unit[CirculationRule].change(client.workspace, rule_id, expected, **changes):
        return False
    _note_about(unit, client, rule_id, "rule_paused", person, now)
    return True


def resume_rule(unit: Unit, client: Client, rule_id: str, person: str, now: datetime) -> Problem | None:
    """Have a rule applied again, with its list by its present name; return why that cannot be."""
    rule = unit[CirculationRule].get(client.workspace, rule_id)
    if rule is None or rule.client_id != client.id:
        return Problem.GONE
    rule = completed(unit, client, rule)
    problem = problem_of(unit, client, rule)
    if problem is None:
        unit[CirculationRule].put(replace(rule, paused=None, paused_at=None))
        _note(unit, rule, "rule_resumed", person, now)
    return problem


def remove_rule(unit: Unit, client: Client, rule_id: str, person: str, now: datetime) -> bool:
    """Remove a rule; False when it is gone already."""
    rule = unit[CirculationRule].get(client.workspace, rule_id)
    if rule is None or rule.client_id != client.id:
        return False
    unit[CirculationRule].delete(client.workspace, id=rule_id)
    _number(unit, rules_of(unit, client))
    _note(unit, rule, "rule_removed", person, now)
    return True


def move_rule(unit: Unit, client: Client, rule_id: str, places: int, person: str, now: datetime) -> bool:
    """Move a rule so many places down the order, or up where negative; False when it is gone or cannot move on."""
    rules = rules_of(unit, client)
    ids = [rule.id for rule in rules]
    if rule_id not in ids:
        return False
    place = ids.index(rule_id)
    goal = min(max(place + places, 0), len(rules) - 1)
    if goal == place:
        return False
    moved = rules.pop(place)
    rules.insert(goal, moved)
    _number(unit, rules)
    _note_about(unit, client, rule_id, "rule_moved", person, now)
    return True


def _number(unit: Unit, rules: list[CirculationRule]) -> None:
    """Store the order of rules."""
    for position, rule in enumerate(rules, 1):
        if rule.position != position:
            unit[CirculationRule].change(rule.workspace, rule.id, position=position)


def _note_about(unit: Unit, client: Client, rule_id: str, event: str, person: str | None, now: datetime) -> None:
    rule = unit[CirculationRule].get(client.workspace, rule_id)
    if rule:
        _note(unit, rule, event, person, now)


def _note(unit: Unit, rule: CirculationRule, event: str, person: str | None, now: datetime) -> None:
    """Keep in the audit what a rule said when something was done to it, and let it choose for what waits."""
    details: dict[str, object] = {
        **dict(substance(rule)),
        "rule": rule.id,
        "position": rule.position,
        "list_name": rule.list_name,
    }
    if rule.paused:
        details["paused"] = rule.paused.value
    note_client(unit, rule.workspace, rule.client_id, event, now, person=person, **details)
    if event in ("rule_added", "rule_changed", "rule_resumed") and rule.list_key:
        jobs.enqueue(unit, rule.workspace, "waiting_lists", rule.client_id, now)


_RULE = TypeAdapter(CirculationRule)

DRAFTS_KEPT = timedelta(days=2)


def keep_draft(unit: Unit, rule: CirculationRule, person: str, now: datetime) -> None:
    """Keep a rule that a person looks at in a preview; `kept_draft` returns it when they save it."""
    content = _RULE.dump_json(rule).decode()
    unit[RuleDraft].put(RuleDraft(rule.workspace, f"{person}:{rule.id}", person, now, content))


def forget_rule_drafts(unit: Unit, now: datetime) -> None:
    """Forget the rules and files of rules that nobody went on to save."""
    unit[RuleDraft].delete(None, updated_at__lt=now - DRAFTS_KEPT)


def kept_draft(unit: Unit, workspace: str, rule_id: str, person: str) -> CirculationRule | None:
    """Return the rule that a person last saw in a preview."""
    draft = unit[RuleDraft].get(workspace, f"{person}:{rule_id}")
    return _RULE.validate_json(draft.content) if draft else None


def copy_rules(
    unit: Unit, rules: Sequence[CirculationRule], client: Client, person: str, now: datetime
) -> tuple[int, list[tuple[CirculationRule, Problem]]]:
    """Add rules to another client, behind its own; return how many, and those that cannot work there, with why.

    A list is found there by its name. A rule that is paused here is not copied over to work there: it comes paused.
    """
    copied, left = 0, list[tuple[CirculationRule, Problem]]()
    for rule in rules:
        blank = new_rule(unit, client, person, now)
        copy = replace(
            rule,
            workspace=client.workspace,
            id=blank.id,
            client_id=client.id,
            position=blank.position,
            list_key=None,
            paused=None,
            paused_at=None,
        )
        copy = completed(unit, client, copy)
        problem = problem_of(unit, client, copy)
        if problem:
            left.append((rule, problem))
            continue
        made = add_rule(unit, client, copy, person, now)
        if rule.paused:
            pause_rule(unit, client, made.id, person, now)
        copied += 1
    return copied, left
