"""What the examples show: a firm's clients in any state, with an ordinary name and with two that are hard."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from services.records import Client, ClientState, Process

NOW = datetime(2026, 11, 2, 6, 30, tzinfo=UTC)

ACCESS_KEY = "0123456789ABCDEF0123456789ABCDEF"

WORKSPACE = "T1"

LONG_NAME = "<script>alert(1)</script> & *lihava* _vino_ `koodi` <!channel> <@U1> 🧾🦊👩‍💻 Ääkköskauppa Oy"

ESCAPED_NAME = "&" * 100

NAMES = {"": "Tuomi Kahvilat Oy", "long name": LONG_NAME.ljust(100, "Å"), "name that grows": ESCAPED_NAME}


def client(name: str = NAMES[""], state: ClientState = ClientState.PRODUCTION, **changes: Any) -> Client:
    known = Client(
        workspace=WORKSPACE,
        id="0123456789abcdef",
        business_id="9000102-2",
        name=name,
        process=Process.ALTERNATIVE,
        channel="C0123456789",
        credential_id="credential-1",
        state=state,
        added_by="U0123456789",
        added_at=NOW,
        state_since=NOW,
    )
    return replace(known, **changes)


def many(number: int, name: str = NAMES[""]) -> tuple[Client, ...]:
    """Return clients in every state, one after another."""
    states = list(ClientState)
    return tuple(client(name, states[index % len(states)], id=f"{index:016x}") for index in range(number))
