"""Every view and message of the app, with ordinary contents and with the worst that can stand in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from handlers.locale import Locale
from handlers.views.add_client import form, guide, keys
from handlers.views.dimensions import dimensions_view
from handlers.views.home import home, no_access
from handlers.views.render import render
from handlers.views.repair_messages import ready_text, repair_form, repair_sent
from handlers.views.rights import check_view, findings_of
from handlers.views.training import training_view
from sandbox.slack.blocks import Surface
from services.facts import (
    CardMoved,
    ChannelRefused,
    ClientCard,
    Fact,
    HomePage,
    Introduction,
    Morning,
    Overdue,
    RightsReport,
    StillTraining,
    Trained,
    WentLive,
)
from services.findings import CHECK_IDS
from services.records import ClientState, Credential, Draft, MessageState, Person, Process, Role, RunState
from tests.handlers.views import (
    access_examples,
    automation_examples,
    batch_examples,
    circulation_examples,
    client_examples,
    credential_examples,
    help_examples,
    help_firm_examples,
    notice_examples,
    review_examples,
)
from tests.handlers.views.clients import ACCESS_KEY, NAMES, NOW, WORKSPACE, client, many
from tests.handlers.views.dimension_examples import dimensions_views, proposals
from tests.handlers.views.rights_examples import asked_for_repair, checks
from tests.handlers.views.training_examples import DETAILED, TRAININGS, deployed, run, training_views


@dataclass(frozen=True)
class Example:
    """A view, or a message with its text and blocks, in any language."""

    name: str
    surface: Surface
    render: Callable[[Locale], dict[str, Any]]


def facts(name: str) -> Iterator[tuple[str, Fact]]:
    """Yield every fact that is told in a message, in every state."""
    for state in ClientState:
        missing = CHECK_IDS if state is ClientState.BLOCKED else ()
        yield f"card {state}", ClientCard(client(name, state, missing=missing))
    for training, runs in TRAININGS.items():
        yield f"card {training}", ClientCard(client(name, ClientState.TRAINING), runs)
        yield f"hour {training}", StillTraining(client(name, ClientState.TRAINING), 30, runs)
    for state, result in checks(name):
        yield f"check {state}", result
        yield f"card while check {state}", ClientCard(client(name, ClientState.CHECKING), (), result.check)
    for training in ("failed", "cancelled by somebody", "worse"):
        fact = ClientCard(client(name), TRAININGS[training], in_use=deployed())
        yield f"card {training}, others in use", fact
        yield f"trained {training}", Trained(client(name), TRAININGS[training], deployed())
    yield "card after a change of process", ClientCard(client(name), process_change=review_examples.CHANGE)
    yield "card evaluating, others in use", ClientCard(client(name), TRAININGS["evaluating"], in_use=deployed())
    yield "trained", Trained(client(name), deployed(**DETAILED), deployed(**DETAILED))
    yield "trained of nothing", Trained(client(name), TRAININGS["nothing to learn from"])
    for kind, proposal in proposals(name):
        yield f"dimensions {kind}", proposal
    for process in Process:
        yield f"live {process}", WentLive(client(name, process=process), deployed())
    yield "live without history", WentLive(client(name), TRAININGS["nothing to learn from"])
    yield "first hour", StillTraining(client(name, ClientState.TRAINING), 1, TRAININGS["fetching"])
    yield "overdue", Overdue(client(name, ClientState.TRAINING))
    for reason in ("not_in_channel", "channel_not_found", "is_archived", "restricted_action", "missing_scope", "x"):
        yield f"channel {reason}", ChannelRefused((client(name),), reason)
    yield "channel of many", ChannelRefused(many(300, name), "is_inactive")
    for number in (0, 1, 5000):
        yield f"morning {number}", Morning(date(2026, 11, 2), many(number, name))
    for state in (MessageState.SENT, MessageState.REFUSED):
        yield f"repair {state}", asked_for_repair(state, name)
    for number in (1, 200):
        blocked = tuple(
            client(name, ClientState.BLOCKED, id=f"{index:016x}", missing=CHECK_IDS, added_by=f"U{index:010}")
            for index in range(number)
        )
        yield f"rights lost {number}", RightsReport(lost=blocked)
        yield f"rights still {number}", RightsReport(still=blocked)
        yield f"rights regained {number}", RightsReport(regained=many(number, name))
    yield "rights of all kinds", RightsReport(blocked, blocked, many(200, name))
    yield "introduction", Introduction()
    yield from circulation_examples.facts(name)
    for state, card in review_examples.cards(name):
        yield f"review card {state}", card
    yield from review_examples.returns(name)
    for state, report in credential_examples.reports(name):
        yield f"trial {state}", report
    yield from batch_examples.facts(name)
    yield from notice_examples.facts(name)
    yield "card moved", CardMoved(client(name))
    yield from automation_examples.facts(name)


def person(role: Role = Role.MEMBER) -> Person:
    return Person(WORKSPACE, "U0123456789", "Aku Ankka", role, NOW)


def credentials(number: int) -> list[Credential]:
    return [
        Credential(WORKSPACE, f"credential-{index}", "sealed", "sealed", "2F3A", "9C1D", "U0123456789", NOW)
        for index in range(number)
    ]


def draft(name: str = "", **changes: str) -> Draft:
    return replace(Draft(WORKSPACE, "fedcba9876543210", "U0123456789", NOW, name=name), **changes)


def modals(name: str) -> Iterator[tuple[str, Callable[[Locale], dict[str, Any]]]]:
    """Yield every modal."""
    filled = draft(
        name, business_id="9000102-2", process=Process.BACKGROUND, channel="C0123456789", credential_id="credential-98"
    )
    yield "guide", lambda locale: guide(locale, ACCESS_KEY, "fedcba9876543210")
    yield "guide again", lambda locale: guide(locale, ACCESS_KEY, "fedcba9876543210", leads_on=False)
    yield "form", lambda locale: form(locale, draft(), [])
    yield "form filled in", lambda locale: form(locale, filled, credentials(1))
    for known in (credentials(99), credentials(5000)):
        yield f"form with {len(known)} keys", lambda locale, known=known: form(locale, filled, known)
    for state, result in checks(name):
        yield (
            f"send repair {state}",
            lambda locale, result=result: repair_form(
                locale, "c", ready_text(locale, result, findings_of(result), ACCESS_KEY), "fi", "U0123456788"
            ),
        )
    for state in (MessageState.SENDING, MessageState.SENT, MessageState.REFUSED):
        yield f"repair {state}", lambda locale, state=state: repair_sent(locale, asked_for_repair(state, name))
    for state, view in circulation_examples.modals(name):
        yield f"circulation {state}", view
    for state, view in review_examples.modals(name):
        yield f"review {state}", view
    for state, training in training_views(name):
        yield f"training {state}", lambda locale, training=training: training_view(locale, training)
    for state, dimensions in dimensions_views(name):
        yield f"dimensions {state}", lambda locale, dimensions=dimensions: dimensions_view(locale, dimensions)
    yield "keys", lambda locale: keys(locale, name, "fedcba9876543210")
    for state, result in checks(name):
        yield f"check {state}", lambda locale, result=result: check_view(locale, result, ACCESS_KEY)
    yield from credential_examples.modals(name)
    yield from batch_examples.modals(name)
    yield from automation_examples.modals(name)
    yield from access_examples.modals(name)
    yield from help_examples.modals(name)
    yield from client_examples.modals(name)
    yield from notice_examples.modals(name)


def homes(name: str) -> Iterator[tuple[str, HomePage]]:
    yield from client_examples.homes(person(), run(RunState.DEPLOYED), name)
    yield "home of a guest", HomePage(person(Role.GUEST))


def message(rendered: Any) -> dict[str, Any]:
    """Return a message as it is sent."""
    return {"text": rendered.text, "blocks": [dict(block) for block in rendered.blocks]}


def examples(name: str) -> Iterator[Example]:
    """Yield everything that the app shows of clients of that name."""
    for what, fact in facts(name):
        yield Example(what, "message", lambda locale, fact=fact: message(render(locale, fact, ACCESS_KEY)))
    for what, modal in modals(name):
        yield Example(what, "modal", modal)
    for what, page in homes(name):
        yield Example(what, "home", lambda locale, page=page: home(locale, page))
    for what, told in (*review_examples.messages(name), *automation_examples.messages(name)):
        yield Example(what, "message", lambda locale, told=told: message(told(locale)))
    for what, fact in help_examples.facts():
        yield Example(what, "message", lambda locale, fact=fact: message(render(locale, fact, ACCESS_KEY)))
    for what, answer in (*help_examples.replies(name), *help_firm_examples.answers(name)):
        yield Example(
            f"help {what}", "message", lambda locale, answer=answer: message(render(locale, answer(locale), ACCESS_KEY))
        )
    yield Example("no access", "message", lambda locale: {"text": no_access(locale), "blocks": []})


EXAMPLES = [
    replace(example, name=f"{example.surface} {example.name}, {kind}".removesuffix(", "))
    for kind, name in NAMES.items()
    for example in examples(name)
]
"""All of them, with an ordinary name and with two that are hard."""
