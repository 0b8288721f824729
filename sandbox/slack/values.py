"""Small helpers for JSON values, whose shape is never known before it was checked."""

import json
import secrets
from typing import Any, TypeGuard, cast

Json = dict[str, Any]

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


def is_object(value: object) -> TypeGuard[Json]:
    """Whether the value is a JSON object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Whether the value is a JSON array."""
    return isinstance(value, list)


def objects(value: object) -> list[Json]:
    """The objects in an array; nothing when it is no array."""
    return [item for item in value if is_object(item)] if is_array(value) else []


def new_id(prefix: str, length: int = 10) -> str:
    """A fresh id that looks like Slack's: a letter that tells the kind, then capitals and digits."""
    # Their number does not divide 256: that some come up a little oftener does no harm to an id.
    return prefix + "".join([_LETTERS[byte % len(_LETTERS)] for byte in secrets.token_bytes(length)])


def copy_of(value: Json) -> Json:
    """A deep copy of a JSON object, so that nobody shares it by accident."""
    return cast(Json, json.loads(json.dumps(value)))


def size_of(value: object) -> int:
    """Bytes of the value as compact UTF-8 JSON."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
