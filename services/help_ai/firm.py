"""Questions about the firm's own clients, answered from the product's own state as the asking person may see it.

"Onko Kataja Oy jo tuotannossa?", "mitä oikeuksia puuttuu?", "kuinka monta laskua odottaa?", "miksi lasku 1234 ei mennyt
listalle?" are told by a few words each, in any inflection (`firm.yaml`), and a client by its name behind inflection,
part and typing error, as names in instructions are. A client of another team or firm is not found here, and no more is
said of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache

from services.access import seen_by
from services.audit import history_of
from services.facts import FirmReply
from services.help_ai.knowledge import packaged, spoken
from services.help_ai.names import Kind, Name, Names
from services.help_ai.tokens import cut
from services.help_ai.words import words as words_of
from services.notifications import client_card
from services.onboarding import normal_business_id
from services.records import Client, ClientState, InvoiceState, Person, ProductionInvoice
from services.store import Unit

NUMBER = re.compile(r"\d[\w./-]{2,}")
"""What an invoice's number looks like in a question."""
COMPANY = re.compile(r"((?:[A-ZÅÄÖ][\w&.-]*\s+){1,4}(?:Oy|Oyj|Ab|Abp|Ky|Tmi|Ry|Osk|Ltd)\b)")
"""A company's name as it is written: by its form one knows it even when it is nobody's we know."""
MOST_CLIENTS = 10


class Intent(StrEnum):
    """What is asked about the firm's clients."""

    STATE = "state"
    WAITING = "waiting"
    MISSING = "missing"
    INVOICE = "invoice"


def firm_reply(
    unit: Unit, person: Person, question_id: str, words: str, language: str, known: str = ""
) -> FirmReply | None:
    """Return the answer to a question about the firm's clients, None when the question is none.

    `known` is the client that the conversation is about.
    """
    intent = intent_of(words)
    if intent is None and not _asks_what_is_missing(words):
        return None
    clients = _seen(unit, person)
    named = _named(clients, words)
    if intent is None:
        if not named:
            return None  # much can be missing, but from a client it is rights
        intent = Intent.MISSING
    reply = FirmReply(question_id, intent, spoken(language))
    if intent is Intent.INVOICE:
        return _invoice(unit, person.workspace, reply, {client.id: client for client in clients}, words)
    if not named:
        stranger = _stranger(words)
        if stranger:
            return reply.about(unknown=stranger)
        is_meant = intent is not Intent.STATE or bool(set(words_of(words)) & _phrases()["it"])
        named = [client for client in clients if client.id == known and is_meant]
    if intent is Intent.STATE and not named:
        return None  # a question about how things go in general
    if len(named) > 1:
        return reply.about(clients=tuple(named[:MOST_CLIENTS]))
    if named:
        return _of_client(unit, reply, named[0])
    return _of_all(unit, reply, clients)


def intent_of(words: str) -> Intent | None:
    """Return what a question about the firm's clients asks, None when it asks something else."""
    said = words_of(words)
    if _is_hypothetical(said):
        return None
    for intent, needed in _intents().items():
        if all(any(word.startswith(stems) for word in said) for stems in needed):
            if intent is Intent.INVOICE and not (NUMBER.search(words) or _points(said)):
                continue
            return intent
    return None


def _asks_what_is_missing(words: str) -> bool:
    said = words_of(words)
    return not _is_hypothetical(said) and any(word.startswith(tuple(_phrases()["missing"])) for word in said)


def _is_hypothetical(said: Sequence[str]) -> bool:
    return any(word in _phrases()["hypothetical"] for word in said)


def _points(said: Sequence[str]) -> bool:
    return any(word in _phrases()["this"] for word in said)


@cache
def _phrases() -> Mapping[str, frozenset[str]]:
    read: Mapping[str, str] = packaged("firm.yaml")["words"]
    return {name: frozenset(words_of(text)) for name, text in read.items()}


@cache
def _intents() -> Mapping[Intent, tuple[tuple[str, ...], ...]]:
    read: Mapping[str, Sequence[str]] = packaged("firm.yaml")["intents"]
    return {Intent(name): tuple(tuple(words_of(group)) for group in groups) for name, groups in read.items()}


def _seen(unit: Unit, person: Person) -> list[Client]:
    living = [state for state in ClientState if state is not ClientState.REMOVED]
    return unit[Client].find(person.workspace, order="name", state__in=living, **seen_by(unit, person))


def find_clients(unit: Unit, person: Person, words: str) -> list[Client]:
    """Return the clients that words name, of those that a person may see."""
    return _named(_seen(unit, person), words)


def _named(clients: Sequence[Client], words: str) -> list[Client]:
    ids = {normal_business_id(word.strip("?.,!")) for word in words.split()} - {None}
    by_id = [client for client in clients if client.business_id in ids]
    if by_id:
        return by_id
    names = Names(Name(Kind.VENDOR, client.name) for client in clients)
    found = [one for one in names.find(cut(words), closed=frozenset()) if one.is_certain or one.is_complete]
    said = {name.name for one in found for name in one.names}
    return [client for client in clients if client.name in said]


def _stranger(words: str) -> str:
    """Return what seems to be a client's name that nobody here has, nothing when none is named."""
    match = COMPANY.search(words)
    if match:
        first, _, rest = match[1].strip().partition(" ")
        is_asking = set(words_of(first)) <= _phrases()["asking"] and " " in rest
        return rest if is_asking else match[1].strip()
    asked = re.search(_asked_about(), words, re.IGNORECASE)
    name = asked[asked.lastindex or 0] if asked else ""
    return "" if set(words_of(name)) <= _phrases()["nobody"] else name


@cache
def _asked_about() -> str:
    return "|".join(packaged("firm.yaml")["asked_about"]).replace("NAME", r"(\w[\w&.-]*)")


def _of_client(unit: Unit, reply: FirmReply, client: Client) -> FirmReply:
    waiting = unit[ProductionInvoice].count(client.workspace, client_id=client.id, state=InvoiceState.WAITING)
    return reply.about(clients=(client,), card=client_card(unit, client), waiting={client.id: waiting})


def _of_all(unit: Unit, reply: FirmReply, clients: Sequence[Client]) -> FirmReply:
    if reply.intent == Intent.MISSING:
        return reply.about(clients=tuple(client for client in clients if client.state is ClientState.BLOCKED))
    waiting = {
        client.id: unit[ProductionInvoice].count(client.workspace, client_id=client.id, state=InvoiceState.WAITING)
        for client in clients
    }
    busy = sorted((client for client in clients if waiting[client.id]), key=lambda one: -waiting[one.id])
    return reply.about(clients=tuple(busy), waiting=waiting)


def _invoice(unit: Unit, workspace: str, reply: FirmReply, clients: Mapping[str, Client], words: str) -> FirmReply:
    numbers = [match.strip(".,") for match in NUMBER.findall(words)]
    for number in numbers:
        for row in unit[ProductionInvoice].find(workspace, number=number, order="-arrived_at"):
            if row.client_id in clients:
                entries = tuple(history_of(unit, workspace, row.client_id, row.netvisor_key))
                return reply.about(clients=(clients[row.client_id],), invoice=row, entries=entries)
    return reply.about(unknown=numbers[0] if numbers else "")
