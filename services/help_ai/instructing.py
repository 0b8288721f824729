"""Instructions in conversations: which client, which names, what it would do; nothing is done before a person confirms.

The words are understood with the client's own names (`instructions.py`); what was understood is stored and shown as the
sentence that it makes and as what it would have done in the last twelve months. Confirming saves what was shown, not
the words anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, cast

from services.access import Right, allowed, may, seen_by
from services.circulation import (
    Problem,
    add_rule,
    change_rule,
    completed,
    new_rule,
    pause_rule,
    preview,
    problem_of,
    remove_rule,
    resume_rule,
    rules_of,
)
from services.circulation.matching import kept_invoice
from services.facts import InstructionCard
from services.help_ai.acts import kind_of, speaks_of_limit
from services.help_ai.firm import find_clients
from services.help_ai.instructions import Outcome, Understood, understand
from services.help_ai.knowledge import Language
from services.help_ai.names import Kind, Name, Names
from services.help_ai.rules import Act, ActKind, Rule
from services.help_ai.slots import Reading
from services.help_ai.tokens import Sort, cut, lexicon
from services.help_ai.words import words as words_of
from services.prediction.lines import normal
from services.records import (
    CirculationRule,
    Client,
    ClientState,
    Instruction,
    Person,
    ProductionInvoice,
    Registers,
    StoredInvoice,
)
from services.store import Unit

MOST_VENDORS_FROM = 5000
"""Invoices, the newest, whose vendors a client's names are made of."""
MOST_RULES = 5
"""Rules that one instruction makes: more would not fit into a card that people read."""

INVOICES = ("laskut", "laskuja", "ostolaskut", "ostolaskuja", "invoices", "bills", "fakturor", "rakningar")
TOWARDS = frozenset(("to", "till", "at", "on", "pa", "into"))
"""Beside a Finnish ending, what says that something goes somewhere."""
ENDINGS = ("lle", "iin", "aan", "oon", "een", "kiertoon")
ASKING = frozenset(
    words_of("can is are does do should which will could kan är ska får lär blir jos if om koska millä i we client")
)
"""Words that a question or a story begins with, and no instruction."""
ORDERS = frozenset(words_of("ohjaa laita lähetä vie send route put skicka lägg styr"))
POLITE = ("voisitko", "voitko", "could you", "can you", "kan du", "kunde du")


def looks_like_instruction(words: str) -> bool:
    """Tell whether a text seems to say what is to be done with invoices or rules, rather than to ask something."""
    tokens = [token.flat for token in cut(words[:600]) if token.sort is Sort.WORD]
    is_polite = words.casefold().startswith(POLITE) or (bool(ORDERS & set(tokens)) and "?" not in words)
    if not tokens or (words.rstrip().endswith("?") and not is_polite):
        return False
    if not is_polite and (tokens[0] in ASKING or tokens[0].endswith("ko") or set(tokens) & lexicon().words["asking"]):
        return False
    act = kind_of(Reading(words, cut(words[:600]), Names(()), "fi"))
    if act is not None and (_speaks_of_rules(tokens) or (act is ActKind.CHANGE and speaks_of_limit(tokens))):
        return True
    if not any(token.endswith(INVOICES) or token.startswith(INVOICES) for token in tokens):
        return False
    is_order = bool(set(tokens) & (lexicon().words["pay"] | lexicon().words["approve"]))
    return is_order or bool(set(tokens) & TOWARDS) or any(token.endswith(ENDINGS) for token in tokens)


def _speaks_of_rules(tokens: Sequence[str]) -> bool:
    return any(token.startswith(("saann", "saanto", "rule", "regel", "regl")) for token in tokens)


def company_names(unit: Unit, client: Client) -> Names:
    """Return the names of a client: its vendors, circulation lists, items of dimensions, accounts."""
    contents = unit[StoredInvoice].values(
        "content", client.workspace, client_id=client.id, order="-invoice_date", limit=MOST_VENDORS_FROM
    )
    vendors = {str(kept_invoice(content)["vendor"] or "") for content in contents}
    vendors |= set(unit[ProductionInvoice].values("vendor", client.workspace, client_id=client.id))
    registers = unit[Registers].get(client.workspace, client.id)
    names = [Name(Kind.VENDOR, vendor) for vendor in sorted(vendors) if vendor]
    if registers:
        names += [Name(Kind.LIST, name) for name in dict.fromkeys(registers.lists.values())]
        names += [Name(Kind.DIMENSION, item, one) for one, items in registers.dimensions.items() for item in items]
        names += [Name(Kind.ACCOUNT, f"{number} {name}") for number, name in registers.accounts.items()]
    return Names(names)


LIVING = [state for state in ClientState if state is not ClientState.REMOVED]


def clients_for(unit: Unit, person: Person) -> list[Client]:
    """Return the clients that a person may make rules for."""
    clients = unit[Client].find(person.workspace, order="name", state__in=LIVING, **seen_by(unit, person))
    return [client for client in clients if may(unit, person, Right.RULES, client)]


def without_clients(unit: Unit, person: Person, instruction: Instruction, language: Language) -> InstructionCard:
    """Return what is answered to a person who may make rules for no client: what they can do, or who can."""
    sees_any = unit[Client].count(person.workspace, state__in=LIVING, **seen_by(unit, person)) > 0
    lacks = Right.RULES if sees_any else Right.ADD
    who = None if may(unit, person, lacks) else allowed(unit, person.workspace, lacks)
    return InstructionCard(instruction, language, lacks=lacks, allowed=who)


def begin(
    unit: Unit, person: Person, instruction: Instruction, language: Language, known: str
) -> tuple[Instruction, Client | None, InstructionCard | None]:
    """Store an instruction; return its client, or the card that asks for it. Without any client it is not kept.

    `known` is the client that the conversation is about. A client may be named before a colon.
    """
    clients = clients_for(unit, person)
    if not clients:
        return instruction, None, without_clients(unit, person, instruction, language)
    before, colon, rest = instruction.words.partition(":")
    named = find_clients(unit, person, before) if colon else []
    meant = [client for client in clients if client.id in {one.id for one in named}]
    if meant:
        instruction = replace(instruction, words=rest.strip())
    if not meant:
        meant = [client for client in clients if client.id == known]
    if not meant:
        here = [client for client in clients if client.channel == instruction.channel]
        meant = here if len(here) == 1 else clients
    if len(meant) == 1:
        instruction = replace(instruction, client_id=meant[0].id)
        unit[Instruction].put(instruction)
        return instruction, meant[0], None
    unit[Instruction].put(instruction)
    return instruction, None, InstructionCard(instruction, language, clients=tuple(meant))


def card_of(
    unit: Unit, instruction: Instruction, client: Client, understood: Understood, now: datetime
) -> InstructionCard:
    """Store what an instruction was understood as, and return the card that asks for the confirmation."""
    registers = unit[Registers].get(client.workspace, client.id)
    card = InstructionCard(instruction, understood.language, client, registers=registers)
    if understood.act:
        return _about_rules(unit, card, client, understood.act, now)
    if understood.outcome is not Outcome.RULE:
        return replace(card, question=understood.question)
    rules = understood.rules[:MOST_RULES]
    return _with_previews(unit, replace(card, instruction=_stored(unit, instruction, rules)), client, rules, now)


def _stored(
    unit: Unit, instruction: Instruction, rules: Sequence[Rule], act: str = "", meant: Sequence[str] = ()
) -> Instruction:
    stored = replace(instruction, rules=tuple(asdict(rule) for rule in rules), act=act, meant=tuple(meant))
    unit[Instruction].put(stored)
    return stored


def _with_previews(
    unit: Unit, card: InstructionCard, client: Client, rules: Sequence[Rule], now: datetime
) -> InstructionCard:
    made = [completed(unit, client, made_of(unit, client, card.instruction.person, rule, now)) for rule in rules]
    problems = [problem for one in made if (problem := problem_of(unit, client, one))]
    return replace(
        card, previews=tuple(preview(unit, client, one, now) for one in made), problems=tuple(dict.fromkeys(problems))
    )


def made_of(
    unit: Unit, client: Client, person: str, rule: Rule, now: datetime, known: CirculationRule | None = None
) -> CirculationRule:
    """Return a rule of a client as an instruction says it, a new one or a `known` one changed; not stored."""
    return _put_into(known or new_rule(unit, client, person, now), rule)


def rules_in(instruction: Instruction) -> list[Rule]:
    """Return what an instruction was understood as."""
    return [Rule(**cast("dict[str, Any]", dict(one))) for one in instruction.rules]


def _put_into(made: CirculationRule, rule: Rule) -> CirculationRule:
    """Return a rule with what is given of another."""
    given = {
        "vendor": rule.vendor,
        "amount_min": rule.amount_min,
        "amount_max": rule.amount_max,
        "text": rule.text,
        "dimension": rule.dimension,
        "dimension_name": rule.dimension_name,
        "account": rule.account.partition(" ")[0] if rule.account else None,
    }
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if rule.list:
        changes |= {"list_name": rule.list, "list_key": None}
    return replace(made, **changes)


def _about_rules(unit: Unit, card: InstructionCard, client: Client, act: Act, now: datetime) -> InstructionCard:
    meant = [rule for rule in rules_of(unit, client) if _is_meant(rule, act.which)]
    if act.kind is ActKind.PAUSE:
        meant = [rule for rule in meant if rule.paused is None]
    if act.kind is ActKind.RESUME:
        meant = [rule for rule in meant if rule.paused is not None]
    meant = meant[:MOST_RULES] if act.kind is not ActKind.SHOW else meant
    card = replace(card, act=act.kind, meant=tuple(meant))
    if act.kind is ActKind.CHANGE and (act.new or act.limit is not None) and len(meant) == 1:
        new = act.new or Rule()
        changed = completed(unit, client, _changed(meant[0], new, act.limit))
        problem = problem_of(unit, client, changed)
        rules = [_limits(changed, new)]
        instruction = _stored(unit, card.instruction, rules, act.kind, [meant[0].id])
        shown = (preview(unit, client, changed, now),)
        return replace(card, instruction=instruction, previews=shown, problems=(problem,) if problem else ())
    ids = [rule.id for rule in meant]
    return replace(card, instruction=_stored(unit, card.instruction, (), act.kind, ids))


def _changed(rule: CirculationRule, new: Rule, limit: int | None) -> CirculationRule:
    """Return a rule as it becomes; a limit stays of its kind: “under 500” raised to 700 is under 700."""
    changed = _put_into(rule, new)
    if limit is None:
        return changed
    if rule.amount_min is not None and rule.amount_max is None:
        is_above = rule.amount_min % 100 == 1
        return replace(changed, amount_min=limit + is_above)
    is_below = rule.amount_max is not None and rule.amount_max % 100 == 99
    return replace(changed, amount_max=limit - is_below)


def _limits(changed: CirculationRule, new: Rule) -> Rule:
    """Return what a change puts into a rule, with the limits that it has then."""
    return replace(new, amount_min=changed.amount_min, amount_max=changed.amount_max)


def _is_meant(rule: CirculationRule, which: Sequence[Rule]) -> bool:
    """Tell whether a rule agrees with every field that is given of any description; no description means all rules."""
    return not which or any(_agrees(rule, one) for one in which)


def _agrees(rule: CirculationRule, said: Rule) -> bool:
    account = said.account.partition(" ")[0] if said.account else None
    pairs: list[tuple[object, object]] = [
        (said.vendor, rule.vendor),
        (said.amount_min, rule.amount_min),
        (said.amount_max, rule.amount_max),
        (said.text, rule.text),
        (said.list, rule.list_name),
        (said.dimension, rule.dimension),
        (account, rule.account),
    ]
    return all(wanted is None or _same(wanted, has) for wanted, has in pairs)


def _same(wanted: object, has: object) -> bool:
    if isinstance(wanted, str) and isinstance(has, str):
        return normal(wanted) == normal(has)
    return wanted == has


def carry_out(unit: Unit, instruction: Instruction, client: Client, person: str, now: datetime) -> list[Problem | None]:
    """Do what an instruction's card showed, and forget the instruction; return what went wrong of each part."""
    rules = rules_in(instruction)
    done: list[Problem | None] = []
    if not instruction.act:
        done = [_added(unit, client, made_of(unit, client, person, rule, now), person, now) for rule in rules]
    for rule_id in instruction.meant:
        done.append(_done(unit, client, ActKind(instruction.act), rule_id, rules, person, now))
    unit[Instruction].delete(instruction.workspace, id=instruction.id)
    return done


def _added(unit: Unit, client: Client, rule: CirculationRule, person: str, now: datetime) -> Problem | None:
    problem = problem_of(unit, client, completed(unit, client, rule))
    if problem is None:
        add_rule(unit, client, rule, person, now)
    return problem


def _done(
    unit: Unit, client: Client, act: ActKind, rule_id: str, rules: Sequence[Rule], person: str, now: datetime
) -> Problem | None:
    match act:
        case ActKind.REMOVE:
            return None if remove_rule(unit, client, rule_id, person, now) else Problem.GONE
        case ActKind.PAUSE:
            pause_rule(unit, client, rule_id, person, now)
            return None if unit[CirculationRule].get(client.workspace, rule_id) else Problem.GONE
        case ActKind.RESUME:
            return resume_rule(unit, client, rule_id, person, now)
        case ActKind.CHANGE:
            known = unit[CirculationRule].get(client.workspace, rule_id)
            if known is None or not rules:
                return Problem.GONE
            changed = completed(unit, client, _put_into(known, rules[0]))
            problem = problem_of(unit, client, changed)
            if problem is None:
                change_rule(unit, client, changed, person, now)
            return problem
        case ActKind.SHOW:
            return None


def understood_now(unit: Unit, instruction: Instruction, client: Client, language: Language) -> Understood:
    """Understand an instruction the embedded way, within a unit of work."""
    return understand(instruction.words, company_names(unit, client), language)
