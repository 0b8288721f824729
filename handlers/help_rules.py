"""Cards of instructions: choose the client or the name that is meant, confirm, change or cancel.

A card carries the id of its instruction; what it showed is stored with it, and that is what confirming does.
"""

from __future__ import annotations

from dataclasses import replace

from handlers.access import client_for
from handlers.dispatch import Listeners
from handlers.ids import Action
from handlers.listener import listener
from handlers.locale import Locale
from handlers.request import Answer, Refusal, Request, Services
from handlers.views.circulation import rule_sentence
from handlers.views.circulation_rules import rule_form
from handlers.views.help_rules import being_changed, cancelled, carried_out, client_option, instruction_card, is_over
from services.access import Right
from services.circulation import completed, rules_of
from services.help_ai.instructing import card_of, carry_out, clients_for, made_of, rules_in, understood_now
from services.help_ai.instructions import with_choice
from services.help_ai.knowledge import Language, spoken
from services.help_ai.library import own_passages
from services.help_ai.waiting import waiting_card
from services.records import CirculationRule, Client, HelpThread, Instruction, Registers
from services.store import Unit

MOST_FOUND = 50


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.INSTRUCTION_CLIENT)(listener(services, choose_client))
    app.action(Action.FIND_INSTRUCTION_CLIENT)(listener(services, choose_client))
    app.options(Action.FIND_INSTRUCTION_CLIENT)(listener(services, suggest_clients))
    app.action(Action.INSTRUCTION_NAME)(listener(services, choose_name))
    app.action(Action.CONFIRM_INSTRUCTION)(listener(services, confirm))
    app.action(Action.CHANGE_INSTRUCTION)(listener(services, change))
    app.action(Action.CANCEL_INSTRUCTION)(listener(services, cancel))


def _instruction(request: Request, unit: Unit, instruction_id: str) -> Instruction:
    instruction = unit[Instruction].get(request.workspace, instruction_id)
    if instruction is None:
        raise Refusal(is_over(request.locale))
    return instruction


def _language(request: Request, unit: Unit, words: str) -> Language:
    help_ai = request.services.library.help_ai(own_passages(unit, request.workspace), request.workspace)
    return help_ai.language_of(words, spoken(request.locale.language))


def _shown(request: Request, unit: Unit, instruction: Instruction, client: Client, language: Language) -> Answer:
    now = request.services.clock()
    waiting = waiting_card(unit, instruction, client, language, now)
    if waiting:
        return Answer(replace=instruction_card(Locale(waiting.language), waiting))
    understood = understood_now(unit, instruction, client, language)
    card = card_of(unit, instruction, client, understood, now)
    return Answer(replace=instruction_card(Locale(card.language), card))


def choose_client(request: Request, unit: Unit) -> Answer:
    """Take the client that an instruction is for."""
    if request.action["type"] == "external_select":
        chosen, number = request.action["selected_option"]["value"], str(request.action["block_id"]).partition(":")[2]
    else:
        number, _space, chosen = str(request.action["value"]).partition(" ")
    client = client_for(request, unit, chosen, Right.RULES)
    instruction = replace(_instruction(request, unit, number), client_id=client.id)
    unit[Instruction].put(instruction)
    place, now = f"{instruction.channel}:{instruction.thread}", request.services.clock()
    subject = unit[HelpThread].get(request.workspace, place) or HelpThread(request.workspace, place, now)
    unit[HelpThread].put(replace(subject, client_id=client.id, changed_at=now))
    return _shown(request, unit, instruction, client, _language(request, unit, instruction.words))


def suggest_clients(request: Request, unit: Unit) -> Answer:
    """Suggest clients by what is typed of their names or business ids."""
    words = str(request.body.get("value") or "").casefold().split()
    found = [
        client_option(client)
        for client in clients_for(unit, request.person)
        if all(word in f"{client.name} {client.business_id}".casefold() for word in words)
    ]
    return Answer(options=found[:MOST_FOUND])


def choose_name(request: Request, unit: Unit) -> Answer:
    """Take the name that an instruction means, and understand it anew with it."""
    number, _space, place = str(request.action["value"]).partition(" ")
    instruction = _instruction(request, unit, number)
    client = client_for(request, unit, instruction.client_id, Right.RULES)
    language = _language(request, unit, instruction.words)
    question = understood_now(unit, instruction, client, language).question
    if question is None or int(place) >= len(question.candidates):
        return _shown(request, unit, instruction, client, language)
    words = with_choice(instruction.words, question, question.candidates[int(place)], language)
    return _shown(request, unit, replace(instruction, words=words), client, language)


def confirm(request: Request, unit: Unit) -> Answer:
    """Do what a card showed."""
    instruction = _instruction(request, unit, str(request.action["value"]))
    client = client_for(request, unit, instruction.client_id, Right.RULES)
    locale, now = Locale(_language(request, unit, instruction.words)), request.services.clock()
    registers = unit[Registers].get(client.workspace, client.id)
    before = [unit[CirculationRule].get(client.workspace, one) for one in instruction.meant]
    made = [
        completed(unit, client, made_of(unit, client, request.person.id, rule, now)) for rule in rules_in(instruction)
    ]
    done = carry_out(unit, instruction, client, request.person.id, now)
    after = [unit[CirculationRule].get(client.workspace, one) for one in instruction.meant]
    shown = [new or old for new, old in zip(after, before, strict=True)] if instruction.act else made
    sentences = [
        f"• {rule_sentence(locale, rule, registers)}"
        for rule, problem in zip(shown, done, strict=True)
        if rule and problem is None
    ]
    problems = [problem for problem in done if problem]
    return Answer(replace=carried_out(locale, client, instruction.act, sentences, problems))


def change(request: Request, unit: Unit) -> Answer:
    """Open the form of a rule, filled in with what the instruction said."""
    instruction = _instruction(request, unit, str(request.action["value"]))
    client = client_for(request, unit, instruction.client_id, Right.RULES)
    registers, now = unit[Registers].get(client.workspace, client.id), request.services.clock()
    known = unit[CirculationRule].get(client.workspace, instruction.meant[0]) if instruction.meant else None
    said = rules_in(instruction)
    rule = made_of(unit, client, request.person.id, said[0], now, known) if said else known
    if rule is None:
        raise Refusal(is_over(request.locale))
    rule = completed(unit, client, rule)
    number = len(rules_of(unit, client))
    form = rule_form(request.locale, client, registers, rule, is_new=known is None, rules=number)
    locale = Locale(_language(request, unit, instruction.words))
    return Answer(open=form, replace=being_changed(locale, instruction.id))


def cancel(request: Request, unit: Unit) -> Answer:
    """Forget an instruction."""
    instruction = _instruction(request, unit, str(request.action["value"]))
    unit[Instruction].delete(request.workspace, id=instruction.id)
    return Answer(replace=cancelled(Locale(_language(request, unit, instruction.words))))
