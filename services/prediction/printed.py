"""Finding the name or the id of a dimension where it is printed on an invoice."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.prediction.example import Example
from services.prediction.lines import normal

_BETWEEN: Final = re.compile(r"[^\w]+")
_SHORTEST_NAME: Final = 4
_SHORTEST_NUMBER: Final = 3


def printed(names: Sequence[str], examples: Sequence[Example]) -> NDArray[np.bool_]:
    """Which names (columns) stand on which lines (rows), as whole words in the references or the text.

    A name like "110 Helsinki" is found by the whole, by its number (three digits or more) or by its words (four
    letters or more).
    """
    columns, longest = _columns(tuple(names))
    found = np.zeros((len(examples), len(names)), dtype=bool)
    for row, example in enumerate(examples):
        words = f"{_spaced(example.reference)} {_spaced(example.text)}".split()
        for first in range(len(words)):
            for last in range(first + 1, min(first + longest, len(words)) + 1):
                for column in columns.get(" ".join(words[first:last]), ()):
                    found[row, column] = True
    return found


@lru_cache(maxsize=256)
def _columns(names: tuple[str, ...]) -> tuple[dict[str, list[int]], int]:
    """The columns of the names that each form stands for, and how many words the longest form has."""
    columns: dict[str, list[int]] = {}
    for column, name in enumerate(names):
        for form in _forms(name):
            columns.setdefault(form, []).append(column)
    return columns, max((form.count(" ") + 1 for form in columns), default=0)


def _forms(name: str) -> list[str]:
    words = _spaced(name).split()
    whole = " ".join(words)
    forms = [whole]
    if len(words) > 1 and words[0].isdigit() and len(words[0]) >= _SHORTEST_NUMBER:
        forms.append(words[0])
    if len(words) > 1 and words[0].isdigit():
        forms.append(" ".join(words[1:]))
    return [form for form in forms if len(form) >= (_SHORTEST_NUMBER if form.isdigit() else _SHORTEST_NAME)]


@lru_cache(maxsize=8192)
def _spaced(text: str) -> str:
    return _BETWEEN.sub(" ", normal(text)).strip()
