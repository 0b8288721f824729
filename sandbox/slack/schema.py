"""A small language for saying what shape a JSON value must have.

A check takes a value, where it stands (a JSON pointer) and a list to which it adds what is wrong, in the words of
Slack's `response_metadata.messages`. Checks are combined into the tables of `elements`, `blocks` and `surfaces`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.slack.values import Json, is_array, is_object

Check = Callable[[Any, str, list[str]], None]
"""Adds a line to the list for everything that is wrong with the value at the pointer."""


def fault(text: str, pointer: str) -> str:
    """One complaint as Slack words it."""
    return f"[ERROR] {text} [json-pointer:{pointer}]"


def string(maximum: int | None = None, minimum: int = 1, pattern: str | None = None) -> Check:
    """A string of that many characters, matching the pattern as a whole when one is given."""

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        if not isinstance(value, str):
            faults.append(fault("must provide a string", pointer))
        elif len(value) < minimum:
            faults.append(fault(f"must be more than {minimum - 1} characters", pointer))
        elif maximum is not None and len(value) > maximum:
            faults.append(fault(f"must be less than {maximum + 1} characters", pointer))
        elif pattern is not None and not re.fullmatch(pattern, value):
            faults.append(fault("must match the required pattern", pointer))

    return check


def boolean(value: Any, pointer: str, faults: list[str]) -> None:
    """True or false."""
    if not isinstance(value, bool):
        faults.append(fault("must be a boolean", pointer))


def integer(minimum: int | None = None, maximum: int | None = None) -> Check:
    """A whole number within the bounds."""

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            faults.append(fault("must provide a number", pointer))
        elif minimum is not None and value < minimum:
            faults.append(fault(f"must be greater than or equal to {minimum}", pointer))
        elif maximum is not None and value > maximum:
            faults.append(fault(f"must be less than or equal to {maximum}", pointer))

    return check


def number(value: Any, pointer: str, faults: list[str]) -> None:
    """Any number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        faults.append(fault("must provide a number", pointer))


def one_of(*allowed: str) -> Check:
    """One of the given strings."""

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        if value not in allowed:
            faults.append(fault(f"must be a valid enum value: {', '.join(allowed)}", pointer))

    return check


def array(item: Check, maximum: int | None = None, minimum: int = 1) -> Check:
    """A list of that many items, each of which passes the check."""

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        if not is_array(value):
            faults.append(fault("must provide an array", pointer))
            return
        if len(value) < minimum:
            faults.append(fault(f"no fewer than {minimum} items allowed", pointer))
        if maximum is not None and len(value) > maximum:
            faults.append(fault(f"no more than {maximum} items allowed", pointer))
        for index, entry in enumerate(value):
            item(entry, f"{pointer}/{index}", faults)

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with exactly these keys; others are refused."""
    known = {**required, **(optional or {})}

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        if not is_object(value):
            faults.append(fault("must provide an object", pointer))
            return
        faults.extend(fault(f"missing required field: {key}", pointer) for key in required if key not in value)
        for key, entry in value.items():
            if key in known:
                known[key](entry, f"{pointer}/{key}", faults)
            else:
                faults.append(fault(f"invalid additional property: {key}", pointer))

    return check


def typed(variants: Mapping[str, Check], allowed: Sequence[str] | None = None) -> Check:
    """An object whose `type` names which of the checks it must pass; only the allowed types stand here."""
    here = variants.keys() if allowed is None else allowed

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        if not is_object(value):
            faults.append(fault("must provide an object", pointer))
            return
        kind = value.get("type")
        if "type" not in value:
            faults.append(fault("missing required field: type", pointer))
        elif not isinstance(kind, str) or kind not in here:
            faults.append(fault(f"unsupported type: {kind}", f"{pointer}/type"))
        else:
            variants[kind](value, pointer, faults)

    return check


def all_of(*checks: Check) -> Check:
    """Every check in turn must pass."""

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        for each in checks:
            each(value, pointer, faults)

    return check


def exactly_one(*keys: str) -> Check:
    """An object in which exactly one of the keys is present."""

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        if is_object(value) and sum(key in value for key in keys) != 1:
            faults.append(fault(f"must provide exactly one of: {', '.join(keys)}", pointer))

    return check


def faults_of(check: Check, value: object, pointer: str = "") -> list[str]:
    """Everything that is wrong with the value, in Slack's words; empty when it is well."""
    faults: list[str] = []
    check(value, pointer, faults)
    return faults


def constant(kind: str) -> Mapping[str, Check]:
    """The `type` entry of a record whose type was looked at already."""
    return {"type": one_of(kind)}


def text_of(value: object) -> str:
    """The text of a text object, empty when it is none."""
    return str(value.get("text", "")) if is_object(value) else ""


def values_of(options: list[Json]) -> list[Any]:
    """The values of option objects."""
    return [option.get("value") for option in options]
