"""Finding the name or the id of a dimension where it is printed on an invoice."""

import re
from collections.abc import Sequence
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
    wanted = [_forms(name) for name in names]
    found = np.zeros((len(examples), len(names)), dtype=bool)
    for row, example in enumerate(examples):
        if not (example.reference or example.text):
            continue
        on_invoice = f" {_spaced(example.reference)} {_spaced(example.text)} "
        for column, forms in enumerate(wanted):
            found[row, column] = any(form in on_invoice for form in forms)
    return found


def _forms(name: str) -> list[str]:
    words = _spaced(name).split()
    whole = " ".join(words)
    forms = [whole]
    if len(words) > 1 and words[0].isdigit() and len(words[0]) >= _SHORTEST_NUMBER:
        forms.append(words[0])
    if len(words) > 1 and words[0].isdigit():
        forms.append(" ".join(words[1:]))
    return [f" {form} " for form in forms if len(form) >= (_SHORTEST_NUMBER if form.isdigit() else _SHORTEST_NAME)]


def _spaced(text: str) -> str:
    return _BETWEEN.sub(" ", normal(text)).strip()
