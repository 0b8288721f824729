"""`fabric-bot parse-rule` as scripts and people use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.commands import main


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names.json").write_text(
        json.dumps({"vendors": ["Elisa Oyj"], "lists": ["IT"], "dimensions": ["1042"], "accounts": [7680]}), "utf-8"
    )
    return "names.json"


def parse_rule(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["parse-rule", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_file_of_instructions(names: str) -> None:
    texts: list[dict[str, Any]] = [
        {"id": 1, "text": "Elisan alle 500 e laskut IT-kiertolistalle"},
        {"id": "b", "text": "Elisa invoices to the moon", "language": "en"},
        {"id": None, "text": "Maksa Elisan laskut"},
        {"id": 4, "text": None},
        {"id": 5, "text": "Elisan laskut projektille 1042 ja tilille 7680"},
    ]
    Path("texts.jsonl").write_text("\n".join(map(json.dumps, texts)) + "\n\n", "utf-8")
    lines = [json.loads(line) for line in parse_rule("--names", names, "--file", "texts.jsonl", "--json").splitlines()]
    assert [line["id"] for line in lines] == [1, "b", None, 4, 5]
    assert [line["outcome"] for line in lines] == ["rule", "question", "refused", "question", "rule"]
    assert lines[0] == {
        "id": 1,
        "outcome": "rule",
        "rules": [
            {
                "vendor": "Elisa Oyj",
                "amount_min": None,
                "amount_max": 499.99,
                "text": None,
                "list": "IT",
                "dimension": None,
                "account": None,
            }
        ],
        "question": None,
    }
    assert "moon" in lines[1]["question"]
    assert (lines[4]["rules"][0]["dimension"], lines[4]["rules"][0]["account"]) == ("1042", "7680")


def test_one_instruction_for_people(names: str) -> None:
    assert parse_rule("--names", names, "Elisan laskut IT:lle") == "rule: vendor Elisa Oyj; list IT\n"
    assert "question: " in parse_rule("--names", names, "Foon laskut IT:lle")


def test_bad_input_is_named(names: str) -> None:
    Path("texts.jsonl").write_text('{"id": 1, "text": "a"}\nnot json\n', "utf-8")
    broken = CliRunner().invoke(main, ["parse-rule", "--names", names, "--file", "texts.jsonl"])
    assert broken.exit_code != 0
    assert "line 2" in broken.output
    Path("names.json").write_text("[]", "utf-8")
    assert "an object" in CliRunner().invoke(main, ["parse-rule", "--names", names, "a"]).output
    assert "an instruction" in CliRunner().invoke(main, ["parse-rule", "--names", names]).output
