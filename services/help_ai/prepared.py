"""What is prepared from passages to find them: an index for each language's pieces of words, and one for meanings.

Those of the packaged passages are kept in `index.npz`, which `python -m services.help_ai.prepared` writes. They are
read with the first question of a language and shared by all workspaces. Passages that are not as they were when the
file was written (an operator's, a firm's own, or edited since) get a small index of their own on top.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from services.help_ai.index import Arrays, Features, Floats, Numbering, Passages, Phrases, Whole
from services.help_ai.knowledge import LANGUAGES, PACKAGE, Language, Passage, Wording, load_passages
from services.help_ai.language import BEGINNING
from services.help_ai.words import meanings, pieces, telling_words, words

KEPT = PACKAGE / "index.npz"
WORDS = ("meanings.yaml", "fillers.yaml")
"""What the kept indexes depend on beside the passages."""

Name = Literal["fi", "en", "sv", "meanings"]


class Index:
    """Passages by their features: which there are, and two ways to compare them with those of a question."""

    def __init__(self, numbering: Numbering, passages: Passages, phrases: Phrases) -> None:
        self.numbering = numbering
        self.passages = passages
        self.phrases = phrases

    @classmethod
    def of(cls, name: Name, passages: Sequence[Passage], on: Index | None = None) -> Index:
        """Return the index of passages; `on` another, whose numbers and rarities it takes."""
        phrases: list[list[list[str]]] = []
        telling: list[list[str]] = []
        for passage in passages:
            wordings = passage.wordings.values() if name == "meanings" else (passage.wording(name),)
            asked = [_parts(name, one) for one in ways(wordings)]
            # The title counts twice.
            whole = [part for one in wordings for text in (one.title, one.text) for part in _parts(name, text)]
            whole += [part for one in asked for part in one]
            phrases.append(asked)
            telling.append(whole if name == "meanings" else telling_words(whole, name))
        learnt = {part for whole in (*telling, *(one for asked in phrases for one in asked)) for part in whole}
        numbering = Numbering.of(_features_of(name), learnt, on and on.numbering)
        numbers = {part: numbering.numbers((part,)) for part in learnt}

        def row(parts: Sequence[str]) -> Whole:
            return np.concatenate([numbers[part] for part in parts]) if parts else np.zeros(0, np.int32)

        return cls(
            numbering,
            Passages.of([row(whole) for whole in telling], numbering.size, on and on.passages),
            Phrases.of([[row(one) for one in asked] for asked in phrases], numbering.size, on and on.phrases),
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what this is made of, to be kept in a file."""
        return {
            **_named("numbering", self.numbering.arrays()),
            **_named("passages", self.passages.arrays()),
            **_named("phrases", self.phrases.arrays()),
        }

    @classmethod
    def read(cls, name: Name, arrays: Arrays) -> Index:
        """Return what was kept."""
        return cls(
            Numbering.read(_features_of(name), _under("numbering", arrays)),
            Passages.read(_under("passages", arrays)),
            Phrases.read(_under("phrases", arrays)),
        )


class Prepared:
    """The indexes of passages, each made or read when it is first needed."""

    def __init__(
        self,
        rows: Mapping[int, int],
        index: Callable[[Name], Index],
        beginnings: Mapping[Language, frozenset[str]],
    ) -> None:
        """Take each passage's row by its fingerprint, and the beginnings of the words that each language uses."""
        self.rows = rows
        self.index = cache(index)
        self.beginnings = beginnings

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> Prepared:
        """Prepare passages from their words."""
        rows = {fingerprint(passage): row for row, passage in enumerate(passages)}
        return cls(rows, lambda name: Index.of(name, passages), _beginnings(passages))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all that is to be kept in a file."""
        kept: dict[str, NDArray[Any]] = {"words": _digest(), "fingerprints": np.array(list(self.rows), np.uint32)}
        for language in LANGUAGES:
            kept[f"{language}.beginnings"] = np.array(sorted(self.beginnings[language]), np.bytes_)
        for name in (*LANGUAGES, "meanings"):
            kept |= _named(name, self.index(name).arrays())
        return kept


@cache
def packaged() -> Prepared:
    """Return what is prepared from the packaged passages: kept, or made anew if the words of meanings changed since."""
    with KEPT.open("rb") as file, np.load(file, allow_pickle=False) as kept:
        if not np.array_equal(kept["words"], _digest()):
            return Prepared.of(load_passages())
        rows = {int(one): row for row, one in enumerate(kept["fingerprints"])}
        beginnings: dict[Language, frozenset[str]] = {
            one: frozenset(_texts(kept[f"{one}.beginnings"])) for one in LANGUAGES
        }
    return Prepared(rows, _read, beginnings)


def _read(name: Name) -> Index:
    with KEPT.open("rb") as file, np.load(file, allow_pickle=False) as kept:
        return Index.read(name, _under(name, kept))


class Layered:
    """The index of packaged passages and that of those that are not as packaged, as if they were one."""

    def __init__(self, name: Name, passages: Sequence[Passage], prepared: Prepared) -> None:
        """Index passages; what is prepared of them already is shared."""
        shared = prepared.index(name)
        rows = [prepared.rows.get(fingerprint(passage), -1) for passage in passages]
        known = [place for place, row in enumerate(rows) if row >= 0]
        others = [place for place, row in enumerate(rows) if row < 0]
        self._size = len(passages)
        self._layers = [(shared, np.array([rows[place] for place in known], np.int64), np.array(known, np.int64))]
        if others:
            own = Index.of(name, [passages[place] for place in others], shared)
            self._layers.append((own, np.arange(len(others)), np.array(others)))
        self.numbering: Numbering = self._layers[-1][0].numbering

    def compare(self, features: Features) -> Floats:
        """Return how well each passage fits a question's features, from 0."""
        return self._placed([index.passages.compare(features) for index, *_ in self._layers])

    def nearest(self, features: Features) -> tuple[Floats, Floats]:
        """Return the cosine of each passage's nearest phrase with a question's features, and of its nearest few."""
        found = [index.phrases.compare(features) for index, *_ in self._layers]
        return self._placed([nearest for nearest, _ in found]), self._placed([few for _, few in found])

    def coverage(self, passage: int, features: Features) -> float:
        """Return the share of a question's features, weighed by rarity, that a passage holds: 0 to 1."""
        for index, rows, places in self._layers:
            for row in rows[places == passage]:
                return index.passages.coverage(int(row), features)
        raise IndexError(passage)

    def _placed(self, scores: Sequence[Floats]) -> Floats:
        total = np.zeros(self._size)
        for score, (_, rows, places) in zip(scores, self._layers, strict=True):
            total[places] = score[rows]
        return total


def ways(wordings: Iterable[Wording]) -> list[str]:
    """Return the ways to ask for a passage: its titles, and what else is listed."""
    return [way for wording in wordings for way in (wording.title, *wording.aliases)]


def fingerprint(passage: Passage) -> int:
    """Return a number that differs when what is prepared from a passage does."""
    said = [(language, one.title, one.text, one.aliases) for language, one in passage.wordings.items()]
    return zlib.crc32(repr((passage.id, said)).encode())


def _parts(name: Name, text: str) -> list[str]:
    return meanings().parts(words(text)) if name == "meanings" else words(text)


def _features_of(name: Name) -> Callable[[str], Iterable[str]]:
    return meanings().of if name == "meanings" else pieces


def _beginnings(passages: Iterable[Passage]) -> dict[Language, frozenset[str]]:
    found: dict[Language, set[str]] = {language: set() for language in LANGUAGES}
    for passage in passages:
        for language, wording in passage.wordings.items():
            found[language].update(word[:BEGINNING] for one in ways((wording,)) for word in words(one))
    return {language: frozenset(listed) for language, listed in found.items()}


def _digest() -> NDArray[Any]:
    said = b"".join((PACKAGE / name).read_bytes() for name in WORDS)
    return np.frombuffer(hashlib.sha256(said).digest(), np.uint8)


def _named(name: str, arrays: Arrays) -> dict[str, NDArray[Any]]:
    return {f"{name}.{part}": array for part, array in arrays.items()}


def _under(name: str, arrays: Arrays) -> dict[str, NDArray[Any]]:
    return {part.removeprefix(f"{name}."): arrays[part] for part in arrays if part.startswith(f"{name}.")}


def _texts(names: NDArray[Any]) -> list[str]:
    return [name.decode() for name in names.tolist()]


def main() -> None:
    """Write what is kept."""
    np.savez_compressed(Path(str(KEPT)), allow_pickle=False, **Prepared.of(load_passages()).arrays())


if __name__ == "__main__":
    main()
