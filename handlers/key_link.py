"""The link to a form for a key: what takes the place of the modal with the key where a public address is set."""

from __future__ import annotations

from handlers.dispatch import Listeners
from handlers.ids import Action
from handlers.listener import listener
from handlers.request import Answer, Refusal, Request, Services
from handlers.views.elements import View
from handlers.views.key_link import link_used, link_view
from services import tickets
from services.records import Ticket
from services.store import Unit


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.OPEN_KEY_FORM)(listener(services, remember_view))
    app.action(Action.NEW_KEY_LINK)(listener(services, renew))


def ask_keys(request: Request, unit: Unit, view: View, subject: str) -> View:
    """Return how a key is asked for: by the modal `view`, or by a link to a form that does what `view` would do.

    `subject` names what the key is for.
    """
    if not request.services.public_url:
        return view
    return _link(request, unit, str(view["callback_id"]), str(view["private_metadata"]), subject)


def remember_view(request: Request, unit: Unit) -> Answer:
    """Remember in which modal the link was opened: what comes of the key is shown there."""
    unit[Ticket].change(request.workspace, request.view["private_metadata"], view_id=request.view["id"])
    return Answer()


def renew(request: Request, unit: Unit) -> Answer:
    """Give another link for one that expired; the old one opens nothing any more."""
    old = unit[Ticket].get(request.workspace, request.view["private_metadata"])
    if old is None or old.person != request.person.id:
        raise Refusal(link_used(request.locale))
    tickets.use(unit, old)
    return Answer(put=_link(request, unit, old.purpose, old.reference, old.subject))


def _link(request: Request, unit: Unit, purpose: str, reference: str, subject: str) -> View:
    services = request.services
    token, ticket = tickets.issue(
        unit,
        request.workspace,
        purpose,
        request.person.id,
        services.clock(),
        reference=reference,
        subject=subject,
        view_id=str(request.view.get("id") or "") if request.body.get("actions") else "",
    )
    return link_view(request.locale, subject, f"{services.public_url}/key/{token}", ticket.id)
