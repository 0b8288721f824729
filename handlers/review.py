"""Review: the queue of a client's invoices, one tap each.

Sending the modal confirms the invoice in it and answers with the next one, so nobody waits for Netvisor: writing is
a job. The modal carries the version that it shows; what somebody else has confirmed or changed meanwhile is said,
never done twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from babel.numbers import NumberFormatError, parse_decimal

from handlers.access import client_for, may_see
from handlers.dispatch import Listeners
from handlers.ids import Action, Callback, Field
from handlers.listener import listener
from handlers.request import Answer, Request, Services
from handlers.views.elements import View, escape, found_options, section, suggested_first
from handlers.views.invoice_pictures import picture_view
from handlers.views.review import nothing_left, review_page, unsaved, what_became
from handlers.views.review_line import line_view, target_of_block
from handlers.views.review_words import account_name, list_name
from handlers.views.why import why
from services.access import Right
from services.audit import history_of
from services.circulation import NOWHERE
from services.facts import InvoicePicture, PictureState
from services.notifier import Rendered
from services.pictures import close_picture, open_picture
from services.prediction import ACCOUNT, DIMENSION_PREFIX
from services.proposals import LineProposal, Proposal, cents
from services.records import Client, InvoiceState, ProductionInvoice, Registers
from services.review import Act, Outcome, change_line, choose_list, confirm, leave, page, page_of, version
from services.store import Unit
from services.suggestions import candidates, list_candidates


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.REVIEW)(listener(services, open_queue))
    app.view(Callback.REVIEW)(listener(services, confirm_and_next))
    app.action(Action.REVIEW_SKIP)(listener(services, skip))
    app.action(Action.REVIEW_LEAVE)(listener(services, leave_to_netvisor))
    app.action(Action.REVIEW_PICTURE)(listener(services, show_picture))
    app.view_closed(Callback.PICTURE)(listener(services, picture_closed))
    app.action(Action.REVIEW_LINES)(listener(services, show_lines))
    app.action(Action.REVIEW_LINE)(listener(services, open_line))
    app.action(Action.REVIEW_ALTERNATIVE)(listener(services, take_alternative))
    app.action(Action.REVIEW_LIST)(listener(services, take_list))
    app.view(Callback.REVIEW_LINE)(listener(services, save_line))
    app.options(Field.ACCOUNT)(listener(services, suggest_accounts))
    app.options(Field.DIMENSION)(listener(services, suggest_items))
    app.options(Field.CIRCULATION)(listener(services, suggest_lists))


def open_queue(request: Request, unit: Unit) -> Answer:
    """Open a client's queue at its first invoice."""
    return review(request, unit, client_for(request, unit, request.action["value"], Right.REVIEW))


def review(request: Request, unit: Unit, client: Client) -> Answer:
    """Open a client's queue at its first invoice."""
    return Answer(open=_next(request, unit, client))


def explain(request: Request, unit: Unit, words: str) -> Answer:
    """Answer `/fabric why <invoice number>`: everything that happened to the newest invoice of that number."""
    _ = request.locale.gettext
    number = words.strip()
    found = unit[ProductionInvoice].find(request.workspace, number=number, order="-arrived_at") if number else []
    rows = [row for row in found if may_see(request, unit, row.client_id)]
    if not rows:
        text = _("I know no invoice “{number}” that arrived in production.", number=escape(number[:50]))
        if not number:
            text = _("Which invoice? Write its number after the command.")
        return Answer(message=Rendered(text, (section(text),)))
    entries = history_of(unit, request.workspace, rows[0].client_id, rows[0].netvisor_key)
    return Answer(message=why(request.locale, rows[0], entries))


def confirm_and_next(request: Request, unit: Unit) -> Answer:
    """Confirm the invoice in the modal, and show the next one."""
    client, act = _client(request, unit), _act(request)
    _ = request.locale.gettext
    comment_input, comment = _given(request, Field.COMMENT)
    list_input, chosen = _given(request, Field.CIRCULATION)
    match confirm(unit, act, comment, chosen):
        case Outcome.NO_LIST if not list_input:
            # The company had no lists when this was shown.
            note = _("The company has circulation lists now: choose one.")
            return Answer(update=_view(request, unit, client, page_of(unit, client, act.invoice_id), note))
        case Outcome.NO_LIST:
            text = _("The circulation list is missing, or not in Netvisor any more: choose another one.")
            return Answer(errors={list_input: text})
        case Outcome.INCOMPLETE:
            return Answer(errors={comment_input: _("A line has no account yet: press “Change” beside it.")})
        case Outcome.WRONG_SUM:
            text = _("The lines do not make up the invoice's sum, so it can only be handled in Netvisor.")
            return Answer(errors={comment_input: text})
        case Outcome.TAKEN:
            return Answer(update=_as_it_stands(request, unit, client, act))
        case _:
            return Answer(update=_next(request, unit, client, act.invoice_id))


def skip(request: Request, unit: Unit) -> Answer:
    """Go on to the next invoice; this one goes on waiting."""
    return Answer(put=_next(request, unit, _client(request, unit), _state(request)["invoice"]))


def leave_to_netvisor(request: Request, unit: Unit) -> Answer:
    """Leave the invoice to be handled in Netvisor, and show the next one."""
    client, act = _client(request, unit), _act(request)
    following = page(unit, client, act.invoice_id)
    if leave(unit, act) is Outcome.TAKEN:
        return Answer(put=_as_it_stands(request, unit, client, act))
    # The next one is found before this one leaves the queue.
    after = following.row.id if following else ""
    return Answer(put=_view(request, unit, client, page_of(unit, client, after) or page(unit, client)))


def show_picture(request: Request, unit: Unit) -> Answer:
    """Open the picture of the invoice, which is fetched from Netvisor meanwhile."""
    row = unit[ProductionInvoice].get(request.workspace, str(request.action["value"]))
    if row is None or row.client_id != _client(request, unit).id:
        return Answer(put=_next(request, unit, _client(request, unit)))
    person, now = request.person.id, request.services.clock()
    return Answer(
        open=picture_view(request.locale, InvoicePicture(row, PictureState.LOADING)),
        opened=lambda unit, view_id: open_picture(unit, row, view_id, person, now),
    )


def picture_closed(request: Request, unit: Unit) -> Answer:
    """Have a picture deleted that nobody looks at any more."""
    close_picture(unit, request.workspace, str(request.view["id"]), request.services.clock())
    return Answer()


def show_lines(request: Request, unit: Unit) -> Answer:
    """Show other lines of a long invoice."""
    client, act = _client(request, unit), _act(request)
    shown = page_of(unit, client, act.invoice_id)
    if shown is None or version(shown.row) != act.seen:
        return Answer(put=_as_it_stands(request, unit, client, act))
    return Answer(put=_view(request, unit, client, shown, first=int(request.action["selected_option"]["value"])))


def open_line(request: Request, unit: Unit) -> Answer:
    """Open the view that changes a line."""
    client, act, place = _client(request, unit), _act(request), request.number
    shown = page_of(unit, client, act.invoice_id)
    if shown is None or version(shown.row) != act.seen:
        return Answer(put=_as_it_stands(request, unit, client, act))
    return Answer(open=line_view(request.locale, shown, place, json.dumps({**_state(request), "line": place})))


def take_alternative(request: Request, unit: Unit) -> Answer:
    """Post a line as was tapped: to another account, VAT code or item of a dimension."""
    client, act = _client(request, unit), _act(request)
    place, target, label = json.loads(request.action["value"])
    return _shown_again(request, unit, client, change_line(unit, act, place, {target: label}))


def take_list(request: Request, unit: Unit) -> Answer:
    """Send the invoice round the list that was tapped, once it is confirmed; or look whether a rule has chosen one."""
    client, act, key = _client(request, unit), _act(request), str(request.action["value"])
    is_again = request.action["action_id"] == f"{Action.REVIEW_LIST}:again"
    return _shown_again(request, unit, client, Outcome.DONE if is_again else choose_list(unit, act, key))


def _shown_again(request: Request, unit: Unit, client: Client, outcome: Outcome) -> Answer:
    """Show the invoice with what was tapped, or what has become of it meanwhile."""
    act = _act(request)
    shown = page_of(unit, client, act.invoice_id)
    if shown is None or outcome is not Outcome.DONE:
        return Answer(put=_as_it_stands(request, unit, client, act))
    return Answer(put=_view(request, unit, client, shown, first=int(_state(request).get("first", 0))))


def save_line(request: Request, unit: Unit) -> Answer:
    """Keep what was chosen for a line, and show the invoice with it."""
    client, act, state = _client(request, unit), _act(request), _state(request)
    _ = request.locale.gettext
    wrong: dict[str, str] = {Field.PART: _("Write an amount between zero and the line's sum, for example 120,50.")}
    part = _part(request)
    if part is None:
        return Answer(errors=wrong)
    labels: dict[str, str] = {}
    for block_id, elements in request.view["state"]["values"].items():
        for element in elements.values():
            chosen: Mapping[str, Any] | None = element.get("selected_option")
            if chosen:
                labels[target_of_block(block_id)] = str(chosen["value"])
    outcome = change_line(unit, act, int(state["line"]), labels, part)
    if outcome is Outcome.WRONG_SUM:
        return Answer(errors=wrong)
    shown = page_of(unit, client, act.invoice_id)
    if shown is None or outcome is Outcome.TAKEN:
        return Answer(put_below=_as_it_stands(request, unit, client, act))
    return Answer(put_below=_view(request, unit, client, shown, first=int(state.get("first", 0))))


def suggest_accounts(request: Request, unit: Unit) -> Answer:
    """Answer what somebody types into the select of accounts."""
    registers = _registers(request, unit)
    accounts = sorted(registers.accounts) if registers else []
    pairs = [(number, account_name(registers, number)) for number in accounts]
    line = _line(request, unit)
    first = [(label, account_name(registers, label)) for label in candidates(line, ACCOUNT, registers)] if line else []
    return _offered(request, pairs, first)


def suggest_items(request: Request, unit: Unit) -> Answer:
    """Answer what somebody types into the select of a dimension."""
    registers = _registers(request, unit)
    name = str(request.body.get("block_id") or "").split(":", 2)[-1]
    items = registers.dimensions.get(name, []) if registers else []
    line = _line(request, unit)
    first = candidates(line, f"{DIMENSION_PREFIX}{name}", registers) if line else []
    return _offered(request, [(item, item) for item in items], [(item, item) for item in first])


def suggest_lists(request: Request, unit: Unit) -> Answer:
    """Answer what somebody types into the select of circulation lists; the first choice is none of them."""
    registers = _registers(request, unit)
    lists: Mapping[str, str] = registers.lists if registers else {}
    pairs = [(key, list_name(lists, key)) for key in sorted(lists, key=lambda key: lists[key].casefold())]
    none = (NOWHERE, request.locale.gettext("No list from here: I see to it in Netvisor"))
    row = _row(request, unit)
    first = list_candidates(Proposal.from_json(row.proposal), registers) if row and row.proposal else []
    return _offered(request, [none, *pairs], [(key, list_name(lists, key)) for key in first])


def _offered(request: Request, pairs: Sequence[tuple[str, str]], first: Sequence[tuple[str, str]]) -> Answer:
    """Answer a select with what has the words that were typed; before any are, the model's candidates come first."""
    words = str(request.body.get("value") or "")
    if words.strip():
        return Answer(options=found_options(pairs, words))
    offered = suggested_first(request.locale, found_options(first, ""), found_options(pairs, ""))
    return Answer(options=offered.get("options"), option_groups=offered.get("option_groups"))


def _row(request: Request, unit: Unit) -> ProductionInvoice | None:
    """Return the invoice that a modal shows, if it is of the client; other modals have the same select."""
    state = _state(request)
    row = unit[ProductionInvoice].get(request.workspace, str(state.get("invoice") or ""))
    return row if row and row.client_id == state["client"] else None


def _line(request: Request, unit: Unit) -> LineProposal | None:
    """Return the line that a modal changes."""
    row, place = _row(request, unit), int(_state(request).get("line", 0))
    lines = Proposal.from_json(row.proposal).lines if row and row.proposal else ()
    return lines[place] if place < len(lines) else None


def _given(request: Request, field: str) -> tuple[str, str]:
    """Return the name of a field's input in this invoice's view and what stands in it; nothing if there is none."""
    for block_id, elements in request.view["state"]["values"].items():
        element: Mapping[str, Any] = elements.get(field) or {}
        if block_id.partition(":")[0] == field:
            chosen: Mapping[str, Any] | None = element.get("selected_option")
            return block_id, str(chosen["value"]) if chosen else str(element.get("value") or "")
    return "", ""


def _state(request: Request) -> dict[str, Any]:
    return json.loads(request.view["private_metadata"])


def _client(request: Request, unit: Unit) -> Client:
    return client_for(request, unit, _state(request)["client"], Right.REVIEW)


def _registers(request: Request, unit: Unit) -> Registers | None:
    return unit[Registers].get(request.workspace, _client(request, unit).id)


def _act(request: Request) -> Act:
    state = _state(request)
    return Act(request.workspace, state["invoice"], state["seen"], request.person.id, request.services.clock())


def _part(request: Request) -> int | None:
    """Return the amount to split off in cents, 0 when none is given, None when it is no amount."""
    text = str(request.value(Field.PART) or "").strip().removesuffix("€").strip().replace(" ", "").replace("\u00a0", "")
    if not text:
        return 0
    try:
        amount: Decimal = parse_decimal(text.replace(".", ","), locale="fi_FI", strict=True)
    except NumberFormatError:
        return None
    return cents(amount) or None


def _as_it_stands(request: Request, unit: Unit, client: Client, act: Act) -> View:
    """Show an invoice that is not as the person saw it: as it is now, or the next one; say why, and what was typed.

    What is typed stays where it is while the invoice waits: its inputs have the invoice's name.
    """
    row, shown = unit[ProductionInvoice].get(act.workspace, act.invoice_id), page_of(unit, client, act.invoice_id)
    note = what_became(request.locale, row, request.person.id)
    typed = [] if shown and request.view["callback_id"] == Callback.REVIEW else _typed(request)
    if typed:
        note += " " + unsaved(request.locale, typed)
    first = int(_state(request).get("first", 0)) if shown else 0
    return _view(request, unit, client, shown or page(unit, client), note, first)


def _typed(request: Request) -> list[str]:
    """Return what stands in a modal's inputs, but for the choice of a list."""
    found: list[str] = []
    for block_id, elements in request.view["state"]["values"].items():
        for element in elements.values():
            option: Mapping[str, Any] = element.get("selected_option") or {}
            words = str(element.get("value") or option.get("text", {}).get("text") or "")
            if words and block_id.partition(":")[0] != Field.CIRCULATION:
                found.append(words)
    return found


def _next(request: Request, unit: Unit, client: Client, after: str = "") -> View:
    return _view(request, unit, client, page(unit, client, after))


def _view(request: Request, unit: Unit, client: Client, shown: Any, note: str = "", first: int = 0) -> View:
    if shown is None:
        states = [InvoiceState.CONFIRMED, InvoiceState.WRITING]
        underway = unit[ProductionInvoice].count(client.workspace, client_id=client.id, state__in=states)
        return nothing_left(request.locale, client, note, underway)
    return review_page(request.locale, shown, version(shown.row), first=first, note=note)
