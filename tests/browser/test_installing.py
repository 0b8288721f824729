"""An app that firms install from a link, on the pages: installed in one of two workspaces, revoked, installed again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.pages import SlackPage, Words
from tests.browser.sandbox import Sandbox, running

pytestmark = pytest.mark.browser

MANIFEST = Path(__file__).parents[2] / "manifest.yml"


@pytest.fixture(scope="module")
def language() -> str:
    """What is said without knowing the person is said in this language too."""
    return "fi"


@pytest.fixture(scope="module")
def sandbox(browser: Browser, language: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Two workspaces, in which nobody has installed the app yet."""
    with running(tmp_path_factory.mktemp("sandbox"), language, http=True) as started:
        yield started
        assert started.faults() == []


def what_happened(page: Page) -> Locator:
    """Open the page of apps and return its list of what was told and asked, the latest first."""
    page.get_by_role("button", name="Manage apps").click()
    return page.get_by_role("list", name="What happened").get_by_role("listitem")


def allow(page: Page, words: Words, *, without: str = "") -> None:
    """Go from the app's page over Slack's, where the workspace is chosen that one comes from, to the app."""
    page.get_by_role("button", name=words("Add to Slack")).click()
    if without:
        page.get_by_role("checkbox", name=without).uncheck()
    expect(page.get_by_label("Workspace").locator("option:checked")).to_have_text("Toinen Toimisto")
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("main")).to_contain_text(
        words("Fabric is installed in {workspace}. Type /fabric in any channel.", workspace="Toinen Toimisto")
    )
    page.get_by_role("link", name=words("Open Slack")).click()
    expect(page.get_by_role("tabpanel", name="Home")).to_contain_text(words("Fabric: clients in Netvisor"))


def no_clients(slack: SlackPage) -> None:
    """Ask for the clients and read that there are none."""
    slack.go("#asiakkaat")
    slack.type("/fabric clients")
    slack.see("No clients yet.")
    slack.dismiss()


def test_a_second_firm_installs_the_app_loses_it_and_installs_it_again(slack: SlackPage, words: Words) -> None:
    page = slack.page
    page.get_by_role("navigation", name="Workspaces").get_by_role("link", name="Toinen Toimisto").click()
    expect(page.locator(".team")).to_have_text("Toinen Toimisto")
    expect(what_happened(page)).to_have_count(0)

    page.get_by_role("link", name="Install…").click()
    page.get_by_role("link", name="Suomi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words("Add Fabric to Slack"))
    scopes = yaml.safe_load(MANIFEST.read_text())["oauth_config"]["scopes"]
    asked = [*scopes["bot"], *scopes["bot_optional"]]
    expect(page.locator("dt")).to_have_text(asked)
    expect(page.locator("dt + dd:not(:empty)")).to_have_count(len(asked))
    allow(page, words, without="groups:history")
    no_clients(slack)

    happened = what_happened(page)
    expect(happened.filter(has_text="oauth.v2.access")).to_contain_text("ok")
    expect(happened.filter(has_text="/fabric")).to_contain_text("taken")
    given = page.locator(".app-facts code").all_inner_texts()
    assert set(asked) - set(given) == {"groups:history"}, "what is optional may be left out"
    page.get_by_role("button", name="Revoke tokens").click()
    page.get_by_role("group", name="Revoke tokens").get_by_role("button", name="Yes").click()
    expect(happened.first).to_contain_text(re.compile(r"tokens_revoked\s+taken"), use_inner_text=True)
    expect(page.locator(".connection")).to_have_text("Fabric is without tokens")
    slack.go("#asiakkaat")
    slack.type("/fabric clients")
    message = slack.message(words("Fabric is not installed in this workspace any more."))
    message.get_by_role("link").evaluate("link => link.removeAttribute('target')")
    message.get_by_role("link").click()
    allow(page, words)
    no_clients(slack)

    happened = what_happened(page)
    expect(happened.locator(".failed")).to_have_count(0)
    page.get_by_role("button", name="Remove app").click()
    page.get_by_role("group", name="Remove app").get_by_role("button", name="Yes").click()
    expect(happened.filter(has_text="app_uninstalled")).to_contain_text("taken")
    expect(page.locator(".app-facts")).to_contain_text("Not installed in this workspace.")
    expect(page.get_by_role("button", name="Fabric", exact=True)).to_have_count(0)
    slack.go("#asiakkaat")
    slack.type("/fabric clients")
    expect(slack.message("is not a valid command")).to_be_visible()

    page.get_by_role("navigation", name="Workspaces").get_by_role("link", name="Tilitoimisto Esimerkki").click()
    expect(page.locator(".connection")).to_have_text("Fabric is not installed")
    expect(what_happened(page)).to_have_count(0)
