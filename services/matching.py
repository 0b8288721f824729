"""Which voucher lines an invoice line was posted as: what is sure, and why the rest is not.

People post a line as one voucher line, split it between several, or put several lines together. Each is recognised by
sums that add up; where more than one reading adds up and they say different things, none is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Kept = Mapping[str, Any]
"""A line of an invoice or of a voucher as `services.history` keeps it. Sums are integer cents."""

MOST_PARTS = 8
"""Beyond so many parts too many sums add up by chance."""

MOST_WHOLES = 4

SURE, SPLIT, SUMMED = "sure", "split", "summed"
NO_SUM, AMBIGUOUS, NO_POSTING = "no_sum", "ambiguous", "no_posting"


@dataclass(frozen=True)
class Match:
    """The voucher lines that an invoice line was posted as, several where people split it.

    `how` is SURE, SPLIT or SUMMED (with other lines); without postings it says why: NO_SUM (the line has none),
    AMBIGUOUS (several voucher lines fit and say different things), NO_POSTING (none fits).
    """

    how: str
    postings: tuple[Kept, ...] = ()


def match_lines(
    lines: Sequence[Kept], postings: Sequence[Kept], closing: Collection[str] = (), *, tolerance: int = 1
) -> list[Match]:
    """Return for each invoice line what it was posted as. Each voucher line is used once, by one line or one sum.

    `closing` are the numbers of the accounts that only balance a voucher (trade payables, VAT): a rounded, split or
    summed line is never looked for there. `tolerance` is by how many cents a single line's sum may be off.
    """
    return _Matching(lines, postings, frozenset(closing), tolerance).run()


class _Matching:
    def __init__(
        self, lines: Sequence[Kept], postings: Sequence[Kept], closing: Collection[str], tolerance: int
    ) -> None:
        self._lines = lines
        self._postings = postings
        self._closing = closing
        self._tolerance = tolerance
        self._found: dict[int, Match] = {}
        self._left = set(range(len(postings)))

    def run(self) -> list[Match]:
        for number, line in enumerate(self._lines):
            if line["net"] is None and line["gross"] is None:
                self._found[number] = Match(NO_SUM)
        self._by_sum()
        if self._waiting():
            self._rounded()
        if self._waiting():
            self._added_up()
        return [self._found.get(number, Match(NO_POSTING)) for number in range(len(self._lines))]

    def _waiting(self) -> list[int]:
        return [number for number in range(len(self._lines)) if number not in self._found]

    def _usable(self) -> list[int]:
        """The voucher lines that are left and do not merely balance."""
        return [place for place in sorted(self._left) if self._postings[place]["account"] not in self._closing]

    def _by_sum(self) -> None:
        """A voucher line matches by its sum, net or gross, with its sign.

        Among several those come first that do not merely balance; then the same VAT % and then the same text decide,
        and then the net sum. What counterweighs them has other sums or the other sign. Where several are equally
        close, they must all say the same.
        """
        by_sum: defaultdict[int, list[int]] = defaultdict(list)
        for place, posting in enumerate(self._postings):
            by_sum[posting["sum"]].append(place)
        pairs: defaultdict[tuple[bool, ...], list[tuple[int, int]]] = defaultdict(list)
        for number in self._waiting():
            line = self._lines[number]
            for amount in {line["net"], line["gross"]} - {None}:
                for place in by_sum[amount]:
                    pairs[self._closeness(line, self._postings[place])].append((number, place))
        for closeness in sorted(pairs, reverse=True):
            alike = [pair for pair in pairs[closeness] if pair[0] not in self._found and pair[1] in self._left]
            for numbers, places in _groups(alike):
                if len(numbers) <= len(places) and len({said(self._postings[place]) for place in places}) == 1:
                    for number, place in zip(sorted(numbers), sorted(places), strict=False):
                        self._take(number, SURE, [place])
                else:
                    self._left -= places
                    self._found |= dict.fromkeys(numbers, Match(AMBIGUOUS))

    def _closeness(self, line: Kept, posting: Kept) -> tuple[bool, ...]:
        return (
            posting["account"] not in self._closing,
            _same_vat(line, posting),
            posting["text"] == line["text"],
            posting["sum"] == line["net"],
        )

    def _rounded(self) -> None:
        """A voucher line whose sum is off by a rounding, if it is the only one and no other line's."""
        pairs = [
            (number, place)
            for number in self._waiting()
            for place in self._usable()
            if _same_vat(self._lines[number], self._postings[place])
            and any(
                abs(amount - self._postings[place]["sum"]) <= self._tolerance
                for amount in (self._lines[number]["net"], self._lines[number]["gross"])
                if amount is not None
            )
        ]
        for numbers, places in _groups(pairs):
            if len(numbers) == len(places) == 1:
                self._take(numbers.pop(), SURE, list(places))

    def _added_up(self) -> None:
        """Lines that were put together and lines that were split: per VAT %, everything that is left must add up."""
        for percent in dict.fromkeys(self._lines[number]["vat_percent"] for number in self._waiting()):
            for amount in ("net", "gross"):
                self._added_up_among(amount, lambda kept, percent=percent: kept["vat_percent"] == percent)
        # Where no VAT is deducted, postings carry none, whatever the line says.
        self._added_up_among("gross", lambda _kept: True)

    def _added_up_among(self, amount: str, fits: Callable[[Kept], bool]) -> None:
        numbers = [number for number in self._waiting() if fits(self._lines[number])]
        places = [place for place in self._usable() if fits(self._postings[place])]
        if not numbers or not places or any(self._lines[number][amount] is None for number in numbers):
            return
        lines = {number: int(self._lines[number][amount]) for number in numbers}
        entries = {place: int(self._postings[place]["sum"]) for place in places}
        if len(places) < len(numbers):
            cover = self._only(_covers(entries, lines), _turned)
            how = SUMMED
        else:
            cover = self._only(_covers(lines, entries), lambda cover: cover)
            how = SPLIT
        for number, taken in (cover or {}).items():
            self._take(number, how, taken)

    def _only(
        self, covers: Iterable[dict[int, list[int]]], by_line: Callable[[dict[int, list[int]]], dict[int, list[int]]]
    ) -> dict[int, list[int]] | None:
        """The voucher lines of each line, if every way to add up says the same."""
        only: dict[int, list[int]] | None = None
        words: object = None
        for cover in covers:
            found = by_line(cover)
            saying = {number: {said(self._postings[place]) for place in taken} for number, taken in found.items()}
            if only is not None and saying != words:
                return None
            only, words = only or found, saying
        return only

    def _take(self, number: int, how: str, places: Sequence[int]) -> None:
        self._found[number] = Match(how, tuple(self._postings[place] for place in places))
        self._left -= set(places)


def said(posting: Kept) -> tuple[object, ...]:
    """Return what a voucher line says of the posting: account, VAT code and dimensions."""
    return posting["account"], posting["vat_code"], tuple(sorted(posting["dimensions"].items()))


def _same_vat(line: Kept, posting: Kept) -> bool:
    return posting["vat_percent"] == line["vat_percent"]


def _groups(pairs: Iterable[tuple[int, int]]) -> list[tuple[set[int], set[int]]]:
    """Return the pairs put together where they share a line or a voucher line."""
    groups: list[tuple[set[int], set[int]]] = []
    for number, place in pairs:
        touched = [group for group in groups if number in group[0] or place in group[1]]
        if not touched:
            groups.append(({number}, {place}))
            continue
        home, *others = touched
        home[0].add(number)
        home[1].add(place)
        for other in others:
            groups.remove(other)
            home[0].update(other[0])
            home[1].update(other[1])
    return groups


def _covers(wholes: Mapping[int, int], parts: Mapping[int, int]) -> Iterator[dict[int, list[int]]]:
    """Yield every way to give each part to a whole so that all parts are used and every whole adds up.

    A sum may be off by half a cent a part: each part was rounded by itself.
    """
    if len(parts) > MOST_PARTS or len(wholes) > MOST_WHOLES:
        return
    given: dict[int, list[int]] = {whole: [] for whole in wholes}
    names = list(parts)

    def give(at: int) -> Iterator[dict[int, list[int]]]:
        if at == len(names):
            if all(
                taken and abs(sum(parts[part] for part in taken) - wholes[whole]) <= len(taken) // 2
                for whole, taken in given.items()
            ):
                yield {whole: list(taken) for whole, taken in given.items()}
            return
        for taken in given.values():
            taken.append(names[at])
            yield from give(at + 1)
            taken.pop()

    if abs(sum(parts.values()) - sum(wholes.values())) <= len(parts):
        yield from give(0)


def _turned(cover: Mapping[int, list[int]]) -> dict[int, list[int]]:
    """The whole of each part."""
    return {part: [whole] for whole, parts in cover.items() for part in parts}
