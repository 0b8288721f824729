"""Tickets: what a person may use once within ten minutes, a link to a form for a key for instance.

What opens one is a random token of 256 bits that only the person gets; the database keeps its hash.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from services.records import Ticket
from services.store import Unit, one

VALID_FOR = timedelta(minutes=10)
KEPT = timedelta(days=1)
"""How long an expired ticket is known, so that a person can be given another in its place."""


def issue(
    unit: Unit,
    workspace: str,
    purpose: str,
    person: str,
    now: datetime,
    *,
    reference: str = "",
    subject: str = "",
    view_id: str = "",
) -> tuple[str, Ticket]:
    """Store a ticket, and return it with the token that opens it; long expired ones are forgotten."""
    unit[Ticket].delete(None, expires_at__lt=now - KEPT)
    token = secrets.token_urlsafe(32)
    ticket = Ticket(workspace, digest(token), purpose, person, now + VALID_FOR, reference, subject, view_id)
    unit[Ticket].put(ticket)
    return token, ticket


def find(unit: Unit, token: str, now: datetime) -> Ticket | None:
    """Return the ticket that a token opens, of whatever workspace; None when there is none, or not any more."""
    ticket = one(unit[Ticket].find(None, id=digest(token)))
    return ticket if ticket and now < ticket.expires_at else None


def use(unit: Unit, ticket: Ticket) -> bool:
    """Use a ticket up; False when it has been used."""
    return unit[Ticket].delete(ticket.workspace, id=ticket.id) == 1


def digest(token: str) -> str:
    """Return what a token is known by."""
    return hashlib.sha256(token.encode()).hexdigest()
