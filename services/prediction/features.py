"""Candidates and what speaks for each of them, in numbers that carry no identity.

A row of numbers says the same about a candidate in every company: how often, how lately and how purely it was
posted under each key, how near its amounts and numbers are. So one network can judge candidates of any company.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.prediction.days import Days
from services.prediction.evidence import Contexts, Evidence, Floats, Support
from services.prediction.levels import LEVELS, VENDOR
from services.prediction.lines import Hashes, Ints, Lines

CANDIDATES: Final = 8
_RECENT: Final = 32
_SOURCE_LEVEL: Final = np.repeat(np.arange(len(LEVELS)), [level.proposes for level in LEVELS])
_SOURCE_BACK: Final = np.concatenate([np.arange(level.proposes) for level in LEVELS])
_SOURCE_VOTE: Final = np.array([level.trust for level in LEVELS])[_SOURCE_LEVEL] * 0.9**_SOURCE_BACK
_LITERALS: Final = 3
_LITERAL_VOTE: Final = 3.0
_RECENT_BACK: Final = np.arange(_RECENT)
_RECENT_LEVEL: Final = np.full(_RECENT, VENDOR)
FEATURES: Final = 3 * len(LEVELS) + 25
"""How many numbers describe a candidate for the networks."""
DAYS: Final = FEATURES
"""The place of one number more, for the judge alone: on how many days the vendor was posted to the candidate. Networks
that learn from it are right no more often.
"""
_FLOOR: Final = 1e-5
_NEVER: Final = 9.0
_FAR: Final = 20.0
_FADING_DAYS: Final = 180.0


@dataclass(frozen=True)
class Described:
    """Candidates of each line (label numbers, -1: none), their features and the facts behind."""

    candidates: Ints
    features: Floats
    contexts: Contexts
    support: Support

    @property
    def present(self) -> NDArray[np.bool_]:
        """Where there is a candidate."""
        return self.candidates >= 0


def describe(
    evidence: Evidence,
    learned: Lines,
    days: Days,
    asked: Lines,
    keys: Hashes,
    before: Ints,
    literal: NDArray[np.bool_] | None,
) -> Described:
    """Candidates and features of the `asked` lines.

    `learned` are the lines that the evidence numbers and `days` their days, `keys` the asked lines' keys, `before` the
    row number up to which each may know. `literal` tells which labels (columns) are printed on each line, or is None.
    """
    contexts = evidence.contexts(keys, before)
    candidates = _candidates(evidence, contexts, literal)
    support = evidence.support(contexts, candidates)
    chances = _chances(contexts, support)
    chain = _chain(contexts, support)
    order = np.argsort(-np.where(candidates >= 0, chain, -1.0), axis=1, kind="stable")
    rank = np.argsort(order, axis=1)
    leading: Floats = np.take_along_axis(chain, order[:, :2], axis=1)
    rival = np.where(rank == 0, leading[:, 1:], leading[:, :1])
    since, row = support.since[:, VENDOR], support.row[:, VENDOR]
    other = _newest_other(since)
    columns = [
        _logit(chain),
        np.log(np.maximum(chain, _FLOOR) / np.maximum(rival, _FLOOR)),
        rank,
        _log_since(since),
        _age(asked, learned, row),
        _log_since(np.take_along_axis(since, other, axis=1)),
        _age(asked, learned, np.take_along_axis(row, other, axis=1)),
        _age(asked, learned, support.row[:, 0]),
        _literal_features(candidates, literal),
        *_neighbours(evidence, contexts, learned, asked, candidates),
    ]
    common = [
        np.log1p(contexts.size),
        np.log(np.maximum(contexts.labels, 1)),
        np.log1p(before)[:, None],
        np.log1p(np.abs(asked.amount))[:, None],
        (asked.amount < 0)[:, None],
        np.log(asked.invoice_lines)[:, None],
        (candidates >= 0).sum(axis=1)[:, None],
    ]
    features = np.empty((*candidates.shape, FEATURES + 1), dtype=np.float32)
    levels, own = len(LEVELS), len(LEVELS) + len(columns)
    features[:, :, :levels] = np.moveaxis(_logit(chances), 1, 2)
    features[:, :, levels:own] = np.stack(columns, axis=2)
    features[:, :, own:DAYS] = np.concatenate(common, axis=1)[:, None, :]
    features[:, :, DAYS] = np.where(row >= 0, days.of_label[row], 0) if len(learned) else 0
    return Described(candidates, features, contexts, support)


def _candidates(evidence: Evidence, contexts: Contexts, literal: NDArray[np.bool_] | None) -> Ints:
    """The labels with the most votes of the newest postings under each key, at most `CANDIDATES` a line."""
    _, label = evidence.newest(contexts, _SOURCE_LEVEL, _SOURCE_BACK)
    vote = np.broadcast_to(_SOURCE_VOTE, label.shape)
    if literal is not None and literal.shape[1]:
        found = np.argsort(~literal, axis=1, kind="stable")[:, :_LITERALS]
        found = np.where(np.take_along_axis(literal, found, axis=1), found, -1)
        label = np.concatenate([label, found], axis=1)
        vote = np.concatenate([vote, np.full(found.shape, _LITERAL_VOTE)], axis=1)
    vote = np.where(label >= 0, vote, 0.0)
    order = np.argsort(label, axis=1, kind="stable")
    label, total = np.take_along_axis(label, order, axis=1), np.cumsum(np.take_along_axis(vote, order, axis=1), axis=1)
    last = np.ones(label.shape, dtype=bool)
    last[:, :-1] = label[:, 1:] != label[:, :-1]
    earlier = np.zeros(total.shape)
    earlier[:, 1:] = np.maximum.accumulate(np.where(last, total, 0.0), axis=1)[:, :-1]
    score = np.where(last & (label >= 0), total - earlier, -1.0)
    best = np.argsort(-score, axis=1, kind="stable")[:, :CANDIDATES]
    return np.where(np.take_along_axis(score, best, axis=1) > 0, np.take_along_axis(label, best, axis=1), -1)


def _chances(contexts: Contexts, support: Support) -> Floats:
    """Each candidate's probability on each level, corrected from "all" to the vendor and on to what it bought."""
    novelty = 0.5 * contexts.labels[:, :, None] + 1e-9
    size = contexts.size[:, :, None]
    chances = np.empty(support.weight.shape)

    def correct(levels: slice, prior: Floats | float) -> None:
        weight = support.weight[:, levels]
        chances[:, levels] = (weight + novelty[:, levels] * prior) / (size[:, levels] + novelty[:, levels])

    correct(slice(0, 1), 1e-4)
    correct(slice(1, VENDOR + 1), chances[:, :1])
    correct(slice(VENDOR + 1, None), chances[:, VENDOR : VENDOR + 1])
    return chances


def _chain(contexts: Contexts, support: Support) -> Floats:
    """Each candidate's probability with every level correcting the one before, Witten-Bell style."""
    labels, weight = contexts.labels[:, :, None], support.weight
    total = np.maximum(contexts.size[:, :, None] + labels, 1e-9)
    known = contexts.seen[:, :, None] > 0
    kept = np.where(known, labels / total, 1.0)
    kept_by_later = np.ones_like(kept)
    kept_by_later[:, :-1] = np.cumprod(kept[:, :0:-1], axis=1)[:, ::-1]
    return (np.where(known, weight / total, 0.0) * kept_by_later).sum(axis=1)


def _neighbours(evidence: Evidence, contexts: Contexts, learned: Lines, asked: Lines, candidates: Ints) -> list[Floats]:
    """How near the vendor's newest lines are by amount, document number and number in the text.

    For each of the three: the candidate's share of the nearness of all, its nearest line's distance, and how near
    any line is.
    """
    rows, labels = evidence.newest(contexts, _RECENT_LEVEL, _RECENT_BACK)
    present = rows >= 0
    if not len(learned):
        nothing = np.zeros(candidates.shape)
        return [*[nothing - 0.1, nothing + _FAR, nothing - _NEVER] * 3, nothing - 0.1, nothing - _NEVER]
    amount, before = asked.amount[:, None], learned.amount[rows]
    apart = np.abs(np.log1p(np.abs(before)) - np.log1p(np.abs(amount))) + 3.0 * ((before < 0) != (amount < 0))
    document, text = asked.document_number[:, None], asked.text_number[:, None]
    same_shape = learned.document_shape[rows] == asked.document_shape[:, None]
    numbered = present & same_shape & (document > 0) & (learned.document_number[rows] > 0)
    written = present & (text > 0) & (learned.text_number[rows] > 0)
    documents = np.log1p(np.abs(learned.document_number[rows] - document))
    texts = np.log1p(np.abs(learned.text_number[rows] - text))
    alike = np.exp(-2.0 * apart) * np.where(same_shape, np.exp(-0.15 * documents), 0.1)
    alike *= np.where(learned.text_word[rows] == asked.text_word[:, None], 1.0, 0.2)
    alike *= np.where(learned.invoice_lines[rows] == asked.invoice_lines[:, None], 1.0, 0.5)
    alike *= np.exp((learned.day[rows] - asked.day[:, None]) / _FADING_DAYS)
    fading = 0.97 ** np.arange(_RECENT)
    same = labels[:, None, :] == candidates[:, :, None]
    result: list[Floats] = []
    for usable, distance, nearness in (
        (present, apart, np.exp(-apart / 0.1) * fading),
        (numbered, documents, np.exp(-documents)),
        (written, texts, np.exp(-texts)),
    ):
        near = np.where(usable, nearness, 0.0)
        total = near.sum(axis=1)[:, None]
        share = np.einsum("nkr,nr->nk", same, near) / np.maximum(total, 1e-12)
        nearest = np.where(same & usable[:, None, :], distance[:, None, :], _FAR).min(axis=2)
        result += [
            np.where(total > 1e-12, share, -0.1),
            np.minimum(nearest, _FAR),
            np.broadcast_to(np.log(total + 1e-4), share.shape),
        ]
    near = np.where(present, alike, 0.0)
    total = near.sum(axis=1)[:, None]
    result.append(np.where(total > 1e-12, np.einsum("nkr,nr->nk", same, near) / np.maximum(total, 1e-12), -0.1))
    result.append(np.broadcast_to(np.log(total + 1e-4), candidates.shape))
    return result


def _literal_features(candidates: Ints, literal: NDArray[np.bool_] | None) -> Floats:
    if literal is None or not literal.shape[1]:
        return np.zeros(candidates.shape)
    found = np.take_along_axis(literal, np.maximum(candidates, 0), axis=1) & (candidates >= 0)
    return found.astype(float)


def _newest_other(since: Ints) -> Ints:
    """For each candidate the place of that other one which the vendor had newest: since when is it without a rival?"""
    newest = np.argsort(np.where(since >= 0, since, np.iinfo(np.int64).max), axis=1, kind="stable")
    return np.where(np.arange(CANDIDATES) == newest[:, :1], newest[:, 1:2], newest[:, :1])


def _log_since(since: Ints) -> Floats:
    """Log of the lines since a posting."""
    return np.where(since >= 0, np.log1p(np.maximum(since, 0)), _NEVER)


def _age(asked: Lines, learned: Lines, rows: Ints) -> Floats:
    """Log of the days since a candidate's newest posting."""
    if not len(learned):
        return np.full(rows.shape, _NEVER)
    days = np.maximum(asked.day[:, None] - learned.day[rows], 0)
    return np.where(rows >= 0, np.log1p(days), _NEVER)


def _logit(chance: Floats) -> Floats:
    inside = np.clip(chance, _FLOOR, 1.0 - 1e-3)
    return np.log(inside / (1.0 - inside))
