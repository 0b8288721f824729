"""How well Help ai finds the right passage, beside what else could be picked.

`python -m benchmarks.help [tune|frozen]`

The bank (`help_questions.tsv`: language, right passages, question, and `undocumented` or `outside` where no passage may
be stated as fact) was written and split by line before any tuning: odd lines of each language to tune on, even lines
frozen. Its author also wrote the passages, so compare the rows with each other rather than trust the absolute figures.

in scope   first / among the shown, of questions that a documented passage answers
stated     of those, the share given as the answer; wrong: with another passage than the bank's
hedged     of undocumented and outside questions, the share that is declined or only “closest”
"""

from __future__ import annotations

import csv
import sqlite3
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from rapidfuzz import fuzz, process

from services.help_ai.knowledge import LANGUAGES, Language, Passage, load_passages
from services.help_ai.retrieval import MOST_PASSAGES, Answer, HelpAi, Tier

BANK = Path(__file__).parent / "help_questions.tsv"
Ranking = Callable[[str, Language], Sequence[str]]

START = """
import sys, time
import numpy, psutil
from services.help_ai.knowledge import load_passages
from services.help_ai.retrieval import HelpAi
process = psutil.Process()
before, clock, processor = process.memory_info().rss, time.perf_counter(), time.process_time()
help_ai = HelpAi(load_passages())
help_ai.answer("Miten rajapintatunnukset luodaan?", "fi")
took = time.perf_counter() - clock, time.process_time() - processor
for question in ("how are the credentials created", "hur skapas nycklarna"):
    help_ai.answer(question)
print(took[0] * 1000, took[1] * 1000, (process.memory_info().rss - before) / 2**20)
"""


@dataclass(frozen=True)
class Question:
    """A line of the bank."""

    language: Language
    right: frozenset[str]
    text: str
    kind: str


def read_bank(half: str) -> list[Question]:
    """Return the questions of a half: `tune` has the odd lines of each language, `frozen` the even ones."""
    lines: Counter[str] = Counter()
    questions: list[Question] = []
    with BANK.open(encoding="utf-8", newline="") as source:
        for language, right, text, *kind in csv.reader(source, delimiter="\t"):
            lines[language] += 1
            if half == ("tune" if lines[language] % 2 else "frozen"):
                named = frozenset(right.split(",")) - {"-"}
                questions.append(Question(cast("Language", language), named, text, kind[0] if kind else "in scope"))
    return questions


def full_text_search(passages: Sequence[Passage]) -> Ranking:
    """Return SQLite's FTS5 with its own tokenizer, any word of the question."""
    database = sqlite3.connect(":memory:")
    for language in LANGUAGES:
        database.execute(f"CREATE VIRTUAL TABLE {language} USING fts5(id UNINDEXED, text)")
        for passage in passages:
            database.execute(f"INSERT INTO {language} VALUES (?, ?)", (passage.id, whole_text(passage, language)))

    def rank(question: str, language: Language) -> list[str]:
        words = "".join(letter if letter.isalnum() else " " for letter in question).split()
        asked = " OR ".join(f'"{word}"' for word in words)
        query = f"SELECT id FROM {language} WHERE text MATCH ? ORDER BY rank LIMIT ?"
        return [row[0] for row in database.execute(query, (asked, MOST_PASSAGES))]

    return rank


def fuzzy(passages: Sequence[Passage]) -> Ranking:
    """Return rapidfuzz's token_set_ratio over the same texts."""
    texts = {language: [whole_text(passage, language) for passage in passages] for language in LANGUAGES}

    def rank(question: str, language: Language) -> list[str]:
        found = process.extract(
            question.lower(), texts[language], scorer=fuzz.token_set_ratio, processor=str.lower, limit=MOST_PASSAGES
        )
        return [passages[number].id for _, _, number in found]

    return rank


def whole_text(passage: Passage, language: Language) -> str:
    """Return everything that a passage says in a language, other ways to ask included."""
    wording = passage.wording(language)
    return "\n".join((wording.title, wording.text, *wording.aliases))


def shares(rank: Ranking, questions: Sequence[Question]) -> str:
    """Return how often the right passage is first and among the three, per language."""
    told: list[str] = []
    for language in LANGUAGES:
        asked = [one for one in questions if one.language == language and one.kind == "in scope"]
        ranked = [(one, rank(one.text, language)[:MOST_PASSAGES]) for one in asked]
        first = sum(bool(found) and found[0] in one.right for one, found in ranked)
        among = sum(any(passage in one.right for passage in found) for one, found in ranked)
        told.append(f"{first / len(asked):5.2f} / {among / len(asked):4.2f}")
    return "  ".join(told)


def main(half: str = "frozen") -> None:
    """Print the table."""
    passages = load_passages()
    help_ai = HelpAi(passages)
    questions = read_bank(half)
    answers = {one: help_ai.answer(one.text, one.language) for one in questions}
    print(f"{len(passages)} passages, {len(questions)} questions ({half} half)\n")
    print(f"{'in scope: first / among the shown':38}" + "  ".join(f"{language:^12}" for language in LANGUAGES))

    def ours(question: str, language: Language) -> list[str]:
        return [passage.id for passage in help_ai.answer(question, language).passages]

    print(f"{'Help ai':38}" + shares(ours, questions))
    print(f"{'SQLite FTS5, same texts':38}" + shares(full_text_search(passages), questions))
    print(f"{'rapidfuzz token_set_ratio, same texts':38}" + shares(fuzzy(passages), questions))
    for title, tells in (
        ("stated / of them wrong", _stated),
        ("undocumented or outside: hedged", _hedged),
        ("language recognised", _recognised),
    ):
        cells = [
            tells([(one, answers[one]) for one in questions if one.language == language]) for language in LANGUAGES
        ]
        print(f"{title:38}" + "  ".join(f"{cell:^12}" for cell in cells))
    times: list[float] = []
    for one in questions:
        began = time.perf_counter()
        help_ai.answer(one.text, one.language)
        times.append((time.perf_counter() - began) * 1000)
    print(f"\nan answer: median {statistics.median(times):.1f} ms, slowest {max(times):.1f} ms")
    started = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True).stdout.split()
    wall, processor, memory = map(float, started)
    print(f"first answer after start: {wall:.0f} ms, of them {processor:.0f} ms of processor; memory +{memory:.0f} MB")


def _stated(asked: Sequence[tuple[Question, Answer]]) -> str:
    in_scope = [(one, answer) for one, answer in asked if one.kind == "in scope"]
    stated = [(one, answer) for one, answer in in_scope if answer.tier is Tier.ANSWERED]
    wrong = sum(answer.passages[0].id not in one.right for one, answer in stated)
    return f"{len(stated) / len(in_scope):.2f} / {wrong}"


def _hedged(asked: Sequence[tuple[Question, Answer]]) -> str:
    others = [answer for one, answer in asked if one.kind != "in scope"]
    return f"{sum(answer.tier is not Tier.ANSWERED for answer in others)} of {len(others)}"


def _recognised(asked: Sequence[tuple[Question, Answer]]) -> str:
    return f"{sum(answer.language == one.language for one, answer in asked) / len(asked):.2f}"


if __name__ == "__main__":
    main(*sys.argv[1:2])
