"""The two pages as a person uses them: what they click, type and read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from playwright.sync_api import Locator, Page, expect

from handlers.locale import Locale
from tests.browser.sandbox import Sandbox

FIRM = "Tilitoimisto Laskelma Oy"
PLACEHOLDER = re.compile(r"\{\w+\}")

# Keeps every text that the app has shown in a modal, a message or its Home tab, also those that it soon replaced.
WATCH = """
window.shown = new Set();
new MutationObserver(() => {
  for (const node of document.querySelectorAll(".modal, .message-body, .home")) window.shown.add(node.innerText);
}).observe(document, { subtree: true, childList: true, characterData: true });
"""


def bare(text: str) -> str:
    """Return a text as the page shows it: without Slack's marks for bold, italics, code and emoji."""
    return re.sub(r":[a-z_]+:|[*`]|(?<!\w)_|_(?!\w)", "", text).strip()


class Words:
    """The app's texts in one language, named by what stands in the code."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._locale = Locale(language)

    def __call__(self, english: str, **values: object) -> str:
        """Return a text as the page shows it."""
        return bare(self._locale.gettext(english, **values))

    def part(self, english: str) -> re.Pattern[str]:
        """Return what matches a text whatever stands in its placeholders."""
        return _pattern(self._locale.gettext(english))


def _pattern(text: str) -> re.Pattern[str]:
    pieces = [re.escape(piece) for piece in PLACEHOLDER.split(bare(text))]
    return re.compile(r"(?<!\w)" + r"[^\n]+?".join(pieces) + r"(?!\w)")


def english_in(texts: Iterable[str], catalogue: Path) -> list[str]:
    """Return the English texts that stand in what a Finnish reader was shown.

    A text whose translation is the same word is no English; one made of placeholders alone has no language.
    """
    with catalogue.open("rb") as file:
        pairs = [pair for message in read_po(file) if message.id for pair in _pairs(message.id, message.string or "")]
    assert len(pairs) > 100, "the catalogue is empty"
    shown = "\n".join(texts)
    return [
        english
        for english, finnish in pairs
        if english != finnish
        and re.search("[A-Za-z]", PLACEHOLDER.sub("", english))
        and _pattern(english).search(shown)
    ]


def _pairs(english: str | Sequence[str | None], finnish: str | Sequence[str | None]) -> list[tuple[str, str]]:
    """Return a text with its translation; of one with a plural, both."""
    if isinstance(english, str):
        return [(english, str(finnish))]
    return [(str(one), str(other)) for one, other in zip(english, finnish, strict=True)]


@dataclass(frozen=True)
class Key:
    """API credentials as Netvisor's page shows them once."""

    key: str
    identifier: str


class NetvisorPage:
    """The local Netvisor's page, in English or Finnish."""

    def __init__(self, page: Page, sandbox: Sandbox, language: str) -> None:
        self.page = page
        self._finnish = language == "fi"
        page.goto(sandbox.netvisor)
        page.get_by_role("button", name="suomi" if self._finnish else "English").click()

    def _say(self, english: str, finnish: str) -> str:
        return finnish if self._finnish else english

    def go(self, english: str, finnish: str, *, company: str, user: str) -> None:
        """Log in as a user in a company, and open a place of the menu."""
        for label, wanted in (
            (self._say("Company", "Yritys"), company),
            (self._say("Logged in as", "Kirjautuneena"), user),
        ):
            choice = self.page.get_by_label(label, exact=True)
            value = choice.locator("option", has_text=wanted).first.get_attribute("value")
            choice.select_option(value)
        self.page.get_by_role("link", name=self._say(english, finnish)).click()
        expect(self.page.get_by_role("main").get_by_role("heading", level=1)).to_contain_text(
            self._say(english, finnish)
        )
        expect(self.page.get_by_role("main")).not_to_have_attribute("aria-busy", "true")

    def saved(self) -> Any:
        """Wait, at the end of a `with`, until Netvisor has done what was clicked in it; `as` gives its answer."""
        return self.page.expect_response(lambda response: response.request.method == "POST")

    def create_credentials(self, user: str, company: str = FIRM, *, training: bool = False) -> Key:
        """Create API credentials, here or in the training environment, and copy what is shown."""
        self.go("Software interface credentials", "Rajapintatunnukset", company=company, user=user)
        if training:
            name = self._say("Create them in the training environment", "Luo tunnukset koulutusympäristössä")
        else:
            name = self._say("Create new API credentials", "Luo uudet rajapintatunnukset")
        with self.saved() as made:
            self.page.get_by_role("button", name=name).click()
        card = self.page.get_by_role("region", name=self._say("New API credentials", "Uudet rajapintatunnukset"))
        expect(card).to_contain_text(made.value.json()["result"]["customer_id"])  # and not those made before
        key, identifier = card.locator(".secret").all_inner_texts()
        return Key(key, identifier)

    def find_integration(self, company: str, access_key: str, user: str = "Kaisa Korpela") -> None:
        """Find the integration by its access key, which shows its resources."""
        self.go("API resource rights", "API-resurssioikeudet", company=company, user=user)
        self.page.get_by_label(self._say("Access key", "Hakuavain")).fill(access_key)
        self.page.get_by_role("button", name=self._say("Search", "Hae"), exact=True).click()
        expect(self.page.get_by_role("region", name="Fabric for Slack")).to_be_visible()

    def allow_resources(self, company: str, access_key: str, user: str = "Kaisa Korpela") -> None:
        """Find the integration and allow all that the guide names."""
        self.find_integration(company, access_key, user)
        for english, finnish in (
            ("Purchase invoices", "Ostolaskut"),
            ("Accounting material", "Kirjanpitoaineistot"),
            ("Calculation targets", "Laskentakohteet"),
        ):
            group = self.page.get_by_role("group", name=self._say(english, finnish))
            group.get_by_role("button", name=self._say("Allow all in", "Salli kaikki")).click()
            expect(group.locator(".badge.good")).to_be_visible()

    def faults(self) -> Locator:
        """Open the Faults drawer."""
        drawer = self.page.get_by_role("complementary", name="Faults")
        if not drawer.is_visible():
            self.page.get_by_role("button", name=self._say("Faults", "Häiriöt"), exact=True).click()
        expect(drawer.get_by_role("heading", level=1)).to_be_visible()
        return drawer


class SlackPage:
    """The workspace's page, as one person sees it."""

    def __init__(self, page: Page, sandbox: Sandbox, words: Words) -> None:
        self.page = page
        self.words = words
        page.add_init_script(WATCH)
        page.goto(sandbox.slack)
        expect(page.locator(".connection")).to_have_text("Fabric is not installed" if sandbox.http else "")

    def be(self, person: str) -> None:
        """Switch to a person."""
        choice = self.page.get_by_label("Person")
        choice.select_option(choice.locator("option", has_text=person).get_attribute("value"))
        expect(self.page.get_by_role("button", name=person, exact=True)).to_have_count(0)

    def go(self, channel: str) -> None:
        """Open a channel, or the app's page."""
        self.page.get_by_role("navigation").get_by_role("button", name=channel, exact=True).click()
        expect(self.page.get_by_role("heading", level=1, name=channel)).to_be_visible()

    def home(self) -> Locator:
        """Open the app's Home tab."""
        self.go("Fabric")
        self.page.get_by_role("tab", name="Home").click()
        return self.page.get_by_role("tabpanel", name="Home")

    def direct_messages(self) -> Locator:
        """Open the app's Messages tab, and return the messages."""
        self.go("Fabric")
        self.page.get_by_role("tab", name="Messages").click()
        return self.page.get_by_role("article")

    def type(self, text: str) -> None:
        """Write in the composer and press Enter."""
        composer = self.page.get_by_role("textbox", name="Message")
        composer.fill(text)
        composer.press("Enter")

    @property
    def dialog(self) -> Locator:
        """The modal on top."""
        return self.page.get_by_role("dialog")

    def press(self, english: str) -> None:
        """Press a button of the modal."""
        self.dialog.get_by_role("button", name=self.words(english), exact=True).click()

    def field(self, english: str, *, optional: bool = False) -> Locator:
        """Return a field of the modal by its label; Slack says of one that may stay empty that it is optional."""
        return self.dialog.get_by_label(self.words(english) + " (optional)" * optional, exact=True)

    def fill_form(self, name: str, business_id: str, process: str = "Standard") -> None:
        """Fill in the form of a client and go on; the channel is the one that the person is in."""
        self.field("Company name").fill(name)
        self.field("Business id").fill(business_id)
        self.dialog.get_by_role("radio", name=self.words(process), exact=True).check()
        self.press("Continue")

    def give(self, key: Key) -> None:
        """Fill in the view that asks for the key, and have the rights checked."""
        self.field("API key").fill(key.key)
        self.field("User identifier").fill(key.identifier)
        self.press("Save and check")

    def add_client(self, name: str, business_id: str, key: Key, process: str = "Standard") -> None:
        """Go the whole way from the command to the rights check; with a new key, whatever keys are known."""
        self.type("/fabric add-client")
        expect(self.dialog).to_be_visible()
        if self.dialog.get_by_text(self.words("Many companies? Use a generic API user")).is_visible():
            self.press("Continue")
        known = self.field("API credentials")
        expect(self.field("Company name")).to_be_visible()
        if known.is_visible():
            known.select_option(label=self.words("A new API key and user identifier"))
        self.fill_form(name, business_id, process)
        self.give(key)

    def see(self, english: str, **values: object) -> None:
        """Expect a sentence in the modal."""
        expect(self.dialog).to_contain_text(self.words(english, **values))

    def check_again(self, english: str) -> None:
        """Have the rights checked again, and expect a sentence of it, whatever stands in its placeholders."""
        self.press("Check again")
        expect(self.dialog).to_contain_text(self.words.part(english), use_inner_text=True)

    def close(self) -> None:
        """Close the modal."""
        self.press("Close")
        expect(self.dialog).to_have_count(0)

    def dismiss(self) -> None:
        """Close whatever modals are open."""
        while self.dialog.is_visible():
            self.page.keyboard.press("Escape")
            self.page.wait_for_timeout(100)

    def message(self, text: str | re.Pattern[str]) -> Locator:
        """Return the messages in which a text stands."""
        return self.page.get_by_role("article").filter(has_text=text)

    def in_production(self, name: str) -> Locator:
        """Wait for a client's card to say that it is in production, and return it."""
        card = self.message(name).filter(has_text=self.words("In production"))
        expect(card).to_have_count(1)
        return card

    def shown(self) -> list[str]:
        """Return every text that the app has shown since the page was opened or this was forgotten."""
        texts: list[str] = self.page.evaluate("[...window.shown]")
        return texts

    def forget(self) -> None:
        """Forget what the app has shown so far."""
        self.page.evaluate("window.shown.clear()")
