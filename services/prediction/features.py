"""Candidates and what speaks for each of them, in numbers that carry no identity.

A row of numbers says the same about a candidate in every company: how often, how lately and how purely it was
posted under each key, how near its amounts and numbers are. So one network can judge candidates of any company.
"""

from dataclasses import dataclass
from typing import Final, cast

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
_LITERALS: Final = 3
_LITERAL_VOTE: Final = 3.0
_SOURCE_VOTE: Final = np.concatenate(
    [
        np.array([level.trust for level in LEVELS])[_SOURCE_LEVEL] * 0.9**_SOURCE_BACK,
        np.full(_LITERALS, _LITERAL_VOTE),
    ]
)
_SOURCE_BITS: Final = 8
_MOST_VOTES: Final = 1000.0
"""More than all votes together."""
_RECENT_BACK: Final = np.arange(_RECENT)
_RECENT_LEVEL: Final = np.full(_RECENT, VENDOR)
_RECENT_FADING: Final = 0.97 ** np.arange(_RECENT)[:, None]
_COLUMNS: Final = 20
FEATURES: Final = 3 * len(LEVELS) + _COLUMNS + 5
"""How many numbers describe a candidate for the networks."""
DAYS: Final = FEATURES
"""The place of one number more, for the judge alone: on how many days the vendor was posted to the candidate. Networks
that learn from it are right no more often.
"""
_FLOOR: Final = 1e-5
_NEVER: Final = 9.0
_LONG_AGO: Final = 1 << 40
_FAR: Final = 20.0
_FADING_DAYS: Final = 180.0
_SHARPNESS: Final = np.array([10.0, 1.0, 1.0])[:, None, None]


@dataclass(frozen=True)
class Described:
    """Candidates of each line (label numbers, -1: none), the features of those that are present (a row each, line by
    line) and the facts behind.
    """

    candidates: Ints
    features: Floats
    evidence: Evidence
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
    posting = support.posting[:, :, VENDOR]
    since, row = evidence.since(contexts, VENDOR, posting), evidence.rows(posting)
    of_vendor = np.array([chain, row, np.where(since >= 0, -since, -_LONG_AGO)], dtype=np.float64)
    rival = _of_rival(of_vendor)
    rows = np.array([row, rival[1].astype(np.int64), evidence.rows(support.posting[:, :, 0])])
    columns = np.empty((_COLUMNS, *candidates.shape), dtype=np.float32)
    columns[0] = _logit(chain)
    columns[1] = np.log(np.maximum(chain, _FLOOR) / np.maximum(rival[0], _FLOOR))
    columns[2] = np.argsort(order, axis=1)
    columns[3] = np.where(since >= 0, np.log1p(np.maximum(since, 0)), _NEVER)
    columns[4], columns[6], columns[7] = _ages(asked, learned, rows)
    columns[5] = np.where(rival[2] > -_LONG_AGO, np.log1p(-rival[2]), _NEVER)
    columns[8] = _literal_features(candidates, literal)
    _neighbours(evidence, contexts, learned, asked, candidates, columns[9:])
    common = [
        np.log1p(before),
        np.log1p(np.abs(asked.amount)),
        asked.amount < 0,
        np.log(asked.invoice_lines),
        (candidates >= 0).sum(axis=1),
    ]
    features = np.empty((*candidates.shape, FEATURES + 1), dtype=np.float32)
    levels, own, labels = len(LEVELS), len(LEVELS) + _COLUMNS, 2 * len(LEVELS) + _COLUMNS
    features[:, :, :levels] = _logit(chances)
    features[:, :, levels:own] = np.moveaxis(columns, 0, 2)
    features[:, :, own:labels] = np.log1p(contexts.size)[:, None]
    features[:, :, labels : labels + levels] = np.log(np.maximum(contexts.labels, 1))[:, None]
    features[:, :, labels + levels : DAYS] = np.array(common).T[:, None]
    features[:, :, DAYS] = np.where(row >= 0, days.of_label[row], 0) if len(learned) else 0
    return Described(candidates, features[candidates >= 0], evidence, contexts, support)


def _candidates(evidence: Evidence, contexts: Contexts, literal: NDArray[np.bool_] | None) -> Ints:
    """The labels with the most votes of the newest postings under each key, at most `CANDIDATES` a line."""
    label = evidence.newest_labels(contexts, _SOURCE_LEVEL, _SOURCE_BACK)
    if literal is not None and literal.shape[1]:
        found = np.argsort(~literal, axis=1, kind="stable")[:, :_LITERALS]
        found = np.where(np.take_along_axis(literal, found, axis=1), found, -1)
        label = np.concatenate([label, found], axis=1)
    count, sources = label.shape
    together = cast(Ints, label << _SOURCE_BITS | np.arange(sources))
    together.sort(axis=1)
    labels = cast(Ints, together >> _SOURCE_BITS)
    opens = np.ones(labels.shape, dtype=bool)
    opens[:, 1:] = labels[:, 1:] != labels[:, :-1]
    starts = np.flatnonzero(opens)
    votes = np.add.reduceat(_SOURCE_VOTE[together & (1 << _SOURCE_BITS) - 1].ravel(), starts)
    line, labels = starts // sources, labels.ravel()[starts]
    voted = np.flatnonzero(labels >= 0)
    order = voted[np.argsort(line[voted] - votes[voted] / _MOST_VOTES, kind="stable")]
    line, labels = line[order], labels[order]
    place = cast(Ints, np.arange(len(order)) - np.searchsorted(line, line))
    best = place < CANDIDATES
    result = np.full((count, CANDIDATES), -1)
    result[line[best], place[best]] = labels[best]
    return result


def _chances(contexts: Contexts, support: Support) -> Floats:
    """Each candidate's probability on each level, corrected from "all" to the vendor and on to what it bought."""
    novelty = 0.5 * contexts.labels + 1e-9
    total = contexts.size + novelty
    chances = support.weight / total.astype(np.float32)[:, None, :]
    prior = (novelty / total).astype(np.float32)[:, None, :]
    chances[:, :, :1] += prior[:, :, :1] * np.float32(1e-4)
    chances[:, :, 1 : VENDOR + 1] += prior[:, :, 1 : VENDOR + 1] * chances[:, :, :1]
    chances[:, :, VENDOR + 1 :] += prior[:, :, VENDOR + 1 :] * chances[:, :, VENDOR : VENDOR + 1]
    return chances


def _chain(contexts: Contexts, support: Support) -> Floats:
    """Each candidate's probability with every level correcting the one before, Witten-Bell style."""
    total = np.maximum(contexts.size + contexts.labels, 1e-9)
    kept = np.where(contexts.seen > 0, contexts.labels / total, 1.0)
    kept_by_later = np.ones_like(kept)
    kept_by_later[:, :-1] = np.cumprod(kept[:, :0:-1], axis=1)[:, ::-1]
    return (support.weight @ (kept_by_later / total)[:, :, None])[:, :, 0]


def _neighbours(
    evidence: Evidence, contexts: Contexts, learned: Lines, asked: Lines, candidates: Ints, columns: Floats
) -> None:
    """Fill in how near the vendor's newest lines are by amount, document number and number in the text.

    For each of the three: the candidate's share of the nearness of all, its nearest line's distance, and how near
    any line is; then its share and how near any line is in everything together.
    """
    if not len(learned):
        columns[:9:3] = columns[9] = -0.1
        columns[1:9:3] = _FAR
        columns[2:9:3] = columns[10] = -_NEVER
        return
    # An earlier line a row, an asked one a column: sums and minima over earlier lines are then far faster.
    rows = evidence.newest_rows(contexts, _RECENT_LEVEL, _RECENT_BACK).T.copy()
    labels = evidence.newest_labels(contexts, _RECENT_LEVEL, _RECENT_BACK).T.copy()
    present = rows >= 0
    amount, document, text = learned.amount[rows], learned.document_number[rows], learned.text_number[rows]
    same_shape = learned.document_shape[rows] == asked.document_shape
    numbered = present & same_shape & (asked.document_number > 0) & (document > 0)
    written = present & (asked.text_number > 0) & (text > 0)
    apart = np.array([amount, document, text])
    apart = np.log1p(np.abs(apart - np.array([asked.amount, asked.document_number, asked.text_number])[:, None]))
    apart[0] = np.abs(np.log1p(np.abs(amount)) - np.log1p(np.abs(asked.amount)))
    apart[0] += 3.0 * ((amount < 0) != (asked.amount < 0))
    alike = np.exp((learned.day[rows] - asked.day) / _FADING_DAYS - 2.0 * apart[0])
    alike *= np.where(same_shape, np.exp(-0.15 * apart[1]), 0.1)
    alike *= np.where(learned.text_word[rows] == asked.text_word, 1.0, 0.2)
    alike *= np.where(learned.invoice_lines[rows] == asked.invoice_lines, 1.0, 0.5)
    usable = np.array([present, numbered, written, present])
    near = np.empty(usable.shape, dtype=np.float32)
    near[:3] = np.exp(-_SHARPNESS * apart)
    near[0] *= _RECENT_FADING
    near[3] = alike
    near *= usable
    same = labels[:, :, None] == candidates
    total = near.sum(axis=1)[:, :, None]
    share = np.array([(each[:, :, None] * same).sum(axis=0) for each in near]) / np.maximum(total, 1e-12)
    share = np.where(total > 1e-12, share, -0.1)
    far = np.where(usable[:3], np.minimum(apart, _FAR), _FAR).astype(np.float32)
    close = np.log(total + 1e-4)
    columns[:9:3], columns[9] = share[:3], share[3]
    columns[1:9:3] = [np.where(same, each[:, :, None], np.float32(_FAR)).min(axis=0) for each in far]
    columns[2:9:3], columns[10] = close[:3], close[3]


def _literal_features(candidates: Ints, literal: NDArray[np.bool_] | None) -> Floats:
    if literal is None or not literal.shape[1]:
        return np.zeros(candidates.shape)
    found = np.take_along_axis(literal, np.maximum(candidates, 0), axis=1) & (candidates >= 0)
    return found.astype(float)


def _of_rival(values: Floats) -> Floats:
    """For each candidate (any, line, candidate) the greatest value of the others."""
    ordered = np.sort(values)
    return np.where(values == ordered[..., -1:], ordered[..., -2:-1], ordered[..., -1:])


def _ages(asked: Lines, learned: Lines, rows: Ints) -> Floats:
    """Log of the days since the postings of these rows (any, line, candidate)."""
    if not len(learned):
        return np.full(rows.shape, _NEVER)
    days = np.maximum(asked.day[:, None] - learned.day[rows], 0)
    return np.where(rows >= 0, np.log1p(days), _NEVER)


def _logit(chance: Floats) -> Floats:
    inside = np.clip(chance, _FLOOR, 1.0 - 1e-3)
    return np.log(inside / (1.0 - inside))
