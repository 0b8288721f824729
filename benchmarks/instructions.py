"""How well instructions are understood as rules, and how fast.

`python -m benchmarks.instructions [tune|frozen]`

The bank (`help_instructions.tsv`: language, instruction, what it means for the names of `help_names.json`) was written
and split before any tuning: odd lines to tune on, even lines frozen. Its author also wrote the parser, so the figures
say little about other people's words. What an instruction means: `?` must be asked about, `!` must be refused, else the
slots v(endor, several joined by +), n and h (lowest and highest, cents), t(ext), l(ist), d(imension), a(ccount).

right            of instructions that are a rule, the share understood without a question
needless         of these, the share asked about or refused
silently wrong   of all, those understood as a rule that they do not mean: must be 0
asked, refused   of those that must be, the share; a question instead of a refusal is counted apart
"""

from __future__ import annotations

import csv
import json
import statistics
import sys
import time
from pathlib import Path

from services.help_ai.instructions import Outcome, Understood, understand
from services.help_ai.knowledge import Language
from services.help_ai.names import Names
from services.help_ai.rules import Rule

HERE = Path(__file__).parent
FIELDS = {"n": "amount_min", "h": "amount_max", "t": "text", "l": "list", "d": "dimension", "a": "account"}


def read_bank(half: str) -> list[tuple[Language, str, str]]:
    """Return the instructions of a half: `tune` has the odd lines, `frozen` the even ones."""
    with (HERE / "help_instructions.tsv").open(encoding="utf-8", newline="") as source:
        lines = list(csv.reader(source, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(line[0], line[1], line[2]) for line in lines[0 if half == "tune" else 1 :: 2]]  # type: ignore[misc]


def as_line(understood: Understood) -> str:
    """Return what was understood as the bank writes it."""
    if understood.outcome is not Outcome.RULE:
        return "?" if understood.outcome is Outcome.QUESTION else "!"
    first: Rule = understood.rules[0]
    vendors = "+".join(rule.vendor for rule in understood.rules if rule.vendor)
    slots = [f"v={vendors}"] if vendors else []
    slots += [f"{key}={value}" for key, field in FIELDS.items() if (value := getattr(first, field)) is not None]
    return ";".join(slots)


def names_with(number: int) -> Names:
    """Return the bank's names with so many generated vendors beside them."""
    given = json.loads((HERE / "help_names.json").read_text("utf-8"))
    firsts = (
        "Aho",
        "Berg",
        "Dahl",
        "Eklund",
        "Forsman",
        "Granlund",
        "Hakala",
        "Ikonen",
        "Jokela",
        "Karhu",
        "Laine",
        "Oja",
    )
    seconds = ("Tekniikka", "Sähkö", "Putki", "Maalaus", "Kuljetus", "Auto", "Lasi", "Metalli", "Puu", "Data", "Media")
    thirds = ("Pohja", "Etelä", "Itä", "Länsi", "Järvi", "Koski", "Ranta", "Saari", "Mäki", "Laakso", "Niitty")
    fourths = ("Invest", "Yhtymä")
    places = [f"{third} {fourth}" for third in thirds for fourth in fourths]
    made = [f"{first} {second} {place} Oy" for place in places for first in firsts for second in seconds]
    return Names.from_json({**given, "vendors": [*given["vendors"], *made[: number - len(given["vendors"])]]})


def main() -> None:
    """Print the figures of the half that is named, or of both."""
    names = Names.from_json(json.loads((HERE / "help_names.json").read_text("utf-8")))
    for half in sys.argv[1:] or ["tune", "frozen"]:
        bank = read_bank(half)
        told = [(meant, as_line(understand(text, names)), text) for _, text, meant in bank]
        rules = [(meant, got) for meant, got, _ in told if meant not in "?!"]
        right = sum(sorted(meant.split(";")) == sorted(got.split(";")) for meant, got in rules)
        needless = sum(got in "?!" for _, got in rules)
        wrong = [one for one in told if one[1] not in "?!" and sorted(one[0].split(";")) != sorted(one[1].split(";"))]
        asked = [got for meant, got, _ in told if meant == "?"]
        refused = [got for meant, got, _ in told if meant == "!"]
        print(
            f"{half}: {len(bank)} instructions; right {right}/{len(rules)} ({right / len(rules):.0%}), needless "
            f"{needless}, silently wrong {len(wrong)}; asked {asked.count('?')}/{len(asked)}, "
            f"refused {refused.count('!')}/{len(refused)} ({refused.count('?')} asked instead)"
        )
        if half == "tune":
            for meant, got, text in told:
                if sorted(meant.split(";")) != sorted(got.split(";")):
                    print(f"    {text}\n        meant {meant}, got {got}")
    start = time.perf_counter()
    many = names_with(2000)
    print(f"2,000 vendors: prepared in {(time.perf_counter() - start) * 1000:.0f} ms")
    took: list[float] = []
    for _, text, _ in [*read_bank("tune"), *read_bank("frozen")]:
        start = time.perf_counter()
        understand(text, many)
        took.append((time.perf_counter() - start) * 1000)
    print(f"    one instruction: median {statistics.median(took):.1f} ms, longest {max(took):.1f} ms")


if __name__ == "__main__":
    main()
