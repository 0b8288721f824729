"""The main views in each language as JSON, so that a change of one is seen in its review.

UPDATE_SNAPSHOTS=1 writes them anew.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from handlers.locale import LANGUAGES, Locale
from tests.handlers.views.examples import EXAMPLES

SNAPSHOTS = Path(__file__).parent / "snapshots"
SHOWN = {example.name: example for example in EXAMPLES}
NAMES = (
    "message help about state production",
    "message help instruction to confirm 1",
    "modal guide",
    "modal form",
    "modal form filled in",
    "modal keys",
    "modal check goes on",
    "modal check clean and ticked",
    "modal check ticks in every state",
    "modal check blocked",
    "modal check everything refused",
    "modal check failing",
    "modal check waits SYSTEM_MAINTENANCE",
    "modal credentials 3",
    "modal credential unused",
    "modal credential form new",
    "modal credential pair replacing",
    "modal credential change 0",
    "modal leaving 1",
    "modal trial goes on",
    "modal trial some ready",
    "message trial all ready",
    "modal add clients",
    "modal list of 14, page 0",
    "modal list old_excel",
    "modal rows of 14, page 0",
    "message batch 14",
    "message batch done 14",
    "message card blocked",
    "message card fetching",
    "message card deployed in the sandbox",
    "message live alternative_with_circulation",
    "message hour training",
    "message overdue",
    "message channel not_in_channel",
    "message morning 5000",
    "modal send repair blocked",
    "message repair sent",
    "message rights lost 1",
    "message rights regained 1",
    "message introduction",
    "modal circulation rules import",
    "modal circulation rules file none",
    "message review card of two",
    "message review card of a silent Netvisor",
    "message returned 1",
    "message why 1",
    "modal review uncertain",
    "modal review line",
    "message report of one",
    "message automation offered",
    "message automated day",
    "modal automation on",
    "modal clients 5000",
    "modal client blocked",
    "modal client production",
    "modal client removed",
    "modal move",
    "modal remove",
    "message card evaluating, others in use",
    "message trained",
    "message trained worse",
    "message dimensions open",
    "message dimensions later",
    "modal training fetching",
    "modal training worse, others in use",
    "modal training report",
    "modal dimensions some",
    "message help answered",
    "message help closest",
    "message help declined and kept",
    "modal ask about",
    "modal ask answered",
    "modal questions 1",
    "modal alias",
    "modal own passage",
    "home home 0",
    "home home 1",
    "home home 5000",
    "modal favourites none",
    "modal substitute",
    "modal access full",
    "modal audit events",
)


def file_name(name: str) -> str:
    return f"{name.replace(' ', '-')}.json"


def without_verbatim(piece: dict[str, Any]) -> dict[str, Any]:
    """Leave out what every text has (`test_limits`)."""
    return {key: value for key, value in piece.items() if key != "verbatim"}


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize("name", NAMES)
def test_a_view_is_as_it_was(name: str, language: str) -> None:
    rendered = json.loads(json.dumps(SHOWN[name].render(Locale(language))), object_hook=without_verbatim)
    shown = json.dumps(rendered, ensure_ascii=False, indent=2) + "\n"
    file = SNAPSHOTS / language / file_name(name)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(shown)
    assert shown == file.read_text()


def test_no_snapshot_is_left_over() -> None:
    kept = {file.relative_to(SNAPSHOTS).as_posix() for file in SNAPSHOTS.rglob("*.json")}
    assert kept == {f"{language}/{file_name(name)}" for language in LANGUAGES for name in NAMES}
