"""Ticks: what the API cannot show is asked of a person, and the first confirmed write proves it or reopens it.

A tick's life: asked -> ticked -> proven, or reopened and asked again. It is about something: a right about the
credentials in use, membership about the lists as they were shown. When that has changed, it is asked again.

Whoever writes to Netvisor calls `prove` or `reopen` with the outcome. A posting that Netvisor took proves posting; a
SERVICE_ACCESS_ERROR reopens what was claimed and blocks the client, until a person says that it is repaired. Other
refusals (a locked period, bad data) say nothing of a right.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.findings import Finding
from services.netvisor import NetvisorError, ServiceAccessError
from services.onboarding import set_state
from services.records import Client, ClientState, Process, Tick, Verdict
from services.rights_news import note_news
from services.store import Unit

RIGHTS = ("posting", "inspector", "approver", "circulation_setter", "accountant_role")
"""What a person can look up in Netvisor when the API cannot show it."""

OFF_LISTS = "accountant_off_lists"

SETTINGS: Mapping[Process, tuple[str, ...]] = {
    Process.STANDARD: (OFF_LISTS, "event_date_rules", "default_postings", "rounding"),
    Process.ALTERNATIVE: (OFF_LISTS, "event_date_rules", "default_postings", "rounding"),
    Process.ALTERNATIVE_WITH_CIRCULATION: (
        OFF_LISTS,
        "event_date_rules",
        "default_postings",
        "rounding",
        "first_to_user",
        "list_rules",
    ),
    Process.BACKGROUND: ("event_date_rules", "default_postings", "rounding"),
}
"""Rules and settings that no reading shows, by process (FabricAI's articles 77000584161, 77000588774, 77000584153;
that a rule which picks lists should go is said of another program, where Netvisor's rules work alike)."""

LONGEST_REFUSAL = 300


class Write(StrEnum):
    """What was written."""

    POSTING = "posting"
    CIRCULATION = "circulation"


CLAIMS: Mapping[Write, str] = {Write.POSTING: "posting", Write.CIRCULATION: "circulation_setter"}
"""What a write says of which right."""


class TickState(StrEnum):
    """How far a checklist item is."""

    ASKED = "asked"
    TICKED = "ticked"
    PROVEN = "proven"
    REOPENED = "reopened"
    CHANGED = "changed"


@dataclass(frozen=True)
class Item:
    """An item of a client's checklist with what is known of it."""

    id: str
    state: TickState
    tick: Tick | None = None


def about(client: Client, item_id: str, findings: Sequence[Finding]) -> str:
    """Return what a tick of an item is about now; empty where that does not change."""
    if item_id in RIGHTS:
        return client.credential_id
    if item_id == OFF_LISTS:
        lists = next((finding.details.get("lists") for finding in findings if finding.id == "circulation_lists"), None)
        return hashlib.sha256(json.dumps(lists, sort_keys=True).encode()).hexdigest()[:16]
    return ""


def checklist(client: Client, findings: Sequence[Finding], ticks: Sequence[Tick]) -> tuple[list[Item], list[Item]]:
    """Return the rights, and the rules and settings, that a person is asked about or has answered for."""
    known = {tick.check_id: tick for tick in ticks}
    by_id = {finding.id: finding for finding in findings}

    def item(item_id: str) -> Item:
        tick = known.get(item_id)
        return Item(item_id, _state(tick, about(client, item_id, findings)), tick)

    rights: list[Item] = []
    for check_id in RIGHTS:
        finding, right = by_id.get(check_id), item(check_id)
        unread = finding is not None and finding.verdict is Verdict.UNREADABLE and finding.evidence != "not_reached"
        if unread or right.state in (TickState.REOPENED, TickState.PROVEN):
            rights.append(right)
    lists = by_id.get("circulation_lists")
    wanted = SETTINGS[client.process] if lists and lists.evidence != "not_reached" else ()
    settings = [item(name) for name in wanted if name != OFF_LISTS or (lists and lists.details.get("names"))]
    return rights, settings


def _state(tick: Tick | None, present: str) -> TickState:
    if tick is None:
        return TickState.ASKED
    if tick.reopened_at and (tick.ticked_at is None or tick.reopened_at > tick.ticked_at):
        return TickState.REOPENED
    if tick.about not in ("", present):
        return TickState.CHANGED
    return TickState.PROVEN if tick.proven_at else TickState.TICKED


def put_ticks(
    unit: Unit,
    client: Client,
    findings: Sequence[Finding],
    asked: Sequence[str],
    chosen: set[str],
    person: str,
    now: datetime,
) -> bool:
    """Keep what a person has ticked of what was asked; True when something that a write reopened is said to be mended.

    What a write has proven stays, and what was ticked before keeps its person and time.
    """
    ticks = unit[Tick].find(client.workspace, client_id=client.id)
    items = {item.id: item for items in checklist(client, findings, ticks) for item in items}
    mended = False
    for item_id in asked:
        item = items.get(item_id)
        if item is None or item.state is TickState.PROVEN:
            continue
        if item_id in chosen and item.state is not TickState.TICKED:
            record_id, present = f"{client.id}:{item_id}", about(client, item_id, findings)
            earlier = item.tick if item.state is TickState.REOPENED else None
            new = Tick(client.workspace, record_id, client.id, item_id, person, now, present)
            if earlier:
                new = replace(new, reopened_at=earlier.reopened_at, refusal=earlier.refusal)
            unit[Tick].put(new)
            mended = mended or earlier is not None
        elif item_id not in chosen and item.state is TickState.TICKED:
            unit[Tick].delete(client.workspace, id=f"{client.id}:{item_id}")
    return mended


def reopened(unit: Unit, client: Client) -> list[str]:
    """Return the rights that a write was refused for and that nobody has said to be repaired since."""
    ticks = unit[Tick].find(client.workspace, client_id=client.id)
    return [tick.check_id for tick in ticks if _state(tick, tick.about) is TickState.REOPENED]


def prove(unit: Unit, client: Client, write: Write, now: datetime) -> None:
    """Keep that Netvisor took a write: it proves the right, ticked or not. The first proof of a credential stays."""
    check_id = CLAIMS[write]
    tick = unit[Tick].get(client.workspace, f"{client.id}:{check_id}")
    if tick and tick.proven_at and tick.about == client.credential_id:
        return
    if tick is None or tick.about not in ("", client.credential_id):
        tick = Tick(client.workspace, f"{client.id}:{check_id}", client.id, check_id, "", None)
    unit[Tick].put(replace(tick, about=client.credential_id, proven_at=now, reopened_at=None, refusal=""))


def reopen(unit: Unit, client: Client, write: Write, error: NetvisorError, now: datetime) -> bool:
    """Take a refused write for what it says of a right: reopen its tick and block the client; False when it says none.

    Writes stop with the block, reading and learning go on.
    """
    if not isinstance(error, ServiceAccessError):
        return False
    check_id = CLAIMS[write]
    tick = unit[Tick].get(client.workspace, f"{client.id}:{check_id}") or Tick(
        client.workspace, f"{client.id}:{check_id}", client.id, check_id, "", None
    )
    refusal = f"{error.code} {error.detail}".strip()[:LONGEST_REFUSAL]
    unit[Tick].put(replace(tick, proven_at=None, reopened_at=now, refusal=refusal))
    current = unit[Client].get(client.workspace, client.id) or client
    if current.state in (ClientState.TRAINING, ClientState.PRODUCTION, ClientState.BLOCKED):
        missing = dict.fromkeys([*current.missing, check_id])
        set_state(unit, current, ClientState.BLOCKED, now, list(missing))
        note_news(unit, current, unit[Client].get(client.workspace, client.id) or current, now)
    return True
