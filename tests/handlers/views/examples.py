"""Every view and message of the app, with ordinary contents and with the worst that can stand in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
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
from services.checks import OUR_FAULT
from services.dimensions import DimensionState
from services.facts import (
    CardMoved,
    ChannelRefused,
    CheckResult,
    ClientCard,
    DimensionsProposed,
    DimensionsView,
    Fact,
    HomePage,
    Introduction,
    Morning,
    Overdue,
    RepairAsked,
    RightsReport,
    StillTraining,
    Trained,
    TrainingView,
    WentLive,
)
from services.findings import CHECK_IDS, GROUPS, UNPROVEN, Finding
from services.records import (
    Client,
    ClientState,
    Credential,
    DimensionOrder,
    DimensionProposal,
    Draft,
    MessageState,
    Person,
    Process,
    RepairMessage,
    RightsCheck,
    Role,
    Run,
    RunState,
    Tick,
    Verdict,
)
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

NOW = datetime(2026, 11, 2, 6, 30, tzinfo=UTC)
ACCESS_KEY = "0123456789ABCDEF0123456789ABCDEF"
WORKSPACE = "T1"

LONG_NAME = "<script>alert(1)</script> & *lihava* _vino_ `koodi` <!channel> <@U1> 🧾🦊👩‍💻 Ääkköskauppa Oy"
ESCAPED_NAME = "&" * 100
NAMES = {"": "Tuomi Kahvilat Oy", "long name": LONG_NAME.ljust(100, "Å"), "name that grows": ESCAPED_NAME}
SILENCES = (
    "SYSTEM_MAINTENANCE",
    "UNREACHABLE",
    "TIMEOUT",
    "BAD_REPLY",
    "TOO_MANY_REQUESTS",
    "TECHNICAL_ERROR",
    f"{OUR_FAULT}1A2B3C4D",
)


@dataclass(frozen=True)
class Example:
    """A view, or a message with its text and blocks, in any language."""

    name: str
    surface: Surface
    render: Callable[[Locale], dict[str, Any]]


def client(state: ClientState = ClientState.PRODUCTION, name: str = NAMES[""], **changes: Any) -> Client:
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
    return tuple(client(states[index % len(states)], name, id=f"{index:016x}") for index in range(number))


REPORT: dict[str, Any] = {
    "invoices": 8877,
    "months": 30,
    "lines": 21000,
    "accuracy": 0.873,
    "share_certain": 0.6449,
    "test_environment": "",
    "first_day": "2024-05-02",
    "last_day": "2026-10-30",
    "lines_tested": 4200,
    "baseline_accuracy": 0.741,
    "precision_certain": 0.968,
    "comparison": None,
}
COMPARISON: dict[str, Any] = {
    "target": "account",
    "lines": 4200,
    "right": 0.851,
    "running_right": 0.873,
    "wrong": 0.031,
    "running_wrong": 0.012,
}
DETAILED: dict[str, Any] = {
    "unmatched": {"no_posting": 12, "ambiguous": 3, "no_sum": 1, "no_date": 2},
    "without_voucher": 6,
    "vendors": [{"name": f"Toimittaja {number} Oy", "uncertain": 30 - number, "lines": 31} for number in range(10)],
    "rare_accounts": [{"number": "7850", "name": "Markkinointi", "lines": 2}],
    "dimensions": {"Kustannuspaikka": {"lines": 18000, "items": 12}},
    "damaged": True,
    "comparison": COMPARISON,
    "test_environment": "127.0.0.1:8766",
}
WORST_DETAILED: dict[str, Any] = {
    **DETAILED,
    "vendors": [{"name": "&" * 300, "uncertain": 10**6, "lines": 10**7}] * 10,
    "rare_accounts": [{"number": "&" * 12, "name": "&" * 300, "lines": 2}] * 20,
}


def run(state: RunState, **changes: Any) -> Run:
    """Return a run; its progress stands at 1,200 of 8,877."""
    known = Run(
        workspace=WORKSPACE,
        id="batch:account",
        client_id="0123456789abcdef",
        batch="batch",
        target="account",
        state=state,
        started_at=NOW,
        requested_by="U0123456789",
        step="invoices",
        done=1200,
        total=8877,
    )
    return replace(known, **changes)


def deployed(**figures: Any) -> tuple[Run, ...]:
    """Return the runs of a training that has ended well."""
    account = {**REPORT, **figures}
    vat = {**REPORT, "accuracy": 1.0, **figures}
    return (
        run(RunState.DEPLOYED, report=account, finished_at=NOW),
        run(RunState.DEPLOYED, report=vat, target="vat", finished_at=NOW),
    )


TRAININGS: dict[str, tuple[Run, ...]] = {
    "queued": (run(RunState.QUEUED, total=0),),
    "listing": (run(RunState.FETCHING, done=0, total=0),),
    "fetching": (run(RunState.FETCHING),),
    "fetching vouchers": (run(RunState.FETCHING, step="vouchers", done=7, total=30),),
    "fetching waits": (run(RunState.FETCHING, failure="TECHNICAL_ERROR"),),
    "training": (run(RunState.TRAINING, step="lines", done=8877),),
    "evaluating": (run(RunState.EVALUATING, step="lines"),),
    "deployed": deployed(),
    "deployed in the sandbox": deployed(test_environment="127.0.0.1:8766"),
    "too little to measure": deployed(invoices=1, months=1, lines=1, accuracy=None, share_certain=None),
    "nothing to learn from": deployed(invoices=0, months=0, lines=0, accuracy=None, share_certain=None),
    "right lost": (run(RunState.FAILED, failure="right_lost"),),
    "failed": (run(RunState.FAILED, failure="1A2B3C4D"),),
    "cancelled": (run(RunState.CANCELLED),),
    "cancelled by somebody": (run(RunState.CANCELLED, failure="U0123456789"),),
    "worse": tuple(
        run(
            RunState.FAILED,
            failure="worse",
            target=target,
            report={**REPORT, "comparison": {**COMPARISON, "worse": worse}},
        )
        for target, worse in (("account", "right"), ("vat", "certain"), ("dimension:Projekti", ""))
    ),
}

DETAILS: dict[str, Any] = {
    "answered": ["accountlist"],
    "refused": ["getvendor", "purchaseinvoicelist"],
    "names": ["Helsinki", "Tampere"],
    "twice": ["Helsinki", "Tampere"],
    "invoices": 8877,
    "months": 30,
    "lists": [
        {"name": "Helsinki", "verifiers": ["Maija Kataja", "Noora Salmi"], "approver": "Olli Kataja"},
        {"name": "Tampere", "verifiers": [], "approver": None},
    ],
    "locks": {"accounting": "2026-09-30", "vat": "2026-09-30", "purchase": "2026-08-31"},
    "locked_today": [],
    "locked_invoices": 0,
    "unproven": list(UNPROVEN["purchase_invoices"]),
    "code": "AUTHENTICATION_FAILED",
    "detail": "Tunnistautuminen epäonnistui <MAC> & jotain",
}
WORST_DETAILS: dict[str, Any] = {
    **DETAILS,
    "refused": [f"resource{number}withalongname" for number in range(6)],
    "detail": "<&>" * 500,
    "lists": [{"name": "<&>" * 60, "verifiers": ["<&>" * 60] * 9, "approver": "<&>" * 60}] * 200,
    "locked_today": ["accounting", "vat", "purchase"],
    "locked_invoices": 12,
}

CLEAN = (
    Finding("credentials", Verdict.CONFIRMED, "accepted", details=DETAILS),
    Finding("company", Verdict.CONFIRMED, "answered", details=DETAILS),
    *(Finding(group, Verdict.CONFIRMED, "all_answered", details={"unproven": UNPROVEN[group]}) for group in GROUPS),
    Finding("posting", Verdict.CONFIRMED, "may_post"),
    Finding("inspector", Verdict.CONFIRMED, "action_present"),
    Finding("approver", Verdict.UNREADABLE, "action_absent", "approver_right"),
    Finding("circulation_setter", Verdict.UNREADABLE, "no_read_shows", "setter_right"),
    Finding("accountant_role", Verdict.CONFIRMED, "role_present"),
    Finding("circulation_lists", Verdict.CONFIRMED, "lists", details=DETAILS),
    Finding("history", Verdict.CONFIRMED, "history", details=DETAILS),
)
BLOCKED = (
    *CLEAN[:2],
    Finding("purchase_invoices", Verdict.DENIED, "refused", "allow_resources", DETAILS),
    *CLEAN[3:9],
    Finding("accountant_role", Verdict.DENIED, "role_absent", "accountant_role"),
    Finding("circulation_lists", Verdict.DENIED, "no_lists", "create_lists"),
    CLEAN[11],
)
WORST = (
    Finding("credentials", Verdict.DENIED, "rejected", "credentials_again", WORST_DETAILS),
    Finding("company", Verdict.DENIED, "all_refused", "reach_company", WORST_DETAILS),
    *(Finding(group, Verdict.DENIED, "refused", "allow_resources", WORST_DETAILS) for group in GROUPS),
    Finding("posting", Verdict.DENIED, "may_not_post", "posting_level"),
    *CLEAN[6:9],
    Finding("accountant_role", Verdict.DENIED, "role_absent", "accountant_role"),
    Finding("circulation_lists", Verdict.CONFIRMED, "lists_alike", "rename_lists", WORST_DETAILS),
    CLEAN[11],
)
REFUSED = (
    Finding("credentials", Verdict.UNREADABLE, "only_refusals", details=DETAILS),
    Finding("company", Verdict.DENIED, "all_refused", "reach_company", DETAILS),
    *(Finding(group, Verdict.DENIED, "refused", "allow_resources", DETAILS) for group in GROUPS),
    *(Finding(check_id, Verdict.UNREADABLE, "no_invoice", check_id) for check_id in CHECK_IDS[5:10]),
    Finding("circulation_lists", Verdict.UNREADABLE, "not_reached"),
    Finding("history", Verdict.UNREADABLE, "not_reached"),
)
FAILING = (
    *CLEAN[:3],
    Finding("accounting", Verdict.UNREADABLE, "failing", "allow_resources", DETAILS),
    *CLEAN[4:],
)
LOCKED = (
    *CLEAN[:3],
    Finding("accounting", Verdict.CONFIRMED, "all_answered", "open_period", WORST_DETAILS),
    *CLEAN[4:],
)
UNREADABLE = (
    Finding("credentials", Verdict.UNREADABLE, "only_refusals", details=WORST_DETAILS),
    *(Finding(check_id, Verdict.UNREADABLE, "no_read_shows", "setter_right") for check_id in CHECK_IDS[5:10]),
    Finding("circulation_lists", Verdict.CONFIRMED, "lists", details=WORST_DETAILS),
)


def tick(check_id: str, **changes: Any) -> Tick:
    known = Tick(WORKSPACE, f"0123456789abcdef:{check_id}", "0123456789abcdef", check_id, "U0123456789", NOW)
    return replace(known, **changes)


def ticks_in_every_state() -> tuple[Tick, ...]:
    """Return ticks that hold, that a write proved or reopened, and that are about something else."""
    later = NOW + timedelta(days=1)
    return (
        tick("posting", reopened_at=later, refusal="SERVICE_ACCESS_ERROR " + "<&>" * 90),
        tick("approver", about="earlier credentials"),
        tick("circulation_setter", proven_at=later),
        tick("inspector", person="", ticked_at=None, proven_at=later),
        tick("accountant_off_lists", about="earlier lists"),
        tick("event_date_rules"),
    )


def training_views(name: str) -> Iterator[tuple[str, TrainingView]]:
    """Yield the modal of a training in every state."""
    for training, runs in TRAININGS.items():
        yield training, TrainingView(client(ClientState.TRAINING, name), runs)
    for training in ("evaluating", "failed", "cancelled by somebody", "worse"):
        fact = TrainingView(client(name=name), TRAININGS[training], deployed())
        yield f"{training}, others in use", fact
    yield "nothing yet", TrainingView(client(ClientState.CHECKING, name))
    for kind, details in (("", DETAILED), (" worst", WORST_DETAILED)):
        runs = (
            *deployed(**details),
            run(
                RunState.DEPLOYED,
                report={**REPORT, "precision_certain": None},
                target="dimension:" + "&" * 100,
                finished_at=NOW,
            ),
        )
        yield f"report{kind}", TrainingView(client(name=name), runs, runs)
    for training in ("too little to measure", "nothing to learn from"):
        yield f"report {training}", TrainingView(client(name=name), TRAININGS[training], TRAININGS[training])


def ordered(name: str) -> DimensionOrder:
    return DimensionOrder(WORKSPACE, f"0123456789abcdef:{name}", "0123456789abcdef", name, "U0123456789", NOW)


def dimensions_views(name: str) -> Iterator[tuple[str, DimensionsView]]:
    """Yield the modal of a client's dimensions, from none to too many."""
    live = client(name=name)
    measured = {**REPORT, "accuracy": 0.873, "share_certain": 0.751}
    states = (
        DimensionState("Kustannuspaikka", 12, 18000),
        DimensionState("Projekti", 4, 3),
        DimensionState("Työmaa", 31, 900, ordered("Työmaa")),
        DimensionState("Toimipaikka", 2, 900, ordered("Toimipaikka"), run(RunState.EVALUATING, step="lines")),
        DimensionState("Yksikkö", 2, 900, ordered("Yksikkö"), run(RunState.DEPLOYED, report=measured)),
        DimensionState("Auto", 1, 1, ordered("Auto"), run(RunState.DEPLOYED, report={**REPORT, "accuracy": None})),
        DimensionState("Tila", 2, 900, ordered("Tila"), run(RunState.FAILED, failure="1A2B3C4D")),
    )
    yield "unread", DimensionsView(live)
    yield "none", DimensionsView(live, ())
    yield "some", DimensionsView(live, states)
    yield "before production", DimensionsView(client(ClientState.TRAINING, name), states[:2])
    many_states = tuple(DimensionState("&" * 200, 10**6, 10**7, ordered("&" * 200)) for _ in range(200))
    yield "too many", DimensionsView(live, many_states)


def proposals(name: str) -> Iterator[tuple[str, DimensionsProposed]]:
    """Yield proposals of dimensions, open and answered."""
    lines = {"Kustannuspaikka": 18000, "Projekti": 1}
    proposal = DimensionProposal(WORKSPACE, "0123456789abcdef", lines, NOW)
    live = client(name=name)
    yield "open", DimensionsProposed(live, proposal)
    many_lines = {f"{'&' * 200}{number}": 10**6 for number in range(30)}
    yield "of many", DimensionsProposed(live, replace(proposal, lines=many_lines))
    answered = replace(proposal, is_open=0, answered_by="U0123456789")
    yield "ordered", DimensionsProposed(live, answered, ("Projekti",))
    yield "later", DimensionsProposed(live, replace(answered, ask_at=NOW + timedelta(days=7)))


def check(findings: Sequence[Finding], **changes: Any) -> RightsCheck:
    """Return a finished check with these findings."""
    known = RightsCheck(
        WORKSPACE,
        "0123456789abcdef",
        NOW,
        "U0123456789",
        findings=tuple(finding.to_data() for finding in findings),
        finished_at=NOW,
    )
    return replace(known, **changes)


def checks(name: str) -> Iterator[tuple[str, CheckResult]]:
    """Yield a check in every state."""
    checking = client(ClientState.CHECKING, name)
    blocked = client(ClientState.BLOCKED, name, missing=CHECK_IDS)
    yield "begins", CheckResult(checking, check((), finished_at=None), is_favourite=False)
    yield "goes on", CheckResult(checking, check(CLEAN[:6], finished_at=None))
    yield "clean", CheckResult(client(ClientState.TRAINING, name), check(CLEAN), is_favourite=False)
    yield "clean in production", CheckResult(client(ClientState.PRODUCTION, name), check(CLEAN))
    yield (
        "clean and ticked",
        CheckResult(client(ClientState.TRAINING, name), check(CLEAN), (tick("circulation_setter"),)),
    )
    circulating = client(ClientState.BLOCKED, name, process=Process.ALTERNATIVE_WITH_CIRCULATION, missing=("posting",))
    yield "ticks in every state", CheckResult(circulating, check(CLEAN), ticks_in_every_state())
    yield "blocked", CheckResult(blocked, check(BLOCKED), is_favourite=True)
    yield "everything refused", CheckResult(replace(blocked, missing=CHECK_IDS[1:5]), check(REFUSED))
    yield "failing", CheckResult(replace(blocked, missing=("accounting",)), check(FAILING))
    yield "locked", CheckResult(client(ClientState.PRODUCTION, name), check(LOCKED))
    yield "everything denied", CheckResult(blocked, check(WORST))
    all_ticks = tuple(tick(finding.id) for finding in UNREADABLE[1:])
    yield "everything unreadable", CheckResult(checking, check(UNREADABLE), all_ticks)
    for code in SILENCES:
        ours = code.startswith(OUR_FAULT)
        retry_at = None if ours else NOW + timedelta(minutes=15)
        waiting = check((), finished_at=None, waiting_for=code, retry_at=retry_at)
        yield f"waits {code}", CheckResult(checking, waiting)


def asked_for_repair(state: MessageState, name: str, text: str = f"Hei! <&> {ACCESS_KEY}") -> RepairAsked:
    message = RepairMessage(WORKSPACE, "r", "c", "U0123456789", "U0123456788", text.ljust(2900, "&"), "V1", NOW, state)
    return RepairAsked(client(ClientState.BLOCKED, name), message)


def facts(name: str) -> Iterator[tuple[str, Fact]]:
    """Yield every fact that is told in a message, in every state."""
    for state in ClientState:
        missing = CHECK_IDS if state is ClientState.BLOCKED else ()
        yield f"card {state}", ClientCard(client(state, name, missing=missing))
    for training, runs in TRAININGS.items():
        yield f"card {training}", ClientCard(client(ClientState.TRAINING, name), runs)
        yield f"hour {training}", StillTraining(client(ClientState.TRAINING, name), 30, runs)
    for state, result in checks(name):
        yield f"check {state}", result
        yield f"card while check {state}", ClientCard(client(ClientState.CHECKING, name), (), result.check)
    for training in ("failed", "cancelled by somebody", "worse"):
        fact = ClientCard(client(name=name), TRAININGS[training], in_use=deployed())
        yield f"card {training}, others in use", fact
        yield f"trained {training}", Trained(client(name=name), TRAININGS[training], deployed())
    yield "card after a change of process", ClientCard(client(name=name), process_change=review_examples.CHANGE)
    yield "card evaluating, others in use", ClientCard(client(name=name), TRAININGS["evaluating"], in_use=deployed())
    yield "trained", Trained(client(name=name), deployed(**DETAILED), deployed(**DETAILED))
    yield "trained of nothing", Trained(client(name=name), TRAININGS["nothing to learn from"])
    for kind, proposal in proposals(name):
        yield f"dimensions {kind}", proposal
    for process in Process:
        yield f"live {process}", WentLive(client(name=name, process=process), deployed())
    yield "live without history", WentLive(client(name=name), TRAININGS["nothing to learn from"])
    yield "first hour", StillTraining(client(ClientState.TRAINING, name), 1, TRAININGS["fetching"])
    yield "overdue", Overdue(client(ClientState.TRAINING, name))
    for reason in ("not_in_channel", "channel_not_found", "is_archived", "restricted_action"):
        yield f"channel {reason}", ChannelRefused(client(name=name), reason)
    for number in (0, 1, 5000):
        yield f"morning {number}", Morning(date(2026, 11, 2), many(number, name))
    for state in (MessageState.SENT, MessageState.REFUSED):
        yield f"repair {state}", asked_for_repair(state, name)
    for number in (1, 200):
        blocked = tuple(
            client(ClientState.BLOCKED, name, id=f"{index:016x}", missing=CHECK_IDS, added_by=f"U{index:010}")
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
    yield from notice_examples.facts(many, name)
    yield "card moved", CardMoved(client(name=name))
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
    yield from client_examples.modals(name, many)
    yield from notice_examples.modals(name)


def homes(name: str) -> Iterator[tuple[str, HomePage]]:
    yield from client_examples.homes(person(), run(RunState.DEPLOYED), name, many)
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
