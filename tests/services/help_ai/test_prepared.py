"""What is prepared of the packaged passages is kept as they are now, and shared by those who add some of their own."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from datetime import date

import numpy as np

from services.help_ai.knowledge import About, Kind, Passage, Wording, load_passages
from services.help_ai.prepared import KEPT, Prepared
from services.help_ai.retrieval import HelpAi

PASSAGES = load_passages()
PARKING = Passage(
    id="own.parking",
    about=About.PRODUCT,
    kind=Kind.DOCUMENTED,
    sources=("https://intranet.example/parking",),
    checked_on=date(2026, 11, 29),
    wordings={
        "fi": Wording("Pysäköintilaskut", "Pysäköinti kirjataan matkakuluihin.", ("parkkimaksut mille tilille",))
    },
)
MEGABYTE = 2**20


def test_what_is_kept_is_current() -> None:
    prepared = Prepared.of(PASSAGES).arrays()
    with KEPT.open("rb") as file, np.load(file, allow_pickle=False) as kept:
        assert set(kept.files) == set(prepared), "renew it: python -m services.help_ai.prepared"
        stale = [name for name, array in prepared.items() if not np.array_equal(kept[name], array)]
    assert not stale, "renew it: python -m services.help_ai.prepared"


def test_a_passage_of_ones_own_is_found_beside_the_packaged_ones() -> None:
    help_ai = HelpAi((*PASSAGES, PARKING))
    assert help_ai.answer("mille tilille parkkimaksut").passages[0] == PARKING
    for question in ("Miten rajapintatunnukset luodaan?", "how long does training take"):
        assert help_ai.answer(question) == HelpAi(PASSAGES).answer(question)


def test_a_way_to_ask_of_ones_own_leads_to_a_packaged_passage() -> None:
    place = next(place for place, passage in enumerate(PASSAGES) if passage.id == "resources.access_key")
    wording = PASSAGES[place].wording("fi")
    asked = replace(wording, aliases=(*wording.aliases, "missä se hökötyskoodi on"))
    changed = replace(PASSAGES[place], wordings={**PASSAGES[place].wordings, "fi": asked})
    help_ai = HelpAi((*PASSAGES[:place], changed, *PASSAGES[place + 1 :]))
    assert help_ai.answer("missä hökötyskoodi on", "fi").passages[0] == changed


def test_a_passage_that_is_replaced_is_found_by_its_own_words_only() -> None:
    place = next(place for place, passage in enumerate(PASSAGES) if passage.id == "add.many")
    ours = replace(PARKING, id="add.many")
    help_ai = HelpAi((*PASSAGES[:place], ours, *PASSAGES[place + 1 :]))
    assert help_ai.answer("mille tilille parkkimaksut").passages[0] == ours
    assert ours not in help_ai.answer("Miten lisään monta asiakasta kerralla?").passages


def test_a_firm_with_a_passage_of_its_own_shares_the_index_of_the_others() -> None:
    HelpAi(PASSAGES).nearest("avain", "fi", 1)
    tracemalloc.start()
    try:
        help_ai = HelpAi((*PASSAGES, PARKING))
        help_ai.nearest("avain", "fi", 1)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < MEGABYTE
