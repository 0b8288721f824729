"""Questions as people ask them, and the answer, its language and its certainty."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.help_ai.knowledge import Language, load_passages
from services.help_ai.pasted import holds_secret
from services.help_ai.retrieval import ACCESS_KEY_OF_FABRICAI, LONGEST_QUESTION, HelpAi, Tier

HELP_AI = HelpAi(load_passages())
KEY = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"


@pytest.mark.parametrize(
    ("question", "language", "passage"),
    [
        ("Miten rajapintatunnukset luodaan?", "fi", "credentials.create"),
        ("mistä mä saan sen avaimen", "fi", "credentials.create"),
        ("rajapitatunusten luomine", "fi", "credentials.create"),
        ("laskentakohteiden ennusteet paalle", "fi", "dimensions.order"),
        ("kirjanpitajan rooli", "fi", "rights.accountant_role"),
        ("mikä on se access key", "fi", "resources.access_key"),
        ("Moi, meillä tuli tänään uus asiakas ja nyt en oikein tiedä minkä prosessin sille valitsisin", "fi",
         "process.choose"),
        ("how do I creat API credentails", "en", "credentials.create"),
        ("who can edit API resource rights", "en", "resources.who"),
        ("how long does training take", "en", "add.duration"),
        ("får bokföraren vara på cirkulationslistan", "sv", "circulation.accountant_off"),
        ("hur skapar man API-nyckel", "sv", "credentials.create"),
    ],
)  # fmt: skip
def test_the_right_passage_comes_first(question: str, language: Language, passage: str) -> None:
    answer = HELP_AI.answer(question)
    assert answer.language == language
    assert answer.passages[0].id == passage
    assert answer.passages[0].wording(language).text in answer.text


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("Mikä on hakuavain?", "resources.access_key"),
        ("What is FabricAI's access key?", "resources.access_key"),
        ("Vad är söknyckeln?", "resources.access_key"),
        ("Miten rajapintatunnukset luodaan?", "credentials.create"),
        ("Mitä oikeuksia API-käyttäjä tarvitsee?", "rights.list"),
        ("Kuinka kauan opetus kestää?", "add.duration"),
        ("How long does training take?", "add.duration"),
        ("Voiko prosessin vaihtaa?", "process.change"),
        ("Mitä KH ja TPK tarkoittavat?", "rights.roles"),
        ("Miten lisään monta asiakasta kerralla?", "add.many"),
    ],
)
def test_a_plain_question_is_answered(question: str, passage: str) -> None:
    answer = HELP_AI.answer(question)
    assert (answer.tier, answer.passages[0].id) == (Tier.ANSWERED, passage)


def test_of_two_passages_that_are_about_as_near_none_is_given_as_the_answer() -> None:
    answer = HELP_AI.answer("var hittar jag användar-id och nyckeln")
    assert answer.tier is Tier.CLOSEST
    assert {"credentials.create", "credentials.key_and_identifier"} <= {passage.id for passage in answer.passages}


def test_this_products_answer_comes_first_where_the_portal_differs() -> None:
    answer = HELP_AI.answer("Miten vaihdan asiakkaan rajapintatunnukset?")
    assert answer.passages[0].id == "credentials.change"
    product, portal = answer.text.index("Tässä sovelluksessa"), answer.text.index("portaalissa")
    assert product < portal


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("kuinka usein mallit opetetaan uudelleen", "training.retraining"),
        ("What does FabricAI cost per month?", "portal.price"),
        ("which circulation rule wins if several match", "circulation.rules_unknown"),
        ("Miten teen myyntilaskun?", "outside.sales"),
        ("Procountorin rajapintatunnukset", "outside.other_programs"),
    ],
)
def test_what_is_not_documented_or_not_known_is_said_so(question: str, passage: str) -> None:
    answer = HELP_AI.answer(question)
    assert answer.tier is Tier.DECLINED
    assert answer.passages[0].id == passage


def test_a_client_that_comes_from_another_program_to_netvisor_is_no_question_of_the_other_program() -> None:
    answer = HELP_AI.answer("Asiakas siirtyi Procountorista Netvisoriin, tuleeko vanha historia mukaan?")
    assert "outside.other_programs" not in [passage.id for passage in answer.passages]


@pytest.mark.parametrize("question", ["xyzzy plugh", "qwertyuiop", "lorem ipsum dolor"])
def test_what_means_nothing_is_declined_with_where_to_ask(question: str) -> None:
    answer = HELP_AI.answer(question, "fi")
    assert answer.tier is Tier.DECLINED
    assert not answer.passages
    assert "asiakaspalvelu" in answer.text or "support" in answer.text


@pytest.mark.parametrize("question", ["", "   ", "?!", "🙂🙂🎉", "\n\t"])
def test_nothing_said_is_asked_for(question: str) -> None:
    answer = HELP_AI.answer(question, "sv")
    assert (answer.tier, answer.language, answer.passages) == (Tier.DECLINED, "sv", ())
    assert "Skriv din fråga" in answer.text


def test_a_very_long_text_is_asked_to_be_shorter() -> None:
    answer = HELP_AI.answer("miten rajapintatunnukset luodaan " * 400)
    assert answer.tier is Tier.DECLINED
    assert "liian pitkä" in answer.text


def test_a_long_question_still_has_its_answer() -> None:
    question = (
        "Hei! Aloitin tässä toimistossa syyskuussa ja esimies pyysi hoitamaan tämän. Olen kirjautuneena Netvisoriin "
        "ja katson ohjetta, jossa sanotaan että pitää laittaa hakukenttään joku koodi. En löydä sitä mistään. Mikä on "
        "FabricAI:n hakuavain?"
    )
    answer = HELP_AI.answer(question)
    assert "resources.access_key" in [passage.id for passage in answer.passages]


@pytest.mark.parametrize(
    "question",
    [
        f"miksi avain {KEY} ei toimi",
        "my token is xoxb-1234-abcdefghij",
        "avaimeni on 3f2504e0-4f89-11d3-9a0c-0305e82c3301, mikä vikana",
        "nyckeln är aB3dE5fG7hJ9kL1m",
        "API key: Zm9vYmFyYmF6cXV4MTIzNDU2",
    ],
)
def test_a_pasted_key_is_warned_of_and_never_repeated(question: str) -> None:
    answer = HELP_AI.answer(question)
    assert answer.tier is Tier.DECLINED
    assert not answer.passages
    assert not [word for word in question.split() if len(word) > 9 and word in answer.text]
    assert any(warning in answer.text for warning in ("Poista viesti", "Delete the message", "Radera meddelandet"))


@pytest.mark.parametrize(
    "text",
    [
        f"mikä on {ACCESS_KEY_OF_FABRICAI}",
        "virhe AUTHENTICATION_FAILED",
        "tilinumero FI21 1234 5600 0007 85",
        "Y-tunnus 1234567-1 ei löydy",
        "https://support.fabricai.fi/en/support/solutions/articles/77000584165",
        "purchaseinvoicecirculation.nv ei toimi",
        "laskentakohteidenennustamisautomatiikka",
        "lasku 20261123000045 puuttuu",
    ],
)
def test_what_is_no_key_is_taken_for_none(text: str) -> None:
    assert not holds_secret(text, access_key=ACCESS_KEY_OF_FABRICAI)


@pytest.mark.parametrize(
    ("text", "setting", "language"),
    [
        ("access key", "fi", "fi"),
        ("access key", "sv", "sv"),
        ("what is the access key", "fi", "en"),
        ("mikä on access key", "en", "fi"),
        ("vad är söknyckeln", "fi", "sv"),
        ("tuli virhe AUTHENTICATION_FAILED", "en", "fi"),
    ],
)
def test_the_answer_is_in_the_questions_language(text: str, setting: Language, language: Language) -> None:
    assert HELP_AI.answer(text, setting).language == language


@given(st.text(max_size=LONGEST_QUESTION + 50))
def test_any_text_gets_an_answer(text: str) -> None:
    answer = HELP_AI.answer(text)
    assert answer.text
    assert len(answer.text) < 3000
    assert answer.passages or answer.tier is Tier.DECLINED


@given(st.from_regex(r"[0-9a-f]{32}|[A-Z0-9]{24,40}", fullmatch=True))
def test_no_long_key_is_let_through(key: str) -> None:
    if any(map(str.isdigit, key)) and any(map(str.isalpha, key)):
        assert key not in HELP_AI.answer(f"what is wrong with {key}").text
