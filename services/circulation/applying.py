"""Rules at work on an invoice that has arrived: an account, then dimensions, then the circulation list.

A rule's candidate comes before what was predicted, which stays as an alternative. What a person has posted in
Netvisor, and dimensions that stand on a line, are never changed; neither is anything set that Netvisor has not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.circulation.matching import CIRCULATION, Subject, first_match, matching_lines, subject_of, targets_of
from services.netvisor import PurchaseInvoice
from services.prediction import ACCOUNT, DIMENSION_PREFIX
from services.proposals import Choice, LineProposal, Origin, Proposal
from services.records import CirculationRule, Process, Registers

NOWHERE = "-"
"""Stands for a list where a person chose that the invoice gets none from here."""


def apply_rules(
    rules: Sequence[CirculationRule],
    registers: Registers | None,
    process: Process,
    invoice: PurchaseInvoice,
    proposal: Proposal,
) -> Proposal:
    """Return a proposal with what a client's rules say of it; lists only where the process sets them."""
    active = [rule for rule in rules if not rule.paused]
    if not active or registers is None:
        return proposal
    account = [rule for rule in active if rule.account in registers.accounts]
    proposal = _with_lines(proposal, account, ACCOUNT, subject_of(invoice, proposal))
    names = dict.fromkeys(rule.dimension_name for rule in active if rule.dimension and rule.dimension_name)
    for name in names:
        known = [rule for rule in active if rule.dimension in registers.dimensions.get(name or "", ())]
        proposal = _with_lines(proposal, known, f"{DIMENSION_PREFIX}{name}", subject_of(invoice, proposal))
    if process is Process.ALTERNATIVE_WITH_CIRCULATION and proposal.circulation.origin in (
        Origin.EMPTY,
        Origin.PREDICTED,
    ):
        lists = [rule for rule in active if rule.list_key in registers.lists]
        rule = first_match(lists, CIRCULATION, subject_of(invoice, proposal))
        if rule:
            proposal = replace(proposal, circulation=_by_rule(rule, rule.list_key or "", proposal.circulation))
    return proposal


def _with_lines(proposal: Proposal, rules: Sequence[CirculationRule], target: str, subject: Subject) -> Proposal:
    lines = list(proposal.lines)
    settled: set[int] = set()
    for rule in rules:
        if target not in targets_of(rule):
            continue
        for place in matching_lines(rule, subject):
            if place not in settled:
                settled.add(place)
                lines[place] = _with_choice(lines[place], rule, target)
    return replace(proposal, lines=tuple(lines))


def _with_choice(line: LineProposal, rule: CirculationRule, target: str) -> LineProposal:
    if line.account.origin is Origin.PERSON:
        return line
    if target == ACCOUNT:
        return replace(line, account=_by_rule(rule, rule.account or "", line.account))
    name = target.removeprefix(DIMENSION_PREFIX)
    standing = line.choice(target)
    if standing.origin is Origin.DEFAULT:
        return line
    return replace(line, dimensions={**line.dimensions, name: _by_rule(rule, rule.dimension or "", standing)})


def _by_rule(rule: CirculationRule, label: str, before: Choice) -> Choice:
    reason = {"rule": rule.id, "place": rule.position, "person": rule.author}
    return replace(before.instead(label, Origin.RULE), confidence=1.0, reason=reason)


def needs_list(process: Process, proposal: Proposal) -> bool:
    """Tell whether somebody has still to say which list an invoice goes to."""
    return process is Process.ALTERNATIVE_WITH_CIRCULATION and proposal.circulation.origin is Origin.EMPTY


def with_standing(proposal: Proposal, invoice: PurchaseInvoice, registers: Registers | None) -> Proposal:
    """Return a proposal with the circulation that the invoice has in Netvisor, if it is known to have one.

    Else a predicted list stays, unless the company has it no more.
    """
    if invoice.has_circulation:
        key = invoice.circulation.key if invoice.circulation else None
        name = invoice.circulation.name if invoice.circulation else ""
        return replace(proposal, circulation=Choice(str(key or ""), Origin.PERSON, reason={"name": name}))
    if registers is None or proposal.circulation.label not in registers.lists:
        others = proposal.circulation.alternatives
        return replace(proposal, circulation=Choice("", Origin.EMPTY, alternatives=others))
    return proposal
