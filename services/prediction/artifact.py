"""Artifacts: a model as versioned bytes of arrays and JSON, never pickled."""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from services.prediction.judge import Judge
from services.prediction.lines import Hashes, Ints, Lines
from services.prediction.memory import Memory
from services.prediction.network import Network
from services.prediction.shared import shared_digest, shared_networks

VERSION: Final = 7
"""To be raised whenever levels, features or columns change: older models are then trained anew."""

_MAGIC: Final = b"FABRIC-MODEL"
_HEAD: Final = len(_MAGIC) + 1 + 32


class ArtifactError(Exception):
    """The bytes are not a model that this version can use: train the company again."""


def pack(memory: Memory, judges: dict[str, Judge], about: Mapping[str, object]) -> bytes:
    """A memory and its judges as bytes, with what is to be told of their training (JSON)."""
    arrays: dict[str, NDArray[Any]] = {}
    for field in fields(Lines):
        column = getattr(memory.lines, field.name)
        if field.type is Ints:
            arrays[f"line.{field.name}"] = _bytewise(column)
        else:
            known, number = np.unique(column, return_inverse=True)
            arrays[f"line.{field.name}.known"] = _bytewise(known)
            arrays[f"line.{field.name}"] = _bytewise(number.astype(np.uint32))
    for at, answers in enumerate(memory.answers.values()):
        arrays[f"answers.{at}"] = _bytewise(answers.astype(np.int32))
    for at, judge in enumerate(judges.values()):
        for number, network in enumerate(judge.own):
            for field in fields(Network):
                arrays[f"network.{at}.{number}.{field.name}"] = getattr(network, field.name)
    header = {
        "labels": memory.labels,
        "taught": {target: (judge.taught, len(judge.own)) for target, judge in judges.items()},
        "shared": shared_digest(),
        "about": about,
    }
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    out = io.BytesIO()
    np.savez_compressed(out, allow_pickle=False, **arrays)
    body = out.getvalue()
    return _MAGIC + bytes([VERSION]) + hashlib.sha256(body).digest() + body


def unpack(data: bytes) -> tuple[Memory, dict[str, Judge], dict[str, object]]:
    """The memory and the judges in these bytes, and what is told of their training. Raises `ArtifactError`."""
    if data[: len(_MAGIC)] != _MAGIC or len(data) < _HEAD:
        raise ArtifactError("not a model")
    if data[len(_MAGIC)] != VERSION:
        raise ArtifactError(f"a model of version {data[len(_MAGIC)]}; this program uses version {VERSION}")
    body = data[_HEAD:]
    if hashlib.sha256(body).digest() != data[_HEAD - 32 : _HEAD]:
        raise ArtifactError("the model is damaged: its checksum differs")
    with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
        header = cast(dict[str, Any], json.loads(arrays["header"].tobytes()))
        if header["shared"] != shared_digest():
            raise ArtifactError("the model was tuned from other shared networks than this program's")
        labels = cast(dict[str, list[str]], header["labels"])
        memory = Memory(tuple(labels))
        memory.labels = labels
        columns: list[Ints | Hashes] = []
        for field in fields(Lines):
            column = arrays[f"line.{field.name}"]
            if field.type is Ints:
                columns.append(_whole(column, np.dtype(np.int64)))
            else:
                known = _whole(arrays[f"line.{field.name}.known"], np.dtype(np.uint64))
                columns.append(known[_whole(column, np.dtype(np.uint32))])
        memory.lines = Lines(*cast(list[Any], columns))
        for at, target in enumerate(labels):
            memory.answers[target] = _whole(arrays[f"answers.{at}"], np.dtype(np.int32)).astype(np.int64)
        judges = {
            target: Judge(
                target,
                shared_networks(target),
                tuple(
                    Network(*(arrays[f"network.{at}.{number}.{field.name}"] for field in fields(Network)))
                    for number in range(own)
                ),
                taught,
            )
            for at, (target, (taught, own)) in enumerate(cast(dict[str, tuple[int, int]], header["taught"]).items())
        }
    return memory, judges, cast(dict[str, object], header.get("about", {}))


def _bytewise(column: NDArray[Any]) -> NDArray[np.uint8]:
    """A column's first bytes, then its second bytes and so on, which compresses far better."""
    return column.view(np.uint8).reshape(len(column), column.itemsize).T.copy()


def _whole(column: NDArray[Any], kind: np.dtype[Any]) -> NDArray[Any]:
    return column.T.copy().view(kind).reshape(-1)
