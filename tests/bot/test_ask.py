"""`fabric-bot ask` as scripts and people use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.commands import main


@pytest.fixture
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ask(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["ask", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_file_of_questions(in_empty_folder: Path) -> None:
    questions: list[dict[str, Any]] = [
        {"id": 1, "question": "Mikä on FabricAI:n hakuavain?", "language": "fi"},
        {"id": "b", "question": "how often are models retrained", "language": "en"},
        {"id": None, "question": "", "language": "sv"},
        {"id": 4, "question": None, "language": "de"},
        {"id": 5},
    ]
    file = in_empty_folder / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, questions)) + "\n\n", "utf-8")
    answers = [json.loads(line) for line in ask("--file", str(file), "--json").splitlines()]
    assert [answer["id"] for answer in answers] == [1, "b", None, 4, 5]
    assert all(set(answer) == {"id", "tier", "answer", "citations", "language"} for answer in answers)
    assert answers[0]["tier"] == "answered"
    assert answers[0]["language"] == "fi"
    assert "E2DCB2FF20700782F1EA878EDC19DC27" in answers[0]["answer"]
    assert answers[0]["citations"][0] == {
        "id": "resources.access_key",
        "title": "FabricAI:n hakuavain",
        "url": "https://support.fabricai.fi/en/articles/667458",
    }
    assert answers[1]["tier"] == "declined"
    assert (answers[2]["tier"], answers[2]["citations"], answers[2]["language"]) == ("declined", [], "sv")


def test_one_question_for_people(in_empty_folder: Path) -> None:
    told = ask("Vem får ändra API-resursrättigheterna?")
    assert "KH" in told
    assert "Källa: https://" in told
    assert "kontrollerad" in told


def test_an_operators_passages_are_used(in_empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (in_empty_folder / "own").mkdir()
    (in_empty_folder / "own" / "ours.yaml").write_text(
        "- id: ours.coffee\n  about: product\n  sources: [https://intranet.example/coffee]\n"
        "  fi:\n    title: Kahviautomaatin huolto\n    text: Kahviautomaatin huollosta vastaa aula.\n",
        "utf-8",
    )
    monkeypatch.setenv("FABRIC_HELP_FOLDER", "own")
    assert "vastaa aula" in ask("kuka huoltaa kahviautomaatin")


def test_bad_input_is_named(in_empty_folder: Path) -> None:
    file = in_empty_folder / "questions.jsonl"
    file.write_text('{"id": 1, "question": "a"}\nnot json\n', "utf-8")
    broken = CliRunner().invoke(main, ["ask", "--file", str(file), "--json"])
    assert broken.exit_code != 0
    assert "line 2" in broken.output
    file.write_text("[1]\n", "utf-8")
    assert "an object" in CliRunner().invoke(main, ["ask", "--file", str(file)]).output
    assert "a question" in CliRunner().invoke(main, ["ask"]).output
