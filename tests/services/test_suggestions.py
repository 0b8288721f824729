"""What a reviewer is offered for one tap: the likeliest of what is uncertain, and only what can be written."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from services.proposals import Choice, LineProposal, Origin, Proposal
from services.records import Registers
from services.suggestions import AT_ONCE, candidates, list_candidates, list_suggestions, suggestions

CERTAIN = Choice("KOOS", Origin.PREDICTED, 0.99, (("NONE", 0.01),))
LISTS = {"1": "Hallinto", "2": "Myymälä", "3": "Verkko", "4": "Varasto"}
REGISTERS = Registers(
    "T1",
    "c1",
    datetime(2026, 11, 2, tzinfo=UTC),
    {"4000": "Ostot", "4110": "Matkat", "7680": "Puhelin"},
    {"Paikka": ["100", "200", "300"]},
    LISTS,
)


def line(account: Choice, vat: Choice = CERTAIN, percent: str = "0", **dimensions: Choice) -> LineProposal:
    return LineProposal(1, 1, "", 12400, percent, account, vat, dimensions)


def offered(one: LineProposal) -> list[tuple[str, str]]:
    return [(suggestion.target, suggestion.label) for suggestion in suggestions(one, REGISTERS)]


def test_the_likeliest_of_what_is_uncertain_whatever_it_is_of() -> None:
    account = Choice("4000", Origin.PREDICTED, 0.5, (("4110", 0.3), ("7680", 0.05)))
    place = Choice("100", Origin.PREDICTED, 0.45, (("200", 0.4), ("300", 0.1)))
    assert offered(line(account, Paikka=place)) == [
        ("dimension:Paikka", "200"),
        ("account", "4110"),
        ("dimension:Paikka", "300"),
    ]
    assert offered(line(account, CERTAIN)) == [("account", "4110"), ("account", "7680")]


def test_a_vat_code_only_where_it_goes_with_the_rate() -> None:
    vat = Choice("NONE", Origin.PREDICTED, 0.6, (("EUPO", 0.3), ("KOOS", 0.1)))
    account = Choice("4000", Origin.PREDICTED, 0.95, (("4110", 0.05),))
    assert offered(line(account, vat)) == [("vat", "EUPO"), ("vat", "KOOS")]
    assert offered(line(account, vat, "25.5")) == [("vat", "KOOS")]


def test_nothing_that_the_company_has_no_more() -> None:
    account = Choice("4000", Origin.PREDICTED, 0.5, (("9999", 0.3), ("4110", 0.1)))
    place = Choice("100", Origin.PREDICTED, 0.5, (("900", 0.4),))
    assert offered(line(account, Paikka=place)) == [("account", "4110")]


def test_nothing_of_what_a_person_or_a_rule_has_chosen() -> None:
    for origin in (Origin.PERSON, Origin.RULE, Origin.REVIEWER):
        assert offered(line(Choice("4000", origin, 0.4, (("4110", 0.3),)))) == []


def test_what_was_proposed_stays_at_hand_when_something_else_is_tapped() -> None:
    proposed = line(Choice("4000", Origin.PREDICTED, 0.5, (("4110", 0.3), ("7680", 0.1))))
    tapped = proposed.chosen("account", "7680")
    assert candidates(tapped, "account", REGISTERS) == ["4000", "4110"]
    assert set(candidates(tapped.chosen("account", "4000"), "account", REGISTERS)) == {"4110", "7680"}


def test_a_prediction_too_weak_for_the_default_account_is_the_first_candidate() -> None:
    weak = Choice("4110", Origin.PREDICTED, 0.7, (("4000", 0.2), ("7680", 0.1)))
    kept = line(weak.instead("4000", Origin.DEFAULT))
    assert candidates(kept, "account", REGISTERS) == ["4110", "7680"]


@given(st.lists(st.tuples(st.sampled_from(["4000", "4110", "7680", "9"]), st.floats(0, 1)), max_size=6))
def test_never_more_than_fits_a_phone_and_never_what_stands(alternatives: list[tuple[str, float]]) -> None:
    choice = Choice("4000", Origin.PREDICTED, 0.1, tuple(dict(alternatives).items()))
    found = suggestions(line(choice, Paikka=Choice("100", Origin.PREDICTED, 0.1, (("200", 0.9),))), REGISTERS)
    assert len(found) <= AT_ONCE
    assert [one.chance for one in found] == sorted((one.chance for one in found), reverse=True)
    assert not {("account", "4000"), ("account", "9")} & {(one.target, one.label) for one in found}


def test_lists_are_offered_where_none_is_chosen() -> None:
    none = Proposal((), 0.0, Choice("", Origin.EMPTY, 0.0, (("3", 0.5), ("9", 0.2), ("1", 0.1))))
    assert list_suggestions(none, REGISTERS) == ["3", "1"]
    chosen = Proposal((), 0.0, none.circulation.instead("2", Origin.REVIEWER))
    assert list_suggestions(chosen, REGISTERS) == []
    assert list_candidates(chosen, REGISTERS) == ["3", "1"]


def test_where_nothing_is_learnt_lists_are_offered_if_they_are_few() -> None:
    nothing = Proposal((), 0.0)
    assert list_suggestions(nothing, REGISTERS) == []
    few = Registers("T1", "c1", REGISTERS.fetched_at, {}, {}, {"2": "Myymälä", "1": "Hallinto"})
    assert list_suggestions(nothing, few) == ["1", "2"]
