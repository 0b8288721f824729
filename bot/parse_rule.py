"""`fabric-bot parse-rule`: instructions on the command line, one or a file of them, understood as rules."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from bot.json_lines import Line, read_texts, write_line
from services.help_ai.instructions import Outcome, Understood, understand
from services.help_ai.knowledge import LANGUAGES, Language
from services.help_ai.names import Names, NamesError
from services.help_ai.rules import Rule


@click.command("parse-rule")
@click.argument("text", required=False)
@click.option(
    "--names",
    "names_file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='The company\'s names, a JSON object: {"vendors", "lists", "dimensions", "accounts"}.',
)
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='Instructions, one JSON object a line: {"id", "text", "language"}.',
)
@click.option("--language", type=click.Choice(LANGUAGES), help="Your own language, for a text that tells nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line instead of text.")
def parse_rule(
    text: str | None, names_file: Path, file: Path | None, language: Language | None, *, as_json: bool
) -> None:
    """Understand TEXT as a rule for a circulation list, dimension or account, without any language model.

    Outcomes: rule, question (something is unclear), refused (no rule, or forbidden). Nothing is saved.
    """
    if (text is None) == (file is None):
        raise click.UsageError("give an instruction, or a file of them")
    names = _read_names(names_file)
    given: Iterable[Line] = read_texts(file, "text", language) if file else [(None, text or "", language)]
    for number, said, setting in given:
        understood = understand(said, names, setting)
        if as_json:
            write_line(as_object(number, understood))
        else:
            click.echo(as_text(understood))


def _read_names(file: Path) -> Names:
    try:
        return Names.from_json(json.loads(file.read_text("utf-8-sig")))
    except (NamesError, ValueError) as error:
        raise click.ClickException(f"{file}: {error}") from error


def as_object(number: Any, understood: Understood) -> dict[str, Any]:
    """Return an outcome as scripts get it: the contract's fields, amounts in euros."""
    return {
        "id": number,
        "outcome": understood.outcome,
        "rules": [
            {
                "vendor": rule.vendor,
                "amount_min": _euros(rule.amount_min),
                "amount_max": _euros(rule.amount_max),
                "text": rule.text,
                "list": rule.list,
                "dimension": rule.dimension,
                "account": rule.account,
            }
            for rule in understood.rules
        ],
        "question": understood.question.text if understood.question else None,
    }


def _euros(cents: int | None) -> float | None:
    return None if cents is None else cents / 100


def as_text(understood: Understood) -> str:
    """Return an outcome as people read it: the rules, or what is asked or said."""
    if understood.outcome is not Outcome.RULE:
        return f"{understood.outcome}: {understood.question.text if understood.question else ''}"
    return "\n".join(f"rule: {_described(rule)}" for rule in understood.rules)


def _described(rule: Rule) -> str:
    dimension = f"{rule.dimension_name}: {rule.dimension}" if rule.dimension_name else rule.dimension
    parts = {
        "vendor": rule.vendor,
        "amount from": f"{rule.amount_min / 100:.2f}" if rule.amount_min is not None else None,
        "amount to": f"{rule.amount_max / 100:.2f}" if rule.amount_max is not None else None,
        "text": f"“{rule.text}”" if rule.text is not None else None,
        "list": rule.list,
        "dimension": dimension,
        "account": rule.account,
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items() if value is not None)
