"""Circulation: `/fabric circulation`, a client's rules in order, and lists that people set in Netvisor.

A rule is saved from a preview that shows what it would have done; "Back" leads to the form as it was typed. The rule
that a preview shows is kept in the database until then.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from handlers.access import client_for
from handlers.dispatch import Listeners
from handlers.ids import Action, Callback, Field
from handlers.listener import listener
from handlers.request import Answer, Request, Services
from handlers.views.circulation import problem_text, rule_sentence
from handlers.views.circulation_by_hand import by_hand_view
from handlers.views.circulation_file import import_form, rules_file_view
from handlers.views.circulation_rules import (
    chosen_values,
    copied_view,
    copy_form,
    item_of,
    items,
    preview_view,
    remove_view,
    rule_form,
    rules_view,
)
from handlers.views.elements import View, found_options, option, section
from services.access import Right, may
from services.circulation import (
    Problem,
    RulesFile,
    add_rule,
    amount_in_cents,
    by_hand,
    change_rule,
    completed,
    copy_rules,
    keep_draft,
    kept_draft,
    kept_file,
    move_rule,
    new_rule,
    pause_rule,
    preview,
    problem_of,
    remove_rule,
    resume_rule,
    rules_of,
    save_file,
    set_by_hand,
)
from services.circulation.file_jobs import begin_reading
from services.exports import ask_for
from services.facts import RulesOfFile
from services.notifier import Rendered
from services.records import CirculationRule, Client, ClientState, Registers, new_id
from services.review import show_review
from services.store import Unit

MOST_FOUND = 50
"""Clients that a search among those to copy to shows."""


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.RULES)(listener(services, show_rules))
    app.action(Action.OPEN_RULES)(listener(services, open_from_message))
    app.action(Action.RULES_PAGE)(listener(services, turn_page))
    app.action(Action.ADD_RULE)(listener(services, begin_rule))
    app.action(Action.RULE)(listener(services, choose_from_menu))
    app.view(Callback.RULE_FORM)(listener(services, show_preview))
    app.view(Callback.RULE_PREVIEW)(listener(services, save_rule))
    app.view(Callback.RULE_REMOVE)(listener(services, remove))
    app.action(Action.RULES_COPY)(listener(services, begin_copying))
    app.view(Callback.RULES_COPY)(listener(services, copy))
    app.action(Action.RULES_EXPORT)(listener(services, export))
    app.action(Action.RULES_IMPORT)(listener(services, begin_importing))
    app.view(Callback.RULES_IMPORT)(listener(services, read_given_file))
    app.view(Callback.RULES_FILE)(listener(services, save_given_file))
    app.options(Field.ITEM)(listener(services, suggest_all_items))
    app.options(Field.CLIENTS)(listener(services, suggest_clients))
    app.action(Action.LISTS_BY_HAND)(listener(services, show_by_hand))
    app.action(Action.LIST_DONE)(listener(services, one_done))
    app.action(Action.LISTS_DONE)(listener(services, all_done))


def open_circulation(request: Request, unit: Unit, client: Client) -> Answer:
    """Open the rules of a client."""
    return Answer(open=_rules(request, unit, client))


def open_from_message(request: Request, unit: Unit) -> Answer:
    """Open the rules that a message is about."""
    return open_circulation(request, unit, client_for(request, unit, request.action["value"], Right.RULES))


def _rules(request: Request, unit: Unit, client: Client, first: int = 0, note: str = "") -> View:
    registers = unit[Registers].get(client.workspace, client.id)
    return rules_view(request.locale, client, rules_of(unit, client), registers, first=first, note=note)


def _state(request: Request) -> dict[str, Any]:
    return json.loads(request.view["private_metadata"])


def _client(request: Request, unit: Unit) -> Client:
    return client_for(request, unit, _state(request)["client"], Right.RULES)


def _registers(unit: Unit, client: Client) -> Registers | None:
    return unit[Registers].get(client.workspace, client.id)


def show_rules(request: Request, unit: Unit) -> Answer:
    """Go back to the rules."""
    client = _client(request, unit)
    return Answer(put=_rules(request, unit, client))


def turn_page(request: Request, unit: Unit) -> Answer:
    """Show other rules of many."""
    client = _client(request, unit)
    first = int(request.action["selected_option"]["value"])
    return Answer(put=_rules(request, unit, client, first))


def begin_rule(request: Request, unit: Unit) -> Answer:
    """Show the form of a new rule."""
    client = _client(request, unit)
    rule = new_rule(unit, client, request.person.id, request.services.clock())
    number = len(rules_of(unit, client))
    form = rule_form(request.locale, client, _registers(unit, client), rule, is_new=True, rules=number)
    return Answer(put=form)


def choose_from_menu(request: Request, unit: Unit) -> Answer:
    """Do what was chosen of a rule's menu."""
    client = _client(request, unit)
    what, _colon, rule_id = str(request.action["selected_option"]["value"]).partition(":")
    rule = unit[CirculationRule].get(request.workspace, rule_id)
    person, now = request.person.id, request.services.clock()
    first, note = int(_state(request).get("first", 0)), ""
    if rule is None or rule.client_id != client.id:
        return Answer(put=_rules(request, unit, client, first, problem_text(request.locale, Problem.GONE)))
    registers = _registers(unit, client)
    match what:
        case "change":
            number = len(rules_of(unit, client))
            return Answer(put=rule_form(request.locale, client, registers, rule, is_new=False, rules=number))
        case "remove":
            return Answer(open=remove_view(request.locale, client, rule, registers))
        case "pause":
            pause_rule(unit, client, rule_id, person, now)
        case "resume":
            problem = resume_rule(unit, client, rule_id, person, now)
            note = f":warning: {problem_text(request.locale, problem)}" if problem else ""
        case _:
            move_rule(unit, client, rule_id, -1 if what == "up" else 1, person, now)
    return Answer(put=_rules(request, unit, client, first, note))


def show_preview(request: Request, unit: Unit) -> Answer:
    """Show what a rule would do, before it is saved."""
    _ = request.locale.gettext
    client = _client(request, unit)
    rule = _typed(request, unit, client)
    if isinstance(rule, dict):
        return Answer(errors=rule)
    rule = completed(unit, client, rule)
    problem = problem_of(unit, client, rule)
    if problem:
        return Answer(errors={_where(problem, request): problem_text(request.locale, problem)})
    keep_draft(unit, rule, request.person.id, request.services.clock())
    shown = preview(unit, client, rule, request.services.clock())
    is_new = bool(_state(request)["is_new"])
    return Answer(push=preview_view(request.locale, client, shown, _registers(unit, client), is_new=is_new))


def _where(problem: Problem, request: Request) -> str:
    """Return the input that a problem is about, or one that is always there."""
    blocks = {block["block_id"] for block in request.view["blocks"]}
    about = {
        Problem.NO_TARGET: "target_list",
        Problem.UNKNOWN_LIST: "target_list",
        Problem.LISTS_ALIKE: "target_list",
        Problem.LIMITS: Field.AMOUNT_MIN,
        Problem.UNKNOWN_DIMENSION: "target_item",
        Problem.UNKNOWN_ACCOUNT: "target_account",
    }.get(problem, Field.VENDOR)
    return about if about in blocks else "target_account"


def _typed(request: Request, unit: Unit, client: Client) -> CirculationRule | dict[str, str]:
    """Return the rule as it was typed, or the errors by input."""
    _ = request.locale.gettext
    state, values = _state(request), request.view["state"]["values"]
    errors: dict[str, str] = {}
    amounts: dict[str, int | None] = {}
    for name in (Field.AMOUNT_MIN, Field.AMOUNT_MAX):
        try:
            amounts[name] = amount_in_cents(str(request.value(name) or ""))
        except ValueError:
            errors[name] = _("Write a sum in euros, for example 500 or 499,99.")
    if errors:
        return errors
    known = unit[CirculationRule].get(client.workspace, str(state["rule"]))
    rule = known or replace(new_rule(unit, client, request.person.id, request.services.clock()), id=str(state["rule"]))
    if request.value(Field.PLACE) == "first":
        rule = replace(rule, position=1)
    registers = _registers(unit, client)
    lists, conditions, targets, accounts, others = (
        next(iter(chosen_values(values, block_id)), None)
        for block_id in ("target_list", "when_item", "target_item", "target_account", "when_account")
    )
    when = item_of(registers, conditions) if registers and conditions else None
    item = item_of(registers, targets) if registers and targets else None
    return replace(
        rule,
        vendor=_words(request, Field.VENDOR),
        business_id=_words(request, Field.BUSINESS_ID),
        amount_min=amounts[Field.AMOUNT_MIN],
        amount_max=amounts[Field.AMOUNT_MAX],
        text=_words(request, Field.TEXT),
        address=_words(request, Field.ADDRESS),
        when_account=others,
        when_dimension_name=when[0] if when else None,
        when_dimension=when[1] if when else None,
        list_key=lists,
        list_name=None,
        dimension_name=item[0] if item else None,
        dimension=item[1] if item else None,
        account=accounts,
    )


def _words(request: Request, name: str) -> str | None:
    return " ".join(str(request.value(name) or "").split()) or None


def save_rule(request: Request, unit: Unit) -> Answer:
    """Save the rule that the preview shows, and go back to the rules."""
    _ = request.locale.gettext
    client, state = _client(request, unit), _state(request)
    person, now = request.person.id, request.services.clock()
    rule = kept_draft(unit, request.workspace, str(state["rule"]), person)
    if rule is None:
        return Answer(put_below=_rules(request, unit, client, note=problem_text(request.locale, Problem.GONE)))
    # Since the preview somebody may have removed the list, or added the same rule.
    problem = problem_of(unit, client, completed(unit, client, rule))
    if problem:
        note = f":warning: {problem_text(request.locale, problem)}"
    elif state["is_new"]:
        add_rule(unit, client, rule, person, now)
        note = ":white_check_mark: " + _("The rule is saved. It is asked for invoices that arrive from now on.")
    elif change_rule(unit, client, rule, person, now):
        note = ":white_check_mark: " + _("The rule is changed. It is asked for invoices that arrive from now on.")
    else:
        note = f":warning: {problem_text(request.locale, Problem.GONE)}"
    return Answer(put_below=_rules(request, unit, client, first=rule.position - 1, note=note))


def remove(request: Request, unit: Unit) -> Answer:
    """Remove a rule."""
    client = _client(request, unit)
    remove_rule(unit, client, str(_state(request)["rule"]), request.person.id, request.services.clock())
    return Answer(put_below=_rules(request, unit, client, note=request.locale.gettext("The rule is removed.")))


def begin_copying(request: Request, unit: Unit) -> Answer:
    """Ask which clients the rules are copied to."""
    client = _client(request, unit)
    return Answer(open=copy_form(request.locale, client, len(rules_of(unit, client))))


def copy(request: Request, unit: Unit) -> Answer:
    """Copy the rules to the clients that were chosen."""
    client = _client(request, unit)
    rules = rules_of(unit, client)
    copied: list[tuple[Client, int, list[str]]] = []
    for client_id in chosen_values(request.view["state"]["values"], Field.CLIENTS):
        other = unit[Client].get(request.workspace, client_id)
        if other is None or other.state is ClientState.REMOVED or not may(unit, request.person, Right.RULES, other):
            continue
        number, left = copy_rules(unit, rules, other, request.person.id, request.services.clock())
        reasons = [
            f"{rule_sentence(request.locale, rule)} – {problem_text(request.locale, problem)}" for rule, problem in left
        ]
        copied.append((other, number, reasons))
    return Answer(update=copied_view(request.locale, copied))


def export(request: Request, unit: Unit) -> Answer:
    """Have the rules given to the person as a file."""
    client = _client(request, unit)
    ask_for(unit, request.person, "rules_export", request.services.clock(), client=client.id)
    text = request.locale.gettext("The CSV file comes to your direct messages.")
    return Answer(message=Rendered(text, (section(text),)))


def begin_importing(request: Request, unit: Unit) -> Answer:
    """Ask for a file of rules."""
    return Answer(put=import_form(request.locale, _client(request, unit)))


def read_given_file(request: Request, unit: Unit) -> Answer:
    """Have the file read; the modal shows what it holds as soon as that is known."""
    client, now = _client(request, unit), request.services.clock()
    given: list[dict[str, str]] = request.value(Field.FILE) or []
    if not given:
        return Answer(errors={Field.FILE: request.locale.gettext("Give a file.")})
    file = RulesFile(
        client.workspace, new_id(), client.id, request.person.id, given[0]["id"], given[0].get("name") or "", now
    )
    begin_reading(unit, file, now)
    return Answer(push=rules_file_view(request.locale, RulesOfFile(client, file.id, file.file_name, None)))


def save_given_file(request: Request, unit: Unit) -> Answer:
    """Add the good rows of the file that the modal shows, and go back to the rules."""
    client, now = _client(request, unit), request.services.clock()
    file = kept_file(unit, client.workspace, str(_state(request)["file"]), request.person.id)
    before = len(rules_of(unit, client))
    number = save_file(unit, client, file, now) if file and file.client_id == client.id else 0
    if number:
        note = ":white_check_mark: " + request.locale.ngettext(
            "{number} rule is added behind the others. It is asked for invoices that arrive from now on.",
            "{number} rules are added behind the others. They are asked for invoices that arrive from now on.",
            number,
        )
    else:
        note = ":warning: " + request.locale.gettext("No rule was added: give the file again to see why.")
    return Answer(put_below=_rules(request, unit, client, first=before, note=note))


def suggest_all_items(request: Request, unit: Unit) -> Answer:
    """Answer what somebody types into the select of all dimensions' items."""
    client = _client(request, unit)
    registers = _registers(unit, client)
    pairs = items(registers) if registers else []
    return Answer(options=found_options(pairs, str(request.body.get("value") or "")))


def suggest_clients(request: Request, unit: Unit) -> Answer:
    """Answer what somebody types into the select of clients to copy to."""
    own = _state(request)["client"]
    words = str(request.body.get("value") or "").casefold().split()
    living = [state for state in ClientState if state is not ClientState.REMOVED]
    found = [
        option(f"{one.name[:55]} {one.business_id}", one.id)
        for one in unit[Client].find(request.workspace, order="name", state__in=living)
        if one.id != own
        and may(unit, request.person, Right.RULES, one)
        and all(word in f"{one.name} {one.business_id}".casefold() for word in words)
    ]
    return Answer(options=found[:MOST_FOUND])


def show_by_hand(request: Request, unit: Unit) -> Answer:
    """Open the lists that people are to set in Netvisor."""
    client = client_for(request, unit, request.action["value"], Right.REVIEW)
    return Answer(open=by_hand_view(request.locale, client, by_hand(unit, client)))


def one_done(request: Request, unit: Unit) -> Answer:
    """Keep that a list has been set in Netvisor."""
    return _done(request, unit, [str(request.action["value"])])


def all_done(request: Request, unit: Unit) -> Answer:
    """Keep that all lists that are shown have been set in Netvisor."""
    shown = [block["block_id"].partition(":")[2] for block in request.view["blocks"] if "accessory" in block]
    return _done(request, unit, shown)


def _done(request: Request, unit: Unit, ids: list[str]) -> Answer:
    client = client_for(request, unit, request.view["private_metadata"], Right.REVIEW)
    now = request.services.clock()
    set_by_hand(unit, client, ids, request.person.id, now)
    show_review(unit, client.workspace, client.id, now)
    return Answer(put=by_hand_view(request.locale, client, by_hand(unit, client)))
