"""What a handler asks before it does something: is the client there, and may this person?

`client_for` and `need` raise a `Refusal`, whose sentence the listener shows where the person can read it, so that no
button is ever dead: a client that is gone, removed or not theirs is said to be.
"""

from __future__ import annotations

from handlers.request import Answer, Handler, Refusal, Request
from handlers.views.access import client_gone, client_paused, refusal
from services.access import Right, allowed, may
from services.records import Client, ClientState
from services.store import Unit


def need(request: Request, unit: Unit, right: Right, client: Client | None = None) -> None:
    """Raise a Refusal that says who may, unless the person who acts may do this."""
    if not may(unit, request.person, right, client):
        raise Refusal(refusal(request.locale, right, allowed(unit, request.workspace, right, client)))


def client_for(
    request: Request,
    unit: Unit,
    client_id: object,
    right: Right = Right.SEE,
    *,
    even_paused: bool = False,
    even_removed: bool = False,
) -> Client:
    """Return a client that the person who acts may do this with; raise a Refusal when it is gone or they may not.

    Of a paused client most is refused (`even_paused`: not this); one that is being removed can only be seen
    (`even_removed`: and this).
    """
    client = unit[Client].get(request.workspace, str(client_id))
    if client is None:
        raise Refusal(client_gone(request.locale))
    need(request, unit, Right.SEE, client)
    if client.state is ClientState.REMOVED and right is not Right.SEE and not even_removed:
        raise Refusal(client_gone(request.locale, client))
    if client.state is ClientState.PAUSED and right is not Right.SEE and not even_paused:
        raise Refusal(client_paused(request.locale, client))
    need(request, unit, right, client)
    return client


def may_see(request: Request, unit: Unit, client_id: str) -> bool:
    """Tell whether the person who acts may see a client that still exists."""
    client = unit[Client].get(request.workspace, client_id)
    return client is not None and may(unit, request.person, Right.SEE, client)


def needing(right: Right, handler: Handler) -> Handler:
    """Return a handler that nobody gets past without a right that is not about one client."""

    def guarded(request: Request, unit: Unit) -> Answer:
        need(request, unit, right)
        return handler(request, unit)

    guarded.__doc__ = handler.__doc__
    return guarded
