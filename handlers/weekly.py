"""`/fabric report`: how production goes, for a client at once or for all clients in a direct message."""

from __future__ import annotations

from handlers.request import Answer, Request
from handlers.views.elements import section
from handlers.views.weekly import report_message
from services.notifier import Rendered
from services.records import Client
from services.store import Unit
from services.weekly import ask_report, client_report


def report(request: Request, unit: Unit, client: Client) -> Answer:
    """Say how a client went in the last four weeks."""
    return Answer(message=report_message(request.locale, client_report(unit, client, request.services.clock())))


def report_all(request: Request, unit: Unit) -> Answer:
    """Have the person told directly how all their clients went."""
    ask_report(unit, request.workspace, request.person.id, request.services.clock())
    text = request.locale.gettext("I am counting. The report of all clients comes to our direct messages.")
    return Answer(message=Rendered(text, (section(text),)))
