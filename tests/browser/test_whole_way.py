"""The whole way on the pages, in both languages: from credentials in Netvisor to a client in production."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from handlers.locale import LANGUAGES
from tests.browser.pages import NetvisorPage, SlackPage, Words, english_in

pytestmark = pytest.mark.browser

CATALOGUE = Path(__file__).parents[2] / "locales" / "fi" / "LC_MESSAGES" / "fabric.po"
NAME, BUSINESS_ID, MISTYPED = "Tuomi Kahvilat Oy", "9000102-2", "9000102-3"
PROCESS = "Alternative"


@pytest.fixture(scope="module", params=["en", "fi"])
def language(request: pytest.FixtureRequest) -> str:
    """Each language in turn, in a sandbox of its own."""
    return str(request.param)


def test_an_accountant_takes_a_client_into_production(
    slack: SlackPage, netvisor: NetvisorPage, words: Words, language: str
) -> None:
    slack.be("Aku Accountant")
    slack.go("#asiakkaat")
    slack.type("/fabric add-client")
    slack.see("1. Check the user's rights")
    access_key = slack.dialog.locator("pre").inner_text().strip()
    netvisor.allow_resources(NAME, access_key)
    key = netvisor.create_credentials("Anna Aalto")
    slack.press("Continue")

    slack.fill_form(NAME, MISTYPED, PROCESS)
    expect(slack.field("Business id")).to_have_accessible_description(
        words.part("This is not a Finnish business id: check its digits. The last one is a check digit.")
    )
    expect(slack.field("Business id")).to_have_value(MISTYPED)
    expect(slack.field("Company name")).to_have_value(NAME)
    expect(slack.dialog.get_by_role("radio", name=words(PROCESS), exact=True)).to_be_checked()
    slack.field("Business id").fill(BUSINESS_ID)
    slack.press("Continue")

    slack.see("The API credentials of *{company}*, from Netvisor's page.", company=NAME)
    slack.press("Back")
    expect(slack.field("Company name")).to_have_value(NAME)
    expect(slack.field("Business id")).to_have_value(BUSINESS_ID)
    slack.press("Continue")
    slack.give(key)
    slack.see("Nothing is denied. Training has started by itself; you may close this.")
    slack.see("Netvisor accepts the key and the identifier.")
    slack.close()
    assert any(words.part("Checking the rights in Netvisor: {done} of {total}.").search(text) for text in slack.shown())

    card = slack.in_production(NAME)
    expect(card).to_contain_text(words.part("Learnt from {invoices} of {months}. {quality}"), use_inner_text=True)
    line = re.compile(f"{NAME} {BUSINESS_ID} · .*{words('In production')}")
    slack.type("/fabric status tuomi")
    answer = slack.message("Only visible to you")
    expect(answer).to_contain_text(line)
    answer.get_by_role("button", name=words.part("Favourite")).click()

    news = slack.direct_messages().filter(has_text=words("{name} is in production.", name=NAME))
    expect(news).to_have_count(1)
    expect(news).to_contain_text(words("Remember to"))
    expect(news).to_contain_text(words("Set the client as your favourite on the FabricAI portal's homepage."))
    expect(slack.home()).to_contain_text(re.compile(f"{NAME}.*{BUSINESS_ID}.*{words('In production')}"))

    if language == "fi":
        assert english_in(slack.shown(), CATALOGUE) == []


def test_a_person_chooses_the_language(slack: SlackPage, words: Words, language: str) -> None:
    other = Words("en" if language == "fi" else "fi")
    slack.be("Aino Admin")
    home = slack.home()
    expect(home).to_contain_text(words("Fabric: clients in Netvisor"))
    home.get_by_label(words("Language"), exact=True).select_option(label=LANGUAGES[other.language])
    expect(home).to_contain_text(other("Fabric: clients in Netvisor"))
    slack.go("#asiakkaat")
    slack.type(f"/fabric language {language}")
    expect(slack.message(words("From now on I answer you in English."))).to_be_visible()
    expect(slack.home()).to_contain_text(words("Fabric: clients in Netvisor"))
