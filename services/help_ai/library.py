"""The passages that a workspace's questions are answered from: packaged, the operator's folder, the firm's own.

What the firm adds in Slack is effective with the next question: whoever asks for the passages names the firm's own as
they are now, and gets the ones prepared before as long as those are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.clock import FIRM_TIMEZONE
from services.help_ai.assistant import Assistant, EmbeddedAssistant
from services.help_ai.knowledge import About, Kind, Passage, Wording, spoken
from services.help_ai.retrieval import HelpAi
from services.records import OwnPassage
from services.store import Unit

OWN = "own."
"""What the ids of the firm's own passages begin with."""


@dataclass(frozen=True)
class _Prepared:
    own: tuple[OwnPassage, ...]
    help_ai: HelpAi
    assistant: Assistant


class Library:
    """What Help ai knows, by workspace. `make` is who answers from passages: the embedded way, or a language model."""

    def __init__(self, passages: Sequence[Passage], make: Callable[[HelpAi], Assistant] = EmbeddedAssistant) -> None:
        self._packaged = tuple(passages)
        self._make = make
        self._shared = HelpAi(self._packaged)
        self._of: dict[str, _Prepared] = {}

    def passages(self, unit: Unit, workspace: str) -> Mapping[str, Passage]:
        """Return the passages of a workspace by id."""
        return {one.id: one for one in with_own(self._packaged, own_passages(unit, workspace))}

    def help_ai(self, own: tuple[OwnPassage, ...], workspace: str) -> HelpAi:
        """Return what answers a workspace's questions at once, with these own passages."""
        return self._prepared(own, workspace).help_ai

    def assistant(self, own: tuple[OwnPassage, ...], workspace: str) -> Assistant:
        """Return who answers a workspace's questions in conversations, with these own passages."""
        return self._prepared(own, workspace).assistant

    def _prepared(self, own: tuple[OwnPassage, ...], workspace: str) -> _Prepared:
        known = self._of.get(workspace)
        if known is None or known.own != own:
            help_ai = HelpAi(with_own(self._packaged, own)) if own else self._shared
            known = self._of[workspace] = _Prepared(own, help_ai, self._make(help_ai))
        return known


def own_passages(unit: Unit, workspace: str) -> tuple[OwnPassage, ...]:
    """Return what the firm has added, the oldest first."""
    return tuple(unit[OwnPassage].find(workspace, order="added_at"))


def with_own(passages: Sequence[Passage], own: Sequence[OwnPassage]) -> tuple[Passage, ...]:
    """Return passages with the firm's own, and with the aliases that it gave them."""
    known = {passage.id: passage for passage in passages}
    for one in own:
        language = spoken(one.language)
        if one.text:
            wording = Wording(one.title, one.text)
            known[one.passage] = Passage(
                id=one.passage,
                about=About(one.about),
                kind=Kind.DOCUMENTED,
                sources=(one.source,),
                checked_on=one.added_at.astimezone(FIRM_TIMEZONE).date(),
                wordings={language: wording},
            )
        elif passage := known.get(one.passage):
            wording = passage.wording(language)
            wordings = dict(passage.wordings)
            wordings[language] = replace(wording, aliases=(*wording.aliases, one.title))
            known[one.passage] = replace(passage, wordings=wordings)
    return tuple(known.values())
