"""The pictures of docs/screenshots.md, taken in the sandbox: `make screenshots`, or with names for some languages only.

Each language has a sandbox of its own and takes the views of one firm's day, at a desktop's width or a phone's.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, chromium_program
from tests.browser.pages import Key, NetvisorPage, SlackPage, Words
from tests.browser.sandbox import PATIENCE, Sandbox, running

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
MOST_BYTES = 100_000
COLOURS = 128
DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 400, "height": 860}
PLAIN = ".modal { box-shadow: none }"
"""Shadows want more colours than a picture has."""

NAME, BUSINESS_ID, PROCESS = "Kataja Oy", "9000100-6", "Alternative with circulation"
BLOCKED_NAME, BLOCKED_ID = "Tuomi Kahvilat Oy", "9000102-2"
QUESTION = {"sv": "Vilka rättigheter behöver API-användaren i Netvisor?"}


class Studio:
    """The pages of one sandbox, and the camera before them."""

    def __init__(self, browser: Browser, sandbox: Sandbox, language: str) -> None:
        self.sandbox = sandbox
        self.words = Words(language)
        self._browser = browser
        self._locale = {"fi": "fi-FI", "sv": "sv-SE", "en": "en-GB"}[language]
        self.slack = SlackPage(self.window(DESKTOP), sandbox, self.words)
        self.netvisor = NetvisorPage(self.window(DESKTOP), sandbox, language)
        self._phone = self.window(PHONE)
        self.slack.be("Aino Admin")
        self.channel()

    def window(self, size: dict[str, int]) -> Page:
        """Open a window; a phone draws finer."""
        context = self._browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            device_scale_factor=1.5 if size is PHONE else 1,
            locale=self._locale,
            timezone_id="Europe/Helsinki",
        )
        return context.new_page()

    def channel(self) -> None:
        """Look at the clients' channel, with no modal open."""
        self.slack.dismiss()
        self.slack.go("#asiakkaat")

    def command(self, words: str) -> None:
        """Give a command that opens a modal."""
        self.channel()
        self.slack.type(f"/fabric {words}")
        expect(self.slack.dialog).to_be_visible()

    def add(self, name: str, business_id: str, key: Key, process: str) -> None:
        """Give a client's credentials, and wait until its rights have been checked."""
        self.channel()
        self.slack.add_client(name, business_id, key, process)
        expect(self.slack.dialog.get_by_role("button", name=self.words("Check again"), exact=True)).to_be_visible()

    def client_in_production(self) -> None:
        """Take the client with a long history into production."""
        self.add(NAME, BUSINESS_ID, self.netvisor.create_credentials("Kaisa Korpela"), PROCESS)
        self.channel()
        self.slack.in_production(NAME)
        waiting = self.slack.page.get_by_role("button", name=self.words("Review"), exact=True)
        expect(waiting.first).to_be_visible()

    def desktop(self, name: str) -> None:
        """Take a picture of what is on the desktop's page."""
        page = self.slack.page
        page.mouse.move(0, 0)
        page.add_style_tag(content=PLAIN)
        page.wait_for_timeout(800)  # for what is drawn or scrolled last
        save(name, page.screenshot())

    def phone(self, name: str, address: str = "") -> None:
        """Take a picture of the same at a phone's width: a person's modals are open in all their windows."""
        self._phone.goto(address or self.slack.page.url)
        self._phone.wait_for_load_state("load")
        self._phone.wait_for_timeout(1500)
        save(name, self._phone.screenshot())


def save(name: str, picture: bytes) -> None:
    """Keep a picture, with so few colours that it is small."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{name}.png"
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
            file, optimize=True
        )
    size = file.stat().st_size
    sys.stdout.write(f"{file.name}: {size // 1000} kB\n")
    assert size < MOST_BYTES, "too large for docs/"


def in_finnish(studio: Studio) -> None:
    """What an accountant sees on a day: something to repair, a rule, invoices to review, the Home tab."""
    slack, words = studio.slack, studio.words
    studio.add(BLOCKED_NAME, BLOCKED_ID, studio.netvisor.create_credentials("Anna Aalto"), "Alternative")
    slack.see("denied")
    studio.phone("checklist")

    studio.client_in_production()
    card = slack.message(NAME).filter(has_text=words("In production"))
    card.get_by_role("button", name=words.part("Favourite")).first.click()

    studio.command("circulation kataja")
    slack.press("Add a rule")
    slack.field("Vendor", optional=True).fill("Kahvipaahtimo Usva")
    slack.field("Sum at most", optional=True).fill("499,99")
    slack.field("Circulation list", optional=True).click()
    slack.page.get_by_role("option", name="Myymälä 200").click()
    slack.press("Preview")
    expect(slack.dialog).to_contain_text("Myymälä 200")
    studio.phone("circulation-rule")

    studio.command("review kataja")
    expect(slack.dialog).to_contain_text("1/")
    studio.desktop("review")

    slack.dismiss()
    expect(slack.home()).to_contain_text(NAME)
    studio.desktop("home")


def in_english(studio: Studio) -> None:
    """What a team lead sees who adds fifty companies, and changes the credentials that they use."""
    slack, netvisor, words = studio.slack, studio.netvisor, studio.words
    studio.client_in_production()
    studio.command("train kataja")
    slack.see("What the models in use have learnt")
    studio.phone("report")

    netvisor.page.get_by_role("link", name="Client companies").click()
    with netvisor.saved():
        netvisor.page.get_by_role("button", name="Add fifty companies").click()
    added = netvisor.page.get_by_role("row").filter(has_text="one of fifty")
    expect(added).to_have_count(50)
    lines = ["\t".join(row.get_by_role("cell").all_inner_texts()[:2]) for row in added.all()]
    key = netvisor.create_credentials("Kaisa Korpela")
    studio.command("add-clients")
    slack.field("Business ids", optional=True).fill("\n".join(lines))
    slack.field("API credentials").select_option(label=words("A new API key and user identifier"))
    slack.press("Continue")
    slack.dialog.get_by_role("button", name="Add 50 clients").click()
    slack.give(key)
    slack.see("You may close this.")
    slack.dismiss()
    batch = slack.message("50 clients added together")
    expect(batch).to_contain_text("In production 2", use_inner_text=True)
    batch.evaluate("message => message.scrollIntoView()")
    studio.desktop("batch")

    studio.command("clients")
    studio.desktop("clients")

    studio.command("credentials")
    slack.dialog.get_by_role("button", name="Open").first.click()
    slack.press("Change")
    slack.field("Change to").select_option(label=words("New API key and user identifier"))
    slack.press("Continue")
    slack.field("Name in this list").fill("Generic API user")
    slack.dialog.get_by_role("radio", name=words("A generic API user's")).check()
    slack.press("Continue")
    slack.give(netvisor.create_credentials("Kaisa Korpela"))
    expect(slack.dialog.get_by_role("button", name=re.compile("^Switch"))).to_be_visible()
    studio.desktop("credentials-change")


def in_swedish(studio: Studio) -> None:
    """What somebody new sees: the form, the client's card, an answer of Help ai."""
    slack, words = studio.slack, studio.words
    studio.command("add-client")
    slack.press("Continue")
    slack.field("Company name").fill(NAME)
    slack.field("Business id").fill(BUSINESS_ID)
    slack.dialog.get_by_role("radio", name=words(PROCESS), exact=True).check()
    studio.desktop("form")

    studio.client_in_production()
    studio.command("clients")
    slack.press("Open")
    slack.see("Who did what")
    studio.phone("client-card")

    slack.dismiss()
    asked = slack.direct_messages().filter(has_text=QUESTION["sv"])
    slack.type(QUESTION["sv"])
    asked.get_by_role("button", name="1 reply").click()
    thread = slack.page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_role("article")).to_have_count(2)
    studio.desktop("help-ai")


def installing(studio: Studio) -> None:
    """What an administrator of another firm sees who was sent the link."""
    studio.phone("install", f"http://127.0.0.1:{studio.sandbox.port + 3}/slack/install?language=sv")


SESSIONS: dict[str, tuple[str, bool, Callable[[Studio], None]]] = {
    "fi": ("fi", False, in_finnish),
    "en": ("en", False, in_english),
    "sv": ("sv", False, in_swedish),
    "install": ("sv", True, installing),
}


def main() -> None:
    """Take the pictures of the sessions that are named, or of all."""
    expect.set_options(timeout=PATIENCE * 1000)
    for name in sys.argv[1:] or SESSIONS:
        language, http, take = SESSIONS[name]
        folder = Path(tempfile.mkdtemp())
        with running(folder, language, http=http) as sandbox, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_program(), args=ARGUMENTS)
            take(Studio(browser, sandbox, language))
            browser.close()


if __name__ == "__main__":
    main()
