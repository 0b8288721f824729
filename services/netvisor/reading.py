"""From elements to models: a field says where its value stands, and its type says how that is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict

from services.netvisor.xml import (
    Node,
    XmlProblem,
    read_boolean,
    read_bytes,
    read_date,
    read_decimal,
    read_integer,
    read_moment,
)

READERS: Mapping[type, Callable[[str], Any]] = {
    str: str,
    int: read_integer,
    Decimal: read_decimal,
    bool: read_boolean,
    date: read_date,
    datetime: read_moment,
    bytes: read_bytes,
}


class Model(BaseModel):
    """A frozen value. A field that has a default may be missing in a reply, one without may not.

    Fields that say no place are for whoever makes the value to fill.
    """

    model_config = ConfigDict(frozen=True)


M = TypeVar("M", bound=Model)
Read = Callable[[Node], Any]


@dataclass(frozen=True)
class At:
    """Where a field's value stands: a path of element names, or an attribute of what the path leads to.

    An empty path is the element itself. `misspelt` is another last name of the path, which is read where there is none
    of the first.
    """

    path: tuple[str, ...]
    attribute: str | None = None
    convert: Callable[[str], Any] | None = None
    pairs: tuple[str, str] | None = None
    misspelt: str | None = None

    def __str__(self) -> str:
        return "/".join((*self.path, f"@{self.attribute}") if self.attribute else self.path)


def at(
    *path: str,
    attribute: str | None = None,
    convert: Callable[[str], Any] | None = None,
    misspelt: str | None = None,
) -> At:
    """Say where a value stands; `convert` reads the text where the field's type does not say how."""
    return At(path, attribute, convert, misspelt=misspelt)


def pairs_at(*path: str, names: str, values: str) -> At:
    """Say where a mapping stands: elements that hold each a name and a value."""
    return At(path, pairs=(names, values))


def read(model: type[M], node: Node) -> M:
    """Return the model that an element holds.

    Raises XmlProblem, which names the element, for a value of the wrong kind and for a missing one that must be there.
    """
    values: dict[str, Any] = {}
    for name, where, is_required, reader in _fields(model):
        try:
            value = reader(node)
        except XmlProblem as problem:
            raise XmlProblem(f"{where}: {problem}") from None
        if value is not None:
            values[name] = value
        elif is_required:
            raise XmlProblem(f"{where}: missing")
    return model(**values)


@cache
def _fields(model: type[Model]) -> tuple[tuple[str, At, bool, Read], ...]:
    found: list[tuple[str, At, bool, Read]] = []
    for name, field in model.model_fields.items():
        where = next((item for item in field.metadata if isinstance(item, At)), None)
        if where is not None:
            found.append((name, where, field.is_required(), _reader(field.annotation, where)))
    return tuple(found)


def _reader(annotation: Any, where: At) -> Read:
    kinds = [kind for kind in get_args(annotation) if kind is not NoneType] if NoneType in get_args(annotation) else []
    kind: Any = kinds[0] if kinds else annotation
    if where.pairs:
        return _pairs_reader(where.path, *where.pairs)
    if get_origin(kind) is tuple:
        return _list_reader(where.path, get_args(kind)[0])
    if issubclass(kind, Model):
        return _model_reader(where.path, kind)
    return _value_reader(where, where.convert or READERS[kind])


def _value_reader(where: At, convert: Callable[[str], Any]) -> Read:
    path, attribute = where.path, where.attribute
    other = (*path[:-1], where.misspelt) if where.misspelt else None

    def read_value(node: Node) -> Any:
        if attribute:
            holder = node.child(*path)
            text = holder.attribute(attribute) if holder else None
        else:
            text = node.text(*path) or (node.text(*other) if other else None)
        return None if text is None else convert(text)

    return read_value


def _model_reader(path: tuple[str, ...], model: type[Model]) -> Read:
    def read_model(node: Node) -> Any:
        found = node.child(*path)
        return read(model, found) if found and not found.is_empty else None

    return read_model


def _list_reader(path: tuple[str, ...], model: type[Model]) -> Read:
    return lambda node: tuple(read(model, item) for item in node.items(*path) if not item.is_empty)


def _pairs_reader(path: tuple[str, ...], names: str, values: str) -> Read:
    def read_pairs(node: Node) -> Any:
        pairs = ((item.text(names), item.text(values)) for item in node.items(*path))
        return {name: value for name, value in pairs if name and value}

    return read_pairs
