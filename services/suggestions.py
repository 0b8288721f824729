"""What else a line, or an invoice's circulation list, may be: the model's next candidates, for one tap."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from services.prediction import ACCOUNT, DIMENSION_PREFIX, VAT
from services.proposals import LineProposal, Origin, Proposal, code_fits
from services.records import Registers

AT_ONCE = 3
"""How many a person is offered at once: more are slower to read than to search for."""


@dataclass(frozen=True)
class Suggestion:
    """Another value that a line may get for a target, and how likely it is."""

    target: str
    label: str
    chance: float


def candidates(line: LineProposal, target: str, registers: Registers | None) -> list[str]:
    """Return the other values that a line may get for a target, likeliest first: those that it can be posted to."""
    choice = line.choice(target)
    labels = [label for label, _chance in choice.alternatives if label != choice.label]
    return [label for label in labels if _is_possible(line, target, label, registers)]


def suggestions(line: LineProposal, registers: Registers | None) -> list[Suggestion]:
    """Return what a person may want a line to be instead, likeliest first: nothing of what is certain."""
    targets = [ACCOUNT, VAT, *(f"{DIMENSION_PREFIX}{name}" for name in line.dimensions)]
    found: list[Suggestion] = []
    for target in targets:
        choice = line.choice(target)
        if not choice.is_certain:
            chances = dict(choice.alternatives)
            found += [Suggestion(target, label, chances[label]) for label in candidates(line, target, registers)]
    return sorted(found, key=lambda one: -one.chance)[:AT_ONCE]


def _is_possible(line: LineProposal, target: str, label: str, registers: Registers | None) -> bool:
    if target == VAT:
        return code_fits(label, Decimal(line.vat_percent))
    if registers is None:
        return True
    if target == ACCOUNT:
        return label in registers.accounts
    return label in registers.dimensions.get(target.removeprefix(DIMENSION_PREFIX), ())


def list_candidates(proposal: Proposal, registers: Registers | None) -> list[str]:
    """Return the keys of the lists that an invoice may go round instead, likeliest first."""
    choice = proposal.circulation
    labels = [label for label, _chance in choice.alternatives if label != choice.label]
    return [label for label in labels if registers and label in registers.lists]


def list_suggestions(proposal: Proposal, registers: Registers | None) -> list[str]:
    """Return the keys of the lists that a person is offered where none is chosen; all of them where they are few."""
    if proposal.circulation.origin is not Origin.EMPTY or registers is None:
        return []
    found = list_candidates(proposal, registers)
    if not found and len(registers.lists) <= AT_ONCE:
        found = sorted(registers.lists, key=lambda key: registers.lists[key].casefold())
    return found[:AT_ONCE]
