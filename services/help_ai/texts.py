"""The texts that invoices must have, in an instruction: quoted, or announced by a word (`joissa lukee`, `viite`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.help_ai.names import Names
from services.help_ai.tokens import Sort, Token, lexicon

MOST_WORDS_OF_TEXT = 4


@dataclass(frozen=True)
class Text:
    """A text that an invoice must have, as the person wrote it."""

    start: int
    end: int
    text: str


class Texts:
    """Finds the texts of an instruction: `found`, and the tokens that announce them, `claimed`.

    `marks` are the nouns that tokens are, `is_glue` tells whether a rule means the same without a token.
    """

    def __init__(
        self,
        source: str,
        tokens: Sequence[Token],
        marks: Sequence[str | None],
        names: Names,
        is_glue: Callable[[int], bool],
    ) -> None:
        self._source = source
        self._tokens = list(tokens)
        self._marks = marks
        self._names = names
        self._is_glue = is_glue
        self._known = lexicon()
        self.claimed: set[int] = set()
        self.found = self._find()

    def _find(self) -> list[Text]:
        words = self._known.words
        found: list[Text] = []
        at = 0
        while at < len(self._tokens):
            token = self._tokens[at]
            if token.sort is Sort.QUOTED:
                found.append(Text(at, at + 1, token.raw))
                self._claim_announcements(at)
            elif token.flat in words["text"] and token.sort is Sort.WORD:
                begins = at + 1
                while begins < len(self._tokens) and (
                    self._tokens[begins].flat in words["text"] | words["text_beside"] | {":", "="}
                ):
                    begins += 1
                if begins < len(self._tokens) and self._tokens[begins].sort is Sort.QUOTED:
                    self.claimed |= set(range(at, begins))
                    at = begins
                    continue
                ends = self._end_of_text(begins)
                if begins < ends <= begins + MOST_WORDS_OF_TEXT:
                    span = self._source[self._tokens[begins].start : self._tokens[ends - 1].end]
                    found.append(Text(begins, ends, span))
                    self.claimed |= set(range(at, begins))
                    self._claim_announcements(begins)
                    at = ends
                    continue
            at += 1
        return found

    def _end_of_text(self, begins: int) -> int:
        """Return where a text without quotation marks ends: before the next name, condition or known word."""
        # What is joined to its first word (`H-311`) is of the text, though a name may begin with it.
        first = begins
        while first < len(self._tokens) and self._is_of_text(begins, first, set()):
            first += 1
            if first < len(self._tokens) and self._tokens[first].start > self._tokens[first - 1].end:
                break
        starts = {run.start for run in self._names.find(self._tokens, closed=frozenset(range(first)))}
        ends = first
        while ends < len(self._tokens) and self._is_of_text(begins, ends, starts):
            ends += 1
        return ends

    def _is_of_text(self, begins: int, at: int, starts: set[int]) -> bool:
        token = self._tokens[at]
        if token.sort is Sort.QUOTED:
            return False
        if token.sort is Sort.SIGN:
            has_more = at + 1 < len(self._tokens) and self._tokens[at + 1].start == token.end
            return begins < at and token.flat in "-/._#" and self._tokens[at - 1].end == token.start and has_more
        is_phrase = any(token.flat == phrase[0] for one in self._known.phrases.values() for phrase in one)
        if at == begins:
            is_other = token.flat in self._known.words["no_text"] | self._known.words["not"]
            is_glue = token.flat in self._known.glue or token.flat in self._known.words["to"]
            return not (is_phrase or is_other or is_glue or self._marks[at])
        if self._tokens[at - 1].sort is Sort.SIGN:
            return True
        is_other = token.flat in self._known.words["not"] | self._known.words["or"] | self._known.words["but"]
        return not (at in starts or is_phrase or is_other or self._marks[at] or self._is_glue(at))

    def _claim_announcements(self, at: int) -> None:
        words = self._known.words
        before = at - 1
        while before >= 0 and (
            before in self.claimed or self._tokens[before].flat in words["text"] | words["text_beside"] | {":", "="}
        ):
            self.claimed.add(before)
            before -= 1
        after = at + 1
        while after < len(self._tokens) and self._tokens[after].flat in words["text"] | words["text_beside"] | {"-"}:
            if self._tokens[after].flat in words["text"] | {"-"}:
                self.claimed |= set(range(at + 1, after + 1))
            after += 1
