"""Files of JSON objects, one a line, as `ask` and `parse-rule` take and give them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import click

from services.help_ai.knowledge import LANGUAGES, Language

Line = tuple[Any, str, Language | None]
"""A text with its id (any JSON value) and the person's own language."""


def read_texts(file: Path, key: str, language: Language | None) -> Iterator[Line]:
    """Yield each line's id, the text under a key, and its language, or the given one where it names none.

    Raises click's exception, which names the line, where one is no object.
    """
    for row, line in enumerate(file.read_text("utf-8-sig", errors="replace").split("\n"), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except json.JSONDecodeError as error:
            raise click.ClickException(f"{file}, line {row}: not JSON ({error.msg})") from error
        if not isinstance(entry, dict):
            raise click.ClickException(f"{file}, line {row}: an object with id and {key} is expected")
        fields = cast("dict[str, Any]", entry)
        said: Language | None = next((one for one in LANGUAGES if one == fields.get("language")), None)
        yield fields.get("id"), str(fields.get(key) or ""), said or language


def write_line(entry: Mapping[str, Any]) -> None:
    """Write an object as a line, letters as they are."""
    sys.stdout.write(json.dumps(entry, ensure_ascii=False) + "\n")
