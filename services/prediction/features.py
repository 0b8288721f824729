"""Candidates and what speaks for each of them, in numbers that carry no identity.

A row of numbers says the same about a candidate in every company: how often, how lately and how purely it was
posted under each key, how near its amounts and numbers are. So one network can judge candidates of any company.
"""

from dataclasses import dataclass
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from services.prediction.days import Days
from services.prediction.evidence import Contexts, Evidence, Floats, Numbers, Support
from services.prediction.levels import LEVELS, VENDOR
from services.prediction.lines import Hashes, Ints, Lines

CANDIDATES: Final = 8
_RECENT: Final = 32
_SOURCE_LEVEL: Final = np.repeat(np.arange(len(LEVELS)), [level.proposes for level in LEVELS])
_SOURCE_BACK: Final = np.concatenate([np.arange(level.proposes, dtype=np.int32) for level in LEVELS])
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
_RECENT_BACK: Final = np.arange(_RECENT, dtype=np.int32)
_RECENT_LEVEL: Final = np.full(_RECENT, VENDOR)
_RECENT_FADING: Final = (np.arange(_RECENT) * np.log(0.97)).astype(np.float32)[:, None]
_COLUMNS: Final = 20
FEATURES: Final = 3 * len(LEVELS) + _COLUMNS + 5
"""How many numbers describe a candidate for the networks."""
DAYS: Final = FEATURES
"""The place of one number more, for the judge alone: on how many days the vendor was posted to the candidate. Networks
that learn from it are right no more often.
"""
_FLOOR: Final = 1e-5
_NEVER: Final = 9.0
_LONG_AGO: Final = 1 << 30
_WITHOUT: Final = np.array([0, -1, -_LONG_AGO])[:, None, None]
_FAR: Final = np.float32(20.0)
_FADING_DAYS: Final = np.float32(180.0)
_UNLIKE: Final = np.log([10, 5, 2], dtype=np.float32)[:, None, None]
"""What another shape of document number, first word of the text and number of lines take from nearness."""
_SHARPNESS: Final = np.array([10.0, 1.0, 1.0], dtype=np.float32)[:, None, None]


@dataclass(frozen=True)
class Described:
    """Candidates of each line (label numbers, the likely ones first; -1: none) and, line by line, of those that are
    present: whose they are, the features (a row each) and the facts behind.
    """

    candidates: Ints
    line: Ints
    features: Floats
    evidence: Evidence
    contexts: Contexts
    support: Support

    def at(self, line: int, place: int) -> int:
        """The number of a line's candidate among all that are present."""
        return int(np.searchsorted(self.line, line)) + place

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
    present = candidates >= 0
    line, place = np.nonzero(present)
    label = candidates[line, place]
    support = evidence.support(contexts, line, label)
    chain = _chain(contexts, support, line)
    row = evidence.rows(support.posting[VENDOR])
    since = evidence.newer(contexts.seen[VENDOR, line], support.posting[VENDOR])
    of_vendor = np.full((3, *candidates.shape), -1.0)
    of_vendor[2] = -_LONG_AGO
    of_vendor[:, present] = chain, row, np.where(since >= 0, -since, -_LONG_AGO)
    rival = _of_rival(of_vendor)[:, present]
    order = np.argsort(-of_vendor[0], axis=1, kind="stable")
    ages = _ages(asked.day[line], learned, np.array([row, rival[1], evidence.rows(support.posting[0])], dtype=np.int32))
    gaps = np.array([since, ages[0], np.where(rival[2] > -_LONG_AGO, -rival[2], -1), ages[1], ages[2]])
    columns = np.empty((_COLUMNS, len(line)), dtype=np.float32)
    columns[0] = _logit(chain)
    columns[1] = np.log(np.maximum(chain, _FLOOR) / np.maximum(rival[0], _FLOOR))
    columns[2] = np.argsort(order, axis=1)[present]
    columns[3:8] = np.where(gaps >= 0, np.log1p(np.maximum(gaps, 0)), _NEVER)
    columns[8] = 0 if literal is None else literal[line, label]
    columns[9:] = _neighbours(evidence, contexts, learned, asked, candidates)[:, place, line]
    of_line = np.concatenate(
        [
            np.log1p(contexts.size),
            np.log(np.maximum(contexts.labels, 1)),
            np.log1p([before, np.abs(asked.amount)]),
            [asked.amount < 0, np.log(asked.invoice_lines), present.sum(axis=1)],
        ],
        dtype=np.float32,
    )
    features = np.empty((len(line), FEATURES + 1), dtype=np.float32)
    levels, own = len(LEVELS), len(LEVELS) + _COLUMNS
    features[:, :levels] = _logit(_chances(contexts, support, line)).T
    features[:, levels:own] = columns.T
    features[:, own:DAYS] = of_line.T[line]
    features[:, DAYS] = np.where(row >= 0, days.of_label[row], 0) if len(learned) else 0
    return Described(candidates, line, features, evidence, contexts, support)


def _candidates(evidence: Evidence, contexts: Contexts, literal: NDArray[np.bool_] | None) -> Ints:
    """The labels with the most votes of the newest postings under each key, at most `CANDIDATES` a line."""
    label = evidence.labels(evidence.newest_rows(contexts, _SOURCE_LEVEL, _SOURCE_BACK))
    if literal is not None and literal.shape[1]:
        found = np.argsort(~literal, axis=1, kind="stable")[:, :_LITERALS]
        found = np.where(np.take_along_axis(literal, found, axis=1), found, -1)
        label = np.concatenate([label, found.T.astype(np.int32)])
    sources, count = label.shape
    together = cast(Ints, (label << _SOURCE_BITS | np.arange(sources, dtype=np.int32)[:, None]).T.copy())
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


def _chances(contexts: Contexts, support: Support, line: Ints) -> Floats:
    """Each candidate's probability on each level, corrected from "all" to the vendor and on to what it bought."""
    novelty = 0.5 * contexts.labels + 1e-9
    total = contexts.size + novelty
    prior = (novelty / total).astype(np.float32)[:, line]
    chances = support.weight / total.astype(np.float32)[:, line]
    chances[:1] += prior[:1] * np.float32(1e-4)
    chances[1 : VENDOR + 1] += prior[1 : VENDOR + 1] * chances[:1]
    chances[VENDOR + 1 :] += prior[VENDOR + 1 :] * chances[VENDOR]
    return chances


def _chain(contexts: Contexts, support: Support, line: Ints) -> Floats:
    """Each candidate's probability with every level correcting the one before, Witten-Bell style."""
    total = np.maximum(contexts.size + contexts.labels, 1e-9)
    kept = np.where(contexts.seen > 0, contexts.labels / total, 1.0)
    kept_by_later = np.ones_like(kept)
    kept_by_later[:-1] = np.cumprod(kept[:0:-1], axis=0)[::-1]
    return np.einsum("lc,lc->c", support.weight, (kept_by_later / total)[:, line])


def _neighbours(evidence: Evidence, contexts: Contexts, learned: Lines, asked: Lines, candidates: Ints) -> Floats:
    """How near the vendor's newest lines are by amount, document number and number in the text, for each candidate
    (any, candidate, line).

    For each of the three: the candidate's share of the nearness of all, its nearest line's distance, and how near
    any line is; then its share and how near any line is in everything together.
    """
    columns = np.empty((11, *candidates.T.shape), dtype=np.float32)
    if not len(learned):
        columns[:9:3] = columns[9] = -0.1
        columns[1:9:3] = _FAR
        columns[2:9:3] = columns[10] = -_NEVER
        return columns
    # An earlier line a row, an asked one a column.
    rows = evidence.newest_rows(contexts, _RECENT_LEVEL, _RECENT_BACK)
    numbers, of_asked = learned.numbers[:, rows], asked.numbers[:, None]
    alike = learned.traits[:, rows] == asked.traits[:, None]
    apart = np.log1p(np.abs(numbers - of_asked).astype(np.float32))
    sizes, size = (np.log1p(np.abs(one[0]).astype(np.float32)) for one in (numbers, of_asked))
    apart[0] = np.abs(sizes - size) + np.float32(3.0) * ((numbers[0] < 0) != (of_asked[0] < 0))
    usable = (rows >= 0) & (numbers > 0) & (of_asked > 0)
    usable[0] = rows >= 0
    usable[1] &= alike[0]
    days = (asked.day - learned.day[rows]).astype(np.float32)
    unlike = np.where(alike, np.float32(0.0), _UNLIKE).sum(axis=0) + np.float32(0.15) * apart[1] * alike[0]
    closeness = np.empty((4, *rows.shape), dtype=np.float32)
    closeness[:3] = np.where(usable, -_SHARPNESS * apart, -np.inf)
    closeness[0] += _RECENT_FADING
    closeness[3] = np.where(rows >= 0, -days / _FADING_DAYS - np.float32(2.0) * apart[0] - unlike, -np.inf)
    near = np.exp(closeness)
    apart = np.where(usable, np.minimum(apart, _FAR), _FAR)
    total = near.sum(axis=1)[:, None]
    same = (evidence.labels(rows)[:, None] == candidates.T).astype(np.float32)
    share = np.einsum("kel,ecl->kcl", near, same) / np.maximum(total, np.float32(1e-12))
    share = np.where(total > 1e-12, share, -0.1)
    columns[:9:3], columns[9] = share[:3], share[3]
    columns[1:9:3] = np.maximum(apart[:, :, None], _FAR - _FAR * same).min(axis=1)
    close = np.log(total + 1e-4)
    columns[2:9:3], columns[10] = close[:3], close[3]
    return columns


def _of_rival(values: Floats) -> Floats:
    """For each candidate (any, line, candidate) the greatest value of the others."""
    ordered = np.sort(values)
    return np.where(values == ordered[..., -1:], ordered[..., -2:-1], ordered[..., -1:])


def _ages(day: Ints, learned: Lines, rows: Numbers) -> Ints:
    """The days from the postings of these rows (any, candidate) to each candidate's day; -1 for no posting."""
    if not len(learned):
        return np.full(rows.shape, -1)
    return np.where(rows >= 0, np.maximum(day - learned.day[rows], 0), -1)


def _logit(chance: Floats) -> Floats:
    inside = np.minimum(np.maximum(chance, _FLOOR), 1.0 - 1e-3)  # numpy.clip for one line takes thrice as long
    return np.log(inside / (1.0 - inside))
