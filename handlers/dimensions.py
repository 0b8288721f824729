"""Dimensions in Slack: which are predicted, ordering and stopping, and answers to a proposal."""

from __future__ import annotations

from handlers.access import client_for
from handlers.dispatch import Listeners
from handlers.ids import Action, Callback
from handlers.listener import listener
from handlers.request import Answer, Refusal, Request, Services
from handlers.training import closed
from handlers.views.dimensions import already_answered, dimensions_view, not_orderable
from services import jobs
from services.access import Right
from services.dimensions import ask_again, order_dimension, stop_dimension
from services.records import Client
from services.store import Unit
from services.watching import DIMENSIONS, watch
from services.watching import dimensions_view as shown


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.ORDER_DIMENSION)(listener(services, order))
    app.action(Action.STOP_DIMENSION)(listener(services, stop))
    app.action(Action.ASK_LATER)(listener(services, later))
    app.view_closed(Callback.DIMENSIONS)(listener(services, closed))


def open_dimensions(request: Request, unit: Unit, client: Client) -> Answer:
    """Show a client's dimensions in a modal, and have them read from Netvisor again."""
    now = request.services.clock()
    jobs.enqueue(unit, client.workspace, "registers", client.id, now)
    view = dimensions_view(request.locale, shown(unit, client))
    return Answer(
        open=view, opened=lambda unit, view_id: watch(unit, client, view_id, request.person.id, DIMENSIONS, now)
    )


def order(request: Request, unit: Unit) -> Answer:
    """Order predictions of the dimension of a button."""
    client_id, _, name = str(request.action["value"]).partition(":")
    client = client_for(request, unit, client_id, Right.HANDLE)
    if not order_dimension(unit, client, name, request.person.id, request.services.clock()):
        raise Refusal(not_orderable(request.locale, client, name))
    return _shown(request, unit, client)


def stop(request: Request, unit: Unit) -> Answer:
    """Stop predictions of the dimension of a button."""
    client_id, _, name = str(request.action["value"]).partition(":")
    client = client_for(request, unit, client_id, Right.HANDLE)
    stop_dimension(unit, client, name, request.person.id, request.services.clock())
    return _shown(request, unit, client)


def _shown(request: Request, unit: Unit, client: Client) -> Answer:
    """Show what became of it in the modal; a message is brought up to date by a job."""
    return Answer(put=dimensions_view(request.locale, shown(unit, client))) if request.view else Answer()


def later(request: Request, unit: Unit) -> Answer:
    """Have a proposal made again in a week."""
    client = client_for(request, unit, request.action["value"], Right.HANDLE)
    if not ask_again(unit, client, request.person.id, request.services.clock()):
        raise Refusal(already_answered(request.locale, client))
    return Answer()
