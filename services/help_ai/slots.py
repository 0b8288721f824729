"""Which words of an instruction are which part of the rule, and which are left unexplained.

What a name is for is told by what stands beside it: a noun (`listalle`, `tilille`), a preposition, an ending, or the
invoices that are a vendor's. Only where nothing tells, a name is what it alone can be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from services.help_ai.amounts import Limits, find_limits
from services.help_ai.inflection import stems, without_endings
from services.help_ai.knowledge import Language
from services.help_ai.names import Found, Kind, Name, Names
from services.help_ai.texts import Texts
from services.help_ai.tokens import Sort, Token, cut, lexicon

TARGETS = (Kind.LIST, Kind.DIMENSION, Kind.ACCOUNT)
_ENDING_OF_DIRECTION = re.compile(r"(?:lle|ksi|(?<!m)([aeiouy])\1n|([aeiouy])h\2n|seen)$")
_ENDING_OF_ORIGIN = re.compile(r"(?:lta|(?<!li)sta|lla|ssa)$")
_PUNCTUATION = frozenset(",.;:!?()-–—/&'’…")


@dataclass(frozen=True)
class Slot:
    """A name in its part of the rule, told by the tokens from `start` up to `end`; none that fits: no names."""

    kind: Kind
    start: int
    end: int
    names: tuple[Name, ...]
    is_certain: bool


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    by_kind: dict[Kind, Found]


class Reading:
    """An instruction taken apart."""

    def __init__(self, text: str, tokens: list[Token], names: Names, language: Language) -> None:
        self._source = text
        self.names = names
        self.language: Language = language
        self.tokens = self._with_quoted_names(tokens)
        self._known = lexicon()
        self._marks = [self._known.marker(token.flat) if token.sort is Sort.WORD else None for token in self.tokens]
        self.limits: list[Limits] = []
        self.slots: list[Slot] = []
        texts = Texts(text, self.tokens, self._marks, names, self._is_glue)
        self.texts, self._claimed = texts.found, texts.claimed
        in_texts = {number for one in self.texts for number in range(one.start, one.end)}
        limits = find_limits(self.tokens, language)
        self.limits = [one for one in limits if not in_texts & set(range(one.start, one.end))]
        in_limits = {number for one in self.limits for number in range(one.start, one.end)}
        self._taken = in_texts | in_limits
        self._spans = self._find_spans()
        self.slots = self._find_slots()
        self.in_slots = self._taken | {number for slot in self.slots for number in range(slot.start, slot.end)}
        self.unexplained = [
            number
            for number in range(len(self.tokens))
            if number not in self.in_slots | self._claimed
            and (not self._is_glue(number) or self._is_nameless_vendor(number))
        ]

    @property
    def targets_said(self) -> set[Kind]:
        """Return the kinds of target that a noun announces."""
        said = {mark for number, mark in enumerate(self._marks) if mark and number not in self.in_slots}
        return {kind for kind in TARGETS if kind in said}

    @property
    def has_contradicting_limits(self) -> bool:
        """Whether there are two lower or two upper limits, or a lower one above the upper."""
        lows = [limit.low for limit in self.limits if limit.low is not None]
        highs = [limit.high for limit in self.limits if limit.high is not None]
        return len(lows) > 1 or len(highs) > 1 or bool(lows and highs and lows[0] > highs[0])

    @property
    def has_loose_condition(self) -> bool:
        """Whether a condition may be for some of the vendors only, or a text runs into a name."""
        vendors = self.of(Kind.VENDOR)
        others = [slot for slot in self.slots if slot.kind is not Kind.VENDOR]
        for text in self.texts:
            is_open = self.tokens[text.end - 1].sort is not Sort.QUOTED
            if is_open and any(vendor.start == text.end for vendor in vendors):
                return True
        if any(self._is_joined_condition(number) for number in range(1, len(self.tokens) - 1)):
            return True
        if len({vendor.names[0] for vendor in vendors}) < 2:
            return False
        first, last = vendors[0].end, vendors[-1].start
        if any(first <= one.start < last for one in (*others, *self.limits, *self.texts)):
            return True
        invoices_between = any(self._marks[number] == "invoice" for number in range(first, last))
        return invoices_between and bool(self.limits or self.texts)

    def _is_joined_condition(self, number: int) -> bool:
        """Tell whether an “and” adds invoices or texts: `Elisan laskut ja yli 500 euron laskut`, `lukee A ja B`."""
        if self.tokens[number].flat not in self._known.words["and"] or number in self._taken:
            return False
        if self._marks[number - 1] == "invoice" and any(limit.start == number + 1 for limit in self.limits):
            return True
        is_after_text = any(text.end == number for text in self.texts)
        is_limit = any(limit.start == number + 1 for limit in self.limits)
        is_known = self._is_glue(number + 1) or self._marks[number + 1] is not None
        is_vendor = any(slot.start == number + 1 and slot.kind is Kind.VENDOR for slot in self.slots)
        return is_after_text and not (is_limit or is_known or is_vendor)

    def of(self, kind: Kind) -> list[Slot]:
        """Return the slots of a kind, in order."""
        return [slot for slot in self.slots if slot.kind is kind and slot.names]

    def _with_quoted_names(self, tokens: list[Token]) -> list[Token]:
        """Return the tokens; a quotation that is a name and is not announced as a text becomes the name's words."""
        found: list[Token] = []
        for number, token in enumerate(tokens):
            words = lexicon().words
            after = number + 1
            while after < len(tokens) and tokens[after].flat in words["text_beside"]:
                after += 1
            beside = tokens[max(0, number - 3) : number] + tokens[after : after + 1]
            is_announced = any(one.flat in words["text"] for one in beside)
            if token.sort is Sort.QUOTED and not is_announced:
                inner = cut(token.raw)
                whole = [
                    one
                    for one in self.names.find(inner, closed=frozenset())
                    if (one.start, one.end) == (0, len(inner)) and one.is_complete and not one.is_typo
                ]
                if whole:
                    shifted = [
                        replace(one, start=token.start + 1 + one.start, end=token.start + 1 + one.end) for one in inner
                    ]
                    found += shifted
                    continue
            found.append(token)
        return found

    def _find_spans(self) -> list[_Span]:
        runs = [run for run in self.names.find(self.tokens, closed=frozenset(self._taken)) if self._is_said(run)]
        runs.sort(key=lambda run: (run.start - run.end, not run.is_complete, run.start))
        spans: dict[tuple[int, int], dict[Kind, Found]] = {}
        for run in runs:
            place = (run.start, run.end)
            is_free = all(run.end <= start or end <= run.start for start, end in spans)
            if place in spans or is_free:
                spans.setdefault(place, {})[run.kind] = run
        return [_Span(*place, by_kind) for place, by_kind in sorted(spans.items(), key=lambda one: one[0])]

    def _is_said(self, run: Found) -> bool:
        """Tell whether a run of ordinary words is meant as a name: by its capitals or a noun beside it."""
        if not all(self._is_glue(number) or self._marks[number] for number in range(run.start, run.end)):
            return True
        raw = self.tokens[run.start].raw
        is_marked = any(
            0 <= number < len(self.tokens) and self._marks[number] == run.kind
            for number in (run.start - 1, run.end, run.end + 1 if self._is_dash(run.end) else run.end)
        )
        is_name = (raw.isupper() and len(raw) > 1 and not self._source.isupper()) or (
            raw[:1].isupper() and run.start > 0 and run.is_complete
        )
        is_name = is_name or (
            run.start > 0 and raw[:1].isupper() and self.tokens[run.start - 1].flat in ("from", "fran")
        )
        return is_name or (is_marked and run.is_complete and self._marks[run.start] is None)

    def _is_dash(self, number: int) -> bool:
        return number < len(self.tokens) and self.tokens[number].flat == "-"

    def _find_slots(self) -> list[Slot]:
        spans = self._spans
        kinds: dict[int, Kind] = {}
        for number, token in enumerate(self.tokens):
            if number in self._taken or token.sort is not Sort.WORD:
                continue
            kind = next((one for one in Kind if one == self._marks[number]), None)
            if kind is None and self._is_dimension_name(token):
                kind = Kind.DIMENSION
            if kind is not None:
                self._claim_name(number, kind, kinds)
        roles = {number: self._role(span) for number, span in enumerate(spans) if number not in kinds}
        self._spread_roles(roles, kinds)
        slots = [
            self._slot(span, kinds[number]) if number in kinds else self._resolved(span, roles[number], kinds)
            for number, span in enumerate(spans)
        ]
        return [slot for slot in slots if slot is not None]

    def _claim_name(self, marker: int, kind: Kind, kinds: dict[int, Kind]) -> None:
        """Give the name beside a noun its part: first the one before it (`IT-listalle`), else the one after."""
        spans = self._spans
        before = marker - 1 if marker and self.tokens[marker - 1].flat == "-" else marker
        sides = [
            number
            for number, span in enumerate(spans)
            if span.end == before and kind in span.by_kind and not self._ends_with(span, ("lta",)) and kind in TARGETS
        ]
        after = marker + 1
        while after < len(self.tokens) and (
            self.tokens[after].flat in (":", "nimelta", "named", "called", "heter", "on", "nimella")
            or (self._marks[after] is not None and self._marks[after] == self._marks[marker])
        ):
            after += 1
        sides += [number for number, span in enumerate(spans) if span.start == after and kind in span.by_kind]
        for number in sides:
            if number not in kinds or kinds[number] is kind:
                kinds[number] = kind
                self._claimed.add(marker)
                return

    def _is_dimension_name(self, token: Token) -> bool:
        return any(left in stems(name) for name in self.names.dimensions for left in without_endings(token.flat))

    def _ends_with(self, span: _Span, endings: tuple[str, ...]) -> bool:
        last = self.tokens[span.end - 1]
        return last.ending in endings or (len(last.flat) > 4 and last.flat.endswith(endings) and not last.ending)

    def _role(self, span: _Span) -> str | None:
        """Return `target` or `vendor` where what stands beside a name tells it."""
        words = self._known.words
        before = self.tokens[span.start - 1].flat if span.start else ""
        if span.start and self._marks[span.start - 1] == "vendor":
            return "vendor"
        if before in words["to"]:
            return "target"
        if before in words["from"]:
            return "vendor"
        if self._ends_with(span, ("lle",)) and not self._is_name_itself(span):
            return "target"
        if self._ends_with(span, ("lta",)) and not self._is_name_itself(span):
            return "vendor"
        after = self._skip_conditions(span.end)
        if after < len(self.tokens) and self._marks[after] == "invoice":
            return "vendor"
        return None

    def _is_name_itself(self, span: _Span) -> bool:
        last = self.tokens[span.end - 1].flat
        return any(
            last in [word.flat for word in cut(name.name)] for found in span.by_kind.values() for name in found.names
        )

    def _skip_conditions(self, at: int) -> int:
        while at < len(self.tokens):
            limit = next((one for one in self.limits if one.start == at), None)
            if limit:
                at = limit.end
            elif self._is_dash(at) or self.tokens[at].flat in ("kaikki", "all", "saapuvat", "alla", "uudet"):
                at += 1
            else:
                break
        return at

    def _spread_roles(self, roles: dict[int, str | None], kinds: dict[int, Kind]) -> None:
        """Give names that are joined (`Elisan, Telian ja DNA:n laskut`) the part of the one that it is told of."""
        order = list(range(len(self._spans)))
        for number, other in [*zip(order[-2::-1], order[:0:-1], strict=True), *zip(order[1:], order, strict=False)]:
            if number in kinds or roles[number] is not None or not self._are_joined(number, other):
                continue
            if other in kinds:
                if kinds[other] in self._spans[number].by_kind:
                    kinds[number] = kinds[other]
            else:
                roles[number] = roles[other]

    def _are_joined(self, one: int, other: int) -> bool:
        left, right = sorted((self._spans[one], self._spans[other]), key=lambda span: span.start)
        between = self.tokens[self._skip_conditions(left.end) : right.start]
        joining = self._known.words["and"] | self._known.words["or"] | {","}
        return bool(between) and all(token.flat in joining for token in between)

    def _resolved(self, span: _Span, role: str | None, kinds: dict[int, Kind]) -> Slot | None:
        if role == "vendor":
            return self._slot(span, Kind.VENDOR)
        possible = [kind for kind in span.by_kind if role is None or kind in TARGETS]
        if role == "target" and not possible:
            is_for_vendor = (
                any(kind in TARGETS for kind in kinds.values())
                and len([one for one in self._spans if Kind.VENDOR in one.by_kind]) == 1
            )
            return self._slot(span, Kind.VENDOR) if is_for_vendor else Slot(Kind.LIST, span.start, span.end, (), False)
        if len(possible) > 1:
            complete = [kind for kind in possible if span.by_kind[kind].is_complete and not span.by_kind[kind].is_typo]
            is_target = role == "target" or self.is_directed(span.start, span.end)
            if is_target and len(complete) == 1 and complete[0] in TARGETS:
                return self._slot(span, complete[0])
            names = tuple(name for kind in possible for name in span.by_kind[kind].names)
            return Slot(possible[0], span.start, span.end, names, False)
        slot = self._slot(span, possible[0])
        if role is None and possible[0] in TARGETS and self._is_bare_number(span):
            return replace(slot, is_certain=False)
        return slot

    def _is_bare_number(self, span: _Span) -> bool:
        """Tell whether a name is said by a number alone, which may be another number."""
        return span.end == span.start + 1 and self.tokens[span.start].sort is Sort.NUMBER

    def _slot(self, span: _Span, kind: Kind) -> Slot:
        found = span.by_kind.get(kind)
        if found is None:
            return Slot(kind, span.start, span.end, (), False)
        is_part = not (found.is_complete or found.is_beginning)
        is_other = is_part and any(one.is_complete for one in span.by_kind.values())
        is_certain = found.is_certain and not is_other and not (kind in TARGETS and self._is_condition(span))
        return Slot(kind, span.start, span.end, found.names, is_certain)

    def _with_markers(self, span: _Span) -> tuple[int, int]:
        """Return where a name begins and ends with the nouns that belong to it: `Kalasataman työmaan`."""
        start, end = span.start, span.end
        while start and start - 1 in self._claimed:
            start -= 1
        while end < len(self.tokens) and (self._is_dash(end) or self._marks[end] in TARGETS):
            end += 1
        return start, end

    def _is_condition(self, span: _Span) -> bool:
        """Tell whether a target's name says which invoices are meant, not where they go: `Kalasatamasta`, `työmaan`."""
        start, end = self._with_markers(span)
        if {token.flat for token in self.tokens[max(0, start - 2) : start]} & self._known.words["from"]:
            return True
        nouns = [number for number in (*range(start, span.start), *range(span.end, end)) if self._marks[number]]
        said = [self.tokens[number] for number in nouns]
        if not self._is_name_itself(span):
            said.append(self.tokens[span.end - 1])
        away = ("lta", "sta", "lla", "ssa")
        if any(_ENDING_OF_ORIGIN.search(token.flat) or token.ending in away for token in said):
            return True
        is_of_invoices = end < len(self.tokens) and self._marks[end] == "invoice"
        return is_of_invoices and not self.is_directed(span.start, span.end)

    def is_directed(self, start: int, end: int) -> bool:
        """Tell whether a name is said to be where invoices go: by a preposition, or by an ending (`listalle`)."""
        start, end = self._with_markers(_Span(start, end, {}))
        before = {token.flat for token in self.tokens[max(0, start - 3) : start]}
        said = self.tokens[start:end]
        return bool(before & (self._known.words["to"] | {"on", "pa"})) or any(
            token.ending in ("lle", "aan", "ksi") or _ENDING_OF_DIRECTION.search(token.flat) for token in said
        )

    @property
    def has_undirected_target(self) -> bool:
        """Whether one of several targets may be a condition: `invoices for project 1042 to the IT list`."""
        targets = [slot for slot in self.slots if slot.kind in TARGETS]
        if len({slot.kind for slot in targets}) < 2:
            return False
        return not all(self.is_directed(slot.start, slot.end) for slot in targets)

    def _is_glue(self, number: int) -> bool:
        """Tell whether a rule means the same without a token."""
        token = self.tokens[number]
        words = self._known.words
        if token.sort is Sort.SIGN:
            is_minus = (
                token.flat in "-–−" and number + 1 < len(self.tokens) and self.tokens[number + 1].sort is Sort.NUMBER
            )
            return (token.flat in _PUNCTUATION and not is_minus) or token.flat in words["to"]
        if token.sort is not Sort.WORD:
            return False
        if token.flat in words["or"]:
            return self._joins_vendors(number)
        if token.flat in words["but"]:
            return number + 1 in {one.start for one in self.limits} and number in {one.end for one in self.limits}
        if token.flat in words["own_language_only"] and token.flat not in ("no",):
            return self.language in self._known.glue[token.flat]
        if token.flat in words["not"] or token.flat in words["remove"]:
            return False
        is_joining = token.flat in words["and"] | words["to"] | words["from"]
        return is_joining or token.flat in self._known.glue or self._marks[number] is not None

    def _is_nameless_vendor(self, number: int) -> bool:
        """Tell whether a noun says something of vendors that is no name: `kun toimittaja on uusi`."""
        is_of_all = number > 0 and self.tokens[number - 1].flat in self._known.words["everything"]
        return self._marks[number] == "vendor" and not is_of_all

    def _joins_vendors(self, number: int) -> bool:
        before = any(slot.end == number and slot.kind is Kind.VENDOR for slot in self.slots)
        return before and any(slot.start == number + 1 and slot.kind is Kind.VENDOR for slot in self.slots)
