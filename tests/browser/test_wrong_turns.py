"""What goes wrong on the way, seen on the pages: each ends in production, or with a sentence that one can act on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import Key, NetvisorPage, SlackPage
from tests.browser.sandbox import Sandbox, eventually

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def in_the_channel(slack: SlackPage) -> None:
    """Every test begins as the accountant who looks at the clients' channel, with no modal left by another test."""
    slack.be("Aku Accountant")
    slack.dismiss()
    slack.go("#asiakkaat")


def test_resources_that_are_not_allowed(slack: SlackPage, netvisor: NetvisorPage) -> None:
    slack.add_client("Tuomi Kahvilat Oy", "9000102-2", netvisor.create_credentials("Anna Aalto"))
    slack.see("denied")
    expect(slack.dialog).to_contain_text("Company menu › Software interface › API resource rights")
    expect(slack.dialog).to_contain_text("User Administrator (KH)")
    access_key = slack.dialog.get_by_text(re.compile("^[0-9A-F]{32}$")).inner_text()
    expect(slack.message("Tuomi Kahvilat Oy")).to_contain_text("Blocked")

    netvisor.allow_resources("Tuomi Kahvilat Oy", access_key)
    slack.press("Check again")
    slack.see("Nothing is denied.")
    slack.close()
    slack.in_production("Tuomi Kahvilat Oy")


def test_a_wrong_key(slack: SlackPage, netvisor: NetvisorPage) -> None:
    key = netvisor.create_credentials("Anna Aalto")
    mistyped = Key(key.key[:-1] + ("0" if key.key[-1] != "0" else "1"), key.identifier)
    slack.add_client("Vaahtera Palvelut Oy", "9000103-0", mistyped)
    slack.see("Candidates: the API key")
    slack.press("Give new credentials")
    slack.give(key)
    slack.see("Nothing is denied.")
    slack.close()
    card = slack.in_production("Vaahtera Palvelut Oy")
    expect(card).to_contain_text("There is no history yet: every invoice goes to people at first")
    assert not [text for text in slack.shown() if key.key in text or mistyped.key in text]


def test_netvisor_under_maintenance(slack: SlackPage, netvisor: NetvisorPage) -> None:
    key = netvisor.create_credentials("Anna Aalto")
    drawer = netvisor.faults()
    drawer.get_by_role("button", name="Maintenance on").click()
    expect(drawer.get_by_role("list", name="Scripted faults")).to_contain_text("maintenance")
    slack.add_client("Pihlaja Rakennus Oy", "9000101-4", key)
    expect(slack.dialog).to_contain_text(
        re.compile(r"Netvisor is under maintenance\. Nothing is lost: it is checked again by itself at \d+[:.]\d\d")
    )
    drawer.get_by_role("button", name="Clear all faults").click()
    expect(drawer).to_contain_text("All calls go well now.")
    slack.press("Check again")
    slack.see("Nothing is denied.")
    slack.close()
    slack.in_production("Pihlaja Rakennus Oy")


def test_the_bot_dies_during_training(slack: SlackPage, netvisor: NetvisorPage, sandbox: Sandbox) -> None:
    slack.add_client("Kataja Oy", "9000100-6", netvisor.create_credentials("Anna Aalto"))
    slack.see("Nothing is denied.")
    slack.close()
    expect(slack.message("Kataja Oy")).to_contain_text(re.compile("Fetching|Learning"))
    sandbox.kill_bot()
    expect(slack.page.locator(".connection")).to_have_text("Fabric is not connected")
    eventually(sandbox.is_connected, "the bot's return", sandbox.log)
    slack.in_production("Kataja Oy")
    expect(slack.message("Kataja Oy")).to_have_count(1)
    news = slack.direct_messages().filter(has_text="Kataja Oy is in production.")
    expect(news).to_have_count(1)


def test_a_guest_is_refused(slack: SlackPage) -> None:
    slack.be("Greta Guest")
    expect(slack.home()).to_contain_text("Guests and people of other organisations cannot see or change")
    slack.go("#asiakkaat")
    slack.type("/fabric add-client")
    expect(slack.message("Only visible to you")).to_contain_text("Ask a member of this workspace.")
    expect(slack.dialog).to_have_count(0)
