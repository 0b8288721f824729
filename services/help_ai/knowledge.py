"""The passages that questions are answered with, and where they come from.

A passage is a few sentences about one thing in Finnish, English and Swedish, with its source. The packaged ones lie in
`passages/`; an operator adds a folder of YAML files of the same form, whose ids replace packaged ones. An operator's
passage may lack a language: it is then shown in one that it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, cast

import yaml

Language = Literal["fi", "en", "sv"]
LANGUAGES: tuple[Language, ...] = ("fi", "en", "sv")

PACKAGE = resources.files("services.help_ai")
# The C parser is ten times as fast; PyYAML's wheels have it, a build from source may not.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def spoken(language: str) -> Language:
    """Return a language code as one that passages are written in, English for any other."""
    return language if language in LANGUAGES else "en"


class About(StrEnum):
    """What a passage is about: the three differ, and a reader must know which one is meant."""

    NETVISOR = "netvisor"
    PORTAL = "portal"
    PRODUCT = "product"


class Kind(StrEnum):
    """What a passage says: something documented, that nobody documents it, or that it is no subject of ours."""

    DOCUMENTED = "documented"
    UNDOCUMENTED = "undocumented"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Wording:
    """A passage in one language. `aliases` are other ways in which people ask for it."""

    title: str
    text: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Passage:
    """A few sentences about one thing. The first of `sources` is the main one."""

    id: str
    about: About
    kind: Kind
    sources: tuple[str, ...]
    checked_on: date
    wordings: Mapping[Language, Wording]

    @property
    def topic(self) -> str:
        """The subject that the passage belongs to: the id's first part."""
        return self.id.partition(".")[0]

    def wording(self, language: Language) -> Wording:
        """Return the passage in a language, or in the first language that it has."""
        return self.wordings.get(language) or next(iter(self.wordings.values()))


class PassageError(ValueError):
    """A passage file is not of the right form; says which file, which passage and what."""


def load_passages(own: Path | None = None) -> tuple[Passage, ...]:
    """Return the packaged passages and those of the operator's folder; raise PassageError."""
    passages = dict(_packaged_passages())
    if own is not None:
        if not own.is_dir():
            raise PassageError(f"{own}: there is no such folder")
        sources = packaged("sources.yaml")
        for file in sorted(own.glob("*.yaml")):
            passages |= {passage.id: passage for passage in _passages(file, sources)}
    return tuple(passages.values())


def phrase(name: str, language: Language) -> str:
    """Return what is said around the passages, for example that nothing was found."""
    return _phrases()[name][language]


def packaged(name: str) -> Any:
    """Return what a YAML file of this package holds."""
    return _read(PACKAGE / name)


@cache
def _packaged_passages() -> Mapping[str, Passage]:
    sources = packaged("sources.yaml")
    files = sorted((PACKAGE / "passages").iterdir(), key=lambda file: file.name)
    return {passage.id: passage for file in files for passage in _passages(file, sources)}


@cache
def _phrases() -> dict[str, dict[Language, str]]:
    return packaged("phrases.yaml")


def _read(file: Traversable | Path) -> Any:
    try:
        return yaml.load(file.read_text("utf-8"), _Loader)  # noqa: S506 - both are safe loaders
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PassageError(f"{file}: {error}") from None


def _passages(file: Traversable | Path, sources: Mapping[str, Any]) -> Iterable[Passage]:
    entries = _read(file)
    if not isinstance(entries, list):
        raise PassageError(f"{file}: a list of passages is expected")
    for entry in cast("list[Any]", entries):
        fields = cast("dict[str, Any]", entry if isinstance(entry, dict) else {})
        try:
            yield _passage(fields, sources)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            problem = f"{type(error).__name__} {error}"
            raise PassageError(f"{file}: passage {fields.get('id')}: {problem}") from None


def _passage(entry: Mapping[str, Any], sources: Mapping[str, Any]) -> Passage:
    names: list[str] = entry["sources"]
    wordings: dict[Language, Wording] = {
        language: Wording(
            str(entry[language]["title"]),
            str(entry[language]["text"]).strip(),
            tuple(line.strip() for line in str(entry[language].get("aliases", "")).splitlines() if line.strip()),
        )
        for language in LANGUAGES
        if language in entry
    }
    if not wordings or not names:
        raise ValueError("a passage needs a source and at least one language")
    checked_on = entry.get("checked_on", sources["checked_on"])
    if not isinstance(checked_on, date):
        raise TypeError("checked_on is a day, for example 2026-11-23")
    return Passage(
        id=str(entry["id"]),
        about=About(entry["about"]),
        kind=Kind(entry.get("kind", Kind.DOCUMENTED)),
        sources=tuple(sources["addresses"].get(name, name) for name in names),
        checked_on=checked_on,
        wordings=wordings,
    )
