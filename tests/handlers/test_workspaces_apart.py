"""Every button, modal, command, event and job, tried with the ids of another firm: it is shown and changes nothing.

What is registered is taken from the code, and the other firm has a row of every kind of record, so that a new
conversation, job or table is tried without anybody thinking of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import types
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import count
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any, Union, cast, get_args, get_origin, get_type_hints
from unittest.mock import MagicMock

import pytest
from slack_bolt.async_app import AsyncAck

from bot.jobs import Companies, wire
from handlers.ids import Action, Callback, Field
from handlers.request import Services
from handlers.views.home import COMMANDS
from services.records import KINDS, Client, ClientState, CompanyLease, Job, Person, Role, Workspace
from storage import SQLiteStore, open_store
from tests.handlers.program import INTERACTIVE, FakeSlack, listeners, services_of, settle

pytestmark = pytest.mark.usefixtures("log")

OURS, THEIRS = "TOURS", "TTHEIRS"
CANARY = "SALAINEN"
"""In every text of the other firm."""

NOW = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)
THEIR_CLIENT = "their-client"
BUSINESS_ID = "9000102-2"
_numbers = count()


def made_up(kind: type[Any]) -> Any:
    """Return a record of the other firm, with its canary in every text."""
    values: dict[str, Any] = {}
    for name, hint in get_type_hints(kind).items():
        values[name] = _value(hint)
    values |= {"workspace": THEIRS, "id": id_of(kind)}
    values |= {name: THEIR_CLIENT for name in values if name == "client_id"}
    if kind is Client:
        values |= {"business_id": BUSINESS_ID, "state": ClientState.PRODUCTION, "channel": "C0THEIRS"}
    if kind is Job:
        values |= {"kind": "people", "run_at": datetime(2099, 1, 1, tzinfo=UTC), "boot": None, "failed": None}
    return kind(**values)


def _value(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(choice for choice in get_args(hint) if choice is not type(None))
    origin = get_origin(hint) or hint
    simple: dict[Any, Any] = {str: CANARY, int: 1, float: 1.0, bytes: b"", datetime: NOW, date: NOW.date(), bool: True}
    if origin in simple:
        return simple[origin]
    if isinstance(origin, type) and issubclass(origin, StrEnum):
        return next(iter(origin))
    return {} if isinstance(origin, type) and issubclass(origin, Mapping) else ()


def id_of(kind: type[Any]) -> str:
    return THEIR_CLIENT if kind is Client else THEIRS if kind is Workspace else f"their-{kind.__name__.lower()}"


IDS = [*(id_of(kind) for kind in KINDS), BUSINESS_ID, f"{THEIR_CLIENT}:1", f"{THEIR_CLIENT}:0:1", f"{id_of(Job)}:0"]


@dataclasses.dataclass
class Firms:
    """Both firms in one database, and the program around it."""

    store: SQLiteStore
    services: Services
    slack: FakeSlack
    before: list[Any]

    def theirs(self) -> list[Any]:
        """Return every row of the other firm."""
        return self.store.run_now(lambda unit: [row for kind in KINDS for row in unit[kind].find(THEIRS)])

    def assert_apart(self, *said: str) -> None:
        """See that nothing of theirs was changed, or told to us."""
        assert self.theirs() == self.before
        for text in (*self.slack.told, *said):
            assert CANARY not in text
        self.slack.told.clear()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Any:
    # In memory where that can be had: thousands of deliveries are each stored to the disk's very bottom otherwise.
    memory = Path("/dev/shm")
    folder = Path(mkdtemp(dir=memory)) if memory.is_dir() else tmp_path_factory.mktemp("apart")
    store = open_store(folder / "fabric.db")

    def fill(unit: Any) -> None:
        for kind in KINDS:
            if kind is not CompanyLease:
                unit[kind].put(made_up(kind))
        unit[Workspace].put(Workspace(OURS, OURS, OURS, "Us", "en", NOW))
        unit[Person].put(Person(OURS, "UOURS", "Ours", Role.ADMIN, NOW))

    store.run_now(fill)
    yield store
    store.close()
    rmtree(folder)


@pytest.fixture
def firms(kept: SQLiteStore) -> Firms:
    # The program is made anew for each test: it belongs to the test's event loop, and what follows an acknowledgement
    # would fail, unseen, in another one.
    made = Firms(kept, services_of(kept, NOW), FakeSlack(), [])
    made.before = made.theirs()
    assert {type(row) for row in made.before} == {*KINDS} - {CompanyLease}
    return made


def body(kind: str, name: str, their_id: str, callback: str) -> dict[str, Any]:
    """Return a delivery of ours that names something of theirs wherever a delivery can."""
    number = next(_numbers)
    chosen = {"value": their_id, "text": {"type": "plain_text", "text": their_id}}
    entered = {"value": their_id, "selected_option": chosen, "selected_options": [chosen]}
    view = {
        "id": "V1", "type": "modal", "callback_id": name if kind == "view" else callback, "hash": str(number),
        "private_metadata": their_id, "root_view_id": "V1", "external_id": their_id,
        "blocks": [{"type": "input", "block_id": field} for field in Field],
        "state": {"values": {field: {field: entered} for field in Field}},
    }  # fmt: skip
    shared: dict[str, Any] = {
        "team": {"id": OURS}, "user": {"id": "UOURS", "team_id": OURS}, "trigger_id": str(number), "view": view,
    }  # fmt: skip
    action = {"action_id": name, "block_id": name, "selected_user": their_id, **entered}
    types_ = {"action": "block_actions", "view": "view_submission", "view_closed": "view_closed"}
    if kind == "options":
        return {**shared, "type": "block_suggestion", "action_id": name, "block_id": name, "value": CANARY[:3]}
    return {**shared, "type": types_[kind], "actions": [action] if kind == "action" else []}


@pytest.mark.parametrize(("kind", "name"), INTERACTIVE)
async def test_a_button_or_modal_reaches_only_its_own_firm(firms: Firms, kind: str, name: str) -> None:
    listen = listeners(firms.services)[kind, name]
    said: list[str] = []
    for their_id in IDS:
        delivery = body(kind, name, their_id, Callback.TRIAL)
        answer = await listen(AsyncAck(), delivery, cast("Any", firms.slack))
        said.append(str(answer.body))
    await settle()
    firms.assert_apart(*said)


@pytest.mark.parametrize("word", [*COMMANDS])
async def test_a_command_finds_only_its_own_firms_clients(firms: Firms, word: str) -> None:
    listen = listeners(firms.services)["command", "/fabric"]
    for words in (BUSINESS_ID, THEIR_CLIENT, CANARY.lower(), "1"):
        delivery = {
            "command": "/fabric", "text": f"{word} {words}", "team_id": OURS, "user_id": "UOURS",
            "channel_id": "C0THEIRS", "trigger_id": str(next(_numbers)),
        }  # fmt: skip
        answer = await listen(AsyncAck(), delivery, cast("Any", firms.slack))
        assert CANARY not in str(answer.body)
    await settle()
    firms.assert_apart()


class AnyPayload(dict[str, str]):
    """A job's payload that names the same thing of theirs under every key."""

    def __init__(self, their_id: str) -> None:
        super().__init__()
        self._their_id = their_id

    def __missing__(self, key: str) -> str:
        return self._their_id

    def get(self, key: str, default: Any = None) -> Any:
        return self._their_id


@pytest.fixture
def work(firms: Firms) -> Mapping[str, Any]:
    async def no_company(*_: object) -> Any:
        raise AssertionError("nobody's books are asked for")

    async def client_of(workspace: str) -> Any:
        assert workspace == OURS
        return firms.slack

    return wired(firms.services, Companies(no_company, no_company), client_of).handlers


def wired(services: Services, companies: Any, client_of: Any) -> Any:
    return wire(services, companies, client_of, 36, "")


KINDS_OF_JOBS = sorted(wired(MagicMock(), MagicMock(), MagicMock()).handlers)


@pytest.mark.parametrize("kind", KINDS_OF_JOBS)
async def test_a_job_reaches_only_its_own_firm(firms: Firms, work: Mapping[str, Any], kind: str) -> None:
    for their_id in (*IDS, "2026-03-10:C0THEIRS", f"{THEIR_CLIENT}:UOURS"):
        job = Job(OURS, "job", kind, their_id, "lock", AnyPayload(their_id), NOW)
        # It may find nothing, wait or fail: it must not find theirs.
        with contextlib.suppress(Exception):
            async with asyncio.timeout(2):
                await work[kind](job)
    firms.assert_apart()


def test_actions_are_all_tried() -> None:
    tried = {name for kind, name in INTERACTIVE if kind == "action"}
    assert tried >= {str(one) for one in Action}
