"""The passages: complete, with their sources, and covering the source article sentence by sentence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from services.help_ai.knowledge import LANGUAGES, Kind, Passage, PassageError, load_passages

ROOT = Path(__file__).parents[3]
SLACK_SECTION = 3000
PASSAGES = {passage.id: passage for passage in load_passages()}

ARTICLE = {
    # Every statement of the article on connecting FabricAI to Netvisor, in its order.
    "several companies: a generic API user is recommended": "credentials.generic_user",
    "credentials are tied to the user; removal breaks the connection": "credentials.owner_removed",
    "a generic user without personal information solves this": "credentials.generic_user",
    "contact Netvisor customer service, they can assist": "credentials.generic_user_order",
    "they know what a generic API user for FabricAI is about": "credentials.generic_user_order",
    "customer service hours and contact information": "credentials.generic_user_order",
    "connecting starts from Netvisor": "add.order",
    "be logged in with the company to add": "credentials.where_created",
    "accounting firms: be logged into the firm's own environment": "credentials.where_created",
    "the user has rights to the client companies to be connected": "rights.list",
    "sales and purchase ledger rights, and where": "rights.ledger_where",
    "purchase invoice inspector": "rights.inspector",
    "purchase invoice approval": "rights.approval",
    "purchase invoice approval circulation setter": "rights.circulation_setter",
    "the possibility of account allocation": "rights.posting",
    "users and roles with accountant role": "rights.accountant_role",
    "company menu, Software interface, Software interface credentials": "credentials.create",
    "click Create new API credentials": "credentials.create",
    "API key and user identifier are needed when adding": "credentials.key_and_identifier",
    "leave the page open and open a new tab": "credentials.create",
    "rights are copied from the creating user": "credentials.copied_rights",
    "you cannot edit all rights for yourself": "credentials.copied_rights",
    "no credentials for each client separately": "credentials.once",
    "the creator has rights now and in the future": "rights.future",
    "KH or TPK copy rights to other companies": "credentials.copy_to_companies",
    "company menu, Software interface, API resource rights": "resources.allow",
    "Custom integrations, access key, Search": "resources.allow",
    "FabricAI's access key": "resources.access_key",
    "purchase invoices, accounting material, calculation targets: allowed": "resources.groups",
    "separately for each client company": "resources.per_company",
    "log in to the portal": "add.portal",
    "Organization tab, New integration, Netvisor, requested information": "add.portal",
    "which process is most suitable": "process.choose",
    "the client is added, models are trained in the background": "add.duration",
    "straight in production without separate confirmation": "add.production",
    "usually a maximum of one day": "add.duration",
    "predictions for dimensions can be ordered once processing has started": "dimensions.order",
    "set the client as a favourite": "add.favourite",
    "settings for the right circulation list, Alternative with circulation": "circulation.automatic",
    "using the Help ai function": "help_ai.portal",
    "changing API credentials: notify FabricAI": "credentials.change",
    "the article is translated; wording may differ": "portal.translated",
}

# What sources of each statement must be able to say, so that a passage cannot lose its point.
FACTS = {
    "resources.access_key": "E2DCB2FF20700782F1EA878EDC19DC27",
    "resources.packages": "Professional",
    "portal.progressive_limit": "23",
    "posting.vat": "KOOS",
    "training.confidence": "80",
    "credentials.support_address": "support@fabricai.fi",
}

# What holds for other accounting programs only must never be said of Netvisor.
OF_OTHER_PROGRAMS = ("1849", "Procountor", "Fivaldi", "Fennoa", "Hausvise")


@pytest.mark.parametrize("passage", PASSAGES.values(), ids=PASSAGES)
def test_a_passage_is_whole(passage: Passage) -> None:
    assert set(passage.wordings) == set(LANGUAGES)
    assert passage.checked_on <= date(2100, 1, 1)
    assert passage.sources
    for source in passage.sources:
        assert source.startswith("https://") or (ROOT / source).is_file()
    for wording in passage.wordings.values():
        assert wording.title
        assert 20 < len(wording.text) < SLACK_SECTION / 4
        assert len(wording.title) <= 75, "a Slack button's label"
        assert len(wording.aliases) >= 3
        assert len(set(wording.aliases)) == len(wording.aliases)


def test_the_article_is_covered() -> None:
    assert set(ARTICLE.values()) <= set(PASSAGES)


@pytest.mark.parametrize(("passage", "fact"), FACTS.items())
def test_a_fact_stands_in_every_language(passage: str, fact: str) -> None:
    for wording in PASSAGES[passage].wordings.values():
        assert fact in wording.text


def test_nothing_of_other_programs_is_said() -> None:
    for passage in PASSAGES.values():
        if passage.kind is not Kind.OUTSIDE:
            for wording in passage.wordings.values():
                assert not [name for name in OF_OTHER_PROGRAMS if name in wording.text], passage.id


def test_what_nobody_documents_says_so() -> None:
    undocumented = [passage for passage in PASSAGES.values() if passage.kind is Kind.UNDOCUMENTED]
    assert len(undocumented) >= 12
    for passage in undocumented:
        words = passage.wordings["en"].text.lower()
        assert any(word in words for word in ("not documented", "not public", "no public", "not tell", "not told",
                                              "none of our sources", "nothing", "not published", "tell nothing",
                                              "not in the public")), passage.id  # fmt: skip


def test_an_operator_adds_and_replaces_passages(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(
        """
- id: ours.holidays
  about: product
  sources: [https://intranet.example/holidays]
  checked_on: 2026-01-02
  fi:
    title: Loma-ajat
    text: Heinäkuussa asiakkaita ei lisätä.
- id: add.many
  about: product
  sources: [connecting]
  fi: {title: Monta, text: Kysy Maijalta., aliases: "paljon asiakkaita"}
""",
        "utf-8",
    )
    passages = {passage.id: passage for passage in load_passages(tmp_path)}
    assert len(passages) == len(PASSAGES) + 1
    ours = passages["ours.holidays"]
    assert ours.checked_on == date(2026, 1, 2)
    assert ours.topic == "ours"
    assert ours.wording("en").title == "Loma-ajat", "shown in a language that it has"
    assert passages["add.many"].wordings["fi"].text == "Kysy Maijalta."
    assert passages["add.many"].sources == PASSAGES["resources.allow"].sources


@pytest.mark.parametrize(
    "text",
    [
        "not: a list",
        "- id: x\n  about: netvisor\n  fi: {title: a, text: b}",
        "- id: x\n  about: moon\n  sources: [a]\n  fi: {title: a, text: b}",
        "- id: x\n  about: netvisor\n  sources: [a]",
        "- id: x\n  about: netvisor\n  sources: [a]\n  checked_on: soon\n  fi: {title: a, text: b}",
        "- just words",
        "[broken",
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "wrong.yaml").write_text(text, "utf-8")
    with pytest.raises(PassageError, match=r"wrong\.yaml"):
        load_passages(tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(PassageError, match="nowhere"):
        load_passages(tmp_path / "nowhere")
