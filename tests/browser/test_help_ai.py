"""A conversation with Help ai on the page, in both languages: asked, followed up, made a rule, stopped."""

from __future__ import annotations

import json
import urllib.request

import pytest
from playwright.sync_api import Locator, expect

from services.help_ai.knowledge import load_passages, spoken
from tests.browser.pages import NetvisorPage, SlackPage, Words
from tests.browser.sandbox import Sandbox

pytestmark = pytest.mark.browser

PASSAGES = {passage.id: passage for passage in load_passages()}
NAME, BUSINESS_ID, CIRCULATION = "Kataja Oy", "9000100-6", "Hallinto 100"
FOLLOW_UP = {"en": "who gives them?", "fi": "kuka ne antaa?"}
RULE = {
    "en": "All invoices over 10 000 euros to list Hallinto 100",
    "fi": "Kaikki yli 10 000 euron laskut listalle Hallinto 100",
}


@pytest.fixture(scope="module", params=["en", "fi"])
def language(request: pytest.FixtureRequest) -> str:
    """Each language in turn, in a sandbox of its own."""
    return str(request.param)


def answers(slack: SlackPage) -> Locator:
    """Return what stands in the open thread."""
    return slack.page.get_by_role("complementary", name="Thread").get_by_role("article")


def switch(sandbox: Sandbox, **faults: object) -> None:
    """Switch faults of the workspace, as its drawer does."""
    body = json.dumps(faults).encode()
    request = urllib.request.Request(f"{sandbox.slack}/page/faults", body, {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=10).close()


def test_a_question_is_suggested_answered_with_its_source_and_followed_up(
    slack: SlackPage, words: Words, language: str
) -> None:
    slack.be("Aku Accountant")
    messages = slack.direct_messages()
    for title in ("Rights", "Connecting", "Waiting", "Processes"):
        expect(slack.page.get_by_role("button", name=words(title), exact=True)).to_be_visible()
    slack.page.get_by_role("button", name=words("Rights"), exact=True).click()
    expect(messages.first).to_contain_text(words("Which rights does the API user need in Netvisor?"))
    messages.first.get_by_role("button", name="1 reply").click()
    expect(answers(slack)).to_have_count(2)
    expect(answers(slack).last).to_contain_text(words("Source"))
    expect(answers(slack).last.get_by_role("link").first).to_be_visible()

    reply = slack.page.get_by_role("textbox", name="Reply")
    reply.fill(FOLLOW_UP[language])
    reply.press("Enter")
    expect(answers(slack)).to_have_count(4)
    wanted = PASSAGES["rights.who_edits"].wordings[spoken(language)].title
    expect(answers(slack).last).to_contain_text(wanted)


def test_a_rule_in_words_is_confirmed_on_its_card(
    slack: SlackPage, netvisor: NetvisorPage, words: Words, language: str
) -> None:
    slack.be("Aku Accountant")
    slack.go("#asiakkaat")
    slack.add_client(NAME, BUSINESS_ID, netvisor.create_credentials("Kaisa Korpela"), "Alternative with circulation")
    slack.see("Nothing is denied. Training has started by itself; you may close this.")
    slack.dismiss()
    slack.in_production(NAME)  # by then the company's own names are known
    messages = slack.direct_messages()
    slack.type(RULE[language])
    asked = messages.filter(has_text=RULE[language])
    asked.get_by_role("button", name="1 reply").click()
    expect(answers(slack)).to_have_count(2)
    card = answers(slack).last
    expect(card).to_contain_text(CIRCULATION)
    card.get_by_role("button", name=words("Confirm"), exact=True).click()
    expect(card).to_contain_text(
        words.part("Saved among the rules of {name}. It is asked for invoices that arrive from now on.")
    )


def test_the_stop_button_stops_an_answer(slack: SlackPage, sandbox: Sandbox, words: Words) -> None:
    slack.be("Aku Accountant")
    messages = slack.direct_messages()
    question = words("How do the four processes differ?")
    switch(sandbox, call={"method": "chat.postMessage", "kind": "rate_limited", "seconds": 30})
    slack.type(question)
    asked = messages.filter(has_text=question).last
    expect(asked.get_by_role("status")).to_contain_text("Fabric is thinking")
    asked.get_by_role("button", name="Stop", exact=True).click()
    expect(asked.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    switch(sandbox, clear=True)
