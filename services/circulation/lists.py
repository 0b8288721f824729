"""Lists, accounts and items that are not in Netvisor as they were: their rules are paused, the authors told once."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from services import jobs
from services.circulation.rules import has_namesake, pause_rule, rules_of
from services.facts import RulesPaused
from services.prediction.lines import normal
from services.records import CirculationRule, Client, Paused, Registers
from services.store import Unit


def change_in(rule: CirculationRule, registers: Registers) -> Paused | None:
    """Return why a rule cannot be applied to a company that has these lists, accounts and items; None if it can."""
    if rule.list_key:
        if rule.list_key not in registers.lists:
            return Paused.LIST_GONE
        if has_namesake(registers.lists, rule.list_key):
            return Paused.LISTS_ALIKE
        if normal(registers.lists[rule.list_key]) != normal(rule.list_name or ""):
            return Paused.LIST_RENAMED
    if rule.account and rule.account not in registers.accounts:
        return Paused.TARGET_GONE
    if rule.dimension and rule.dimension not in registers.dimensions.get(rule.dimension_name or "", ()):
        return Paused.TARGET_GONE
    return None


def notice_changes(unit: Unit, client: Client, registers: Registers, now: datetime) -> None:
    """Pause the rules that what was just read of Netvisor leaves without a target, and have their authors told."""
    paused: defaultdict[str, list[str]] = defaultdict(list)
    for rule in rules_of(unit, client):
        why = None if rule.paused else change_in(rule, registers)
        if why and pause_rule(unit, client, rule.id, None, now, why):
            paused[rule.author].append(rule.id)
    for author, ids in paused.items():
        key = f"{client.id}:{author}:{now.isoformat()}"
        jobs.enqueue(
            unit, client.workspace, "rules_paused", key, now, client=client.id, person=author, ids=",".join(ids)
        )


def rules_paused(unit: Unit, workspace: str, client_id: str, ids: list[str]) -> RulesPaused | None:
    """Return what to tell of rules that were paused; None when none of them is any more."""
    client, registers = unit[Client].get(workspace, client_id), unit[Registers].get(workspace, client_id)
    if client is None:
        return None
    rules = tuple(rule for rule in rules_of(unit, client) if rule.id in ids and rule.paused)
    return RulesPaused(client, rules, registers) if rules else None
