"""Artifacts: a model as versioned bytes of arrays and JSON, never pickled."""

import hashlib
import json
import zlib
from typing import Any, Final, cast

import numpy as np

from services.prediction.memory import Context

_MAGIC: Final = b"FABRIC-MODEL"
VERSION: Final = 1


class ArtifactError(Exception):
    """The bytes are not a model that this version can use: train the company again."""


def pack(labels: dict[str, list[str]], levels: dict[str, list[dict[int, Context]]], learned: int) -> bytes:
    """Bytes of a model's labels and memories."""
    blobs: list[bytes] = []
    sizes: list[tuple[int, int]] = []
    for target in labels:
        for contexts in levels[target]:
            ordered = sorted(contexts.items())
            head = np.array([key for key, _ in ordered], dtype="<u8")
            numbers = np.array([(c.seen, len(c.weights), c.total / c.next_weight) for _, c in ordered], dtype="<f4")
            rows = np.array(
                [
                    (label, weight / c.next_weight, c.last_day[label])
                    for _, c in ordered
                    for label, weight in c.weights.items()
                ],
                dtype="<f4",
            )
            blobs += [np.diff(head, prepend=np.uint64(0)).tobytes(), numbers.T.tobytes(), rows.T.tobytes()]
            sizes.append((len(head), len(rows)))
    header = json.dumps({"version": VERSION, "labels": labels, "sizes": sizes, "learned": learned}).encode()
    body = zlib.compress(len(header).to_bytes(4, "big") + header + b"".join(blobs), 6)
    return _MAGIC + bytes([VERSION]) + hashlib.sha256(body).digest() + body


def unpack(data: bytes) -> tuple[dict[str, list[str]], dict[str, list[dict[int, Context]]], int]:
    """Labels, memories and the number of learned lines. Raises `ArtifactError`."""
    start = len(_MAGIC) + 1
    if data[: len(_MAGIC)] != _MAGIC or len(data) < start + 32:
        raise ArtifactError("not a model")
    if data[start - 1] != VERSION:
        raise ArtifactError(f"a model of version {data[start - 1]}; this program uses version {VERSION}")
    body = data[start + 32 :]
    if hashlib.sha256(body).digest() != data[start : start + 32]:
        raise ArtifactError("the model is damaged: its checksum differs")
    raw = zlib.decompress(body)
    end = 4 + int.from_bytes(raw[:4], "big")
    header = cast(dict[str, Any], json.loads(raw[4:end]))
    labels = cast(dict[str, list[str]], header["labels"])
    sizes = iter(cast(list[tuple[int, int]], header["sizes"]))
    levels: dict[str, list[dict[int, Context]]] = {}
    for target in labels:
        levels[target] = []
        for contexts, rows in (next(sizes) for _ in range(len(header["sizes"]) // len(labels))):
            head = np.cumsum(np.frombuffer(raw, "<u8", contexts, end))
            end += contexts * 8
            numbers = np.frombuffer(raw, "<f4", contexts * 3, end).reshape(3, contexts)
            end += contexts * 12
            entries = np.frombuffer(raw, "<f4", rows * 3, end).reshape(3, rows)
            end += rows * 12
            levels[target].append(_contexts(head, numbers, entries))
    return labels, levels, int(header["learned"])


def _contexts(
    head: "np.ndarray[Any, Any]", numbers: "np.ndarray[Any, Any]", rows: "np.ndarray[Any, Any]"
) -> dict[int, Context]:
    found: dict[int, Context] = {}
    label, weight, day = (column.tolist() for column in rows)
    at = 0
    for key, seen, count, total in zip(head.tolist(), *(row.tolist() for row in numbers), strict=True):
        part = slice(at, at + int(count))
        at += int(count)
        names = [int(one) for one in label[part]]
        found[key] = Context(
            1.0,
            total,
            dict(zip(names, weight[part], strict=True)),
            int(seen),
            {name: int(one) for name, one in zip(names, day[part], strict=True)},
        )
    return found
