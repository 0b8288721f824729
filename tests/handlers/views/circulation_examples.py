"""Circulation in every state, with ordinary contents and with the worst: 300 lists, names as long as they can be."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from handlers.locale import Locale
from handlers.views.circulation import problem_text
from handlers.views.circulation_by_hand import by_hand_view
from handlers.views.circulation_file import import_form, rules_file_view
from handlers.views.circulation_rules import (
    copied_view,
    copy_form,
    preview_view,
    remove_view,
    rule_form,
    rules_view,
)
from handlers.views.circulation_trial import trial_begun, trial_invoice, trial_question, trial_start
from handlers.views.elements import escape
from handlers.views.review import review_page
from services.checks import OUR_FAULT
from services.circulation import Caught, Preview, Problem
from services.facts import ReviewPage, RulesOfFile, RulesPaused, SendingStoppedNews, TrialOfListNews
from services.netvisor.circulation import GUESSED, CirculationTemplate
from services.proposals import Choice, Origin
from services.records import (
    CirculationRule,
    CirculationState,
    Client,
    InvoiceCirculation,
    Paused,
    Process,
    Registers,
    SendingStopped,
    TrialOfList,
    TrialOfListState,
)
from tests.handlers.views.clients import NOW, WORKSPACE, client
from tests.handlers.views.review_examples import review

LISTS = 300


def registers(name: str) -> Registers:
    """Return what a company has to choose from, two of its lists named alike."""
    names = {str(1_300_000 + number): f"{number} {name}"[:60] for number in range(LISTS)}
    return Registers(
        WORKSPACE,
        "0123456789abcdef",
        NOW,
        {"4000": "Ostot", "4110": name[:60]},
        {name[:60]: [name[:60], "1042"], "Projekti": ["1042"]},
        {**names, "1": "IT", "2": "it "},
    )


def rule(name: str, number: int = 1, **said: Any) -> CirculationRule:
    """Return a rule with every condition and every target."""
    made = CirculationRule(
        workspace=WORKSPACE,
        id=f"{number:032d}",
        client_id="0123456789abcdef",
        position=number,
        author="U0123456789",
        created_at=NOW,
        changed_at=NOW,
        vendor=name[:200],
        business_id="9000102-2",
        amount_min=10_000_000,
        amount_max=4_999_999_999,
        text=(name * 3)[:200],
        address=name[:200],
        when_account="4110",
        when_dimension_name=name[:60],
        when_dimension=name[:60],
        list_key="1300000",
        list_name=name[:60],
        dimension_name=name[:60],
        dimension=name[:60],
        account="4110",
    )
    return replace(made, **said)


def preview(name: str) -> Preview:
    """Return a preview with everything in it that can be said."""
    others = tuple(rule(name, number) for number in range(2, 12))
    return Preview(
        rule=rule(name, 12),
        looked_at=5000,
        matched=4711,
        caught=4000,
        examples=tuple(Caught(name, "86261", date(2026, 11, 1), 12_345, (name, name)) for _ in range(5)),
        taken_first=tuple((other, 100) for other in others),
        taken_over=tuple((other, 1) for other in others[5:]),
        shadowed_by=others[:5],
        shadows=others[5:],
        otherwise=1234,
        undecided=17,
    )


def waiting(name: str, number: int) -> list[InvoiceCirculation]:
    reasons = ("off", "list_gone", "has_circulation", "gone", "handled", "unreadable", "refused", "unclear", "stopped")
    return [
        InvoiceCirculation(
            workspace=WORKSPACE,
            id=f"0123456789abcdef:{place}",
            client_id="0123456789abcdef",
            netvisor_key=place,
            vendor=name,
            number="86261",
            amount=12_345,
            list_key="1300000",
            list_name=name[:60],
            state=CirculationState.BY_HAND,
            reason=reasons[place % len(reasons)],
            created_at=NOW,
            changed_at=NOW,
        )
        for place in range(number)
    ]


def page(name: str, choice: Choice, lists: bool = True) -> ReviewPage:
    """Return an invoice in review whose client's process sets circulation lists."""
    shown, known = review(name, 2), registers(name)
    return replace(
        shown,
        client=replace(shown.client, process=Process.ALTERNATIVE_WITH_CIRCULATION),
        proposal=replace(shown.proposal, circulation=choice),
        registers=known if lists else replace(known, lists={}),
    )


def files_of_rules(name: str, of: Client, known: Registers) -> dict[str, RulesOfFile]:
    """Return a file in every state, and with as many rows as there can be."""
    reading = RulesOfFile(of, "0" * 32, name, known)
    read = replace(reading, is_read=True)
    problems = [problem.value for problem in Problem]
    left = tuple((number, problems[number % len(problems)], rule(name, number)) for number in range(2, 5_000))
    rules = tuple(rule(name, number, paused=(None, Paused.BY_PERSON)[number % 2]) for number in range(1, 301))
    codes = ("no_rules", "no_scope", "no_file", "empty", "too_large", "old_excel", f"{OUR_FAULT}1A2B3C4D")
    return {
        "reading": reading,
        "1": replace(read, rules=rules[:1]),
        "300": replace(read, rules=rules, left=left),
        "none": replace(read, left=left[:3]),
        **{f"unreadable {code}": replace(reading, unreadable=code) for code in codes},
    }


BY_RULE = {"rule": "r", "place": 12, "person": "U0123456789"}


def modals(name: str) -> Iterator[tuple[str, Callable[[Locale], dict[str, Any]]]]:
    circulating = replace(client(name), process=Process.ALTERNATIVE_WITH_CIRCULATION)
    known = registers(name)
    paused = [None, *Paused]
    many = [rule(name, number, paused=paused[number % len(paused)]) for number in range(1, 301)]
    one = rule(name)
    yield "rules none", lambda locale: rules_view(locale, client(name), [], None)
    yield "rules 2", lambda locale: rules_view(locale, circulating, many[:2], known, note=":warning: " + escape(name))
    yield "rules 300", lambda locale: rules_view(locale, circulating, many, known, first=150)
    blank = replace(one, **dict.fromkeys(("vendor", "text", "list_key", "amount_min", "amount_max", "account")))
    yield "rule new", lambda locale: rule_form(locale, circulating, known, blank, is_new=True, rules=3)
    yield "rule change", lambda locale: rule_form(locale, circulating, known, one, is_new=False, rules=3)
    yield "rule without registers", lambda locale: rule_form(locale, circulating, None, one, is_new=True, rules=0)
    yield "rule preview", lambda locale: preview_view(locale, circulating, preview(name), known, is_new=True)
    nothing = Preview(replace(one, account=None, dimension=None), 0, 0, 0)
    yield "rule preview of nothing", lambda locale: preview_view(locale, circulating, nothing, known, is_new=True)
    yield "rule remove", lambda locale: remove_view(locale, circulating, one, known)
    yield "rules copy", lambda locale: copy_form(locale, circulating, 300)
    left = [escape(name)] * 20
    yield "rules copied", lambda locale: copied_view(locale, [(circulating, 3, left)] * 50)
    yield "rules import", lambda locale: import_form(locale, circulating)
    for what, fact in files_of_rules(name, circulating, known).items():
        yield f"rules file {what}", lambda locale, fact=fact: rules_file_view(locale, fact)
    for number in (0, 1, 400):
        some = waiting(name, number)
        yield f"lists by hand {number}", lambda locale, some=some: by_hand_view(locale, circulating, some)
    choices = {
        "none": Choice("", Origin.EMPTY),
        "guessed": Choice("", Origin.EMPTY, alternatives=(("1", 0.4), ("1300001", 0.3), ("99", 0.1))),
        "by rule": Choice("1", Origin.RULE, reason=BY_RULE),
        "predicted": Choice("1300001", Origin.PREDICTED, 0.91, reason={"ground": "vendor", "seen": 3, "agreeing": 3}),
        "standing": Choice("", Origin.PERSON, reason={"name": name}),
        "standing, unnamed": Choice("", Origin.PERSON),
        "gone": Choice("99", Origin.RULE, reason=BY_RULE),
    }
    for what, choice in choices.items():
        yield f"list {what}", lambda locale, choice=choice: review_page(locale, page(name, choice), "seen")
    yield "list of no lists", lambda locale: review_page(locale, page(name, choices["none"], lists=False), "seen")
    sends = replace(page(name, choices["by rule"]), sends_lists=True)
    yield "list sent", lambda locale: review_page(locale, sends, "seen")
    many_stopped = [(replace(circulating, id=f"client-{number}"), STOPPED) for number in range(100)]
    confirmed = trial_of_list(name, TrialOfListState.CONFIRMED)
    for has_template, one_trial in ((False, None), (True, None), (True, confirmed)):
        yield (
            f"trial start {has_template} {one_trial is not None}",
            lambda locale, has_template=has_template, one_trial=one_trial: trial_start(
                locale, has_template=has_template, confirmed=one_trial, stopped=many_stopped
            ),
        )
    yield "trial invoice", lambda locale: trial_invoice(locale, circulating)
    asked = json.dumps({"client": circulating.id, "invoice": f"{circulating.id}:1200001", "list": "1300000"})
    yield "trial question", lambda locale: trial_question(locale, circulating, "86261", name, MESSAGE, asked)
    yield "trial begun", trial_begun
    for problem in Problem:
        yield (
            f"rules {problem}",
            lambda locale, problem=problem: rules_view(
                locale, circulating, many[:1], known, note=problem_text(locale, problem)
            ),
        )


def trial_of_list(name: str, state: TrialOfListState, reason: str = "") -> TrialOfList:
    return TrialOfList(
        workspace=WORKSPACE,
        id="0123456789abcdef",
        client_id="0123456789abcdef",
        netvisor_key=1,
        number="86261",
        list_key="1",
        list_name=name[:60],
        mark="0123456789abcdef",
        state=state,
        asked_by="U0123456789",
        asked_at=NOW,
        changed_at=NOW,
        request=MESSAGE,
        reply="<Root>" * 250,
        before="none",
        after="same",
        reason=reason,
        confirmed_by="U0123456789",
    )


MESSAGE = CirculationTemplate(GUESSED).message(1_200_001, 1_300_000).decode()
STOPPED = SendingStopped(WORKSPACE, "0123456789abcdef", NOW, "refused", "86261")


def facts(name: str) -> Iterator[tuple[str, RulesPaused | TrialOfListNews | SendingStoppedNews]]:
    """Yield what authors of rules and admins are told."""
    for state in TrialOfListState:
        yield f"list trial {state}", TrialOfListNews(trial_of_list(name, state), client(name))
    for reason in (
        "gone",
        "has_circulation",
        "handled",
        "list_gone",
        "not_as_sent",
        "by_eye",
        "INVALID_DATA <&> " * 15,
    ):
        failed = trial_of_list(name, TrialOfListState.FAILED, reason)
        yield f"list trial failed {reason[:12]}", TrialOfListNews(failed, client(name))
    for reason in ("refused", "other_than_sent"):
        yield f"sending stopped {reason}", SendingStoppedNews(client(name), replace(STOPPED, reason=reason))
    kinds = (Paused.LIST_RENAMED, Paused.LIST_GONE, Paused.LISTS_ALIKE, Paused.TARGET_GONE)
    for number in (1, 4, 300):
        rules = tuple(rule(name, place, paused=kinds[place % 4]) for place in range(1, number + 1))
        yield f"rules paused {number}", RulesPaused(client(name), rules, registers(name))
