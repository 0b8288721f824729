"""`/fabric circulation-trial`: one invoice on which sending a circulation list is tried, for the app's admins."""

from __future__ import annotations

import json
from typing import Any

from handlers.access import client_for, need, needing
from handlers.dispatch import Listeners
from handlers.ids import Action, Callback, Field
from handlers.listener import listener
from handlers.request import Answer, Refusal, Request, Services
from handlers.views.circulation_rules import chosen_values
from handlers.views.circulation_trial import (
    cannot_text,
    trial_begun,
    trial_invoice,
    trial_over,
    trial_question,
    trial_start,
)
from handlers.views.elements import View, found_options, section
from services.access import Right
from services.circulation.sending import confirmed_trial, resume_sending
from services.circulation.trial import Cannot, answer_trial, ask_for_trial, switch_off
from services.records import Client, InvoiceState, ProductionInvoice, Registers, SendingStopped
from services.store import Unit

MOST_INVOICES = 300
"""Invoices among which one is searched, the newest."""


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""

    def for_admins(handler: Any) -> Any:
        return listener(services, needing(Right.SETTINGS, handler))

    app.view(Callback.LIST_TRIAL)(for_admins(choose_client))
    app.view(Callback.LIST_TRIAL_INVOICE)(for_admins(choose_invoice))
    app.view(Callback.LIST_TRIAL_SEND)(for_admins(send))
    app.options(Field.INVOICE)(for_admins(suggest_invoices))
    app.action(Action.LIST_TRIAL_RIGHT)(for_admins(confirm))
    app.action(Action.LIST_TRIAL_WRONG)(for_admins(reject))
    app.action(Action.LISTS_OFF)(for_admins(stop))
    app.action(Action.LISTS_RESUME)(for_admins(resume))


def open_trial(request: Request, unit: Unit) -> Answer:
    """Show what sending rests on, and the way to try it."""
    need(request, unit, Right.SETTINGS)
    return Answer(open=_start(request, unit))


def _start(request: Request, unit: Unit) -> View:
    template = request.services.circulation
    found = [(unit[Client].get(one.workspace, one.id), one) for one in unit[SendingStopped].find(request.workspace)]
    return trial_start(
        request.locale,
        has_template=template is not None,
        confirmed=confirmed_trial(unit, request.workspace, template.mark) if template else None,
        stopped=[(client, one) for client, one in found if client],
    )


def _state(request: Request) -> dict[str, Any]:
    return json.loads(request.view["private_metadata"])


def _chosen(request: Request, block_id: str) -> str:
    return next(iter(chosen_values(request.view["state"]["values"], block_id)), "")


def choose_client(request: Request, unit: Unit) -> Answer:
    """Go on to the choice of the invoice."""
    client = client_for(request, unit, _chosen(request, "trial_client"), Right.SETTINGS)
    return Answer(update=trial_invoice(request.locale, client))


def choose_invoice(request: Request, unit: Unit) -> Answer:
    """Show the message that would be sent."""
    client = client_for(request, unit, _state(request)["client"], Right.SETTINGS)
    template = request.services.circulation
    invoice = unit[ProductionInvoice].get(request.workspace, _chosen(request, "trial_invoice"))
    registers = unit[Registers].get(request.workspace, client.id)
    key = _chosen(request, "trial_list")
    if template is None:
        return Answer(errors={"trial_invoice": cannot_text(request.locale, Cannot.NO_TEMPLATE)})
    if invoice is None or invoice.client_id != client.id:
        return Answer(errors={"trial_invoice": cannot_text(request.locale, Cannot.NO_INVOICE)})
    if registers is None or key not in registers.lists:
        return Answer(errors={"trial_list": cannot_text(request.locale, Cannot.NO_LIST)})
    message = template.message(invoice.netvisor_key, int(key)).decode("ascii")
    reference = json.dumps({"client": client.id, "invoice": invoice.id, "list": key})
    view = trial_question(request.locale, client, invoice.number, registers.lists[key], message, reference)
    return Answer(update=view)


def send(request: Request, unit: Unit) -> Answer:
    """Have the message sent once."""
    state = _state(request)
    client = client_for(request, unit, state["client"], Right.SETTINGS)
    template, now = request.services.circulation, request.services.clock()
    asked = ask_for_trial(unit, client, template, state["invoice"], state["list"], request.person.id, now)
    if isinstance(asked, Cannot):
        # This view has no input to show an error at: it begins anew and says why.
        view = trial_invoice(request.locale, client)
        warning = section(cannot_text(request.locale, asked))
        return Answer(update={**view, "blocks": [warning, *view["blocks"]]})
    return Answer(update=trial_begun(request.locale))


def suggest_invoices(request: Request, unit: Unit) -> Answer:
    """Answer what somebody types into the select of invoices: those that are open, the newest first."""
    client = client_for(request, unit, _state(request)["client"], Right.SETTINGS)
    rows = unit[ProductionInvoice].find(
        request.workspace,
        client_id=client.id,
        order="-arrived_at",
        limit=MOST_INVOICES,
        state__not_in=[InvoiceState.WRITING],
    )
    pairs = [
        (row.id, f"{row.number[:20]} · {row.vendor[:35]} · {request.locale.money(row.amount)}"[:75]) for row in rows
    ]
    return Answer(options=found_options(pairs, str(request.body.get("value") or "")))


def confirm(request: Request, unit: Unit) -> Answer:
    """Switch sending on: somebody has looked at the invoice in Netvisor."""
    return _answer(request, unit, is_right=True)


def reject(request: Request, unit: Unit) -> Answer:
    """Keep that the trial went wrong."""
    return _answer(request, unit, is_right=False)


def _answer(request: Request, unit: Unit, *, is_right: bool) -> Answer:
    now = request.services.clock()
    trial_id, person = str(request.action["value"]), request.person.id
    if not answer_trial(unit, request.workspace, trial_id, person, now, is_right=is_right):
        raise Refusal(trial_over(request.locale))
    return Answer()


def stop(request: Request, unit: Unit) -> Answer:
    """Stop sending for all clients."""
    switch_off(unit, request.workspace, request.person.id, request.services.clock())
    return Answer(put=_start(request, unit))


def resume(request: Request, unit: Unit) -> Answer:
    """Send lists for a client again."""
    client_id, now = str(request.action["value"]), request.services.clock()
    resume_sending(unit, request.workspace, client_id, request.person.id, now)
    return Answer(put=_start(request, unit))
