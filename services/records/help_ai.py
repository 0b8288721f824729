"""What Help ai keeps: questions under way, subjects of threads, what it could not answer, the firm's own passages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Asked:
    """A question that was put in a message, kept until it is answered; `id` is the event's.

    `problem` says why there is nothing to look up (`secret`, `too_long`, `empty`, `stopped`): then `words` are empty.
    `is_shared`: another organisation reads what is written there.
    """

    workspace: str
    id: str
    person: str
    channel: str
    thread: str
    words: str
    asked_at: datetime
    problem: str = ""
    is_shared: bool = False


@dataclass(frozen=True)
class HelpThread:
    """What a conversation is about: the passage that answered last, and the client; `id` is `<channel>:<thread>`."""

    workspace: str
    id: str
    changed_at: datetime
    topic: str = ""
    client_id: str = ""


@dataclass(frozen=True)
class OpenQuestion:
    """A question for the administrators: nothing answered it, or what did was no help (`reason`).

    `passages` are the ids of those that were shown.
    """

    workspace: str
    id: str
    words: str
    language: str
    reason: str
    person: str
    asked_at: datetime
    passages: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwnPassage:
    """What the firm added to Help ai's passages: with a `text` a passage of its own, without one an alias.

    `passage` is the id of the passage; an alias is the `title`, another way to ask for it.
    """

    workspace: str
    id: str
    passage: str
    language: str
    title: str
    added_by: str
    added_at: datetime
    text: str = ""
    about: str = ""
    source: str = ""


@dataclass(frozen=True)
class Instruction:
    """An instruction for rules that waits for a person: for the client, a name, or to be confirmed; `id`: the event's.

    `rules` is what it was understood as and shown, as fields of `help_ai.rules.Rule`; `act` what is to be done to the
    rules of the ids `meant`. Its words are forgotten when it is confirmed, cancelled or a day old; one whose client's
    names are still being read is kept until they are.
    """

    workspace: str
    id: str
    person: str
    channel: str
    thread: str
    words: str
    asked_at: datetime
    client_id: str = ""
    rules: tuple[Mapping[str, object], ...] = ()
    act: str = ""
    meant: tuple[str, ...] = ()
