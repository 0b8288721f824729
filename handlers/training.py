"""Trainings in Slack: asked for, followed in a modal, cancelled, and their report."""

from __future__ import annotations

from handlers.access import client_for
from handlers.dispatch import Listeners
from handlers.ids import Action, Callback
from handlers.listener import listener
from handlers.request import Answer, Refusal, Request, Services
from handlers.views.elements import section
from handlers.views.training import no_training, not_trainable, training_view
from services.access import Right
from services.notifier import Rendered
from services.records import Client
from services.store import Unit
from services.training import TRAINABLE, cancel_training, show_views, start_training
from services.watching import TRAINING, stop_watching, watch
from services.watching import training_view as shown


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.TRAIN)(listener(services, train_again))
    app.action(Action.CANCEL_TRAINING)(listener(services, cancel))
    app.action(Action.TRAINING_REPORT)(listener(services, report))
    app.view_closed(Callback.TRAINING)(listener(services, closed))


def train(request: Request, unit: Unit, client: Client) -> Answer:
    """Train a client, and show it in a modal that follows it; a training that is under way is joined."""
    if client.state not in TRAINABLE:
        text = not_trainable(request.locale, client)
        return Answer(message=Rendered(text, (section(text),)))
    start_training(unit, client, request.person.id, request.services.clock())
    return open_training(request, unit, client)


def open_training(request: Request, unit: Unit, client: Client) -> Answer:
    """Show a client's training in a modal; one that shows it already is brought up to date by itself."""
    now = request.services.clock()
    if request.view.get("callback_id") == Callback.TRAINING:
        show_views(unit, client, now)
        return Answer()
    view = training_view(request.locale, shown(unit, client))
    return Answer(
        open=view, opened=lambda unit, view_id: watch(unit, client, view_id, request.person.id, TRAINING, now)
    )


def train_again(request: Request, unit: Unit) -> Answer:
    """Train the client of a button."""
    return train(request, unit, client_for(request, unit, request.action["value"], Right.HANDLE))


def cancel(request: Request, unit: Unit) -> Answer:
    """Cancel the training of the client of a button."""
    client = client_for(request, unit, request.action["value"], Right.HANDLE)
    if not cancel_training(unit, client, request.person.id, request.services.clock()):
        raise Refusal(no_training(request.locale, client))
    return Answer()


def report(request: Request, unit: Unit) -> Answer:
    """Show the report of the client of a button."""
    return open_training(request, unit, client_for(request, unit, request.action["value"]))


def closed(request: Request, unit: Unit) -> Answer:
    """Forget a modal that its person closed."""
    stop_watching(unit, request.workspace, request.view["id"])
    return Answer()
