"""`fabric-bot ask`: Help ai on the command line, for one question or a file of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from bot.json_lines import Line, read_texts, write_line
from bot.settings import Settings
from services.help_ai.knowledge import LANGUAGES, Language, PassageError, load_passages, phrase
from services.help_ai.retrieval import Answer, HelpAi


@click.command("ask")
@click.argument("question", required=False)
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='Questions, one JSON object a line: {"id", "question", "language"}.',
)
@click.option("--language", type=click.Choice(LANGUAGES), help="Your own language, for a question that tells nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line instead of text.")
@click.pass_obj
def ask(
    settings: Settings, question: str | None, file: Path | None, language: Language | None, *, as_json: bool
) -> None:
    """Answer QUESTION about FabricAI and Netvisor from the passages, without any language model.

    The answer is in the question's language. Tiers: answered, closest (not sure), declined.
    """
    if (question is None) == (file is None):
        raise click.UsageError("give a question, or a file of them")
    try:
        help_ai = HelpAi(load_passages(settings.fabric_help_folder))
    except PassageError as error:
        raise click.ClickException(str(error)) from error
    asked: Iterable[Line] = read_texts(file, "question", language) if file else [(None, question or "", language)]
    for number, text, setting in asked:
        answer = help_ai.answer(text, setting)
        if as_json:
            write_line(as_object(number, answer))
        else:
            click.echo(as_text(answer))


def as_object(number: Any, answer: Answer) -> dict[str, Any]:
    """Return an answer as scripts get it: the contract's fields."""
    return {
        "id": number,
        "tier": answer.tier,
        "answer": answer.text,
        "citations": [
            {"id": passage.id, "title": passage.wording(answer.language).title, "url": source}
            for passage in answer.passages
            for source in passage.sources
        ],
        "language": answer.language,
    }


def as_text(answer: Answer) -> str:
    """Return an answer as people read it, with what it is about, its sources and when they were checked."""
    lines = [answer.text, ""] if answer.passages else [answer.text]
    for passage in answer.passages:
        about = phrase(f"about_{passage.about}", answer.language)
        checked = f"{phrase('checked', answer.language)} {passage.checked_on:%d.%m.%Y}"
        lines.append(f"[{about}] {passage.wording(answer.language).title}")
        lines += [f"  {phrase('source', answer.language)}: {source} ({checked})" for source in passage.sources]
    return "\n".join(lines)
