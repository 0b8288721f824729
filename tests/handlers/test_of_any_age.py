"""Every button, menu and modal, used when what it is about has become something else since it was shown.

The firm has nothing of it any more, or the clients alone, or all of it with the clients in any state. Whatever has
become of it: Slack is acknowledged, nothing fails, what is shown is what Slack takes, and the person is told something.
What is tried are the elements of the examples of all views: one without an example fails here.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any, TypeVar, cast

import pytest
import structlog
from slack_bolt.async_app import AsyncAck

from handlers.ids import Action, Callback
from sandbox.slack.surfaces import checked_blocks, checked_view
from services.help_ai.knowledge import load_passages
from services.help_ai.library import Library
from services.netvisor.circulation import GUESSED, CirculationTemplate
from services.records import ClientState, Job, Person, Role, Workspace
from services.store import Unit
from storage import SQLiteStore, open_store
from tests.handlers.program import INTERACTIVE, FakeSlack, listeners, services_of, settle
from tests.handlers.uses import delivery, uses
from tests.handlers.views import batch_examples, circulation_examples, credential_examples, help_examples
from tests.handlers.views import review_examples as review
from tests.handlers.views.access_examples import TEAM
from tests.handlers.views.clients import NOW, WORKSPACE, client, many
from tests.handlers.views.dimension_examples import ordered, proposals
from tests.handlers.views.examples import draft
from tests.handlers.views.rights_examples import CLEAN, check, ticks_in_every_state
from tests.handlers.views.training_examples import TRAININGS, deployed

T = TypeVar("T")

PERSON = "U0123456789"
GONE, BARE = "gone", "bare"
SITUATIONS = (GONE, BARE, *ClientState)

SAYS_NOTHING = {
    Action.OPEN_KEY_FORM: "the browser opens the page",
    Action.REPAIR_PERSON: "what is chosen stays in the form",
    Callback.FAVOURITES: "the modal closes, and Home shows what was chosen",
}
"""Where nothing needs to be said, and why; nor when a modal is closed."""


def records() -> Iterator[Any]:
    """Yield what the examples of the views show, as the program would have stored it; of its clients see `fill`."""
    name = "Tuomi Kahvilat Oy"
    yield from (check(CLEAN), *ticks_in_every_state(), draft(), TEAM, ordered("Työmaa"))
    yield from (dict(proposals(name))["open"].proposal, *TRAININGS["queued"], *deployed())
    page = review.review(name, 3)
    yield replace(page.row, content=page.invoice.model_dump_json(), proposal=page.proposal.to_json())
    yield circulation_examples.registers(name)
    yield from (circulation_examples.rule(name, number) for number in range(1, 13))
    yield from circulation_examples.waiting(name, 3)
    yield circulation_examples.trial_of_list(name, circulation_examples.TrialOfListState.SENT)
    yield from (credential_examples.credential(number) for number in range(3))
    yield from (credential_examples.trial(), batch_examples.batch(14, name))
    yield from (help_examples.question(number, "Missä?") for number in range(3))
    yield from (help_examples.own(number, "Ohje") for number in range(2))


@dataclass
class Firm:
    """A firm in one situation, and the program around it; nothing that is done in it lasts."""

    store: SQLiteStore
    situation: str
    asked_for: int = 0

    def fill(self, unit: Unit) -> None:
        """Store what there is in this situation."""
        unit[Workspace].put(Workspace(WORKSPACE, WORKSPACE, WORKSPACE, "Us", "en", NOW))
        unit[Person].put(Person(WORKSPACE, PERSON, "Aku Ankka", Role.ADMIN, NOW))
        if self.situation == GONE:
            return
        state = ClientState.PRODUCTION if self.situation == BARE else ClientState(self.situation)
        ids = [f"client-{number}" for number in range(10)]
        clients = [client(), *many(40), *(client(id=one) for one in ids)]
        for number, one in enumerate(clients):
            unit[type(one)].put(replace(one, state=state, business_id=f"{number}", channel="C1"))
        if self.situation != BARE:
            for record in records():
                unit[type(record)].put(record)

    async def run(self, work: Callable[[Unit], T], *, urgent: bool = False) -> T:
        """Run a unit of work as a `Store` does, and undo it."""
        results: list[T] = []

        def undone(unit: Unit) -> None:
            before = unit[Job].count(None)
            results.append(work(unit))
            self.asked_for += unit[Job].count(None) - before
            raise _Undo

        with contextlib.suppress(_Undo):
            await self.store.run(undone, urgent=urgent)
        return results[0]


class _Undo(Exception):
    pass


class Slack(FakeSlack):
    """Takes nothing that Slack would refuse."""

    def __getattr__(self, method: str) -> Any:
        call = super().__getattr__(method)

        async def checked(**arguments: Any) -> Any:
            if "view" in arguments:
                checked_view(arguments["view"], "modal")
            elif "blocks" in arguments:
                checked_blocks(arguments["blocks"])
            return await call(**arguments)

        return checked


@dataclass
class Program:
    """The program's listeners in every firm, with the one Slack that they tell everything to."""

    firms: list[tuple[Firm, dict[tuple[str, str], Any]]]
    slack: Slack
    response_url: str


def listening(firm: Firm, library: Library) -> dict[tuple[str, str], Any]:
    """Return the listeners in a firm."""
    more = {"public_url": "https://fabric.example", "circulation": CirculationTemplate(GUESSED)}
    return listeners(services_of(firm, NOW, library, **more))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    slack = Slack()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            slack.told.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.end_headers()

        def log_request(self, code: object = "-", size: object = "-") -> None:
            pass

    memory = Path("/dev/shm")
    folder = Path(mkdtemp(dir=memory)) if memory.is_dir() else tmp_path_factory.mktemp("age")
    firms = [Firm(open_store(folder / f"{situation}.db"), situation) for situation in SITUATIONS]
    for firm in firms:
        firm.store.run_now(firm.fill)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    library = Library(load_passages())
    yield Program(
        [(firm, listening(firm, library)) for firm in firms], slack, f"http://127.0.0.1:{server.server_port}/"
    )
    server.shutdown()
    thread.join()
    server.server_close()
    for firm in firms:
        firm.store.close()
    rmtree(folder)


@pytest.mark.parametrize("key", INTERACTIVE, ids="-".join)
async def test_it_answers_with_what_is_true(program: Program, key: tuple[str, str]) -> None:
    kind, name = key
    assert uses()[key], "no example shows it"
    says_nothing = kind == "view_closed" or name in SAYS_NOTHING
    failed: list[str] = []
    for firm, listen_to in program.firms:
        for use in uses()[key]:
            body = delivery(kind, use, WORKSPACE, PERSON, program.response_url)
            fault = await fault_of(program, firm, listen_to[key], body, says_nothing=says_nothing)
            if firm.situation != GONE and "is not there any more" in "".join(program.slack.told):
                fault = "a client that is there was not found"
            failed += [f"{firm.situation}, {use.example.name}: {fault}"] if fault else []
    assert not failed, "\n" + "\n".join(failed)


async def fault_of(program: Program, firm: Firm, listen: Any, body: dict[str, Any], *, says_nothing: bool) -> str:
    """Deliver something, and return what is wrong with how it is answered."""
    program.slack.told.clear()
    firm.asked_for = 0
    with structlog.testing.capture_logs() as logged:
        answer = await listen(AsyncAck(), body, cast("Any", program.slack))
        await settle()
    assert answer.status == 200
    for entry in logged:
        if entry["log_level"] == "error":
            return repr(entry.get("exc_info") or entry["code"])
    is_answered = answer.body or program.slack.told or firm.asked_for
    return "" if is_answered or says_nothing else "nothing was said"


BUTTONS = [key for key in INTERACTIVE if key[0] == "action"]


@pytest.mark.parametrize("key", BUTTONS, ids="-".join)
async def test_a_button_of_an_earlier_version_answers_too(program: Program, key: tuple[str, str]) -> None:
    failed: list[str] = []
    for firm, listen_to in program.firms[:1] + program.firms[-1:]:
        for use in uses()[key]:
            if use.element["type"] not in ("button", "feedback_buttons", "checkboxes"):
                continue
            body = delivery("action", use, WORKSPACE, PERSON, program.response_url)
            body["actions"][0] |= {"value": "of-old", "block_id": "of-old"}
            fault = await fault_of(program, firm, listen_to[key], body, says_nothing=key[1] in SAYS_NOTHING)
            failed += [f"{firm.situation}, {use.example.name}: {fault}"] if fault else []
    assert not failed, "\n" + "\n".join(failed)


def test_every_action_and_modal_is_tried() -> None:
    tried = {name for kind, name in INTERACTIVE if kind == "action"}
    assert tried == {str(one) for one in Action}
    shown = {str(use.shown.get("callback_id")) for kind in uses().values() for use in kind}
    assert shown >= {str(one) for one in Callback}
