"""What is to be done to rules that exist, in people's own words."""

from __future__ import annotations

import pytest

from services.help_ai.instructions import Outcome, understand
from services.help_ai.names import Names
from services.help_ai.rules import Act, ActKind, Rule

NAMES = Names.from_json(
    {
        "vendors": ["Rudus Oy", "Cramo Finland Oy", "Virtanen Putki Oy", "Virtanen Sähkö Oy"],
        "lists": ["Johto", "Kalusto"],
        "dimensions": {"Työmaa": ["3001 Niittyrinne"]},
        "accounts": ["7330 Konevuokrat"],
    }
)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Poista Ruduksen sääntö", Act(ActKind.REMOVE, (Rule(vendor="Rudus Oy"),))),
        ("poista Ruduksen ja Cramon säännöt",
         Act(ActKind.REMOVE, (Rule(vendor="Rudus Oy"), Rule(vendor="Cramo Finland Oy")))),
        ("Poista Ruduksen sääntö käytöstä", Act(ActKind.PAUSE, (Rule(vendor="Rudus Oy"),))),
        ("Poista johdon listan säännöt", Act(ActKind.REMOVE, (Rule(list="Johto"),))),
        ("Keskeytä Cramon säännöt toistaiseksi", Act(ActKind.PAUSE, (Rule(vendor="Cramo Finland Oy"),))),
        ("Pysäytä kaikki säännöt", Act(ActKind.PAUSE)),
        ("Ota Cramon sääntö takaisin käyttöön", Act(ActKind.RESUME, (Rule(vendor="Cramo Finland Oy"),))),
        ("Jatka Cramon sääntöä", Act(ActKind.RESUME, (Rule(vendor="Cramo Finland Oy"),))),
        ("Näytä säännöt", Act(ActKind.SHOW)),
        ("Näytä Ruduksen säännöt", Act(ActKind.SHOW, (Rule(vendor="Rudus Oy"),))),
        ("Mitä sääntöjä meillä on?", Act(ActKind.SHOW)),
        ("Ruduksen säännöt", Act(ActKind.SHOW, (Rule(vendor="Rudus Oy"),))),
        ("Nosta Ruduksen raja 1000 euroon", Act(ActKind.CHANGE, (Rule(vendor="Rudus Oy"),), limit=100000)),
        ("Muuta Ruduksen raja 300 eurosta 400 euroon", Act(ActKind.CHANGE, (Rule(vendor="Rudus Oy"),), limit=40000)),
        ("Muuta Ruduksen sääntö: alle 500 e", Act(ActKind.CHANGE, (Rule(vendor="Rudus Oy"),), Rule(amount_max=49999))),
        ("Vaihda Ruduksen laskut johdolle", Act(ActKind.CHANGE, (Rule(vendor="Rudus Oy"),), Rule(list="Johto"))),
        ("Ota Ruduksen sääntö toistaiseksi pois käytöstä", Act(ActKind.PAUSE, (Rule(vendor="Rudus Oy"),))),
        ("Move the Rudus rule to Johto", Act(ActKind.CHANGE, (Rule(vendor="Rudus Oy"),), Rule(list="Johto"))),
        ("Flytta Rudus regel till listan Johto", Act(ActKind.CHANGE, (Rule(vendor="Rudus Oy"),), Rule(list="Johto"))),
        ("Vaihda Ruduksen lista johtoon", Act(ActKind.CHANGE, (Rule(vendor="Rudus Oy"),), Rule(list="Johto"))),
        ("Delete the Rudus rule", Act(ActKind.REMOVE, (Rule(vendor="Rudus Oy"),))),
        ("Show the rules", Act(ActKind.SHOW)),
        ("List the rules", Act(ActKind.SHOW)),
        ("Pause the rules for Cramo", Act(ActKind.PAUSE, (Rule(vendor="Cramo Finland Oy"),))),
        ("Raise the limit of Rudus to 1,000 euros", Act(ActKind.CHANGE, (Rule(vendor="Rudus Oy"),), limit=100000)),
        ("Change Rudus to Johto", Act(ActKind.CHANGE, (Rule(vendor="Rudus Oy"),), Rule(list="Johto"))),
        ("Ta bort regeln för Rudus", Act(ActKind.REMOVE, (Rule(vendor="Rudus Oy"),))),
        ("Pausa Cramos regler", Act(ActKind.PAUSE, (Rule(vendor="Cramo Finland Oy"),))),
        ("Visa alla regler", Act(ActKind.SHOW)),
        ("Aktivera Cramos regler", Act(ActKind.RESUME, (Rule(vendor="Cramo Finland Oy"),))),
    ],
)  # fmt: skip
def test_what_is_to_be_done_to_rules(text: str, act: Act) -> None:
    understood = understand(text, NAMES)
    assert understood.outcome is not Outcome.RULE
    assert understood.act == act


@pytest.mark.parametrize(
    "text",
    [
        "Poista",
        "Poista sääntö",
        "Poista kaikki säännöt",
        "Poista Elisan sääntö",
        "Poista Virtasen sääntö",
        "Poista Ruduksen sääntö ja maksa lasku",
        "Poista Ruduksen sääntö perjantaina",
        "Älä poista Ruduksen sääntöä",
        "Poista Ruduksen sääntö mutta ei Cramon",
        "Muuta Ruduksen sääntö",
        "Muuta raja 500 euroon",
        "Muuta Ruduksen sääntö johdolle tai kalustolle",
        "Ruduksen laskut johdolle",
    ],
)
def test_what_is_not_wholly_clear_is_no_act(text: str) -> None:
    assert understand(text, NAMES).act is None


def test_an_ambiguous_vendor_is_asked_about() -> None:
    question = understand("Keskeytä Virtasen sääntö", NAMES).question
    assert question is not None
    assert {name.name for name in question.candidates} == {"Virtanen Putki Oy", "Virtanen Sähkö Oy"}
